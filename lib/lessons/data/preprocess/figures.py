"""An image on its way through a chain, its histogram after every step; and that of a batch."""

from collections.abc import Sequence

import numpy as np

from lib.core.i18n import Words, mark
from lib.lessons.data.preprocess.image_figures import placed
from lib.lessons.data.preprocess.lesson import Chain
from lib.lessons.data.preprocess.normalization import Normalized
from lib.lessons.data.preprocess.steps import BINS, Snapshot
from lib.plots.figure import Figure
from lib.plots.numbers import Table, short, table
from lib.plots.palette import CATEGORIES, GRID, MUTED, NEGATIVE, TEXT, translucent
from lib.plots.traces import Part, drawing, hidden_axis, line, markers, note, text

WORDS = {
    "before": mark("before"),
    "after": mark("after: as matplotlib shows it"),
    "waiting": mark("after: answer first"),
    "stopped": mark("after: no result"),
    "start": mark("the image"),
    "failed": mark("refused here"),
    "skipped": mark("not reached"),
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

# The plot is exactly as high as what it shows, so that these are pixels on the screen.
NAME, LARGE = 20, 168  # a name, and a large image below it
TOP, ROW = 196, 92  # the two large images with their names; one step
LEFT = 0.23  # of the width: where the histograms begin
BASE, TALL = 70, 30  # down from the top of a row: where a histogram stands, and its height
THUMB = 0.2  # of the width
RGB, GRAY = (CATEGORIES[5], CATEGORIES[2], CATEGORIES[0]), CATEGORIES[6]
EDGES = LEFT + (1 - LEFT) * np.arange(BINS + 1) / BINS
ACROSS = np.r_[EDGES[0], np.repeat(EDGES, 2)[1:-1], EDGES[-1], np.nan]
CENTERS = (np.arange(40) * 0.2 - 3.9).astype(np.float32)  # of the batch's bins

Text = tuple[float, float, str, str, str, int]  # x, y, words, position, color, size


def strip(chain: Chain, words: Words = WORDS, revealed: bool = True) -> Figure:
    """Draw the image before and after, and below it every step with its histogram.

    Args:
        chain: what ``follow`` returns.
        words: what the picture says, with the keys of ``WORDS``.
        revealed: whether what comes of the steps is shown, or only which steps there are.

    Returns:
        A figure with every step in ``layout.meta["numbers"]`` if ``revealed``.
    """
    snapshots = chain.snapshots if revealed else chain.snapshots[:1]
    height = TOP + ROW * (len(chain.steps) + 1)
    after = "waiting" if not revealed else "stopped" if chain.error else "after"
    texts: list[Text] = [
        (0.245, NAME / 2, words["before"], "middle center", TEXT, 13),
        (0.755, NAME / 2, words[after], "middle center", TEXT, 13),
    ]
    images = [placed(snapshots[0].shown, 0.245, NAME, 0.49, LARGE)]
    if after == "after":
        images.append(placed(snapshots[-1].shown, 0.755, NAME, 0.49, LARGE))
    for row, step in enumerate((words["start"], *chain.steps)):
        top = TOP + ROW * row
        name = f"{row}  {step}" if row else step
        if row < len(snapshots):
            images.append(placed(snapshots[row].shown, THUMB / 2, top + 6, THUMB, ROW - 12))
            texts += _measured(name, top, snapshots[row])
            continue
        failed = revealed and row == len(snapshots)
        color = NEGATIVE if failed else MUTED
        texts.append((LEFT, top + 14, name, "middle right", color, 13))
        if revealed:
            why = words["failed" if failed else "skipped"]
            texts.append((LEFT, top + 36, why, "middle right", color, 12))
    x, y, written, positions, colors, sizes = (list(each) for each in zip(*texts, strict=True))
    names = text(x, y, written, position=positions)
    names["textfont"] = {"color": colors, "size": sizes}
    return Figure(
        data=[*_histograms(snapshots), _zeros(snapshots), names],
        layout=drawing(
            height + 12,
            (0, 1),
            (height, 0),
            margin={"l": 4, "r": 4, "t": 4, "b": 8},
            images=images,
            shapes=[
                _rule(0, 1, TOP + ROW * row, TOP + ROW * row, color=GRID, width=1)
                for row in range(len(chain.steps) + 1)
            ],
            meta={"numbers": _numbers(snapshots, words)} if revealed else {},
        ),
    )


def _measured(name: str, top: float, snapshot: Snapshot) -> list[Text]:
    """Return what is written beside a step that worked."""
    shape = "×".join(map(str, snapshot.shape))
    about = f"{shape}  {snapshot.dtype}  {_short(snapshot.low)} … {_short(snapshot.high)}"
    low, high = map(_short, snapshot.ends)
    return [
        (LEFT, top + 12, name, "middle right", TEXT, 13),
        (LEFT, top + 28, about, "middle right", MUTED, 12),
        (LEFT, top + BASE + 12, low, "middle right", MUTED, 11),
        (1, top + BASE + 12, high, "middle left", MUTED, 11),
    ]


def _histograms(snapshots: Sequence[Snapshot]) -> list[Part]:
    """Return one trace for each color, with its histogram after every step."""
    traces = []
    for place, color in enumerate((*RGB, GRAY)):
        x: list[np.ndarray] = []
        y: list[np.ndarray] = []
        for row, snapshot in enumerate(snapshots):
            is_gray = len(snapshot.histogram) == 1
            if is_gray != (color == GRAY):
                continue
            counts = snapshot.histogram[0 if is_gray else place]
            ground = TOP + ROW * row + BASE
            high = TALL * counts / max(1, snapshot.histogram.max())
            x.append(ACROSS)
            y.append(np.r_[ground, ground - np.repeat(high, 2), ground, np.nan])
        if x:
            fill = {"fill": "toself", "fillcolor": translucent(color, 0.25), "hoverinfo": "skip"}
            across = np.concatenate(x).astype(np.float32)
            traces.append(line(across, np.concatenate(y), color, 1.5, **fill))
    return traces


def _zeros(snapshots: Sequence[Snapshot]) -> Part:
    """Return a mark at 0 for every histogram that has numbers on both sides of it."""
    x: list[float | None] = []
    y: list[float | None] = []
    for row, snapshot in enumerate(snapshots):
        low, high = snapshot.ends
        if low < 0 < high:
            ground = TOP + ROW * row + BASE
            x += [LEFT + (1 - LEFT) * -low / (high - low)] * 2 + [None]
            y += [ground + 4, ground - TALL, None]
    return line(x, y, TEXT, 1, "dot", hoverinfo="skip")


def _rule(x0: float, x1: float, y0: float, y1: float, **style: object) -> Part:
    """Return a straight line of the layout."""
    return {"type": "line", "x0": x0, "x1": x1, "y0": y0, "y1": y1, "line": style}


def _numbers(snapshots: Sequence[Snapshot], words: Words) -> Table:
    """Return the picture as a table: one row for each step."""
    rows = [
        (
            each.call or words["start"],
            each.kind,
            str(each.shape),
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
