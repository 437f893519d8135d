"""The page: what is folded, its programs, and both challenges."""

import json
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from lib.runtime.pool import close_workers
from tests.pages.lesson_app import open_lesson
from tests.pages.test_contract import agree

opened = partial(open_lesson, "pretrained")


@pytest.fixture(scope="module", autouse=True)
def no_workers_left() -> Any:
    yield
    close_workers()


def said(app: AppTest) -> str:
    return "\n".join(each.value for each in (*app.markdown, *app.info, *app.success, *app.caption))


def scene_of(app: AppTest) -> dict[str, Any]:
    scene: dict[str, Any] = json.loads(app.session_state["lesson_context"].scene)
    return scene


@pytest.mark.parametrize(
    ("folded", "name"),
    [
        ("worth", "probe"),
        ("ways", "two_ways"),
        ("freeze", "freeze"),
        ("photos", "two_photos"),
    ],
)
def test_what_is_folded_has_a_program_that_runs(folded: str, name: str, tmp_path: Path) -> None:
    programs = opened(folded, answers="shown").session_state["lesson_context"].programs
    assert set(programs) == {"top_classes", name}
    agree(programs[name][0], tmp_path)


def test_the_photos_lie_in_a_plane() -> None:
    assert "plane" in opened("plane").session_state["lesson_context"].charts


def test_what_a_head_is_worth_is_shown_once_it_is_answered() -> None:
    assert "The curves come" in said(opened("worth"))
    app = opened("worth", answers="shown", crops="6")
    assert "for the new head" in said(app)
    assert "curves" in app.session_state["lesson_context"].charts
    app.button_group(key="pretrained.data").set_value("Fashion-MNIST").run()
    assert not app.exception
    assert "With 100 images to learn from" in said(app)


def test_the_answer_comes_with_its_numbers() -> None:
    app = opened()
    app.button_group(key="pretrained.question").set_value("worth").run()
    [options] = [each for each in app.button_group if ".predict.worth." in str(each.key)]
    options.set_value("neither, they are about the same").run()
    assert not app.exception
    assert "The head: 9" in said(app)
    assert "From scratch: " in said(app)


def test_the_answer_is_hidden_and_then_shown() -> None:
    assert "Egyptian cat" not in json.dumps(scene_of(opened()))
    assert "Egyptian cat" in json.dumps(scene_of(opened(answers="shown")))


def test_both_challenges_can_be_met() -> None:
    assert "Challenge met." not in said(opened())
    assert "Challenge met." in said(opened(frozen="19", embed_size="10"))
    assert "Challenge met." not in said(opened("photos"))
    assert "Challenge met." in said(opened("photos", body="trained", area="0.5"))
