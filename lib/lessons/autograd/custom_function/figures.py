"""Pictures of a layer of your own: its curve, its two slopes, and what gradcheck compares."""

from collections.abc import Mapping

import numpy as np

from lib.core.i18n import mark
from lib.lessons.autograd.custom_function.lesson import Checked
from lib.lessons.autograd.custom_function.views import Curves, Jacobians
from lib.plots.cells import grid, layout
from lib.plots.figure import Figure
from lib.plots.numbers import short
from lib.plots.palette import CATEGORIES, GRID, MUTED, RAISED, TEXT

# What is written in the pictures; a page passes its own, in its own language.
WORDS = {
    "forward": mark("forward: y"),
    "slopes": mark("the way back: x.grad"),
    "backward": mark("backward"),
    "difference": mark("finite difference"),
    "apart": mark("they differ"),
    "hidden": mark("hidden until you answer"),
    "numerical": mark("finite differences"),
    "columns": mark("x, y, backward, finite difference, agree"),
    "cells": mark("input, output, finite difference, backward, agree"),
    "yes": mark("yes"),
    "no": mark("no"),
}
BACKWARD, APART = CATEGORIES[2], CATEGORIES[5]
APART_FILL = "rgba(213, 94, 0, 0.45)"  # APART, seen through
LARGEST = 1e3  # a finite difference across a jump is larger, and would flatten all else
EVERY = 4  # places from one ring to the next
HEIGHT = 430


def slopes(
    drawn: Curves, at: Checked, words: Mapping[str, str] = WORDS, guess: bool = False
) -> Figure:
    """Draw a layer's curve, and below it what backward returns against the finite differences.

    Args:
        drawn: what ``lib.lessons.autograd.custom_function.views.curves`` returns.
        at: what ``check_backward`` returns: the three places.
        words: what is written, with the keys of ``WORDS``.
        guess: leave the way back out: the visitor is to guess it.

    Returns:
        A figure with every fourth place in ``layout.meta["numbers"]``.
    """
    few = slice(None, None, EVERY)
    near = np.where(np.abs(drawn.difference) < LARGEST, drawn.difference, np.nan)
    low, high = _range(np.concatenate([drawn.grad, near[~np.isnan(near)], at.grad]))
    rings, symbols = _rings(drawn.difference[few], low, high)
    # Plotly forgets an axis that no trace is drawn on: so there is always one.
    nothing = _line(drawn.x[:1], np.array([np.nan]), {}, "y2", "y")
    below = [nothing] if guess else _way_back(drawn, at, rings, symbols, words)
    return Figure(
        data=[
            _line(drawn.x, drawn.y, {"color": TEXT, "width": 2}, "y", "y"),
            _dots(at.x, at.y, TEXT, "y", "y"),
            *below,
        ],
        layout={
            "height": HEIGHT,
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
                "range": [-1, 1] if guess else [low, high],
                "gridcolor": GRID,
                "showticklabels": not guess,
            },
            "annotations": _titles(words, guess),
            "meta": None if guess else {"numbers": _numbers(drawn, words)},
        },
    )


def _way_back(
    drawn: Curves, at: Checked, rings: np.ndarray, symbols: list[str], words: Mapping[str, str]
) -> list[dict[str, object]]:
    """Return the lower half: backward as a line, finite differences as rings, gaps between."""
    few = slice(None, None, EVERY)
    x, grad, off = drawn.x[few], drawn.grad[few], ~drawn.agrees[few]
    gaps = np.full((off.sum(), 3, 2), np.nan, dtype=np.float32)
    gaps[:, 0] = np.stack([x[off], grad[off]], axis=1)
    gaps[:, 1] = np.stack([x[off], rings[off]], axis=1)
    across, down = gaps.reshape(-1, 2).T
    return [
        {
            "type": "scatter",
            "mode": "lines",
            "x": across.copy(),
            "y": down.copy(),
            "yaxis": "y2",
            "line": {"color": APART, "width": 2},
            "opacity": 0.7,
            "hoverinfo": "skip",
        },
        _line(drawn.x, drawn.grad, {"color": BACKWARD, "width": 3}, "y2", words["backward"]),
        {
            "type": "scatter",
            "mode": "markers",
            "x": x.astype(np.float32),
            "y": rings.astype(np.float32),
            "yaxis": "y2",
            "marker": {"color": TEXT, "size": 7, "symbol": symbols, "line": {"width": 1.5}},
            "cliponaxis": False,
            "customdata": [f"{value:.6g}" for value in drawn.difference[few].tolist()],
            "hovertemplate": f"x = %{{x:.4g}}<br>{words['difference']} = %{{customdata}}"
            "<extra></extra>",
        },
        _dots(at.x, at.grad, BACKWARD, "y2", words["backward"]),
    ]


def _line(
    x: np.ndarray, y: np.ndarray, style: dict[str, object], axis: str, name: str
) -> dict[str, object]:
    """Return a trace of a line."""
    return {
        "type": "scatter",
        "mode": "lines",
        "x": x.astype(np.float32),
        "y": y.astype(np.float32),
        "yaxis": axis,
        "line": style,
        "hovertemplate": f"x = %{{x:.4g}}<br>{name} = %{{y:.4g}}<extra></extra>",
    }


def _dots(x: np.ndarray, y: np.ndarray, color: str, axis: str, name: str) -> dict[str, object]:
    """Return the three places that gradcheck looks at, the one you choose the largest."""
    return {
        **_line(x, y, {}, axis, name),
        "mode": "markers",
        "marker": {"color": color, "size": [8, 13, 8], "opacity": 1},
        "cliponaxis": False,
    }


def _rings(difference: np.ndarray, low: float, high: float) -> tuple[np.ndarray, list[str]]:
    """Return where each finite difference is drawn, and as what: far too large ones as arrows."""
    away = np.abs(difference) >= LARGEST
    edge = np.where(difference > 0, high, low)
    symbols = [
        "circle-open" if not out else "triangle-up" if value > 0 else "triangle-down"
        for out, value in zip(away, difference, strict=True)
    ]
    return np.where(away, edge, difference), symbols


def _range(values: np.ndarray) -> list[float]:
    """Return an axis that shows all values, and 0, with some space."""
    low, high = min(float(values.min()), 0.0), max(float(values.max()), 0.0)
    space = 0.1 * (high - low) or 1.0
    return [low - space, high + space]


def _titles(words: Mapping[str, str], guess: bool) -> list[dict[str, object]]:
    """Return the title of each half, the lower one with the meaning of its lines."""
    parts = [
        f"<b style='color:{BACKWARD}'>━</b> {words['backward']}",
        f"○ {words['difference']}",
        f"<b style='color:{APART}'>┃</b> {words['apart']}",
    ]
    title = {"xref": "paper", "yref": "paper", "showarrow": False, "x": 0.5, "yanchor": "bottom"}
    upper = {**title, "y": 1, "text": words["forward"], "font": {"size": 13}}
    lower = {**title, "y": 0.44, "text": "   ".join(parts), "font": {"size": 12}}
    if guess:
        lower["text"] = words["slopes"]
        middle = {**title, "y": 0.18, "text": words["hidden"], "font": {"color": MUTED, "size": 13}}
        return [upper, lower, middle]
    return [upper, lower]


def _numbers(drawn: Curves, words: Mapping[str, str]) -> dict[str, object]:
    """Return every fourth place as a table."""
    few = slice(None, None, EVERY)
    rows = [
        [*(f"{value + 0.0:.6g}" for value in row), words["yes"] if same else words["no"]]
        for *row, same in zip(*(each[few].tolist() for each in drawn), strict=True)
    ]
    return {"columns": words["columns"].split(", "), "rows": rows}


# --- gradcheck's two tables -----------------------------------------------------------------------

LEFT, TOP, BETWEEN = 0.95, 1.25, 0.2  # cells kept free: for names of inputs, of outputs, between


def jacobians(tables: Jacobians, words: Mapping[str, str] = WORDS, guess: bool = False) -> Figure:
    """Draw the two tables of nine numbers that gradcheck compares, those that differ marked.

    Args:
        tables: what ``lib.lessons.autograd.custom_function.views.jacobians`` returns.
        words: what is written, with the keys of ``WORDS``.
        guess: leave the numbers out.
    """
    starts = (LEFT, 2 * LEFT + 3 + BETWEEN)
    traces: list[dict[str, object]] = []
    at = tables.x.tolist()
    heads: list[tuple[float, float, str]] = []
    pairs = ((tables.numerical, words["numerical"]), (tables.analytical, words["backward"]))
    for left, (values, name) in zip(starts, pairs, strict=True):
        traces += grid(
            values,
            left=left,
            top=TOP,
            fill=np.zeros((3, 3)) if guess else (~tables.agrees).astype(float),
            colors=(RAISED, APART_FILL),
            texts=np.full((3, 3), "?") if guess else None,
        )
        heads.append((left + 1.5, 0.32, f"<b>{name}</b>"))
        heads += [(left + i + 0.5, 0.95, f"y[{i}]") for i in range(3)]
        heads += [(left - 0.45, TOP + i + 0.5, f"x={short(x)}") for i, x in enumerate(at)]
    across, down, texts = zip(*heads, strict=True)
    traces.append(
        {
            "type": "scatter",
            "mode": "text",
            "x": across,
            "y": down,
            "text": texts,
            "textfont": {"color": TEXT, "size": 12},
            "hoverinfo": "skip",
        }
    )
    shape = layout(starts[1] + 3, TOP + 3, 34)
    if not guess:
        shape["meta"] = {"numbers": _cells(tables, words)}
    return Figure(data=traces, layout=shape)


def _cells(tables: Jacobians, words: Mapping[str, str]) -> dict[str, object]:
    """Return the nine pairs of numbers as a table."""
    rows = [
        [
            f"x = {tables.x[i]:.4g}",
            f"y[{j}]",
            f"{tables.numerical[i, j] + 0.0:.8g}",
            f"{tables.analytical[i, j] + 0.0:.8g}",
            words["yes"] if tables.agrees[i, j] else words["no"],
        ]
        for i in range(3)
        for j in range(3)
    ]
    return {"columns": words["cells"].split(", "), "rows": rows}
