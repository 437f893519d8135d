"""Mistakes with layers, each with its repair, all of them real."""

from typing import NamedTuple

import torch
from torch import nn

from lib.core.bugs import fixes, replaces
from lib.core.rules import Between, checked

Shape = tuple[int, ...]
BATCHES = Between(2, 8)


# --- channels that do not match -------------------------------------------------------------------


@checked(batch=BATCHES)
def channels_do_not_match(batch: int = 4) -> Shape:
    """Send color images through a layer made for gray ones."""
    images = torch.zeros(batch, 3, 28, 28)  # (batch, 3, 28, 28)
    conv = nn.Conv2d(1, 8, kernel_size=3)
    return tuple(conv(images).shape)


@fixes(
    channels_do_not_match,
    "channels",
    "The first argument of `Conv2d` is the number of channels that come in.",
)
@checked(batch=BATCHES)
def channels_do_not_match_fixed(batch: int = 4) -> Shape:
    """Say that there are three channels."""
    images = torch.zeros(batch, 3, 28, 28)  # (batch, 3, 28, 28)
    conv = nn.Conv2d(3, 8, kernel_size=3)
    return tuple(conv(images).shape)  # (batch, 8, 26, 26)


# --- a kernel larger than the input ---------------------------------------------------------------


@checked(batch=BATCHES)
def kernel_too_large(batch: int = 4) -> Shape:
    """Make images smaller until the next window no longer fits."""
    x = torch.zeros(batch, 1, 28, 28)  # (batch, 1, 28, 28)
    x = nn.MaxPool2d(8)(x)  # (batch, 1, 3, 3)
    return tuple(nn.Conv2d(1, 8, kernel_size=5)(x).shape)


@fixes(
    kernel_too_large,
    "kernel too large",
    "Pooling by 8 left 3 by 3. A window of 5 needs padding, or less pooling before it.",
)
@checked(batch=BATCHES)
def kernel_too_large_fixed(batch: int = 4) -> Shape:
    """Add a border of one cell: 3 + 2 is as wide as the window."""
    x = torch.zeros(batch, 1, 28, 28)  # (batch, 1, 28, 28)
    x = nn.MaxPool2d(8)(x)  # (batch, 1, 3, 3)
    return tuple(nn.Conv2d(1, 8, kernel_size=5, padding=1)(x).shape)  # (batch, 8, 1, 1)


# --- an index without a row -----------------------------------------------------------------------


@checked(words=BATCHES)
def index_out_of_range(words: int = 2) -> Shape:
    """Count the words from 1."""
    torch.manual_seed(0)
    embeds = nn.Embedding(words, 5)
    indices = torch.arange(1, words + 1)  # (words,)
    return tuple(embeds(indices).shape)


@fixes(
    index_out_of_range,
    "index out of range",
    "A table of 2 rows has the indices 0 and 1, so there is no row for index 2.",
)
@checked(words=BATCHES)
def index_out_of_range_fixed(words: int = 2) -> Shape:
    """Count them from 0."""
    torch.manual_seed(0)
    embeds = nn.Embedding(words, 5)
    indices = torch.arange(words)  # (words,)
    return tuple(embeds(indices).shape)  # (words, 5)


# --- class targets as floats ----------------------------------------------------------------------


@checked(batch=BATCHES)
def float_labels(batch: int = 4) -> float:
    """Give classes as floats, as a CSV file is often read."""
    scores = torch.zeros(batch, 3)  # (batch, 3)
    labels = torch.zeros(batch)  # (batch,)
    return nn.CrossEntropyLoss()(scores, labels).item()  # type: ignore[no-any-return]


@fixes(
    float_labels,
    "float labels",
    "A class is a whole number. Floats are allowed too, but then as a share per class.",
)
@checked(batch=BATCHES)
def float_labels_fixed(batch: int = 4) -> float:
    """Convert them to whole numbers."""
    scores = torch.zeros(batch, 3)  # (batch, 3)
    labels = torch.zeros(batch).long()  # (batch,)
    return nn.CrossEntropyLoss()(scores, labels).item()  # type: ignore[no-any-return]


# --- then and now ---------------------------------------------------------------------------------


class Flat(NamedTuple):
    """A batch that was to be made flat.

    Attributes:
        shape: its shape.
        says: PyTorch's own words if it refused, else what did it.
    """

    shape: Shape
    says: str


@checked(batch=BATCHES)
def flat_by_view(batch: int = 4) -> Flat:
    """Make a batch flat as the notes do, after its axes were moved."""
    x = torch.zeros(batch, 28, 28, 3).permute(0, 3, 1, 2)  # (batch, 3, 28, 28)
    try:
        x = x.view(x.size(0), -1)  # (batch, 2352)
        return Flat(tuple(x.shape), "view")
    except RuntimeError as error:
        return Flat(tuple(x.shape), str(error))


@replaces(
    flat_by_view,
    "The notes make a batch flat with `x = x.view(x.size(0), -1)`.",
    "It still works on memory in order, but after `permute` a view cannot be made. "
    "`nn.Flatten()`, or `x.flatten(1)`, copies where it has to, and stands in `nn.Sequential` as "
    "a layer that a reader sees.",
)
@checked(batch=BATCHES)
def flat_by_layer(batch: int = 4) -> Flat:
    """Make a batch flat by a layer, which copies where it has to."""
    x = torch.zeros(batch, 28, 28, 3).permute(0, 3, 1, 2)  # (batch, 3, 28, 28)
    net = nn.Sequential(nn.Flatten())
    x = net(x)  # (batch, 2352)
    return Flat(tuple(x.shape), str(net[0]))
