"""Curves of runs, as TensorBoard draws them: what was written, faint, and smoothed."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from lib.core.i18n import mark
from lib.lessons.inside.charts.figures_pictures import png
from lib.lessons.inside.charts.lesson import Line
from lib.lessons.inside.charts.questions import Spike
from lib.plots.figure import Figure
from lib.plots.palette import CATEGORIES, MUTED, POSITIVE
from lib.tensorboard.records import Picture

# What is written in the pictures; a page passes its own, in its own language.
WORDS = {
    "step": mark("step"),
    "relative": mark("seconds since the run's first point"),
    "wall": mark("time of day, UTC"),
    "run": mark("run"),
    "points": mark("points"),
    "last_step": mark("last step"),
    "last": mark("last value"),
    "smoothed": mark("smoothed"),
    "least": mark("least"),
    "raw": mark("written, with the spike"),
    "plain": mark("smoothed, without the spike"),
    "smooth": mark("smoothed, with the spike"),
    "none": mark("Choose a run."),
    "size": mark("width × height"),
}
HEIGHT = 380
MARGIN = {"l": 56, "r": 12, "t": 34, "b": 44}
LEGEND = {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"}


def scalars(
    lines: Sequence[Line],
    places: Sequence[int],
    axis: str,
    log: bool,
    span: tuple[float, float] | None,
    words: Mapping[str, str] = WORDS,
) -> Figure:
    """Draw one tag of several runs.

    Args:
        lines: one for each run.
        places: which color each has: that of its place among all runs.
        axis: what is drawn to the right.
        log: whether upwards goes by factors.
        span: what the vertical axis shows; None for everything.
        words: what the picture says, with the keys of ``WORDS``.
    """
    traces: list[dict[str, Any]] = []
    for each, place in zip(lines, places, strict=True):
        color = CATEGORIES[place % len(CATEGORIES)]
        common = {"type": "scatter", "mode": "lines", "x": each.x, "legendgroup": each.name}
        name = f"{each.name}: %{{y:.4g}}<extra></extra>"
        few = {"mode": "lines+markers", "marker": {"size": 5}} if len(each.x) < 40 else {}
        traces += [
            {**common, "y": each.raw, "line": {"color": color, "width": 1}, "opacity": 0.35,
             "showlegend": False, "hoverinfo": "skip"},
            {**common, **few, "y": each.smooth, "line": {"color": color, "width": 2.5},
             "name": each.name, "hovertemplate": name},
        ]  # fmt: skip
    upwards: dict[str, Any] = {"type": "log" if log else "linear", "zeroline": False}
    if log:
        upwards |= {"dtick": "D2", "tickformat": ".2~g"}
    if span:
        upwards["range"] = _padded(span, log)
    return Figure(
        traces,
        {
            "height": HEIGHT,
            "margin": MARGIN,
            "legend": LEGEND,
            "showlegend": True,
            "hovermode": "x",
            "xaxis": {
                "title": {"text": words[axis], "standoff": 6},
                "type": "date" if axis == "wall" else "linear",
                "zeroline": False,
                "nticks": 6,
            },
            "yaxis": upwards,
            "annotations": [] if lines else [_note(words["none"])],
            "meta": {"numbers": _table(lines, words)},
        },
    )


def _padded(span: tuple[float, float], log: bool) -> list[float]:
    """Return the ends of an axis with a little room on both sides."""
    low, high = span
    if log:
        low, high = (float(np.log10(max(value, 1e-12))) for value in span)
    room = 0.05 * (high - low) or 0.05
    return [low - room, high + room]


def _note(words: str) -> dict[str, Any]:
    return {
        "text": words, "xref": "paper", "yref": "paper", "x": 0.5, "y": 0.5, "showarrow": False,
    }  # fmt: skip


def _table(lines: Sequence[Line], words: Mapping[str, str]) -> dict[str, Any]:
    columns = [words[key] for key in ("run", "points", "last_step", "last", "smoothed", "least")]
    rows = [
        [each.name, len(each.raw), int(each.steps[-1]), float(each.raw[-1]),
         float(each.smooth[-1]), float(np.min(each.raw))]
        for each in lines
    ]  # fmt: skip
    return {"columns": columns, "rows": rows}


def spike(found: Spike, words: Mapping[str, str] = WORDS) -> Figure:
    """Draw a curve with a spike of 1, and what smoothing makes of it."""
    kinds = (
        ("raw", found.raw, {"color": MUTED, "width": 1}),
        ("plain", found.plain, {"color": POSITIVE, "width": 2, "dash": "dot"}),
        ("smooth", found.smooth, {"color": POSITIVE, "width": 2.5}),
    )
    near = range(max(0, found.place - 2), min(len(found.steps), found.place + 9))
    return Figure(
        [
            {"type": "scatter", "mode": "lines", "name": words[key], "x": found.steps.astype("f8"),
             "y": values.astype(np.float32), "line": line, "hovertemplate": "%{y:.4g}"}
            for key, values, line in kinds
        ],
        {
            "height": 300,
            "margin": {**MARGIN, "t": 74},
            "legend": LEGEND,
            "hovermode": "x",
            "xaxis": {"title": {"text": words["step"], "standoff": 6}, "zeroline": False},
            "yaxis": {"zeroline": False},
            "meta": {
                "numbers": {
                    "columns": [words[key] for key in ("step", "raw", "plain", "smooth")],
                    "rows": [
                        [int(found.steps[i]), *(float(values[i]) for _, values, _ in kinds)]
                        for i in near
                    ],
                }
            },
        },
    )  # fmt: skip


def images(pictures: Sequence[Picture], words: Mapping[str, str] = WORDS) -> Figure:
    """Draw pictures one step after the other, played and scrubbed in the browser."""
    hidden = {"visible": False, "fixedrange": True}

    def shown(picture: Picture) -> dict[str, Any]:
        return {
            "images": [
                {"source": png(picture.png), "xref": "x", "yref": "y", "x": 0, "y": 0, "sizex": 1,
                 "sizey": 1, "xanchor": "left", "yanchor": "bottom", "sizing": "contain"}
            ]
        }  # fmt: skip

    wide = max(picture.width for picture in pictures)
    high = max(picture.height for picture in pictures)
    rows = [
        [picture.step, f"{picture.width} × {picture.height}", len(picture.png)]
        for picture in pictures
    ]
    return Figure(
        [{"type": "scatter", "x": [0, 1], "y": [0, 1], "mode": "markers", "opacity": 0,
          "hoverinfo": "skip"}],
        {
            "height": min(380, max(190, round(480 * high / wide))),
            "margin": {"l": 4, "r": 4, "t": 4, "b": 4},
            "showlegend": False,
            "dragmode": False,
            "xaxis": {**hidden, "range": [0, 1]},
            "yaxis": {**hidden, "range": [0, 1]},
            **shown(pictures[0]),
            "meta": {
                "pause": 500,
                "numbers": {
                    "columns": [words["step"], words["size"], "bytes"], "rows": rows,
                },
            },
        },
        [
            {"name": f"{words['step']} {picture.step}", "data": [], "traces": [],
             "layout": shown(picture)}
            for picture in pictures
        ],
    )  # fmt: skip
