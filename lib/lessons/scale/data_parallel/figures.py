"""A batch on its way through several devices: scatter, replicate, parallel_apply, gather."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from lib.core.i18n import Words, mark
from lib.lessons.scale.data_parallel.lesson import Parallel
from lib.plots.figure import Figure
from lib.plots.numbers import table
from lib.plots.palette import CATEGORIES, GRID, MUTED, POSITIVE, RAISED, TEXT
from lib.plots.traces import BLANK, Part, drawing, markers

WORDS = {
    "batch": mark("batch"),
    "outputs": mark("outputs"),
    "device": mark("device {number}"),
    "loss": mark("loss {loss}"),
    "has": mark("has it all"),
    "waits": mark("waits"),
    "sends": mark("sends"),
    "receives": mark("receives"),
    "computes": mark("computes"),
    "done": mark("done, waits"),
    "collects": mark("collects"),
    "idle": mark("no work"),
    "start": mark(
        "Simulated: the batch and the model (the square) are on device 0. All others wait."
    ),
    "scatter": mark("scatter: device 0 cuts the batch and sends each device its chunk: {chunks}."),
    "replicate": mark("replicate: device 0 sends a copy of the model to each device with a chunk."),
    "forward": mark(
        "parallel_apply: all compute at once. Who has fewer samples waits for device 0."
    ),
    "even": mark("parallel_apply: all compute at once, and are done at once."),
    "gather": mark("gather: device 0 collects the outputs and computes the loss. All others wait."),
    "backward": mark("backward: each finds the gradients of its chunk, and device 0 sums them up."),
    "columns": (
        mark("device"), mark("samples"), mark("loss of its own"), mark("gradient of the last bias"),
    ),
}  # fmt: skip

ACROSS, ROW, GAP = 16, 20, 0.5  # cells in a row, pixels of a row, rows between two lanes
HIGHEST = 390  # pixels
SHARE = 1.5  # of a picture's width, beside the times
LABEL, MODEL = 5.6, -0.75  # cells kept free for names, and where the model stands
# Seen through, so that the number in a cell is read in both themes; the eighth device is gray.
HUES = [tuple(int(color[i : i + 2], 16) for i in (1, 3, 5)) for color in CATEGORIES]
PALE = [*("rgba({}, {}, {}, 0.3)".format(*hue) for hue in HUES), RAISED]
FULL = [*("rgba({}, {}, {}, 0.62)".format(*hue) for hue in HUES), GRID]
COLORS = ["rgba(0, 0, 0, 0)", RAISED, *PALE, *FULL]
NEUTRAL, INPUT, OUTPUT = 1, 2, 2 + len(PALE)


class Lane(NamedTuple):
    """A strip of the picture: which samples stand in it, and its first and last row."""

    samples: range
    top: float
    rows: int


class Moment(NamedTuple):
    """What is to be seen at one moment.

    Attributes:
        caption: what happens.
        batch: the color of the batch: neutral or that of the devices.
        lanes: what stands in the devices' lanes: 0 for nothing, ``INPUT`` or ``OUTPUT``.
        gathered: whether the outputs are together.
        models: how many devices have the model.
        activities: what each device does.
    """

    caption: str
    batch: int
    lanes: int
    gathered: bool
    models: int
    activities: Sequence[str]


def parallel(result: Parallel, devices: int, revealed: bool = True, words: Words = WORDS) -> Figure:
    """Draw the batch above, a lane for every device below it, and the gathered outputs last.

    Args:
        result: what ``scatter_and_gather`` returns.
        devices: how many devices there are, those without a chunk counted, too.
        revealed: whether more than the uncut batch may be seen.
        words: what the picture says, with the keys and fields of ``WORDS``.
    """
    lanes = _lanes(result.chunks, devices)
    high = lanes[-1].top + lanes[-1].rows
    moments = _moments(result, devices, words)
    if not revealed:
        moments = moments[:1]
    drawn = [_drawn(moment, lanes, result, words) for moment in moments]
    still = [_cells(lanes), _names(lanes), _models(lanes), _samples(lanes)]
    frames = [
        {"name": moment.caption, "data": data} for moment, data in zip(moments, drawn, strict=True)
    ]
    each = zip(result.chunks, result.own_losses, result.gradients, strict=True)
    rows = [
        (str(number), str(count), f"{loss:.6g}", f"{gradient:.6g}")
        for number, (count, loss, gradient) in enumerate(each)
    ]
    meta = {"numbers": table(words["columns"], rows), "share": SHARE}
    return Figure(
        data=[{**fixed, **first} for fixed, first in zip(still, drawn[0], strict=True)],
        frames=frames if revealed else [],
        layout=drawing(
            min(high * ROW, HIGHEST) + 12,
            (-LABEL, ACROSS),
            (high, 0),
            margin={"l": 4, "r": 4, "t": 4, "b": 8},
            meta=meta if revealed else {"share": SHARE},
        ),
    )


# --- the moments ----------------------------------------------------------------------------------


def _moments(result: Parallel, devices: int, words: Words) -> list[Moment]:
    """Return the six moments of a step."""
    chunks = result.chunks
    busy, spare = len(chunks), devices - len(chunks)

    def all_do(first: str, others: str) -> list[str]:
        return [words[first], *[words[others]] * (busy - 1), *[words["idle"]] * spare]

    short = [words["done" if count < chunks[0] else "computes"] for count in chunks]
    forward = words["forward" if chunks[-1] < chunks[0] else "even"]
    cut = words["scatter"].format(chunks=", ".join(map(str, chunks)))
    waiting = [words["has"], *[words["waits"]] * (devices - 1)]
    return [
        Moment(words["start"], NEUTRAL, 0, False, 1, waiting),
        Moment(cut, INPUT, INPUT, False, 1, all_do("sends", "receives")),
        Moment(words["replicate"], INPUT, INPUT, False, busy, all_do("sends", "receives")),
        Moment(forward, INPUT, OUTPUT, False, busy, short + [words["idle"]] * spare),
        Moment(words["gather"], INPUT, OUTPUT, True, busy, all_do("collects", "waits")),
        Moment(words["backward"], INPUT, OUTPUT, True, busy, all_do("computes", "computes")),
    ]


# --- the drawing ----------------------------------------------------------------------------------


def _lanes(chunks: Sequence[int], devices: int) -> list[Lane]:
    """Return the strips: the batch, the devices, the outputs."""
    batch = range(sum(chunks))
    starts = np.cumsum([0, *chunks]).tolist()
    parts = [range(start, start + count) for start, count in zip(starts, chunks, strict=False)]
    parts += [range(0)] * (devices - len(chunks))
    lanes: list[Lane] = []
    top = 0.0
    for samples in (batch, *parts, batch):
        rows = max(2, -(-len(samples) // ACROSS))  # two lines of words stand beside them
        lanes.append(Lane(samples, top, rows))
        top += rows + GAP
    return lanes


def _cells(lanes: Sequence[Lane]) -> Part:
    """Return what stays of the cells: the edges of the rows, those of the gaps included."""
    edges = [lane.top + row for lane in lanes for row in range(lane.rows + 1)]
    return {
        "type": "heatmap",
        "x0": 0.5,
        "dx": 1,
        "y": edges,
        "zmin": 0,
        "zmax": len(COLORS) - 1,
        "colorscale": [(i / (len(COLORS) - 1), color) for i, color in enumerate(COLORS)],
        "showscale": False,
        "xgap": 1,
        "ygap": 1,
        "texttemplate": "%{text}",
        "textfont": {"color": TEXT, "size": 11},
        "hoverinfo": "skip",
    }


def _names(lanes: Sequence[Lane]) -> Part:
    """Return what stays of the words to the left: a name and what is said below it."""
    return {
        "type": "scatter",
        "mode": "text",
        "x": [-LABEL] * (2 * len(lanes)),
        "y": [lane.top + line for line in (0.5, 1.5) for lane in lanes],
        "textposition": "middle right",
        "textfont": {
            "size": [13] * len(lanes) + [11] * len(lanes),
            "color": [TEXT] * len(lanes) + [MUTED] * len(lanes),
        },
        "hoverinfo": "skip",
    }


def _models(lanes: Sequence[Lane]) -> Part:
    """Return what stays of the models: how far to the right they stand."""
    own = lanes[1:-1]
    return markers([MODEL] * len(own), [lanes[1].top + 0.5] * len(own), hoverinfo="skip")


def _samples(lanes: Sequence[Lane]) -> Part:
    """Return what stays of the samples that are on their way: that each is a square."""
    count = len(lanes[0].samples)
    return markers([0.5] * count, [0.5] * count, hoverinfo="skip")


def _on_their_way(moment: Moment, lanes: Sequence[Lane], owner: np.ndarray) -> Part:
    """Return where each sample has got to: in the batch, on its device, among the outputs."""
    there = lanes[1:-1] if moment.lanes else lanes[:1]
    there = lanes[-1:] if moment.gathered else there
    places = [divmod(each, ACROSS) for lane in there for each in range(len(lane.samples))]
    tops = [lane.top for lane in there for _ in lane.samples]
    colors = [COLORS[INPUT + number] for number in owner] if moment.lanes else COLORS[0]
    return {
        "type": "scatter",
        "x": [column + 0.5 for _, column in places],
        "y": [top + row + 0.5 for top, (row, _) in zip(tops, places, strict=True)],
        "marker": {"symbol": "square", "size": 14, "color": colors},
    }


def _drawn(moment: Moment, lanes: Sequence[Lane], result: Parallel, words: Words) -> list[Part]:
    """Return what differs from moment to moment."""
    devices = len(lanes) - 2
    owner = np.repeat(np.arange(len(result.chunks)), result.chunks)  # (batch,)
    whole = owner + INPUT if moment.batch == INPUT else np.full(len(owner), NEUTRAL)
    fills = [whole]
    for lane in lanes[1:-1]:
        there = owner[lane.samples.start : lane.samples.stop]
        fills.append(there + moment.lanes if moment.lanes else there[:0])
    fills.append(owner + OUTPUT if moment.gathered else owner[:0])
    colors: list[np.ndarray] = []
    texts: list[list[str]] = []
    for lane, fill in zip(lanes, fills, strict=True):
        cells = np.zeros(lane.rows * ACROSS, dtype=np.uint8)
        cells[: len(fill)] = fill
        numbers = [*map(str, lane.samples)][: len(fill)]
        numbers += [BLANK] * (len(cells) - len(numbers))
        for start in range(0, len(cells), ACROSS):
            colors.append(cells[start : start + ACROSS])
            texts.append(numbers[start : start + ACROSS])
        colors.append(np.zeros(ACROSS, dtype=np.uint8))  # the gap below it
        texts.append([BLANK] * ACROSS)
    names = [words["device"].format(number=number) for number in range(devices)]
    loss = words["loss"].format(loss=f"{result.loss:.3g}") if moment.gathered else BLANK
    return [
        {"type": "heatmap", "z": np.stack(colors[:-1]), "text": texts[:-1]},
        {
            "type": "scatter",
            "text": [words["batch"], *names, words["outputs"], BLANK, *moment.activities, loss],
        },
        {
            "type": "scatter",
            "marker": {
                "symbol": "square",
                "size": 11,
                "color": POSITIVE,
                "opacity": [1 if number < moment.models else 0 for number in range(devices)],
            },
            # Those that are not there yet come from device 0.
            "y": [
                lanes[1 + number if number < moment.models else 1].top + 0.5
                for number in range(devices)
            ],
        },
        _on_their_way(moment, lanes, owner),
    ]
