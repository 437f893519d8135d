"""The histograms of a chain, one row below the other, each with its own range."""

from collections.abc import Sequence

import numpy as np

from lib.lessons.data.preprocess.look import BINS, Look
from lib.plots.palette import CATEGORIES, TEXT

# The plot is exactly as high as what it shows, so that these are pixels on the screen.
TOP, ROW = 196, 92  # the two large pictures with their names; one step
LEFT = 0.23  # of the width: where the histograms begin
BASE, TALL = 70, 30  # down from the top of a row: where a histogram stands, and its height
RGB = (CATEGORIES[5], CATEGORIES[2], CATEGORIES[0])
SEEN_THROUGH = ("rgba(213, 94, 0, 0.25)", "rgba(0, 158, 115, 0.25)", "rgba(0, 114, 178, 0.25)")
GRAY, GRAY_SEEN_THROUGH = CATEGORIES[6], "rgba(138, 138, 138, 0.25)"


def histograms(shown: Sequence[Look]) -> list[dict[str, object]]:
    """Return one trace for each color, with its histogram after every step."""
    traces: list[dict[str, object]] = []
    shades = zip((*RGB, GRAY), (*SEEN_THROUGH, GRAY_SEEN_THROUGH), strict=True)
    for color, (line, fill) in enumerate(shades):
        x: list[np.ndarray] = []
        y: list[np.ndarray] = []
        for row, look in enumerate(shown):
            channel = _channel(look, color)
            if channel is None:
                continue
            share = channel / max(1, look.histogram.max())
            ground = TOP + ROW * row + BASE
            x.append(ACROSS)
            y.append(np.r_[ground, ground - TALL * np.repeat(share, 2), ground, np.nan])
        if x:
            traces.append(
                {
                    "type": "scatter",
                    "mode": "lines",
                    "x": np.concatenate(x).astype(np.float32),
                    "y": np.concatenate(y).astype(np.float32),
                    "fill": "toself",
                    "fillcolor": fill,
                    "line": {"color": line, "width": 1.5},
                    "hoverinfo": "skip",
                }
            )
    return traces


def _channel(look: Look, color: int) -> np.ndarray | None:
    """Return the histogram of red, green, blue or, for a picture of one channel, gray."""
    if len(look.histogram) == 1:
        return look.histogram[0] if color == len(RGB) else None
    return look.histogram[color] if color < len(RGB) else None


EDGES = LEFT + (1 - LEFT) * np.arange(BINS + 1) / BINS
ACROSS = np.r_[EDGES[0], np.repeat(EDGES, 2)[1:-1], EDGES[-1], np.nan]


def zeros(shown: Sequence[Look]) -> dict[str, object]:
    """Return a mark at 0 for every histogram that has numbers on both sides of it."""
    x: list[float | None] = []
    y: list[float | None] = []
    for row, look in enumerate(shown):
        low, high = look.ends
        if low < 0 < high:
            ground = TOP + ROW * row + BASE
            x += [LEFT + (1 - LEFT) * -low / (high - low)] * 2 + [None]
            y += [ground + 4, ground - TALL, None]
    return {
        "type": "scatter",
        "mode": "lines",
        "x": x,
        "y": y,
        "line": {"color": TEXT, "width": 1, "dash": "dot"},
        "hoverinfo": "skip",
    }
