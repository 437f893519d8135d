"""An autograd function's curve, its two slopes, and the two tables that gradcheck compares."""

from typing import Any

import numpy as np

from lib.core.i18n import Words, mark
from lib.lessons.autograd.custom_function.gradcheck import Curves, Jacobians
from lib.lessons.autograd.custom_function.lesson import Comparison
from lib.plots.cells import grid, layout
from lib.plots.figure import Figure
from lib.plots.numbers import Table, digits, short, table
from lib.plots.palette import CATEGORIES, GRID, MUTED, RAISED, TEXT, translucent
from lib.plots.traces import Part, line, markers, note, text

WORDS = {
    "forward": mark("forward: y"),
    "slopes": mark("backward: x.grad"),
    "backward": mark("backward"),
    "difference": mark("finite difference"),
    "differ": mark("they differ"),
    "unanswered": mark("answer first"),
    "numerical": mark("finite differences"),
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
DIFFER_FILL = translucent(DIFFER, 0.45)
LARGEST = 1e3  # a finite difference across a jump is larger, and would flatten all else
FEW = slice(None, None, 4)  # the places with a ring
UPPER: dict[str, Any] = {"yaxis": "y"}
LOWER: dict[str, Any] = {"yaxis": "y2"}


def slopes(drawn: Curves, at: Comparison, words: Words = WORDS, revealed: bool = True) -> Figure:
    """Draw a function's curve, and below it what backward returns against finite differences.

    Args:
        drawn: what ``curves`` returns.
        at: what ``check_backward`` returns: the three places.
        words: what is written, with the keys of ``WORDS``.
        revealed: whether the slopes are shown; the questions ask for them.

    Returns:
        A figure with every fourth place in ``layout.meta["numbers"]``.
    """
    near = np.where(np.abs(drawn.difference) < LARGEST, drawn.difference, np.nan)
    slope_range = _range(np.concatenate([drawn.grad, near[~np.isnan(near)], at.grad]))
    # Plotly forgets an axis that no trace is drawn on: so there is always one.
    nothing = line(drawn.x[:1], np.array([np.nan]), **LOWER)
    return Figure(
        data=[
            _line(drawn.x, drawn.y, TEXT, 2, "y", **UPPER),
            _places(at.x, at.y, TEXT, "y", **UPPER),
            *(_slopes(drawn, at, slope_range, words) if revealed else [nothing]),
        ],
        layout={
            "height": 430,
            "margin": {"l": 48, "r": 10, "t": 26, "b": 36},
            "showlegend": False,
            "xaxis": {"range": [-2.05, 2.05], "dtick": 1, "anchor": "y2", "title": {"text": "x"}},
            "yaxis": {
                "domain": [0.6, 1],
                "range": _range(np.concatenate([drawn.y, at.y])),
                "gridcolor": GRID,
            },
            "yaxis2": {
                "domain": [0, 0.43],
                "range": slope_range if revealed else [-1, 1],
                "gridcolor": GRID,
                "showticklabels": revealed,
            },
            "annotations": _titles(words, revealed),
            "meta": {"numbers": _numbers(drawn, words)} if revealed else None,
        },
    )


def _slopes(drawn: Curves, at: Comparison, ends: list[float], words: Words) -> list[Part]:
    """Return the lower half: backward as a line, finite differences as rings, gaps between."""
    x, grad, difference = drawn.x[FEW], drawn.grad[FEW], drawn.difference[FEW]
    far = np.abs(difference) >= LARGEST  # these are arrows at the edge
    rings = np.where(far, np.where(difference > 0, ends[1], ends[0]), difference)
    arrows = np.where(difference > 0, "triangle-up", "triangle-down")
    off = ~drawn.agrees[FEW]
    gaps = np.stack([grad, rings, np.full_like(x, np.nan)], axis=1)[off]  # (gaps, 3)
    symbols = np.where(far, arrows, "circle-open").tolist()
    ring = {"color": TEXT, "size": 7, "symbol": symbols, "line": {"width": 1.5}}
    return [
        line(x[off].repeat(3), gaps.ravel(), DIFFER, opacity=0.7, hoverinfo="skip", **LOWER),
        _line(drawn.x, drawn.grad, BACKWARD, 3, words["backward"], **LOWER),
        markers(
            x.astype(np.float32),
            rings.astype(np.float32),
            marker=ring,
            cliponaxis=False,
            customdata=[digits(value, 6) for value in difference.tolist()],
            hovertemplate=_hover(words["difference"], "%{customdata}"),
            **LOWER,
        ),
        _places(at.x, at.grad, BACKWARD, words["backward"], **LOWER),
    ]


def _line(x: np.ndarray, y: np.ndarray, color: str, width: int, name: str, **axis: str) -> Part:
    """Return a line whose values are shown under the mouse."""
    return line(x.astype(np.float32), y, color, width, hovertemplate=_hover(name), **axis)


def _places(x: np.ndarray, y: np.ndarray, color: str, name: str, **axis: str) -> Part:
    """Return the three places that gradcheck looks at, the one you choose the largest."""
    more = {"hovertemplate": _hover(name), "cliponaxis": False, **axis}
    style = {"color": color, "size": [8, 13, 8], "opacity": 1}
    return markers(x.astype(np.float32), y.astype(np.float32), marker=style, **more)


def _hover(name: str, value: str = "%{y:.4g}") -> str:
    return f"x = %{{x:.4g}}<br>{name} = {value}<extra></extra>"


def _range(values: np.ndarray) -> list[float]:
    """Return an axis that shows all values, and 0, with some space."""
    low, high = min(float(values.min()), 0.0), max(float(values.max()), 0.0)
    space = 0.1 * (high - low) or 1.0
    return [low - space, high + space]


def _titles(words: Words, revealed: bool) -> list[Part]:
    """Return the title of each half, the lower one with the meaning of its lines."""
    legend = [
        f"<b style='color:{BACKWARD}'>━</b> {words['backward']}",
        f"○ {words['difference']}",
        f"<b style='color:{DIFFER}'>┃</b> {words['differ']}",
    ]
    paper: dict[str, Any] = {"xref": "paper", "yref": "paper", "yanchor": "bottom"}
    titles = [
        note(words["forward"], 0.5, 1, **paper),
        note("   ".join(legend) if revealed else words["slopes"], 0.5, 0.44, size=12, **paper),
    ]
    return titles if revealed else [*titles, note(words["unanswered"], 0.5, 0.18, MUTED, **paper)]


def _numbers(drawn: Curves, words: Words) -> Table:
    """Return every fourth place as a table."""
    rows = [
        [*(f"{value + 0.0:.6g}" for value in row), words["yes" if same else "no"]]
        for *row, same in zip(*(each[FEW].tolist() for each in drawn), strict=True)
    ]
    return table(words["columns"], rows)


# --- gradcheck's two tables -----------------------------------------------------------------------

LEFT, TOP, BETWEEN = 0.95, 1.25, 0.2  # cells kept free: for names of inputs, of outputs, between


def jacobians(tables: Jacobians, words: Words = WORDS, revealed: bool = True) -> Figure:
    """Draw the two tables of nine numbers that gradcheck compares, those that differ marked.

    Args:
        tables: what ``lib.lessons.autograd.custom_function.gradcheck.jacobians`` returns.
        words: what is written, with the keys of ``WORDS``.
        revealed: whether the numbers are shown; a question asks for them.
    """
    starts = (LEFT, 2 * LEFT + 3 + BETWEEN)
    traces: list[Part] = []
    heads: list[tuple[float, float, str]] = []
    pairs = ((tables.numerical, words["numerical"]), (tables.analytical, words["backward"]))
    for left, (values, name) in zip(starts, pairs, strict=True):
        traces += grid(
            values,
            left=left,
            top=TOP,
            fill=(~tables.agrees).astype(float) if revealed else np.zeros((3, 3)),
            colors=(RAISED, DIFFER_FILL),
            texts=None if revealed else np.full((3, 3), "?"),
        )
        heads.append((left + 1.5, 0.32, f"<b>{name}</b>"))
        heads += [(left + i + 0.5, 0.95, f"y[{i}]") for i in range(3)]
        heads += [
            (left - 0.45, TOP + i + 0.5, f"x={short(x)}") for i, x in enumerate(tables.x.tolist())
        ]
    across, down, texts = zip(*heads, strict=True)
    shape = layout(starts[1] + 3, TOP + 3, 34)
    if revealed:
        shape["meta"] = {"numbers": _cells(tables, words)}
    return Figure(data=[*traces, text(across, down, texts)], layout=shape)


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
