"""Write your own autograd function: forward, backward, and gradcheck to tell whether they agree.

Source: https://docs.pytorch.org/docs/stable/notes/extending.html
"""

from typing import NamedTuple

import numpy as np
import torch

from lib.core.rules import Between, OneOf, checked
from lib.lessons.autograd.custom_function.functions import (
    FUNCTIONS,
    AutogradFunction,
    LegendrePolynomial3,
)

# What the settings of every function of this lesson may be.
FUNCTION = OneOf(*(function for row in FUNCTIONS.values() for function in row.values()))
X, GRAD_OUTPUT, SLOPE = Between(-2.0, 2.0), Between(-2.0, 2.0), Between(-0.5, 1.0)


class Comparison(NamedTuple):
    """What an autograd function computes at three places, and what gradcheck says of its backward.

    Attributes:
        x: the three places, (3,).
        y: the function's value at each, (3,).
        grad: what backward left in ``x.grad``, (3,).
        difference: the same by central finite differences, (3,).
        grad_fn: the name of the node that autograd keeps for the function.
        accepted: whether gradcheck returned True.
        message: gradcheck's own words if it did not, else empty.
    """

    x: np.ndarray
    y: np.ndarray
    grad: np.ndarray
    difference: np.ndarray
    grad_fn: str
    accepted: bool
    message: str


@checked(autograd_function=FUNCTION, x=X, grad_output=GRAD_OUTPUT, negative_slope=SLOPE)
def check_backward(
    autograd_function: AutogradFunction = LegendrePolynomial3,
    x: float = 1.0,
    grad_output: float = 1.0,
    negative_slope: float = 0.1,
) -> Comparison:
    """Go forward and backward through your own autograd function, and let gradcheck judge it.

    Args:
        autograd_function: one of ``FUNCTIONS``.
        x: the middle one of three places; the others are 0.7 to its left and right.
        grad_output: the gradient that arrives at y, the same for all three.
        negative_slope: the leaky ReLU's own, for negative numbers.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.autograd.gradcheck.gradcheck.html
    """
    more = (negative_slope,) if "Leaky" in autograd_function.__name__ else ()  # besides x
    leaf = torch.tensor([x - 0.7, x, x + 0.7], dtype=torch.float64, requires_grad=True)  # (3,)
    y = autograd_function.apply(leaf, *more)  # (3,)
    y.backward(torch.full_like(y, grad_output))

    h = 1e-6
    with torch.no_grad():
        above, below = (autograd_function.apply(leaf + d, *more) for d in (h, -h))  # (3,) each

    try:
        message, accepted = "", torch.autograd.gradcheck(autograd_function.apply, (leaf, *more))
    except RuntimeError as error:  # a GradcheckError is one
        message, accepted = str(error), False

    return Comparison(
        x=leaf.detach().numpy(),
        y=y.detach().numpy(),
        grad=leaf.grad.numpy(),  # type: ignore[union-attr]
        difference=(grad_output * (above - below) / (2 * h)).numpy(),
        grad_fn=y.grad_fn.name(),
        accepted=accepted,
        message=message,
    )
