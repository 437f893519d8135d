"""Where the tiles of an epoch stand, and the one picture that all of them are painted into."""

import base64
import io
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from PIL import Image

from lib.plots.palette import CATEGORIES

COLORS = CATEGORIES[:6]  # the seventh is gray, which here means left out
GRAY = CATEGORIES[6]

# Everything is measured in pixels of the one picture that all tiles are painted into.
TILE, EDGE = 28, 2
CELL = TILE + 2 * EDGE
ACROSS, GAP, NAME = 10, 10, 20  # tiles in a row; pixels between batches, and above for a name
WIDTH = ACROSS * CELL + 3 * GAP
SHADES = 16  # of gray, so that the picture is small


class Block(NamedTuple):
    """The tiles of one batch: samples, upper left corner, size, and the name above it."""

    samples: tuple[int, ...]
    left: int
    top: int
    wide: int
    high: int
    name: str
    color: int


def placed(
    batches: Sequence[tuple[int, ...]], never: tuple[int, ...], top: int, words: Mapping[str, str]
) -> list[Block]:
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
        said = words["batch"].format(batch=name) if name else words["left"]
        if name and (len(batches[0]) < 3 or left + 2 * CELL > WIDTH):
            said = name  # there is room for the number only
        blocks.append(Block(samples, left, top + NAME, wide, high, said, color))
        left, lowest = left + wide + GAP, max(lowest, top + NAME + high)
    return blocks


def painted(blocks: Sequence[Block], pictures: np.ndarray, high: int) -> str:
    """Return all tiles in one PNG; 0 is see-through, then the colors, then the shades of gray."""
    paper = np.zeros((high, WIDTH), dtype=np.uint8)
    shades = len(COLORS) + 3 + pictures // (256 // SHADES)
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
