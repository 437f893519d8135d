"""A batch on its way through the notes' WrappedDataLoader, and without it.

The notes call ``get_data`` and ``device``, but do not give them. ``get_data`` is PyTorch's own,
from its tutorial *What is torch.nn really?*, where the notes' loop comes from as well.
"""

from typing import NamedTuple

import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from lib.core.rules import Between, OneOf, checked
from lib.datasets.fashion_mnist import fashion_mnist

# --- as written in the notes ----------------------------------------------------------------------

device = torch.device("cuda" if torch.cuda.is_available() else "cpu")


class WrappedDataLoader:  # noqa: D101
    def __init__(self, dl, func):
        self.dl = dl
        self.func = func

    def __len__(self):  # noqa: D105
        return len(self.dl)

    def __iter__(self):  # noqa: D105
        batches = iter(self.dl)
        for b in batches:
            yield (self.func(*b))


def preprocess(x, y):  # noqa: D103
    return x.view(-1, 1, 28, 28).to(device), y.to(device)


def get_data(train_ds, valid_ds, bs):  # noqa: D103
    return (
        DataLoader(train_ds, batch_size=bs, shuffle=True),
        DataLoader(valid_ds, batch_size=bs * 2),
    )


# --- and what the loaders give --------------------------------------------------------------------

TRAIN, VALID = 512, 256  # images of Fashion-MNIST
SHOWN = 8  # images of a batch that are drawn
SIZES = Between(8, 128)


class Batches(NamedTuple):
    """What the loaders give.

    Attributes:
        loader: the class of ``train_dl``.
        item: the shapes of one image and its label in the data set.
        batch: the shapes of the first batch as the DataLoader gives it.
        given: the shapes of the first batch as the loop gets it.
        device: where it is then.
        output: the shape of what the notes' network makes of it; empty if it raises.
        error: PyTorch's own words, if there was one.
        train_length: ``len(train_dl)``.
        valid_length: ``len(valid_dl)``.
        valid_batch: how many images its first batch holds.
        passes: how many batches two loops over ``train_dl`` give, one after the other.
        dataset: whether ``train_dl.dataset`` can be asked for.
        images: the first images of the batch as the loop gets them, (8, 784) or
            (8, 1, 28, 28).
    """

    loader: str
    item: tuple[tuple[int, ...], ...]
    batch: tuple[tuple[int, ...], ...]
    given: tuple[tuple[int, ...], ...]
    device: str
    output: tuple[int, ...]
    error: str
    train_length: int
    valid_length: int
    valid_batch: int
    passes: tuple[int, int]
    dataset: bool
    images: np.ndarray


def flat_images(train: bool, count: int) -> TensorDataset:
    """Return images as the notes have them: one row of 784 numbers from 0 to 1 for each."""
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
    train_ds, valid_ds = flat_images(True, TRAIN), flat_images(False, VALID)
    train_dl, valid_dl = get_data(train_ds, valid_ds, bs)
    plain = next(iter(train_dl))  # (bs, 784) and (bs,)
    if wrap:
        train_dl = WrappedDataLoader(train_dl, preprocess)
        valid_dl = WrappedDataLoader(valid_dl, preprocess)
    xb, yb = next(iter(train_dl))  # (bs, 784) or, wrapped, (bs, 1, 28, 28); and (bs,)
    model = notes_network().to(yb.device)
    output, message = (), ""
    try:
        output = tuple(model(xb).shape)  # (bs, 10)
    except RuntimeError as error:
        message = f"{type(error).__name__}: {error}"
    return Batches(
        loader=type(train_dl).__name__,
        item=tuple(tuple(each.shape) for each in train_ds[0]),
        batch=tuple(tuple(each.shape) for each in plain),
        given=(tuple(xb.shape), tuple(yb.shape)),
        device=str(xb.device),
        output=output,
        error=message,
        train_length=len(train_dl),
        valid_length=len(valid_dl),
        valid_batch=len(next(iter(valid_dl))[1]),
        passes=(sum(1 for _ in train_dl), sum(1 for _ in train_dl)),
        dataset=hasattr(train_dl, "dataset"),
        images=xb[:SHOWN].cpu().numpy(),
    )
