"""Layers that are curves: activations, softmax, and losses with the gradient they give."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import torch
from torch import nn

from lib.core.rules import Between, OneOf, checked

STEP = 1e-4  # half the distance between the two places of a finite difference
PLACE = Between(-4.0, 4.0)
BATCH = Between(1, 4)
REDUCTIONS = OneOf("mean", "sum", "none")


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


class ActivationOutput(NamedTuple):
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
def activation(
    kind: str = "ReLU", at: float = 1.0, batch: int = 2, features: int = 3
) -> ActivationOutput:
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
    return ActivationOutput(
        curve=curve(layer, at),
        shape_in=tuple(x.shape),
        shape_out=tuple(y.shape),
        parameters=sum(p.numel() for p in layer.parameters()),
    )


class SoftmaxOutput(NamedTuple):
    """Logits, and the probabilities that softmax makes of them.

    Attributes:
        logits: what goes in.
        probabilities: what comes out: positive, and 1 in sum.
        jacobian: how much probability i changes with logit j, from autograd.
        shape_in: the shape of the input.
        shape_out: the shape of the output.
        parameters: how many numbers the layer learns.
    """

    logits: np.ndarray
    probabilities: np.ndarray
    jacobian: np.ndarray
    shape_in: tuple[int, ...]
    shape_out: tuple[int, ...]
    parameters: int


@checked(first=PLACE, second=PLACE, third=PLACE)
def softmax(first: float = 2.0, second: float = 1.0, third: float = -1.0) -> SoftmaxOutput:
    """Turn logits into probabilities: positive, and 1 in sum.

    Args:
        first: a logit.
        second: another.
        third: a third one.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.Softmax.html
    """
    layer = nn.Softmax(dim=1)
    x = torch.tensor([[first, second, third]])  # (1, 3)
    y = layer(x)  # (1, 3)
    jacobian = torch.autograd.functional.jacobian(lambda row: layer(row[None])[0], x[0])  # (3, 3)
    return SoftmaxOutput(
        logits=x[0].numpy(),
        probabilities=y[0].numpy(),
        jacobian=jacobian.numpy(),
        shape_in=tuple(x.shape),
        shape_out=tuple(y.shape),
        parameters=sum(p.numel() for p in layer.parameters()),
    )


# --- losses ---------------------------------------------------------------------------------------


class LossOutput(NamedTuple):
    """A loss: its curve for one prediction, and its value for a batch of equal ones.

    Attributes:
        curve: the loss of one prediction that moves.
        loss: the loss of the batch; with reduction "none" the first of its numbers.
        gradient: what backward leaves at the first prediction of the batch.
        difference: the same from a central finite difference.
        shape_in: the shape of the predictions.
        shape_out: the shape of the loss.
        parameters: how many numbers the loss learns: none.
    """

    curve: Curve
    loss: float
    gradient: float
    difference: float
    shape_in: tuple[int, ...]
    shape_out: tuple[int, ...]
    parameters: int


def measured(
    kind: type[nn.Module],
    inputs: Callable[[torch.Tensor], tuple[torch.Tensor, torch.Tensor]],
    at: float,
    batch: int,
    reduction: str,
) -> LossOutput:
    """Compute a loss for one prediction that moves, and for a batch of equal ones.

    ``inputs`` makes of (n,) numbers what the loss takes: n predictions and n targets.
    """

    def loss(x: torch.Tensor, reduction: str) -> torch.Tensor:
        value: torch.Tensor = kind(reduction=reduction)(*inputs(x))  # (), or (n,)
        return value

    x = torch.full((batch,), at, dtype=torch.float64, requires_grad=True)  # (batch,)
    value = loss(x, reduction)  # (), or (batch,) with reduction "none"
    value.sum().backward()
    with torch.no_grad():
        nudge = torch.zeros_like(x)  # (batch,)
        nudge[0] = STEP
        rise = loss(x + nudge, reduction).sum() - loss(x - nudge, reduction).sum()  # ()
    return LossOutput(
        curve=curve(lambda each: loss(each, "none"), at),
        loss=value.reshape(-1)[0].item(),
        gradient=x.grad[0].item(),  # type: ignore[index]
        difference=rise.item() / (2 * STEP),
        shape_in=tuple(inputs(x)[0].shape),
        shape_out=tuple(value.shape),
        parameters=sum(p.numel() for p in kind().parameters()),
    )


@checked(at=PLACE, target=PLACE, batch=BATCH, reduction=REDUCTIONS)
def mse_loss(
    at: float = 2.0, target: float = 1.0, batch: int = 1, reduction: str = "mean"
) -> LossOutput:
    """Square the distance between prediction and target.

    Args:
        at: the prediction.
        target: what it should be.
        batch: how many equal predictions there are.
        reduction: what is made of their losses.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.MSELoss.html
    """
    return measured(nn.MSELoss, lambda x: (x, torch.full_like(x, target)), at, batch, reduction)


@checked(at=PLACE, target=PLACE, batch=BATCH, reduction=REDUCTIONS)
def l1_loss(
    at: float = 2.0, target: float = 1.0, batch: int = 1, reduction: str = "mean"
) -> LossOutput:
    """Take the distance between prediction and target.

    Args:
        at: the prediction.
        target: what it should be.
        batch: how many equal predictions there are.
        reduction: what is made of their losses.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.L1Loss.html
    """
    return measured(nn.L1Loss, lambda x: (x, torch.full_like(x, target)), at, batch, reduction)


@checked(at=PLACE, other=PLACE, label=Between(0, 2), batch=BATCH, reduction=REDUCTIONS)
def cross_entropy_loss(
    at: float = 2.0, other: float = 1.0, label: int = 0, batch: int = 1, reduction: str = "mean"
) -> LossOutput:
    """Take minus the logarithm of the probability that softmax gives to the true class.

    Args:
        at: the logit of class 0.
        other: the logit of class 1; that of class 2 is 0.
        label: the true class.
        batch: how many equal rows of logits there are.
        reduction: what is made of their losses.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.CrossEntropyLoss.html
    """

    def inputs(x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        logits = torch.stack([x, torch.full_like(x, other), torch.zeros_like(x)], dim=1)  # (n, 3)
        return logits, torch.full(x.shape, label)  # (n, 3) and (n,)

    return measured(nn.CrossEntropyLoss, inputs, at, batch, reduction)


@checked(at=PLACE, target=OneOf(0.0, 0.5, 1.0), batch=BATCH, reduction=REDUCTIONS)
def bce_with_logits_loss(
    at: float = 2.0, target: float = 1.0, batch: int = 1, reduction: str = "mean"
) -> LossOutput:
    """Compare the sigmoid of a logit with yes (1) or no (0).

    Args:
        at: the logit; positive means yes.
        target: what is true.
        batch: how many equal logits there are.
        reduction: what is made of their losses.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.BCEWithLogitsLoss.html
    """
    return measured(
        nn.BCEWithLogitsLoss, lambda x: (x, torch.full_like(x, target)), at, batch, reduction
    )
