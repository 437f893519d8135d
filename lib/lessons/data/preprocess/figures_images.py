"""Pictures side by side, each with its name; and a picture's pixels as the browser wants them."""

import base64
from collections.abc import Mapping, Sequence

import cv2
import numpy as np

from lib.core.i18n import mark
from lib.lessons.data.preprocess.draws import Draws
from lib.lessons.data.preprocess.views import View
from lib.lessons.data.preprocess.wrapped import Batches
from lib.plots.figure import Figure
from lib.plots.palette import TEXT

SMALL = 64 * 64 * 3  # numbers of a picture that is sent pixel by pixel
QUALITY = {
    "png": [cv2.IMWRITE_PNG_COMPRESSION, 3],
    "jpeg": [
        *(cv2.IMWRITE_JPEG_QUALITY, 88),
        *(cv2.IMWRITE_JPEG_SAMPLING_FACTOR, cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444),
    ],
}

# What is written in the pictures; a page passes its own, in its own language.
WORDS = {
    "draw": mark("draw {number}"),
    "mean": mark("mean of its numbers"),
    "right": mark("as it is"),
    "swapped": mark("blue taken for red"),
    "normalized": mark("normalized"),
    "undone": mark("normalized, undone"),
    "view": mark("view, mean distance of a pixel, cut off"),
    "item": mark("picture {number}"),
    "row": mark("row {number} of 784 numbers"),
    "values": mark("picture, shape"),
}
NAME, GAP = 20, 8  # pixels for a name above a picture, and below the picture


def draws(result: Draws, words: Mapping[str, str] = WORDS) -> Figure:
    """Draw eight draws of one chain, four in a row."""
    names = [words["draw"].format(number=number) for number in range(1, len(result.pictures) + 1)]
    rows = [[name, round(mean, 4)] for name, mean in zip(names, result.mean, strict=True)]
    columns = [words["draw"].format(number="").strip(), words["mean"]]
    return tiles(result.pictures, names, 4, 120, {"columns": columns, "rows": rows})


def views(result: Sequence[View], words: Mapping[str, str] = WORDS) -> Figure:
    """Draw the picture right, and three times as somebody sees it who forgot something."""
    names = [words[view.kind] for view in result]
    rows = [
        [name, round(view.off, 2), f"{view.clipped:.1%}"]
        for name, view in zip(names, result, strict=True)
    ]
    numbers = {"columns": words["view"].split(", "), "rows": rows}
    return tiles([view.seen for view in result], names, 2, 150, numbers)


def batch(result: Batches, words: Mapping[str, str] = WORDS) -> Figure:
    """Draw the first pictures of a batch: as rows of numbers, or as pictures once they are."""
    pixels = (result.pictures * 255).round().astype(np.uint8)  # (8, 784) or (8, 1, 28, 28)
    flat = pixels.ndim == 2
    name = words["row" if flat else "item"]
    names = [name.format(number=number) for number in range(len(pixels))]
    numbers = {
        "columns": words["values"].split(", "),
        "rows": [[name, str(each.shape)] for name, each in zip(names, pixels, strict=True)],
    }
    if flat:
        return tiles([row[None] for row in pixels], names, 1, 14, numbers, stretched=True)
    return tiles([each[0] for each in pixels], names, 4, 92, numbers)


def tiles(
    pictures: Sequence[np.ndarray],
    names: Sequence[str],
    across: int,
    high: int,
    numbers: Mapping[str, object],
    stretched: bool = False,
) -> Figure:
    """Draw pictures in rows, each with its name above.

    Args:
        pictures: uint8, (height, width) or (height, width, 3).
        names: one for each.
        across: how many stand in a row.
        high: pixels kept for a picture's height.
        numbers: the table behind the picture.
        stretched: whether a picture fills its place, whatever its proportions.
    """
    rows = -(-len(pictures) // across)
    corners = [
        (column / across, row * (high + NAME + GAP))
        for row in range(rows)
        for column in range(across)
    ]
    placed = list(zip(pictures, names, corners, strict=False))
    return Figure(
        data=[
            {
                "type": "scatter",
                "mode": "text",
                "x": [left + 0.5 / across for *_, (left, _) in placed],
                "y": [top + NAME / 2 for *_, (_, top) in placed],
                "text": [name for _, name, _ in placed],
                "textposition": "middle center",
                "textfont": {"color": TEXT, "size": 12},
            }
        ],
        layout={
            "height": rows * (high + NAME + GAP) + 12,
            "margin": {"l": 4, "r": 4, "t": 4, "b": 8},
            "showlegend": False,
            "hovermode": False,
            "dragmode": False,
            "xaxis": {"visible": False, "fixedrange": True, "range": [0, 1]},
            "yaxis": {
                "visible": False,
                "fixedrange": True,
                "range": [rows * (high + NAME + GAP), 0],
            },
            "images": [
                {
                    "source": embedded(picture),
                    "xref": "x",
                    "yref": "y",
                    "x": left + 0.5 / across,
                    "y": top + NAME,
                    "sizex": 0.96 / across,
                    "sizey": high,
                    "xanchor": "center",
                    "yanchor": "top",
                    "sizing": "stretch" if stretched else "contain",
                }
                for picture, _, (left, top) in placed
            ],
            "meta": {"numbers": numbers},
        },
    )


def embedded(pixels: np.ndarray) -> str:
    """Return a picture as the browser reads it, in base64: a PNG if it is small, else a JPEG.

    A photo as PNG has ten times the bytes, and all of them are sent when a slider moves.

    Args:
        pixels: uint8, (height, width) or (height, width, 3) with red first.

    Raises:
        ValueError: if they are no picture.
    """
    if not pixels.size or pixels.dtype != np.uint8:
        raise ValueError(f"pixels of shape {pixels.shape}, {pixels.dtype}, are no picture")
    kind = "png" if pixels.size <= SMALL else "jpeg"
    ordered = np.ascontiguousarray(pixels[..., ::-1] if pixels.ndim == 3 else pixels)
    _, packed = cv2.imencode(f".{kind}", ordered, QUALITY[kind])
    return f"data:image/{kind};base64,{base64.b64encode(packed.tobytes()).decode()}"
