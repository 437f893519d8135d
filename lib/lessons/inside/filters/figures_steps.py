"""A kernel stepped over a few pixels: the window, the products, the sum."""

from collections.abc import Mapping

import numpy as np

from lib.core.i18n import mark
from lib.lessons.inside.filters.steps import OUT, Walk, number
from lib.plots.cells import COVERED, NOW, READY, grid, layout, overlay
from lib.plots.figure import Figure
from lib.plots.palette import MUTED, TEXT

WORDS = {
    "window": mark("pixels"),
    "kernel": mark("kernel"),
    "products": mark("products"),
    "output": mark("their sum"),
    "beyond": mark("dotted: beyond the edge of the picture"),
    "at": mark("row {row}, column {column}: {sum}"),
    "sums": mark("row, column, sum"),
}
CELL, NAME, GAP = 27, 0.9, 1.0  # pixels of a row; cells for a name; between grids
LIT = 0.45  # how strongly the cells of a step are covered with green


def steps(seen: Walk, words: Mapping[str, str] = WORDS) -> Figure:
    """Draw pixels, kernel, products and sums; a frame for each of the 25 places."""
    k = len(seen.kernel)
    wide = k + OUT - 1
    right = wide + GAP
    below = NAME + wide + GAP + NAME
    across, high = right + max(k, OUT), below + max(k, OUT)
    names = [
        (words["window"], 0.0, 0.0),
        (words["kernel"], right, 0.0),
        (words["products"], 0.0, below - NAME),
        (words["output"], right, below - NAME),
    ]
    products = [_products(seen, place, below) for place in range(OUT * OUT)]
    data = [
        *_cells(seen.window, 0, NAME),
        *_cells(seen.kernel, right, NAME),
        *_cells(seen.output, right, below),
        _names(names),
        products[0],
        {**overlay(0, NAME, LIT), "z": _window_marks(seen, 0)},
        {**overlay(right, below, LIT), "z": _output_marks(0)},
    ]
    frames = [
        {
            "name": _name(seen, place, words),
            "data": [
                {key: each[key] for key in ("type", "z", "text")},
                {"type": "heatmap", "z": _window_marks(seen, place)},
                {"type": "heatmap", "z": _output_marks(place)},
            ],
            "traces": [len(data) - 3, len(data) - 2, len(data) - 1],
        }
        for place, each in enumerate(products)
    ]
    rows = [
        [seen.top + place // OUT, seen.left + place % OUT, total]
        for place, total in enumerate(seen.sums)
    ]
    return Figure(
        data=data,
        frames=frames,
        layout={
            **layout(across, high, CELL),
            "shapes": _edge(seen),
            "meta": {
                "numbers": {"columns": words["sums"].split(", "), "rows": rows},
                "pause": 700,
            },
        },
    )


def _name(seen: Walk, place: int, words: Mapping[str, str]) -> str:
    """Return a step in words: the whole sum if it is short, else what comes out."""
    row, column = seen.top + place // OUT, seen.left + place % OUT
    total = seen.sums[place]
    told = total if len(total) < 100 else total.rpartition("= ")[2]
    return words["at"].format(row=row, column=column, sum=told)


def _cells(values: np.ndarray, left: float, top: float) -> list[dict[str, object]]:
    traces = grid(values, left=left, top=top, texts=_texts(values))
    for trace in traces:
        trace["textfont"] = {"color": TEXT, "size": 10}
    return traces


def _products(seen: Walk, place: int, below: float) -> dict[str, object]:
    """Return the products of one place; all places share one scale of colors."""
    [trace] = _cells(seen.products[place], 0, below)
    largest = float(np.abs(seen.products).max()) or 1.0
    return {**trace, "zmin": -largest, "zmax": largest}


def _texts(values: np.ndarray) -> np.ndarray:
    texts: np.ndarray = np.vectorize(_short, otypes=[object])(values)
    return texts


def _short(value: float) -> str:
    """Return a number as it fits into a cell: no zero before the point."""
    text = number(value) if abs(value) < 10 else number(round(value, 1))
    return text.replace("0.", ".") if abs(value) < 1 else text


def _names(names: list[tuple[str, float, float]]) -> dict[str, object]:
    texts, lefts, tops = zip(*names, strict=True)
    return {
        "type": "scatter",
        "mode": "text",
        "x": list(lefts),
        "y": [top + NAME / 2 for top in tops],
        "text": list(texts),
        "textposition": "middle right",
        "textfont": {"color": MUTED, "size": 13},
        "hoverinfo": "skip",
    }


def _window_marks(seen: Walk, place: int) -> np.ndarray:
    k = len(seen.kernel)
    marks = np.full(seen.window.shape, READY, dtype=np.uint8)
    row, column = divmod(place, OUT)
    marks[row : row + k, column : column + k] = NOW
    return marks


def _output_marks(place: int) -> np.ndarray:
    marks = np.full(OUT * OUT, COVERED, dtype=np.uint8)
    marks[:place], marks[place] = READY, NOW
    return marks.reshape(OUT, OUT)


def _edge(seen: Walk) -> list[dict[str, object]]:
    """Return a dotted frame around the pixels of the picture, if the border adds some."""
    if seen.inside.all():
        return []
    rows, columns = np.nonzero(seen.inside.any(axis=1))[0], np.nonzero(seen.inside.any(axis=0))[0]
    return [
        {
            "type": "rect",
            "x0": int(columns[0]),
            "x1": int(columns[-1]) + 1,
            "y0": NAME + int(rows[0]),
            "y1": NAME + int(rows[-1]) + 1,
            "line": {"color": TEXT, "width": 1.5, "dash": "dot"},
        }
    ]
