"""An autograd function's curve, its two slopes, and the two tables that gradcheck compares.

Both pictures have the same frames: a point goes along the curve from left to right, and what has
been passed is seen, in the slopes below the curve and in the rows of the tables.
"""

from typing import Any

import numpy as np

from lib.core.i18n import Words, mark
from lib.lessons.autograd.custom_function.gradcheck import Curves, Jacobians
from lib.lessons.autograd.custom_function.lesson import Comparison, X
from lib.plots.cells import grid, layout
from lib.plots.figure import Figure
from lib.plots.numbers import Table, digits, short, table
from lib.plots.palette import CATEGORIES, GRID, RAISED, TEXT
from lib.plots.traces import Part, line, markers, note, text

WORDS = {
    "forward": mark("forward: y"),
    "backward": mark("backward"),
    "difference": mark("finite difference"),
    "differ": mark("they differ"),
    "numerical": mark("x moved a little"),
    "returned": mark("At x = {x}, backward returns {grad}."),
    "agreed": mark("At x = {x}, backward returns {grad}: so does the finite difference."),
    "differed": mark("At x = {x}, backward returns {grad}, the finite difference {difference}."),
    "accepted": mark("gradcheck returns True: nowhere in the two tables do they differ."),
    "refused": mark("GradcheckError: the two tables differ in {count} of nine numbers."),
    "columns": (
        mark("x"), mark("y"), mark("backward"), mark("finite difference"), mark("agree"),
    ),
    "cells": (
        mark("input"), mark("output"), mark("finite difference"), mark("backward"), mark("agree"),
    ),
    "yes": mark("yes"),
    "no": mark("no"),
}  # fmt: skip
BACKWARD, DIFFER = CATEGORIES[2], CATEGORIES[5]
DIFFER_FILL = "rgba(213, 94, 0, 0.45)"  # DIFFER, seen through
LARGEST = 1e3  # a finite difference across a jump is larger, and would flatten all else
EVERY = 4  # places from one ring to the next
FEW = slice(None, None, EVERY)
PASSED = range(0, 161, 10)  # the places at which a frame stops
HALF = 0.45  # of the tangent, along x
HEIGHT = 280
UPPER: dict[str, Any] = {"yaxis": "y"}
LOWER: dict[str, Any] = {"yaxis": "y2"}
# The largest point is dragged: where the finger is along x becomes the middle place.
DRAGGED = {"control": "custom_function.x", "low": X.low, "high": X.high, "step": 0.25}


def slopes(
    drawn: Curves,
    at: Comparison,
    tables: Jacobians,
    words: Words = WORDS,
    backward: bool = True,
    difference: bool = True,
) -> Figure:
    """Draw a function's curve, and below it what backward returns against finite differences.

    Args:
        drawn: what ``curves`` returns.
        at: what ``check_backward`` returns: the three places.
        tables: what ``jacobians`` returns for them.
        words: what is written, with the keys of ``WORDS``.
        backward: whether what backward returns may be seen; a question asks for it.
        difference: whether the finite differences may be seen, too.

    Returns:
        A figure with every fourth place in ``layout.meta["numbers"]``, if all may be seen.
    """
    upper = [
        _line(drawn.x, drawn.y, TEXT, 2, "y", **UPPER),
        _places(at.x, at.y, TEXT, "y", **UPPER),
    ]
    meta: dict[str, Any] = {"touch": {"x": DRAGGED}, "share": 1.2}
    shape: dict[str, Any] = {
        "height": HEIGHT,
        "margin": {"l": 44, "r": 10, "t": 26, "b": 36},
        "showlegend": False,
        "xaxis": {"range": [-2.05, 2.05], "dtick": 1, "fixedrange": True, "title": {"text": "x"}},
        "yaxis": {
            "range": _range(np.concatenate([drawn.y, at.y])),
            "gridcolor": GRID,
            "fixedrange": True,
        },
        "annotations": [_title(words["forward"], 1)],
        "meta": meta,
    }
    if not backward:
        return Figure(data=upper, layout=shape)
    near = np.where(np.abs(drawn.difference) < LARGEST, drawn.difference, np.nan)
    seen = [drawn.grad, at.grad, *([near[~np.isnan(near)]] if difference else [])]
    ends = _range(np.concatenate(seen))
    if difference:
        meta["numbers"] = _numbers(drawn, words)
    shape["annotations"] = [*shape["annotations"], _title(_legend(words, difference), 0.46)]
    shape["yaxis"] |= {"domain": [0.62, 1]}
    shape["xaxis"] |= {"anchor": "y2"}
    shape["yaxis2"] = {"domain": [0, 0.44], "range": ends, "gridcolor": GRID, "fixedrange": True}
    lower = _slopes(drawn, at, ends, words, difference)
    moving = [*lower, *_runner(at, float(tables.numerical[1, 1]), difference)]
    first = len(upper)
    return Figure(
        data=[*upper, *moving],
        frames=[
            {
                "name": _passed(drawn, i, words, difference),
                "data": _moved(drawn, at, i, difference),
                "traces": [*range(first, first + len(moving))],
            }
            for i in PASSED
        ]
        + [
            {
                "name": _verdict(at, tables, words, difference),
                "data": [{key: each[key] for key in ("type", "x", "y", "meta") if key in each}
                         for each in moving],
                "traces": [*range(first, first + len(moving))],
            }
        ],
        layout=shape,
    )  # fmt: skip


def _slopes(
    drawn: Curves, at: Comparison, ends: list[float], words: Words, difference: bool
) -> list[Part]:
    """Return the lower half: backward as a line, finite differences as rings, gaps between."""
    x, grad, true = drawn.x[FEW], drawn.grad[FEW], drawn.difference[FEW]
    far = np.abs(true) >= LARGEST  # these are arrows at the edge
    rings = np.where(far, np.where(true > 0, ends[1], ends[0]), true)
    arrows = np.where(true > 0, "triangle-up", "triangle-down")
    off = ~drawn.agrees[FEW] & difference
    gaps = np.stack([grad, rings, np.full_like(x, np.nan)], axis=1)[off]  # (gaps, 3)
    symbols = np.where(far, arrows, "circle-open").tolist()
    ring = {"color": TEXT, "size": 7, "symbol": symbols, "line": {"width": 1.5}}
    shown = len(x) if difference else 0
    return [
        _grown(
            line(_plain(x[off].repeat(3)), _plain(gaps.ravel()), DIFFER, opacity=0.7,
                 hoverinfo="skip", **LOWER)
        ),
        _grown(_line(drawn.x, drawn.grad, BACKWARD, 3, words["backward"], **LOWER)),
        _grown(
            markers(
                _plain(x[:shown]),
                _plain(rings[:shown]),
                marker=ring,
                cliponaxis=False,
                customdata=[digits(value, 6) for value in true[:shown].tolist()],
                hovertemplate=_hover(words["difference"], "%{customdata}"),
                **LOWER,
            )
        ),
        _grown(_places(at.x, at.grad, BACKWARD, words["backward"], **LOWER)),
    ]  # fmt: skip


def _runner(at: Comparison, slope: float, difference: bool) -> list[Part]:
    """Return the tangent at the middle place, and the point where it touches the curve."""
    here = float(at.x[1]), float(at.y[1])
    return [
        {
            **line([], [], DIFFER, 2, hoverinfo="skip", **UPPER),
            **_tangent(*here, slope if difference else np.nan),
        },
        {**markers([], [], DIFFER, 7, hoverinfo="skip", **UPPER), **_point(*here)},
    ]


def _moved(drawn: Curves, at: Comparison, i: int, difference: bool) -> list[Part]:
    """Return the moving traces when the point has come to place ``i``."""
    x = float(drawn.x[i])
    passed = int((~drawn.agrees[FEW] & (drawn.x[FEW] <= x)).sum()) if difference else 0
    place = x, float(drawn.y[i])
    return [
        _until(3 * passed - 1),
        _until(i),
        _until(i // EVERY),
        _until(int((at.x <= x).sum()) - 1),
        _tangent(*place, float(drawn.slope[i]) if difference else np.nan),
        _point(*place),
    ]


def _tangent(x: float, y: float, slope: float) -> Part:
    """Return a short line through a place; an empty one where a jump has no slope."""
    rise = HALF * slope if abs(slope) < LARGEST else np.nan
    ends = [y - rise, y + rise] if np.isfinite(rise) else [None, None]
    return {"type": "scatter", "x": [x - HALF, x + HALF], "y": ends}


def _point(x: float, y: float) -> Part:
    return {"type": "scatter", "x": [x], "y": [y]}


def _grown(trace: Part) -> Part:
    """Return a trace that grows from frame to frame, as it is in the end."""
    return {**trace, **_until(len(trace["x"]) - 1)}  # type: ignore[arg-type]


def _until(last: int) -> Part:
    """Return up to which of its points a trace is drawn (pages/parts/browser/stage_growth.js)."""
    return {"type": "scatter", "meta": {"upto": last}}


def _plain(values: np.ndarray) -> list[float]:
    """Return numbers that the browser can go along, with as many digits as float32 has."""
    return [float(f"{value:.7g}") for value in values.tolist()]


def _passed(drawn: Curves, i: int, words: Words, difference: bool) -> str:
    """Return what is seen at a place, in words."""
    kind = "returned" if not difference else "agreed" if drawn.agrees[i] else "differed"
    fields = {"x": drawn.x[i], "grad": drawn.grad[i], "difference": drawn.difference[i]}
    said = {name: digits(float(value)) for name, value in fields.items()}
    return str(words[kind].format(**said))


def _verdict(at: Comparison, tables: Jacobians, words: Words, difference: bool) -> str:
    """Return what gradcheck says of all three places, or what backward returns at the middle."""
    if not difference:
        return str(words["returned"].format(x=digits(at.x[1]), grad=digits(at.grad[1])))
    kind = "accepted" if at.accepted else "refused"
    return str(words[kind].format(count=int((~tables.agrees).sum())))


def _line(x: np.ndarray, y: np.ndarray, color: str, width: int, name: str, **axis: str) -> Part:
    """Return a line whose values are shown under the mouse."""
    return line(_plain(x), _plain(y), color, width, hovertemplate=_hover(name), **axis)


def _places(x: np.ndarray, y: np.ndarray, color: str, name: str, **axis: str) -> Part:
    """Return the three places that gradcheck looks at, the one you choose the largest."""
    more = {"hovertemplate": _hover(name), "cliponaxis": False, **axis}
    style = {"color": color, "size": [8, 13, 8], "opacity": 1}
    return markers(_plain(x), _plain(y), marker=style, **more)


def _hover(name: str, value: str = "%{y:.4g}") -> str:
    return f"x = %{{x:.4g}}<br>{name} = {value}<extra></extra>"


def _range(values: np.ndarray) -> list[float]:
    """Return an axis that shows all values, and 0, with some space."""
    low, high = min(float(values.min()), 0.0), max(float(values.max()), 0.0)
    space = 0.1 * (high - low) or 1.0
    return [low - space, high + space]


def _title(words: str, y: float) -> Part:
    """Return the title of a half of the picture."""
    return note(words, 0.5, y, size=12, xref="paper", yref="paper", yanchor="bottom")


def _legend(words: Words, difference: bool) -> str:
    """Return what the lines of the lower half mean."""
    legend = [f"<b style='color:{BACKWARD}'>━</b> {words['backward']}"]
    if difference:
        legend += [
            f"○ {words['difference']}",
            f"<b style='color:{DIFFER}'>┃</b> {words['differ']}",
        ]
    return "   ".join(legend)


def _numbers(drawn: Curves, words: Words) -> Table:
    """Return every fourth place as a table."""
    columns = (drawn.x, drawn.y, drawn.grad, drawn.difference, drawn.agrees)
    rows = [
        [*(f"{value + 0.0:.6g}" for value in row), words["yes" if same else "no"]]
        for *row, same in zip(*(each[FEW].tolist() for each in columns), strict=True)
    ]
    return table(words["columns"], rows)


# --- gradcheck's two tables -----------------------------------------------------------------------

LEFT, HEAD, BETWEEN = 1.1, 1.0, 0.25  # cells kept free: for inputs, for names, between the tables
CELL = 31  # pixels from row to row


def jacobians(
    tables: Jacobians, words: Words = WORDS, marked: bool = True, numbers: bool = True
) -> Figure:
    """Draw the two tables of nine numbers that gradcheck compares, those that differ marked.

    Args:
        tables: what ``lib.lessons.autograd.custom_function.gradcheck.jacobians`` returns.
        words: what is written, with the keys of ``WORDS``.
        marked: whether it is shown which of them differ; a question asks for that.
        numbers: whether the numbers are shown; another question asks for one of them.
    """
    tops = (HEAD, 2 * HEAD + 3 + BETWEEN)
    traces: list[Part] = []
    heads: list[tuple[float, float, str]] = []
    pairs = ((tables.numerical, words["numerical"]), (tables.analytical, words["backward"]))
    fill = (~tables.agrees).astype(float) if marked else np.zeros((3, 3))
    for top, (values, name) in zip(tops, pairs, strict=True):
        texts = None if numbers and marked else np.full((3, 3), " ")
        traces += grid(
            values, left=LEFT, top=top, fill=fill, colors=(RAISED, DIFFER_FILL), texts=texts
        )
        heads.append((LEFT + 1.5, top - 0.72, f"<b>{name}</b>"))
        heads += [(LEFT + i + 0.5, top - 0.24, f"y[{i}]") for i in range(3)]
        heads += [(LEFT / 2, top + i + 0.5, f"x={short(x)}") for i, x in enumerate(tables.x)]
    across, down, texts_of = zip(*heads, strict=True)
    shape = layout(LEFT + 3, tops[1] + 3, CELL)
    shape["meta"] = {"share": 0.8}
    frames: list[Part] = []
    if numbers and marked:
        shape["meta"] = {"share": 0.8, "numbers": _cells(tables, words)}
        places = [*(-2 + i / 40 for i in PASSED), np.inf]
        frames = [{"name": "", "data": _rows(traces, tables.x <= x), "traces": [0, 1]}
                  for x in places]  # fmt: skip
    return Figure(data=[*traces, text(across, down, texts_of)], layout=shape, frames=frames)


def _rows(grids: list[Part], passed: np.ndarray) -> list[Part]:
    """Return both tables with the rows of the inputs that have been passed."""
    return [
        {
            "type": "heatmap",
            "z": np.where(passed[:, None], np.asarray(each["z"]), np.float32(0)),
            "text": [
                row if is_passed else [" "] * 3
                for row, is_passed in zip(each["text"], passed, strict=True)  # type: ignore[call-overload]
            ],
        }
        for each in grids
    ]


def _cells(tables: Jacobians, words: Words) -> Table:
    """Return the nine pairs of numbers as a table."""
    rows = [
        [
            f"x = {tables.x[i]:.4g}",
            f"y[{j}]",
            f"{tables.numerical[i, j] + 0.0:.8g}",
            f"{tables.analytical[i, j] + 0.0:.8g}",
            words["yes" if tables.agrees[i, j] else "no"],
        ]
        for i in range(3)
        for j in range(3)
    ]
    return table(words["cells"], rows)
