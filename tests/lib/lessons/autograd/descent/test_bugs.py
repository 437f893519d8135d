"""Every mistake really fails or really does damage; every repair really repairs."""

import math

import pytest

from lib.core.bugs import bugs_of
from lib.core.isolation import attempt
from lib.lessons.autograd.descent import bugs
from tests.lib.core.test_bugs import pair

BUGS = bugs_of("lib.lessons.autograd.descent")


XS = [1.0, 1.5, 2.0, 3.0]


def line_of(function, text):
    """Return the number of the line of the file that holds ``text`` inside a program."""
    code = function.__code__
    with open(code.co_filename, encoding="utf-8") as file:
        lines = file.read().split("\n")
    return next(
        number
        for number, line in enumerate(lines, start=1)
        if number > code.co_firstlineno and text in line
    )


@pytest.mark.parametrize(
    ("name", "error", "said", "line"),
    [
        ("not_a_leaf", "ValueError", "can't optimize a non-leaf Tensor", "optim.SGD([w]"),
        ("no_closure", "TypeError", "positional argument: 'closure'", "optimizer.step()"),
    ],
)
def test_the_real_error_its_line_and_the_repair(name, error, said, line):
    broken = attempt(getattr(bugs, name), {})
    assert broken.error == error
    assert said in broken.message
    assert broken.line == line_of(getattr(bugs, name), line)
    fixed = attempt(pair(BUGS, name)[1], {})
    assert (fixed.error, fixed.warnings) == ("", ())


@pytest.mark.parametrize("x", XS)
def test_the_loud_repairs_walk(x):
    assert bugs.not_a_leaf_fixed(x) == pytest.approx(2 * x * 0.8)  # one step of 1 - 0.1 · 2
    assert abs(bugs.no_closure_fixed(x)) < 0.01


@pytest.mark.parametrize("x", XS)
@pytest.mark.parametrize("name", ["no_zero_grad", "step_before_backward", "replaced_weights"])
def test_the_silent_ones_do_damage_and_the_repairs_do_none(name, x):
    broken = attempt(getattr(bugs, name), {"x": x})
    assert (broken.error, broken.warnings) == ("", ())
    fixed = pair(BUGS, name)[1](x)
    assert broken.result.loss_before == fixed.loss_before == pytest.approx(x**2)
    assert broken.result.loss_after > 0.5 * x**2
    assert fixed.x_after == pytest.approx(x * 0.8**50, rel=1e-3)
    assert fixed.loss_after < 1e-6


@pytest.mark.parametrize("x", XS)
def test_gradients_that_pile_up_swing(x):
    w, pile = x, 0.0
    for _ in range(50):
        pile += 2 * w
        w -= 0.1 * pile
    assert bugs.no_zero_grad(x).x_after == pytest.approx(w, rel=1e-3, abs=1e-4)


@pytest.mark.parametrize("name", ["step_before_backward", "replaced_weights"])
def test_nothing_ever_moves(name):
    assert getattr(bugs, name)(1.5) == (2.25, 2.25, 1.5)


@pytest.mark.parametrize("x", XS)
def test_too_large_a_rate_ends_in_nan(x):
    broken = attempt(bugs.learning_rate_too_large, {"x": x})
    assert (broken.error, broken.warnings) == ("", ())
    assert math.isnan(broken.result.loss_after)
    assert all(math.isnan(each) for each in broken.result.w_after)
    fixed = bugs.learning_rate_too_large_fixed(x)
    assert fixed.loss_after < fixed.first_steps[0]
    assert all(math.isfinite(each) for each in [*fixed.w_after, *fixed.first_steps])


def test_the_numbers_pass_through_infinity():
    steps = bugs.learning_rate_too_large().first_steps
    assert math.inf in steps
    assert steps[0] == 401  # (1 - 2)² + 100 (2 - 4)²


@pytest.mark.parametrize("x", XS)
def test_a_scheduler_that_goes_first_skips_the_first_rate_and_pytorch_warns(x):
    broken, fixed = (attempt(each, {"x": x}) for each in pair(BUGS, "scheduler_first"))
    assert broken.error == ""
    assert any(
        "`lr_scheduler.step()` before `optimizer.step()`" in each for each in broken.warnings
    )
    assert fixed.warnings == ()
    for run, rates in ((broken, [0.2, 0.1, 0.05, 0.025]), (fixed, [0.4, 0.2, 0.1, 0.05])):
        assert run.result.rates == pytest.approx(rates)
        x_after = x * math.prod(1 - 2 * lr for lr in rates)
        assert run.result.x_after == pytest.approx(x_after, rel=1e-5)
        assert run.result.loss_after == pytest.approx(x_after**2, rel=1e-5)


def test_titles_say_which_are_silent():
    for bug in BUGS:
        broken = attempt(bug.broken, {})
        assert bug.silent == (broken.error == "" and broken.warnings == ())


def test_same_settings_same_result():
    for bug in BUGS:
        assert repr(attempt(bug.broken, {})) == repr(attempt(bug.broken, {}))
        assert attempt(bug.fixed, {}) == attempt(bug.fixed, {})
