"""Curves of activations and losses, and how steep they are."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from lib.core.i18n import mark
from lib.lessons.models.layers.curves import Curve
from lib.plots.figure import Figure
from lib.plots.palette import CATEGORIES, GRID, MUTED, NEGATIVE, TEXT

WORDS = {
    "value": mark("value"),
    "loss": mark("loss of one prediction"),
    "slope": mark("gradient"),
    "hidden": mark("hidden until you answer"),
    "difference": mark("finite difference"),
}
SLOPE = CATEGORIES[2]
EVERY = 10  # places from one row of the table to the next


def activation(result: Any, hidden: bool = False, words: Mapping[str, str] = WORDS) -> Figure:
    """Draw an activation's curve with its tangent, and its gradient below."""
    return _curve(result.curve, words["value"], hidden, words)


def loss(result: Any, hidden: bool = False, words: Mapping[str, str] = WORDS) -> Figure:
    """Draw the loss of one prediction with its tangent, and its gradient below."""
    return _curve(result.curve, words["loss"], hidden, words)


def _curve(curve: Curve, title: str, hidden: bool, words: Mapping[str, str]) -> Figure:
    reach = np.array([curve.at - 1.2, curve.at + 1.2])
    tangent = curve.value + curve.slope * (reach - curve.at)
    above = [_line(curve.x, curve.y, TEXT, "y", 2), _dot(curve.at, curve.value, TEXT, "y")]
    below = [_line(curve.x[:1], np.array([np.nan]), SLOPE, "y2", 2)]
    if not hidden:
        above.insert(1, _line(reach, tangent, SLOPE, "y", 4))
        below = [
            _line(curve.x, curve.gradient, SLOPE, "y2", 3),
            _dot(curve.at, curve.slope, SLOPE, "y2"),
            {
                **_dot(curve.at, curve.difference, NEGATIVE, "y2"),
                "marker": {
                    "symbol": "circle-open",
                    "size": 16,
                    "color": NEGATIVE,
                    "line": {"width": 2.5},
                },
            },
        ]
    rows = [
        [f"{x:.3g}", f"{y:.4g}", f"{slope:.4g}"]
        for x, y, slope in zip(
            curve.x[::EVERY].tolist(),
            curve.y[::EVERY].tolist(),
            curve.gradient[::EVERY].tolist(),
            strict=True,
        )
    ]
    table = {"columns": ["x", title, words["slope"]], "rows": rows}
    notes = [_note(title, 1.0), _note(words["slope"], 0.4, SLOPE)]
    notes.append(
        _note(words["hidden"], 0.25)
        if hidden
        else _note(f"○ {words['difference']}", 0.4, NEGATIVE, "right")
    )
    return Figure(
        data=[*above, *below],
        layout={
            "height": 430,
            "margin": {"l": 44, "r": 10, "t": 26, "b": 36},
            "showlegend": False,
            "xaxis": {"range": [-4.1, 4.1], "dtick": 1, "anchor": "y2", "title": {"text": "x"}},
            "yaxis": {"domain": [0.54, 1], "range": _range(curve.y), "gridcolor": GRID},
            "yaxis2": {
                "domain": [0, 0.4],
                "range": [-1, 1] if hidden else _range(curve.gradient),
                "gridcolor": GRID,
                "showticklabels": not hidden,
            },
            "annotations": notes,
            "meta": None if hidden else {"numbers": table},
        },
    )


def _range(values: np.ndarray) -> list[float]:
    """Return the ends of an axis that holds all values and zero, with some room."""
    low, high = min(0.0, float(values.min())), max(0.0, float(values.max()))
    room = 0.08 * max(high - low, 0.5)
    return [low - room, high + room]


def _line(x: np.ndarray, y: np.ndarray, color: str, axis: str, width: int) -> dict[str, object]:
    return {
        "type": "scatter",
        "mode": "lines",
        "x": x.astype(np.float32),
        "y": y.astype(np.float32),
        "yaxis": axis,
        "line": {"color": color, "width": width},
        "hovertemplate": "%{x:.3g}: %{y:.4g}<extra></extra>",
    }


def _dot(x: float, y: float, color: str, axis: str) -> dict[str, object]:
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [x],
        "y": [y],
        "yaxis": axis,
        "marker": {"color": color, "size": 11},
        "cliponaxis": False,
        "hovertemplate": "%{x:.3g}: %{y:.4g}<extra></extra>",
    }


def _note(text: str, y: float, color: str = MUTED, side: str = "left") -> dict[str, object]:
    return {
        "text": text,
        "x": 0 if side == "left" else 1,
        "y": y,
        "xref": "paper",
        "yref": "paper",
        "xanchor": side,
        "yanchor": "bottom",
        "showarrow": False,
        "font": {"size": 13, "color": color},
    }
