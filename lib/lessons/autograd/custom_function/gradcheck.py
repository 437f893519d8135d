"""What gradcheck compares: a function's two slopes, its two Jacobians, and what to make of it.

Source: https://docs.pytorch.org/docs/stable/notes/gradcheck.html
"""

from typing import NamedTuple

import numpy as np
import torch

from lib.core.i18n import mark
from lib.core.rules import checked
from lib.lessons.autograd.custom_function.functions import AutogradFunction, LegendrePolynomial3
from lib.lessons.autograd.custom_function.lesson import FUNCTION, GRAD_OUTPUT, SLOPE, X

# What gradcheck uses unless you tell it otherwise.
STEP, ABSOLUTE, RELATIVE = 1e-6, 1e-5, 1e-3

# Where a function has no slope: the corners of its curve.
CORNERS = {"ReLU": (0.0,), "LeakyReLU": (0.0,), "Clamp": (-1.0, 1.0)}
EXPLANATIONS = {
    "corner": mark(
        "One of the three places is a corner of the curve. There is no slope there: the finite "
        "difference takes the mean of both sides, a backward has to choose one, so gradcheck "
        "refuses even what PyTorch's own functions do. Move x: check away from corners."
    ),
    "jump": mark(
        "One of the three places is a jump. The finite difference divides a whole step of 1 by "
        "0.000002 and finds 500000, which says nothing. Move x: check away from jumps."
    ),
    "stairs": mark(
        "Stairs are flat: their true slope is 0, and gradcheck refuses anything else. Straight "
        "through is off on purpose, since 0 would let nothing in front of this function learn. "
        "gradcheck cannot judge that; a training can, as in the challenge below."
    ),
    "as refused": mark(
        "Stairs are flat: their true slope is 0, and gradcheck refuses anything else, going "
        "straight through without a mistake as well. So this refusal says nothing about "
        "the mistake."
    ),
    "flat": mark(
        "gradcheck is content: 0 is the true slope of stairs. It is of no use, though: nothing "
        "in front of this function would ever learn."
    ),
    "blind": mark(
        "gradcheck is content, and backward is wrong all the same: it looks only at the places "
        "you give it, and here all three lie where the mistake does not show. Move x."
    ),
    "luck": mark(
        "A 1 arrives at y, so leaving grad_output out changes nothing: x.grad is right by luck, "
        "and a test with y.sum().backward() would pass. gradcheck asks about each output alone, "
        "with 1 for it and 0 for the others, and finds out. Move grad_output."
    ),
    "nothing": mark(
        "A 0 arrives at y, and 0 times anything is 0: in x.grad this mistake cannot be seen. "
        "gradcheck sends a 1 of its own to each output, and finds out. Move grad_output."
    ),
}


def agree(backward: np.ndarray, difference: np.ndarray) -> np.ndarray:
    """Tell where two slopes agree as gradcheck wants it, element by element."""
    close: np.ndarray = np.abs(backward - difference) <= ABSOLUTE + RELATIVE * np.abs(difference)
    return close


class Curves(NamedTuple):
    """A function from -2 to 2.

    Attributes:
        x: 161 places, 0.025 apart.
        y: the function's value at each.
        grad: what its backward leaves in ``x.grad``.
        difference: the central finite difference, times the gradient that arrives.
        slope: the central finite difference alone: how steep the curve is.
        agrees: whether the two are as close as gradcheck wants them.
    """

    x: np.ndarray
    y: np.ndarray
    grad: np.ndarray
    difference: np.ndarray
    slope: np.ndarray
    agrees: np.ndarray


@checked(autograd_function=FUNCTION, grad_output=GRAD_OUTPUT, negative_slope=SLOPE)
def curves(
    autograd_function: AutogradFunction = LegendrePolynomial3,
    grad_output: float = 1.0,
    negative_slope: float = 0.1,
) -> Curves:
    """Compute a function, its backward and the finite differences, all in float64."""
    more = (negative_slope,) if "Leaky" in autograd_function.__name__ else ()
    leaf = (torch.arange(-80, 81, dtype=torch.float64) / 40).requires_grad_()  # (161,)
    y = autograd_function.apply(leaf, *more)  # (161,)
    y.backward(torch.full_like(y, grad_output))
    with torch.no_grad():
        above, below = (autograd_function.apply(leaf + d, *more) for d in (STEP, -STEP))
    grad: np.ndarray = leaf.grad.numpy()  # type: ignore[union-attr]
    slope: np.ndarray = ((above - below) / (2 * STEP)).numpy()
    difference = grad_output * slope
    x, value = leaf.detach().numpy(), y.detach().numpy()
    return Curves(x, value, grad, difference, slope, agree(grad, difference))


class Jacobians(NamedTuple):
    """How each of three outputs moves with each of three inputs: inputs down, outputs across.

    Attributes:
        x: the three inputs, (3,).
        numerical: by central finite differences, one input moved at a time, (3, 3).
        analytical: by backward, asked about one output at a time, (3, 3).
        agrees: where the two are as close as gradcheck wants them, (3, 3).
        distance: the largest difference between the two.
    """

    x: np.ndarray
    numerical: np.ndarray
    analytical: np.ndarray
    agrees: np.ndarray
    distance: float


@checked(autograd_function=FUNCTION, x=X, negative_slope=SLOPE)
def jacobians(
    autograd_function: AutogradFunction = LegendrePolynomial3,
    x: float = 1.0,
    negative_slope: float = 0.1,
) -> Jacobians:
    """Compute the two tables that gradcheck compares, at the same three places."""
    more = (negative_slope,) if "Leaky" in autograd_function.__name__ else ()
    leaf = torch.tensor([x - 0.7, x, x + 0.7], dtype=torch.float64, requires_grad=True)  # (3,)
    one_each = torch.eye(3, dtype=torch.float64)  # (3, 3)
    with torch.no_grad():  # (3, 3) + (3,): an input moved a row
        moved = leaf + STEP * one_each, leaf - STEP * one_each
        above, below = (autograd_function.apply(each, *more) for each in moved)  # (3, 3) each
    y = autograd_function.apply(leaf, *more)  # (3,)
    columns = [torch.autograd.grad(y, leaf, asked, retain_graph=True)[0] for asked in one_each]
    numerical = ((above - below) / (2 * STEP)).numpy()  # (3, 3), an input a row
    analytical = torch.stack(columns, dim=1).numpy()  # (3, 3), an output a column
    distance = float(np.abs(analytical - numerical).max())
    same = agree(analytical, numerical)
    return Jacobians(leaf.detach().numpy(), numerical, analytical, same, distance)


def explanation(
    function: AutogradFunction,
    grad_output: float,
    negative_slope: float,
    drawn: Curves,
    tables: Jacobians,
) -> str:
    """Return which of ``EXPLANATIONS`` gradcheck's verdict needs, "" if it speaks for itself.

    Args:
        function: one of ``FUNCTIONS``.
        grad_output: the gradient that arrives, as in ``drawn``.
        negative_slope: the leaky ReLU's own.
        drawn: what ``curves`` returns for them.
        tables: what ``jacobians`` returns for the three places.
    """
    base = function.__bases__[0]  # of a wrong one, the right one
    right = function if base is torch.autograd.Function else base
    accepted, kind = bool(tables.agrees.all()), right.__name__
    if kind == "Round":
        return "flat" if accepted else _refused_stairs(function is right, tables)
    corners = () if kind == "LeakyReLU" and negative_slope == 1 else CORNERS.get(kind, ())
    if not accepted and _near(tables.x, corners).any():
        return "corner"
    smooth = ~_near(drawn.x, corners)
    if accepted:
        # At 2 every mistake shows somewhere; at the 0 or 1 that arrives here it might not.
        everywhere = curves(function, 2.0, negative_slope).agrees[smooth].all()
        return "" if everywhere else "blind"
    if not drawn.agrees[smooth].all():
        return ""
    return "nothing" if abs(grad_output) < 0.5 else "luck"


def _refused_stairs(is_right: bool, tables: Jacobians) -> str:
    """Return what to make of it that gradcheck refuses a backward of round."""
    if (np.abs(tables.x - np.floor(tables.x) - 0.5) < STEP).any():
        return "jump"
    has_others = (tables.analytical[~np.eye(3, dtype=bool)] != 0).any()  # grad_output left out
    return "stairs" if is_right else "" if has_others else "as refused"


def _near(places: np.ndarray, corners: tuple[float, ...]) -> np.ndarray:
    """Tell which places are so near a corner that a finite difference sees both its sides."""
    distances = np.abs(places[:, None] - np.array(corners))  # (places, corners)
    near: np.ndarray = (distances < STEP).any(axis=1)  # (places,)
    return near
