"""The views of the lesson that are drawn only when they are open: the real processes."""

import json
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from lib.runtime.pool import close_workers

FRAME = str(Path(__file__).parents[3] / "pages" / "frame.py")


@pytest.fixture(scope="module", autouse=True)
def no_workers_left() -> Any:
    yield
    close_workers()


def opened(view: str, **controls: str) -> AppTest:
    app = AppTest.from_file(FRAME, default_timeout=60).switch_page("scale/data_parallel.py")
    for name, value in {"view": view, **controls}.items():
        app.query_params[f"data_parallel.{name}"] = value
    app.run()
    assert not app.exception
    return app


def said(app: AppTest) -> str:
    return "\n".join(each.value for each in app.markdown)


def drawn(app: AppTest) -> int:
    made = [json.loads(each.proto.json) for each in app.get("bidi_component") if each.proto.json]
    return sum("figure" in data for data in made)


def answer(app: AppTest, name: str) -> None:
    if name != app.segmented_control(key="data_parallel.question").value:
        app.segmented_control(key="data_parallel.question").set_value(name).run()
    [pills] = [each for each in app.pills if each.key and f".predict.{name}." in each.key]
    pills.set_value(pills.options[0]).run()


def test_real_processes_with_and_without_a_sampler() -> None:
    app = opened("Real processes", batch="8")
    assert drawn(app) == 2  # besides the stage
    assert "up to rounding" in said(app)
    assert "train_on_processes" in app.session_state["lesson_context"].programs
    app.slider(key="data_parallel.batch").set_value(7).run()
    assert "They count more than the others" in said(app)
    app.toggle(key="data_parallel.sampler").set_value(False).run()
    assert "found the same gradient" not in said(app)
    answer(app, "first")
    assert "found the same gradient" in said(app)
    app.slider(key="data_parallel.processes").set_value(1).run()
    assert not app.exception


def test_speed_is_measured_and_measured_again() -> None:
    app = opened("Speed", samples="64", width="64")
    assert drawn(app) == 1
    before = said(app)
    app.run()
    assert said(app) == before  # each setting is measured once
    next(each for each in app.button if each.key == "data_parallel.again").click().run()
    assert said(app) != before


def test_the_commands_follow_the_slider() -> None:
    app = opened("torchrun", processes="3")
    commands = [each.value for each in app.code]
    assert commands[0] == "torchrun --standalone --nproc_per_node=3 train.py"
    assert "--nnodes=2 --nproc_per_node=3" in commands[1]
    assert "a step on 3 of them learns from 24 samples" in said(app)


def test_no_process_starts_before_a_visitor_opens_the_view() -> None:
    app = AppTest.from_file(FRAME, default_timeout=60).switch_page("scale/data_parallel.py").run()
    assert not app.exception
    assert not app.toggle
    assert drawn(app) == 0


def test_the_challenge_can_be_reached() -> None:
    app = AppTest.from_file(FRAME, default_timeout=60).switch_page("scale/data_parallel.py")
    app.query_params["data_parallel.batch"] = "41"
    app.run()
    assert not app.success
    assert "Would they be with one sample less" not in app.info[0].value
    app.slider(key="data_parallel.batch").set_value(43).run()
    assert any("Would they be with one sample less" in each.value for each in app.info)
    app.slider(key="data_parallel.batch").set_value(42).run()
    assert any("Challenge met" in each.value for each in app.success)


def test_a_challenge_without_a_solution_says_so() -> None:
    app = AppTest.from_file(FRAME, default_timeout=60).switch_page("scale/data_parallel.py")
    app.query_params["data_parallel.compute"] = "20"
    app.query_params["data_parallel.communication"] = "20000"
    app.run()
    assert "Change one of the times first" in app.info[0].value
    app.slider(key="data_parallel.compute").set_value(500).run()
    assert "Change one of the times first" not in app.info[0].value


@pytest.mark.parametrize(("batch", "evenly"), [("1", True), ("2", True), ("3", False), ("8", True)])
def test_why_the_gradients_agree_or_do_not(batch: str, evenly: bool) -> None:
    app = opened("Real processes", batch=batch, processes="4")
    assert ("not quite" in said(app)) == (not evenly)
    assert ("up to rounding" in said(app)) == evenly
