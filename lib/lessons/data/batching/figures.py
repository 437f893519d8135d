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
    "batch": mark("batch {batch}"),
    "left": mark("in no batch"),
    "whole": mark("The whole epoch: {batches} batches. Play it."),
    "start": mark("Nothing is loaded yet."),
    "taken": mark("Batch {batch}: samples {samples}"),
    "end": mark("In no batch: {samples}"),
    "columns": (mark("batch"), mark("samples in it"), mark("where they stand in the dataset")),
}

COLORS = CATEGORIES[:6]  # the seventh is gray, which here means left out
GRAY = CATEGORIES[6]

# Everything is measured in pixels of the one picture that all tiles are painted into.
TILE, EDGE = 28, 2
CELL = TILE + 2 * EDGE
ACROSS, GAP, NAME = 10, 10, 20  # tiles in a row; pixels between batches, and above for a name
WIDTH = ACROSS * CELL + 3 * GAP
SHADES = 16  # of gray, so that the picture is small
SCALE = 0.8  # pixels on the screen for one of the picture, where the page is wide enough
STEPS = 24  # most moments; with more batches, each moment shows several


class Block(NamedTuple):
    """The tiles of one batch: samples, upper left corner, size, and the name above it."""

    samples: tuple[int, ...]
    left: int
    top: int
    wide: int
    high: int
    name: str
    color: int


def tiles(
    result: Loaded,
    batches: Epoch,
    never: tuple[int, ...],
    images: np.ndarray,
    words: Words = WORDS,
    revealed: bool = True,
) -> Figure:
    """Draw one epoch: the dataset above, the batches below, filled one after the other.

    Args:
        result: what ``two_epochs`` returns.
        batches: one of its two epochs.
        never: the samples that came in no batch of it.
        images: the image of every sample, (samples, 28, 28).
        words: what the picture says, with the keys of ``WORDS``.
        revealed: whether more than the dataset is shown; the questions ask for the rest.

    Returns:
        A figure with the batches in ``layout.meta["numbers"]``.
    """
    samples = len(result.labels)
    rows = -(-samples // ACROSS)
    dataset = Block((*range(samples),), 0, NAME, ACROSS * CELL, rows * CELL, words["dataset"], -1)
    blocks = placed(batches, never, NAME + rows * CELL + GAP, words)
    high = max(block.top + block.high for block in (dataset, *blocks))
    shown = [dataset, *blocks] if revealed else [dataset]
    # The whole epoch comes first, to be seen without a click; then it is told from the beginning.
    moments = [len(blocks), *_moments(len(blocks))] if revealed else [0]
    fixed = [_tint(rows), _covers(blocks if revealed else []), _names(dataset, blocks)]
    drawn = [_moment(rows, blocks, there, words) for there in moments]
    captions = _captions(batches, blocks, moments, words)
    groups = [*((str(i), batch) for i, batch in enumerate(batches)), (words["left"], never)]
    numbers = [[name, str(len(batch)), " ".join(map(str, batch))] for name, batch in groups]
    return Figure(
        data=[{**still, **first} for still, first in zip(fixed, drawn[0], strict=True)],
        frames=[
            {"name": caption, "data": data} for caption, data in zip(captions, drawn, strict=True)
        ]
        if revealed
        else [],
        layout=drawing(
            high * SCALE + 12,
            (0, WIDTH),
            (high, 0),
            margin=dict.fromkeys("lrtb", 4),
            barmode="overlay",
            xaxis=hidden_axis(0, WIDTH, constrain="domain", constraintoward="left"),
            yaxis=hidden_axis(high, 0, scaleanchor="x", constrain="domain", constraintoward="top"),
            images=[
                {
                    "source": painted(shown, images, high),
                    **{"xref": "x", "yref": "y", "x": 0, "y": 0, "sizex": WIDTH, "sizey": high},
                    "sizing": "stretch",
                    "layer": "below",
                }
            ],
            meta={
                "numbers": table(words["columns"], numbers),
                "pause": 16000 // (len(moments) + 15),
            }
            if revealed
            else None,
        ),
    )


# --- the tiles ------------------------------------------------------------------------------------


def placed(batches: Epoch, never: tuple[int, ...], top: int, words: Words) -> list[Block]:
    """Place the batches, and whoever is in none, side by side and in rows below each other."""
    blocks: list[Block] = []
    left = lowest = 0
    groups = [(str(number), samples) for number, samples in enumerate(batches)]
    for name, samples in [*groups, *([("", never)] if never else [])]:
        wide = min(len(samples), ACROSS) * CELL
        high = -(-len(samples) // ACROSS) * CELL
        if left and (left + wide > WIDTH or not name):
            left, top = 0, lowest + GAP // 2
        color = int(name) % len(COLORS) if name else len(COLORS)
        title = words["batch"].format(batch=name) if name else words["left"]
        if name and (len(batches[0]) < 3 or left + 2 * CELL > WIDTH):
            title = name  # there is room for the number only
        blocks.append(Block(samples, left, top + NAME, wide, high, title, color))
        left, lowest = left + wide + GAP, max(lowest, top + NAME + high)
    return blocks


def painted(blocks: Sequence[Block], images: np.ndarray, high: int) -> str:
    """Return all tiles in one PNG; 0 is see-through, then the colors, then the shades of gray."""
    paper = np.zeros((high, WIDTH), dtype=np.uint8)
    shades = len(COLORS) + 3 + images // (256 // SHADES)
    for block in blocks:
        for i, sample in enumerate(block.samples):
            top = block.top + i // ACROSS * CELL
            left = block.left + i % ACROSS * CELL
            if block.color >= 0:
                paper[top : top + CELL, left : left + CELL] = 1 + block.color
            paper[top + EDGE : top + CELL - EDGE, left + EDGE : left + CELL - EDGE] = shades[sample]
    colors = ["#000000", *COLORS, GRAY, "#000000"]
    palette = [int(color[i : i + 2], 16) for color in colors for i in (1, 3, 5)]
    palette += [shade * 255 // (SHADES - 1) for shade in range(SHADES) for _ in range(3)]
    image = Image.fromarray(paper, "P")
    image.putpalette(palette)
    file = io.BytesIO()
    image.save(file, "PNG", transparency=0, compress_level=4)
    return f"data:image/png;base64,{base64.b64encode(file.getvalue()).decode()}"


# --- what lies over them --------------------------------------------------------------------------


def _moments(blocks: int) -> list[int]:
    """Return after how many batches there is a picture: from none to all."""
    steps = min(blocks, STEPS)
    return [round(blocks * step / steps) for step in range(steps + 1)] if steps else [0]


def _tint(rows: int) -> Part:
    """Return what stays of the colors over the dataset: one cell for every tile."""
    # Seen through, so that the tile below is still to be made out.
    colors = ["rgba(0, 0, 0, 0)", *(translucent(color, 0.65) for color in (*COLORS, GRAY))]
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
        "x": [block.left + block.wide / 2 for block in blocks],
        "y": [block.high + 2 for block in blocks],
        "base": [block.top - 1 for block in blocks],
        "width": [block.wide + 2 for block in blocks],
        "hoverinfo": "skip",
    }


def _names(dataset: Block, blocks: Sequence[Block]) -> Part:
    """Return what stays of the names above the tiles."""
    named = [dataset, *blocks]
    across = [block.left for block in named]
    down = [block.top - NAME / 2 + 1 for block in named]
    names = [block.name for block in named]
    return text(across, down, names, [TEXT, *[MUTED] * len(blocks)], position="middle right")


def _moment(rows: int, blocks: Sequence[Block], shown: int, words: Words) -> list[Part]:
    """Return what differs from moment to moment; ``shown`` blocks are there already."""
    colors = np.zeros(rows * ACROSS, dtype=np.uint8)
    times = np.zeros(rows * ACROSS, dtype=np.int64)
    for block in blocks[:shown]:
        colors[list(block.samples)] = 1 + block.color
        np.add.at(times, list(block.samples), 1)
    gone = colors == 1 + len(COLORS)
    texts = np.where(gone, "×", [f"{count}×" if count > 1 else BLANK for count in times.tolist()])
    names = [block.name if i < shown else BLANK for i, block in enumerate(blocks)]
    opacity = [0 if i < shown else 1 for i in range(len(blocks))]
    return [
        {
            "type": "heatmap",
            "z": colors.reshape(rows, ACROSS),
            "text": texts.reshape(rows, ACROSS).tolist(),
        },
        {"type": "bar", "marker": {"color": BACKGROUND, "opacity": opacity}},
        {"type": "scatter", "text": [words["dataset"], *names]},
    ]


def _captions(
    batches: Epoch, blocks: Sequence[Block], moments: Sequence[int], words: Words
) -> list[str]:
    """Return the caption of each moment: which batches came, and who is in them."""
    captions = [words["whole"].format(batches=len(batches)), words["start"]]
    for before, shown in pairwise(moments[1:]):
        new = blocks[before:shown]
        samples = _listed([sample for block in new for sample in block.samples])
        first, last = before, min(shown, len(batches)) - 1
        number = str(last) if first == last else f"{first}–{last}"
        caption = words["end"] if new[-1].color == len(COLORS) else words["taken"]
        captions.append(caption.format(batch=number, samples=samples))
    return captions


def _listed(samples: Sequence[int], most: int = 8) -> str:
    """Return the first few places, and a sign that there are more."""
    return ", ".join(map(str, samples[:most])) + (" …" if len(samples) > most else "")
