"""What the pictures of a layer show: its curve, its two slopes, and gradcheck's two Jacobians.

Source: https://docs.pytorch.org/docs/stable/notes/gradcheck.html
"""

import inspect
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import torch

from lib.core.i18n import mark
from lib.core.rules import checked
from lib.lessons.autograd.custom_function.layers import Layer, LegendrePolynomial3
from lib.lessons.autograd.custom_function.lesson import LAYER, SLOPE, UPSTREAM, X

# What gradcheck uses unless you tell it otherwise.
STEP, ABSOLUTE, RELATIVE = 1e-6, 1e-5, 1e-3

# Where a layer has no slope: the corners of its curve.
CORNERS = {"ReLU": (0.0,), "LeakyReLU": (0.0,), "Clamp": (-1.0, 1.0)}
WORDS = {
    "corner": mark(
        "One of the three places is a corner of the curve. There is no slope there: the finite "
        "difference takes the mean of both sides, a backward has to choose one, so gradcheck "
        "refuses even what PyTorch's own layers do. Move x: check away from corners."
    ),
    "jump": mark(
        "One of the three places is a jump. The finite difference divides a whole step of 1 by "
        "0.000002 and finds 500000, which says nothing. Move x: check away from jumps."
    ),
    "stairs": mark(
        "Stairs are flat: their true slope is 0, and gradcheck refuses anything else. Straight "
        "through is off on purpose, since 0 would let nothing in front of this layer learn. "
        "gradcheck cannot judge that; a training can, as in the challenge below."
    ),
    "flat": mark(
        "gradcheck is content: 0 is the true slope of stairs. It is of no use, though: nothing "
        "in front of this layer would ever learn."
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
}


def agree(backward: np.ndarray, difference: np.ndarray) -> np.ndarray:
    """Tell where two slopes agree as gradcheck wants it, element by element."""
    close: np.ndarray = np.abs(backward - difference) <= ABSOLUTE + RELATIVE * np.abs(difference)
    return close


class Curves(NamedTuple):
    """A layer from -2 to 2.

    Attributes:
        x: 161 places, 0.025 apart.
        y: the layer's value at each.
        grad: what its backward leaves in ``x.grad``.
        difference: the central finite difference.
        agrees: whether the two are as close as gradcheck wants them.
    """

    x: np.ndarray
    y: np.ndarray
    grad: np.ndarray
    difference: np.ndarray
    agrees: np.ndarray


@checked(layer=LAYER, upstream=UPSTREAM, slope=SLOPE)
def curves(layer: Layer = LegendrePolynomial3, upstream: float = 1.0, slope: float = 0.1) -> Curves:
    """Draw a layer, its backward and the finite differences, all in float64."""
    more = (slope,) if "Leaky" in layer.__name__ else ()
    leaf = (torch.arange(-80, 81, dtype=torch.float64) / 40).requires_grad_()  # (161,)
    y = layer.apply(leaf, *more)  # (161,)
    y.backward(torch.full_like(y, upstream))
    with torch.no_grad():
        rise = layer.apply(leaf + STEP, *more) - layer.apply(leaf - STEP, *more)  # (161,)
    grad: np.ndarray = leaf.grad.numpy()  # type: ignore[union-attr]
    difference: np.ndarray = (upstream * rise / (2 * STEP)).numpy()
    x, value = leaf.detach().numpy(), y.detach().numpy()
    return Curves(x, value, grad, difference, agree(grad, difference))


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


@checked(layer=LAYER, x=X, slope=SLOPE)
def jacobians(layer: Layer = LegendrePolynomial3, x: float = 1.0, slope: float = 0.1) -> Jacobians:
    """Compute the two tables that gradcheck compares, at the same three places."""
    more = (slope,) if "Leaky" in layer.__name__ else ()
    leaf = torch.tensor([x - 0.7, x, x + 0.7], dtype=torch.float64, requires_grad=True)  # (3,)
    one_each = torch.eye(3, dtype=torch.float64)  # (3, 3)
    with torch.no_grad():
        rises = [
            layer.apply(leaf + STEP * move, *more) - layer.apply(leaf - STEP * move, *more)  # (3,)
            for move in one_each
        ]
    y = layer.apply(leaf, *more)  # (3,)
    columns = [torch.autograd.grad(y, leaf, asked, retain_graph=True)[0] for asked in one_each]
    numerical = torch.stack(rises).numpy() / (2 * STEP)  # (3, 3), an input a row
    analytical = torch.stack(columns, dim=1).numpy()  # (3, 3), an output a column
    distance = float(np.abs(analytical - numerical).max())
    same = agree(analytical, numerical)
    return Jacobians(leaf.detach().numpy(), numerical, analytical, same, distance)


def odd(layer: Layer, slope: float, drawn: Curves, tables: Jacobians) -> str:
    """Return which of ``WORDS`` to say about gradcheck's verdict, "" if it speaks for itself."""
    kind, accepted = _right(layer).__name__, bool(tables.agrees.all())
    if kind == "Round":
        jumps = np.abs(tables.x - np.floor(tables.x) - 0.5) < STEP
        return "jump" if jumps.any() else "flat" if accepted else "stairs"
    corners = () if kind == "LeakyReLU" and slope == 1 else CORNERS.get(kind, ())
    if not accepted and _near(tables.x, corners).any():
        return "corner"
    smooth = drawn.agrees[~_near(drawn.x, corners)]
    if accepted and not smooth.all():
        return "blind"
    return "luck" if not accepted and smooth.all() else ""


def _right(layer: Layer) -> Layer:
    """Return the layer that ``layer`` is, or is a broken form of."""
    base = layer.__bases__[0]
    return layer if base is torch.autograd.Function else base


def _near(places: np.ndarray, corners: tuple[float, ...]) -> np.ndarray:
    """Tell which places are so near a corner that a finite difference sees both its sides."""
    distances = np.abs(places[:, None] - np.array(corners))  # (places, corners)
    near: np.ndarray = (distances < STEP).any(axis=1)  # (places,)
    return near


def returned(method: Callable[..., object]) -> str:
    """Return what a layer's forward or backward returns, as its own source says it."""
    return inspect.getsource(method).rpartition("return ")[2].strip()
