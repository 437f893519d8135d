"""The classifier's page: a prediction is answered by the run, and a link opens its views."""

import time
from pathlib import Path

from streamlit.testing.v1 import AppTest

from lib.lessons.training.classify.config import Recipe
from lib.lessons.training.classify.lesson import train
from lib.lessons.training.classify.networks import NETWORKS
from lib.lessons.training.classify.questions import GOAL, first_gap
from lib.lessons.training.classify.runs import Run

FRAME = str(Path(__file__).parents[3] / "pages" / "frame.py")
QUICK = {"network": "Mnist_Logistic", "size": "250", "epochs": "2", "learning_rate": "0.01"}
RECIPE = Recipe(network="Mnist_Logistic", size=250, epochs=2, learning_rate=0.01)


def opened(**more: str) -> AppTest:
    app = AppTest.from_file(FRAME, default_timeout=60)
    for name, value in (QUICK | more).items():
        app.query_params[f"classify.{name}"] = value
    return app.switch_page("training/classify.py").run()


def played(app: AppTest) -> AppTest:
    next(each for each in app.button if each.key == "classify.player.play").click().run()
    for _ in range(600):
        if not app.session_state["playbacks"]["classify"].playing:
            return app
        time.sleep(0.05)
        app.run()
    raise AssertionError("it never ended")


def said(app: AppTest) -> str:
    return "\n".join(each.value for each in app.markdown)


def test_a_choice_is_answered_when_the_run_is_over() -> None:
    app = opened()
    group = next(each for each in app.button_group if ".predict.gap." in each.key)
    group.set_value("1–2").run()
    assert "Your answer stands." in said(app)
    played(app)
    assert "Your answer stands." not in said(app)
    state, result = Run(RECIPE).begin(None)
    for _ in range(RECIPE.chunks):
        state, result = Run(RECIPE).advance(state)
    assert ("Right." in said(app)) == (first_gap(result.epochs) is not None)
    assert f"`{result.epochs[-1].test_accuracy:.1%}`" in said(app)
    assert "accuracy on the first 250 training images" in said(app)


def test_every_view_opens_before_and_after() -> None:
    for view in ("confusion", "worst mistakes", "calibration", "a picture of yours"):
        app = opened(view=view)
        assert not app.exception
        assert any("Press Play" in each.value for each in app.caption)
        played(app)
        assert not app.exception
        assert not any("Press Play" in each.value for each in app.caption)
        assert len(app.session_state["lesson_context"].charts) == 2
        assert ("Precision" in said(app)) == (view == "confusion")


def test_the_solution_of_the_hints_is_good_enough() -> None:
    """Its seconds are measured while it runs: about four of one core, of the thirty it may take."""
    network = NETWORKS["small CNN"]
    made = train(network=network, optimizer="momentum", learning_rate=0.03, batch_size=64, epochs=4)
    assert max(made.test_accuracy) >= GOAL
