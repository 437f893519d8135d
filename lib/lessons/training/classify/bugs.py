"""What goes wrong when a classifier is trained and measured; the damage is measured, too."""

from typing import NamedTuple

import torch
import torch.nn.functional as F  # noqa: N812 - the name it has everywhere
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from lib.core.bugs import fixes
from lib.datasets.fashion_mnist import fashion_mnist


def pixels(train: bool, count: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Return images as rows of numbers around 0, and their classes."""
    part = fashion_mnist(train)
    x = torch.tensor(part.images[:count]).float().view(-1, 784)  # (n, 28, 28) -> (n, 784)
    return (x - 128) / 128, torch.tensor(part.labels[:count]).long()


def network(hidden: int = 32) -> nn.Sequential:
    """Return an untrained network."""
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(784, hidden), nn.ReLU(), nn.Linear(hidden, 10))


def fit(
    model: nn.Module, x: torch.Tensor, y: torch.Tensor, lr: float = 0.02, epochs: int = 3,
    shuffle: bool = True,
) -> float:  # fmt: skip
    """Train a network and return the loss of the last batch."""
    train_dl = DataLoader(TensorDataset(x, y), batch_size=50, shuffle=shuffle)
    opt = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.9)
    for _ in range(epochs):
        for xb, yb in train_dl:
            loss = F.cross_entropy(model(xb), yb)  # (B, 10), (B,) -> ()
            loss.backward()
            opt.step()
            opt.zero_grad()
    return loss.item()


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
    x, y = pixels(train=True, count=2000)  # (2000, 784), (2000,)
    order = y.argsort(stable=True)  # all T-shirts, then all trousers, ...
    model = network()
    fit(model, x[order], y[order], shuffle=False)
    return Score(accuracy(model, x, y), accuracy(model, *pixels(train=False, count=1000)))


@fixes(
    sorted_not_shuffled,
    "sorted, not shuffled",
    "No error: a batch holds one class, or two where one ends and the next begins. So its step "
    "teaches the network to predict that class whatever it sees, and the next class overwrites "
    "it. `shuffle=True` draws a new order of the images in each epoch.",
    heavy=True,
    silent=True,
)
def sorted_not_shuffled_fixed() -> Score:
    """Learn from the same images in a new order each time."""
    x, y = pixels(train=True, count=2000)  # (2000, 784), (2000,)
    order = y.argsort(stable=True)  # all T-shirts, then all trousers, ...
    model = network()
    fit(model, x[order], y[order], shuffle=True)
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
    layers = nn.Linear(784, 32), nn.BatchNorm1d(32), nn.ReLU(), nn.Dropout(0.5), nn.Linear(32, 10)
    model = nn.Sequential(*layers)
    fit(model, *pixels(train=True, count=2000))
    test_x, test_y = pixels(train=False, count=1000)  # (1000, 784), (1000,)
    first, second = (accuracy(model, test_x, test_y) for _ in range(2))
    pairs = zip(test_x.split(2), test_y.split(2), strict=True)
    return Twice(first, second, sum(accuracy(model, xb, yb) for xb, yb in pairs) / 500)


@fixes(
    eval_forgotten,
    "eval forgotten",
    "No error: dropout goes on dropping, so the same images give another number each time, and "
    "batch norm takes mean and standard deviation from the batch: given two images at a time, the "
    "network looks far worse than it is. After `model.eval()` neither happens.",
    heavy=True,
    silent=True,
)
def eval_forgotten_fixed() -> Twice:
    """Switch both to measuring first."""
    torch.manual_seed(0)
    layers = nn.Linear(784, 32), nn.BatchNorm1d(32), nn.ReLU(), nn.Dropout(0.5), nn.Linear(32, 10)
    model = nn.Sequential(*layers)
    fit(model, *pixels(train=True, count=2000))
    test_x, test_y = pixels(train=False, count=1000)  # (1000, 784), (1000,)
    model.eval()
    first, second = (accuracy(model, test_x, test_y) for _ in range(2))
    pairs = zip(test_x.split(2), test_y.split(2), strict=True)
    return Twice(first, second, sum(accuracy(model, xb, yb) for xb, yb in pairs) / 500)


# --- labels shifted by one (silent) ---------------------------------------------------------------


def labels_shifted() -> Score:
    """Lose the first row of the labels, as one more header line skipped does, and not the image."""
    x, y = pixels(train=True, count=2000)  # (2000, 784), (2000,)
    x, y = x[:-1], y[1:]  # (1999, 784), (1999,)
    model = network()
    fit(model, x, y)
    return Score(accuracy(model, x, y), accuracy(model, *pixels(train=False, count=1000)))


@fixes(
    labels_shifted,
    "labels shifted by one",
    "No error: every image has the label of the one after it, which says nothing about it. One "
    "test image in ten is right by chance. Look at a few images with their labels before you "
    "train.",
    heavy=True,
    silent=True,
)
def labels_shifted_fixed() -> Score:
    """Keep each label with its image."""
    x, y = pixels(train=True, count=2000)  # (2000, 784), (2000,)
    x, y = x[1:], y[1:]  # (1999, 784), (1999,)
    model = network()
    fit(model, x, y)
    return Score(accuracy(model, x, y), accuracy(model, *pixels(train=False, count=1000)))


# --- measured on the training images (silent) -----------------------------------------------------


def measured_on_training() -> float:
    """Memorize 300 images, and report how many of them are right."""
    x, y = pixels(train=True, count=300)  # (300, 784), (300,)
    model = network(hidden=64)
    fit(model, x, y, epochs=40)
    return accuracy(model, x, y)


@fixes(
    measured_on_training,
    "measured on the training images",
    "No error: it does get these images right, since it has memorized them. Only images it has "
    "never seen tell what it has learned about clothes.",
    heavy=True,
    silent=True,
)
def measured_on_training_fixed() -> float:
    """Report how many of the images it has never seen are right."""
    x, y = pixels(train=True, count=300)  # (300, 784), (300,)
    model = network(hidden=64)
    fit(model, x, y, epochs=40)
    return accuracy(model, *pixels(train=False, count=1000))


# --- the rate is too large (silent) ---------------------------------------------------------------


class Ended(NamedTuple):
    """The loss of the last batch, and the part of the test images that are right."""

    loss: float
    on_test_images: float


def rate_too_large() -> Ended:
    """Take steps of a length that suits no network."""
    model = network()
    loss = fit(model, *pixels(train=True, count=2000), lr=2.0)
    return Ended(loss, accuracy(model, *pixels(train=False, count=1000)))


@fixes(
    rate_too_large,
    "rate too large",
    "No error: the first steps throw the weights so far that next to nothing gets through the "
    "ReLU any more. From then on the network predicts the same class for nearly every image, and "
    "one in ten is right. Start with a rate a hundred times smaller.",
    heavy=True,
    silent=True,
)
def rate_too_large_fixed() -> Ended:
    """Take steps a hundred times shorter."""
    model = network()
    loss = fit(model, *pixels(train=True, count=2000), lr=0.02)
    return Ended(loss, accuracy(model, *pixels(train=False, count=1000)))


# --- labels as numbers with a point ---------------------------------------------------------------


def labels_as_floats() -> float:
    """Take labels as a table of numbers holds them: with a decimal point."""
    torch.manual_seed(0)
    x, y = pixels(train=True, count=64)  # (64, 784), (64,)
    y = y.float()  # as from a CSV file
    model = nn.Linear(784, 10)
    return F.cross_entropy(model(x), y).item()


@fixes(
    labels_as_floats,
    "labels as floats",
    "`cross_entropy` wants the number of each image's class as int64 or uint8. Floats it takes "
    "only as probabilities, one for each class: (64, 10). Labels out of a table or a CSV file "
    "are often floats.",
)
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


@fixes(
    pictures_for_rows,
    "pictures where rows are expected",
    "A linear layer looks at the last axis: 28, where it wants 784. The notes keep images as "
    "rows, and their CNN begins with `Lambda(preprocess)`, which makes pictures of them; here it "
    "is the other way round, and `nn.Flatten()` makes rows.",
)
def pictures_for_rows_fixed() -> tuple[int, ...]:
    """Make a row of each picture first."""
    x, _ = pixels(train=True, count=64)  # (64, 784)
    model = nn.Sequential(nn.Flatten(), nn.Linear(784, 10))
    return tuple(model(x.view(-1, 1, 28, 28)).shape)  # (64, 1, 28, 28) -> (64, 784) -> (64, 10)
