"""Curves of runs, as TensorBoard draws them: what was written, faint, and smoothed; and images."""

import base64
from collections.abc import Sequence
from typing import Any

import numpy as np

from lib.core.i18n import Words, mark
from lib.lessons.inside.charts.lesson import STEPS, Line, Spike
from lib.plots.figure import Figure
from lib.plots.numbers import Table, table
from lib.plots.palette import CATEGORIES, MUTED, POSITIVE, TEXT
from lib.plots.traces import LEGEND_ABOVE, Part, axis, drawing, line, markers, note
from lib.tensorboard.records import Picture

WORDS: Words = {
    "step": mark("step"),
    "relative": mark("seconds since the run's first point"),
    "wall": mark("time of day, UTC"),
    "runs": (
        mark("run"), mark("points"), mark("last step"), mark("last value"), mark("smoothed"),
        mark("least"),
    ),
    "raw": mark("loss of each batch"),
    "plain": mark("smoothed, without the spike"),
    "smooth": mark("smoothed"),
    "spike": mark("a spike of 1"),
    "none": mark("Choose a run."),
    "images": (mark("step"), mark("width × height"), mark("bytes")),
    "losses": (mark("step"), mark("loss"), mark("smoothed")),
}  # fmt: skip
HEIGHT, STAGE_HEIGHT = 380, 320
MARGIN = {"l": 56, "r": 12, "t": 34, "b": 44}


def smoothing(
    found: Spike, frames: Sequence[tuple[int, str]], begin: int, end: int, words: Words = WORDS
) -> Figure:
    """Draw the losses of a run, and its moving average as it is computed step by step.

    Args:
        found: the losses and what smoothing makes of them.
        frames: for each frame, the step that it has come to, and its name.
        begin: the first step whose smoothed value may be seen.
        end: the last step of which the smoothed line with the spike may be seen.
        words: what the picture says, with the keys of ``WORDS``.
    """
    steps = np.arange(STEPS)

    def until(step: int) -> list[Part]:
        # A line grows by points that lie on its end until it comes to them.
        shown = [np.clip(steps, begin, max(begin, min(step, last))) for last in (STEPS, end)]
        lines = [
            {"x": x.tolist(), "y": values[x].tolist()}
            for x, values in zip(shown, (found.plain, found.smooth), strict=True)
        ]
        return [*lines, {"x": [step], "y": [float(found.raw[step])]}]

    plain, smooth, here = until(STEPS - 1)
    seen = steps[begin : end + 1]
    rows = [(int(i), float(found.raw[i]), float(found.smooth[i])) for i in seen]
    top = float(found.raw.max())
    unseen = [(begin / 2 - 0.5, begin)] * (begin > 0) + [(end + 1.0, end)] * (end < STEPS - 1)
    return Figure(
        data=[
            line(steps, found.raw, MUTED, 1, name=words["raw"], hovertemplate="%{y:.4g}"),
            {**line([], [], POSITIVE, 1.5, "dot", name=words["plain"], hoverinfo="skip"), **plain},
            {**line([], [], POSITIVE, 3, name=words["smooth"], hovertemplate="%{y:.4g}"), **smooth},
            {**markers([], [], TEXT, 9, showlegend=False, hoverinfo="skip"), **here},
        ],
        layout={
            "height": STAGE_HEIGHT,
            "margin": MARGIN,
            "legend": LEGEND_ABOVE,
            "showlegend": True,
            "hovermode": "x",
            "xaxis": axis(words["step"], range=[-0.6, STEPS - 0.4], zeroline=False),
            "yaxis": {"range": [0, top * 1.08], "zeroline": True, "fixedrange": True},
            "annotations": [
                note(words["spike"], found.place + 0.7, float(found.raw[found.place]), MUTED, 12,
                     xanchor="left"),
                *(note("?", x, float(found.smooth[place]), POSITIVE, yanchor="bottom")
                  for x, place in unseen),
            ],
            "meta": {"numbers": table(words["losses"], rows)},
        },
        frames=[
            {"name": name, "data": until(step), "traces": [1, 2, 3]} for step, name in frames
        ],
    )  # fmt: skip


def scalars(
    lines: Sequence[Line],
    places: Sequence[int],
    along: str,
    log: bool,
    span: tuple[float, float] | None,
    words: Words = WORDS,
) -> Figure:
    """Draw one tag of several runs.

    Args:
        lines: one for each run.
        places: which color each has: that of its place among all runs.
        along: what the horizontal axis shows.
        log: whether the vertical axis is logarithmic.
        span: what the vertical axis shows; None for everything.
        words: what the picture says, with the keys of ``WORDS``.
    """
    traces: list[dict[str, Any]] = []
    for each, place in zip(lines, places, strict=True):
        color = CATEGORIES[place % len(CATEGORIES)]
        few = {"mode": "lines+markers", "marker": {"size": 5}} if len(each.x) < 40 else {}
        traces += [
            line(each.x, each.raw, color, 1, opacity=0.35, showlegend=False, hoverinfo="skip",
                 legendgroup=each.name),
            {**line(each.x, each.smooth, color, 2.5, name=each.name, legendgroup=each.name,
                    hovertemplate=f"{each.name}: %{{y:.4g}}<extra></extra>"), **few},
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
            "legend": LEGEND_ABOVE,
            "showlegend": True,
            "hovermode": "x",
            "xaxis": {
                "title": {"text": words[along], "standoff": 6},
                "type": "date" if along == "wall" else "linear",
                "zeroline": False,
                "nticks": 6,
            },
            "yaxis": upwards,
            "annotations": []
            if lines
            else [note(words["none"], 0.5, 0.5, xref="paper", yref="paper")],
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


def _table(lines: Sequence[Line], words: Words) -> Table:
    rows = [
        [each.name, len(each.raw), int(each.steps[-1]), float(each.raw[-1]),
         float(each.smooth[-1]), float(np.min(each.raw))]
        for each in lines
    ]  # fmt: skip
    return table(words["runs"], rows)


def images(pictures: Sequence[Picture], words: Words = WORDS) -> Figure:
    """Draw pictures one step after the other, played and scrubbed in the browser."""

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
        [markers([0, 1], [0, 1], opacity=0, hoverinfo="skip")],
        {
            **drawing(min(380, max(190, round(480 * high / wide))), (0, 1), (0, 1)),
            **shown(pictures[0]),
            "meta": {"pause": 500, "numbers": table(words["images"], rows)},
        },
        [
            {"name": f"{words['step']} {picture.step}", "data": [], "traces": [],
             "layout": shown(picture)}
            for picture in pictures
        ],
    )  # fmt: skip


def png(data: bytes) -> str:
    """Return a PNG as the browser reads it."""
    return f"data:image/png;base64,{base64.b64encode(data).decode()}"
