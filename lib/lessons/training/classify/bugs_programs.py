"""Mistakes with real images: small programs, each beside its repair, all of them run for real."""

from typing import NamedTuple

import torch
import torch.nn.functional as F  # noqa: N812 - the name it has everywhere
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from lib.datasets.fashion_mnist import fashion_mnist


def pixels(train: bool, count: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Return images as rows of numbers around 0, and their classes."""
    part = fashion_mnist(train)
    x = torch.tensor(part.images[:count]).float().view(-1, 784)  # (n, 28, 28) -> (n, 784)
    return (x - 128) / 128, torch.tensor(part.labels[:count]).long()


def accuracy(model: nn.Module, x: torch.Tensor, y: torch.Tensor) -> float:
    """Return the part of the images whose largest output is that of their class."""
    with torch.no_grad():
        right: torch.Tensor = model(x).argmax(dim=1) == y  # (n,)
    return right.float().mean().item()


class Score(NamedTuple):
    """The part of the images a network gets right."""

    on_training_images: float
    on_test_images: float


# --- sorted images, not shuffled (silent) ---------------------------------------------------------


def sorted_not_shuffled() -> Score:
    """Learn from images that come class by class."""
    torch.manual_seed(0)
    x, y = pixels(train=True, count=2000)  # (2000, 784), (2000,)
    order = y.argsort(stable=True)  # all T-shirts, then all trousers, ...
    model = nn.Sequential(nn.Linear(784, 32), nn.ReLU(), nn.Linear(32, 10))
    train_dl = DataLoader(TensorDataset(x[order], y[order]), batch_size=50)
    opt = torch.optim.SGD(model.parameters(), lr=0.02, momentum=0.9)
    for _ in range(3):
        for xb, yb in train_dl:
            loss = F.cross_entropy(model(xb), yb)  # (B, 10), (B,) -> ()
            loss.backward()
            opt.step()
            opt.zero_grad()
    return Score(accuracy(model, x, y), accuracy(model, *pixels(train=False, count=1000)))


def sorted_not_shuffled_fixed() -> Score:
    """Learn from the same images in a new order each time."""
    torch.manual_seed(0)
    x, y = pixels(train=True, count=2000)  # (2000, 784), (2000,)
    order = y.argsort(stable=True)  # all T-shirts, then all trousers, ...
    model = nn.Sequential(nn.Linear(784, 32), nn.ReLU(), nn.Linear(32, 10))
    train_dl = DataLoader(TensorDataset(x[order], y[order]), batch_size=50, shuffle=True)
    opt = torch.optim.SGD(model.parameters(), lr=0.02, momentum=0.9)
    for _ in range(3):
        for xb, yb in train_dl:
            loss = F.cross_entropy(model(xb), yb)  # (B, 10), (B,) -> ()
            loss.backward()
            opt.step()
            opt.zero_grad()
    return Score(accuracy(model, x, y), accuracy(model, *pixels(train=False, count=1000)))


# --- eval() forgotten (silent) --------------------------------------------------------------------


class Twice(NamedTuple):
    """The part of the test images one network gets right: twice, and looking at two at a time."""

    first: float
    second: float
    two_by_two: float


def eval_forgotten() -> Twice:
    """Measure a network with batch norm and dropout right after training."""
    torch.manual_seed(0)
    x, y = pixels(train=True, count=2000)  # (2000, 784), (2000,)
    layers = nn.Linear(784, 32), nn.BatchNorm1d(32), nn.ReLU(), nn.Dropout(0.5), nn.Linear(32, 10)
    model = nn.Sequential(*layers)
    train_dl = DataLoader(TensorDataset(x, y), batch_size=50, shuffle=True)
    opt = torch.optim.SGD(model.parameters(), lr=0.02, momentum=0.9)
    for _ in range(3):
        for xb, yb in train_dl:
            loss = F.cross_entropy(model(xb), yb)  # (B, 10), (B,) -> ()
            loss.backward()
            opt.step()
            opt.zero_grad()
    test_x, test_y = pixels(train=False, count=1000)  # (1000, 784), (1000,)
    first, second = (accuracy(model, test_x, test_y) for _ in range(2))
    pairs = zip(test_x.split(2), test_y.split(2), strict=True)
    return Twice(first, second, sum(accuracy(model, xb, yb) for xb, yb in pairs) / 500)


def eval_forgotten_fixed() -> Twice:
    """Switch both to measuring first."""
    torch.manual_seed(0)
    x, y = pixels(train=True, count=2000)  # (2000, 784), (2000,)
    layers = nn.Linear(784, 32), nn.BatchNorm1d(32), nn.ReLU(), nn.Dropout(0.5), nn.Linear(32, 10)
    model = nn.Sequential(*layers)
    train_dl = DataLoader(TensorDataset(x, y), batch_size=50, shuffle=True)
    opt = torch.optim.SGD(model.parameters(), lr=0.02, momentum=0.9)
    for _ in range(3):
        for xb, yb in train_dl:
            loss = F.cross_entropy(model(xb), yb)  # (B, 10), (B,) -> ()
            loss.backward()
            opt.step()
            opt.zero_grad()
    test_x, test_y = pixels(train=False, count=1000)  # (1000, 784), (1000,)
    model.eval()
    first, second = (accuracy(model, test_x, test_y) for _ in range(2))
    pairs = zip(test_x.split(2), test_y.split(2), strict=True)
    return Twice(first, second, sum(accuracy(model, xb, yb) for xb, yb in pairs) / 500)


# --- labels shifted by one (silent) ---------------------------------------------------------------


def labels_shifted() -> Score:
    """Lose the first row of the labels, as one more header line skipped does, and not the image."""
    torch.manual_seed(0)
    x, y = pixels(train=True, count=2000)  # (2000, 784), (2000,)
    x, y = x[:-1], y[1:]  # (1999, 784), (1999,)
    model = nn.Sequential(nn.Linear(784, 32), nn.ReLU(), nn.Linear(32, 10))
    train_dl = DataLoader(TensorDataset(x, y), batch_size=50, shuffle=True)
    opt = torch.optim.SGD(model.parameters(), lr=0.02, momentum=0.9)
    for _ in range(3):
        for xb, yb in train_dl:
            loss = F.cross_entropy(model(xb), yb)  # (B, 10), (B,) -> ()
            loss.backward()
            opt.step()
            opt.zero_grad()
    return Score(accuracy(model, x, y), accuracy(model, *pixels(train=False, count=1000)))


def labels_shifted_fixed() -> Score:
    """Keep each label with its image."""
    torch.manual_seed(0)
    x, y = pixels(train=True, count=2000)  # (2000, 784), (2000,)
    x, y = x[1:], y[1:]  # (1999, 784), (1999,)
    model = nn.Sequential(nn.Linear(784, 32), nn.ReLU(), nn.Linear(32, 10))
    train_dl = DataLoader(TensorDataset(x, y), batch_size=50, shuffle=True)
    opt = torch.optim.SGD(model.parameters(), lr=0.02, momentum=0.9)
    for _ in range(3):
        for xb, yb in train_dl:
            loss = F.cross_entropy(model(xb), yb)  # (B, 10), (B,) -> ()
            loss.backward()
            opt.step()
            opt.zero_grad()
    return Score(accuracy(model, x, y), accuracy(model, *pixels(train=False, count=1000)))


# --- measured on the training images (silent) -----------------------------------------------------


def measured_on_training() -> float:
    """Learn 300 images by heart, and report how many of them are right."""
    torch.manual_seed(0)
    x, y = pixels(train=True, count=300)  # (300, 784), (300,)
    model = nn.Sequential(nn.Linear(784, 64), nn.ReLU(), nn.Linear(64, 10))
    train_dl = DataLoader(TensorDataset(x, y), batch_size=50, shuffle=True)
    opt = torch.optim.SGD(model.parameters(), lr=0.02, momentum=0.9)
    for _ in range(40):
        for xb, yb in train_dl:
            loss = F.cross_entropy(model(xb), yb)  # (B, 10), (B,) -> ()
            loss.backward()
            opt.step()
            opt.zero_grad()
    return accuracy(model, x, y)


def measured_on_training_fixed() -> float:
    """Report how many of the images it has never seen are right."""
    torch.manual_seed(0)
    x, y = pixels(train=True, count=300)  # (300, 784), (300,)
    model = nn.Sequential(nn.Linear(784, 64), nn.ReLU(), nn.Linear(64, 10))
    train_dl = DataLoader(TensorDataset(x, y), batch_size=50, shuffle=True)
    opt = torch.optim.SGD(model.parameters(), lr=0.02, momentum=0.9)
    for _ in range(40):
        for xb, yb in train_dl:
            loss = F.cross_entropy(model(xb), yb)  # (B, 10), (B,) -> ()
            loss.backward()
            opt.step()
            opt.zero_grad()
    return accuracy(model, *pixels(train=False, count=1000))


# --- the rate is too large (silent) ---------------------------------------------------------------


class Ended(NamedTuple):
    """The loss of the last batch, and the part of the test images that are right."""

    loss: float
    on_test_images: float


def rate_too_large() -> Ended:
    """Take steps of a length that suits no network."""
    torch.manual_seed(0)
    x, y = pixels(train=True, count=2000)  # (2000, 784), (2000,)
    model = nn.Sequential(nn.Linear(784, 32), nn.ReLU(), nn.Linear(32, 10))
    train_dl = DataLoader(TensorDataset(x, y), batch_size=50, shuffle=True)
    opt = torch.optim.SGD(model.parameters(), lr=2.0, momentum=0.9)
    for _ in range(3):
        for xb, yb in train_dl:
            loss = F.cross_entropy(model(xb), yb)  # (B, 10), (B,) -> ()
            loss.backward()
            opt.step()
            opt.zero_grad()
    return Ended(loss.item(), accuracy(model, *pixels(train=False, count=1000)))


def rate_too_large_fixed() -> Ended:
    """Take steps a hundred times shorter."""
    torch.manual_seed(0)
    x, y = pixels(train=True, count=2000)  # (2000, 784), (2000,)
    model = nn.Sequential(nn.Linear(784, 32), nn.ReLU(), nn.Linear(32, 10))
    train_dl = DataLoader(TensorDataset(x, y), batch_size=50, shuffle=True)
    opt = torch.optim.SGD(model.parameters(), lr=0.02, momentum=0.9)
    for _ in range(3):
        for xb, yb in train_dl:
            loss = F.cross_entropy(model(xb), yb)  # (B, 10), (B,) -> ()
            loss.backward()
            opt.step()
            opt.zero_grad()
    return Ended(loss.item(), accuracy(model, *pixels(train=False, count=1000)))


# --- labels as numbers with a point ---------------------------------------------------------------


def labels_as_floats() -> float:
    """Take labels as a table of numbers holds them: with a decimal point."""
    torch.manual_seed(0)
    x, y = pixels(train=True, count=64)  # (64, 784), (64,)
    y = y.float()  # as from a CSV file
    model = nn.Linear(784, 10)
    return F.cross_entropy(model(x), y).item()


def labels_as_floats_fixed() -> float:
    """Make whole numbers of them, which is what classes are counted in."""
    torch.manual_seed(0)
    x, y = pixels(train=True, count=64)  # (64, 784), (64,)
    y = y.float()  # as from a CSV file
    model = nn.Linear(784, 10)
    return F.cross_entropy(model(x), y.long()).item()


# --- pictures where rows are expected -------------------------------------------------------------


def pictures_for_rows() -> tuple[int, ...]:
    """Give pictures to the notes' logistic regression."""
    x, _ = pixels(train=True, count=64)  # (64, 784)
    model = nn.Linear(784, 10)
    return tuple(model(x.view(-1, 1, 28, 28)).shape)  # (64, 1, 28, 28)


def pictures_for_rows_fixed() -> tuple[int, ...]:
    """Make a row of each picture first."""
    x, _ = pixels(train=True, count=64)  # (64, 784)
    model = nn.Sequential(nn.Flatten(), nn.Linear(784, 10))
    return tuple(model(x.view(-1, 1, 28, 28)).shape)  # (64, 1, 28, 28) -> (64, 784) -> (64, 10)
