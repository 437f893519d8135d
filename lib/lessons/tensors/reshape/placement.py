"""Where everything stands: the memory above, a lane for each axis below it, then the elements.

The last axis runs to the right and the one before it down; further axes make one grid after the
other, in lines that break when they get long.
"""

import math
from collections.abc import Sequence
from itertools import product
from typing import NamedTuple

from lib.lessons.tensors.reshape.lesson import Layout
from lib.lessons.tensors.reshape.rotation import Reading

# Pixels: the plot is exactly as high as what it shows.
LANES, LANE, GRIDS = 56, 36, 26  # down to the first lane; each lane; from the last to the grids
CELL, SMALLEST_CELL, TALL = 32.0, 12.0, 330.0  # a row of a grid, and how high grids may get
LEFT = 0.045  # of the width: kept free beside the grids

WRAP = 17.0  # cells in a line of grids
GAP = 0.9  # cells between two grids
NAMED = (0.0, 1.8, 2.9)  # cells that a name of so many numbers needs
BAND, FOOT = 30.0, 16.0  # pixels above a grid for name and line, below it for an axis number
LOW = 16.0  # pixels above a grid without a name


class Grid(NamedTuple):
    """One grid.

    Attributes:
        leading: its place along the axes before the last two.
        left: its left edge, in cells.
        line: in which line of grids it stands.
    """

    leading: tuple[int, ...]
    left: float
    line: int


class Placement(NamedTuple):
    """All grids of a tensor.

    Attributes:
        grids: the grids in the order of their elements.
        rows: of every grid.
        columns: of every grid.
        width: of them all, in cells.
        lines: how many lines of grids there are.
    """

    grids: tuple[Grid, ...]
    rows: int
    columns: int
    width: float
    lines: int

    def height(self, cell: float) -> float:
        """Return how many pixels they need if a row is ``cell`` pixels high."""
        return self.lines * (self.band + self.rows * cell + FOOT)

    @property
    def band(self) -> float:
        """How many pixels are kept free above a grid."""
        return BAND if self.grids and self.grids[0].leading else LOW

    def top(self, grid: Grid, cell: float) -> float:
        """Return the upper edge of a grid's cells in pixels, downward from the top of the grids."""
        return grid.line * (self.band + self.rows * cell + FOOT) + self.band


def place_grids(shape: tuple[int, ...]) -> Placement:
    """Place the grids of a tensor of this shape; none if it has no elements."""
    leading, (rows, columns) = shape[:-2], (1, 1, *shape)[-2:]
    if not math.prod(shape):
        return Placement((), 0, 0, 0.0, 0)
    pitch = max(columns + GAP, NAMED[len(leading)]) if leading else float(columns)
    grids: list[Grid] = []
    left, line, width = 0.0, 0, 0.0
    for index in product(*map(range, leading)):
        starts = len(index) > 1 and index[-1] == 0 and left > 0 and shape[0] * pitch <= WRAP * 3
        if left > 0 and (left + columns > WRAP or starts):
            left, line = 0.0, line + 1
        grids.append(Grid(index, left, line))
        width = max(width, left + columns)
        left += pitch
    return Placement(tuple(grids), rows, columns, width, line + 1)


class Measures(NamedTuple):
    """The measures of a picture.

    Attributes:
        lanes: how many axes have a lane below the memory, in every frame.
        values: how many different elements there are, in every frame.
        unit: the width of a cell of the grids, as a part of the whole.
        cell: the height of a cell in pixels.
    """

    lanes: int
    values: int
    unit: float
    cell: float

    @property
    def below(self) -> float:
        """The lower edge of the lanes, in pixels."""
        return LANES + self.lanes * LANE

    @property
    def origin(self) -> float:
        """The upper edge of the grids, in pixels."""
        return self.below + GRIDS

    def height(self, placement: Placement) -> float:
        """Return how high the picture is with these grids, in pixels."""
        return self.origin + placement.height(self.cell)


def measures(layouts: Sequence[Layout | Reading], placement: Placement) -> Measures:
    """Choose how large one frame of ``layouts`` is drawn, the one with these grids."""
    rows, cell = placement.lines * placement.rows, CELL
    if rows and placement.height(CELL) > TALL:
        cell = max(SMALLEST_CELL, CELL - (placement.height(CELL) - TALL) / rows)
    return Measures(
        lanes=max(len(layout.shape) for layout in layouts),
        values=max((*layouts[0].memory, 0)) + 1,
        unit=min(1 / 8, (1 - LEFT - 0.03) / max(1.0, placement.width)),
        cell=cell,
    )
