"""Training, live: a network learns points in the plane, epoch by epoch.

``train`` is the program a student takes home; the page plays the same run from ``runs``.

Source: https://docs.pytorch.org/tutorials/beginner/basics/optimization_tutorial.html
"""

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import nn

from lib.core.rules import Between, OneOf, checked
from lib.lessons.training.loop.config import RULES
from lib.lessons.training.loop.epochs import epoch, evaluate
from lib.lessons.training.loop.network import OPTIMIZERS, features_of, linear_layers, make_model
from lib.lessons.training.loop.points import SHAPES, Maker, Points, spiral, split_points
from lib.uploads.points import OwnPoints


class WithL1(nn.Module):
    """A loss and, on top of it, the sum of all absolute weights."""

    def __init__(self, criterion: nn.Module, model: nn.Module, l1: float) -> None:
        super().__init__()
        self.criterion = criterion
        self.weights = [layer.weight for layer in linear_layers(model)]
        self.l1 = l1

    def forward(self, outputs: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        """Return the loss of these outputs, with the penalty."""
        penalty = sum(weight.abs().sum() for weight in self.weights)
        total: torch.Tensor = self.criterion(outputs, targets) + self.l1 * penalty
        return total


class Setup(NamedTuple):
    """What a run starts with.

    Attributes:
        training: the points to learn from; ``x`` holds their features, (n, features).
        test: the same of points the network never learns from.
        model: the untrained network.
        optimizer: the optimizer of its weights.
        criterion: the loss that is measured.
        objective: the loss that is minimized: the same, or with the L1 penalty.
    """

    training: Points
    test: Points
    model: nn.Sequential
    optimizer: torch.optim.Optimizer
    criterion: nn.Module
    objective: nn.Module


def set_up(
    points: Maker, noise: float, train_share: float, features: tuple[str, ...],
    hidden: tuple[int, ...], activation: str, optimizer: str, learning_rate: float, l1: float,
    weight_decay: float, dropout: float, seed: int, own: OwnPoints,
) -> Setup:  # fmt: skip
    """Return the points, an untrained network, its optimizer and its loss."""
    training, test = (
        part._replace(x=features_of(part.x, features))  # (n, 2) -> (n, features)
        for part in split_points(points, noise, train_share, seed, own)
    )
    torch.manual_seed(seed)
    model = make_model(len(features), hidden, training.classes or 1, activation, dropout)
    steps = OPTIMIZERS[optimizer](model.parameters(), lr=learning_rate, weight_decay=weight_decay)
    criterion = nn.CrossEntropyLoss() if training.classes else nn.MSELoss()
    objective = WithL1(criterion, model, l1) if l1 else criterion
    return Setup(training, test, model, steps, criterion, objective)


class Trained(NamedTuple):
    """What a network can do after training.

    Attributes:
        train_loss: the mean loss on the training points.
        test_loss: the same on points it has never seen.
        train_accuracy: the part of the training points it gets right; None for numbers.
        test_accuracy: the same on points it has never seen.
    """

    train_loss: float
    test_loss: float
    train_accuracy: float | None
    test_accuracy: float | None


def accuracy(outputs: torch.Tensor, points: Points) -> float | None:
    """Return the part of the points whose largest output is that of their class."""
    if not points.classes:
        return None
    return (outputs.argmax(dim=1) == points.y).float().mean().item()


def measured(
    model: nn.Module, criterion: nn.Module, training: Points, test: Points,
    measure: Callable[..., tuple[float, torch.Tensor]],
) -> tuple[Trained, torch.Tensor]:  # fmt: skip
    """Return losses and accuracies, and the outputs for the test points."""
    train_loss, outputs = measure(model, criterion, training.x, training.y)
    test_loss, test_outputs = measure(model, criterion, test.x, test.y)
    accuracies = accuracy(outputs, training), accuracy(test_outputs, test)
    return Trained(train_loss, test_loss, *accuracies), test_outputs


@checked(
    **{name: rule for name, rule in RULES.items() if name not in ("data", "loop")},
    points=OneOf(*SHAPES.values()),
    epochs=Between(0, 5000, costly=3),
)
def train(
    points: Maker = spiral,
    noise: float = 0.0,
    train_share: float = 0.5,
    batch_size: int = 10,
    features: tuple[str, ...] = ("x1", "x2"),
    hidden: tuple[int, ...] = (4, 2),
    activation: str = "tanh",
    optimizer: str = "SGD",
    learning_rate: float = 0.03,
    l1: float = 0.0,
    weight_decay: float = 0.0,
    dropout: float = 0.0,
    seed: int = 0,
    own: OwnPoints = (),
    epochs: int = 10,
    one_epoch: Callable[..., None] = epoch,
    measure: Callable[..., tuple[float, torch.Tensor]] = evaluate,
) -> Trained:
    """Train a network for some epochs and return what it can do then."""
    training, test, model, steps, criterion, objective = set_up(
        points, noise, train_share, features, hidden, activation, optimizer, learning_rate, l1,
        weight_decay, dropout, seed, own,
    )  # fmt: skip
    for _ in range(epochs):
        batches = torch.randperm(len(training.x)).split(batch_size)
        one_epoch(model, steps, objective, training.x, training.y, batches)
    torch.manual_seed(seed + epochs)  # for a measurement that forgot eval() and so drops neurons
    return measured(model, criterion, training, test, measure)[0]
