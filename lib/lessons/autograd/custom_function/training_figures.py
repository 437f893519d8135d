"""Training with an autograd function of your own: the fit of the sine, and the map of a disk."""

from typing import Any

import numpy as np

from lib.core.i18n import Words, mark
from lib.lessons.autograd.custom_function.sign_network import Learned
from lib.lessons.autograd.custom_function.sine_fit import Fit
from lib.plots.figure import Figure
from lib.plots.numbers import digits, table
from lib.plots.palette import CATEGORIES, GRID, MUTED, NEGATIVE, POSITIVE, TEXT, translucent
from lib.plots.traces import Part, drawing, hidden_axis, line, markers, note

WORDS = {
    "fit": mark("the fit"),
    "loss": mark("loss"),
    "steps": mark("steps"),
    "fitted": mark("After {step} steps: loss {loss}, y = {a} + {b} · P({c} + {d} x)"),
    "fit_columns": (mark("steps"), mark("loss"), "a", "b", "c", "d"),
    "loss_columns": (mark("steps"), mark("loss")),
}
FIT = CATEGORIES[2]
INSIDE, OUTSIDE = translucent(POSITIVE, 0.35), translucent(NEGATIVE, 0.3)
BELOW: dict[str, Any] = {"xaxis": "x2", "yaxis": "y2"}


def fit(record: Fit, words: Words = WORDS, revealed: bool = True) -> Figure:
    """Draw the sine, the fit after each 50 steps, and below them the loss on a log axis.

    Args:
        record: what ``fit_sine`` returns.
        words: what is written, with the keys of ``WORDS``.
        revealed: whether more than the beginning is shown; a question asks for the end.
    """
    # Numbers too large for the browser are drawn at the edge; nan is not drawn at all.
    curves = np.clip(record.curves, -1e30, 1e30).astype(np.float32)
    losses = np.clip(record.losses, 1e-30, 1e30).astype(np.float32)
    steps, x = record.steps.astype(np.float32), record.x.astype(np.float32)
    seen = len(steps) if revealed else 1
    low, high = _decades(losses[:seen])
    hover = "x = %{x:.3g}<br>y = %{y:.4g}<extra></extra>"
    here = markers(steps[:1], losses[:1], FIT, 12, cliponaxis=False, hoverinfo="skip", **BELOW)
    return Figure(
        data=[
            line(x, np.sin(x), dash="dot", hovertemplate="sin(%{x:.3g}) = %{y:.4g}<extra></extra>"),
            line(
                steps[:seen],
                losses[:seen],
                MUTED,
                hovertemplate="%{x}: %{y:.4g}<extra></extra>",
                **BELOW,
            ),
            line(x, curves[0], FIT, 3, hovertemplate=hover),
            here,
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
            for i in range(seen if revealed else 0)
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
            "meta": {"numbers": table(words["fit_columns"], _rows(record)), "pause": 150}
            if revealed
            else None,
        },
    )


def _decades(losses: np.ndarray) -> tuple[float, float]:
    """Return the powers of ten between which the losses lie, at least from 1 to 10 000."""
    seen = losses[np.isfinite(losses)]
    low, high = np.log10(seen.min()), np.log10(seen.max())
    return min(float(np.floor(low)), 0.0), min(max(float(np.ceil(high)), 4.0), 12.0)


def _title(words: str, y: float) -> Part:
    """Return the title of one half of the picture."""
    return note(words, 0.5, y, xref="paper", yref="paper", yanchor="bottom")


def _caption(record: Fit, i: int, words: Words) -> str:
    """Return the caption of one moment of the fit."""
    a, b, c, d = (_short(weight) for weight in record.weights[i].tolist())
    loss = _short(float(record.losses[i]))
    return str(words["fitted"].format(step=record.steps[i], loss=loss, a=a, b=b, c=c, d=d))


def _short(number: float) -> str:
    """Return a number with four digits; what is as good as zero as 0."""
    return "0" if abs(number) < 1e-6 else digits(number)


def _rows(record: Fit) -> list[list[str]]:
    """Return the fit every 100 steps: step, loss and weights."""
    every = zip(*(each[::2].tolist() for each in record[:3]), strict=True)
    return [[str(step), *map(_short, (loss, *weights))] for step, loss, weights in every]


ENDS = (-1.02, 1.02)  # of the square around the disk


def disk(record: Learned, words: Words = WORDS) -> Figure:
    """Draw what a network predicts everywhere, the points it learns from, and the true disk.

    Args:
        record: what ``learn_with_sign`` returns.
        words: what is written, with the keys of ``WORDS``.
    """
    step, radius = 2 / (len(record.predicted) - 1), float(np.sqrt(0.5))
    rows = [[str(10 * i), f"{loss:.4f}"] for i, loss in enumerate(record.losses[::10].tolist())]
    x, y = record.points.T.copy()
    points = {
        "color": [POSITIVE if inside else NEGATIVE for inside in record.inside],
        "size": 6,
        "line": {"color": TEXT, "width": 0.7},
    }
    return Figure(
        data=[
            {
                "type": "heatmap",
                "z": record.predicted,
                **{"x0": -1, "dx": step, "y0": -1, "dy": step},
                "zmin": 0,
                "zmax": 1,
                "colorscale": [[0, OUTSIDE], [0.5, OUTSIDE], [0.5, INSIDE], [1, INSIDE]],
                "showscale": False,
                "hoverinfo": "skip",
            },
            markers(x, y, marker=points, hoverinfo="skip"),
        ],
        layout=drawing(
            360,
            ENDS,
            ENDS,
            margin=dict.fromkeys("lrtb", 8),
            yaxis=hidden_axis(*ENDS, scaleanchor="x"),
            shapes=[
                {
                    "type": "circle",
                    **{"x0": -radius, "x1": radius, "y0": -radius, "y1": radius},
                    "line": {"color": TEXT, "width": 2, "dash": "dot"},
                }
            ],
            meta={"numbers": table(words["loss_columns"], rows)},
        ),
    )
