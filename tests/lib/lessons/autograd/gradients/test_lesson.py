"""What backward() leaves, against closed forms, and the graph behind it."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from lib.lessons.autograd.gradients.lesson import (
    EXPRESSIONS,
    W,
    chain,
    mean_of_square,
    product,
    sigmoid,
    total,
    walk_backward,
    what_backward_leaves,
)

xs = st.floats(-3, 3).map(lambda x: round(x, 3))
ns = st.integers(1, 4)


def slope(expression, x, n):
    s = 1 / (1 + np.exp(-3 * x))
    return {
        mean_of_square: 6 * (x + 2) / n**2,
        total: 2 * (x + 2),
        sigmoid: 3 * s * (1 - s) / n**2,
        product: W * W,
    }[expression]


named = st.sampled_from([mean_of_square, total, sigmoid, product])


@given(named, xs, ns)
def test_one_backward_leaves_the_slope(expression, x, n):
    result = what_backward_leaves(expression, x, n)
    wanted = np.full((n, n), slope(expression, x, n))
    np.testing.assert_allclose(result.grad, wanted, rtol=1e-4, atol=1e-6)
    assert {*result.recorded} == {*result.leaves, "y", "z", "out"}
    assert result.leaves == (("x", "w") if expression is product else ("x",))
    assert result.refused == ""


@given(named, xs, ns, st.integers(1, 5))
def test_gradients_add_up_unless_they_are_zeroed(expression, x, n, calls):
    once = what_backward_leaves(expression, x, n)
    added = what_backward_leaves(expression, x, n, calls=calls)
    zeroed = what_backward_leaves(expression, x, n, calls=calls, zero_between=True)
    np.testing.assert_allclose(added.grad, calls * once.grad, rtol=1e-5)
    np.testing.assert_array_equal(zeroed.grad, once.grad)
    if expression is product:
        np.testing.assert_allclose(added.w_grad, calls * once.w_grad, rtol=1e-5, atol=1e-6)
        np.testing.assert_array_equal(zeroed.w_grad, once.w_grad)


@given(xs, ns)
def test_detaching_y_in_the_product_is_silent(x, n):
    whole = what_backward_leaves(product, x, n)
    cut = what_backward_leaves(product, x, n, detach="y")
    assert cut.refused == ""
    assert cut.recorded == ("x", "w", "z", "out")
    assert cut.leaves == ("x", "w", "y")
    assert cut.grad is None
    assert cut.out == whole.out
    np.testing.assert_allclose(whole.w_grad, np.full((n, n), 2 * W * x), rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(cut.w_grad, np.full((n, n), W * x), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("settings", [{"detach": "y"}, {"detach": "z"}, {"no_grad": True}])
def test_without_a_graph_pytorch_refuses_in_its_own_words(settings):
    with pytest.raises(RuntimeError) as real:
        torch.ones(()).backward()
    result = what_backward_leaves(mean_of_square, 1.0, 2, **settings)
    assert result.refused == str(real.value)
    assert result.grad is None
    assert "out" not in result.recorded
    assert "out" in result.leaves
    assert result.out == 27
    assert walk_backward(mean_of_square, 1.0, 2, **settings).nodes == ()


@given(xs, ns)
def test_the_notes_built_from_steps_are_the_notes(x, n):
    built = what_backward_leaves(chain, x, n, steps=("+ 2", "pow 2", "* 3", "mean"))
    np.testing.assert_allclose(
        built.grad, what_backward_leaves(mean_of_square, x, n).grad, rtol=1e-5, atol=1e-6
    )


@given(named, xs, ns)
def test_the_walked_graph_ends_with_the_same_gradient(expression, x, n):
    graph = walk_backward(expression, x, n)
    leaf = next(node for node in graph.nodes if node.label == "x")
    arrived = next(step.gradient for step in graph.steps if step.node == leaf.id)
    np.testing.assert_array_equal(arrived, what_backward_leaves(expression, x, n).grad)


def test_a_detached_tensor_is_drawn_as_a_constant():
    graph = walk_backward(product, 1.0, 2, detach="y")
    assert [(node.op, node.label) for node in graph.nodes[:2]] == [
        ("", "y"),
        ("AccumulateGrad", "w"),
    ]
    assert [edge.cut for edge in graph.edges] == [True, False, False]


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"x": 3.5}, r"x=3\.5 is out of range: -3\.0 to 3\.0"),
        ({"x": float("nan")}, "x=nan is not a finite number"),
        ({"n": 5}, "n=5 is out of range: 1 to 4"),
        ({"calls": 0}, "calls=0 is out of range: 1 to 5"),
        ({"detach": "x"}, "detach='x' is not one of: 'nowhere', 'y', 'z'"),
        ({"expression": np.sin}, "expression=sin is not one of: mean_of_square"),
        ({"steps": ("cos",)}, "step 'cos' is not one of"),
        ({"steps": ("+",)}, r"step '\+' is not one of"),
        ({"steps": ("sin 2",)}, "step 'sin 2' is not one of"),
        ({"steps": ("+ 11",)}, r"step '\+ 11' is not one of"),
        ({"steps": ("+ nan",)}, r"step '\+ nan' is not one of"),
        ({"steps": ("__import__('os')",)}, "step .* is not one of"),
        ({"steps": ("sin",) * 5}, "has 5 steps: 0 to 4 are allowed"),
        ({"steps": "sin"}, "is not a tuple of strings"),
    ],
)
def test_bad_settings_are_named(settings, said):
    with pytest.raises(ValueError, match=said):
        what_backward_leaves(**settings)


def test_a_whole_number_is_as_good_as_any():
    np.testing.assert_array_equal(what_backward_leaves(x=1).grad, what_backward_leaves(x=1.0).grad)


@pytest.mark.parametrize("expression", EXPRESSIONS.values())
def test_same_settings_same_result(expression):
    one, two = (what_backward_leaves(expression, 0.3, 3, steps=("sin",)) for _ in range(2))
    assert one.out == two.out
    np.testing.assert_array_equal(one.grad, two.grad)


def test_the_callers_grad_mode_is_left_alone():
    what_backward_leaves(no_grad=True)
    walk_backward(no_grad=True)
    assert torch.is_grad_enabled()
