"""Filters and feature maps in grids: the notes' layout, deeper layers, and color filters."""

from collections.abc import Sequence

import numpy as np

from lib.core.i18n import Words, mark
from lib.lessons.inside.filters.figures import Tile, png, signed, tiles
from lib.lessons.inside.filters.networks import Colored, Filters, Hooked
from lib.plots.figure import Figure
from lib.plots.numbers import Table, table
from lib.plots.palette import DIVERGING, GRID
from lib.plots.traces import drawing, hidden_axis, line, text

WORDS: Words = {
    "before": mark("the ten filters before training"),
    "after": mark("after training"),
    "grid": mark("the notes' grid: each filter, beside it its feature map"),
    "maps": mark("{layer}: {count} maps of {high} × {wide}"),
    "filters": (
        mark("filter"), mark("smallest weight"), mark("largest weight"), mark("smallest in map"),
        mark("largest in map"),
    ),
    "channels": (mark("channel"), mark("smallest"), mark("largest"), mark("share of zeros")),
    "photo": mark("the photo"),
    "filter": mark("filter {number}"),
    "map": mark("its feature map"),
    "colors": (mark("filter"), mark("color"), mark("9 weights")),
}  # fmt: skip
CELLS, GAP, LABEL = 28, 4, 14  # cells of a tile, between two, and for a line of text
STEP = CELLS + GAP
ACROSS = 10
RGB = ("red", "green", "blue")


def notes_grid(result: Filters, words: Words = WORDS) -> Figure:
    """Draw the filters before and after training, and each beside its feature map.

    The grid is the notes': two rows, five filters each, at the right of each its feature map.
    """
    pairs = [each for pair in zip(result.after, result.maps, strict=True) for each in pair]
    rows = [
        [number, *_ends(weights), *_ends(each)]
        for number, (weights, each) in enumerate(zip(result.after, result.maps, strict=True))
    ]
    numbers = table(words["filters"], rows)
    strips = [
        (words["before"], list(result.before)),
        (words["after"], list(result.after)),
        (words["grid"], pairs),
    ]
    return mosaic(strips, 330, numbers)


def channels(result: Hooked, layer: str, words: Words = WORDS) -> Figure:
    """Draw every channel of what a hook caught."""
    count, high, wide = result.maps.shape
    name = words["maps"].format(layer=layer, count=count, high=high, wide=wide)
    rows = [
        [number, *_ends(each), f"{(each == 0).mean():.0%}"]
        for number, each in enumerate(result.maps)
    ]
    numbers = table(words["channels"], rows)
    return mosaic([(name, list(result.maps))], 190, numbers)


def mosaic(
    strips: Sequence[tuple[str, Sequence[np.ndarray]]], height: int, numbers: Table
) -> Figure:
    """Draw small maps, ten in a row, in strips with a name each.

    Every map has its own scale: its number farthest from zero is full blue or orange.
    """
    down = sum(LABEL + -(-len(maps) // ACROSS) * STEP for _, maps in strips)
    paper = np.full((down, ACROSS * STEP - GAP), 127, dtype=np.uint8)
    x: list[float | None] = []
    y: list[float | None] = []
    names = [name for name, _ in strips]
    middles = []
    top = 0
    for _name, maps in strips:
        middles.append(top + LABEL / 2)
        top += LABEL
        for place, each in enumerate(maps):
            row, column = top + place // ACROSS * STEP, place % ACROSS * STEP
            paper[row : row + CELLS, column : column + CELLS] = _levels(each)
            left, right, upper, lower = column, column + CELLS, row, row + CELLS
            x += [left, right, right, left, left, None]
            y += [upper, upper, lower, lower, upper, None]
        top += -(-len(maps) // ACROSS) * STEP
    return Figure(
        data=[
            {
                "type": "heatmap", "z": paper, "x0": 0.5, "dx": 1, "y0": 0.5, "dy": 1, "zmin": 0,
                "zmax": 254, "colorscale": DIVERGING, "showscale": False, "hoverinfo": "skip",
            },
            line(x, y, GRID, 1, hoverinfo="skip"),
            text([0] * len(names), middles, names, position="middle right"),
        ],
        layout={
            **drawing(height, (0, 1), (0, 1)),
            "xaxis": hidden_axis(
                -1, ACROSS * STEP - GAP + 1, constrain="domain", constraintoward="left"
            ),
            "yaxis": hidden_axis(
                down, 0, scaleanchor="x", constrain="domain", constraintoward="top"
            ),
            "meta": {"numbers": numbers},
        },
    )  # fmt: skip


def color_grid(result: Colored, chosen: int, words: Words = WORDS) -> Figure:
    """Draw all color filters, eight in a row, the chosen one framed."""
    side, step = 21, 27
    paper = np.zeros((4 * step, 8 * step, 4), dtype=np.uint8)  # clear
    for number, each in enumerate(result.filters):
        top, left = number // 8 * step, number % 8 * step
        if number == chosen:
            paper[top : top + step, left : left + step] = (0, 158, 115, 255)
        patch = _colors(each).repeat(side // 3, axis=0).repeat(side // 3, axis=1)
        paper[top + 3 : top + 3 + side, left + 3 : left + 3 + side, :3] = patch
        paper[top + 3 : top + 3 + side, left + 3 : left + 3 + side, 3] = 255
    weights = [
        [chosen, color, " ".join(f"{value:.2f}" for value in plane.ravel())]
        for color, plane in zip(RGB, result.filters[chosen], strict=True)
    ]
    numbers = table(words["colors"], weights)
    return tiles([Tile("", "", png(paper))], 1, 200, numbers)


def color_map(result: Colored, chosen: int, words: Words = WORDS) -> Figure:
    """Draw the photo, one filter, and what the layer makes of the photo with it."""
    return tiles(
        [
            Tile(words["photo"], "", png(result.photo)),
            Tile(words["filter"].format(number=chosen), "", png(_colors(result.filters[chosen]))),
            Tile(words["map"], "", signed(result.map)),
        ],
        3,
        170,
        None,
    )


def _colors(weights: np.ndarray) -> np.ndarray:
    """Return a filter (3, 3, 3) as colors: gray is 0, brighter above it, darker below."""
    largest = float(np.abs(weights).max()) or 1.0
    colors = (weights / largest + 1) * 127.5  # (3, 3, 3)
    return np.rint(colors).astype(np.uint8).transpose(1, 2, 0)  # row, column, color


def _levels(values: np.ndarray) -> np.ndarray:
    """Return a map as 28 by 28 levels, 127 for zero."""
    largest = float(np.abs(values).max()) or 1.0
    levels = np.rint(127 + 127 * values / largest).astype(np.uint8)
    rows, columns = (np.arange(CELLS) * n // CELLS for n in levels.shape)
    tile: np.ndarray = levels[rows][:, columns]
    return tile


def _ends(values: np.ndarray) -> tuple[float, float]:
    return round(float(values.min()), 3), round(float(values.max()), 3)
