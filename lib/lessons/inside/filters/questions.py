"""Questions about kernels and sizes, with feedback for each wrong answer; and the challenge."""

from collections.abc import Mapping
from typing import NamedTuple
from zlib import crc32

import cv2
import numpy as np
import torch
from torch import nn

from lib.core.i18n import mark
from lib.core.questions import Guess, answers
from lib.core.rules import Between, OneOf, checked, known_by
from lib.datasets.images import PictureRule
from lib.lessons.inside.filters.kernels import (
    NAMES,
    PRESETS,
    SIZES,
    SOBEL_X,
    Kernel,
    KernelRule,
    parse,
)
from lib.lessons.inside.filters.lesson import BORDERS, GRAY_SIDE, LEAST, filter2d, gray

FILTERS = 10  # of the layer that the question about sizes is about
SIDE = 13
SMALL = 0.05  # of the response to a diagonal: how strong the others may be
EVEN = 0.5  # brightness of a surface that is even
EVEN_FEEDBACK: Mapping[str, str] = {
    "sum": mark("Every pixel is 0.5, so the sum is 0.5 times all the weights added up."),
    "same": mark("So it is only where the weights add up to 1, as those of `blur` do."),
    "zero": mark("So it is only where the weights add up to 0, as those of `sobel_x` do."),
    "sizes": mark("That would be so if every weight counted as positive."),
    "middle": mark("That is the middle weight alone; all weights count."),
    "count": mark("That is the sum of the pixels: each one is multiplied with its weight first."),
}
FEEDBACK: Mapping[str, str] = {
    "identity": mark("`identity` changes nothing: 1 in the middle, 0 around it."),
    "blur": mark("`blur` takes the mean of the window, so every edge gets soft."),
    "sharpen": mark("`sharpen` keeps the brightness and makes edges stand out, with halos."),
    "sobel_x": mark(
        "`sobel_x` is right minus left: vertical edges light up, horizontal ones stay empty."
    ),
    "sobel_y": mark(
        "`sobel_y` is below minus above: horizontal edges light up, vertical ones do not."
    ),
    "laplacian": mark(
        "`laplacian` compares the middle with its neighbors: thin double lines, any direction."
    ),
    "emboss": mark("`emboss` looks like a relief with light from one corner."),
}
SIZE_FEEDBACK: Mapping[str, str] = {
    "layer": mark(
        "Without padding the kernel has to fit inside, so k − 1 rows and columns are lost; each "
        "filter gives one map."
    ),
    "kept": mark(
        "`filter2D` keeps the size, since it makes up pixels beyond the edge. A layer does that "
        "only if you set `padding`."
    ),
    "one_side": mark("The kernel sticks out on both sides, so both sides lose pixels."),
    "kernel": mark("Of n pixels, k fit in n − k + 1 places, not n − k: count it for n = k."),
    "one_map": mark("Every filter makes a map of its own; nothing adds them up here."),
}


class Mystery(NamedTuple):
    """A picture after a preset that is for the visitor to name.

    Attributes:
        name: the preset.
        output: what it made of the picture, (H, W).
        guesses: the possible answers; their codes are the presets' names.
    """

    name: str
    output: np.ndarray
    guesses: tuple[Guess, ...]


@checked(image=PictureRule(), border=OneOf(*BORDERS), size=OneOf(*SIZES), chosen=OneOf("", *NAMES))
def mystery(image: str | bytes, border: str, size: int, chosen: str) -> Mystery:
    """Send a picture through a preset that is not the chosen one, if one is chosen.

    Presets that make the same of this picture are no answers beside the right one.
    """
    img = gray(image).astype(np.float32) / 255  # (H, W)
    others = [name for name in NAMES if name not in (chosen, "identity")]
    truth = others[crc32(f"{known_by(image)} {border} {size} {chosen}".encode()) % len(others)]
    made = {
        name: filter2d(img, cv2.CV_32F, np.array(parse(text), dtype=np.float32), border)
        for name, text in PRESETS[size].items()
        if name != chosen
    }
    output = made[truth]
    names = [name for name, each in made.items() if np.abs(each - output).max() > 1e-3]
    return Mystery(
        truth, output, answers(truth, [(name, name) for name in NAMES if name in {*names, truth}])
    )


@checked(kernel=KernelRule())
def even_guesses(kernel: Kernel = SOBEL_X) -> tuple[Guess, ...]:
    """Return what a kernel may make of an even surface; the truth is what ``filter2D`` does."""
    w = np.array(kernel, dtype=np.float64)  # (k, k)
    surface = np.full((len(w), len(w)), EVEN)  # (k, k)
    truth = cv2.filter2D(surface, cv2.CV_64F, w)[len(w) // 2, len(w) // 2]
    middle = EVEN * w[len(w) // 2, len(w) // 2]
    options = [
        ("sum", truth), ("same", EVEN), ("zero", 0.0), ("sizes", EVEN * np.abs(w).sum()),
        ("middle", middle), ("count", EVEN * w.size),
    ]  # fmt: skip
    rounded = [(code, round(float(value), 3) + 0.0) for code, value in options]
    return answers(rounded[0][1], rounded)[:5]


@checked(height=Between(LEAST, GRAY_SIDE), width=Between(LEAST, GRAY_SIDE), size=OneOf(*SIZES))
def size_guesses(height: int, width: int, size: int) -> tuple[Guess, ...]:
    """Return what size may come out of ``nn.Conv2d(1, 10, size)``.

    The right answer is the shape of what a real layer gives.
    """
    layer = nn.Conv2d(1, FILTERS, kernel_size=size)
    with torch.no_grad():
        truth = str(tuple(layer(torch.zeros(1, height, width)).shape))
    lost = {"kept": 0, "one_side": size // 2, "kernel": size}
    wrong = [(code, str((FILTERS, height - n, width - n))) for code, n in lost.items()]
    one = str((1, height - size + 1, width - size + 1))
    return answers(truth, [("layer", truth), *wrong, ("one_map", one)])


# --- the challenge --------------------------------------------------------------------------------


class Responses(NamedTuple):
    """How a kernel responds to four edges from black to white.

    Attributes:
        horizontal: how strong its response to a horizontal edge is at most.
        vertical: to a vertical one.
        falling: to one that falls from left to right.
        rising: to one that rises from left to right.
        edges: the four pictures, in this order, (4, 13, 13).
        maps: the responses, (4, 13 - k + 1, 13 - k + 1).
    """

    horizontal: float
    vertical: float
    falling: float
    rising: float
    edges: np.ndarray
    maps: np.ndarray


@checked(kernel=KernelRule())
def respond_to_edges(kernel: Kernel = SOBEL_X) -> Responses:
    """Show a kernel four edges, and measure how strongly it responds.

    Source: https://docs.opencv.org/4.x/d4/d86/group__imgproc__filter.html
    """
    row, column = np.mgrid[:SIDE, :SIDE]  # (13, 13) each
    half = SIDE // 2
    kinds = [row > half, column > half, row > column, row + column > 2 * half]
    edges = np.stack(kinds).astype(np.float32)  # (4, 13, 13)
    w = np.array(kernel, dtype=np.float32)  # (k, k)
    r = len(w) // 2
    # Without the rim, where the border would respond, not the edge.
    maps = np.stack([cv2.filter2D(edge, cv2.CV_32F, w)[r:-r, r:-r] for edge in edges])
    horizontal, vertical, falling, rising = np.abs(maps).max(axis=(1, 2)).round(5).tolist()
    return Responses(horizontal, vertical, falling, rising, edges, maps)


def reaches(responses: Responses) -> bool:
    """Return whether it responds to the diagonals only."""
    weaker = min(responses.falling, responses.rising)
    return weaker > 0 and max(responses.horizontal, responses.vertical) <= SMALL * weaker
