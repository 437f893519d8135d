"""Images side by side, each with its name; and an image's pixels as the browser wants them."""

import base64
from collections.abc import Sequence

import cv2
import numpy as np

from lib.core.i18n import Words, mark
from lib.lessons.data.preprocess.lesson import Draws
from lib.lessons.data.preprocess.normalization import View
from lib.lessons.data.preprocess.wrapped_loader import Batches
from lib.plots.figure import Figure
from lib.plots.numbers import Table, table
from lib.plots.traces import Part, drawing, text

SMALL = 64 * 64 * 3  # numbers of an image that is sent pixel by pixel
QUALITY = {
    "png": [cv2.IMWRITE_PNG_COMPRESSION, 3],
    "jpeg": [
        *(cv2.IMWRITE_JPEG_QUALITY, 88),
        *(cv2.IMWRITE_JPEG_SAMPLING_FACTOR, cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444),
    ],
}

WORDS = {
    "draw": mark("draw {number}"),
    "draws": (mark("draw"), mark("mean of its numbers")),
    "right": mark("as it is"),
    "swapped": mark("blue taken for red"),
    "normalized": mark("normalized"),
    "undone": mark("normalized, undone"),
    "views": (mark("view"), mark("mean distance of a pixel"), mark("clipped")),
    "item": mark("image {number}"),
    "row": mark("row {number} of 784 numbers"),
    "batch": (mark("image"), mark("shape")),
}
NAME, GAP = 20, 8  # pixels for a name above an image, and below the image


def draws(result: Draws, words: Words = WORDS) -> Figure:
    """Draw eight draws of one chain, four in a row."""
    names = [words["draw"].format(number=number) for number in range(1, len(result.images) + 1)]
    rows = [(name, round(mean, 4)) for name, mean in zip(names, result.mean, strict=True)]
    return _tiles(result.images, names, 4, 120, table(words["draws"], rows))


def views(result: Sequence[View], words: Words = WORDS) -> Figure:
    """Draw the image right, and three times as somebody sees it who forgot something."""
    names = [words[view.kind] for view in result]
    rows = [
        (name, round(view.off, 2), f"{view.clipped:.1%}")
        for name, view in zip(names, result, strict=True)
    ]
    return _tiles([view.shown for view in result], names, 2, 150, table(words["views"], rows))


def batch(result: Batches, words: Words = WORDS) -> Figure:
    """Draw the first images of a batch: as rows of numbers, or as images once they are."""
    pixels = (result.images * 255).round().astype(np.uint8)  # (8, 784) or (8, 1, 28, 28)
    flat = pixels.ndim == 2
    name = words["row" if flat else "item"]
    names = [name.format(number=number) for number in range(len(pixels))]
    rows = [(name, str(each.shape)) for name, each in zip(names, pixels, strict=True)]
    numbers = table(words["batch"], rows)
    if flat:
        return _tiles(pixels[:, None], names, 1, 14, numbers, stretched=True)
    return _tiles(pixels[:, 0], names, 4, 92, numbers)


def _tiles(
    images: Sequence[np.ndarray] | np.ndarray,
    names: Sequence[str],
    across: int,
    high: int,
    numbers: Table,
    stretched: bool = False,
) -> Figure:
    """Draw images in rows, each with its name above.

    Args:
        images: uint8, (height, width) or (height, width, 3).
        names: one for each.
        across: how many stand in a row.
        high: pixels kept for an image's height.
        numbers: the table behind the picture.
        stretched: whether an image fills its place, whatever its proportions.
    """
    down = high + NAME + GAP
    rows = -(-len(images) // across)
    middles = [(i % across + 0.5) / across for i in range(len(images))]
    tops = [i // across * down for i in range(len(images))]
    sizing = "stretch" if stretched else "contain"
    return Figure(
        data=[text(middles, [top + NAME / 2 for top in tops], names)],
        layout=drawing(
            rows * down + 12,
            (0, 1),
            (rows * down, 0),
            margin={"l": 4, "r": 4, "t": 4, "b": 8},
            images=[
                placed(image, middle, top + NAME, 0.96 / across, high, sizing)
                for image, middle, top in zip(images, middles, tops, strict=True)
            ],
            meta={"numbers": numbers},
        ),
    )


def placed(
    pixels: np.ndarray, middle: float, top: float, wide: float, high: float, sizing: str = "contain"
) -> Part:
    """Return an image of the layout: where its middle and its top are, and how large it may be."""
    return {
        "source": embedded(pixels),
        **{"xref": "x", "yref": "y", "x": middle, "y": top, "sizex": wide, "sizey": high},
        "xanchor": "center",
        "yanchor": "top",
        "sizing": sizing,
    }


def embedded(pixels: np.ndarray) -> str:
    """Return an image as the browser reads it, in base64: a PNG if it is small, else a JPEG.

    A photo as PNG has ten times the bytes, and all of them are sent when a slider moves.

    Args:
        pixels: uint8, (height, width) or (height, width, 3) with red first.

    Raises:
        ValueError: if they are no image.
    """
    if not pixels.size or pixels.dtype != np.uint8:
        raise ValueError(f"pixels of shape {pixels.shape}, {pixels.dtype}, are no image")
    kind = "png" if pixels.size <= SMALL else "jpeg"
    ordered = np.ascontiguousarray(pixels[..., ::-1] if pixels.ndim == 3 else pixels)
    _, packed = cv2.imencode(f".{kind}", ordered, QUALITY[kind])
    return f"data:image/{kind};base64,{base64.b64encode(packed.tobytes()).decode()}"
