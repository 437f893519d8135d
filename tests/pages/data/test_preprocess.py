"""The draws of the lesson on preprocessing, for chains that draw and chains that do not."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from lib.lessons.data.preprocess.lesson import MOST_STEPS

SCALED = "ToDtype(torch.float32, scale=True)"
FRAME = str(Path(__file__).parents[3] / "pages" / "frame.py")


def said(*steps: str) -> str:
    """Return what the page says of this chain."""
    app = AppTest.from_file(FRAME, default_timeout=60).switch_page("data/preprocess.py")
    for place in range(MOST_STEPS):
        name = steps[place] if place < len(steps) else "none"
        app.query_params[f"preprocess.step{place + 1}"] = name
    app.run()
    app.session_state["preprocess.draws.open"] = True
    app.run()
    assert not app.exception
    return "\n".join(each.value for each in app.markdown)


@pytest.mark.parametrize(
    ("steps", "words"),
    [
        (("ToImage()", "RandomCrop(112)"), "8 different images"),
        (("RandomRotation(30)",), "The random steps changed nothing"),  # an array passes as it is
        (("ToImage()", "CenterCrop(112)", "RandomCrop(112)"), "came to the same eight times"),
        (("ToImage()",), "No step of this chain is random"),
    ],
)
def test_only_what_is_drawn_anew_is_said_to_differ(steps: tuple[str, ...], words: str) -> None:
    assert words in said(*steps)


def test_the_question_follows_the_chain() -> None:
    assert "`Normalize(MEAN, STD)`" in said("ToImage()", SCALED, "Normalize(MEAN, STD)")
    without = said("ToImage()", SCALED)
    assert "What comes out of the 2 steps" in without
    assert "red has a mean" not in without
