"""Every mistake really fails or really does damage; every repair really repairs."""

import gc
import weakref

import pytest
import torch

from lib.core.bugs import bugs_of, outdated_of
from lib.core.isolation import attempt
from lib.export.snippets import listing
from lib.lessons.autograd.custom_function import bugs as wrong
from tests.lib.core.test_bugs import check_loud, check_titles

BUGS = bugs_of("lib.lessons.autograd.custom_function")
(THEN,) = outdated_of("lib.lessons.autograd.custom_function")


SAYS = {
    "wrong_factor": ("GradcheckError", "Jacobian mismatch for output 0", "gradcheck("),
    "in_float32": ("GradcheckError", "Jacobian mismatch for output 0", "gradcheck("),
    "one_gradient_too_few": (
        "RuntimeError",
        "returned an incorrect number of gradients (expected 2, got 1)",
        ".backward()",
    ),
    "saved_then_changed": (
        "RuntimeError",
        "has been modified by an inplace operation",
        "ctx.saved_tensors",
    ),
    "no_setup_context": (
        "RuntimeError",
        "it must override the setup_context staticmethod",
        "slope(torch.tensor(x))",
    ),
}
SILENT = {"grad_output_forgotten", "kept_on_ctx", "result_on_ctx", "no_backward"}


def test_every_bug_is_tested_and_says_if_it_is_silent():
    check_titles(BUGS, SAYS, SILENT)


@pytest.mark.parametrize("x", [0.5, 1.0, 2.0])
@pytest.mark.parametrize("name", SAYS)
def test_a_loud_bug_raises_where_it_should_and_the_repair_does_not(name, x):
    check_loud(BUGS, name, *SAYS[name], x=x)


@pytest.mark.parametrize("x", [0.5, 2.0])
def test_the_repairs_give_the_right_numbers(x):
    assert wrong.wrong_factor_fixed(x) is True
    assert wrong.in_float32_fixed(x) is True
    assert wrong.one_gradient_too_few_fixed(x) == 3
    assert wrong.static_methods(x) == 2 * x
    assert wrong.no_setup_context_fixed(x) == 3 * x**2


def test_float32_warns_before_it_fails():
    for _ in range(2):
        [warning] = attempt(wrong.in_float32, {}).warnings
        assert "not a double precision floating point" in warning


@pytest.mark.parametrize("x", [0.5, 1.0, 2.0])
def test_the_silent_ones_are_wrong_by_as_much_as_theory_says(x):
    assert wrong.grad_output_forgotten(x) == (2 * x, 10 * x)
    assert wrong.grad_output_forgotten_fixed(x) == (10 * x, 10 * x)
    assert wrong.kept_on_ctx(x) == (2 * (x + 3), 2 * (x + 2))
    assert wrong.kept_on_ctx_fixed(x) == (2 * (x + 2), 2 * (x + 2))


@pytest.mark.parametrize("x", [0.5, 1.0, 2.0])
def test_pytorchs_own_polynomial_stops_the_gradient(x):
    u = 0.3 * x
    slope = -1.5 * (5 * u * u - 1)
    broken, fixed = attempt(wrong.no_backward, {"x": x}), wrong.no_backward_fixed(x)
    assert (broken.error, broken.warnings) == ("", ())
    assert broken.result[2:] == (None, None)
    value = (5 * u**3 - 3 * u) / 2
    assert [grad.item() for grad in broken.result[:2]] == pytest.approx([1, value])
    assert [grad.item() for grad in fixed] == pytest.approx([1, value, slope, slope * x])


def test_a_result_kept_on_ctx_stays_until_the_collector_comes():
    gc.collect()
    gc.disable()
    try:
        assert wrong.result_on_ctx(5) == (5, 5, 5.0)
        assert wrong.result_on_ctx_fixed(5) == (5, 0, 0.0)
    finally:
        gc.enable()


def test_the_collector_does_free_it():
    class Exp(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            ctx.y = x.exp()
            return ctx.y

        @staticmethod
        def backward(ctx, grad_output):
            return grad_output * ctx.y

    y = Exp.apply(torch.ones(3, requires_grad=True))
    there = weakref.ref(y)
    del y
    assert there() is not None
    gc.collect()
    assert there() is None


def test_the_old_way_is_refused_and_todays_works():
    old, new = attempt(THEN.then, {}), attempt(THEN.now, {})
    assert old.error == "RuntimeError"
    assert "Legacy autograd function with non-static forward method" in old.message
    assert (new.error, new.result, new.warnings) == ("", 2.0, ())


def test_a_listing_shows_the_function_it_uses():
    text = listing(wrong.static_methods, helpers=True).text
    assert text.index("class Square(") < text.index("Square.apply(")
    assert "class Slope" not in listing(wrong.kept_on_ctx, helpers=True).text


@pytest.mark.parametrize(
    "function", [*(f for bug in BUGS for f in (bug.broken, bug.fixed)), *THEN[1:3]]
)
def test_the_small_programs_refuse_bad_settings(function):
    [name] = function.rules
    with pytest.raises(ValueError, match=f"{name}=99 is out of range"):
        function(99)
