"""Small pictures side by side, each with its name above and a number below that name."""

import base64
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import cv2
import numpy as np

from lib.plots.figure import Figure
from lib.plots.palette import MUTED, NEGATIVE, POSITIVE, TEXT

LARGE = 96  # pixels that a picture's longer side has at least, so that the browser blurs little
LINE, GAP = 17, 8  # pixels of a line of text, and below a picture


class Tile(NamedTuple):
    """A picture with its words.

    Attributes:
        name: stands above it.
        note: stands below the name, paler; may be empty.
        source: the picture as the browser reads it; empty for none.
    """

    name: str
    note: str
    source: str


def tiles(
    placed: Sequence[Tile], across: int, high: int, numbers: Mapping[str, object] | None
) -> Figure:
    """Draw tiles, ``across`` in a row, each picture ``high`` pixels high at most.

    Args:
        placed: the tiles, row by row.
        across: how many stand in a row.
        high: pixels kept for a picture's height.
        numbers: the table behind the picture.
    """
    lines = 2 if any(tile.note for tile in placed) else 1
    row_high = lines * LINE + high + GAP
    rows = -(-len(placed) // across)
    corners = [(i % across / across, i // across * row_high) for i in range(len(placed))]
    both = list(zip(placed, corners, strict=True))
    words = [(tile.name, left, top + LINE / 2) for tile, (left, top) in both]
    notes = [(tile.note, left, top + 1.5 * LINE) for tile, (left, top) in both if tile.note]
    return Figure(
        data=[
            _texts(words, TEXT, 12, across),
            *([_texts(notes, MUTED, 11, across)] if notes else []),
        ],
        layout={
            "height": rows * row_high + 12,
            "margin": {"l": 4, "r": 4, "t": 4, "b": 8},
            "showlegend": False,
            "hovermode": False,
            "dragmode": False,
            "xaxis": {"visible": False, "fixedrange": True, "range": [0, 1]},
            "yaxis": {"visible": False, "fixedrange": True, "range": [rows * row_high, 0]},
            "images": [
                {
                    "source": tile.source,
                    "xref": "x",
                    "yref": "y",
                    "x": left + 0.5 / across,
                    "y": top + lines * LINE,
                    "sizex": 0.96 / across,
                    "sizey": high,
                    "xanchor": "center",
                    "yanchor": "top",
                    "sizing": "contain",
                }
                for tile, (left, top) in both
                if tile.source
            ],
            "meta": {"numbers": numbers} if numbers else None,
        },
    )


def _texts(
    words: Sequence[tuple[str, float, float]], color: str, size: int, across: int
) -> dict[str, object]:
    return {
        "type": "scatter",
        "mode": "text",
        "x": [left + 0.5 / across for _, left, _ in words],
        "y": [top for *_, top in words],
        "text": [text for text, *_ in words],
        "textposition": "middle center",
        "textfont": {"color": color, "size": size},
    }


# --- numbers as pictures --------------------------------------------------------------------------


def signed(values: np.ndarray, largest: float | None = None) -> str:
    """Return numbers as a picture: orange below zero, blue above, the more the stronger.

    Args:
        values: (H, W).
        largest: the size that has the full color, if not that of the largest number.
    """
    strength = np.abs(values) / (largest or float(np.abs(values).max()) or 1.0)
    colors = np.where((values < 0)[..., None], _rgb(NEGATIVE), _rgb(POSITIVE))  # (H, W, 3)
    return png(np.dstack([colors, np.rint(strength * 255)]).astype(np.uint8))


def shaded(values: np.ndarray, low: float | None = None, high: float | None = None) -> str:
    """Return numbers in gray, as matplotlib's imshow does: the smallest black, the largest white.

    Args:
        values: (H, W).
        low: what is black, if not the smallest number.
        high: what is white.
    """
    darkest = float(values.min()) if low is None else low
    span = (float(values.max()) if high is None else high) - darkest
    return png(np.rint((values - darkest) / (span or 1.0) * 255).clip(0, 255).astype(np.uint8))


def png(pixels: np.ndarray) -> str:
    """Return a PNG for the browser, each pixel repeated until the picture is large enough.

    Args:
        pixels: uint8, (H, W), or (H, W, 3) with red first, or (H, W, 4) with a last channel that
            says how much is seen.
    """
    times = max(1, -(-LARGE // max(pixels.shape[:2])))
    large = pixels.repeat(times, axis=0).repeat(times, axis=1)
    if large.ndim == 3:
        code = cv2.COLOR_RGB2BGR if large.shape[2] == 3 else cv2.COLOR_RGBA2BGRA
        large = cv2.cvtColor(large, code)
    packed = cv2.imencode(".png", large, [cv2.IMWRITE_PNG_COMPRESSION, 3])[1]
    return f"data:image/png;base64,{base64.b64encode(packed.tobytes()).decode()}"


def _rgb(color: str) -> tuple[int, ...]:
    return tuple(int(color[i : i + 2], 16) for i in (1, 3, 5))
