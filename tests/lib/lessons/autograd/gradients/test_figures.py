"""The curve, its point and its line."""

import numpy as np
import pytest

from lib.lessons.autograd.gradients.figures import curve
from lib.lessons.autograd.gradients.lesson import chain, mean_of_square
from lib.lessons.autograd.gradients.reference import curve as record_of


def slope(trace):
    return (trace.y[1] - trace.y[0]) / (trace.x[1] - trace.x[0])


@pytest.mark.parametrize("x", [-3.0, -1.25, 0.0, 1.0, 3.0])
def test_the_line_is_as_steep_as_the_gradient_and_passes_the_point(x):
    _, dashed, line, point = curve(record_of(mean_of_square, x, 2)).data
    assert slope(line) == pytest.approx(6 * (x + 2) / 4, rel=1e-4, abs=1e-5)
    assert np.interp(x, line.x, line.y) == pytest.approx(point.y[0], rel=1e-5)
    assert np.isnan(dashed.y).all()


def test_piled_up_gradients_show_beside_the_true_tangent():
    _, dashed, line, _ = curve(record_of(calls=2)).data
    assert slope(line) == pytest.approx(9)
    assert slope(dashed) == pytest.approx(4.5)


def test_without_a_gradient_only_the_true_tangent_is_drawn():
    figure = curve(record_of(no_grad=True))
    assert np.isnan(figure.data[2].y).all()
    assert slope(figure.data[1]) == pytest.approx(4.5)
    assert "None" in figure.layout.annotations[0].text


@pytest.mark.parametrize(
    ("x", "steps"), [(-1.0, ("pow 0.5",)), (3.0, ("exp",) * 3), (0.0, ("/ 0",))]
)
def test_a_value_that_is_no_number_is_drawn_without_harm(x, steps):
    figure = curve(record_of(chain, x, 2, steps=steps))
    assert np.isfinite(figure.layout.yaxis.range).all()
    assert "NaN" not in figure.to_json()


def test_the_axes_stay_and_the_numbers_are_there():
    figure = curve(record_of())
    assert tuple(figure.layout.xaxis.range) == (-4, 4)
    assert figure.layout.height == 320
    table = figure.layout.meta["numbers"]
    assert table["rows"][0] == ["-4", "23.25"]  # (3 * 27 + 3 * (-4 + 2)²) / 4


def test_same_record_same_picture():
    assert curve(record_of()).to_json() == curve(record_of()).to_json()
