"""The samples as tiles: where they stand in the dataset, and which batch each one goes into."""

from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np

from lib.core.i18n import mark
from lib.lessons.data.batching.figures_places import (
    ACROSS,
    CELL,
    COLORS,
    GAP,
    GRAY,
    NAME,
    WIDTH,
    Block,
    painted,
    placed,
)
from lib.lessons.data.batching.lesson import Loaded
from lib.plots.figure import Figure
from lib.plots.palette import BACKGROUND, MUTED, TEXT

# What is written in the picture; a page passes its own, in its own language.
WORDS = {
    "dataset": mark("the dataset"),
    "batch": mark("batch {batch}"),
    "left": mark("in no batch"),
    "whole": mark("The whole epoch: {batches} batches. Play it."),
    "start": mark("Nothing is loaded yet."),
    "taken": mark("Batch {batch}: samples {samples}"),
    "end": mark("In no batch: {samples}"),
    "columns": mark("batch, samples in it, where they stand in the dataset"),
}

SCALE = 0.8  # pixels on the screen for one of the picture, where the page is wide enough
STEPS = 24  # most moments; with more batches, each moment shows several

FILL = (0.0, "rgba(0, 0, 0, 0)")  # the picture is seen as it is


def tiles(
    result: Loaded,
    batches: tuple[tuple[int, ...], ...],
    never: tuple[int, ...],
    pictures: np.ndarray,
    words: Mapping[str, str] = WORDS,
    guess: bool = False,
) -> Figure:
    """Draw one epoch: the dataset above, the batches below, filled one after the other.

    Args:
        result: what ``two_epochs`` returns.
        batches: one of its two epochs.
        never: the samples that came in no batch of it.
        pictures: the picture of every sample, (samples, 28, 28).
        words: what the picture says, with the keys of ``WORDS``.
        guess: draw the dataset only: the visitor is to guess the rest.

    Returns:
        A figure with the batches in ``layout.meta["numbers"]``.
    """
    samples = len(result.labels)
    rows = -(-samples // ACROSS)
    dataset = Block((*range(samples),), 0, NAME, ACROSS * CELL, rows * CELL, words["dataset"], -1)
    blocks = placed(batches, never, NAME + rows * CELL + GAP, words)
    high = max(block.top + block.high for block in (dataset, *blocks))
    shown = [dataset] if guess else [dataset, *blocks]
    # The whole epoch comes first, to be seen without a click; then it is told from the beginning.
    moments = [0] if guess else [len(blocks), *_moments(len(blocks))]
    fixed = [_tint(rows), _covers([] if guess else blocks), _names(dataset, blocks)]
    drawn = [_moment(rows, blocks, there, words) for there in moments]
    return Figure(
        data=[{**still, **first} for still, first in zip(fixed, drawn[0], strict=True)],
        frames=[]
        if guess
        else [
            {"name": caption, "data": data}
            for caption, data in zip(_captions(batches, blocks, moments, words), drawn, strict=True)
        ],
        layout={
            "height": round(high * SCALE) + 12,
            "margin": {"l": 4, "r": 4, "t": 4, "b": 4},
            "showlegend": False,
            "hovermode": False,
            "dragmode": False,
            "barmode": "overlay",
            "xaxis": {
                "visible": False,
                "fixedrange": True,
                "range": [0, WIDTH],
                "constrain": "domain",
                "constraintoward": "left",
            },
            "yaxis": {
                "visible": False,
                "fixedrange": True,
                "range": [high, 0],
                "scaleanchor": "x",
                "constrain": "domain",
                "constraintoward": "top",
            },
            "images": [
                {
                    "source": painted(shown, pictures, high),
                    "xref": "x",
                    "yref": "y",
                    "x": 0,
                    "y": 0,
                    "sizex": WIDTH,
                    "sizey": high,
                    "sizing": "stretch",
                    "layer": "below",
                }
            ],
            "meta": None
            if guess
            else {
                "numbers": _numbers(batches, never, words),
                "pause": 16000 // (len(moments) + 15),
            },
        },
    )


def _moments(blocks: int) -> list[int]:
    """Return after how many batches there is a picture: from none to all."""
    steps = min(blocks, STEPS)
    return [round(blocks * step / steps) for step in range(steps + 1)] if steps else [0]


# --- what lies over it ----------------------------------------------------------------------------


def _tint(rows: int) -> dict[str, object]:
    """Return what stays of the colors over the dataset: one cell for every tile."""
    # Seen through, so that the tile below is still to be made out.
    seen_through = [_through(color) for color in (*COLORS, GRAY)]
    last = len(seen_through)
    scale = [FILL, *((i / last, color) for i, color in enumerate(seen_through, start=1))]
    return {
        "type": "heatmap",
        "x0": CELL / 2,
        "dx": CELL,
        "y0": NAME + CELL / 2,
        "dy": CELL,
        "zmin": 0,
        "zmax": last,
        "colorscale": scale,
        "showscale": False,
        "xgap": 1,
        "ygap": 1,
        "texttemplate": "%{text}",
        "textfont": {"color": "#ffffff", "size": 14},
        "hoverinfo": "skip",
    }


def _through(color: str) -> str:
    """Return a color of the palette, two thirds of it."""
    red, green, blue = (int(color[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red}, {green}, {blue}, 0.65)"


def _covers(blocks: Sequence[Block]) -> dict[str, object]:
    """Return what stays of the covers over batches that are not loaded yet."""
    return {
        "type": "bar",
        "x": [block.left + block.wide / 2 for block in blocks],
        "y": [block.high + 2 for block in blocks],
        "base": [block.top - 1 for block in blocks],
        "width": [block.wide + 2 for block in blocks],
        "hoverinfo": "skip",
    }


def _names(dataset: Block, blocks: Sequence[Block]) -> dict[str, object]:
    """Return what stays of the names above the tiles."""
    return {
        "type": "scatter",
        "mode": "text",
        "x": [block.left for block in (dataset, *blocks)],
        "y": [block.top - NAME / 2 + 1 for block in (dataset, *blocks)],
        "textposition": "middle right",
        "textfont": {"size": 12, "color": [TEXT, *[MUTED] * len(blocks)]},
        "cliponaxis": False,
        "hoverinfo": "skip",
    }


def _moment(
    rows: int, blocks: Sequence[Block], shown: int, words: Mapping[str, str]
) -> list[dict[str, object]]:
    """Return what differs from moment to moment; ``shown`` blocks are there already."""
    colors = np.zeros(rows * ACROSS, dtype=np.uint8)
    times = np.zeros(rows * ACROSS, dtype=np.int64)
    for block in blocks[:shown]:
        colors[list(block.samples)] = 1 + block.color
        np.add.at(times, list(block.samples), 1)
    gone = colors == 1 + len(COLORS)
    texts = [
        "×" if left_out else f"{count}×" if count > 1 else " "
        for left_out, count in zip(gone.tolist(), times.tolist(), strict=True)
    ]
    names = [block.name if i < shown else " " for i, block in enumerate(blocks)]
    return [
        {
            "type": "heatmap",
            "z": colors.reshape(rows, ACROSS),
            "text": [texts[row * ACROSS : (row + 1) * ACROSS] for row in range(rows)],
        },
        {
            "type": "bar",
            "marker": {
                "color": BACKGROUND,
                "opacity": [0 if i < shown else 1 for i in range(len(blocks))],
            },
        },
        {"type": "scatter", "text": [words["dataset"], *names]},
    ]


# --- words and numbers ----------------------------------------------------------------------------


def _captions(
    batches: Sequence[tuple[int, ...]],
    blocks: Sequence[Block],
    moments: Sequence[int],
    words: Mapping[str, str],
) -> list[str]:
    """Return what is said of each moment: which batches came, and who is in them."""
    said = [words["whole"].format(batches=len(batches)), words["start"]]
    for before, shown in pairwise(moments[1:]):
        new = blocks[before:shown]
        samples = _listed([sample for block in new for sample in block.samples])
        first, last = before, min(shown, len(batches)) - 1
        number = str(last) if first == last else f"{first}–{last}"
        text = words["end"] if new[-1].color == len(COLORS) else words["taken"]
        said.append(text.format(batch=number, samples=samples))
    return said


def _listed(samples: Sequence[int], most: int = 8) -> str:
    """Return the first few places, and a sign that there are more."""
    return ", ".join(map(str, samples[:most])) + (" …" if len(samples) > most else "")


def _numbers(
    batches: Sequence[tuple[int, ...]], never: tuple[int, ...], words: Mapping[str, str]
) -> dict[str, object]:
    """Return the epoch as a table."""
    groups = [
        *((str(number), batch) for number, batch in enumerate(batches)),
        (words["left"], never),
    ]
    rows = [[name, str(len(batch)), " ".join(map(str, batch))] for name, batch in groups]
    return {"columns": words["columns"].split(", "), "rows": rows}
