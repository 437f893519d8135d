"""Train an image classifier on Fashion-MNIST.

``train`` is the program a student takes home. ``runs.py`` does the same in
pieces, with the same ``fit`` and ``evaluate``, and gets the same numbers bit for bit.

Source: https://docs.pytorch.org/tutorials/beginner/nn_tutorial.html
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

import torch
import torch.nn.functional as F  # noqa: N812 - the name it has everywhere
from torch import nn

from lib.core.rules import checked
from lib.datasets.fashion_mnist import fashion_images
from lib.lessons.training.classify.config import RULES
from lib.lessons.training.classify.metrics import accuracy, calibration, confusion
from lib.lessons.training.classify.networks import OPTIMIZERS, Network, notes_cnn, with_extras

Batch = tuple[torch.Tensor, torch.Tensor]
Loss = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]

MEASURED = 1000  # training images to measure on: as many as there are test images
AT_ONCE = 250  # images to measure on in one go


class Data(NamedTuple):
    """Images as a network takes them, and the mean and std they were normalized with.

    Attributes:
        x: (n, 784), pixels, float32.
        y: (n,), classes, int64.
        mean: of all pixels of the training images, from 0 to 1.
        std: their standard deviation.
    """

    x: torch.Tensor
    y: torch.Tensor
    mean: float
    std: float


def get_data(source: str, size: int) -> tuple[Data, Data]:
    """Return at most ``size`` training images and 1000 test images, both normalized.

    Mean and std come from the training images alone: the test images are not to be known.
    """
    images, test = fashion_images(source), fashion_images(train=False)
    x, test_x = pixels(images.images[:size]), pixels(test.images)  # (n, 784), (1000, 784)
    y = torch.tensor(images.labels[:size]).long()  # (n,)
    test_y = torch.tensor(test.labels).long()  # (1000,)
    mean, std = x.mean().item(), x.std().item()
    for each in (x, test_x):
        each.sub_(mean).div_(std)  # in place: all 60 000 images take 188 MB
    return Data(x, y, mean, std), Data(test_x, test_y, mean, std)


def pixels(images: Any) -> torch.Tensor:
    """Return images as rows of numbers from 0 to 1: (n, 28, 28) -> (n, 784)."""
    return torch.tensor(images).float().div_(255).view(-1, 784)


def shuffled(count: int, seed: int, epoch: int) -> torch.Tensor:
    """Return the order in which an epoch goes through the images: (count,)."""
    return torch.randperm(count, generator=torch.Generator().manual_seed(seed + epoch))


def augmented(xb: torch.Tensor) -> torch.Tensor:
    """Mirror half of the images, by chance, and move all of them by up to 2 pixels."""
    images = xb.view(-1, 28, 28)  # (B, 784) -> (B, 28, 28)
    mirrored = torch.rand(len(images), 1, 1) < 0.5  # (B, 1, 1)
    images = torch.where(mirrored, images.flip(2), images)
    down, right = torch.randint(-2, 3, (2,)).tolist()
    return images.roll((down, right), (1, 2)).view(-1, 784)  # -> (B, 784)


def train_batches(part: Data, rows: Iterable[torch.Tensor], augment: bool) -> Iterator[Batch]:
    """Yield batches as a DataLoader does, from the rows that belong in each."""
    for row in rows:
        xb = part.x[row]  # (B, 784)
        yield augmented(xb) if augment else xb, part.y[row]


def valid_batches(part: Data, count: int) -> list[Batch]:
    """Return the first ``count`` images in batches, in order."""
    x, y = part.x[:count], part.y[:count]
    return list(zip(x.split(AT_ONCE), y.split(AT_ONCE), strict=True))


def get_model(
    network: Network, dropout: float, batch_norm: bool, optimizer: str,
    learning_rate: float, weight_decay: float,
) -> tuple[nn.Module, torch.optim.Optimizer]:  # fmt: skip
    """Return an untrained network and its optimizer."""
    model = network()
    if dropout or batch_norm:
        model = with_extras(model, dropout, batch_norm)
    return model, OPTIMIZERS[optimizer](
        model.parameters(), lr=learning_rate, weight_decay=weight_decay
    )


def fit(
    model: nn.Module, opt: torch.optim.Optimizer, loss_func: Loss, train_dl: Iterable[Batch]
) -> None:
    """Go through the training images, or a part of them, as the notes do."""
    model.train()
    for xb, yb in train_dl:
        pred = model(xb)  # (B, 10)
        loss = loss_func(pred, yb)  # ()

        loss.backward()
        opt.step()
        opt.zero_grad()


def evaluate(
    model: nn.Module, loss_func: Loss, valid_dl: list[Batch]
) -> tuple[float, torch.Tensor]:
    """Return the loss, averaged as the notes do, and all outputs: (n, 10)."""
    model.eval()
    with torch.no_grad():
        preds = [model(xb) for xb, _ in valid_dl]
        valid_loss = sum(loss_func(pred, yb) for pred, (_, yb) in zip(preds, valid_dl, strict=True))

    return float(valid_loss / len(valid_dl)), torch.cat(preds)


class Trained(NamedTuple):
    """What came of training; a number for each epoch where there are several.

    Attributes:
        parameters: how many weights and biases the network has.
        train_loss: the mean loss on the first 1000 training images, or on all if they are fewer.
        test_loss: the same on images the network has never seen.
        train_accuracy: the part of those training images it gets right.
        test_accuracy: the same on images it has never seen.
        confusion: how many test images of each class (rows) were predicted as which (columns).
        calibration_error: how far its confidence is from its accuracy, on average.
    """

    parameters: int
    train_loss: tuple[float, ...]
    test_loss: tuple[float, ...]
    train_accuracy: tuple[float, ...]
    test_accuracy: tuple[float, ...]
    confusion: tuple[tuple[int, ...], ...]
    calibration_error: float


@checked(**RULES)
def train(
    network: Network = notes_cnn,
    optimizer: str = "momentum",
    learning_rate: float = 0.1,
    batch_size: int = 64,
    epochs: int = 1,
    dropout: float = 0.0,
    batch_norm: bool = False,
    weight_decay: float = 0.0,
    source: str = "shipped",
    size: int = 4000,
    augment: bool = False,
    seed: int = 0,
) -> Trained:
    """Train a classifier of clothes, and measure it after each epoch."""
    torch.set_num_threads(1)  # with more, sums are rounded in another order
    train_ds, valid_ds = get_data(source, size)
    seen_dl, valid_dl = valid_batches(train_ds, MEASURED), valid_batches(valid_ds, MEASURED)
    loss_func = F.cross_entropy
    torch.manual_seed(seed)
    model, opt = get_model(network, dropout, batch_norm, optimizer, learning_rate, weight_decay)
    losses, accuracies = [], []
    for epoch in range(epochs):
        rows = shuffled(len(train_ds.x), seed, epoch).split(batch_size)
        fit(model, opt, loss_func, train_batches(train_ds, rows, augment))

        train_loss, train_outputs = evaluate(model, loss_func, seen_dl)
        valid_loss, outputs = evaluate(model, loss_func, valid_dl)
        losses.append((train_loss, valid_loss))
        accuracies.append((accuracy(train_outputs, train_ds.y), accuracy(outputs, valid_ds.y)))

    probabilities = evaluate(model, loss_func, valid_dl)[1].softmax(dim=1)  # (1000, 10)
    return Trained(
        parameters=sum(weights.numel() for weights in model.parameters()),
        train_loss=tuple(seen for seen, _ in losses),
        test_loss=tuple(new for _, new in losses),
        train_accuracy=tuple(seen for seen, _ in accuracies),
        test_accuracy=tuple(new for _, new in accuracies),
        confusion=confusion(probabilities, valid_ds.y),
        calibration_error=calibration(probabilities, valid_ds.y).error,
    )
