"""What the lesson looks like: a picture, its feature map, and a few windows in numbers."""

from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from lib.core.controls import Field, Menu, Slider, Typed
from lib.core.i18n import Translate, english, mark, translated
from lib.core.rules import Between
from lib.core.scene import ALL, Line, Picture, Revealed, Row, Scene, lines
from lib.datasets.images import FASHION, PICTURES
from lib.lessons.inside.filters import figures, window_figures
from lib.lessons.inside.filters.kernels import (
    LONGEST,
    PRESETS,
    SOBEL_X,
    Kernel,
    finds_edges,
    parse,
    text_of,
    words_of,
)
from lib.lessons.inside.filters.lesson import BORDERS, Compared, compare
from lib.lessons.inside.filters.questions import FILTERS
from lib.lessons.inside.filters.windows import OUT, PERCENT, Walk, walk
from lib.plots.numbers import digits

IDEA = mark(
    "A :orange[**kernel**] is a small window of weights. Lay it on the picture, multiply each "
    "pixel by the weight on it, add up: the sum is one pixel of the :green[**feature map**]. Then "
    "move on; where the window would stick out, a layer without padding gives nothing. A moving "
    "average does this with nine weights of 1/9. OpenCV's `filter2D` uses weights you choose, "
    "`nn.Conv2d` learns them."
)
FASHION_NAME = "Fashion-MNIST"
CONTROLS = {
    "image": Menu({**{name: name for name in PICTURES}, FASHION_NAME: FASHION_NAME}, "camera"),
    "image_number": Field(Between(0, FASHION - 1), 0),
    "kernel": Typed(
        text_of(SOBEL_X),
        parse,
        ("0 1 0; 1 -4 1; 0 1 0", PRESETS[5]["blur"], "1, 2; 3, 4", "1/0, 0, 0; 0, 0, x", ""),
        LONGEST,
    ),
    "down": Slider(PERCENT, 30),
    "across": Slider(PERCENT, 50),
    "border": Menu({name: name for name in BORDERS}),
}
SYMBOLS = {"kernel": "orange", "y": "green"}
# Played once before the first question, with another kernel than the question's.
EXAMPLE = {"kernel": parse(PRESETS[3]["blur"])}

WIDTH = 78  # characters of a line of code


class Drawn(NamedTuple):
    """What does not change while the window moves: the maps, and both pictures as PNGs."""

    result: Compared
    picture: str
    feature_map: str


def settings(image: str | bytes, image_number: int = 0, **others: Any) -> dict[str, Any]:
    """Join the number of a Fashion-MNIST picture to its name."""
    if image == FASHION_NAME:
        image = f"fashion {image_number}"
    return {"image": image, **others}


def draw(image: str | bytes, kernel: Kernel, border: str) -> Drawn:
    """Return a picture and what the kernel makes of it."""
    result = compare(image, kernel, border)
    seen = figures.signed if finds_edges(kernel) else figures.shaded
    return Drawn(result, figures.shaded(result.picture, 0, 1), seen(result.opencv))


draw_shipped = lru_cache(maxsize=64)(draw)  # never a visitor's own picture


def scene(
    image: str | bytes = "camera",
    kernel: Kernel = SOBEL_X,
    down: int = 30,
    across: int = 50,
    border: str = "BORDER_REFLECT_101",
    *,
    revealed: Revealed = ALL,
    _: Translate = english,
) -> Scene:
    """Return what is seen at these settings; "even" and "size" are the questions that hide rows."""
    seen = walk(image, kernel, border, down, across)
    drawn = (draw if isinstance(image, bytes) else draw_shipped)(image, kernel, border)
    words = translated(figures.WORDS, _)
    names = figures.names_of(seen, words)
    shape = drawn.result.picture.shape
    reach = len(kernel) // 2
    title = words["feature map" if finds_edges(kernel) else "gray map"]
    where = {"row": seen.top, "column": seen.left}
    return Scene(
        pictures={
            "picture": Picture(
                figures.located(drawn.picture, shape, seen, words["picture"], names, reach),
                _("The picture; nine windows begin at row {row}, column {column}.", **where),
            ),
            "map": Picture(
                figures.located(drawn.feature_map, shape, seen, title, names, 0),
                _("What the kernel makes of the picture, from {low} to {high}.",
                  low=digits(float(drawn.result.opencv.min()), 3),
                  high=digits(float(drawn.result.opencv.max()), 3)),
            ),
            "windows": Picture(
                window_figures.windows(seen, names, translated(window_figures.WORDS, _)),
                _("Pixels, kernel, products and their sum for nine windows; the last sum is {sum}.",
                  sum=digits(float(seen.output[-1, -1]), 3)),
            ),
        },
        code=code(seen, kernel),
        caption=_("A window of pixels times the kernel, added up, is one pixel of the map."),
        numbers=rows(drawn.result, kernel, _),
        pause=900,
    )  # fmt: skip


def rows(result: Compared, kernel: Kernel, _: Translate) -> tuple[Row, ...]:
    """Return the sizes of the maps, and how much the functions differ."""
    size, (height, width) = len(kernel), result.picture.shape
    inner = (FILTERS, height - size + 1, width - size + 1)
    none = _("PyTorch has no such border")
    low, high = float(result.opencv.min()), float(result.opencv.max())
    difference = result.layer_difference
    return (
        Row(_("picture, and what `filter2D` makes of it"), f"`({height}, {width})`"),
        Row(f"`nn.Conv2d(1, {FILTERS}, {size})`", f"`{inner}`", "size"),
        Row(_("all weights of the kernel added up"), digits(float(np.sum(kernel))), "even"),
        Row(_("smallest and largest number of the map"), f"{digits(low)}, {digits(high)}"),
        Row(
            _("`filter2D` − `conv2d`, largest"), none if difference is None else digits(difference)
        ),
        Row(_("`filter2D` − true convolution, largest"), digits(result.convolution_difference)),
        Row(_("as uint8: became 0, became 255"), f"{result.cut_low:.1%}, {result.cut_high:.1%}"),
    )


def code(seen: Walk, kernel: Kernel) -> tuple[Line, ...]:
    """Return what a student would write to slide the kernel over these pixels."""
    pixels = [[f"{round(each * 255):3}" for each in row] for row in seen.window.tolist()]
    weights = words_of(kernel)
    wide = max(len(each) for row in weights for each in row)
    x = _tensor("x", pixels, "]) / 255")
    k = _tensor("kernel", [[f"{each:>{wide}}" for each in row] for row in weights], "]).float()")
    sizes = " -> ".join(str(each.shape) for each in (seen.window, seen.output))
    convolution = f"y = F.conv2d(x[None, None], kernel[None, None])[0, 0]  # {sizes}"
    frames = {len(x) + len(k): tuple(range(OUT * OUT))}
    return lines("\n".join((*x, *k, convolution, "print(y)")), frames)


def _tensor(name: str, rows: list[list[str]], end: str) -> list[str]:
    """Return the lines that make a tensor: as many rows in each as fit."""
    start = f"{name} = torch.tensor(["
    hangs = len(rows) > 5
    indent = " " * (4 if hangs else len(start))
    made = [""]
    for row in rows:
        part = f"[{', '.join(row)}],"
        closing = end if row is rows[-1] else ""
        if made[-1] and len(f"{indent}{made[-1]} {part}{closing}") > WIDTH:
            made.append("")
        made[-1] += f" {part}" if made[-1] else part
    made = [f"{indent if i or hangs else start}{each}" for i, each in enumerate(made)]
    if hangs:
        made = [start, *made]
    return [*made[:-1], f"{made[-1].removesuffix(',')}{end}"]
