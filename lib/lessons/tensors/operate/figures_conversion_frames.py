"""The way of a number to another dtype, step by step and in words."""

from collections.abc import Mapping
from math import inf, isfinite
from typing import NamedTuple

from lib.core.i18n import mark
from lib.lessons.tensors.operate.convert import Line

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
    "columns": mark("step, number, what happens"),
}

HOPS = 4  # as many times around are shown one by one; more, all at once


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
    near: tuple[float, float] | None = None
    moved: bool = True


def steps_of(way: Line, source: str, target: str, words: Mapping[str, str]) -> list[Step]:
    """Return the moments on the way."""
    became = number(way.became) if target != "bool" else str(bool(way.became))
    says: dict[str, object] = {
        "source": source,
        "target": target,
        "stored": number(way.stored),
        "landed": number(way.landed),
        "became": became,
        "low": roughly(way.low),
        "high": roughly(way.high),
        "span": number(way.span),
    }
    steps = [Step(words["start"].format(**says), way.stored, moved=False)]
    moved = (way.stored, way.landed) if way.stored != way.landed and way.near else None
    if way.kind in ("same", "overflow", "truth", "other"):
        jump = (way.stored, way.became) if way.stored != way.became else ()
        return [*steps, Step(words[way.kind].format(**says), way.became, jump, moved)]
    if moved:
        kind = "rounded" if way.kind == "rounded" else "truncated"
        steps.append(Step(words[kind].format(**says), way.landed, (), moved))
    count, sign = abs(way.laps), 1 if way.laps > 0 else -1
    each, jumps = (1, count) if count <= HOPS else (count, 1)
    hops: tuple[float, ...] = (way.landed,)
    for _ in range(jumps if count else 0):
        there = hops[-1] - sign * each * way.span
        hops = (*hops, there)
        says |= {"times": f"{each} × " if each > 1 else "", "to": number(there)}
        caption = words["off" if sign > 0 else "on"].format(**says)
        steps.append(Step(caption, there, hops, moved))
    return steps


def table(steps: list[Step], words: Mapping[str, str]) -> dict[str, object]:
    """Return the way as a table."""
    rows = [[place, number(step.at), step.caption] for place, step in enumerate(steps, start=1)]
    return {"columns": words["columns"].split(", "), "rows": rows}


def number(value: float) -> str:
    """Return a number in up to ten digits, with a true minus."""
    if not isfinite(value):
        return "inf" if value == inf else "−inf"
    return f"{value + 0.0:.10g}".replace("-", "−").replace("e+", "e")


def roughly(value: float) -> str:
    """Return a number in six digits, a large one in four."""
    return number(float(f"{value:.{6 if abs(value) < 1e6 else 4}g}"))
