"""Tensors as grids of cells with their numbers written in.

The last axis runs to the right and the one before it down; a third axis puts grids side by side,
a fourth one below the other. One cell is one unit on both axes of the plot.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from lib.plots.numbers import short
from lib.plots.palette import BACKGROUND, MUTED, RAISED, TEXT
from lib.plots.traces import drawing

CELL = 38  # pixels from row to row
GAP = 0.8  # cells between two grids
CAPTION = 0.6  # cells kept free above a grid for its name

# Blue for positive, orange for negative, pale enough for the number to be read in both themes.
SIGNED = ((0.0, "rgba(245, 147, 34, 0.6)"), (0.5, RAISED), (1.0, "rgba(8, 119, 189, 0.5)"))


class Block(NamedTuple):
    """One grid of a tensor.

    Attributes:
        leading: its index along the axes before the last two.
        left: its left edge, in cells.
        top: its upper edge, in cells, growing downward.
        rows: how many rows it has.
        columns: how many columns.
    """

    leading: tuple[int, ...]
    left: float
    top: float
    rows: int
    columns: int


def blocks(shape: Sequence[int], left: float = 0.0, top: float = 0.0) -> tuple[Block, ...]:
    """Return where each grid of a tensor of this shape stands.

    Args:
        shape: of zero to four axes; an empty axis gives no grid.
        left: the left edge of the first one, in cells.
        top: the upper edge of the first one.

    Raises:
        ValueError: for more than four axes.

    >>> [(block.leading, block.left) for block in blocks((2, 3, 4))]
    [((0,), 0.0), ((1,), 4.8)]
    """
    if len(shape) > 4:
        raise ValueError(f"shape={tuple(shape)} has more than 4 axes")
    down, across, rows, columns = (*(1,) * (4 - len(shape)), *shape)
    if not rows * columns:
        return ()
    named = CAPTION if len(shape) > 2 else 0.0
    return tuple(
        Block(
            (i, j)[4 - len(shape) :] if len(shape) > 2 else (),
            left + j * (columns + GAP),
            top + named + i * (rows + GAP + named),
            rows,
            columns,
        )
        for i in range(down)
        for j in range(across)
    )


def extent(shape: Sequence[int]) -> tuple[float, float]:
    """Return how many cells wide and high the grids of this shape are together.

    >>> extent((3, 4))
    (4.0, 3.0)
    """
    placed = blocks(shape)
    if not placed:
        return 0.0, 0.0
    last = placed[-1]
    return last.left + last.columns, last.top + last.rows


def grid(
    values: np.ndarray,
    *,
    name: str = "",
    left: float = 0.0,
    top: float = 0.0,
    fill: np.ndarray | None = None,
    colors: Sequence[str] = (RAISED,),
    texts: np.ndarray | None = None,
) -> list[dict[str, object]]:
    """Return the traces that draw a tensor: a heat map for each grid, and their names.

    Args:
        values: the numbers, of up to four axes; they color the cells by their sign.
        name: what the tensor is called; with a third axis each grid is named, as in x[0].
        left: where it starts, in cells.
        top: where it starts, in cells, growing downward.
        fill: instead of the sign: for each number, which of ``colors`` its cell has.
        colors: the fills to choose from.
        texts: what is written into the cells instead of the numbers.

    >>> (trace,) = grid(np.array([[1.0, -2.0]]))
    >>> trace["type"], trace["text"]
    ('heatmap', [['1', '−2']])
    """
    written = np.vectorize(short, otypes=[object])(values) if texts is None else texts
    largest = float(np.abs(values).max()) if fill is None and values.size else 1.0
    levels = values if fill is None else fill
    low, high = (-largest or -1.0, largest or 1.0) if fill is None else (0, len(colors) - 1 or 1)
    traces: list[dict[str, object]] = []
    placed = blocks(values.shape, left, top)
    for block in placed:
        cells = np.asarray(levels[block.leading], dtype=np.float32).reshape(
            block.rows, block.columns
        )
        words = np.asarray(written[block.leading]).reshape(block.rows, block.columns)
        traces.append(
            {
                "type": "heatmap",
                "z": cells,
                "x0": block.left + 0.5,
                "dx": 1,
                "y0": block.top + 0.5,
                "dy": 1,
                "text": words.tolist(),
                "texttemplate": "%{text}",
                "textfont": {"color": TEXT, "size": 12},
                "colorscale": SIGNED if fill is None else _steps(colors),
                "zmin": low,
                "zmax": high,
                "showscale": False,
                "xgap": 2,
                "ygap": 2,
                "hoverinfo": "skip",
            }
        )
    if named := [block for block in placed if block.leading]:
        traces.append(
            {
                "type": "scatter",
                "mode": "text",
                "x": [block.left for block in named],
                "y": [block.top - CAPTION / 2 for block in named],
                "text": [f"{name}[{', '.join(map(str, block.leading))}]" for block in named],
                "textposition": "middle right",
                "textfont": {"color": MUTED, "size": 12},
                "hoverinfo": "skip",
            }
        )
    return traces


def layout(width: float, height: float, cell: int = CELL) -> dict[str, object]:
    """Return the layout of a picture ``width`` by ``height`` cells, ``cell`` pixels a row.

    Cells are as wide as the page allows: on a phone they get narrower, not smaller in height.

    >>> layout(width=4, height=3)["height"]
    130
    """
    x, y = (-0.05, max(width, 1) + 0.05), (max(height, 1), 0)
    return drawing(height * cell + 16, x, y)


def _steps(colors: Sequence[str]) -> list[tuple[float, str]]:
    """Return a color scale without transitions: color number i from (i - ½) to (i + ½)."""
    last = len(colors) - 1
    if not last:
        return [(0.0, colors[0]), (1.0, colors[0])]
    edges = [0.0, *((i + 0.5) / last for i in range(last)), 1.0]
    return [(edges[i + end], color) for i, color in enumerate(colors) for end in (0, 1)]


# --- colors over a grid while it is stepped through: what is lit, what is not yet written --------

CLEAR = "rgba(0, 0, 0, 0)"
READY, COVERED, NOW = 0, 1, 2  # what stands in "z": as it is, not yet written, lit


def overlay(left: float, top: float, strength: float) -> dict[str, object]:
    """Return a heat map without its "z", to lie over a grid.

    Args:
        left: the grid's left edge, in cells.
        top: its upper edge.
        strength: how strongly green covers a lit cell, from 0 to 1.

    >>> overlay(left=2, top=0, strength=0.5)["x0"]
    2.5
    """
    lit = f"rgba(0, 158, 115, {strength:g})"
    return {
        "type": "heatmap",
        "x0": left + 0.5,
        "dx": 1,
        "y0": top + 0.5,
        "dy": 1,
        "colorscale": [
            (0.0, CLEAR),
            (0.25, CLEAR),
            (0.25, BACKGROUND),
            (0.75, BACKGROUND),
            (0.75, lit),
            (1.0, lit),
        ],
        "zmin": READY,
        "zmax": NOW,
        "showscale": False,
        "hoverinfo": "skip",
    }
