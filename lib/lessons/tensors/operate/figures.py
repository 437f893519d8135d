"""Two tensors are lined up, stretched and combined, one axis and one number at a time."""

from collections.abc import Mapping, Sequence

import numpy as np

from lib.lessons.tensors.operate.broadcasting import Links
from lib.lessons.tensors.operate.figures_frames import (
    SYMBOLS,
    WORDS,
    Scene,
    Step,
    in_cell,
    scene,
    story,
    table,
)
from lib.lessons.tensors.operate.figures_layout import HEAD, NAMES, Cell, Plan, plan_of
from lib.lessons.tensors.operate.lesson import Combined
from lib.plots.cells import layout
from lib.plots.figure import Figure
from lib.plots.palette import MUTED, RAISED, TEXT

# What a cell may be; the number is its place in COLORS.
NOTHING, EMPTY, X_OWN, X_AGAIN, Y_OWN, Y_AGAIN, WRITTEN, CLASH = range(8)
COLORS = (
    "rgba(0, 0, 0, 0)",
    RAISED,
    "rgba(0, 158, 115, 0.5)",
    "rgba(0, 158, 115, 0.17)",
    "rgba(204, 121, 167, 0.55)",
    "rgba(204, 121, 167, 0.2)",
    "rgba(8, 119, 189, 0.28)",
    "rgba(245, 147, 34, 0.65)",
)

ROW = 34  # pixels
PHONE = 340  # pixels that a phone has for all columns
BLANK = " "


def broadcasting(
    result: Combined, links: Links, operation: str, words: Mapping[str, str] = WORDS
) -> Figure:
    """Draw how two shapes meet, and where each number of the result comes from.

    First the shapes, lined up from the right; below them the tensors, each in the form to which
    it is stretched. Cells in full color are numbers in memory, pale ones the same numbers read
    again. The frames go through the axes from the right, then through the result.

    Args:
        result: what ``combine`` returns.
        links: what ``link`` returns for the same shapes.
        operation: one of ``SYMBOLS``.
        words: what the picture says, with the keys and fields of ``WORDS``.

    Returns:
        A figure with every number and its sources in ``layout.meta["numbers"]``.
    """
    told, plan = scene(result, links, operation, words), plan_of(links)
    steps = story(told)
    pictures = [_picture(step, told, plan) for step in steps]
    left, top = plan.result[0] if plan.result else (0, HEAD)
    given = [*told.values["x"], *told.values["y"]]
    still = [
        _cells(0, 0, given, plan),
        _cells(left, top, told.values["result"], plan),
        _outline(),
        _texts(plan),
    ]
    return Figure(
        data=[{**fixed, **first} for fixed, first in zip(still, pictures[0], strict=True)],
        frames=[
            {"name": step.caption, "data": picture, "traces": [0, 1, 2, 3]}
            for step, picture in zip(steps, pictures, strict=True)
        ],
        layout={
            **layout(plan.width, plan.height, ROW),
            "meta": {"numbers": table(told), "pause": 1500},
        },
    )


# --- what stays -----------------------------------------------------------------------------------


def _cells(left: int, top: int, numbers: Sequence[object], plan: Plan) -> dict[str, object]:
    """Return what stays of a layer of cells; its numbers set how large they are written."""
    longest = max([3, *(len(in_cell(number)) for number in numbers)])
    size = int(PHONE / plan.width / (0.58 * longest))
    edges = [place / len(COLORS) for place in range(len(COLORS) + 1)]
    return {
        "type": "heatmap",
        "x0": left + 0.5,
        "dx": 1,
        "y0": top + 0.5,
        "dy": 1,
        "texttemplate": "%{text}",
        "textfont": {"color": TEXT, "size": min(max(size, 9), 14)},
        "colorscale": [
            (edge, color)
            for place, color in enumerate(COLORS)
            for edge in (edges[place], edges[place + 1])
        ],
        "zmin": -0.5,
        "zmax": len(COLORS) - 0.5,
        "showscale": False,
        "xgap": 2,
        "ygap": 2,
        "hoverinfo": "skip",
    }


def _outline() -> dict[str, object]:
    """Return what stays of the frame around the cells that a step is about."""
    line = {"color": TEXT, "width": 3}
    return {"type": "scatter", "mode": "lines", "line": line, "hoverinfo": "skip"}


def _texts(plan: Plan) -> dict[str, object]:
    """Return where the words stand; ``_words`` has them in the same order."""
    axes = [(NAMES + axis + 0.5, 0.65, "middle center") for axis in range(plan.axes)]
    places = [(0.05, 1.5 + row, "middle right") for row in range(3)]
    for cells in filter(None, (plan.x, plan.y, plan.result)):
        column, row = cells[0]
        places.append((column + 0.05, row - 0.4, "middle right"))
        if column:
            places.append((column - 0.5, row + 0.5, "middle center"))
    places.append((NAMES + plan.axes + 0.5, 2.5, "middle right"))
    return {
        "type": "scatter",
        "mode": "text",
        "x": [x for x, _, _ in axes + places],
        "y": [y for _, y, _ in axes + places],
        "textposition": [position for _, _, position in axes + places],
        "textfont": {"size": 13, "color": [MUTED] * len(axes) + [TEXT] * len(places)},
        "hoverinfo": "skip",
    }


# --- what changes ---------------------------------------------------------------------------------


def _picture(step: Step, told: Scene, plan: Plan) -> list[dict[str, object]]:
    """Return what changes from step to step, for each trace."""
    filled = _shapes(step, told, plan)
    for name, own in (("x", X_OWN), ("y", Y_OWN)):
        side, numbers = getattr(told.links, name), told.values[name]
        sources, since = side.source.ravel().tolist(), side.since.ravel().tolist()
        for cell, source, known in zip(getattr(plan, name), sources, since, strict=True):
            if known <= step.axes:
                filled[cell] = (own + (known > 0), in_cell(numbers[source]))
    made = dict.fromkeys(plan.result, (EMPTY, BLANK))
    for cell, number in zip(plan.result[: step.cells], told.values["result"], strict=False):
        made[cell] = (WRITTEN, in_cell(number))
    outline = [point for cell in _lit(step, told.links, plan) for point in _around(*cell)]
    x, y = np.array(outline or [(np.nan, np.nan)], dtype=np.float32).T
    return [
        _layer(filled, (0, 0)),
        _layer(made, plan.result[0] if made else (0, HEAD)),
        {"type": "scatter", "x": x, "y": y},
        {"type": "scatter", "text": _words(step, told, plan)},
    ]


def _layer(filled: dict[Cell, tuple[int, str]], start: Cell) -> dict[str, object]:
    """Return cells as a heat map whose upper left corner is ``start``."""
    wide = max((column for column, _ in filled), default=start[0]) - start[0] + 1
    high = max((row for _, row in filled), default=start[1]) - start[1] + 1
    # Arrays, not lists: Plotly looks at every entry of a list, in every frame.
    kinds = np.full((high, wide), NOTHING, dtype=np.uint8)
    texts = np.full((high, wide), BLANK, dtype=object)
    for (column, row), (kind, text) in filled.items():
        place = row - start[1], column - start[0]
        kinds[place], texts[place] = kind, text
    return {"type": "heatmap", "z": kinds, "text": texts}


def _shapes(step: Step, told: Scene, plan: Plan) -> dict[Cell, tuple[int, str]]:
    """Return the cells of the upper rows: the shapes, each axis in its column."""
    links, last = told.links, NAMES + plan.axes
    filled: dict[Cell, tuple[int, str]] = {}
    for row, own, shape in ((1, X_OWN, links.x.shape), (2, Y_OWN, links.y.shape)):
        for axis, length in enumerate(reversed(shape), start=1):
            filled[last - axis, row] = (own, f"{length}")
    for pair in links.axes[: step.axes]:
        x, y = last + (pair.x or pair.y or 0), last + (pair.y or pair.x or 0)
        if pair.kind == "x":
            filled[x, 1] = (X_AGAIN, f"{pair.x_length or ''}→{pair.y_length}")
        elif pair.kind == "y":
            filled[y, 2] = (Y_AGAIN, f"{pair.y_length or ''}→{pair.x_length}")
        elif pair.kind == "clash":
            filled[x, 1] = (CLASH, f"{pair.x_length}")
            filled[y, 2] = (CLASH, f"{pair.y_length}")
    for axis, length in enumerate(reversed(links.shape or ()), start=1):
        # matmul's axes are settled together, all others one by one.
        needed = len(links.axes) if told.operation == "matmul" else axis
        done = step.axes >= needed
        filled[last - axis, 3] = (WRITTEN if done else EMPTY, f"{length}" if done else BLANK)
    return filled


def _lit(step: Step, links: Links, plan: Plan) -> list[Cell]:
    """Return the cells that a step is about."""
    if step.axis:
        pair, last = step.axis, NAMES + plan.axes
        return [(last + (pair.x or pair.y or 0), 1), (last + (pair.y or pair.x or 0), 2)]
    lit = [plan.result[place] for place in step.now]
    sides = ((links.x, plan.x, links.x_cells), (links.y, plan.y, links.y_cells))
    for side, cells, linked in sides:
        sources, since = side.source.ravel(), side.since.ravel()
        for place in dict.fromkeys(int(each) for now in step.now for each in linked[now]):
            lit.append(cells[place])
            if since[place]:  # read again here: show the number in memory too
                own = (sources == sources[place]) & (since == 0)
                lit.append(cells[int(own.argmax())])
    return list(dict.fromkeys(lit))


def _around(column: int, row: int) -> list[tuple[float, float]]:
    """Return the outline of a cell, and a gap after it."""
    left, right, top, bottom = column + 0.03, column + 0.97, row + 0.03, row + 0.97
    corners = [(left, top), (right, top), (right, bottom), (left, bottom), (left, top)]
    return [*corners, (np.nan, np.nan)]


def _words(step: Step, told: Scene, plan: Plan) -> list[str]:
    """Return the words of a step, in the order of ``_texts``."""
    links, words = told.links, told.words
    pale = any(((side.since > 0) & (side.since <= step.axes)).any() for side in (links.x, links.y))
    made = f" {told.result.dtype.removeprefix('torch.')}" if step.cells else ""
    result = ["=", f"<b>{words['result']}</b>{made}"][::-1] if plan.result else []
    return [
        *(f"−{plan.axes - axis}" for axis in range(plan.axes)),
        "x",
        "y",
        words["result"] if plan.result else BLANK,
        "<b>x</b>",
        "<b>y</b>",
        SYMBOLS[told.operation],
        *result,
        words["pale"] if pale else BLANK,
    ]
