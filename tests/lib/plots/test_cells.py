from itertools import pairwise

import numpy as np
import plotly.graph_objects as go
import pytest

from lib.plots.cells import blocks, extent, grid, layout
from lib.plots.numbers import short


@pytest.mark.parametrize("shape", [(), (3,), (2, 3), (4, 2, 3), (2, 3, 2, 2)])
def test_every_number_has_one_cell_of_its_own(shape):
    values = np.arange(np.prod(shape, dtype=int), dtype=float).reshape(shape)
    figure = go.Figure(grid(values, name="x"), layout(*extent(shape)))
    places = {}
    for trace in figure.data:
        if trace.type == "heatmap":
            for row, numbers in enumerate(trace.z):
                for column, number in enumerate(numbers):
                    places[trace.x0 + column, trace.y0 + row] = number
    assert sorted(places.values()) == sorted(values.flat)
    width, height = extent(shape)
    assert all(0 < x < width and 0 < y < height for x, y in places)


def test_a_grid_of_three_axes_is_named_by_its_index():
    (*_, names) = grid(np.zeros((2, 1, 1)), name="x")
    assert names["text"] == ["x[0]", "x[1]"]


def test_the_fill_chosen_is_the_color_shown():
    colors = ("red", "green", "blue")
    (trace,) = grid(np.zeros(3), fill=np.array([0, 1, 2]), colors=colors)
    scale = trace["colorscale"]
    for level, color in enumerate(colors):
        at = (level - trace["zmin"]) / (trace["zmax"] - trace["zmin"])
        inside = [c for (a, c), (b, _) in pairwise(scale) if a <= at <= b]
        assert color in inside


def test_nothing_to_draw():
    assert grid(np.zeros((0, 3))) == []
    assert extent((0, 3)) == (0.0, 0.0)


def test_too_many_axes():
    with pytest.raises(ValueError, match=r"shape=\(1, 1, 1, 1, 1\) has more than 4 axes"):
        blocks((1,) * 5)


@pytest.mark.parametrize(
    ("value", "text"),
    [(-2.5, "−2.5"), (True, "True"), (300, "300"), (1e-7, "1e−7"), (0.5 - 2j, "0.5−2j")],
)
def test_numbers_fit_into_cells(value, text):
    assert short(value) == text
