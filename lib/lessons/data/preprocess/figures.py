"""An image on its way through a chain, its histogram after every step; and that of a batch."""

from collections.abc import Sequence

import numpy as np

from lib.core.i18n import Words, mark
from lib.lessons.data.preprocess.image_figures import placed
from lib.lessons.data.preprocess.lesson import BINS, Chain, Snapshot
from lib.lessons.data.preprocess.normalization import Normalized
from lib.plots.figure import Figure
from lib.plots.numbers import Table, short, table
from lib.plots.palette import CATEGORIES, MUTED, TEXT, translucent
from lib.plots.traces import Part, drawing, hidden_axis, line, markers, note, text

WORDS = {
    "before": mark("before"),
    "after": mark("after: as matplotlib shows it"),
    "stopped": mark("refused: no image"),
    "start": mark("the image"),
    "failed": mark("{step} is refused. {error}"),
    "step": mark("{step}: {about}"),
    "columns": (
        mark("step"), mark("kind"), mark("shape"), mark("dtype"), mark("smallest"),
        mark("largest"), mark("mean"), mark("std"), mark("clipped when shown"),
    ),
}  # fmt: skip
BATCH_WORDS = {
    "colors": (mark("red"), mark("green"), mark("blue")),
    "axis": mark("numbers of the batch after Normalize"),
    "goal": mark("goal: mean 0, std 1"),
    "columns": (mark("channel"), mark("mean"), mark("std")),
}

HEIGHT, NAME = 220, 22  # pixels of a picture of the chain, and of the name above it
RGB, GRAY = (CATEGORIES[5], CATEGORIES[2], CATEGORIES[0]), CATEGORIES[6]
ACROSS = [0, *np.repeat(np.arange(BINS + 1), 2)[1:-1].tolist(), BINS]  # the edges of the bins
CENTERS = (np.arange(40) * 0.2 - 3.9).astype(np.float32)  # of the batch's bins


def before(start: Snapshot, words: Words = WORDS) -> Figure:
    """Draw the image as it comes."""
    return Figure(
        data=[text([0.5], [NAME / 2], [words["before"]], size=13)],
        layout=drawing(
            HEIGHT,
            (0, 1),
            (HEIGHT, 0),
            margin=dict.fromkeys("lrtb", 4),
            images=_image(start),
            meta={"share": 0.75},
        ),
    )


def after(
    chain: Chain, snapshots: Sequence[Snapshot], words: Words = WORDS, *, shapes: bool = True
) -> Figure:
    """Draw the image after every step: a frame for each.

    Args:
        chain: what ``follow`` returns.
        snapshots: those of its snapshots that may be seen.
        words: what the picture says, with the keys of ``WORDS``.
        shapes: whether shapes may be told, and whether a step was refused.

    Returns:
        A figure with every step in ``layout.meta["numbers"]``.
    """
    frames: list[Part] = [
        _frame(caption(i, each, words, shapes=shapes), words["after"], _image(each))
        for i, each in enumerate(snapshots)
    ]
    if shapes and chain.error and len(snapshots) == len(chain.snapshots):
        failing = chain.steps[len(snapshots) - 1]
        refused = words["failed"].format(step=failing, error=chain.error)
        frames.append(_frame(refused, words["stopped"], []))
    return Figure(
        data=[text([0.5], [NAME / 2], [words["after"]], size=13)],
        frames=frames,
        layout=drawing(
            HEIGHT,
            (0, 1),
            (HEIGHT, 0),
            margin=dict.fromkeys("lrtb", 4),
            images=_image(snapshots[-1]),
            meta={"share": 0.75, "numbers": _numbers(snapshots, words, shapes=shapes)},
        ),
    )


def histograms(snapshots: Sequence[Snapshot], names: Sequence[str]) -> Figure:
    """Draw how often each number occurs after every step: a frame for each.

    Args:
        snapshots: those that may be seen.
        names: of the frames; one more than there are snapshots where a step was refused.
    """
    drawn = [(_counts(each), _axis(each)) for each in snapshots]
    drawn += [([[0.0] * len(ACROSS)] * 4, _axis(snapshots[-1]))] * (len(names) - len(snapshots))
    fixed = [
        line(ACROSS, [], color, 1.5, fill="tozeroy", fillcolor=translucent(color, 0.25),
             hoverinfo="skip")
        for color in (*RGB, GRAY)
    ]  # fmt: skip
    return Figure(
        data=[{**still, "y": y} for still, y in zip(fixed, drawn[-1][0], strict=True)],
        frames=[
            {"name": name, "data": [{"type": "scatter", "y": y} for y in counts], "layout": layout}
            for name, (counts, layout) in zip(names, drawn, strict=True)
        ],
        layout=drawing(
            HEIGHT, (0, 0), (0, 0), margin={"l": 24, "r": 24, "t": NAME, "b": 26}, **drawn[-1][1]
        )
        | {"yaxis": hidden_axis(0, 1.08)},
    )


def caption(place: int, snapshot: Snapshot, words: Words, *, shapes: bool) -> str:
    """Return which step it was, and what came of it."""
    about = f"{snapshot.dtype}, {_short(snapshot.low)} … {_short(snapshot.high)}"
    if shapes or not place:
        about = f"{snapshot.shape}, {about}"
    step = f"{place}  {snapshot.call}" if place else words["start"]
    said: str = words["step"].format(step=step, about=about)
    return said


def _frame(name: str, title: str, images: list[Part]) -> Part:
    return {
        "name": name,
        "data": [{"type": "scatter", "text": [title]}],
        "layout": {"images": images},
    }


def _image(snapshot: Snapshot) -> list[Part]:
    return [placed(snapshot.shown, 0.5, NAME, 0.98, HEIGHT - NAME - 10)]


def _counts(snapshot: Snapshot) -> list[list[float]]:
    """Return the outlines of red, green, blue and gray; those it does not have lie flat."""
    flat = [0.0] * len(ACROSS)
    heights = snapshot.histogram / max(1, snapshot.histogram.max())
    lines = [[0.0, *np.repeat(each, 2).round(4).tolist(), 0.0] for each in heights]
    return [flat, flat, flat, *lines] if len(lines) == 1 else [*lines[:3], flat]


def _axis(snapshot: Snapshot) -> Part:
    """Return the axis of a histogram: its two ends and, if it lies between them, 0."""
    low, high = snapshot.ends
    places, names = [0.0, float(BINS)], [_short(low), _short(high)]
    shapes = []
    if low < 0 < high:
        zero = BINS * -low / (high - low)
        places.append(zero)
        names.append("0")
        shapes.append(_rule(zero, zero, 0, 1.05, color=TEXT, width=1, dash="dot"))
    return {
        "xaxis": {
            "range": [0, BINS], "tickvals": places, "ticktext": names, "tickangle": 0,
            "showgrid": False, "zeroline": False, "fixedrange": True,
        },
        "shapes": shapes,
    }  # fmt: skip


def _rule(x0: float, x1: float, y0: float, y1: float, **style: object) -> Part:
    """Return a straight line of the layout."""
    return {"type": "line", "x0": x0, "x1": x1, "y0": y0, "y1": y1, "line": style}


def _numbers(snapshots: Sequence[Snapshot], words: Words, *, shapes: bool) -> Table:
    """Return the picture as a table: one row for each step."""
    rows = [
        (
            each.call or words["start"],
            each.kind,
            str(each.shape) if shapes or not each.call else "…",
            each.dtype,
            _short(each.low),
            _short(each.high),
            "  ".join(map(_short, each.mean)),
            "  ".join(map(_short, each.std)),
            f"{each.clipped:.1%}",
        )
        for each in snapshots
    ]
    return table(words["columns"], rows)


def _short(number: float) -> str:
    """Return a number with three digits, one that is as good as zero as 0."""
    return short(round(number, 6))


# --- a batch after Normalize ----------------------------------------------------------------------


def histogram(result: Normalized, words: Words = BATCH_WORDS) -> Figure:
    """Draw how often each number occurs in each channel, and where mean and std should be."""
    names, top = words["colors"], float(result.histogram.max())
    below = [-0.05 * top, -0.11 * top, -0.17 * top]
    std = {"type": "data", "array": result.std, "thickness": 2, "width": 4, "color": TEXT}
    dots = {"color": RGB, "size": 9, "line": {"color": TEXT, "width": 1}}
    rows = [
        (name, round(mean, 3), round(std, 3))
        for name, mean, std in zip(names, result.mean, result.std, strict=True)
    ]
    counts = []
    for name, each, color in zip(names, result.histogram, RGB, strict=True):
        style = {"color": color, "width": 2, "shape": "hvh"}
        y = each.astype(np.float32)
        counts.append(line(CENTERS, y, name=name, line=style, hoverinfo="skip"))
    means = markers(
        result.mean, below, marker=dots, error_x=std, showlegend=False, hoverinfo="skip"
    )
    dotted = {"color": MUTED, "width": 1.5, "dash": "dot"}
    return Figure(
        data=[*counts, means],
        layout={
            "height": 300,
            "margin": {"l": 8, "r": 8, "t": 28, "b": 44},
            "hovermode": False,
            "dragmode": False,
            "legend": {"orientation": "h", "x": 0, "y": 1.0, "yanchor": "bottom"},
            "xaxis": {
                "range": [-4, 4],
                "title": {"text": words["axis"], "standoff": 8},
                "fixedrange": True,
                "zeroline": False,
            },
            "yaxis": hidden_axis(-0.22 * top, 1.18 * top),
            "shapes": [
                _rule(place, place, -0.22 * top, 1.06 * top, **dotted) for place in (-1, 0, 1)
            ],
            "annotations": [note(words["goal"], 0, 1.12 * top, size=12)],
            "meta": {"numbers": table(words["columns"], rows)},
        },
    )
