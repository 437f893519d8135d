import json

import numpy as np
import plotly.graph_objects as go
import plotly.io
import pytest

from lib.plots.figure import Figure

PARTS = {
    "data": [
        {
            "type": "heatmap",
            "z": np.arange(6, dtype=np.uint8).reshape(2, 3),
            "x": np.array([0.5, np.nan, 2.5], np.float32),
            "text": np.array([["a", "b", "c"], ["d", "e", "f"]]),
        },
        {"type": "scatter", "x": (1, 2), "y": [float("nan"), np.float64(2)]},
    ],
    "layout": {"height": 300, "meta": {"numbers": {"columns": ["i"], "rows": [[1]]}}},
    "frames": [{"name": "1", "data": [{"x": [3, 4]}], "traces": [1]}],
}


@pytest.fixture
def checked_by_plotly() -> None:
    """Here the plain class itself is meant."""


def test_it_writes_what_plotly_writes() -> None:
    """Plotly's own class is the oracle; it adds types and a template, which no picture needs."""
    ours, plotlys = json.loads(Figure(**PARTS).to_json()), go.Figure(**PARTS).to_plotly_json()
    plotlys = json.loads(plotly.io.to_json(plotlys, validate=False))
    plotlys["layout"].pop("template", None)
    for frame in plotlys["frames"]:
        for trace in frame["data"]:
            trace.pop("type", None)
    assert ours == plotlys


def test_whole_numbers_too_large_for_the_script_are_written_out() -> None:
    figure = Figure([{"type": "bar", "y": np.array([2**40, 1])}])
    assert json.loads(figure.to_json())["data"][0]["y"] == [2**40, 1]


def test_the_numbers_of_an_array_that_is_not_contiguous_come_in_order() -> None:
    turned = np.arange(6, dtype=np.float32).reshape(2, 3).T
    z = json.loads(Figure([{"type": "heatmap", "z": turned}]).to_json())["data"][0]["z"]
    straight = Figure([{"type": "heatmap", "z": np.ascontiguousarray(turned)}]).to_json()
    assert z == json.loads(straight)["data"][0]["z"]
    assert z["shape"] == "3, 2"


def test_what_is_no_part_of_a_picture_is_refused() -> None:
    with pytest.raises(TypeError, match="not JSON serializable: set"):
        Figure([{"type": "bar", "y": {1, 2}}]).to_json()


def test_the_same_picture_is_written_the_same() -> None:
    assert Figure(**PARTS).to_json() == Figure(**PARTS).to_json()
