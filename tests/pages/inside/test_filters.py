"""The page: a preset that comes back, cells that are typed, and what is folded."""

import json
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

FRAME = str(Path(__file__).parents[3] / "pages" / "frame.py")
SOBEL = "-1, 0, 1; -2, 0, 2; -1, 0, 1"


def opened(*folded: str) -> AppTest:
    app = AppTest.from_file(FRAME, default_timeout=60)
    for name in folded:
        app.session_state[f"filters.{name}.open"] = True
    app.switch_page("inside/filters.py").run()
    assert not app.exception
    return app


def data_of(app: AppTest, part: str) -> dict[str, Any]:
    """Return what the element that has this part was given."""
    given = [json.loads(each.proto.json) for each in app.get("bidi_component") if each.proto.json]
    found: list[dict[str, Any]] = [each for each in given if part in each]
    return found[0]


def chosen(app: AppTest) -> list[str]:
    cells = data_of(app, "cells")
    return [each["name"] for each in (*cells["presets"], *cells["sizes"]) if each["chosen"]]


def type_kernel(app: AppTest, text: str) -> None:
    app.text_input(key="filters.kernel").set_value(text).run()
    assert not app.exception


def test_a_preset_comes_back_after_a_cell_was_changed() -> None:
    app = opened()
    assert chosen(app) == ["sobel_x", "3 × 3"]
    type_kernel(app, SOBEL.replace("2;", "7;"))
    assert chosen(app) == ["3 × 3"]
    [preset] = [p for p in data_of(app, "cells")["presets"] if p["name"] == "sobel_x"]
    type_kernel(app, preset["text"])
    assert chosen(app) == ["sobel_x", "3 × 3"]
    assert data_of(app, "cells")["cells"][1] == ["-2", "0", "2"]


def test_a_kernel_keeps_its_preset_in_another_size() -> None:
    app = opened()
    [large] = [size for size in data_of(app, "cells")["sizes"] if not size["chosen"]]
    type_kernel(app, large["text"])
    assert chosen(app) == ["sobel_x", "5 × 5"]


def test_a_kernel_that_cannot_be_read_changes_nothing() -> None:
    app = opened()
    before = data_of(app, "scene")["scene"]
    type_kernel(app, "1, 2; 3, 4")
    assert "2 rows" in app.warning[0].value
    assert data_of(app, "scene")["scene"] == before


@pytest.mark.parametrize("name", ["edges", "functions", "learned"])
def test_what_is_folded_is_sent_once_it_is_opened(name: str) -> None:
    assert len(opened(name).get("bidi_component")) > len(opened().get("bidi_component"))
    assert not opened(name).error
