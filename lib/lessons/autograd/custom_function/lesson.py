"""Write your own layer: a forward, a backward, and gradcheck to tell whether the two agree.

Source: https://docs.pytorch.org/docs/stable/notes/extending.html
"""

from typing import NamedTuple

import numpy as np
import torch

from lib.core.rules import Between, OneOf, checked
from lib.lessons.autograd.custom_function.layers import Layer, LegendrePolynomial3
from lib.lessons.autograd.custom_function.wrong import LAYERS

# What the settings of every function of this lesson may be.
LAYER = OneOf(*(layer for row in LAYERS.values() for layer in row.values()))
X, UPSTREAM, SLOPE = Between(-2.0, 2.0), Between(-2.0, 2.0), Between(-0.5, 1.0)


class Checked(NamedTuple):
    """What a layer computes at three places, and what gradcheck says of its backward.

    Attributes:
        x: the three places, (3,).
        y: the layer's value at each, (3,).
        grad: what backward left in ``x.grad``, (3,).
        difference: the same by central finite differences, (3,).
        grad_fn: the name of the node that autograd keeps for the layer.
        accepted: whether gradcheck returned True.
        said: gradcheck's own words if it did not, else empty.
    """

    x: np.ndarray
    y: np.ndarray
    grad: np.ndarray
    difference: np.ndarray
    grad_fn: str
    accepted: bool
    said: str


@checked(layer=LAYER, x=X, upstream=UPSTREAM, slope=SLOPE)
def check_backward(
    layer: Layer = LegendrePolynomial3, x: float = 1.0, upstream: float = 1.0, slope: float = 0.1
) -> Checked:
    """Go forward and backward through a layer of your own, and let gradcheck judge it.

    Args:
        layer: one of ``LAYERS``.
        x: the middle one of three places; the others are 0.7 to its left and right.
        upstream: the gradient that arrives at y, the same for all three.
        slope: the leaky ReLU's own, for negative numbers.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.autograd.gradcheck.gradcheck.html
    """
    more = (slope,) if "Leaky" in layer.__name__ else ()  # what forward takes besides x
    leaf = torch.tensor([x - 0.7, x, x + 0.7], dtype=torch.float64, requires_grad=True)  # (3,)
    y = layer.apply(leaf, *more)  # (3,)
    y.backward(torch.full_like(y, upstream))

    h = 1e-6
    with torch.no_grad():
        rise = layer.apply(leaf + h, *more) - layer.apply(leaf - h, *more)  # (3,)

    try:
        said, accepted = "", torch.autograd.gradcheck(layer.apply, (leaf, *more))
    except RuntimeError as error:  # a GradcheckError is one
        said, accepted = str(error), False

    return Checked(
        x=leaf.detach().numpy(),
        y=y.detach().numpy(),
        grad=leaf.grad.numpy(),  # type: ignore[union-attr]
        difference=(upstream * rise / (2 * h)).numpy(),
        grad_fn=y.grad_fn.name(),
        accepted=accepted,
        said=said,
    )
