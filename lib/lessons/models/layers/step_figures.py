"""A layer stepped cell by cell: what is read, with which weights, and what is written."""

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from lib.core.i18n import Words, mark
from lib.lessons.models.layers.reference import Place, Steps, number
from lib.plots.cells import COVERED, NOW, READY, grid, layout, overlay
from lib.plots.figure import Figure
from lib.plots.numbers import table
from lib.plots.palette import CATEGORIES, MUTED, TEXT
from lib.plots.traces import Part, line, text

WORDS: Words = {
    "input": mark("input"),
    "weight": mark("weight"),
    "output": mark("output"),
    "guess": mark("which shape?"),
    "sums": (mark("output"), mark("how it comes about")),
}

CELL, NAME, GAP = 30, 0.8, 1.0  # pixels of a row; cells above a grid for its name; between grids
ROOMY, IMAGE = 16, 12  # cells across up to which numbers are large; how wide an image is drawn
LIT = 0.3  # how strongly the cells of a step are covered with green
Corner = tuple[float, float]  # a grid's left and upper edge


def steps(drawn: Steps, revealed: bool = True, words: Words = WORDS) -> Figure:
    """Draw input, weight and output as grids; a frame for each step, the cells in it green.

    Args:
        drawn: what ``output_steps`` returns. Without steps, input and output are drawn as images.
        revealed: whether the output is shown, and with it its shape.
        words: what is written, with the keys of ``WORDS``.

    Returns:
        A figure with every step in ``layout.meta["numbers"]``, unless they are hidden.
    """
    if not drawn.steps:
        return _images(drawn, revealed, words)
    right = drawn.x.shape[1] + GAP
    weight, below = drawn.weight, NAME
    grids = [("input", drawn.x, 0.0, NAME)]
    if weight is not None:
        grids.append(("weight", weight, right, NAME))
        below = weight.shape[0] + GAP + 2 * NAME
    high, wide = drawn.y.shape if revealed else (2, 4)
    across = right + max(wide, 0 if weight is None else weight.shape[1])
    names = [(words[name], left, top - NAME) for name, _, left, top in grids]
    names.append((words["output"], right, below - NAME))
    frames = []
    if revealed:
        grids.append(("output", drawn.y, right, below))
    else:
        names.append((f"? {words['guess']}", right, below))
    data = [each for _, values, left, top in grids for each in _cells(values, left, top, across)]
    data.append(_names(names))
    if revealed:
        marks = [overlay(left, top, LIT) for _, _, left, top in grids]
        marks[-1]["x0"] = right - 0.5  # its colors have a column more on each side
        marks.append(line([], [], CATEGORIES[2], 3, hoverinfo="skip"))  # around what is read
        frames = list(_frames(drawn, len(data), ((0, NAME), (right, below))))
        data += [{**still, **moves} for still, moves in zip(marks, frames[0]["data"], strict=True)]
    numbers = table(words["sums"], [(str(each.writes[0]), each.total) for each in drawn.steps])
    return Figure(
        data=data,
        frames=frames,
        layout={
            **layout(across, max(NAME + drawn.x.shape[0], below + high), CELL),
            "shapes": _inside(drawn),
            "meta": {"numbers": numbers, "pause": 700} if revealed else None,
        },
    )


def _cells(values: np.ndarray, left: float, top: float, across: float) -> list[Part]:
    """Return a grid with its numbers written in; minus infinity is drawn like zero."""
    roomy = across <= ROOMY
    texts = np.vectorize(lambda each: _short(float(each), roomy), otypes=[object])(values)
    finite = np.where(np.isinf(values), 0, values)
    font = {"color": TEXT, "size": 12 if roomy else 9}
    return [{**trace, "textfont": font} for trace in grid(finite, left=left, top=top, texts=texts)]


def _short(value: float, roomy: bool) -> str:
    """Return a number as it fits into a cell; where it is narrow, without a zero at the front."""
    if abs(value) >= 1:
        return number(round(value, 1 if roomy or abs(value) < 10 else 0))
    return number(value) if roomy else number(value).replace("0.", ".")


def _names(names: Iterable[tuple[str, float, float]]) -> Part:
    """Return the names of the grids, each at the left edge of its grid."""
    texts, lefts, tops = zip(*names, strict=True)
    return text(lefts, [top + NAME / 2 for top in tops], texts, MUTED, 13, "middle right")


def _frames(drawn: Steps, first: int, corners: tuple[Corner, Corner]) -> Iterator[dict[str, Any]]:
    """Yield a frame for each step: the cells that are read and written now."""
    covered = np.full(drawn.y.shape, COVERED, dtype=np.uint8)
    for step in drawn.steps:
        colors = [_lit(drawn.x.shape, step.reads)]
        if drawn.weight is not None:
            colors.append(_lit(drawn.weight.shape, step.weights))
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


def _around(groups: Iterable[tuple[Place, ...]], corners: Iterable[Corner]) -> dict[str, Any]:
    """Return a line around each group of cells, in the grids whose corners are given."""
    across: list[float | None] = []
    down: list[float | None] = []
    for cells, (left, top) in zip(groups, corners, strict=True):
        if not cells:
            continue  # nothing is added to this cell of the output
        rows, columns = zip(*cells, strict=True)
        low, high = top + min(rows), top + max(rows) + 1
        start, end = left + min(columns), left + max(columns) + 1
        across += [start, end, end, start, start, None]
        down += [low, low, high, high, low, None]
    return {"type": "scatter", "x": across, "y": down}


def _lit(shape: tuple[int, ...], places: Iterable[Place]) -> np.ndarray:
    lit = np.full(shape, READY, dtype=np.uint8)
    for place in places:
        lit[place] = NOW
    return lit


def _inside(drawn: Steps) -> list[Part]:
    """Return a frame around the image itself, where padding lies around it."""
    if not drawn.border:
        return []
    high, wide = drawn.x.shape
    return [
        {
            "type": "rect",
            "x0": drawn.border,
            "x1": wide - drawn.border,
            "y0": NAME + drawn.border,
            "y1": NAME + high - drawn.border,
            "line": {"color": TEXT, "width": 1.5, "dash": "dot"},
        }
    ]


def _images(drawn: Steps, revealed: bool, words: Words) -> Figure:
    """Draw input and output as images side by side, a cell of each as large as it fits."""
    high, wide = drawn.x.shape
    border = drawn.border
    names = [(words["input"], 0.0, 0.0), (words["output"], IMAGE + GAP, 0.0)]
    data = [_image(drawn.x[border : high - border, border : wide - border], 0)]
    if revealed:
        data.append(_image(drawn.y, IMAGE + GAP))
    else:
        names.append((f"? {words['guess']}", IMAGE + GAP, 1.0))
    return Figure(
        data=[*data, _names(names)],
        layout={**layout(2 * IMAGE + GAP, NAME + IMAGE, CELL), "meta": None},
    )


def _image(values: np.ndarray, left: float) -> Part:
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
