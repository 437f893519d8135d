"""The formula and the finite difference against what autograd says."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from lib.lessons.autograd.gradients.lesson import (
    chain,
    mean_of_square,
    product,
    sigmoid,
    total,
    what_backward_leaves,
)
from lib.lessons.autograd.gradients.reference import (
    SPECIAL,
    curve,
    formula,
    numerical_gradient,
    reaches,
)

xs = st.floats(-3, 3).map(lambda x: round(x, 3))
ns = st.integers(1, 4)
named = st.sampled_from([mean_of_square, total, sigmoid, product])
step = st.sampled_from(
    ["+ 2", "- 1", "* 3", "* -0.5", "/ 4", "pow 2", "pow 3", "sin", "exp", "relu"]
)
chains = st.lists(step, max_size=4).map(tuple)
ends = st.sampled_from([(), ("mean",), ("sum",)])


@given(named, xs, ns)
def test_formula_difference_and_autograd_agree(expression, x, n):
    exact = formula(expression, x, n)
    grad = what_backward_leaves(expression, x, n).grad
    np.testing.assert_allclose(grad, np.full((n, n), exact.slope), rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(numerical_gradient(expression, x, n), grad, rtol=1e-3, atol=1e-4)


@given(xs, ns, chains, ends)
def test_any_chain_agrees_with_autograd(x, n, steps, end):
    exact = formula(chain, x, n, steps + end)
    assume(exact.special == "" and abs(exact.slope) < 1e4)
    assume(all(abs(factor.enters) < 1e3 for factor in exact.factors))
    result = what_backward_leaves(chain, x, n, steps=steps + end)
    np.testing.assert_allclose(result.out, exact.out, rtol=1e-2, atol=1e-3)
    np.testing.assert_allclose(result.grad, np.full((n, n), exact.slope), rtol=1e-2, atol=1e-3)


@pytest.mark.parametrize(
    ("x", "steps", "special"),
    [
        (0.0, ("relu",), "kink"),
        (-1.0, ("pow 0.5",), "no_value"),
        (0.0, ("/ 0",), "no_value"),
        (0.0, ("pow 0.5",), "infinite"),
        (0.0, ("pow -1",), "infinite"),
        (1.0, ("/ 0",), "infinite"),
        (3.0, ("exp", "exp", "exp"), "too_large"),
        (0.0, ("pow 2", "pow 0.5"), "no_slope"),
        (3.0, ("exp", "exp", "* 10", "sin"), "rough"),
        (-1.0, ("relu", "pow 0.5"), ""),
        (0.0, ("pow 0",), ""),
    ],
)
def test_special_points_are_named_and_the_formula_says_what_pytorch_does(x, steps, special):
    exact = formula(chain, x, 2, steps)
    assert exact.special == special
    assert special == "" or special in SPECIAL
    grad = what_backward_leaves(chain, x, 2, steps=steps).grad
    if special != "rough":
        np.testing.assert_array_equal(grad, np.full((2, 2), exact.slope, np.float32))


def test_the_formula_is_written_with_its_numbers():
    text = formula(mean_of_square, 1.0, 2).text  # 6 (1 + 2) / 2²
    assert text == "0.25 (mean) · 3 (* 3) · 6 (pow 2) · 1 (+ 2) = 4.5"
    built = formula(chain, 1.0, 2, ("- 2", "pow 2"))
    assert "−2 (pow 2)" in built.text
    assert built.text.endswith("= −0.5")


def test_the_curve_passes_the_point_with_the_slope():
    record = curve(mean_of_square, 1.0, 2)
    np.testing.assert_allclose(record.out, (3 * 27 + 3 * (record.x + 2) ** 2) / 4)
    assert record.at == 1.0
    assert np.interp(1.0, record.x, record.out) == pytest.approx(27.0, rel=1e-3)


def test_the_goal_is_reached_at_just_two_settings_of_the_notes():
    hits = [
        (x / 20, n)
        for n in range(1, 5)
        for x in range(-60, 61)
        if reaches(what_backward_leaves(mean_of_square, x / 20, n))
    ]
    assert hits == [(-1.25, 1), (1.0, 2)]  # 6 (x + 2) / n² = 4.5
    assert not reaches(what_backward_leaves(no_grad=True))


@pytest.mark.parametrize("function", [formula, numerical_gradient, curve])
def test_bad_settings_are_named(function):
    with pytest.raises(ValueError, match=r"x=-3\.1 is out of range"):
        function(x=-3.1)


def test_same_settings_same_result():
    np.testing.assert_array_equal(
        numerical_gradient(sigmoid, 0.3), numerical_gradient(sigmoid, 0.3)
    )
    assert formula(sigmoid, 0.3) == formula(sigmoid, 0.3)
