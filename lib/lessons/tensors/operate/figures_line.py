"""One number on its way to another dtype, on the number line: far away and close up."""

from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np

from lib.lessons.tensors.operate.convert import Line
from lib.lessons.tensors.operate.figures_conversion_frames import (
    WORDS,
    Step,
    roughly,
    steps_of,
    table,
)
from lib.lessons.tensors.operate.figures_conversion_frames import number as written
from lib.plots.figure import Figure
from lib.plots.palette import GRID, MUTED, POSITIVE, RAISED, TEXT

WIDE = 1e6  # a range beyond this is not drawn to its ends
HEIGHT, MARGIN = 320, {"l": 10, "r": 10, "t": 6, "b": 26}
BAND = "rgba(8, 119, 189, 0.25)"  # POSITIVE, seen through
HEAD = 0.34  # how high above the line an arrow ends
UNSEEN = -9.0
BLANK = " "


def number_line(way: Line, source: str, target: str, words: Mapping[str, str] = WORDS) -> Figure:
    """Draw where a number lands when its dtype changes.

    Above the whole line with the range of the new dtype, below the numbers of that dtype next to
    where it lands. The circle is the number before, the diamond the number after.

    Args:
        way: what ``line`` returns.
        source: the dtype before.
        target: the dtype after.
        words: what the picture says, with the keys and fields of ``WORDS``.

    Returns:
        A figure with every step in ``layout.meta["numbers"]``.
    """
    steps = steps_of(way, source, target, words)
    far, close = _span(way), _window(way)
    still = [_baseline(far), _band(way, far), _ticks(way, close), *_movers(way)]
    dynamic = list(range(3, 7))
    pictures = [_picture(step, way, far, close, target) for step in steps]
    first = [{}, {}, {}, *pictures[0]]
    split = 0.56 if close else 0.35
    says = {"target": target, "low": roughly(way.low), "high": roughly(way.high)}
    if way.near:
        step = way.near[-1] - way.near[-2]
        fields = {"target": target, "step": written(float(f"{step:.3g}"))}
        whole = words["whole" if way.span else "steps"].format(**fields)
    titles = [(words["range"].format(**says), 1.0), *([(whole, 0.4)] if close else [])]
    return Figure(
        data=[{**fixed, **moving} for fixed, moving in zip(still, first, strict=True)],
        frames=[
            {"name": step.caption, "data": picture, "traces": dynamic}
            for step, picture in zip(steps, pictures, strict=True)
        ],
        layout={
            "height": HEIGHT,
            "margin": MARGIN,
            "showlegend": False,
            "hovermode": False,
            "dragmode": False,
            "xaxis": {**_axis(far), "nticks": 5, "anchor": "y", "tickfont": {"color": MUTED}},
            "yaxis": {**_hidden(-0.75, 1.9), "domain": [split, 1]},
            "xaxis2": {**_axis(close or far), "visible": False, "anchor": "y2"},
            "yaxis2": {**_hidden(-1.1, 1.9), "domain": [0, 0.4]},
            "annotations": [_title(text, height) for text, height in titles],
            "meta": {"numbers": table(steps, words), "pause": 2200},
        },
    )


# --- the drawing ----------------------------------------------------------------------------------


def _span(way: Line) -> tuple[float, float]:
    """Return from where to where the far line goes."""
    low, high = way.low, way.high
    if high > WIDE:
        high = max(abs(way.stored), abs(way.became), 1.0)
        low = -high
    low, high = min(low, way.stored), max(high, way.stored)
    space = 0.12 * (high - low)
    return low - space, high + space


def _window(way: Line) -> tuple[float, float] | None:
    """Return from where to where the close-up goes; None if there is nothing to see."""
    if not way.near or way.kind in ("truth", "other") or way.high == 1:
        return None
    low, high = min(way.near[0], way.stored), max(way.near[-1], way.stored)
    space = 0.12 * (high - low)
    return low - space, high + space


def _axis(span: tuple[float, float]) -> dict[str, object]:
    """Return a number line's axis."""
    return {
        "range": list(span),
        "fixedrange": True,
        "showgrid": False,
        "zeroline": False,
        "exponentformat": "none",
        "separatethousands": False,
        "ticks": "outside",
        "tickcolor": GRID,
    }


def _hidden(low: float, high: float) -> dict[str, object]:
    """Return an axis that is not seen."""
    return {"visible": False, "fixedrange": True, "range": [low, high]}


def _title(text: str, height: float) -> dict[str, object]:
    """Return the words above one of the two lines."""
    return {
        "text": text,
        "xref": "paper",
        "yref": "paper",
        "x": 0,
        "y": height,
        "xanchor": "left",
        "yanchor": "top",
        "showarrow": False,
        "font": {"size": 12, "color": TEXT},
    }


def _baseline(far: tuple[float, float]) -> dict[str, object]:
    """Return the far line."""
    return {
        "type": "scatter",
        "mode": "lines",
        "x": list(far),
        "y": [0, 0],
        "line": {"color": MUTED, "width": 1.5},
    }


def _band(way: Line, far: tuple[float, float]) -> dict[str, object]:
    """Return the range of the new dtype, as far as it is in sight."""
    left, right = max(way.low, far[0]), min(way.high, far[1])
    return {
        "type": "scatter",
        "mode": "lines",
        "x": [left, left, right, right, left],
        "y": [-0.24, 0.24, 0.24, -0.24, -0.24],
        "fill": "toself",
        "fillcolor": BAND,
        "line": {"color": POSITIVE, "width": 1.5},
    }


def _ticks(way: Line, close: tuple[float, float] | None) -> dict[str, object]:
    """Return the numbers of the new dtype close up, each a stroke; whole ones with their name."""
    near = way.near if close else ()
    x: list[float | None] = []
    y: list[float | None] = []
    text: list[str] = []
    for number in near:
        x += [number, number, None]
        y += [0.3, -0.3, None]
        named = way.span or number == way.landed
        text += [BLANK, written(number) if named else BLANK, BLANK]
    return {
        "type": "scatter",
        "mode": "lines+text",
        "x": x,
        "y": y,
        "text": text,
        "textposition": "bottom center",
        "textfont": {"size": 12, "color": MUTED},
        "line": {"color": MUTED, "width": 2},
        "xaxis": "x2",
        "yaxis": "y2",
    }


def _movers(way: Line) -> list[dict[str, object]]:
    """Return what stays of the moving things: an arc and three marks, far away and close up."""
    line = {"color": TEXT, "width": 2}
    arc: dict[str, object] = {"type": "scatter", "mode": "lines", "line": line}
    marks: dict[str, object] = {
        "type": "scatter",
        "mode": "markers+text",
        "marker": {
            "symbol": ["circle", "diamond", "triangle-down"],
            "size": [15, 17, 11],
            "color": [RAISED, POSITIVE, TEXT],
            "line": line,
            "opacity": 1,
        },
        "textposition": "bottom center",
        "textfont": {"size": 14, "color": TEXT},
    }
    # Close up the name of the start stands on the side that the arc does not go to.
    aside = "top right" if way.landed <= way.stored else "top left"
    close = {"xaxis": "x2", "yaxis": "y2"}
    return [arc, marks, {**arc, **close}, {**marks, **close, "textposition": aside}]


def _picture(
    step: Step,
    way: Line,
    far: tuple[float, float],
    close: tuple[float, float] | None,
    target: str,
) -> list[dict[str, object]]:
    """Return what changes from step to step: arc and marks, far away and close up."""
    edge = 0.06 * (far[1] - far[0])  # where infinity stands
    seen = [min(max(place, far[0] + edge), far[1] - edge) for place in step.hops]
    end = (seen[-1] if seen else step.at) if step.moved else None
    became = str(bool(way.became)) if target == "bool" else roughly(step.at)
    # Two names do not fit where start and end are as good as one.
    apart = end is None or abs(end - way.stored) > 0.2 * (far[1] - far[0])
    names = [roughly(way.stored) if apart else BLANK, became if step.moved else BLANK]
    there = way.landed if step.moved else None
    if close is None:
        return [*_mover(way.stored, end, names, seen), *_mover(None, None, [BLANK, BLANK], [])]
    return [
        *_mover(way.stored, end, names, seen),
        *_mover(way.stored, there, [written(way.stored), BLANK], step.near or ()),
    ]


def _mover(
    start: float | None, end: float | None, names: list[str], hops: Sequence[float]
) -> list[dict[str, object]]:
    """Return arcs and three marks: where it began, where it is, the tip of the arrow."""
    hidden = start or 0.0
    x, y = [hidden, np.nan], [UNSEEN, np.nan]
    angle = np.linspace(0, np.pi, 20)
    for one, two in pairwise(hops):
        x += [*((one + two) / 2 - (two - one) / 2 * np.cos(angle)).tolist(), np.nan]
        y += [*(HEAD + 0.55 * np.sin(angle)).tolist(), np.nan]
    points = [
        (hidden, UNSEEN if start is None else 0.0),
        (hidden, UNSEEN) if end is None else (end, 0.0),
        (hops[-1], HEAD) if hops else (hidden, UNSEEN),
    ]
    marks: dict[str, object] = {
        "type": "scatter",
        "x": [x for x, _ in points],
        "y": [y for _, y in points],
        "text": [*names, BLANK],
    }
    # The line's own numbers may differ only far behind the point: so no float32 here.
    return [{"type": "scatter", "x": np.array(x), "y": np.array(y, dtype=np.float32)}, marks]
