"""Training, live: a network learns points in the plane, epoch by epoch.

``train`` is the program a student takes home; the page plays the same run from ``loop_engine``.

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
from lib.lessons.training.loop.points import SHAPES, Maker, OwnPoints, Points, spiral, split_points


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


@checked(
    **{name: rule for name, rule in RULES.items() if name not in ("data", "loop")},
    points=OneOf(*SHAPES.values()),
    epochs=Between(0, 5000, costly=3),
)
def train(
    points: Maker = spiral,
    noise: float = 0.0,
    share: float = 0.5,
    batch: int = 10,
    features: tuple[str, ...] = ("x1", "x2"),
    hidden: tuple[int, ...] = (4, 2),
    activation: str = "tanh",
    optimizer: str = "SGD",
    rate: float = 0.03,
    l1: float = 0.0,
    l2: float = 0.0,
    dropout: float = 0.0,
    seed: int = 0,
    own: OwnPoints = (),
    epochs: int = 10,
    one_epoch: Callable[..., None] = epoch,
    measure: Callable[..., tuple[float, torch.Tensor]] = evaluate,
) -> Trained:
    """Train a network for some epochs and return what it can do then."""
    training, test = split_points(points, noise, share, seed, own)
    x, test_x = features_of(training.x, features), features_of(test.x, features)
    torch.manual_seed(seed)
    model = make_model(x.shape[1], hidden, training.classes or 1, activation, dropout)
    steps = OPTIMIZERS[optimizer](model.parameters(), lr=rate, weight_decay=l2)
    criterion = nn.CrossEntropyLoss() if training.classes else nn.MSELoss()
    objective = WithL1(criterion, model, l1) if l1 else criterion
    for _ in range(epochs):
        batches = torch.randperm(len(x)).split(batch)
        one_epoch(model, steps, objective, x, training.y, batches)
    torch.manual_seed(seed + epochs)  # for a measurement that forgot eval() and so drops neurons
    train_loss, outputs = measure(model, criterion, x, training.y)
    test_loss, test_outputs = measure(model, criterion, test_x, test.y)
    return Trained(train_loss, test_loss, accuracy(outputs, training), accuracy(test_outputs, test))
