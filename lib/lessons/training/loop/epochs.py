"""The training loop, as it should be and with one line wrong: each is run as it stands here."""

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

Batches = Iterable[Tensor]
Criterion = Callable[[Tensor, Tensor], Tensor]


def epoch(
    model: nn.Module, optimizer: Any, criterion: Criterion, x: Tensor, y: Tensor, batches: Batches
) -> None:
    """One epoch: every batch once. The five steps, in their order."""
    model.train()
    for batch in batches:
        outputs = model(x[batch])
        loss = criterion(outputs, y[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()


def epoch_without_zero_grad(
    model: nn.Module, optimizer: Any, criterion: Criterion, x: Tensor, y: Tensor, batches: Batches
) -> None:
    """One epoch in which gradients pile up: nobody zeroes them."""
    model.train()
    for batch in batches:
        outputs = model(x[batch])
        loss = criterion(outputs, y[batch])
        loss.backward()
        optimizer.step()


def epoch_without_backward(
    model: nn.Module, optimizer: Any, criterion: Criterion, x: Tensor, y: Tensor, batches: Batches
) -> None:
    """One epoch in which no gradient is computed: step() finds nothing to do."""
    model.train()
    for batch in batches:
        outputs = model(x[batch])
        loss = criterion(outputs, y[batch])  # noqa: F841 - backward() is missing
        optimizer.zero_grad()
        optimizer.step()


def epoch_without_step(
    model: nn.Module, optimizer: Any, criterion: Criterion, x: Tensor, y: Tensor, batches: Batches
) -> None:
    """One epoch in which gradients are computed and never used."""
    model.train()
    for batch in batches:
        outputs = model(x[batch])
        loss = criterion(outputs, y[batch])
        optimizer.zero_grad()
        loss.backward()


def epoch_step_before_backward(
    model: nn.Module, optimizer: Any, criterion: Criterion, x: Tensor, y: Tensor, batches: Batches
) -> None:
    """One epoch in which each step() comes right after zero_grad(): it finds no gradient."""
    model.train()
    for batch in batches:
        outputs = model(x[batch])
        loss = criterion(outputs, y[batch])
        optimizer.zero_grad()
        optimizer.step()
        loss.backward()


def epoch_zero_after_backward(
    model: nn.Module, optimizer: Any, criterion: Criterion, x: Tensor, y: Tensor, batches: Batches
) -> None:
    """One epoch in which zero_grad() comes between backward() and step()."""
    model.train()
    for batch in batches:
        outputs = model(x[batch])
        loss = criterion(outputs, y[batch])
        loss.backward()
        optimizer.zero_grad()
        optimizer.step()


def epoch_with_flat_targets(
    model: nn.Module, optimizer: Any, criterion: Criterion, x: Tensor, y: Tensor, batches: Batches
) -> None:
    """One epoch in which the targets are flat: (B, 1) against (B,) is broadcast to (B, B)."""
    model.train()
    for batch in batches:
        outputs = model(x[batch])
        loss = criterion(outputs, y[batch].flatten())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()


def evaluate(model: nn.Module, criterion: Criterion, x: Tensor, y: Tensor) -> tuple[float, Tensor]:
    """Return the loss on all these points, and the outputs for them."""
    model.eval()
    with torch.no_grad():
        outputs = model(x)
        return criterion(outputs, y).item(), outputs


def evaluate_without_eval(
    model: nn.Module, criterion: Criterion, x: Tensor, y: Tensor
) -> tuple[float, Tensor]:
    """Return the same with dropout still on: another number each time."""
    with torch.no_grad():
        outputs = model(x)
        return criterion(outputs, y).item(), outputs


class Loop(NamedTuple):
    """How a network is trained and how it is measured."""

    epoch: Callable[..., None]
    evaluate: Callable[..., tuple[float, Tensor]]


LOOPS = {
    "right": Loop(epoch, evaluate),
    "no zero_grad": Loop(epoch_without_zero_grad, evaluate),
    "no backward": Loop(epoch_without_backward, evaluate),
    "no step": Loop(epoch_without_step, evaluate),
    "step before backward": Loop(epoch_step_before_backward, evaluate),
    "zero_grad after backward": Loop(epoch_zero_after_backward, evaluate),
    "flat targets": Loop(epoch_with_flat_targets, evaluate),
    "no eval": Loop(epoch, evaluate_without_eval),
}
