"""Layers that keep one number of each window: its largest, or its mean. They learn nothing."""

import torch
from torch import nn

from lib.core.rules import Between, checked
from lib.lessons.models.layers.grid import CHANNELS, IMAGE, WINDOW, Swept, swept
from lib.lessons.models.layers.images import Filled, edge
from lib.lessons.models.layers.settings import Rows


@checked(**IMAGE, channels=CHANNELS, **WINDOW, dilation=Between(1, 2))
def max_pool2d(
    image: Filled = edge,
    rows: Rows = (),
    size: int = 6,
    channels: int = 1,
    kernel_size: int = 2,
    stride: int = 2,
    padding: int = 0,
    dilation: int = 1,
) -> Swept:
    """Keep the largest number of each window.

    Args:
        image: makes the first channel.
        rows: numbers for it that somebody typed; they replace ``image`` and ``size``.
        size: its height and width.
        channels: how many channels there are, each pooled by itself.
        kernel_size: height and width of the window.
        stride: how far the window moves.
        padding: how many cells of minus infinity are added on each side.
        dilation: how far apart the cells are that the window reads.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.MaxPool2d.html
    """
    x = torch.tensor(rows, dtype=torch.float32) if rows else image(size)  # (height, width)
    batch = torch.zeros(1, channels, *x.shape)  # (1, channels, height, width)
    batch[0, 0] = x
    try:
        layer = nn.MaxPool2d(kernel_size, stride=stride, padding=padding, dilation=dilation)
        return swept(layer, batch)
    except (RuntimeError, ValueError) as error:
        return Swept(x.numpy(), refused=f"{type(error).__name__}: {error}")


@checked(**IMAGE, channels=CHANNELS, **WINDOW)
def avg_pool2d(
    image: Filled = edge,
    rows: Rows = (),
    size: int = 6,
    channels: int = 1,
    kernel_size: int = 2,
    stride: int = 2,
    padding: int = 0,
) -> Swept:
    """Keep the mean of each window.

    Args:
        image: makes the first channel.
        rows: numbers for it that somebody typed; they replace ``image`` and ``size``.
        size: its height and width.
        channels: how many channels there are, each pooled by itself.
        kernel_size: height and width of the window.
        stride: how far the window moves.
        padding: how many zeros are added on each side; they count in the mean.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.AvgPool2d.html
    """
    x = torch.tensor(rows, dtype=torch.float32) if rows else image(size)  # (height, width)
    batch = torch.zeros(1, channels, *x.shape)  # (1, channels, height, width)
    batch[0, 0] = x
    try:
        layer = nn.AvgPool2d(kernel_size, stride=stride, padding=padding)
        return swept(layer, batch)
    except (RuntimeError, ValueError) as error:
        return Swept(x.numpy(), refused=f"{type(error).__name__}: {error}")
