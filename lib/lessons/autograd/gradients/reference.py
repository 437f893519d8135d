"""The slope that ``backward()`` finds, found without it: by formula, and by small differences.

Source: https://docs.pytorch.org/docs/stable/notes/gradcheck.html
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import torch

from lib.core.i18n import mark
from lib.core.rules import checked
from lib.lessons.autograd.gradients.lesson import (
    EXPRESSION,
    STEPS,
    Expression,
    Gradients,
    Keep,
    N,
    Steps,
    W,
    X,
    mean_of_square,
    parse,
    product,
    sigmoid,
    split,
    total,
)
from lib.plots.numbers import digits

Rule = Callable[..., float]

# Each operation's value and slope at v, with its number c.
RULES: dict[str, tuple[Rule, Rule]] = {
    "+": (lambda v, c: v + c, lambda v, c: 1.0),
    "-": (lambda v, c: v - c, lambda v, c: 1.0),
    "*": (lambda v, c: v * c, lambda v, c: c),
    "/": (np.divide, lambda v, c: np.divide(1.0, c)),
    "pow": (np.power, lambda v, c: c * np.power(v, c - 1) if c else 0.0),
    "sin": (np.sin, np.cos),
    "exp": (np.exp, np.exp),
    "relu": (lambda v: np.maximum(v, 0.0), lambda v: 0.0 if v <= 0 else 1.0),
    "sigmoid": (lambda v: 1 / (1 + np.exp(-v)), lambda v: np.exp(-v) / (1 + np.exp(-v)) ** 2),
}

# The other expressions, as steps, and their slope as a formula.
AS_STEPS: dict[Expression, Steps] = {
    mean_of_square: ("+ 2", "pow 2", "* 3", "mean"),
    total: ("+ 2", "pow 2", "sum"),
    sigmoid: ("* 3", "sigmoid", "mean"),
    product: (f"* {W:g}", f"* {W:g}", "sum"),
}
LARGEST = float(np.finfo(np.float32).max)
SPECIAL = {
    "kink": mark(
        "relu has a corner at 0 and so no slope there. PyTorch takes 0; the finite difference"
        " looks at both sides and finds a mix of them."
    ),
    "no_value": mark(
        "The expression itself has no value here, such as the root of a negative number"
        " or 0 divided by 0. PyTorch raises no error: it goes on with nan, not a number."
    ),
    "too_large": mark(
        "A number on the way, forward or backward, is larger than the largest float32, about"
        " 3.4e38. PyTorch raises no error: it goes on with inf."
    ),
    "rough": mark(
        "A sine of a large number: float32 holds about seven digits, so what is left of them"
        " after whole turns is rough, and so is x.grad."
    ),
    "infinite": mark(
        "The slope is infinite here, as for a root or a fraction at 0. PyTorch raises no"
        " error: x.grad holds inf."
    ),
    "no_slope": mark(
        "In the backward pass an infinite factor meets a factor 0, and inf times 0 is nan, not"
        " a number. PyTorch raises no error."
    ),
}


class Factor(NamedTuple):
    """One link of the chain rule: a step and its slope at the value that enters it."""

    step: str
    enters: float
    slope: float


class Formula(NamedTuple):
    """The slope of the expression by the rules of calculus, in float64.

    Attributes:
        slope: what every element of ``x.grad`` should be after one backward.
        out: the expression's value.
        text: the chain rule with its numbers, from out back to x.
        factors: the links of the chain rule, from x on; the last is the mean or the sum.
        special: why the slope is special here, a key of ``SPECIAL``; empty if it is not.
    """

    slope: float
    out: float
    text: str
    factors: tuple[Factor, ...]
    special: str


@checked(expression=EXPRESSION, x=X, n=N, steps=STEPS)
def formula(
    expression: Expression = mean_of_square, x: float = 1.0, n: int = 2, steps: Steps = ()
) -> Formula:
    """Work out the slope by the chain rule, without PyTorch."""
    operations, end = split(AS_STEPS.get(expression, steps))
    value, factors = np.float64(x), []
    with np.errstate(all="ignore"):
        for step in operations:
            name, numbers = parse(step) if step != "sigmoid" else (step, ())
            of, slope_of = RULES[name]
            factors.append(Factor(step, float(value), float(slope_of(value, *numbers))))
            value = np.float64(of(value, *numbers))
        factors.append(Factor(end, float(value), 1 / n**2 if end == "mean" else 1.0))
        slope = multiply(factors)
    out = float(value) if end == "mean" else float(value) * n**2
    product = " · ".join(f"{digits(f.slope)} ({f.step})" for f in reversed(factors))
    text = f"{product} = {digits(slope)}"
    return Formula(slope, out, text, tuple(factors), _special(factors, out, slope))


def multiply(factors: list[Factor]) -> float:
    """Return the product from out back to x; a relu at rest stops even an infinite gradient."""
    slope = 1.0
    for factor in reversed(factors):
        stops = factor.step == "relu" and factor.slope == 0
        stops = stops or (factor.step.startswith("pow") and parse(factor.step)[1] == (0.0,))
        slope = 0.0 if stops else slope * factor.slope
    return float(slope)


def _special(factors: list[Factor], out: float, slope: float) -> str:
    """Return the key in ``SPECIAL`` of what is special here, "" for nothing."""
    values = [abs(value) for value in (*(factor.enters for factor in factors), out, slope)]
    at_a_pole = any(_is_pole(factor) for factor in factors)
    if not at_a_pole and any(value > LARGEST for value in values):
        return "too_large"
    if np.isnan(out):
        return "no_value"
    if np.isnan(slope):
        return "no_slope"
    if np.isinf(slope):
        return "infinite"
    if any(factor.step == "sin" and abs(factor.enters) > 1e3 for factor in factors):
        return "rough"
    at_a_corner = any(factor.step == "relu" and factor.enters == 0 for factor in factors)
    return "kink" if at_a_corner else ""


def _is_pole(factor: Factor) -> bool:
    """Tell whether a step divides by zero or takes a root or a fraction of zero."""
    by_zero = factor.step.startswith("/") or factor.enters == 0
    return by_zero and bool(np.isinf(factor.slope))


@checked(expression=EXPRESSION, x=X, n=N, steps=STEPS)
def numerical_gradient(
    expression: Expression = mean_of_square, x: float = 1.0, n: int = 2, steps: Steps = ()
) -> np.ndarray:
    """Move each element a little to both sides and see how much the output moves.

    Args:
        expression: one of ``EXPRESSIONS``.
        x: every element of x.
        n: x is n by n.
        steps: what ``chain`` does.

    Returns:
        The central differences in float64, (n, n).

    Source: https://docs.pytorch.org/docs/stable/notes/gradcheck.html
    """
    h, keep = 1e-6, Keep(steps=steps)
    leaf = torch.full((n, n), x, dtype=torch.float64)  # (n, n)
    slopes = torch.empty_like(leaf)  # (n, n)
    with torch.no_grad():
        for i in range(n):
            for j in range(n):
                step = torch.zeros_like(leaf)  # (n, n)
                step[i, j] = h
                above, below = expression(leaf + step, keep), expression(leaf - step, keep)
                slopes[i, j] = (above - below) / (2 * h)
    return slopes.numpy()


class Curve(NamedTuple):
    """The output as one element of x moves.

    Attributes:
        x: 61 values of ``x[0, 0]`` from -4 to 4; all other elements stay.
        out: the output at each.
        at: where x is.
    """

    x: np.ndarray
    out: np.ndarray
    at: float


@checked(expression=EXPRESSION, x=X, n=N, steps=STEPS)
def curve(
    expression: Expression = mean_of_square, x: float = 1.0, n: int = 2, steps: Steps = ()
) -> Curve:
    """Let ``x[0, 0]`` run while the other elements stay, and look at the output."""
    moved = torch.linspace(-4, 4, 61, dtype=torch.float64)  # (61,)
    leaf, keep, out = torch.full((n, n), x, dtype=torch.float64), Keep(steps=steps), []
    with torch.no_grad():
        for value in moved:
            leaf[0, 0] = value
            out.append(expression(leaf, keep).item())
    return Curve(moved.numpy(), np.array(out), float(x))


def reaches(result: Gradients, goal: float = 4.5) -> bool:
    """Tell whether every element of ``x.grad`` is the goal, give or take 0.0001."""
    return result.grad is not None and bool(np.all(np.abs(result.grad - goal) <= 1e-4))
