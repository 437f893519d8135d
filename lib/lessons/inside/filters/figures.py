"""A picture and what kernels make of it: small pictures side by side, and where a window lies."""

import base64
from collections.abc import Sequence
from typing import NamedTuple

import cv2
import numpy as np

from lib.core.i18n import Words, mark
from lib.lessons.inside.filters.lesson import Compared
from lib.lessons.inside.filters.questions import Responses
from lib.lessons.inside.filters.windows import OUT, PERCENT, Walk, frame_names
from lib.plots.figure import Figure
from lib.plots.numbers import Table, digits, table
from lib.plots.palette import CATEGORIES, MUTED, NEGATIVE, POSITIVE, TEXT
from lib.plots.traces import Part, drawing, hidden_axis, line, markers, note, text

WORDS: Words = {
    "picture": mark("picture: click or drag to move the window"),
    "feature map": mark("feature map: orange below zero, blue above"),
    "gray map": mark("feature map: from black, the smallest, to white"),
    "opencv": mark("cv2.filter2D"),
    "layer": mark("F.conv2d"),
    "convolution": mark("true convolution"),
    "difference": mark("difference"),
    "narrow": mark("uint8, ddepth=-1"),
    "range": mark("{low} to {high}"),
    "off": mark("off by {difference}"),
    "none": mark("no such border"),
    "cut": mark("{cut} cut off"),
    "table": (mark("computed by"), mark("smallest"), mark("largest"), mark("off from filter2D")),
    "horizontal": mark("horizontal"),
    "vertical": mark("vertical"),
    "falling": mark("falling"),
    "rising": mark("rising"),
    "response": mark("response: {response}"),
    "responses": (mark("edge"), mark("largest response")),
    "frame": mark("row {row}, column {column}: {sum}"),
}
GREEN = CATEGORIES[2]
LARGE = 96  # pixels that a picture's longer side has at least, so that the browser blurs little
LINE, GAP = 17, 8  # pixels of a line of text, and below a picture
HEIGHT, TITLE = 204, 24  # pixels of a picture on the stage, and of its title


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


def located(source: str, shape: Sequence[int], seen: Walk, title: str, names: Sequence[str],
            reach: int) -> Figure:  # fmt: skip
    """Draw a picture and where a few windows of it lie; a touch moves them there.

    Args:
        source: the picture as the browser reads it.
        shape: its height and width in pixels.
        seen: the windows; a frame for each.
        title: stands above it.
        names: of the frames.
        reach: how many pixels a window goes beyond its middle on each side.
    """
    high, wide = shape

    def x(column: float) -> float:  # the axes measure in what the sliders say
        return 100 * (column - OUT / 2) / (wide - OUT)

    def y(row: float) -> float:
        return 100 * (row - OUT / 2) / (high - OUT)

    def frame(top: int, left: int, side: int) -> tuple[list[float], list[float]]:
        right, bottom = left + side, top + side
        across, down = (left, right, right, left, left), (top, top, bottom, bottom, top)
        return [x(each) for each in across], [y(each) for each in down]

    one = [
        frame(seen.top + place // OUT - reach, seen.left + place % OUT - reach, 2 * reach + 1)
        for place in range(OUT * OUT)
    ]
    touch = {"low": PERCENT.low, "high": PERCENT.high, "step": 1}
    return Figure(
        data=[
            line(*frame(seen.top - reach, seen.left - reach, OUT + 2 * reach), GREEN, 2),
            line(*one[-1], NEGATIVE, 2),
            markers([x(seen.left + OUT / 2)], [y(seen.top + OUT / 2)], GREEN, 24,
                    opacity=0.2),
        ],
        frames=[
            {"name": name, "data": [{"x": at[0], "y": at[1]}], "traces": [1]}
            for name, at in zip(names, one, strict=True)
        ],
        layout={
            **drawing(HEIGHT, (x(0), x(wide)), (y(high), y(0))),
            "margin": {"l": 4, "r": 4, "t": TITLE, "b": 4},
            "xaxis": hidden_axis(x(0), x(wide), constrain="domain"),
            "yaxis": hidden_axis(
                y(high), y(0), constrain="domain", scaleanchor="x",
                scaleratio=(high - OUT) / (wide - OUT),
            ),
            "annotations": [
                note(title, 0.5, 1, MUTED, 12, xref="paper", yref="paper", yanchor="bottom")
            ],
            "images": [
                _image(source, x(0), y(0), x(wide) - x(0), y(high) - y(0), "left", layer="below")
            ],
            "meta": {
                "touch": {
                    "x": {"control": "filters.across", **touch},
                    "y": {"control": "filters.down", **touch},
                }
            },
        },
    )  # fmt: skip


def compared(result: Compared, edges: bool, words: Words = WORDS) -> Figure:
    """Draw what several functions made of a picture, with the size of every difference.

    Args:
        result: the picture and its versions.
        edges: whether the kernel finds edges: orange is then below zero and blue above. Other
            versions are gray, the smallest number black and the largest white.
        words: what is written, with the keys of ``WORDS``.
    """
    seen = signed if edges else shaded
    gone = result.layer is None

    def off(difference: float | None) -> str:
        return str(words["off"]).format(difference=_short(difference))

    cut = f"{result.cut_low + result.cut_high:.0%}"
    low, high = (_short(float(end(result.opencv))) for end in (np.min, np.max))
    placed = [
        Tile(words["opencv"], words["range"].format(low=low, high=high), seen(result.opencv)),
        Tile(
            words["layer"],
            words["none"] if gone else off(result.layer_difference),
            "" if result.layer is None else seen(result.layer),
        ),
        Tile(words["narrow"], words["cut"].format(cut=cut), shaded(result.narrow, 0, 255)),
        Tile(words["convolution"], off(result.convolution_difference), seen(result.convolution)),
        Tile(
            words["difference"],
            "|filter2D − convolution|",  # black is 0
            shaded(np.abs(result.opencv - result.convolution), 0),
        ),
    ]
    rows = [
        _row(words["opencv"], result.opencv, 0.0),
        *([] if result.layer is None
          else [_row(words["layer"], result.layer, result.layer_difference)]),
        _row(words["convolution"], result.convolution, result.convolution_difference),
        _row(words["narrow"], result.narrow, None),
    ]  # fmt: skip
    return tiles(placed, 3, 185, table(words["table"], rows))


def responses(result: Responses, words: Words = WORDS) -> Figure:
    """Draw edges of four directions, and below each what a kernel makes of it."""
    names = ("horizontal", "vertical", "falling", "rising")
    strengths = [getattr(result, name) for name in names]
    largest = float(np.abs(result.maps).max()) or 1.0
    edges = [
        Tile(words[name], words["response"].format(response=digits(strength, 3)),
             shaded(edge, -0.6, 1.6))
        for name, strength, edge in zip(names, strengths, result.edges, strict=True)
    ]  # fmt: skip
    maps = [Tile("", "", signed(each, largest)) for each in result.maps]
    rows = [(words[name], round(each, 4)) for name, each in zip(names, strengths, strict=True)]
    return tiles([*edges, *maps], 4, 80, table(words["responses"], rows))


def names_of(seen: Walk, words: Words = WORDS) -> list[str]:
    """Return the name of the frame of each window."""
    return [words["frame"].format(**each) for each in frame_names(seen)]


def tiles(placed: Sequence[Tile], across: int, high: int, numbers: Table | None) -> Figure:
    """Draw tiles, ``across`` in a row, each picture ``high`` pixels high at most.

    Args:
        placed: the tiles, row by row.
        across: how many stand in a row.
        high: pixels kept for a picture's height.
        numbers: the table behind the picture.
    """
    lines = 2 if any(tile.note for tile in placed) else 1
    row_high = lines * LINE + high + GAP
    bottom = -(-len(placed) // across) * row_high
    x = [(i % across + 0.5) / across for i in range(len(placed))]
    tops = [i // across * row_high for i in range(len(placed))]
    names, notes, _sources = zip(*placed, strict=True)
    return Figure(
        data=[
            text(x, [top + LINE / 2 for top in tops], names, TEXT),
            text(x, [top + 1.5 * LINE for top in tops], notes, MUTED),
        ],
        layout={
            **drawing(bottom + 12, (0, 1), (bottom, 0)),
            "images": [
                _image(tile.source, middle, top + lines * LINE, 0.96 / across, high, "center")
                for tile, middle, top in zip(placed, x, tops, strict=True)
                if tile.source
            ],
            "meta": {"numbers": numbers} if numbers else None,
        },
    )


def _image(
    source: str, x: float, y: float, wide: float, high: float, anchor: str, **more: object
) -> Part:
    """Return a picture of the layout, whole; its upper edge is at y."""
    return {
        "source": source, "xref": "x", "yref": "y", "x": x, "y": y, "sizex": wide, "sizey": high,
        "xanchor": anchor, "yanchor": "top", "sizing": "contain", **more,
    }  # fmt: skip


def _short(value: float | None) -> str:
    return "" if value is None else digits(value, 2)


def _row(name: str, values: np.ndarray, difference: float | None) -> list[object]:
    low, high = float(values.min()), float(values.max())
    return [name, round(low, 4), round(high, 4), "" if difference is None else f"{difference:.3g}"]


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
