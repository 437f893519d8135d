"""The challenge stands below the questions and must not answer them."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

FRAME = str(Path(__file__).parents[2] / "pages" / "frame.py")


@pytest.mark.parametrize(
    ("page", "answer"),
    [("tensors/numpy_bridge.py", "(1.0"), ("autograd/gradients.py", "x.grad: ")],
)
def test_where_one_stands_tells_no_answer(page: str, answer: str) -> None:
    app = AppTest.from_file(FRAME, default_timeout=60)
    app.switch_page(page).run()
    [goal] = [each.value for each in app.info if "Challenge." in each.value]
    assert "Now:" in goal
    assert answer not in goal.partition("Now:")[2]
