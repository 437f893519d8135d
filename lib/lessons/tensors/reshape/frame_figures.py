"""One frame of the picture: the memory, the walk along each axis, the grids, the words."""

import math
from collections.abc import Sequence
from itertools import pairwise, product
from typing import Any, NamedTuple

from lib.core.i18n import Words
from lib.lessons.tensors.reshape.lesson import Layout
from lib.lessons.tensors.reshape.rotation import Reading
from lib.plots.palette import BACKGROUND, CATEGORIES, GRID, MUTED, TEXT
from lib.plots.traces import BLANK, Part, line, markers, text

# Pixels: the plot is exactly as high as what it shows.
LANES, LANE, GRIDS = 56, 36, 26  # down to the first lane; each lane; from the last to the grids
CELL, SMALLEST_CELL, TALL = 32.0, 12.0, 330.0  # a row of a grid, and how high grids may get
LEFT = 0.045  # of the width: kept free beside the grids

WRAP = 17.0  # cells in a line of grids
GAP = 0.9  # cells between two grids
NAMED = (0.0, 1.8, 2.9)  # cells that a name of so many numbers needs
BAND, FOOT = 30.0, 16.0  # pixels above a grid for name and line, below it for an axis number
LOW = 16.0  # pixels above a grid without a name


class Grid(NamedTuple):
    """One grid.

    Attributes:
        leading: its place along the axes before the last two.
        left: its left edge, in cells.
        line: in which line of grids it stands.
    """

    leading: tuple[int, ...]
    left: float
    line: int


class Placement(NamedTuple):
    """All grids of a tensor.

    Attributes:
        grids: the grids in the order of their elements.
        rows: of every grid.
        columns: of every grid.
        width: of them all, in cells.
        lines: how many lines of grids there are.
    """

    grids: tuple[Grid, ...]
    rows: int
    columns: int
    width: float
    lines: int

    def height(self, cell: float) -> float:
        """Return how many pixels they need if a row is ``cell`` pixels high."""
        return self.lines * (self.band + self.rows * cell + FOOT)

    @property
    def band(self) -> float:
        """How many pixels are kept free above a grid."""
        return BAND if self.grids and self.grids[0].leading else LOW

    def top(self, grid: Grid, cell: float) -> float:
        """Return the upper edge of a grid's cells in pixels, downward from the top of the grids."""
        return grid.line * (self.band + self.rows * cell + FOOT) + self.band


def place_grids(shape: tuple[int, ...]) -> Placement:
    """Place the grids of a tensor of this shape; none if it has no elements."""
    leading, (rows, columns) = shape[:-2], (1, 1, *shape)[-2:]
    if not math.prod(shape):
        return Placement((), 0, 0, 0.0, 0)
    pitch = max(columns + GAP, NAMED[len(leading)]) if leading else float(columns)
    grids: list[Grid] = []
    left, line, width = 0.0, 0, 0.0
    for index in product(*map(range, leading)):
        starts = len(index) > 1 and index[-1] == 0 and left > 0 and shape[0] * pitch <= WRAP * 3
        if left > 0 and (left + columns > WRAP or starts):
            left, line = 0.0, line + 1
        grids.append(Grid(index, left, line))
        width = max(width, left + columns)
        left += pitch
    return Placement(tuple(grids), rows, columns, width, line + 1)


class Measures(NamedTuple):
    """The measures of a picture.

    Attributes:
        lanes: how many axes have a lane below the memory, in every frame.
        values: how many different elements there are, in every frame.
        unit: the width of a cell of the grids, as a part of the whole.
        cell: the height of a cell in pixels.
    """

    lanes: int
    values: int
    unit: float
    cell: float

    @property
    def below(self) -> float:
        """The lower edge of the lanes, in pixels."""
        return LANES + self.lanes * LANE

    @property
    def origin(self) -> float:
        """The upper edge of the grids, in pixels."""
        return self.below + GRIDS

    def height(self, placement: Placement) -> float:
        """Return how high the picture is with these grids, in pixels."""
        return self.origin + placement.height(self.cell)


def measures(layouts: Sequence[Layout | Reading], placement: Placement) -> Measures:
    """Choose how large one frame of ``layouts`` is drawn, the one with these grids."""
    rows, cell = placement.lines * placement.rows, CELL
    if rows and placement.height(CELL) > TALL:
        cell = max(SMALLEST_CELL, CELL - (placement.height(CELL) - TALL) / rows)
    return Measures(
        lanes=max(len(layout.shape) for layout in layouts),
        values=max((*layouts[0].memory, 0)) + 1,
        unit=min(1 / 8, (1 - LEFT - 0.03) / max(1.0, placement.width)),
        cell=cell,
    )


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


class Labels(NamedTuple):
    """What is written in one frame.

    Attributes:
        caption: what happens.
        left: above the memory, on its left.
        right: above the memory, on its right.
        title: above the grids.
        own: whether the memory is that of x, which is not written but framed.
    """

    caption: str
    left: str
    right: str
    title: str
    own: bool


class Marks(NamedTuple):
    """What is drawn around the cells, collected axis by axis.

    Attributes:
        lines: for each axis the points of its lines, with None for a gap.
        dots: x, y, color, symbol and size of each.
        texts: x, y, words and position of each.
    """

    lines: list[list[tuple[float | None, float | None]]]
    dots: list[tuple[float, float, str, str, int]]
    texts: list[tuple[float, float, str, str]]


def frame(
    layout: Layout | Reading, labels: Labels, placement: Placement, size: Measures, words: Words
) -> list[Part]:
    """Return the traces of one frame: memory, grids, the lines of each axis, dots, words."""
    title = labels.title if layout.elements else words["empty"]
    marks = Marks(
        lines=[[] for _ in range(size.lanes)],
        dots=[],
        texts=[
            (0.0, LABEL, labels.left, "middle right"),
            (1.0, LABEL, labels.right, "middle left"),
            (0.0, size.below + TITLE, title, "middle right"),
        ],
    )
    for axis in range(len(layout.shape)):
        _walk(layout, axis, marks, words)
    _rulers(layout, placement, size, marks)
    walks = [_columns(points, 2) for points in marks.lines]
    across, down, color, symbol, width = _columns(marks.dots, 5)
    dots = markers(across, down, color, width, hoverinfo="skip", cliponaxis=False)
    look = {"color": color, "size": width, "symbol": symbol, "opacity": 1, "line": {"width": 0}}
    x_texts, y_texts, written, position = _columns(marks.texts, 4)
    return [
        _strip(layout, labels.own, size),
        _cells(layout, placement, size),
        *(
            line(x, y, color, hoverinfo="skip", cliponaxis=False)
            for (x, y), color in zip(walks, AXES, strict=False)
        ),
        {**dots, "marker": look},
        text(x_texts, y_texts, written, position=position),
    ]


def _columns(rows: Sequence[tuple[Any, ...]], count: int) -> list[list[Any]]:
    """Return the columns of rows of ``count`` entries; numbers with no more digits than drawn."""
    rounded = [[round(v, 4) if isinstance(v, float) else v for v in row] for row in rows]
    return [[row[i] for row in rounded] for i in range(count)]


def _walk(layout: Layout | Reading, axis: int, marks: Marks, words: Words) -> None:
    """Add the lane of one axis: the places it leads to, with an arc for each step."""
    size, stride, places = layout.shape[axis], layout.stride[axis], len(layout.memory)
    top = LANES + axis * LANE
    label = words["axis"].format(axis=axis, size=size, stride=str(stride).replace("-", "−"))
    marks.texts.append((0.0, top + LANE_LABEL, f"{_square(axis)} {label}", "middle right"))
    landed = [layout.storage_offset + step * stride for step in range(size)]
    inside = [place for place in dict.fromkeys(landed) if 0 <= place < places]
    middles = [(place + 0.5) / places for place in inside]
    for i, middle in enumerate(middles):
        marks.dots.append((middle, top + DOTS, AXES[axis], "circle", 6 if i else 11))
    for start, end in pairwise(middles):
        # a half circle that hangs between them, flattened to the lane
        for turn in (math.pi * i / 8 for i in range(9)):
            x = (start + end - (end - start) * math.cos(turn)) / 2
            marks.lines[axis].append((x, top + DOTS + DEEP * math.sin(turn)))
        marks.lines[axis].append((None, None))


def _square(axis: int) -> str:
    """Return a small square in the color of an axis, to stand in a text."""
    return f'<span style="color:{AXES[axis]}">■</span>'


def _rulers(layout: Layout | Reading, placement: Placement, size: Measures, marks: Marks) -> None:
    """Add the names of the grids, and along the first one a line for each of its two axes."""
    for grid in placement.grids:
        if grid.leading:
            colored = map("{}{}".format, map(_square, range(MOST_LEADING)), grid.leading)
            name = f"[{', '.join(colored)}]"
            y = size.origin + placement.top(grid, size.cell) - 9
            marks.texts.append((LEFT + grid.left * size.unit, y, name, "middle right"))
    if not placement.grids or not layout.shape:
        return
    top = size.origin + placement.top(placement.grids[0], size.cell)
    bottom, right = top + placement.rows * size.cell, LEFT + placement.columns * size.unit
    last = len(layout.shape) - 1
    above = top - (22 if last > 1 else 8)
    marks.lines[last] += [(LEFT, above), (right, above), (None, None)]
    marks.dots.append((right, above, AXES[last], "triangle-right", 10))
    marks.texts.append((right + 0.012, above, str(last), "middle right"))
    if last:
        x = LEFT - 0.018
        marks.lines[last - 1] += [(x, top), (x, bottom), (None, None)]
        marks.dots.append((x, bottom, AXES[last - 1], "triangle-down", 10))
        marks.texts.append((x, bottom + 12, str(last - 1), "middle center"))


def _strip(layout: Layout | Reading, own: bool, size: Measures) -> Part:
    """Return the memory, one bar for each place; framed in another color if it is a copy."""
    count = len(layout.memory)
    width = 1 / max(1, count)
    edge = {"color": MUTED if own else CATEGORIES[1], "width": 1 if own or count > MANY else 2}
    return _bars(
        x=[(place + 0.5) * width for place in range(count)],
        y=[STRIP_HEIGHT] * count,
        base=STRIP,
        width=width,
        text=[str(number) for number in layout.memory] or [BLANK],
        insidetextfont={"size": _font(width), "color": TEXT},
        marker={**_shades(layout.memory, size), "line": edge},
    )


def _cells(layout: Layout | Reading, placement: Placement, size: Measures) -> Part:
    """Return the elements, one bar for each, row by row."""
    places = [
        (grid.left + column + 0.5, placement.top(grid, size.cell) + row * size.cell)
        for grid in placement.grids
        for row in range(placement.rows)
        for column in range(placement.columns)
    ]
    font = min(_font(size.unit), round(size.cell - 3))
    return _bars(
        x=[LEFT + x * size.unit for x, _ in places],
        y=[size.cell] * len(places),
        base=[size.origin + y for _, y in places],
        width=size.unit,
        text=["?" if each is None else str(each) for each in layout.elements] or [BLANK],
        insidetextfont={"size": font, "color": TEXT},
        marker={**_shades(layout.elements, size), "line": {"color": GRID, "width": 1}},
    )


def _bars(**more: object) -> Part:
    """Return cells with their numbers in the middle."""
    return {
        "type": "bar",
        "textposition": "inside",
        "insidetextanchor": "middle",
        "textangle": 0,
        "constraintext": "none",
        "hoverinfo": "skip",
        **more,
    }


def _font(width: float) -> int:
    """Return a font size at which two digits fit a cell of this width even on a phone."""
    return max(8, min(14, int((PHONE * width - 1) / (2 * DIGIT))))


def _shades(elements: Sequence[int | None], size: Measures) -> Part:
    """Return the colors of elements by their place in x; no element has the color of the page."""
    red, green, blue = (int(CATEGORIES[0][i : i + 2], 16) for i in (1, 3, 5))
    low, high = (f"rgba({red}, {green}, {blue}, {alpha})" for alpha in SHADES)
    nothing = 0.5 / size.values
    return {
        "color": [-1 if each is None else each for each in elements],
        "cmin": -1,
        "cmax": size.values - 1,
        "colorscale": [(0, BACKGROUND), (nothing, BACKGROUND), (nothing, low), (1, high)],
    }
