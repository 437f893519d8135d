"""Layers that slide a window over an image: convolution, its transpose, and pooling.

Your image is the first channel of the input, and all other channels hold zeros. So the first
channel of the output comes from your image and the first filter alone, and the sum behind each of
its numbers can be written out.
"""

from typing import NamedTuple

import numpy as np
import torch
from torch import nn

from lib.core.rules import Between, OneOf, Rule, checked
from lib.lessons.models.layers.images import FILTERS, IMAGES, Filled, edge, left_right
from lib.lessons.models.layers.settings import NumberGrid, Rows

PADDING_MODES = ("zeros", "reflect", "replicate", "circular")
SIZES = OneOf(3, 4, 5, 6, 7, 14, 28)
CHANNELS = OneOf(1, 2, 3, 4, 8, 16, 32)
GROUPS = OneOf(1, 2, 4, 8)
IMAGE: dict[str, Rule] = {"image": OneOf(*IMAGES.values()), "rows": NumberGrid(), "size": SIZES}
WINDOW: dict[str, Rule] = {
    "kernel_size": Between(1, 5),
    "stride": Between(1, 4),
    "padding": Between(0, 2),
}
CONV: dict[str, Rule] = {
    "weight": OneOf(*FILTERS.values()),
    "in_channels": CHANNELS,
    "out_channels": CHANNELS,
    **WINDOW,
    "dilation": Between(1, 2),
    "groups": GROUPS,
    "bias": OneOf(True, False),
}


# --- the lesson -----------------------------------------------------------------------------------


class Swept(NamedTuple):
    """An image before and after a layer that slides a window over it.

    Attributes:
        x: the first channel of the input.
        weight: the first filter; None for a layer that has none.
        bias: what is added to the first channel; 0 for a layer that adds nothing.
        y: the first channel of the output; None if PyTorch refused.
        shape_in: the shape of the whole input.
        shape_out: the shape of the whole output.
        parameters: how many numbers the layer learns.
        refused: PyTorch's own words if it refused, else empty.
    """

    x: np.ndarray
    weight: np.ndarray | None = None
    bias: float = 0.0
    y: np.ndarray | None = None
    shape_in: tuple[int, ...] = ()
    shape_out: tuple[int, ...] = ()
    parameters: int = 0
    refused: str = ""


def swept(layer: nn.Module, batch: torch.Tensor) -> Swept:
    """Send a batch through a layer; return its first channels before and after."""
    weight, bias = getattr(layer, "weight", None), getattr(layer, "bias", None)
    with torch.no_grad():
        y = layer(batch)  # (1, in_channels, height, width) -> (1, out_channels, ...)
    return Swept(
        x=batch[0, 0].numpy(),
        weight=None if weight is None else weight[0, 0].detach().numpy(),
        bias=0.0 if bias is None else bias[0].item(),
        y=y[0, 0].numpy(),
        shape_in=tuple(batch.shape),
        shape_out=tuple(y.shape),
        parameters=sum(p.numel() for p in layer.parameters()),
    )


@checked(**IMAGE, **CONV, padding_mode=OneOf(*PADDING_MODES))
def conv2d(
    image: Filled = edge,
    rows: Rows = (),
    size: int = 6,
    weight: Filled = left_right,
    in_channels: int = 1,
    out_channels: int = 1,
    kernel_size: int = 3,
    stride: int = 1,
    padding: int = 0,
    dilation: int = 1,
    groups: int = 1,
    bias: bool = True,
    padding_mode: str = "zeros",
) -> Swept:
    """Slide filters over an image: each output number is the sum of a window times a filter.

    Args:
        image: makes the first channel.
        rows: numbers for it that somebody typed; they replace ``image`` and ``size``.
        size: its height and width.
        weight: makes the first filter.
        in_channels: how many channels the input has.
        out_channels: how many filters there are, and so channels of the output.
        kernel_size: height and width of the window.
        stride: how far the window moves from one output number to the next.
        padding: how many cells are added on each side.
        dilation: how far apart the cells are that the window reads.
        groups: into how many parts the channels are split that know nothing of each other.
        bias: whether a learned number is added to each output channel.
        padding_mode: what the added cells hold.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.Conv2d.html
    """
    torch.manual_seed(0)
    x = torch.tensor(rows, dtype=torch.float32) if rows else image(size)  # (height, width)
    batch = torch.zeros(1, in_channels, *x.shape)  # (1, in_channels, height, width)
    batch[0, 0] = x
    try:
        layer = nn.Conv2d(
            in_channels,
            out_channels,
            kernel_size,
            stride=stride,
            padding=padding,
            dilation=dilation,
            groups=groups,
            bias=bias,
            padding_mode=padding_mode,  # type: ignore[arg-type]
        )
        with torch.no_grad():
            layer.weight[0, 0] = weight(kernel_size)  # (kernel_size, kernel_size)
            if layer.bias is not None:
                layer.bias[0] = 0.5
        return swept(layer, batch)
    except (RuntimeError, ValueError) as error:
        return Swept(x.numpy(), refused=f"{type(error).__name__}: {error}")


@checked(**IMAGE, **CONV)
def conv_transpose2d(
    image: Filled = edge,
    rows: Rows = (),
    size: int = 6,
    weight: Filled = left_right,
    in_channels: int = 1,
    out_channels: int = 1,
    kernel_size: int = 3,
    stride: int = 1,
    padding: int = 0,
    dilation: int = 1,
    groups: int = 1,
    bias: bool = True,
) -> Swept:
    """Stamp filters onto a larger image: each input number adds a filter times itself.

    Args:
        image: makes the first channel.
        rows: numbers for it that somebody typed; they replace ``image`` and ``size``.
        size: its height and width.
        weight: makes the first filter.
        in_channels: how many channels the input has.
        out_channels: how many channels the output has.
        kernel_size: height and width of the stamp.
        stride: how far apart the stamps of two neighbors are.
        padding: how many cells are cut off on each side of the output.
        dilation: how far apart the cells of one stamp are.
        groups: into how many parts the channels are split that know nothing of each other.
        bias: whether a learned number is added to each output channel.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.ConvTranspose2d.html
    """
    torch.manual_seed(0)
    x = torch.tensor(rows, dtype=torch.float32) if rows else image(size)  # (height, width)
    batch = torch.zeros(1, in_channels, *x.shape)  # (1, in_channels, height, width)
    batch[0, 0] = x
    try:
        layer = nn.ConvTranspose2d(
            in_channels,
            out_channels,
            kernel_size,
            stride=stride,
            padding=padding,
            dilation=dilation,
            groups=groups,
            bias=bias,
        )
        with torch.no_grad():
            layer.weight[0, 0] = weight(kernel_size)  # (kernel_size, kernel_size)
            if layer.bias is not None:
                layer.bias[0] = 0.5
        return swept(layer, batch)
    except (RuntimeError, ValueError) as error:
        return Swept(x.numpy(), refused=f"{type(error).__name__}: {error}")
