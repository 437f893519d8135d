"""A batch on its way through the notes' WrappedDataLoader, and without it."""

from typing import NamedTuple

import numpy as np
import torch
from torch import nn
from torch.utils.data import TensorDataset

from lib.core.rules import Between, OneOf, checked
from lib.datasets.fashion_mnist import fashion_mnist
from lib.lessons.data.preprocess.notes import WrappedDataLoader, get_data, preprocess

TRAIN, VALID = 512, 256  # pictures, of Fashion-MNIST
SHOWN = 8  # pictures of a batch that are drawn
SIZES = Between(8, 128)


class Batches(NamedTuple):
    """What the loaders give.

    Attributes:
        loader: the class of ``train_dl``.
        item: the shapes of one picture and its label in the data set.
        batch: the shapes of the first batch as the DataLoader gives it.
        given: the shapes of the first batch as the loop gets it.
        device: where it is then.
        output: the shape of what the notes' network makes of it; empty if it refuses.
        refused: PyTorch's error in its own words, if there was one.
        train_length: ``len(train_dl)``.
        valid_length: ``len(valid_dl)``.
        valid_batch: how many pictures its first batch holds.
        passes: how many batches two loops over ``train_dl`` give, one after the other.
        dataset: whether ``train_dl.dataset`` can be asked for.
        pictures: the first pictures of the batch as the loop gets them, (8, 784) or
            (8, 1, 28, 28).
    """

    loader: str
    item: tuple[tuple[int, ...], ...]
    batch: tuple[tuple[int, ...], ...]
    given: tuple[tuple[int, ...], ...]
    device: str
    output: tuple[int, ...]
    refused: str
    train_length: int
    valid_length: int
    valid_batch: int
    passes: tuple[int, int]
    dataset: bool
    pictures: np.ndarray


def flat_pictures(train: bool, count: int) -> TensorDataset:
    """Return pictures as the notes have them: one row of 784 numbers from 0 to 1 for each."""
    images, labels = fashion_mnist(train)
    x = torch.tensor(images[:count]).float() / 255  # (count, 28, 28)
    return TensorDataset(x.view(count, 784), torch.tensor(labels[:count]).long())


def notes_network() -> nn.Module:
    """Return the notes' network, without the Lambda that did what ``preprocess`` does here."""
    return nn.Sequential(
        nn.Conv2d(1, 16, kernel_size=3, stride=2, padding=1),
        nn.ReLU(),
        nn.Conv2d(16, 16, kernel_size=3, stride=2, padding=1),
        nn.ReLU(),
        nn.Conv2d(16, 10, kernel_size=3, stride=2, padding=1),
        nn.ReLU(),
        nn.AvgPool2d(4),
        nn.Flatten(),
    )


@checked(wrap=OneOf(True, False), bs=SIZES)
def load(wrap: bool = True, bs: int = 64) -> Batches:
    """Take a batch of Fashion-MNIST out of the notes' loaders and put it into their network.

    Args:
        wrap: whether the loaders are wrapped in ``WrappedDataLoader``.
        bs: the batch size of ``get_data``.

    Source: https://docs.pytorch.org/tutorials/beginner/nn_tutorial.html
    """
    torch.manual_seed(0)
    train_ds, valid_ds = flat_pictures(True, TRAIN), flat_pictures(False, VALID)
    train_dl, valid_dl = get_data(train_ds, valid_ds, bs)
    plain = next(iter(train_dl))  # (bs, 784) and (bs,)
    if wrap:
        train_dl = WrappedDataLoader(train_dl, preprocess)
        valid_dl = WrappedDataLoader(valid_dl, preprocess)
    xb, yb = next(iter(train_dl))  # (bs, 784) or, wrapped, (bs, 1, 28, 28); and (bs,)
    model = notes_network().to(yb.device)
    output, refused = (), ""
    try:
        output = tuple(model(xb).shape)  # (bs, 10)
    except RuntimeError as error:
        refused = f"{type(error).__name__}: {error}"
    return Batches(
        loader=type(train_dl).__name__,
        item=tuple(tuple(each.shape) for each in train_ds[0]),
        batch=tuple(tuple(each.shape) for each in plain),
        given=(tuple(xb.shape), tuple(yb.shape)),
        device=str(xb.device),
        output=output,
        refused=refused,
        train_length=len(train_dl),
        valid_length=len(valid_dl),
        valid_batch=len(next(iter(valid_dl))[1]),
        passes=(sum(1 for _ in train_dl), sum(1 for _ in train_dl)),
        dataset=hasattr(train_dl, "dataset"),
        pictures=xb[:SHOWN].cpu().numpy(),
    )
