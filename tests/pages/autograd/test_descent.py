"""The page of the optimizers: its controls, and a challenge that gives no answer away."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from lib.lessons.autograd.descent.scene import CONTROLS

FRAME = str(Path(__file__).parents[3] / "pages" / "frame.py")


def opened(**controls: object) -> AppTest:
    app = AppTest.from_file(FRAME, default_timeout=60).switch_page("autograd/descent.py")
    for name, value in controls.items():
        app.query_params["answers" if name == "answers" else f"descent.{name}"] = value
    app.run()
    assert not app.exception
    return app


def stands(app: AppTest) -> str:
    [info] = [each.value for each in app.info if "**Now:**" in each.value]
    return info


@pytest.mark.parametrize("optimizers", [["momentum"], ["SGD", "momentum"]])
def test_how_far_momentum_comes_is_told_once_it_may_be_seen(optimizers: list[str]) -> None:
    chosen = {"surface": "Rosenbrock", "optimizers": optimizers}
    assert "the loss of momentum" not in stands(opened(**chosen))
    assert "the loss of momentum" in stands(opened(**chosen, answers="shown"))


def test_one_optimizer_has_its_own_controls_only() -> None:
    shown = opened(optimizers=["SGD"]).session_state["lesson_context"].controls
    names = {key.removeprefix("descent.") for key in shown}
    assert names == {
        "surface", "optimizers", "SGD.lr", "start_x", "start_y", "steps", "schedule", "view",
    }  # fmt: skip
    every = opened(optimizers=["momentum", "Adam"]).session_state["lesson_context"].controls
    assert {"descent.momentum", "descent.beta1", "descent.beta2"} <= set(every)
    assert {key.removeprefix("descent.") for key in every} <= set(CONTROLS)


def test_the_challenge_can_be_met() -> None:
    app = opened(
        surface="Rosenbrock",
        optimizers=["momentum"],
        steps="200",
        momentum="0.95",
        **{"momentum.lr": "0.001"},
    )
    assert any("Challenge met" in each.value for each in app.success)
