"""Where the cells of x, of an index tensor and of y stand in the picture of what was picked."""

from math import inf, prod
from typing import NamedTuple

import numpy as np

from lib.plots.cells import CAPTION, GAP

# In cells.
TITLE = 0.9  # kept free above all grids
LINE = 0.2  # between two lines of one row
LETTER = 0.34  # a letter of a caption on a phone
BETWEEN = 1.0  # between two tensors
ROOM, SMALL_ROOM = 9, 4  # across: for y alone; for an index, and for y beside it
TALLEST = 4.4  # down, unless x is taller

# For each element: the middle of its cell, across and down, and half the cell's width.
Centers = dict[int, tuple[float, float, float]]


class Piece(NamedTuple):
    """A grid of elements in the picture.

    Attributes:
        elements: for each cell, which element it is, counted through the whole tensor.
        left: its left edge.
        top: its upper edge.
        name: what stands above it, if anything.
    """

    elements: np.ndarray
    left: float
    top: float
    name: str = ""


class Placement(NamedTuple):
    """All tensors in their places.

    Attributes:
        x: the grids of x.
        entries: those of the index tensor, if there is one.
        y: those of y.
        index_left: where the index begins, in cells.
        y_left: where y begins.
        width: how wide all are together.
        bottom: where they end.
        left_out: how many elements of y found no room.
    """

    x: list[Piece]
    entries: list[Piece]
    y: list[Piece]
    index_left: float
    y_left: float
    width: float
    bottom: float
    left_out: int


def placed(
    x_shape: tuple[int, ...], y_shape: tuple[int, ...], index_shape: tuple[int, ...] | None
) -> Placement:
    """Return x, then the index if there is one, then y, from left to right."""
    x, _ = pieces("x", x_shape, 0.0, x_shape[-1], inf)
    height = x[-1].top + len(x[-1].elements) - TITLE
    height = max(TALLEST, height if x[-1].name else height + CAPTION)
    index_left = y_left = x_shape[-1] + BETWEEN
    index: list[Piece] = []
    room = ROOM
    if index_shape is not None:
        index_room = max(SMALL_ROOM, index_shape[-1])
        index, _ = pieces("index", index_shape, index_left, index_room, height)
        y_left += index_room + BETWEEN
        room = max(SMALL_ROOM, (1, *y_shape)[-1])
    y, left_out = pieces("y", y_shape, y_left, room, height)
    return Placement(x, index, y, index_left, y_left, y_left + room, TITLE + height, left_out)


def pieces(
    name: str, shape: tuple[int, ...], left: float, width: int, height: float
) -> tuple[list[Piece], int]:
    """Return the grids that a tensor is drawn as, and how many elements found no room.

    A long row is broken into lines. Several grids stand below and then beside one another, each
    under its name.
    """
    size = prod(shape)
    if not size:
        return [], 0
    rows, columns = (1, 1, *shape)[-2:]
    grids = np.arange(size).reshape(-1, rows, columns)  # (how many grids, rows, columns)
    if len(grids) == rows == 1:
        lines = enumerate(range(0, columns, width))
        made = [
            Piece(grids[0, :, start : start + width], left, TITLE + line * (1 + LINE))
            for line, start in lines
        ]
    else:
        several = len(grids) > 1
        names = [f"{name}[{', '.join(map(str, i))}]" for i in np.ndindex(*shape[:-2])]
        caption = CAPTION if several else 0.0
        rows = min(rows, int(min(height - caption, rows)))
        across = max(columns, len(names[-1]) * LETTER) + GAP
        down = rows + caption + LINE
        in_a_row = max(1, int((width + GAP) / across))
        in_a_column = len(grids) if height == inf else max(1, int((height + LINE) / down))
        made = [
            Piece(
                part[:rows, :width],
                left + place // in_a_column * across,
                TITLE + caption + place % in_a_column * down,
                names[place] if several else "",
            )
            for place, part in enumerate(grids[: in_a_row * in_a_column])
        ]
    made = [each for each in made if each.top + len(each.elements) <= TITLE + height + 1e-6]
    return made, size - sum(each.elements.size for each in made)


def centers(drawn: list[Piece]) -> Centers:
    """Return the middle of each element's cell, with half its width."""
    return {
        int(element): (piece.left + column + 0.5, piece.top + row + 0.5, 0.5)
        for piece in drawn
        for (row, column), element in np.ndenumerate(piece.elements)
    }
