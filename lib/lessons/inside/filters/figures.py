"""A picture through one kernel, in three ways; through a preset; and edges of four directions."""

from collections.abc import Mapping

import cv2
import numpy as np

from lib.core.i18n import mark
from lib.lessons.inside.filters.edges import Answers
from lib.lessons.inside.filters.figures_tiles import Tile, png, shaded, signed, tiles
from lib.lessons.inside.filters.lesson import Compared
from lib.lessons.inside.filters.questions import Mystery
from lib.lessons.inside.filters.steps import OUT, Walk
from lib.plots.figure import Figure

# What is written in the pictures; a page passes its own, in its own language.
WORDS = {
    "picture": mark("your picture"),
    "opencv": mark("cv2.filter2D"),
    "layer": mark("F.conv2d"),
    "convolution": mark("true convolution"),
    "difference": mark("difference"),
    "narrow": mark("uint8, ddepth=-1"),
    "range": mark("{low} to {high}"),
    "apart": mark("off by {apart}"),
    "none": mark("no such border"),
    "cut": mark("{cut} cut off"),
    "table": mark("way, smallest, largest, off from filter2D"),
    "mystery": mark("a preset made this"),
    "level": mark("level"),
    "upright": mark("upright"),
    "falling": mark("falling"),
    "rising": mark("rising"),
    "answer": mark("answer: {answer}"),
    "answers": mark("edge, largest answer"),
}
GREEN = (0, 158, 115)


def compared(
    result: Compared, where: Walk, edges: bool, words: Mapping[str, str] = WORDS
) -> Figure:
    """Draw a picture and what became of it, with the size of every difference.

    Args:
        result: the picture and its versions.
        where: the piece that is looked at more closely; framed in green.
        edges: whether the kernel finds edges: orange is then below zero and blue above. Other
            versions are gray, the smallest number black and the largest white.
        words: what is written, with the keys of ``WORDS``.
    """
    seen = signed if edges else shaded
    gone = result.layer is None
    tile_rows = [
        Tile(words["picture"], _range(result.picture, words), _framed(result.picture, where)),
        Tile(words["opencv"], _range(result.opencv, words), seen(result.opencv)),
        Tile(
            words["layer"],
            words["none"] if gone else words["apart"].format(apart=_short(result.layer_apart)),
            "" if result.layer is None else seen(result.layer),
        ),
        Tile(
            words["narrow"],
            words["cut"].format(cut=f"{result.cut_low + result.cut_high:.0%}"),
            shaded(result.narrow, 0, 255),
        ),
        Tile(
            words["convolution"],
            words["apart"].format(apart=_short(result.convolution_apart)),
            seen(result.convolution),
        ),
        Tile(
            words["difference"],
            "|filter2D − convolution|",  # black is 0
            shaded(np.abs(result.opencv - result.convolution), 0),
        ),
    ]
    rows = [
        _row(words["opencv"], result.opencv, 0.0),
        *([] if result.layer is None else [_row(words["layer"], result.layer, result.layer_apart)]),
        _row(words["convolution"], result.convolution, result.convolution_apart),
        _row(words["narrow"], result.narrow, None),
    ]
    return tiles(tile_rows, 3, 185, {"columns": words["table"].split(", "), "rows": rows})


def asked(result: Mystery, edges: bool, words: Mapping[str, str] = WORDS) -> Figure:
    """Draw what a preset made of the picture, without saying which."""
    seen = signed if edges else shaded
    return tiles([Tile(words["mystery"], "", seen(result.output))], 1, 150, None)


def answered(result: Answers, words: Mapping[str, str] = WORDS) -> Figure:
    """Draw edges of four directions, and below each what a kernel makes of it."""
    names = ("level", "upright", "falling", "rising")
    strengths = [getattr(result, name) for name in names]
    largest = float(np.abs(result.maps).max()) or 1.0
    edges = [
        Tile(words[name], words["answer"].format(answer=f"{strength:.3g}"), shaded(edge, -0.6, 1.6))
        for name, strength, edge in zip(names, strengths, result.edges, strict=True)
    ]
    maps = [Tile("", "", signed(each, largest)) for each in result.maps]
    rows = [[words[name], round(each, 4)] for name, each in zip(names, strengths, strict=True)]
    numbers = {"columns": words["answers"].split(", "), "rows": rows}
    return tiles([*edges, *maps], 4, 80, numbers)


def _framed(picture: np.ndarray, where: Walk) -> str:
    """Return the picture with a green frame around the piece."""
    gray = np.rint(picture * 255).astype(np.uint8)
    rgb = cv2.cvtColor(gray, cv2.COLOR_GRAY2RGB)
    high, wide = gray.shape
    top, left = max(where.top - 1, 0), max(where.left - 1, 0)
    bottom, right = min(where.top + OUT, high - 1), min(where.left + OUT, wide - 1)
    return png(cv2.rectangle(rgb, (left, top), (right, bottom), GREEN, 1))


def _range(values: np.ndarray, words: Mapping[str, str]) -> str:
    low, high = _short(float(values.min())), _short(float(values.max()))
    return words["range"].format(low=low, high=high)


def _short(value: float | None) -> str:
    return "" if value is None else f"{value + 0.0:.2g}".replace("-", "−")


def _row(name: str, values: np.ndarray, apart: float | None) -> list[object]:
    low, high = float(values.min()), float(values.max())
    return [name, round(low, 4), round(high, 4), "" if apart is None else f"{apart:.3g}"]
