"""Who meets whom: how two shapes are lined up, and which numbers a result cell comes from.

Everything is drawn as grids: the last axis to the right, the one before it down, a third axis
as one grid after the other. So each picture is (grids, rows, columns), whatever the shape.
"""

from math import prod
from typing import NamedTuple

import numpy as np
import torch

from lib.core.rules import OneOf, checked
from lib.lessons.tensors.operate.shapes import SMALL, Shape


class Axis(NamedTuple):
    """One pair of axes that meet.

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
    """How two shapes meet.

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
    shape: Shape | None
    grid: Shape | None
    cells: tuple[str, ...]
    x_cells: np.ndarray
    y_cells: np.ndarray


@checked(x_shape=SMALL, y_shape=SMALL, matmul=OneOf(False, True))
def link(x_shape: Shape = (4, 1), y_shape: Shape = (3,), matmul: bool = False) -> Links:
    """Line two shapes up and say where each number of the result comes from.

    Args:
        x_shape: the shape of x.
        y_shape: the shape of y.
        matmul: whether rows of x meet columns of y, instead of number meeting number.

    Source: https://docs.pytorch.org/docs/stable/notes/broadcasting.html
    """
    # The numbers themselves are their places, so that stretching them tells where each came from.
    x = torch.arange(prod(x_shape)).reshape(x_shape)  # x_shape
    y = torch.arange(prod(y_shape)).reshape(y_shape)  # y_shape
    pairs = _matmul_pairs(x_shape, y_shape) if matmul else _pairs(x_shape, y_shape)
    fits = all(pair.kind != "clash" for pair in pairs) and not (
        matmul and not (x_shape and y_shape)
    )
    shape: Shape = ()
    if fits and not matmul:
        x, y = torch.broadcast_tensors(x, y)  # both shapes, stretched
        shape = tuple(x.shape)
    elif fits:
        shape = tuple(torch.matmul(x, y).shape)
        x = x if x.ndim > 1 else x[None, :]  # (k,) -> (1, k)
        y = y if y.ndim > 1 else y[:, None]  # (k,) -> (k, 1)
        leading = torch.broadcast_shapes(x.shape[:-2], y.shape[:-2])
        x = x.expand(*leading, *x.shape[-2:])  # (..., n, k)
        y = y.expand(*leading, *y.shape[-2:])  # (..., k, m)
    sides = _side("x", x, x_shape, matmul), _side("y", y, y_shape, matmul)
    if not fits:
        none = np.zeros((0, 1), dtype=int)
        return Links(pairs, *sides, None, None, (), none, none)
    x_cells, y_cells = _meetings(sides[0].source.shape, sides[1].source.shape, matmul)
    grid = (sides[0].source.shape[0], sides[0].source.shape[1], sides[1].source.shape[2])
    return Links(pairs, *sides, shape, grid, _names("result", shape), x_cells, y_cells)


@checked(x_shape=SMALL, y_shape=SMALL)
def apart(x_shape: Shape = (4, 1), y_shape: Shape = (3,)) -> Links:
    """Return both tensors as they are in memory, before anybody knows whether they fit."""
    x = torch.arange(prod(x_shape)).reshape(x_shape)  # x_shape
    y = torch.arange(prod(y_shape)).reshape(y_shape)  # y_shape
    none = np.zeros((0, 1), dtype=int)
    sides = _side("x", x, x_shape, False), _side("y", y, y_shape, False)
    return Links((), *sides, None, None, (), none, none)


def _pairs(x_shape: Shape, y_shape: Shape, first: int = 1) -> tuple[Axis, ...]:
    """Return the axes that meet, from the last one on; ``first`` is where the last one stands."""
    pairs = []
    for axis in range(1, max(len(x_shape), len(y_shape)) + 1):
        x = x_shape[-axis] if axis <= len(x_shape) else None
        y = y_shape[-axis] if axis <= len(y_shape) else None
        if x == y:
            kind = "equal"
        elif x is None or y is None:
            kind = "x" if x is None else "y"
        elif 1 in (x, y):
            kind = "x" if x == 1 else "y"
        else:
            kind = "clash"
        at = 1 - axis - first
        pairs.append(Axis(None if x is None else at, None if y is None else at, x, y, kind))
    return tuple(pairs)


def _matmul_pairs(x_shape: Shape, y_shape: Shape) -> tuple[Axis, ...]:
    """Return the pair that matmul sums along, then those in front of rows and columns."""
    if not x_shape or not y_shape:
        return ()
    y_axis = -2 if len(y_shape) > 1 else -1
    kind = "inner" if x_shape[-1] == y_shape[y_axis] else "clash"
    inner = Axis(-1, y_axis, x_shape[-1], y_shape[y_axis], kind)
    return (inner, *_pairs(x_shape[:-2], y_shape[:-2], first=3))


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


def _meetings(x: Shape, y: Shape, matmul: bool) -> tuple[np.ndarray, np.ndarray]:
    """Return the places in x and in y that each number of the result is made from."""
    x_places = np.arange(prod(x)).reshape(x)
    y_places = np.arange(prod(y)).reshape(y)
    if not matmul:
        return x_places.reshape(-1, 1), y_places.reshape(-1, 1)
    meetings = (x[0], x[1], y[2], x[2])  # (grids, rows of x, columns of y, summed)
    rows = np.broadcast_to(x_places[:, :, None, :], meetings)
    columns = np.broadcast_to(y_places.transpose(0, 2, 1)[:, None, :, :], meetings)
    return rows.reshape(-1, x[2]), columns.reshape(-1, x[2])


def _names(name: str, shape: Shape) -> tuple[str, ...]:
    """Return what each number of a tensor is called; a tensor without axes has only its name."""
    if not shape:
        return (name,)
    return tuple(f"{name}[{', '.join(map(str, place))}]" for place in np.ndindex(*shape))
