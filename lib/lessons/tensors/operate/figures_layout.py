"""Where everything stands in the picture of two tensors that meet."""

from typing import NamedTuple

import numpy as np

from lib.lessons.tensors.operate.broadcasting import Links

NARROWEST = 9  # columns: with fewer, the words beside the shapes would not fit
NAMES = 2  # columns for the names beside the shapes
HEAD = 5  # rows: where the axes are numbered, three shapes, the names of the tensors

Cell = tuple[int, int]  # column and row


class Plan(NamedTuple):
    """Where everything stands: for each number of a tensor, its cell.

    Attributes:
        x: the cells of x, as it is stretched.
        y: the cells of y.
        result: the cells of the result; none if the shapes do not fit.
        axes: how many columns the shapes take.
        width: how many columns there are.
        height: how many rows.
    """

    x: list[Cell]
    y: list[Cell]
    result: list[Cell]
    axes: int
    width: int
    height: int


def plan_of(links: Links) -> Plan:
    """Put x, y and the result side by side, grids of a third axis one below the other."""
    shapes = [links.x.source.shape, links.y.source.shape]
    shapes += [links.grid] if links.grid else []
    placed, left, height = [], 0, 0
    for shape in shapes:
        grids, rows, columns = shape
        placed.append(
            [
                (left + column, HEAD + grid * (rows + 1) + row)
                for grid, row, column in np.ndindex(grids, rows, columns)
            ]
        )
        left += columns + 1
        height = max(height, HEAD + grids * (rows + 1) - 1)
    axes = max(len(links.x.shape), len(links.y.shape), len(links.shape or ()))
    cells = [*placed, []] if len(placed) == 2 else placed
    return Plan(cells[0], cells[1], cells[2], axes, max(left - 1, NARROWEST), height)
