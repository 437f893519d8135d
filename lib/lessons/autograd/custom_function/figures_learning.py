"""Pictures of learning with a layer of your own: the fit of the sine, and the map of a disk."""

from collections.abc import Mapping

import numpy as np

from lib.core.i18n import mark
from lib.lessons.autograd.custom_function.fit import Fit
from lib.lessons.autograd.custom_function.sign import Learned
from lib.plots.figure import Figure
from lib.plots.palette import CATEGORIES, GRID, MUTED, NEGATIVE, POSITIVE, TEXT

# What is written in the pictures; a page passes its own, in its own language.
WORDS = {
    "fit": mark("the fit"),
    "loss": mark("loss"),
    "steps": mark("steps"),
    "fitted": mark("After {step} steps: loss {loss}, y = {a} + {b} · P({c} + {d} x)"),
    "fit_columns": mark("steps, loss, a, b, c, d"),
    "loss_columns": mark("steps, loss"),
}
FIT = CATEGORIES[2]
# POSITIVE and NEGATIVE, seen through.
INSIDE, OUTSIDE = "rgba(8, 119, 189, 0.35)", "rgba(245, 147, 34, 0.3)"


def fit(record: Fit, words: Mapping[str, str] = WORDS, guess: bool = False) -> Figure:
    """Draw the sine, the fit after each 50 steps, and below them the loss on a log axis.

    Args:
        record: what ``lib.lessons.autograd.custom_function.fit.fit_sine`` returns.
        words: what is written, with the keys of ``WORDS``.
        guess: show the beginning only: the visitor is to guess the end.
    """
    # Numbers too large for the browser are drawn at the edge; nan is not drawn at all.
    curves = np.clip(record.curves, -1e30, 1e30).astype(np.float32)
    losses = np.clip(record.losses, 1e-30, 1e30).astype(np.float32)
    steps, x = record.steps.astype(np.float32), record.x.astype(np.float32)
    scatter = {"type": "scatter", "mode": "lines"}
    here = {"type": "scatter", "mode": "markers", "xaxis": "x2", "yaxis": "y2"}
    low, high = _decades(losses[:1] if guess else losses)
    shown = 1 if guess else len(steps)
    return Figure(
        data=[
            {
                **scatter,
                "x": x,
                "y": np.sin(x),
                "line": {"color": TEXT, "width": 2, "dash": "dot"},
                "hovertemplate": "sin(%{x:.3g}) = %{y:.4g}<extra></extra>",
            },
            {
                **scatter,
                "x": steps[:shown],
                "y": losses[:shown],
                "xaxis": "x2",
                "yaxis": "y2",
                "line": {"color": MUTED, "width": 2},
                "hovertemplate": "%{x}: %{y:.4g}<extra></extra>",
            },
            {
                **scatter,
                "x": x,
                "y": curves[0],
                "line": {"color": FIT, "width": 3},
                "hovertemplate": "x = %{x:.3g}<br>y = %{y:.4g}<extra></extra>",
            },
            {
                **here,
                "x": steps[:1],
                "y": losses[:1],
                "marker": {"color": FIT, "size": 12},
                "cliponaxis": False,
                "hoverinfo": "skip",
            },
        ],
        frames=[
            {
                "name": _caption(record, i, words),
                "data": [
                    {"type": "scatter", "y": curves[i]},
                    {"type": "scatter", "x": steps[i : i + 1], "y": losses[i : i + 1]},
                ],
                "traces": [2, 3],
            }
            for i in range(len(steps))
        ],
        layout={
            "height": 430,
            "margin": {"l": 52, "r": 12, "t": 26, "b": 40},
            "showlegend": False,
            "xaxis": {"range": [-3.2, 3.2], "dtick": 1, "domain": [0, 1], "anchor": "y"},
            "yaxis": {"range": [-1.8, 1.8], "domain": [0.5, 1], "gridcolor": GRID},
            "xaxis2": {
                "range": [-40, float(steps[-1]) + 40],
                "anchor": "y2",
                "title": {"text": words["steps"]},
            },
            "yaxis2": {
                "type": "log",
                "range": [low, high],
                "domain": [0, 0.3],
                "gridcolor": GRID,
                "dtick": 1 if high - low < 6 else None,
            },
            "annotations": [
                _title(f"·· sin(x)   <b style='color:{FIT}'>━</b> {words['fit']}", 1),
                _title(words["loss"], 0.31),
            ],
            "meta": {"numbers": _fit_numbers(record, words), "pause": 150},
        },
    )


def _decades(losses: np.ndarray) -> tuple[float, float]:
    """Return the powers of ten between which the losses lie, at least from 1 to 10 000."""
    seen = losses[np.isfinite(losses)]
    low, high = np.log10(seen.min()), np.log10(seen.max())
    return min(float(np.floor(low)), 0.0), min(max(float(np.ceil(high)), 4.0), 12.0)


def _title(text: str, y: float) -> dict[str, object]:
    """Return the title of one half of the picture."""
    return {
        "xref": "paper",
        "yref": "paper",
        "x": 0.5,
        "y": y,
        "yanchor": "bottom",
        "showarrow": False,
        "text": text,
        "font": {"size": 13},
    }


def _caption(record: Fit, i: int, words: Mapping[str, str]) -> str:
    """Return what is said of one moment of the fit."""
    a, b, c, d = (_short(weight) for weight in record.weights[i].tolist())
    loss = _short(float(record.losses[i]))
    return words["fitted"].format(step=record.steps[i], loss=loss, a=a, b=b, c=c, d=d)


def _short(number: float) -> str:
    """Return a number with four digits and a true minus; what is as good as zero as 0."""
    return "0" if abs(number) < 1e-6 else f"{number:.4g}".replace("-", "−")


def _fit_numbers(record: Fit, words: Mapping[str, str]) -> dict[str, object]:
    """Return the fit as a table, every 100 steps."""
    rows = [
        [str(step), *(_short(value) for value in (loss, *weights))]
        for step, loss, weights in zip(
            record.steps[::2].tolist(),
            record.losses[::2].tolist(),
            record.weights[::2].tolist(),
            strict=True,
        )
    ]
    return {"columns": words["fit_columns"].split(", "), "rows": rows}


def disk(record: Learned, words: Mapping[str, str] = WORDS) -> Figure:
    """Draw what a network says of every place, the points it learns from, and the true disk.

    Args:
        record: what ``lib.lessons.autograd.custom_function.sign.learn_with_sign`` returns.
        words: what is written, with the keys of ``WORDS``.
    """
    side, radius = len(record.says), float(np.sqrt(0.5))
    grid = {"x0": -1, "dx": 2 / (side - 1), "y0": -1, "dy": 2 / (side - 1)}
    axis = {"visible": False, "fixedrange": True, "range": [-1.02, 1.02]}
    return Figure(
        data=[
            {
                "type": "heatmap",
                "z": record.says,
                **grid,
                "zmin": 0,
                "zmax": 1,
                "colorscale": [[0, OUTSIDE], [0.5, OUTSIDE], [0.5, INSIDE], [1, INSIDE]],
                "showscale": False,
                "hoverinfo": "skip",
            },
            {
                "type": "scatter",
                "mode": "markers",
                "x": record.points[:, 0],
                "y": record.points[:, 1],
                "marker": {
                    "color": [POSITIVE if inside else NEGATIVE for inside in record.inside],
                    "size": 6,
                    "line": {"color": TEXT, "width": 0.7},
                },
                "hoverinfo": "skip",
            },
        ],
        layout={
            "height": 360,
            "margin": {"l": 8, "r": 8, "t": 8, "b": 8},
            "showlegend": False,
            "dragmode": False,
            "xaxis": axis,
            "yaxis": {**axis, "scaleanchor": "x"},
            "shapes": [
                {
                    "type": "circle",
                    "x0": -radius,
                    "x1": radius,
                    "y0": -radius,
                    "y1": radius,
                    "line": {"color": TEXT, "width": 2, "dash": "dot"},
                }
            ],
            "meta": {"numbers": _losses(record, words)},
        },
    )


def _losses(record: Learned, words: Mapping[str, str]) -> dict[str, object]:
    """Return the loss before every tenth step as a table."""
    rows = [[str(10 * i), f"{loss:.4f}"] for i, loss in enumerate(record.losses[::10].tolist())]
    return {"columns": words["loss_columns"].split(", "), "rows": rows}
