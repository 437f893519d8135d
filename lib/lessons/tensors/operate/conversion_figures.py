"""One number on its way to another dtype, on the number line: far away and close up."""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from lib.core.i18n import Words, mark
from lib.lessons.tensors.operate.conversion import VALUE, Route
from lib.plots.figure import Figure
from lib.plots.numbers import digits, table
from lib.plots.palette import GRID, MUTED, POSITIVE, RAISED, TEXT
from lib.plots.traces import BLANK, Part, drawing, hidden_axis, line, note

# What is written in the picture; a page passes its own, in its own language.
WORDS = {
    "start": mark("x holds {stored} as {source}."),
    "same": mark("{target} has {became}: nothing changes."),
    "truncated": mark("{target} has no fractions. What is behind the point is cut off: {landed}."),
    "rounded": mark("{target} has no {stored}. The nearest number it has is {landed}."),
    "off": mark("{target} ends at {high}: {times}{span} off makes {to}."),
    "on": mark("{target} begins at {low}: {times}{span} on makes {to}."),
    "overflow": mark("The largest {target} is {high}. Past it comes {became}."),
    "truth": mark("bool only asks whether it is zero: {became}."),
    "other": mark("Past the end of {target} anything may come out. Here it is {became}."),
    "range": mark("blue: what {target} can hold, {low} to {high}"),
    "whole": mark("close up: {target} has whole numbers only"),
    "steps": mark("close up: here {target} goes in steps of {step}"),
    "nothing": mark("There is no x: its dtype cannot hold the number."),
    "columns": (mark("step"), mark("number"), mark("what happens")),
}

HOPS = 4  # as many times around are shown one by one; more, all at once
WIDE = 1e6  # a range beyond this is not drawn to its ends
HEIGHT = 320
BAND = "rgba(8, 119, 189, 0.25)"  # POSITIVE, seen through
HEAD = 0.34  # how high above the line an arrow ends
UNSEEN = -9.0
# The number is dragged along the line.
DRAGGED = {"control": "operate.value", "low": VALUE.low, "high": VALUE.high, "step": 1}
CLOSE_UP: Part = {"xaxis": "x2", "yaxis": "y2"}

Span = tuple[float, float]


def number_line(
    route: Route, source: str, target: str, revealed: bool = True, words: Words = WORDS
) -> Figure:
    """Draw where a number lands when its dtype changes.

    Above the whole line with the range of the new dtype, below the numbers of that dtype next to
    where it lands. The circle is the number before, the diamond the number after.

    Args:
        route: what ``lib.lessons.tensors.operate.conversion.route`` returns.
        source: the dtype before.
        target: the dtype after.
        revealed: whether to go on from the start, and to look at where it lands.
        words: what the picture says, with the keys and fields of ``WORDS``.

    Returns:
        A figure with every step in ``layout.meta["numbers"]``, if revealed.
    """
    steps = steps_of(route, source, target, words)[: None if revealed else 1]
    far, close = _span(route), _window(route) if revealed else None
    still = [line(far, [0, 0], MUTED, 1.5), _band(route, far), _ticks(route, close)]
    movers = [_movers(step, route, far, close, target) for step in steps]
    titles = [(words["range"].format(**_fields(route, source, target)), 1.0)]
    if close:
        size = written(float(f"{route.near[-1] - route.near[-2]:.3g}"))
        key = "whole" if route.span else "steps"
        titles.append((words[key].format(target=target, step=size), 0.4))
    aside = {"xref": "paper", "yref": "paper", "xanchor": "left", "yanchor": "top"}
    rows = [(place, written(step.at), step.caption) for place, step in enumerate(steps, start=1)]
    return Figure(
        data=[*still, *movers[0]],
        frames=[
            {
                "name": step.caption,
                "data": [
                    {key: trace[key] for key in ("type", "x", "y", "text") if key in trace}
                    for trace in moved
                ],
                "traces": [len(still) + place for place in range(len(moved))],
            }
            for step, moved in zip(steps, movers, strict=True)
            if revealed
        ],
        layout=drawing(
            HEIGHT,
            far,
            (-0.75, 1.9),
            margin={"l": 10, "r": 10, "t": 6, "b": 26},
            xaxis={
                "range": far,
                "fixedrange": True,
                "showgrid": False,
                "zeroline": False,
                "exponentformat": "none",
                "separatethousands": False,
                "ticks": "outside",
                "tickcolor": GRID,
                "nticks": 5,
                "anchor": "y",
                "tickfont": {"color": MUTED},
            },
            yaxis=hidden_axis(-0.75, 1.9, domain=[0.56 if close else 0.35, 1]),
            xaxis2=hidden_axis(*(close or far), anchor="y2"),
            yaxis2=hidden_axis(-1.1, 1.9, domain=[0, 0.4]),
            annotations=[note(title, 0, y, size=12, **aside) for title, y in titles],
            meta={
                "numbers": table(words["columns"], rows) if revealed else None,
                "touch": {"x": DRAGGED},
            },
        ),
    )


def refusal(words: Words = WORDS) -> Figure:
    """Draw that there is no number to convert."""
    said = note(words["nothing"], 0.5, 0.5, MUTED, xref="paper", yref="paper")
    return Figure(layout=drawing(HEIGHT, (0, 1), (0, 1), annotations=[said]))


# --- what happens, step by step -------------------------------------------------------------------


class Step(NamedTuple):
    """One moment.

    Attributes:
        caption: what happens.
        at: where the number stands afterwards.
        hops: where it has been on the far line since it began to jump.
        near: from where to where it goes close up, as far as it has gone.
        moved: whether it has been converted, or is on its way.
    """

    caption: str
    at: float
    hops: tuple[float, ...] = ()
    near: Span | None = None
    moved: bool = True


def steps_of(route: Route, source: str, target: str, words: Words) -> list[Step]:
    """Return the moments on the route."""
    fields = _fields(route, source, target)
    steps = [Step(words["start"].format(**fields), route.stored, moved=False)]
    near = (route.stored, route.landed) if route.stored != route.landed and route.near else None
    if route.kind in ("same", "overflow", "truth", "other"):
        jump = (route.stored, route.became) if route.stored != route.became else ()
        return [*steps, Step(words[route.kind].format(**fields), route.became, jump, near)]
    if near:
        kind = "rounded" if route.kind == "rounded" else "truncated"
        steps.append(Step(words[kind].format(**fields), route.landed, (), near))
    count, sign = abs(route.laps), 1 if route.laps > 0 else -1
    laps = [1] * count if count <= HOPS else [count]
    hops: tuple[float, ...] = (route.landed,)
    for each in laps:
        hops = (*hops, hops[-1] - sign * each * route.span)
        fields |= {"times": f"{each} × " if each > 1 else "", "to": written(hops[-1])}
        caption = words["off" if sign > 0 else "on"].format(**fields)
        steps.append(Step(caption, hops[-1], hops, near))
    return steps


def _fields(route: Route, source: str, target: str) -> dict[str, object]:
    """Return what the captions are filled with."""
    return {
        "source": source,
        "target": target,
        "stored": written(route.stored),
        "landed": written(route.landed),
        "became": str(bool(route.became)) if target == "bool" else written(route.became),
        "low": roughly(route.low),
        "high": roughly(route.high),
        "span": written(route.span),
    }


def written(value: float) -> str:
    """Return a number in up to ten digits."""
    return digits(value, 10).replace("e+", "e")


def roughly(value: float) -> str:
    """Return a number in six digits, a large one in four."""
    return written(float(f"{value:.{6 if abs(value) < 1e6 else 4}g}"))


# --- the two lines --------------------------------------------------------------------------------


def _span(route: Route) -> Span:
    """Return from where to where the far line goes."""
    low, high = route.low, route.high
    if high > WIDE:
        high = max(abs(route.stored), abs(route.became), 1.0)
        low = -high
    return _roomy(min(low, route.stored), max(high, route.stored))


def _window(route: Route) -> Span | None:
    """Return from where to where the close-up goes; None if there is nothing to see."""
    if not route.near or route.kind in ("truth", "other") or route.high == 1:
        return None
    return _roomy(min(route.near[0], route.stored), max(route.near[-1], route.stored))


def _roomy(low: float, high: float) -> Span:
    """Return a span with room left at both ends."""
    space = 0.12 * (high - low)
    return low - space, high + space


def _band(route: Route, far: Span) -> Part:
    """Return the range of the new dtype, as far as it is in sight."""
    left, right = max(route.low, far[0]), min(route.high, far[1])
    x, y = [left, left, right, right, left], [-0.24, 0.24, 0.24, -0.24, -0.24]
    return line(x, y, POSITIVE, 1.5, fill="toself", fillcolor=BAND)


def _ticks(route: Route, close: Span | None) -> Part:
    """Return the numbers of the new dtype close up, each a stroke; whole ones with their name."""
    x: list[float | None] = []
    y: list[float | None] = []
    texts: list[str] = []
    for number in route.near if close else ():
        x += [number, number, None]
        y += [0.3, -0.3, None]
        named = route.span or number == route.landed
        texts += [BLANK, written(number) if named else BLANK, BLANK]
    return line(
        x,
        y,
        MUTED,
        mode="lines+text",
        text=texts,
        textposition="bottom center",
        textfont={"size": 12, "color": MUTED},
        xaxis="x2",
        yaxis="y2",
    )


def _movers(step: Step, route: Route, far: Span, close: Span | None, target: str) -> list[Part]:
    """Return what moves: an arc and three marks, far away and close up."""
    edge = 0.06 * (far[1] - far[0])  # where infinity stands
    seen = [min(max(place, far[0] + edge), far[1] - edge) for place in step.hops]
    end = (seen[-1] if seen else step.at) if step.moved else None
    became = str(bool(route.became)) if target == "bool" else roughly(step.at)
    # Two names do not fit where start and end are as good as one.
    both = end is None or abs(end - route.stored) > 0.2 * (far[1] - far[0])
    names = [roughly(route.stored) if both else BLANK, became if step.moved else BLANK]
    # Close up the name of the start stands on the side that the arc does not go to.
    aside = "top right" if route.landed <= route.stored else "top left"
    near = _mover(None, None, [BLANK, BLANK], [], aside, CLOSE_UP)
    if close:
        there, said = route.landed if step.moved else None, [written(route.stored), BLANK]
        near = _mover(route.stored, there, said, step.near or (), aside, CLOSE_UP)
    return [*_mover(route.stored, end, names, seen, "bottom center"), *near]


def _mover(
    start: float | None,
    end: float | None,
    names: list[str],
    hops: Sequence[float],
    position: str,
    axes: Part | None = None,
) -> list[Part]:
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
    marks: Part = {
        "type": "scatter",
        "mode": "markers+text",
        "x": [x for x, _ in points],
        "y": [y for _, y in points],
        "text": [*names, BLANK],
        "marker": {
            "symbol": ["circle", "diamond", "triangle-down"],
            "size": [15, 17, 11],
            "color": [RAISED, POSITIVE, TEXT],
            "line": {"color": TEXT, "width": 2},
            "opacity": 1,
        },
        "textposition": position,
        "textfont": {"size": 14, "color": TEXT},
    }
    # The line's own numbers may differ only far behind the point: so no float32 for x.
    return [each | (axes or {}) for each in (line(np.array(x), np.array(y)), marks)]
