"""A layer stepped cell by cell: what is read, with which weights, and what is written."""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from lib.core.i18n import mark
from lib.lessons.models.layers.steps import Stepped, number
from lib.plots.cells import COVERED, NOW, READY, grid, layout, overlay
from lib.plots.figure import Figure
from lib.plots.palette import CATEGORIES, MUTED, TEXT

WORDS = {
    "input": mark("input"),
    "weight": mark("weight"),
    "output": mark("output"),
    "guess": mark("which shape?"),
    "sums": mark("output, how it comes about"),
}

CELL, NAME, GAP = 30, 0.8, 1.0  # pixels of a row; cells above a grid for its name; between grids
ROOMY, IMAGE = 16, 12  # cells across up to which numbers are large; how wide an image is drawn
LIT = 0.3  # how strongly the cells of a step are covered with green
OUTLINE: dict[str, object] = {
    "type": "scatter",
    "mode": "lines",
    "line": {"color": CATEGORIES[2], "width": 3},
    "hoverinfo": "skip",
}
Where = tuple[tuple[int, ...], float, float]  # a grid's shape, its left edge, its upper edge


def steps(seen: Stepped, hidden: bool = False, words: Mapping[str, str] = WORDS) -> Figure:
    """Draw input, weight and output as grids; a frame for each step, the cells in it green.

    Args:
        seen: what ``at_work`` returns. Without steps, input and output are
            drawn as images.
        hidden: leave the output out, and with it its shape.
        words: what is written, with the keys of ``WORDS``.

    Returns:
        A figure with every step in ``layout.meta["numbers"]``, unless they are hidden.
    """
    if not seen.steps:
        return _images(seen, hidden, words)
    right = seen.x.shape[1] + GAP
    below = NAME if seen.weight is None else seen.weight.shape[0] + GAP + 2 * NAME
    outs = (2, 4) if hidden else seen.y.shape
    across = right + max(outs[1], 0 if seen.weight is None else seen.weight.shape[1])
    high = max(NAME + seen.x.shape[0], below + outs[0])
    roomy = across <= ROOMY
    data = [*_cells(seen.x, 0, NAME, roomy)]
    names = [(words["input"], 0.0, 0.0)]
    if seen.weight is not None:
        data += _cells(seen.weight, right, NAME, roomy)
        names.append((words["weight"], right, 0.0))
    names.append((words["output"], right, below - NAME))
    if hidden:
        names.append((f"? {words['guess']}", right, below))
    else:
        data += _cells(seen.y, right, below, roomy)
    data.append(_names(names))
    places = [(seen.x.shape, 0.0, NAME), (seen.y.shape, right, below)]
    if seen.weight is not None:
        places.insert(1, (seen.weight.shape, right, NAME))
    marks = [] if hidden else [*(overlay(left, top, LIT) for _, left, top in places), OUTLINE]
    if marks:
        marks[-2]["x0"] = right - 0.5  # its colors have a column more on each side
    first = len(data)
    corners = [places[0], places[-1]]
    frames = [] if hidden else list(_frames(seen, first, corners))
    if frames:
        data += [
            {**still, **moving} for still, moving in zip(marks, frames[0]["data"], strict=True)
        ]
    table = {"columns": words["sums"].split(", "), "rows": _rows(seen)}
    return Figure(
        data=data,
        frames=frames,
        layout={
            **layout(across, high, CELL),
            "shapes": _inside(seen),
            "meta": None if hidden else {"numbers": table, "pause": 700},
        },
    )


def _cells(values: np.ndarray, left: float, top: float, roomy: bool) -> list[dict[str, object]]:
    """Return a grid with its numbers written in; minus infinity is drawn like zero."""
    texts = np.vectorize(lambda each: _short(float(each), roomy), otypes=[object])(values)
    finite = np.where(np.isinf(values), 0, values)
    traces = grid(finite, left=left, top=top, texts=texts)
    for trace in traces:
        trace["textfont"] = {"color": TEXT, "size": 12 if roomy else 9}
    return traces


def _short(value: float, roomy: bool) -> str:
    """Return a number as it fits into a cell; where it is narrow, without a zero at the front."""
    if abs(value) >= 1:
        return number(round(value, 1 if roomy or abs(value) < 10 else 0))
    return number(value) if roomy else number(value).replace("0.", ".")


def _names(names: Iterable[tuple[str, float, float]]) -> dict[str, object]:
    """Return the names of the grids, each at the left edge of its grid."""
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


def _frames(seen: Stepped, first: int, corners: list[Where]) -> Iterable[dict[str, Any]]:
    """Yield a frame for each step: the cells that are read and written now."""
    covered = np.full(seen.y.shape, COVERED, dtype=np.uint8)
    for step in seen.steps:
        colors = [_lit(seen.x.shape, step.reads)]
        if seen.weight is not None:
            colors.append(_lit(seen.weight.shape, step.weights))
        now = covered.copy()
        for place in step.writes:
            now[place], covered[place] = NOW, READY
        colors.append(_with_sides(now))
        where = ", ".join(map(str, step.writes[0]))
        is_row = len(step.writes) > 1
        yield {
            "name": step.total if is_row else f"y[{where}] = {step.total}",
            "data": [
                *({"type": "heatmap", "z": each} for each in colors),
                _around((step.reads, step.writes), corners),
            ],
            "traces": list(range(first, first + len(colors) + 1)),
        }


def _with_sides(now: np.ndarray) -> np.ndarray:
    """Add a column on each side that hides what a covered number writes beside its cell."""
    wide = np.pad(now, ((0, 0), (1, 1)), mode="edge")
    wide[:, [0, -1]] = np.where(wide[:, [0, -1]] == COVERED, COVERED, READY)
    return wide


def _around(groups: Iterable[tuple[tuple[int, int], ...]], corners: list[Where]) -> dict[str, Any]:
    """Return a line around each group of cells, in the grids whose places are given."""
    across: list[float | None] = []
    down: list[float | None] = []
    for cells, (_, left, top) in zip(groups, corners, strict=True):
        if not cells:
            continue  # no stamp reaches this cell of the output
        rows, columns = zip(*cells, strict=True)
        low, high = top + min(rows), top + max(rows) + 1
        start, end = left + min(columns), left + max(columns) + 1
        across += [start, end, end, start, start, None]
        down += [low, low, high, high, low, None]
    return {"type": "scatter", "x": across, "y": down}


def _lit(shape: tuple[int, ...], places: Iterable[tuple[int, int]]) -> np.ndarray:
    lit = np.full(shape, READY, dtype=np.uint8)
    for place in places:
        lit[place] = NOW
    return lit


def _inside(seen: Stepped) -> list[dict[str, object]]:
    """Return a frame around the image itself, where padding lies around it."""
    if not seen.border:
        return []
    high, wide = seen.x.shape
    return [
        {
            "type": "rect",
            "x0": seen.border,
            "x1": wide - seen.border,
            "y0": NAME + seen.border,
            "y1": NAME + high - seen.border,
            "line": {"color": TEXT, "width": 1.5, "dash": "dot"},
        }
    ]


def _rows(seen: Stepped) -> list[list[str]]:
    return [[str(step.writes[0]), step.total] for step in seen.steps]


def _images(seen: Stepped, hidden: bool, words: Mapping[str, str]) -> Figure:
    """Draw input and output as images side by side, a cell of each as large as it fits."""
    inner = seen.x[seen.border :, seen.border :] if seen.border else seen.x
    inner = inner[: -seen.border] if seen.border else inner
    inner = inner[:, : -seen.border] if seen.border else inner
    names = [(words["input"], 0.0, 0.0), (words["output"], IMAGE + GAP, 0.0)]
    data = [_image(inner, 0)]
    if hidden:
        names.append((f"? {words['guess']}", IMAGE + GAP, 1.0))
    else:
        data.append(_image(seen.y, IMAGE + GAP))
    return Figure(
        data=[*data, _names(names)],
        layout={**layout(2 * IMAGE + GAP, NAME + IMAGE, CELL), "meta": None},
    )


def _image(values: np.ndarray, left: float) -> dict[str, object]:
    """Return a grid without numbers, as wide as every other image."""
    [trace] = grid(values, texts=np.full(values.shape, " ", dtype=object))
    across, down = IMAGE / values.shape[1], IMAGE / values.shape[0]
    gap = 1 if max(values.shape) <= IMAGE else 0
    return {
        **{name: each for name, each in trace.items() if name not in ("text", "texttemplate")},
        "x0": left + across / 2,
        "dx": across,
        "y0": NAME + down / 2,
        "dy": down,
        "xgap": gap,
        "ygap": gap,
    }
