"""Losses: how wrong a prediction is, as one number, and which way it should move."""

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import nn

from lib.core.rules import Between, OneOf, checked
from lib.lessons.models.layers.curves import PLACE, Curve, curve

BATCH = Between(1, 4)
REDUCTIONS = OneOf("mean", "sum", "none")
CLASSES = 3


class Lost(NamedTuple):
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
    loss: Callable[[torch.Tensor, str], torch.Tensor],
    at: float,
    batch: int,
    reduction: str,
) -> Lost:
    """Compute a loss for one prediction that moves, and for a batch of equal ones."""
    x = torch.full((batch,), at, dtype=torch.float64, requires_grad=True)  # (batch,)
    value = loss(x, reduction)  # (), or (batch,) with reduction "none"
    value.sum().backward()
    with torch.no_grad():
        nudge = torch.zeros_like(x)  # (batch,)
        nudge[0] = 1e-4
        rise = loss(x + nudge, reduction).sum() - loss(x - nudge, reduction).sum()
    return Lost(
        curve=curve(lambda each: loss(each, "none"), at),
        loss=value.reshape(-1)[0].item(),
        gradient=x.grad[0].item(),  # type: ignore[index]
        difference=rise.item() / 2e-4,
        shape_in=tuple(x.shape),
        shape_out=tuple(value.shape),
        parameters=sum(p.numel() for p in kind().parameters()),
    )


@checked(at=PLACE, target=PLACE, batch=BATCH, reduction=REDUCTIONS)
def mse_loss(at: float = 2.0, target: float = 1.0, batch: int = 1, reduction: str = "mean") -> Lost:
    """Square the distance between prediction and target.

    Args:
        at: the prediction.
        target: what it should be.
        batch: how many equal predictions there are.
        reduction: what is made of their losses.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.MSELoss.html
    """

    def loss(x: torch.Tensor, reduction: str) -> torch.Tensor:
        criterion = nn.MSELoss(reduction=reduction)
        value: torch.Tensor = criterion(
            x, torch.full_like(x, target)
        )  # (n,) and (n,) -> (), or (n,)
        return value

    return measured(nn.MSELoss, loss, at, batch, reduction)


@checked(at=PLACE, target=PLACE, batch=BATCH, reduction=REDUCTIONS)
def l1_loss(at: float = 2.0, target: float = 1.0, batch: int = 1, reduction: str = "mean") -> Lost:
    """Take the distance between prediction and target as it is.

    Args:
        at: the prediction.
        target: what it should be.
        batch: how many equal predictions there are.
        reduction: what is made of their losses.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.L1Loss.html
    """

    def loss(x: torch.Tensor, reduction: str) -> torch.Tensor:
        criterion = nn.L1Loss(reduction=reduction)
        value: torch.Tensor = criterion(
            x, torch.full_like(x, target)
        )  # (n,) and (n,) -> (), or (n,)
        return value

    return measured(nn.L1Loss, loss, at, batch, reduction)


@checked(at=PLACE, other=PLACE, label=Between(0, CLASSES - 1), batch=BATCH, reduction=REDUCTIONS)
def cross_entropy_loss(
    at: float = 2.0, other: float = 1.0, label: int = 0, batch: int = 1, reduction: str = "mean"
) -> Lost:
    """Punish a small share for the right class: minus the logarithm of its softmax.

    Args:
        at: the score of class 0.
        other: the score of class 1; that of class 2 is 0.
        label: the class that is right.
        batch: how many equal rows of scores there are.
        reduction: what is made of their losses.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.CrossEntropyLoss.html
    """

    def loss(x: torch.Tensor, reduction: str) -> torch.Tensor:
        scores = torch.stack([x, torch.full_like(x, other), torch.zeros_like(x)], dim=1)  # (n, 3)
        labels = torch.full(x.shape, label)  # (n,)
        criterion = nn.CrossEntropyLoss(reduction=reduction)
        value: torch.Tensor = criterion(scores, labels)  # (n, 3) and (n,) -> (), or (n,)
        return value

    return measured(nn.CrossEntropyLoss, loss, at, batch, reduction)._replace(
        shape_in=(batch, CLASSES)
    )


@checked(at=PLACE, target=OneOf(0.0, 0.5, 1.0), batch=BATCH, reduction=REDUCTIONS)
def bce_with_logits_loss(
    at: float = 2.0, target: float = 1.0, batch: int = 1, reduction: str = "mean"
) -> Lost:
    """Compare sigmoid of a score with yes (1) or no (0).

    Args:
        at: the score; positive means yes.
        target: what is right.
        batch: how many equal scores there are.
        reduction: what is made of their losses.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.BCEWithLogitsLoss.html
    """

    def loss(x: torch.Tensor, reduction: str) -> torch.Tensor:
        criterion = nn.BCEWithLogitsLoss(reduction=reduction)
        value: torch.Tensor = criterion(
            x, torch.full_like(x, target)
        )  # (n,) and (n,) -> (), or (n,)
        return value

    return measured(nn.BCEWithLogitsLoss, loss, at, batch, reduction)
