"""The memories of the CPU and of a device, with every tensor as a grid of cells in one of them."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from lib.core.i18n import Words, mark
from lib.plots.figure import Figure
from lib.plots.numbers import short, table
from lib.plots.palette import BACKGROUND, CATEGORIES, GRID, MUTED, NEGATIVE, RAISED, TEXT
from lib.plots.traces import BLANK, Part, drawing, note, text

WORDS = {
    "cpu": mark("<b>cpu</b>: ordinary memory"),
    "meta": mark("<b>meta</b>: shapes, no numbers"),
    "other": mark("<b>{device}</b>: its own memory"),
    "empty": mark("nothing here"),
    "nameless": mark("no name"),
    "refused": mark("{name}: refused, two devices meet"),
    "columns": (mark("after the line"), mark("name"), mark("device")),
}
HIDDEN = "?"  # the place of a tensor that a question still asks for
NO_NUMBERS = "meta"

SHAPES = {"model": "Linear(3, 3)", "images": "(4, 3)", "y": "(4, 3)", "out": "(4, 3)", "loss": "()"}
NAMELESS = "nameless"
SIZES = {**dict.fromkeys(("model", "images", "y", "out"), (4, 3)), "loss": (1, 1), NAMELESS: (4, 3)}
FEEDS = {"out": ("model", "images"), "loss": ("out", "y")}  # the inputs of an operation
COMES_FROM = {"y": "images", "out": "images", "loss": "out", NAMELESS: "images"}  # slides out of it

# Where the grids stand in a column, which is one unit wide; down, everything is in pixels.
SLOTS = {"model": (0.18, 0), "images": (0.5, 0), "y": (0.82, 0), "out": (0.5, 1), "loss": (0.82, 1)}
CELL, ROW, LABEL = 0.094, 24, 32
BAND = LABEL + 4 * ROW + 10
TOP, HIGH = 30, 2 * BAND

ON_CPU, ELSEWHERE = "rgba(0, 114, 178, 0.28)", "rgba(0, 158, 115, 0.28)"
EDGES = {ON_CPU: CATEGORIES[0], ELSEWHERE: CATEGORIES[2]}
FAILED = "rgba(245, 147, 34, 0.5)"
UNSEEN = "rgba(0, 0, 0, 0)"


class Moment(NamedTuple):
    """The memories after one line of the program.

    Attributes:
        line: the line.
        caption: what it did.
        places: the device of each name there is; ``HIDDEN`` if it may not be told.
        nameless: the device of a tensor that no name holds any more; empty if there is none.
        refused: the name that the line could not make; empty if it did what it should.
    """

    line: str
    caption: str
    places: Mapping[str, str]
    nameless: str = ""
    refused: str = ""


Numbers = Mapping[str, Sequence[Sequence[float]]]


def places(
    moments: Sequence[Moment], device: str, contents: Numbers, words: Words = WORDS
) -> Figure:
    """Draw the memory of the CPU and of the device, a frame for each line of the program.

    A tensor that is moved travels from one memory to the other. What no name holds is pale; where
    two devices meet, a bar lies across both.

    Args:
        moments: the memories after each line.
        device: the device that was chosen.
        contents: the numbers that each name's tensor holds, row by row.
        words: what the picture says, with the keys and fields of ``WORDS``.
    """
    columns = ["cpu"] if device == "cpu" else ["cpu", device]
    seen = [
        (
            _cells(moment, len(columns), contents),
            _labels(moment, columns, words),
            _banner(moment, len(columns), words),
        )
        for moment in moments
    ]
    cells, labels, banner = seen[-1]
    still = {
        "hoverinfo": "skip",
        "textposition": "inside",
        "insidetextanchor": "middle",
        "textangle": 0,
        "constraintext": "inside",
        "insidetextfont": {"size": 12, "color": TEXT},
    }
    rows = [
        (moment.line, name, place)
        for moment in moments
        for name, place in moment.places.items()
        if place != HIDDEN
    ]
    return Figure(
        data=[
            {**still, **cells},
            {**text([], [], [], position="top center"), **labels},
            {**still, **banner},
        ],
        frames=[
            {"name": moment.caption, "data": [*traces], "traces": [0, 1, 2]}
            for moment, traces in zip(moments, seen, strict=True)
        ],
        layout=drawing(
            HIGH + TOP + 6,
            (0, len(columns)),
            (HIGH, 0),
            margin={"l": 4, "r": 4, "t": TOP, "b": 6},
            barmode="overlay",
            shapes=[
                {
                    "type": "rect",
                    "layer": "below",
                    "x0": number + 0.02,
                    "x1": number + 0.98,
                    "y0": 0,
                    "y1": HIGH,
                    "fillcolor": RAISED,
                    "line": {"color": GRID, "width": 1},
                }
                for number in range(len(columns))
            ],
            annotations=[
                note(
                    words.get(name, words["other"]).format(device=name),
                    number + 0.5,
                    1,
                    yref="paper",
                    yanchor="bottom",
                    yshift=4,
                )
                for number, name in enumerate(columns)
            ],
            meta={"numbers": table(words["columns"], rows)},
        ),
    )


def _center(name: str, moment: Moment, columns: int) -> tuple[float, float]:
    """Return where a grid stands: its middle, and its upper edge in pixels.

    What is not there yet waits where it will come from; what may not be told, between the memories.
    """
    place = moment.nameless if name == NAMELESS else moment.places.get(name, "")
    if not place and name in COMES_FROM:
        return _center(COMES_FROM[name], moment, columns)
    slot, band = SLOTS.get(name, SLOTS["images"])
    top = band * BAND + LABEL
    if place == HIDDEN:
        return columns / 2, top
    return slot + (columns - 1) * (place not in {"", "cpu"}), top


def _cells(moment: Moment, columns: int, contents: Numbers) -> Part:
    """Return the cells of all grids; those of a grid that is not there are not seen."""
    lefts: list[float] = []
    tops: list[float] = []
    texts: list[str] = []
    fills: list[str] = []
    edges: list[str] = []
    for name, (high, wide) in SIZES.items():
        center, top = _center(name, moment, columns)
        fill, edge, written = _look(name, moment)
        for row in range(high):
            for column in range(wide):
                lefts.append(round(center + (column - (wide - 1) / 2) * CELL, 4))
                tops.append(top + row * ROW)
                value = contents.get(name, contents["images"])[row][column]
                texts.append(short(round(value, 1)) if written else BLANK)
                fills.append(fill)
                edges.append(edge)
    return {
        "type": "bar",
        "x": lefts,
        "base": tops,
        "y": [ROW - 2] * len(tops),
        "width": [CELL * 0.94] * len(tops),
        "text": texts,
        "marker": {"color": fills, "line": {"color": edges, "width": 1}},
    }


def _look(name: str, moment: Moment) -> tuple[str, str, bool]:
    """Return a grid's fill, its edges, and whether its numbers are written into it."""
    if name == NAMELESS:
        seen = bool(moment.nameless)
        return (BACKGROUND if seen else UNSEEN), (MUTED if seen else UNSEEN), False
    place = moment.places.get(name, HIDDEN)
    if place == HIDDEN:
        return UNSEEN, UNSEEN, False
    fill = ON_CPU if place == "cpu" else ELSEWHERE
    failed = name in FEEDS.get(moment.refused, ())
    return fill, NEGATIVE if failed else EDGES[fill], place != NO_NUMBERS


def _labels(moment: Moment, columns: Sequence[str], words: Words) -> Part:
    """Return the names above the grids, and a word in each memory that is empty."""
    xs: list[float] = []
    ys: list[float] = []
    texts: list[str] = []
    for name in SIZES:
        center, top = _center(name, moment, len(columns))
        place = moment.places.get(name, "")
        label = BLANK
        if name == NAMELESS and moment.nameless:
            label = f"<i>{words['nameless']}</i>"
        elif place:
            label = f"<b>{name}</b><br>{HIDDEN if place == HIDDEN else SHAPES[name]}"
        xs.append(center)
        ys.append(top)
        texts.append(label)
    there = {*moment.places.values(), moment.nameless}
    for number, column in enumerate(columns):
        on_it = {place for place in there if (place == "cpu") == (column == "cpu") and place}
        xs.append(number + 0.5)
        ys.append(BAND)
        texts.append(BLANK if on_it or HIDDEN in there or moment.refused else words["empty"])
    return {"type": "scatter", "x": xs, "y": ys, "text": texts}


def _banner(moment: Moment, columns: int, words: Words) -> Part:
    """Return the bar across both memories, where two devices meet."""
    failed = bool(moment.refused)
    name = f"<b>{moment.refused}</b>"
    return {
        "type": "bar",
        "x": [columns / 2],
        "width": [columns * 0.9],
        "base": [BAND + LABEL],
        "y": [2 * ROW],
        "text": [words["refused"].format(name=name) if failed else BLANK],
        "marker": {
            "color": [FAILED if failed else UNSEEN],
            "line": {"color": [NEGATIVE if failed else UNSEEN], "width": 2},
        },
    }
