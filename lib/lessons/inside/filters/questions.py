"""Questions about kernels and sizes, with what is behind each wrong answer."""

from collections.abc import Mapping
from typing import NamedTuple
from zlib import crc32

import cv2
import numpy as np
import torch
from torch import nn

from lib.core.i18n import mark
from lib.core.questions import Guess, answers
from lib.core.rules import OneOf, checked, known_by
from lib.datasets.images import PictureRule
from lib.lessons.inside.filters.kernels import NAMES, PRESETS, SIZES, parse
from lib.lessons.inside.filters.lesson import BORDERS, filter2d
from lib.lessons.inside.filters.picture import gray

FILTERS = 10  # of the layer that the second question is about
TOLD: Mapping[str, str] = {
    "identity": mark("`identity` changes nothing: 1 in the middle, 0 around it."),
    "blur": mark("`blur` takes the mean of the window, so every edge gets soft."),
    "sharpen": mark("`sharpen` keeps the brightness and makes edges stand out, with halos."),
    "sobel_x": mark(
        "`sobel_x` is right minus left: upright edges light up, level ones stay empty."
    ),
    "sobel_y": mark("`sobel_y` is below minus above: level edges light up, upright ones do not."),
    "laplacian": mark(
        "`laplacian` compares the middle with all around it: thin double lines, any direction."
    ),
    "emboss": mark("`emboss` looks like a relief with light from one corner."),
}
TOLD_SIZE: Mapping[str, str] = {
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


@checked(image=PictureRule(), border=OneOf(*BORDERS), size=OneOf(*SIZES), chosen=OneOf(*NAMES))
def mystery(image: str | bytes, border: str, size: int, chosen: str) -> Mystery:
    """Send a picture through a preset that is not the chosen one.

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
