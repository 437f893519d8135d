"""The page of the gradients: what it calls right is what backward() leaves at these settings."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

FRAME = str(Path(__file__).parents[3] / "pages" / "frame.py")


def opened(**controls: object) -> AppTest:
    app = AppTest.from_file(FRAME, default_timeout=60).switch_page("autograd/gradients.py")
    for name, value in controls.items():
        app.query_params[f"gradients.{name}"] = value
    app.run()
    assert not app.exception
    return app


def told(app: AppTest, question: str, answer: str) -> str:
    app.segmented_control(key="gradients.question").set_value(question).run()
    app.pills(key=f"gradients.predict.{question}.0").set_value(answer).run()
    assert not app.exception
    [verdict] = [words.value for words in app.markdown if "Right." in words.value
                 or "Not this time." in words.value]  # fmt: skip
    return verdict


@pytest.mark.parametrize("cut", [{"no_grad": "true"}, {"detach": "y"}, {"detach": "z"}])
@pytest.mark.parametrize(("question", "whole"), [("slope", "4.5"), ("twice", "9")])
def test_where_the_graph_is_cut_nothing_is_left(cut: dict[str, str], question: str, whole: str
                                                ) -> None:  # fmt: skip
    assert "Right." in told(opened(), question, whole)
    wrong = told(opened(**cut), question, whole)
    assert "Not this time." in wrong
    assert "It is None" in wrong


def test_the_challenge_can_be_met() -> None:
    app = opened(n="1", x="-1.25")  # 6 (x + 2) / n² = 4.5
    assert any("Challenge met" in each.value for each in app.success)
