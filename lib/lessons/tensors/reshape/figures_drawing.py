"""One moment of the memory lens: the strip, the walk along each axis, the grids, the words."""

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from lib.lessons.tensors.reshape.figures_places import LANE, LANES, LEFT, Room, Sheet
from lib.lessons.tensors.reshape.lesson import Look
from lib.lessons.tensors.reshape.rotation import Reading
from lib.plots.palette import BACKGROUND, CATEGORIES, GRID, MUTED, TEXT
from lib.plots.traces import BLANK

# Down from the top, in pixels.
LABEL, STRIP, STRIP_HEIGHT = 10, 21, 30
LANE_LABEL, DOTS, DEEP = 8, 21, 11  # from the top of an axis's lane
TITLE = 14  # from the lower edge of the lanes
PHONE = 350  # pixels the narrowest page leaves for the picture
MOST_LEADING = 2  # axes that no ruler shows, only the names of the grids
MANY = 24  # cells from which on a thick line around each would cover its number
DIGIT = 0.6  # width of a digit, in font sizes

SHADES = (0.05, 0.55)  # of the first and the last element of x
AXES = (CATEGORIES[5], CATEGORIES[2], CATEGORIES[3], CATEGORIES[1])

Points = list[tuple[float | None, float | None]]


class Scene(NamedTuple):
    """One moment of the picture.

    Attributes:
        caption: what happens.
        left: what is written above the memory, on its left.
        right: what is written there on its right.
        title: what is written above the grid.
        own: whether the memory is that of x.
    """

    caption: str
    left: str
    right: str
    title: str
    own: bool


def state(
    look: Look | Reading, scene: Scene, paper: Sheet, room: Room, words: Mapping[str, str]
) -> list[dict[str, object]]:
    """Return what changes from moment to moment of each trace that ``still`` returns."""
    lines: list[Points] = [[] for _ in range(room.lanes)]
    dots: list[tuple[float, float, str, str, int]] = []  # x, y, color, symbol, size
    texts: list[tuple[float, float, str, str]] = [
        (0.0, LABEL, scene.left, "middle right"),
        (1.0, LABEL, scene.right, "middle left"),
        (0.0, room.below + TITLE, scene.title if look.elements else words["empty"], "middle right"),
    ]
    for axis in range(len(look.shape)):
        _walk(look, axis, lines[axis], dots, texts, words)
    _rulers(look, paper, room, lines, dots, texts)
    return [
        _strip(look, scene, room),
        _grids(look, paper, room),
        *(_points(points) for points in lines),
        {
            **_points([(x, y) for x, y, *_ in dots]),
            "marker": {
                "color": [color for *_, color, _, _ in dots],
                "symbol": [symbol for *_, symbol, _ in dots],
                "size": [size for *_, size in dots],
                "opacity": 1,
                "line": {"width": 0},
            },
        },
        {
            **_points([(x, y) for x, y, *_ in texts]),
            "text": [text or BLANK for *_, text, _ in texts],
            "textposition": [position for *_, position in texts],
        },
    ]


def still(room: Room) -> list[dict[str, object]]:
    """Return what stays of each trace: memory, grids, the lines of each axis, dots, words."""
    cells = {
        "type": "bar",
        "textposition": "inside",
        "insidetextanchor": "middle",
        "textangle": 0,
        "constraintext": "none",
        "hoverinfo": "skip",
    }
    points = {"type": "scatter", "hoverinfo": "skip", "cliponaxis": False}
    return [
        cells,
        cells,
        *(
            {**points, "mode": "lines", "line": {"color": color, "width": 2}}
            for color in AXES[: room.lanes]
        ),
        {**points, "mode": "markers"},
        {**points, "mode": "text", "textfont": {"size": 12, "color": TEXT}},
    ]


def _walk(
    look: Look | Reading,
    axis: int,
    line: Points,
    dots: list[tuple[float, float, str, str, int]],
    texts: list[tuple[float, float, str, str]],
    words: Mapping[str, str],
) -> None:
    """Add the lane of one axis: the places it leads to, with an arc for each jump."""
    size, jump, places = look.shape[axis], look.stride[axis], len(look.memory)
    top, color = LANES + axis * LANE, AXES[axis]
    label = words["axis"].format(axis=axis, size=size, jump=str(jump).replace("-", "−"))
    texts.append((0.0, top + LANE_LABEL, f"{_square(axis)} {label}", "middle right"))
    landed = [look.storage_offset + step * jump for step in range(size)]
    inside = [place for place in dict.fromkeys(landed) if 0 <= place < places]
    middles = [(place + 0.5) / places for place in inside]
    for i, middle in enumerate(middles):
        dots.append((middle, top + DOTS, color, "circle", 6 if i else 11))
    for start, end in pairwise(middles):
        line += [*_arc(start, end, top + DOTS), (None, None)]


def _square(axis: int) -> str:
    """Return a small square in the color of an axis, to stand in a text."""
    return f'<span style="color:{AXES[axis]}">■</span>'


def _arc(start: float, end: float, y: float) -> Points:
    """Return a half circle that hangs from ``start`` to ``end``, flattened to the lane."""
    turns = [math.pi * i / 8 for i in range(9)]
    half, middle = (end - start) / 2, (start + end) / 2
    return [(middle - half * math.cos(turn), y + DEEP * math.sin(turn)) for turn in turns]


def _rulers(
    look: Look | Reading,
    paper: Sheet,
    room: Room,
    lines: list[Points],
    dots: list[tuple[float, float, str, str, int]],
    texts: list[tuple[float, float, str, str]],
) -> None:
    """Add the names of the grids, and along the first one a line for each of its two axes."""
    for grid in paper.grids:
        if grid.leading:
            colored = map("{}{}".format, map(_square, range(MOST_LEADING)), grid.leading)
            name = f"[{', '.join(colored)}]"
            y = room.origin + paper.top(grid, room.cell) - 9
            texts.append((LEFT + grid.left * room.unit, y, name, "middle right"))
    if not paper.grids or not look.shape:
        return
    top = room.origin + paper.top(paper.grids[0], room.cell)
    bottom, right = top + paper.rows * room.cell, LEFT + paper.columns * room.unit
    last = len(look.shape) - 1
    above = top - (22 if last > 1 else 8)
    lines[last] += [(LEFT, above), (right, above), (None, None)]
    dots.append((right, above, AXES[last], "triangle-right", 10))
    texts.append((right + 0.012, above, str(last), "middle right"))
    if last:
        x = LEFT - 0.018
        lines[last - 1] += [(x, top), (x, bottom), (None, None)]
        dots.append((x, bottom, AXES[last - 1], "triangle-down", 10))
        texts.append((x, bottom + 12, str(last - 1), "middle center"))


def _strip(look: Look | Reading, scene: Scene, room: Room) -> dict[str, object]:
    """Return the memory, one bar for each place; framed in another color if it is a copy."""
    count = len(look.memory)
    wide = 1 / max(1, count)
    bold = not scene.own and count <= MANY
    return {
        "type": "bar",
        "x": [(place + 0.5) * wide for place in range(count)],
        "y": [STRIP_HEIGHT] * count,
        "base": STRIP,
        "width": wide,
        "text": [str(number) for number in look.memory] or [BLANK],
        "insidetextfont": {"size": _font(wide), "color": TEXT},
        "marker": {
            **_shades(look.memory, room),
            "line": {"color": MUTED if scene.own else CATEGORIES[1], "width": 2 if bold else 1},
        },
    }


def _grids(look: Look | Reading, paper: Sheet, room: Room) -> dict[str, object]:
    """Return the elements, one bar for each, row by row."""
    places = [
        (grid.left + column + 0.5, paper.top(grid, room.cell) + row * room.cell)
        for grid in paper.grids
        for row in range(paper.rows)
        for column in range(paper.columns)
    ]
    return {
        "type": "bar",
        "x": [LEFT + x * room.unit for x, _ in places],
        "y": [room.cell] * len(places),
        "base": [room.origin + y for _, y in places],
        "width": room.unit,
        "text": ["?" if each is None else str(each) for each in look.elements] or [BLANK],
        "insidetextfont": {"size": min(_font(room.unit), round(room.cell - 3)), "color": TEXT},
        "marker": {**_shades(look.elements, room), "line": {"color": GRID, "width": 1}},
    }


def _font(width: float) -> int:
    """Return a font size at which two digits fit a cell of this width even on a phone."""
    return max(8, min(14, int((PHONE * width - 1) / (2 * DIGIT))))


def _shades(elements: Sequence[int | None], room: Room) -> dict[str, object]:
    """Return the colors of elements by their place in x; no element has the color of the page."""
    red, green, blue = (int(CATEGORIES[0][i : i + 2], 16) for i in (1, 3, 5))
    low, high = (f"rgba({red}, {green}, {blue}, {alpha})" for alpha in SHADES)
    nothing = 0.5 / room.values
    return {
        "color": [-1 if each is None else each for each in elements],
        "cmin": -1,
        "cmax": room.values - 1,
        "colorscale": [(0, BACKGROUND), (nothing, BACKGROUND), (nothing, low), (1, high)],
    }


def _points(points: Points) -> dict[str, object]:
    """Return the places of points, ``None`` for a gap."""
    return {
        "type": "scatter",
        "x": [None if x is None else round(x, 4) for x, _ in points],
        "y": [None if y is None else round(y, 1) for _, y in points],
    }
