"""How two shapes are lined up, and which numbers each number of the result is made from.

Everything is drawn as grids: the last axis to the right, the one before it down, a third axis
as one grid after the other. So each picture is (grids, rows, columns), whatever the shape.
"""

import re
from math import prod
from typing import NamedTuple

import numpy as np
import torch

from lib.core.rules import OneOf, checked

Shape = tuple[int, ...]

# --- shapes: a few axes, each a few numbers long --------------------------------------------------

AXES = 3  # how many axes a shape may have
LONGEST = 4  # how long each may be
MOST = 24  # how many numbers all of them together


class SmallShape:
    """A shape of few axes that can be drawn."""

    def check(self, name: str, value: object) -> None:
        """Raise ``ValueError`` unless ``value`` is a tuple of lengths that can be drawn."""
        if not isinstance(value, tuple) or not all(type(length) is int for length in value):
            raise ValueError(f"{name}={value!r} is not a tuple of whole numbers such as (4, 1)")
        if len(value) > AXES:
            raise ValueError(f"{name}={value!r} has {len(value)} axes: 0 to {AXES} are allowed")
        for length in value:
            if not 1 <= length <= LONGEST:
                raise ValueError(f"{name}={value!r}: {length} is out of range: 1 to {LONGEST}")
        if prod(value) > MOST:
            raise ValueError(f"{name}={value!r} has {prod(value)} numbers: at most {MOST} fit")

    def __str__(self) -> str:
        """Say what is allowed, in a line."""
        return f"0 to {AXES} axes, each 1 to {LONGEST} long, with at most {MOST} numbers"


SMALL = SmallShape()


def shape(text: str, name: str = "shape") -> Shape:
    """Read a shape such as ``"4, 1"``; nothing, or ``"()"``, is a tensor without axes.

    Raises:
        ValueError: for a text that is no shape, or a shape that cannot be drawn.
    """
    inner = re.fullmatch(r"\s*(?:\((.*)\)|\[(.*)\]|([^()\[\]]*))\s*", text)
    words = re.split(r"[\s,x×]+", (inner[1] or inner[2] or inner[3] or "") if inner else "?")
    lengths = [word for word in words if word]
    if not all(re.fullmatch(r"[0-9]{1,3}", word) for word in lengths):
        raise ValueError(f"{name}={text!r} is not a shape such as 4, 1 or 2, 4, 3")
    read = tuple(int(word) for word in lengths)
    SMALL.check(name, read)
    return read


# --- two shapes -----------------------------------------------------------------------------------


class Axis(NamedTuple):
    """A pair of axes, one of x and one of y, that are lined up.

    Attributes:
        x: the axis of x, such as -1; None if x has none there.
        y: the axis of y.
        x_length: how long it is in x.
        y_length: how long it is in y.
        kind: "equal"; "x" or "y", the one that is stretched; "clash" if they do not fit; "inner"
            if matmul multiplies and sums along it.
    """

    x: int | None
    y: int | None
    x_length: int | None
    y_length: int | None
    kind: str


class Side(NamedTuple):
    """One of the two tensors as it stands in the picture, all arrays (grids, rows, columns).

    Attributes:
        source: which number of the tensor is read there, counted from 0.
        since: 0 where the number has its own place; otherwise with which pair of axes, counted
            from 1, it came to be read there a second time.
        shape: the shape the tensor has in memory.
        stride: the strides of the stretched tensor; a 0 is a step that stays where it is.
        names: what each number of the tensor is called, such as "x[1, 0]".
    """

    source: np.ndarray
    since: np.ndarray
    shape: Shape
    stride: Shape
    names: tuple[str, ...]


class Links(NamedTuple):
    """How two shapes are lined up, and what each number of the result is linked to.

    Attributes:
        axes: the pairs of axes, in the order they are looked at.
        x: how x stands in the picture.
        y: how y stands in it.
        shape: the result's shape; None if the shapes do not fit.
        grid: its grids, rows and columns.
        cells: what each number of the result is called, such as "result[2, 1]".
        x_cells: for each of them the places in ``x.source`` it is made from, counted from 0.
        y_cells: the same in ``y.source``.
    """

    axes: tuple[Axis, ...]
    x: Side
    y: Side
    shape: Shape | None = None
    grid: Shape | None = None
    cells: tuple[str, ...] = ()
    x_cells: np.ndarray = np.zeros((0, 1), dtype=int)
    y_cells: np.ndarray = np.zeros((0, 1), dtype=int)


@checked(x_shape=SMALL, y_shape=SMALL, matmul=OneOf(False, True))
def link(x_shape: Shape = (4, 1), y_shape: Shape = (3,), matmul: bool = False) -> Links:
    """Line two shapes up and say where each number of the result comes from.

    Args:
        x_shape: the shape of x.
        y_shape: the shape of y.
        matmul: whether rows of x meet columns of y, instead of number meeting number.

    Source: https://docs.pytorch.org/docs/stable/notes/broadcasting.html
    """
    axes = _matmul_axes(x_shape, y_shape) if matmul else _axes(x_shape, y_shape)
    if any(axis.kind == "clash" for axis in axes) or (matmul and not (x_shape and y_shape)):
        return unaligned(x_shape, y_shape)._replace(axes=axes)
    # The numbers themselves are their places, so that stretching them tells where each came from.
    x = torch.arange(prod(x_shape)).reshape(x_shape)  # x_shape
    y = torch.arange(prod(y_shape)).reshape(y_shape)  # y_shape
    if matmul:
        shape: Shape = tuple(torch.matmul(x, y).shape)
        x = x if x.ndim > 1 else x[None, :]  # (k,) -> (1, k)
        y = y if y.ndim > 1 else y[:, None]  # (k,) -> (k, 1)
        leading = torch.broadcast_shapes(x.shape[:-2], y.shape[:-2])
        x = x.expand(*leading, *x.shape[-2:])  # (..., n, k)
        y = y.expand(*leading, *y.shape[-2:])  # (..., k, m)
    else:
        x, y = torch.broadcast_tensors(x, y)  # both shapes, stretched
        shape = tuple(x.shape)
    x_side, y_side = _side("x", x, x_shape, matmul), _side("y", y, y_shape, matmul)
    grid = (*x_side.source.shape[:2], y_side.source.shape[2])
    links = _linked(x_side.source.shape, y_side.source.shape, matmul)
    return Links(axes, x_side, y_side, shape, grid, _names("result", shape), *links)


@checked(x_shape=SMALL, y_shape=SMALL)
def unaligned(x_shape: Shape = (4, 1), y_shape: Shape = (3,)) -> Links:
    """Return both tensors as they are in memory, before anybody knows whether they fit."""
    x = torch.arange(prod(x_shape)).reshape(x_shape)  # x_shape
    y = torch.arange(prod(y_shape)).reshape(y_shape)  # y_shape
    return Links((), _side("x", x, x_shape, False), _side("y", y, y_shape, False))


def _axes(x_shape: Shape, y_shape: Shape, first: int = 1) -> tuple[Axis, ...]:
    """Return the pairs of axes, from the last one on; ``first`` is where the last one stands."""
    pairs = []
    for axis in range(1, max(len(x_shape), len(y_shape)) + 1):
        x = x_shape[-axis] if axis <= len(x_shape) else None
        y = y_shape[-axis] if axis <= len(y_shape) else None
        kind = "clash"
        if x == y:
            kind = "equal"
        elif None in (x, y) or 1 in (x, y):
            kind = "x" if x is None or (x == 1 and y is not None) else "y"
        at = 1 - axis - first
        pairs.append(Axis(None if x is None else at, None if y is None else at, x, y, kind))
    return tuple(pairs)


def _matmul_axes(x_shape: Shape, y_shape: Shape) -> tuple[Axis, ...]:
    """Return the pair that matmul sums along, then those in front of rows and columns."""
    if not x_shape or not y_shape:
        return ()
    y_axis = -2 if len(y_shape) > 1 else -1
    kind = "inner" if x_shape[-1] == y_shape[y_axis] else "clash"
    inner = Axis(-1, y_axis, x_shape[-1], y_shape[y_axis], kind)
    return (inner, *_axes(x_shape[:-2], y_shape[:-2], first=3))


def _side(name: str, stretched: torch.Tensor, shape: Shape, matmul: bool) -> Side:
    """Return a tensor of places, stretched or not, as it stands in the picture."""
    source = stretched.numpy()
    full = (1,) * (3 - source.ndim) + source.shape
    strides = tuple(stretched.stride())
    since = np.zeros(full, dtype=int)
    for axis, (length, stride) in enumerate(zip(source.shape, strides, strict=True)):
        if length > 1 and stride == 0:
            # Along this axis every place but the first reads what the first one holds.
            from_right = source.ndim - axis
            moved = np.arange(length).reshape((length,) + (1,) * (from_right - 1)) > 0
            step = from_right - 1 if matmul else from_right
            since = np.maximum(since, np.broadcast_to(moved, full) * step)
    return Side(source.reshape(full), since, shape, strides, _names(name, shape))


def _linked(x: Shape, y: Shape, matmul: bool) -> tuple[np.ndarray, np.ndarray]:
    """Return the places in x and in y that each number of the result is made from."""
    x_places = np.arange(prod(x)).reshape(x)
    y_places = np.arange(prod(y)).reshape(y)
    if not matmul:
        return x_places.reshape(-1, 1), y_places.reshape(-1, 1)
    pairs = (x[0], x[1], y[2], x[2])  # (grids, rows of x, columns of y, summed)
    rows = np.broadcast_to(x_places[:, :, None, :], pairs)
    columns = np.broadcast_to(y_places.transpose(0, 2, 1)[:, None, :, :], pairs)
    return rows.reshape(-1, x[2]), columns.reshape(-1, x[2])


def _names(name: str, shape: Shape) -> tuple[str, ...]:
    """Return what each number of a tensor is called; a tensor without axes has only its name."""
    if not shape:
        return (name,)
    return tuple(f"{name}[{', '.join(map(str, place))}]" for place in np.ndindex(*shape))
