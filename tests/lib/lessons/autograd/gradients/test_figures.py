"""The curve, its point and its line."""

import numpy as np
import pytest

from lib.lessons.autograd.gradients.figures import curve
from lib.lessons.autograd.gradients.lesson import chain, mean_of_square, what_backward_leaves
from lib.lessons.autograd.gradients.reference import curve as points_of
from lib.lessons.autograd.gradients.reference import formula


def drawn(expression=mean_of_square, x=1.0, n=2, steps=(), revealed=True, **settings):
    static = (expression, x, n, steps)
    result = what_backward_leaves(expression, x, n, steps=steps, **settings)
    return curve(points_of(*static), result, formula(*static), revealed)


def slope(trace):
    return (trace.y[1] - trace.y[0]) / (trace.x[1] - trace.x[0])


@pytest.mark.parametrize("x", [-3.0, -1.25, 0.0, 1.0, 3.0])
def test_the_line_is_as_steep_as_the_gradient_and_passes_the_point(x):
    _, dashed, line, point = drawn(x=x).data
    assert slope(line) == pytest.approx(6 * (x + 2) / 4, rel=1e-4, abs=1e-5)
    assert np.interp(x, line.x, line.y) == pytest.approx(point.y[0], rel=1e-5)
    assert np.isnan(dashed.y).all()


def test_piled_up_gradients_show_beside_the_true_tangent():
    _, dashed, line, _ = drawn(calls=2).data
    assert slope(line) == pytest.approx(9)
    assert slope(dashed) == pytest.approx(4.5)


def test_without_a_gradient_only_the_true_tangent_is_drawn():
    figure = drawn(no_grad=True)
    assert np.isnan(figure.data[2].y).all()
    assert slope(figure.data[1]) == pytest.approx(4.5)
    assert "None" in figure.layout.annotations[0].text


@pytest.mark.parametrize(
    ("x", "steps"), [(-1.0, ("pow 0.5",)), (3.0, ("exp",) * 3), (0.0, ("/ 0",))]
)
def test_a_value_that_is_no_number_is_drawn_without_harm(x, steps):
    figure = drawn(chain, x, 2, steps)
    assert np.isfinite(figure.layout.yaxis.range).all()
    assert "NaN" not in figure.to_json()


@pytest.mark.parametrize("calls", [1, 2])
def test_nothing_tells_the_slope_before_it_is_revealed(calls):
    figure = drawn(calls=calls, revealed=False)
    assert figure.layout.annotations[0].text == "x.grad[0, 0] = ?"
    assert all(np.isnan(line.y).all() for line in figure.data[1:3])
    assert figure.data[3].y[0] == 27


def test_the_axes_stay_and_the_numbers_are_there():
    figure = drawn()
    assert tuple(figure.layout.xaxis.range) == (-4, 4)
    table = figure.layout.meta["numbers"]
    assert table["rows"][0] == ["−4", "23.25"]  # (3 * 27 + 3 * (-4 + 2)²) / 4


def test_same_record_same_picture():
    assert drawn().to_json() == drawn().to_json()
