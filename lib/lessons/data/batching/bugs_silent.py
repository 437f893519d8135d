"""Mistakes around loaders that raise no error: the numbers are wrong."""

from typing import NamedTuple

import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from lib.core.bugs import fixes
from lib.datasets.fashion_mnist import fashion_mnist

# --- sorted labels without shuffle (silent) -------------------------------------------------------


class Learned(NamedTuple):
    """Share of 1000 new pictures that are right, how many labels it ever says, and batch 0's."""

    accuracy: float
    labels_said: int
    labels_in_first_batch: list[int]


def sorted_without_shuffle() -> Learned:
    """Learn from pictures sorted by label, in that order."""
    images, labels = fashion_mnist()
    order = np.argsort(labels, kind="stable")  # (4000,)
    x_train = torch.tensor(images[order]).flatten(1) / 255  # (4000, 784)
    y_train = torch.tensor(labels[order]).long()  # (4000,)
    torch.manual_seed(0)
    train_ds = TensorDataset(x_train, y_train)
    train_dl = DataLoader(train_ds, batch_size=40, shuffle=False)
    model = nn.Linear(784, 10)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    first = next(iter(train_dl))[1].unique().tolist()
    for xb, yb in train_dl:
        loss = nn.functional.cross_entropy(model(xb), yb)  # ()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    images, labels = fashion_mnist(train=False)
    says = model(torch.tensor(images).flatten(1) / 255).argmax(1)  # (1000,)
    right = (says == torch.tensor(labels)).float().mean()  # ()
    return Learned(right.item(), len(says.unique()), first)


@fixes(
    sorted_without_shuffle,
    "sorted labels (silent)",
    "No error. Each stretch of batches holds one class, so the network forgets all others and "
    "says what it saw last. `shuffle=True` mixes them; the rest is the same.",
    heavy=True,
)
def sorted_without_shuffle_fixed() -> Learned:
    """Learn from the same pictures, mixed."""
    images, labels = fashion_mnist()
    order = np.argsort(labels, kind="stable")  # (4000,)
    x_train = torch.tensor(images[order]).flatten(1) / 255  # (4000, 784)
    y_train = torch.tensor(labels[order]).long()  # (4000,)
    torch.manual_seed(0)
    train_ds = TensorDataset(x_train, y_train)
    train_dl = DataLoader(train_ds, batch_size=40, shuffle=True)
    model = nn.Linear(784, 10)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    first = next(iter(train_dl))[1].unique().tolist()
    for xb, yb in train_dl:
        loss = nn.functional.cross_entropy(model(xb), yb)  # ()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    images, labels = fashion_mnist(train=False)
    says = model(torch.tensor(images).flatten(1) / 255).argmax(1)  # (1000,)
    right = (says == torch.tensor(labels)).float().mean()  # ()
    return Learned(right.item(), len(says.unique()), first)


# --- drop_last with little data (silent) ----------------------------------------------------------


class Steps(NamedTuple):
    """How many batches there are, how many steps were made, and how far the weight moved."""

    batches: int
    steps: int
    moved: float


def nothing_left() -> Steps:
    """Drop the last batch, which is the only one."""
    torch.manual_seed(0)
    train_ds = TensorDataset(torch.randn(20, 1))  # 20 samples of (1,)
    train_dl = DataLoader(train_ds, batch_size=32, drop_last=True)
    model = nn.Linear(1, 1, bias=False)
    before, steps = model.weight.item(), 0
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    for (xb,) in train_dl:
        loss = (model(xb) - 2 * xb).square().mean()  # ()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        steps += 1
    return Steps(len(train_dl), steps, abs(model.weight.item() - before))


@fixes(
    nothing_left,
    "drop_last, little data (silent)",
    "No error: fewer samples than one batch, and the loop runs not even once.",
)
def nothing_left_fixed() -> Steps:
    """Keep it; a smaller batch is a batch."""
    torch.manual_seed(0)
    train_ds = TensorDataset(torch.randn(20, 1))  # 20 samples of (1,)
    train_dl = DataLoader(train_ds, batch_size=32, drop_last=False)
    model = nn.Linear(1, 1, bias=False)
    before, steps = model.weight.item(), 0
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    for (xb,) in train_dl:
        loss = (model(xb) - 2 * xb).square().mean()  # ()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        steps += 1
    return Steps(len(train_dl), steps, abs(model.weight.item() - before))
