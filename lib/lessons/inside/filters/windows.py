"""A kernel slid over a few windows of a picture, with every sum in numbers."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from lib.core.rules import Between, OneOf, checked
from lib.datasets.images import PictureRule
from lib.lessons.inside.filters.kernels import SOBEL_X, Kernel, KernelRule
from lib.lessons.inside.filters.lesson import BORDERS, gray
from lib.plots.numbers import digits

# What NumPy calls OpenCV's borders: another program, so another opinion.
NUMPY_MODES = {
    "BORDER_REFLECT_101": "reflect",
    "BORDER_CONSTANT": "constant",
    "BORDER_REPLICATE": "edge",
    "BORDER_WRAP": "wrap",
    "BORDER_REFLECT": "symmetric",
}
OUT = 3  # rows and columns of results that are stepped through
PERCENT = Between(0, 100)


class Walk(NamedTuple):
    """A kernel over a small piece of a picture.

    Attributes:
        top: the row of the picture that the first result belongs to.
        left: its column.
        window: the pixels that are read, with those that the border adds, (k + 2, k + 2).
        inside: which of them are of the picture.
        kernel: (k, k).
        products: for each result, row by row, the products it is the sum of, (9, k, k).
        output: the sums, (3, 3).
        sums: the same, written out.
    """

    top: int
    left: int
    window: np.ndarray
    inside: np.ndarray
    kernel: np.ndarray
    products: np.ndarray
    output: np.ndarray
    sums: tuple[str, ...]


@checked(
    image=PictureRule(),
    kernel=KernelRule(),
    border=OneOf(*BORDERS),
    down=PERCENT,
    across=PERCENT,
)
def walk(
    image: str | bytes = "camera",
    kernel: Kernel = SOBEL_X,
    border: str = "BORDER_REFLECT_101",
    down: int = 30,
    across: int = 50,
) -> Walk:
    """Move a kernel over 9 places of a picture: multiply, add, write, go on.

    Args:
        image: a picture that ``picture`` knows.
        kernel: 3 by 3 or 5 by 5 numbers.
        border: how the picture goes on beyond its edge, in OpenCV's words.
        down: where the piece is, in percent from the top.
        across: the same from the left.
    """
    img = gray(image) / 255  # (H, W), from 0 to 1
    w = np.array(kernel, dtype=float)  # (k, k)
    k = len(w)
    top, left = ((n - OUT) * part // 100 for n, part in zip(img.shape, (down, across), strict=True))
    padded = pad(img, k // 2, NUMPY_MODES[border])  # (H + k - 1, W + k - 1)
    reached = np.pad(np.ones(img.shape, dtype=bool), k // 2)  # (H + k - 1, W + k - 1)
    read = slice(top, top + OUT + k - 1), slice(left, left + OUT + k - 1)
    window = padded[read]  # (k + 2, k + 2)

    products = np.stack(
        [window[i : i + k, j : j + k] * w for i in range(OUT) for j in range(OUT)]
    )  # (9, k, k)
    return Walk(
        top=top,
        left=left,
        window=window,
        inside=reached[read],
        kernel=w,
        products=products,
        output=products.sum(axis=(1, 2)).reshape(OUT, OUT),
        sums=tuple(
            written(window[i : i + k, j : j + k], w) for i in range(OUT) for j in range(OUT)
        ),
    )


def pad(img: np.ndarray, r: int, mode: str) -> np.ndarray:
    """Return a picture that goes on for ``r`` pixels beyond each of its edges."""
    function: Callable[..., np.ndarray] = np.pad
    return function(img, r, mode=mode)


def written(pixels: np.ndarray, w: np.ndarray) -> str:
    """Return a sum of products in words, without those whose weight is zero."""
    pairs = list(zip(pixels.ravel().tolist(), w.ravel().tolist(), strict=True))
    terms = [f"{decimals(pixel)}·{decimals(weight)}" for pixel, weight in pairs if weight]
    return f"{' + '.join(terms) or '0'} = {decimals(float((pixels * w).sum()))}"


def decimals(value: float) -> str:
    """Return a number with up to two decimals.

    >>> decimals(-0.128), decimals(3.0)
    ('−0.13', '3')
    """
    return digits(round(value, 2))


def frame_names(seen: Walk) -> list[dict[str, object]]:
    """Return for each window its place and its sum, written out if that is short."""
    return [
        {
            "row": seen.top + place // OUT,
            "column": seen.left + place % OUT,
            "sum": total if len(total) < 100 else total.rpartition("= ")[2],
        }
        for place, total in enumerate(seen.sums)
    ]
