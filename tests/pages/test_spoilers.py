"""The challenge stands below the questions and must not answer them."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

FRAME = str(Path(__file__).parents[2] / "pages" / "frame.py")


def stands(page: str, **settings: object) -> str:
    """Open a lesson and return where its challenge says that the visitor stands."""
    app = AppTest.from_file(FRAME, default_timeout=60)
    slug = Path(page).stem
    for name, value in settings.items():
        app.query_params[f"{slug}.{name}"] = str(value)
    app.switch_page(page).run()
    [info] = [each.value for each in app.info if "Not yet" in each.value]
    return info


@pytest.mark.parametrize(
    ("page", "answer", "settings"),
    [
        ("tensors/numpy_bridge.py", "→ `1`", {}),
        ("autograd/gradients.py", "4.5", {}),
    ],
)
def test_where_one_stands_tells_no_answer_before_it_is_uncovered(page, answer, settings):
    assert answer not in stands(page, **settings)
    assert answer in stands(page, **settings, show="true")
