"""Layers that slide a window over an image: convolution, its transpose, and pooling.

Your image is the first channel of the input, and all other channels hold zeros. So the first
channel of the output comes from your image and the first filter alone, and the sum behind each of
its numbers can be written out.
"""

import re
from collections.abc import Callable
from math import isfinite
from numbers import Real

import torch
from torch import nn

from lib.core.rules import Between, OneOf, Rule, checked
from lib.lessons.models.layers.dense_layers import LayerOutput

Filled = Callable[[int], torch.Tensor]


# --- images: each is size by size -----------------------------------------------------------------


def edge(size: int) -> torch.Tensor:
    """Dark on the left, bright on the right."""
    x = torch.zeros(size, size)  # (size, size)
    x[:, size // 2 :] = 1
    return x


def cross(size: int) -> torch.Tensor:
    """A bright cross on dark ground."""
    x = torch.zeros(size, size)  # (size, size)
    x[size // 2, :] = 1
    x[:, size // 2] = 1
    return x


def ramp(size: int) -> torch.Tensor:
    """Brighter by 1 from column to column."""
    return torch.arange(float(size)).repeat(size, 1)  # (size,) -> (size, size)


def noise(size: int) -> torch.Tensor:
    """Whole numbers from 0 to 9, drawn with a seed of their own."""
    draw = torch.Generator().manual_seed(1)
    return torch.randint(0, 10, (size, size), generator=draw).float()  # (size, size)


# --- filters: each is kernel_size by kernel_size --------------------------------------------------


def left_right(size: int) -> torch.Tensor:
    """Right column minus left column: large where it gets brighter to the right."""
    weight = torch.zeros(size, size)  # (size, size)
    weight[:, 0] -= 1
    weight[:, -1] += 1
    return weight


def blur(size: int) -> torch.Tensor:
    """The mean of the window."""
    return torch.full((size, size), 1 / size**2)  # (size, size)


def middle(size: int) -> torch.Tensor:
    """The middle of the window and nothing else."""
    weight = torch.zeros(size, size)  # (size, size)
    weight[size // 2, size // 2] = 1
    return weight


def fresh(size: int) -> torch.Tensor:
    """Small random weights, as a new layer begins with."""
    weight = torch.empty(size, size)  # (size, size)
    draw = torch.Generator().manual_seed(1)
    return nn.init.uniform_(weight, -1 / size, 1 / size, generator=draw)


IMAGES: dict[str, Filled] = {"edge": edge, "cross": cross, "ramp": ramp, "random": noise}
FILTERS: dict[str, Filled] = {
    "right − left": left_right, "blur": blur, "middle": middle, "random": fresh,
}  # fmt: skip


# --- numbers that a visitor types -----------------------------------------------------------------

LARGEST, MOST_CELLS = 99, 7  # the largest number, and the most rows and columns
NUMBER = re.compile(r"[+-]?([0-9]{1,4}\.?[0-9]{0,4}|\.[0-9]{1,4})")

Rows = tuple[tuple[float, ...], ...]


class NumberGrid:
    """Rows of numbers, all equally long; no row at all means that none were typed."""

    def check(self, name: str, value: object) -> None:
        """Raise ``ValueError`` unless ``value`` is such a tuple of tuples."""
        if not isinstance(value, tuple) or not all(isinstance(row, tuple) for row in value):
            raise ValueError(f"{name}={value!r} is not a tuple of rows such as ((0, 1), (1, 0))")
        _same_length(value, f"{name}={value!r}: ")
        for number in (number for row in value for number in row):
            if isinstance(number, bool) or not isinstance(number, Real):
                raise ValueError(f"{name}={value!r}: {number!r} is not a number")
            _in_range(repr(number), float(number))

    def __str__(self) -> str:
        """Say what is allowed, in a line."""
        return f"up to {MOST_CELLS} equally long rows of up to {MOST_CELLS} numbers"


def parse_rows(text: str) -> Rows:
    """Read rows of numbers: a comma between two numbers, a semicolon between two rows.

    Nothing of the text is ever run.

    Raises:
        ValueError: naming what cannot be read, where, and what can.
    """
    rows = tuple(
        tuple(_number(word.strip(), place) for word in part.split(","))
        for place, part in enumerate(text.strip().strip(";").split(";"), start=1)
    )
    _same_length(rows, "")
    return rows


def _same_length(rows: Rows, start: str) -> None:
    """Raise unless the rows are up to seven, each of the same length of one to seven."""
    if len(rows) > MOST_CELLS or not all(1 <= len(row) <= MOST_CELLS for row in rows):
        raise ValueError(f"{start}up to {MOST_CELLS} rows of 1 to {MOST_CELLS} numbers fit")
    if len({len(row) for row in rows}) > 1:
        lengths = ", ".join(str(len(row)) for row in rows)
        raise ValueError(f"{start}all rows must be equally long, not {lengths} numbers")


def _number(word: str, place: int) -> float:
    """Return one number, an int or a float."""
    plain = word.replace("−", "-")
    if not NUMBER.fullmatch(plain):
        raise ValueError(f"{word!r} in row {place} is not a number such as 5, -3 or 0.5")
    _in_range(word, float(plain))
    return int(plain) if plain.lstrip("+-").isdigit() else float(plain)


def _in_range(word: str, number: float) -> None:
    if not isfinite(number) or abs(number) > LARGEST:
        raise ValueError(f"{word} is out of range: -{LARGEST} to {LARGEST}")


# --- the layers -----------------------------------------------------------------------------------

CHANNELS = OneOf(1, 2, 3, 4, 8, 16, 32)
IMAGE: dict[str, Rule] = {
    "image": OneOf(*IMAGES.values()),
    "rows": NumberGrid(),
    "size": OneOf(3, 4, 5, 6, 7, 14, 28),
}
WINDOW = {"kernel_size": Between(1, 5), "stride": Between(1, 4), "padding": Between(0, 2)}
CONV: dict[str, Rule] = {
    "weight": OneOf(*FILTERS.values()),
    "in_channels": CHANNELS,
    "out_channels": CHANNELS,
    **WINDOW,
    "dilation": Between(1, 2),
    "groups": OneOf(1, 2, 4, 8),
    "bias": OneOf(True, False),
}


def first_channel(image: Filled, rows: Rows, size: int, channels: int) -> torch.Tensor:
    """Return a batch of one sample: its first channel holds the image, the others zeros."""
    x = torch.tensor(rows, dtype=torch.float32) if rows else image(size)  # (height, width)
    batch = torch.zeros(1, channels, *x.shape)  # (1, channels, height, width)
    batch[0, 0] = x
    return batch


def set_first_filter(layer: nn.Conv2d | nn.ConvTranspose2d, weight: torch.Tensor) -> None:
    """Set the first filter of a layer, and its first bias to 0.5."""
    with torch.no_grad():
        layer.weight[0, 0] = weight  # (kernel_size, kernel_size)
        if layer.bias is not None:
            layer.bias[0] = 0.5


def first_channels(layer: nn.Module, batch: torch.Tensor) -> LayerOutput:
    """Send a batch through a layer; return its first channels before and after."""
    weight, bias = getattr(layer, "weight", None), getattr(layer, "bias", None)
    with torch.no_grad():
        y = layer(batch)  # (1, in_channels, height, width) -> (1, out_channels, ...)
    return LayerOutput(
        x=batch[0, 0].numpy(),
        weight=None if weight is None else weight[0, 0].detach().numpy(),
        bias=None if bias is None else bias[0].detach().numpy(),
        y=y[0, 0].numpy(),
        shape_in=tuple(batch.shape),
        shape_out=tuple(y.shape),
        parameters=sum(p.numel() for p in layer.parameters()),
    )


def refusal(batch: torch.Tensor, error: Exception) -> LayerOutput:
    """Return the input, and why PyTorch refused it."""
    refused = f"{type(error).__name__}: {error}"
    return LayerOutput(batch[0, 0].numpy(), shape_in=tuple(batch.shape), refused=refused)


@checked(**IMAGE, **CONV, padding_mode=OneOf("zeros", "reflect", "replicate", "circular"))
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
) -> LayerOutput:
    """Slide filters over an image: each output number is the sum of a window times a filter.

    Args:
        image: makes the first channel.
        rows: typed numbers for it; they replace ``image`` and ``size``.
        size: its height and width.
        weight: makes the first filter.
        in_channels: how many channels the input has.
        out_channels: how many filters there are, and so channels of the output.
        kernel_size: height and width of the window.
        stride: how far the window moves from one output number to the next.
        padding: how many cells are added on each side.
        dilation: how far apart the cells are that the window reads.
        groups: into how many independent parts the channels are split.
        bias: whether a learned number is added to each output channel.
        padding_mode: what the added cells hold.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.Conv2d.html
    """
    torch.manual_seed(0)
    batch = first_channel(image, rows, size, in_channels)  # (1, in_channels, height, width)
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
        set_first_filter(layer, weight(kernel_size))
        return first_channels(layer, batch)
    except (RuntimeError, ValueError) as error:
        return refusal(batch, error)


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
) -> LayerOutput:
    """Enlarge an image: each input number adds the filter, times itself, to the output.

    Args:
        image: makes the first channel.
        rows: typed numbers for it; they replace ``image`` and ``size``.
        size: its height and width.
        weight: makes the first filter.
        in_channels: how many channels the input has.
        out_channels: how many channels the output has.
        kernel_size: height and width of the filter.
        stride: how far apart two neighbors add their filters.
        padding: how many cells are cut off on each side of the output.
        dilation: how far apart the cells of a filter land.
        groups: into how many independent parts the channels are split.
        bias: whether a learned number is added to each output channel.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.ConvTranspose2d.html
    """
    torch.manual_seed(0)
    batch = first_channel(image, rows, size, in_channels)  # (1, in_channels, height, width)
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
        set_first_filter(layer, weight(kernel_size))
        return first_channels(layer, batch)
    except (RuntimeError, ValueError) as error:
        return refusal(batch, error)


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
) -> LayerOutput:
    """Keep the largest number of each window.

    Args:
        image: makes the first channel.
        rows: typed numbers for it; they replace ``image`` and ``size``.
        size: its height and width.
        channels: how many channels there are, each pooled by itself.
        kernel_size: height and width of the window.
        stride: how far the window moves.
        padding: how many cells of minus infinity are added on each side.
        dilation: how far apart the cells are that the window reads.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.MaxPool2d.html
    """
    batch = first_channel(image, rows, size, channels)  # (1, channels, height, width)
    try:
        layer = nn.MaxPool2d(kernel_size, stride=stride, padding=padding, dilation=dilation)
        return first_channels(layer, batch)
    except (RuntimeError, ValueError) as error:
        return refusal(batch, error)


@checked(**IMAGE, channels=CHANNELS, **WINDOW)
def avg_pool2d(
    image: Filled = edge,
    rows: Rows = (),
    size: int = 6,
    channels: int = 1,
    kernel_size: int = 2,
    stride: int = 2,
    padding: int = 0,
) -> LayerOutput:
    """Keep the mean of each window.

    Args:
        image: makes the first channel.
        rows: typed numbers for it; they replace ``image`` and ``size``.
        size: its height and width.
        channels: how many channels there are, each pooled by itself.
        kernel_size: height and width of the window.
        stride: how far the window moves.
        padding: how many zeros are added on each side; they count in the mean.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.AvgPool2d.html
    """
    batch = first_channel(image, rows, size, channels)  # (1, channels, height, width)
    try:
        layer = nn.AvgPool2d(kernel_size, stride=stride, padding=padding)
        return first_channels(layer, batch)
    except (RuntimeError, ValueError) as error:
        return refusal(batch, error)
