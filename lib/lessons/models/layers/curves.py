"""Activations: each number becomes another one, by a curve. Also what losses share with them."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import torch
from torch import nn

from lib.core.rules import Between, OneOf, checked

STEP = 1e-4  # half the distance between the two places of a finite difference
PLACE = Between(-4.0, 4.0)


class Curve(NamedTuple):
    """One number that depends on another, at many places and at one of them closely.

    Attributes:
        x: the places.
        y: the height of the curve at each.
        gradient: how steep it is at each, from autograd.
        at: the chosen place.
        value: the height there.
        slope: how steep it is there, from autograd.
        difference: the same from a central finite difference.
    """

    x: np.ndarray
    y: np.ndarray
    gradient: np.ndarray
    at: float
    value: float
    slope: float
    difference: float


def curve(compute: Callable[[torch.Tensor], torch.Tensor], at: float) -> Curve:
    """Look at a function that makes (n,) of (n,), each number by itself."""
    x = torch.linspace(-4, 4, 161, dtype=torch.float64, requires_grad=True)  # (161,)
    y = compute(x)  # (161,)
    y.sum().backward()

    here = torch.tensor([at], dtype=torch.float64, requires_grad=True)  # (1,)
    value = compute(here)  # (1,)
    value.sum().backward()
    with torch.no_grad():
        rise = compute(here + STEP) - compute(here - STEP)  # (1,)
    return Curve(
        x=x.detach().numpy(),
        y=y.detach().numpy(),
        gradient=x.grad.numpy(),  # type: ignore[union-attr]
        at=at,
        value=value.item(),
        slope=here.grad.item(),  # type: ignore[union-attr]
        difference=rise.item() / (2 * STEP),
    )


class Activated(NamedTuple):
    """An activation's curve, and what it does to a tensor.

    Attributes:
        curve: one number in, one out.
        shape_in: the shape of a tensor.
        shape_out: the shape of what becomes of it.
        parameters: how many numbers the layer learns.
    """

    curve: Curve
    shape_in: tuple[int, ...]
    shape_out: tuple[int, ...]
    parameters: int


ACTIVATIONS: dict[str, type[nn.Module]] = {
    "ReLU": nn.ReLU,
    "LeakyReLU": nn.LeakyReLU,
    "GELU": nn.GELU,
    "Sigmoid": nn.Sigmoid,
    "Tanh": nn.Tanh,
}


@checked(kind=OneOf(*ACTIVATIONS), at=PLACE, batch=Between(1, 8), features=Between(1, 8))
def activation(kind: str = "ReLU", at: float = 1.0, batch: int = 2, features: int = 3) -> Activated:
    """Send every number through the same curve.

    Args:
        kind: which curve.
        at: where to look at it closely.
        batch: how many rows a tensor has.
        features: how many numbers a row has.

    Source: https://docs.pytorch.org/docs/stable/nn.html#non-linear-activations-weighted-sum-nonlinearity
    """
    layer = ACTIVATIONS[kind]()
    x = torch.zeros(batch, features)  # (batch, features)
    y = layer(x)  # (batch, features)
    return Activated(
        curve=curve(layer, at),
        shape_in=tuple(x.shape),
        shape_out=tuple(y.shape),
        parameters=sum(p.numel() for p in layer.parameters()),
    )


class Shares(NamedTuple):
    """Scores, and the shares that softmax makes of them.

    Attributes:
        scores: what goes in.
        shares: what comes out: positive, and 1 in sum.
        jacobian: how much share i changes with score j, from autograd.
        shape_in: the shape of the input.
        shape_out: the shape of the output.
        parameters: how many numbers the layer learns.
    """

    scores: np.ndarray
    shares: np.ndarray
    jacobian: np.ndarray
    shape_in: tuple[int, ...]
    shape_out: tuple[int, ...]
    parameters: int


@checked(first=PLACE, second=PLACE, third=PLACE)
def softmax(first: float = 2.0, second: float = 1.0, third: float = -1.0) -> Shares:
    """Turn scores into shares that are positive and add up to 1.

    Args:
        first: a score.
        second: another.
        third: a third one.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.Softmax.html
    """
    layer = nn.Softmax(dim=1)
    x = torch.tensor([[first, second, third]])  # (1, 3)
    y = layer(x)  # (1, 3)
    jacobian = torch.autograd.functional.jacobian(lambda row: layer(row[None])[0], x[0])  # (3, 3)
    return Shares(
        scores=x[0].numpy(),
        shares=y[0].numpy(),
        jacobian=jacobian.numpy(),
        shape_in=tuple(x.shape),
        shape_out=tuple(y.shape),
        parameters=sum(p.numel() for p in layer.parameters()),
    )
