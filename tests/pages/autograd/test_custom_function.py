"""The alternative texts of the pictures tell what the questions ask for only once it is shown."""

import json
from functools import partial
from typing import Any

import pytest

from lib.core.isolation import call_alone
from lib.lessons.autograd.custom_function.functions import FUNCTIONS
from lib.lessons.autograd.custom_function.gradcheck import jacobians
from lib.lessons.autograd.custom_function.sine_fit import fit_sine
from lib.runtime.pool import close_workers
from tests.pages.lesson_app import open_lesson

opened = partial(open_lesson, "custom_function")
SHOWN = {"answers": "shown"}


@pytest.fixture(scope="module", autouse=True)
def no_workers_left() -> Any:
    yield
    close_workers()


def alternative_text(picture: str, **controls: str) -> str:
    scene = json.loads(opened(**controls).session_state["lesson_context"].scene)
    return next(each["alt"] for each in scene["pictures"] if each["name"] == picture)


def fit(**controls: str) -> str:
    charts: dict[str, str] = opened("sine", **controls).session_state["lesson_context"].charts
    return charts["fit"]


def test_a_function_tells_its_slopes_only_once_they_are_shown() -> None:
    # (5 x³ - 3 x) / 2 at 1, and twice its slope (15 x² - 3) / 2
    hidden = alternative_text("slopes", grad_output="2.0")
    assert hidden == "The function from -2 to 2; at x = 1.0 it is 1.0."
    shown = alternative_text("slopes", grad_output="2.0", **SHOWN)
    assert shown == f"{hidden} Below, backward gives 12.0 there, the finite difference 12."


@pytest.mark.parametrize("mistake", FUNCTIONS["ReLU"])
def test_the_tables_tell_in_how_many_numbers_they_differ(mistake: str) -> None:
    count = (~jacobians(FUNCTIONS["ReLU"][mistake], 1.0).agrees).sum()
    chosen = {"function": "ReLU", "mistake": mistake}
    assert "differ in" not in alternative_text("jacobians", **chosen)
    assert f"differ in {count}." in alternative_text("jacobians", **chosen, **SHOWN)


def test_the_fit_tells_its_end_only_once_it_is_shown() -> None:
    first, *_, last = call_alone(fit_sine, {}).losses
    hidden = fit()
    assert hidden.endswith(f"The loss begins at {first}.")
    assert fit(**SHOWN).endswith(f"After 2000 steps it is {last}.")


def test_the_fixed_sentences_have_all_their_fields() -> None:
    app = opened("sine")
    written = [each.value for each in (*app.markdown, *app.info)]
    [introduction] = [words for words in written if "PyTorch's tutorial](" in words]
    [challenge] = [words for words in written if "Eight neurons" in words]
    assert "{" not in introduction + challenge
    assert "88%" in challenge


def test_the_challenge_trains_nothing_before_it_is_opened() -> None:
    [waiting] = [each.value for each in opened().info if "Eight neurons" in each.value]
    assert "not been trained" in waiting
    [stands] = [each.value for each in opened("neurons").info if "Eight neurons" in each.value]
    assert "accuracy is" in stands


def test_the_challenge_can_be_met() -> None:
    app = opened("neurons", surrogate="bump", width="1.0")
    assert any("Challenge met" in each.value for each in app.success)


def test_the_third_question_finds_its_answer_by_training() -> None:
    app = opened(mistake="sign")
    app.segmented_control(key="custom_function.question").set_value("fate").run()
    app.pills(key="custom_function.predict.fate.0").set_value("NaN").run()
    assert not app.exception
    assert any("Right." in each.value for each in app.markdown)
