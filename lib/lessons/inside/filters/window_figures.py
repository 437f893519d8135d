"""A kernel slid over a few windows: pixels times kernel, the products, and their sum."""

from collections.abc import Sequence

import numpy as np

from lib.core.i18n import Words, mark
from lib.lessons.inside.filters.windows import OUT, Walk, decimals
from lib.plots.cells import COVERED, READY, grid, layout, overlay
from lib.plots.figure import Figure
from lib.plots.numbers import table
from lib.plots.palette import CATEGORIES, MUTED, NEGATIVE, TEXT
from lib.plots.traces import Part, line, text

WORDS: Words = {
    "window": mark("pixels"),
    "kernel": mark("kernel"),
    "products": mark("products"),
    "output": mark("their sum"),
    "sums": (mark("row"), mark("column"), mark("sum")),
}
HEIGHT = 184  # pixels, for kernels of any size
NAME, GAP = 0.9, 0.9  # cells for a name; between grids


def windows(seen: Walk, names: Sequence[str], words: Words = WORDS) -> Figure:
    """Draw pixels, kernel, products and sums; a frame for each of the nine windows.

    Args:
        seen: the windows.
        names: of the frames.
        words: what is written, with the keys of ``WORDS``.
    """
    k = len(seen.kernel)
    high = k + OUT - 1
    sides = (high, k, k, OUT)
    lefts = [sum(sides[:i]) + i * GAP for i in range(4)]
    tops = [NAME + (high - side) / 2 for side in sides]
    pixels, weights, products, output = zip(lefts, tops, strict=True)
    middle = NAME + high / 2
    signs = [left - GAP / 2 for left in lefts[1:]]
    data = [
        *_cells(seen.window, *pixels),
        *_cells(seen.kernel, *weights),
        *_cells(seen.output, *output),
        text(lefts, [top - NAME / 2 for top in tops],
             [words[key] for key in ("window", "kernel", "products", "output")],
             MUTED, 12, "middle right"),
        text(signs, [middle] * 3, ("×", "=", "→"), TEXT, 12),
        _products(seen, -1, *products),
        {**overlay(*output, 1), "z": _covered(OUT * OUT)},
        _frame(pixels, -1, k),
        _frame(output, -1, 1),
    ]  # fmt: skip
    moved = [
        [
            {key: made[key] for key in ("type", "z", "text")},
            {"type": "heatmap", "z": _covered(place + 1)},
            *({key: each[key] for key in "xy"}
              for each in (_frame(pixels, place, k), _frame(output, place, 1))),
        ]
        for place in range(OUT * OUT)
        for made in [_products(seen, place, *products)]
    ]  # fmt: skip
    last = range(len(data) - 4, len(data))
    sums = [
        (seen.top + place // OUT, seen.left + place % OUT, total)
        for place, total in enumerate(seen.sums)
    ]
    return Figure(
        data=data,
        frames=[
            {"name": name, "data": each, "traces": [*last]}
            for name, each in zip(names, moved, strict=True)
        ],
        layout={
            **layout(lefts[-1] + OUT, NAME + high + 0.1),
            "height": HEIGHT,
            "shapes": _edge(seen),
            "meta": {"numbers": table(words["sums"], sums)},
        },
    )


def _cells(values: np.ndarray, left: float, top: float) -> list[Part]:
    texts: np.ndarray = np.vectorize(_short, otypes=[object])(values)
    return grid(values, left=left, top=top, texts=texts)


def _products(seen: Walk, place: int, left: float, top: float) -> Part:
    """Return the products of one window; all windows share one scale of colors."""
    [trace] = _cells(seen.products[place], left, top)
    largest = float(np.abs(seen.products).max()) or 1.0
    return {**trace, "zmin": -largest, "zmax": largest}


def _short(value: float) -> str:
    """Return a number as it fits into a cell: no zero before the point."""
    written = decimals(value) if abs(value) < 10 else decimals(round(value, 1))
    return written.replace("0.", ".") if abs(value) < 1 else written


def _covered(count: int) -> np.ndarray:
    """Return what covers the sums: all but the first ``count``."""
    marks = np.full(OUT * OUT, COVERED, dtype=np.uint8)
    marks[:count] = READY
    return marks.reshape(OUT, OUT)


def _frame(corner: tuple[float, float], place: int, side: int) -> Part:
    """Return a frame around the cells of one place; the digits in them keep their contrast."""
    row, column = divmod(place % (OUT * OUT), OUT)
    left, top = corner[0] + column, corner[1] + row
    x = [left, left + side, left + side, left, left]
    y = [top, top, top + side, top + side, top]
    return line(x, y, NEGATIVE, 3, hoverinfo="skip", cliponaxis=False)


def _edge(seen: Walk) -> list[Part]:
    """Return a dotted frame around the pixels of the picture, if the border adds some."""
    if seen.inside.all():
        return []
    rows, columns = (np.nonzero(seen.inside.any(axis=axis))[0] for axis in (1, 0))
    return [
        {
            "type": "rect",
            "x0": int(columns[0]),
            "x1": int(columns[-1]) + 1,
            "y0": NAME + int(rows[0]),
            "y1": NAME + int(rows[-1]) + 1,
            "line": {"color": CATEGORIES[2], "width": 2, "dash": "dot"},
        }
    ]
