"""The samples as tiles: where they stand in the dataset, and which batch each one goes into."""

import base64
import io
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from PIL import Image

from lib.core.i18n import Words, mark
from lib.lessons.data.batching.lesson import Epoch, Loaded
from lib.plots.figure import Figure
from lib.plots.numbers import table
from lib.plots.palette import BACKGROUND, CATEGORIES, MUTED, TEXT, translucent
from lib.plots.traces import BLANK, Part, drawing, hidden_axis, text

WORDS = {
    "dataset": mark("the dataset"),
    "first": mark("this epoch"),
    "second": mark("the next epoch"),
    "batch": mark("batch {batch}"),
    "left": mark("in no batch"),
    "start": mark("Nothing is loaded yet."),
    "taken": mark("{epoch}, batch {batch}: samples {samples}"),
    "end": mark("{epoch}, in no batch: {samples}"),
    "columns": (
        mark("epoch"), mark("batch"), mark("samples in it"),
        mark("where they stand in the dataset"),
    ),
}  # fmt: skip

# A batch's color; after a dozen they begin again. Gray is none of them: it means left out.
OTHERS = ("#6a3d9a", "#7a5230", "#8fce5a", "#c51b7d", "#00646b", "#f0d63c")
COLORS, GRAY = (*CATEGORIES[:6], *OTHERS), CATEGORIES[6]

# Everything is measured in pixels of the one picture that all tiles are painted into.
TILE, EDGE = 28, 2
CELL = TILE + 2 * EDGE
ACROSS, GAP, NAME = 10, 10, 20  # tiles in a row; pixels between batches, and above for a name
HALF = ACROSS * CELL + 3 * GAP  # an epoch; the two stand side by side
BETWEEN = 20  # the two
WIDTH = 2 * HALF + BETWEEN
IN_DATASET = WIDTH // CELL  # tiles in a row of the dataset
SHADES = 16  # of gray, so that the picture is small
HIGHEST = 400  # pixels on the screen
STEPS = 12  # most moments of an epoch; with more batches, each moment shows several


class Shown(NamedTuple):
    """An epoch as far as it is shown: the rest is what a question asks for.

    Attributes:
        batches: the first of them, or all.
        never: who came in none, if all are shown.
    """

    batches: Epoch
    never: tuple[int, ...] = ()


class Block(NamedTuple):
    """The tiles of one batch: samples, upper left corner, size, and the name above it."""

    samples: tuple[int, ...]
    left: int
    top: int
    wide: int
    high: int
    name: str
    color: int
    across: int = ACROSS


class Moment(NamedTuple):
    """What is there at a moment: the blocks up to here, of which the last epoch's are tinted."""

    there: int
    begin: int
    caption: str


def tiles(
    result: Loaded,
    epochs: Sequence[Shown],
    images: np.ndarray,
    batch_size: int,
    words: Words = WORDS,
) -> Figure:
    """Draw the dataset above, and below it this epoch and the next, batch after batch.

    Args:
        result: what ``two_epochs`` returns.
        epochs: its two epochs, as far as they are shown.
        images: the image of every sample, (samples, 28, 28).
        batch_size: which the height is made for, so that an answer does not change it.
        words: what the picture says, with the keys of ``WORDS``.

    Returns:
        A figure with the batches in ``layout.meta["numbers"]`` and a frame for every batch.
    """
    samples = len(result.labels)
    rows = -(-samples // IN_DATASET)
    top = NAME + rows * CELL + GAP
    dataset = Block(
        (*range(samples),), 0, NAME, WIDTH, rows * CELL, words["dataset"], -1, IN_DATASET
    )
    halves = [
        placed(each, top + NAME, words, i * (HALF + BETWEEN)) for i, each in enumerate(epochs)
    ]
    blocks = [block for half in halves for block in half]
    bottoms = [block.top + block.high for block in blocks]
    high = max(_reserved(samples, batch_size, top + NAME, words), *bottoms, 0)
    moments = _moments(epochs, halves, words)
    fixed = [_tint(rows), _covers(blocks), _names(dataset, blocks, top, words)]
    drawn = [_drawn(rows, blocks, moment, words) for moment in moments]
    named = [(words[name], each) for name, each in zip(("first", "second"), epochs, strict=True)]
    numbers = [
        [epoch, name, str(len(batch)), " ".join(map(str, batch))]
        for epoch, each in named
        for name, batch in [
            *((str(i), batch) for i, batch in enumerate(each.batches)),
            *([(words["left"], each.never)] if each.never else []),
        ]
    ]
    return Figure(
        data=[{**still, **last} for still, last in zip(fixed, drawn[-1], strict=True)],
        frames=[
            {"name": moment.caption, "data": data}
            for moment, data in zip(moments, drawn, strict=True)
        ],
        layout=drawing(
            min(HIGHEST, high + 12),
            (0, WIDTH),
            (high, 0),
            margin=dict.fromkeys("lrtb", 4),
            barmode="overlay",
            xaxis=hidden_axis(0, WIDTH, constrain="domain", constraintoward="left"),
            yaxis=hidden_axis(high, 0, scaleanchor="x", constrain="domain", constraintoward="top"),
            images=[
                {
                    "source": painted([dataset, *blocks], images, high),
                    **{"xref": "x", "yref": "y", "x": 0, "y": 0, "sizex": WIDTH, "sizey": high},
                    "sizing": "stretch",
                    "layer": "below",
                }
            ],
            meta={"numbers": table(words["columns"], numbers)},
        ),
    )


# --- the tiles ------------------------------------------------------------------------------------


def placed(epoch: Shown, top: int, words: Words, begin: int = 0) -> list[Block]:
    """Place the batches, and whoever is in none, side by side and in rows below each other."""
    blocks: list[Block] = []
    left, lowest = begin, top
    groups = [(str(number), samples) for number, samples in enumerate(epoch.batches)]
    for name, samples in [*groups, *([("", epoch.never)] if epoch.never else [])]:
        wide = min(len(samples), ACROSS) * CELL
        high = -(-len(samples) // ACROSS) * CELL
        if left > begin and (left + wide > begin + HALF or not name):
            left, top = begin, lowest + GAP // 2
        color = int(name) % len(COLORS) if name else len(COLORS)
        title = words["batch"].format(batch=name) if name else words["left"]
        if name and (len(epoch.batches[0]) < 3 or wide < 2 * CELL):
            title = name  # there is room for the number only
        blocks.append(Block(samples, left, top + NAME, wide, high, title, color))
        left, lowest = left + wide + GAP, max(lowest, top + NAME + high)
    return blocks


def _reserved(samples: int, batch_size: int, top: int, words: Words) -> int:
    """Return how low batches of this size reach, with a smaller last one or without it."""
    places = range(samples)
    cut = tuple(tuple(places[i : i + batch_size]) for i in places[::batch_size])
    full = cut if len(cut[-1]) == batch_size else cut[:-1]
    left = cut[-1] if full is not cut else ()
    ways = (placed(Shown(cut), top, words), placed(Shown(full, left), top, words))
    return max(block.top + block.high for way in ways for block in way)


def painted(blocks: Sequence[Block], images: np.ndarray, high: int) -> str:
    """Return all tiles in one PNG; 0 is see-through, then the colors, then the shades of gray."""
    paper = np.zeros((high, WIDTH), dtype=np.uint8)
    shades = len(COLORS) + 3 + images // (256 // SHADES)
    for block in blocks:
        for i, sample in enumerate(block.samples):
            top = block.top + i // block.across * CELL
            left = block.left + i % block.across * CELL
            if block.color >= 0:
                paper[top : top + CELL, left : left + CELL] = 1 + block.color
            paper[top + EDGE : top + CELL - EDGE, left + EDGE : left + CELL - EDGE] = shades[sample]
    colors = ["#000000", *COLORS, GRAY, "#000000"]
    palette = [int(color[i : i + 2], 16) for color in colors for i in (1, 3, 5)]
    palette += [shade * 255 // (SHADES - 1) for shade in range(SHADES) for _ in range(3)]
    image = Image.fromarray(paper, "P")
    image.putpalette(palette)
    file = io.BytesIO()
    image.save(file, "PNG", transparency=0, compress_level=1)
    return f"data:image/png;base64,{base64.b64encode(file.getvalue()).decode()}"


# --- what lies over them --------------------------------------------------------------------------


def _moments(
    epochs: Sequence[Shown], halves: Sequence[Sequence[Block]], words: Words
) -> list[Moment]:
    """Return the moments: nothing, then one for each batch, or for several if there are many."""
    moments = [Moment(0, 0, words["start"])]
    begin = 0
    for key, epoch, blocks in zip(("first", "second"), epochs, halves, strict=True):
        steps = min(len(blocks), STEPS)
        ends = [round(len(blocks) * step / steps) for step in range(steps + 1)] if steps else []
        for before, shown in pairwise(ends):
            new = blocks[before:shown]
            samples = _listed([sample for block in new for sample in block.samples])
            last = min(shown, len(epoch.batches)) - 1
            number = str(last) if before >= last else f"{before}–{last}"
            caption = words["end"] if new[-1].color == len(COLORS) else words["taken"]
            caption = caption.format(epoch=words[key], batch=number, samples=samples)
            moments.append(Moment(begin + shown, begin, caption[0].upper() + caption[1:]))
        begin += len(blocks)
    return moments


def _tint(rows: int) -> Part:
    """Return what stays of the colors over the dataset: one cell for every tile."""
    # Seen through, so that the tile below is still to be made out.
    colors = ["rgba(0, 0, 0, 0)", *(translucent(color, 0.55) for color in (*COLORS, GRAY))]
    last = len(colors) - 1
    return {
        "type": "heatmap",
        **{"x0": CELL / 2, "dx": CELL, "y0": NAME + CELL / 2, "dy": CELL, "xgap": 1, "ygap": 1},
        "zmin": 0,
        "zmax": last,
        "colorscale": [(i / last, color) for i, color in enumerate(colors)],
        "showscale": False,
        "texttemplate": "%{text}",
        "textfont": {"color": "#ffffff", "size": 14},
        "hoverinfo": "skip",
    }


def _covers(blocks: Sequence[Block]) -> Part:
    """Return what stays of the covers over batches that are not loaded yet."""
    return {
        "type": "bar",
        "y": [block.high + 2 for block in blocks],
        "base": [block.top - 1 for block in blocks],
        "marker": {"color": BACKGROUND},
        "hoverinfo": "skip",
    }


def _names(dataset: Block, blocks: Sequence[Block], top: int, words: Words) -> Part:
    """Return what stays of the names above the tiles."""
    across = [0, 0, HALF + BETWEEN, *(block.left for block in blocks)]
    heads = [dataset.top - NAME, top, top]
    down = [each + NAME / 2 for each in (*heads, *(block.top - NAME for block in blocks))]
    names = [dataset.name, words["first"], words["second"], *(block.name for block in blocks)]
    colors = [TEXT] * len(heads) + [MUTED] * len(blocks)
    return text(across, down, names, colors, position="middle right")


def _drawn(rows: int, blocks: Sequence[Block], moment: Moment, words: Words) -> list[Part]:
    """Return what differs from moment to moment."""
    colors = np.zeros(rows * IN_DATASET, dtype=np.uint8)
    times = np.zeros(rows * IN_DATASET, dtype=np.int64)
    for block in blocks[moment.begin : moment.there]:
        colors[list(block.samples)] = 1 + block.color
        np.add.at(times, list(block.samples), 1)
    gone = colors == 1 + len(COLORS)
    texts = np.where(gone, "×", [f"{count}×" if count > 1 else BLANK for count in times.tolist()])
    heads = [words["dataset"], words["first"], words["second"]]
    names = [block.name if i < moment.there else BLANK for i, block in enumerate(blocks)]
    # A cover is drawn back to the right, so that the tiles come in the order they are loaded.
    widths = [0 if i < moment.there else block.wide + 2 for i, block in enumerate(blocks)]
    ends = [block.left + block.wide + 1 for block in blocks]
    return [
        {
            "type": "heatmap",
            "z": colors.reshape(rows, IN_DATASET),
            "text": texts.reshape(rows, IN_DATASET).tolist(),
        },
        {
            "type": "bar",
            "x": [end - wide / 2 for end, wide in zip(ends, widths, strict=True)],
            "width": widths,
        },
        {"type": "scatter", "text": [*heads, *names]},
    ]


def _listed(samples: Sequence[int], most: int = 8) -> str:
    """Return the first few places, and a sign that there are more."""
    return ", ".join(map(str, samples[:most])) + (" …" if len(samples) > most else "")
