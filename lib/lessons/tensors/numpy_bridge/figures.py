"""The memory behind two names: what each conversion and each change does to it."""

from typing import NamedTuple

from lib.core.i18n import Words, mark
from lib.lessons.tensors.numpy_bridge.lesson import Conversion, Sides
from lib.plots.figure import Figure
from lib.plots.numbers import Table, table
from lib.plots.palette import BACKGROUND, CATEGORIES, GRID, MUTED, POSITIVE, RAISED, TEXT
from lib.plots.traces import BLANK, Part, drawing, text

# What is written in the picture; a page passes its own, in its own language.
WORDS = {
    "array": mark("array"),
    "tensor": mark("tensor"),
    "alone": mark("{name} is the name of this memory."),
    "shared": mark("{other} is a second name for the same memory: nothing was copied."),
    "copied": mark("{other} has memory of its own: the numbers were copied."),
    "converted": mark("{other} has memory of its own: the numbers were copied as {dtype}."),
    "both": mark("The change was written into the memory of both: {other} changed too."),
    "one": mark("The change was written into the memory of {name} alone: {other} kept its own."),
    "moved": mark("{name} is now the name of new memory: {other} kept the old."),
    "left": mark("{name} is now the name of new memory: the old has no name left."),
    "free": mark("free"),
    "nameless": mark("no name left"),
    "written": mark("blue: written in this step"),
    "columns": (
        mark("step"), mark("memory"), mark("names"), mark("numbers"), mark("written in this step"),
    ),
    "yes": mark("yes"),
    "no": mark("no"),
}  # fmt: skip

# The plot is exactly as high as its lanes, so that these are pixels on the screen.
LANES, LANE = 3, 84
NAME, ARROW, FREE, CELL = 15, 33, 30, 41  # down from the top of a lane: three middles, an edge
CELL_HEIGHT = 36
TOP, BOTTOM = 4, 34

COLORS = {"a": CATEGORIES[0], "t": CATEGORIES[2]}
SYMBOLS = {"a": "square", "t": "circle"}
LEFT = {"a": 0.05, "t": 0.55}  # where a name stands above its cells
WRITTEN = "rgba(8, 119, 189, 0.22)"  # POSITIVE, seen through
UNSEEN = -2 * LANE


class Lane(NamedTuple):
    """One place in memory at one moment.

    Attributes:
        numbers: what it holds; empty as long as nobody has used it.
        names: who stands for it: "a", "t", "at" or nobody.
        written: whether it was written in this step.
    """

    numbers: tuple[float, ...] = ()
    names: str = ""
    written: bool = False


class Step(NamedTuple):
    """One frame of the picture.

    Attributes:
        caption: what happens.
        lanes: the places in memory, top to bottom.
        labels: for each name there is, what kind of thing it stands for.
    """

    caption: str
    lanes: tuple[Lane, ...]
    labels: dict[str, str]


FREE_LANE = Lane()


def memory(result: Conversion, words: Words = WORDS, moments: int = 3) -> Figure:
    """Draw the memory as strips of cells, and the names that stand for each strip.

    Three frames: the source alone, right after the conversion, after the change. The array's name
    is a square, the tensor's a circle; cells written in a step are blue.

    Args:
        result: what ``array_to_tensor`` or ``tensor_to_array`` returns.
        words: what the picture says, with the keys and fields of ``WORDS``.
        moments: how many of the frames may be seen.

    Returns:
        A figure with every piece of memory at every moment in ``layout.meta["numbers"]``.
    """
    steps = (_alone(result, words), _converted(result, words), _changed(result, words))[:moments]
    size = len(result.before.array)
    pictures = [_picture(step, size, words) for step in steps]
    title = {"text": words["written"], "standoff": 6, "font": {"size": 12}}
    across = (-0.01 * size, 1.01 * size)
    plain = {"showgrid": False, "showticklabels": False, "zeroline": False, "fixedrange": True}
    return Figure(
        data=pictures[0],
        frames=[
            {"name": step.caption, "data": picture, "traces": list(range(len(picture)))}
            for step, picture in zip(steps, pictures, strict=True)
        ],
        layout=drawing(
            LANES * LANE + TOP + BOTTOM,
            across,
            (LANES * LANE, 0),
            margin={"l": 8, "r": 8, "t": TOP, "b": BOTTOM},
            barmode="overlay",
            xaxis={"range": across, "title": title, **plain},
            meta={"numbers": _numbers(steps, words), "pause": 2200},
        ),
    )


# --- the frames -----------------------------------------------------------------------------------


def _alone(result: Conversion, words: Words) -> Step:
    """Return the moment before the conversion."""
    source, _ = _roles(result)
    lanes = (Lane(_side(result.before, source), source, written=True), FREE_LANE, FREE_LANE)
    labels = {source: _labels(result.before, words)[source]}
    return Step(words["alone"].format(name=source), lanes, labels)


def _converted(result: Conversion, words: Words) -> Step:
    """Return the moment right after the conversion."""
    source, other = _roles(result)
    first, second = _side(result.before, source), _side(result.before, other)
    if result.before.shared:
        says, lanes = "shared", (Lane(first, "at"), FREE_LANE, FREE_LANE)
    else:
        kept = _dtype(result.before, source) == _dtype(result.before, other)
        says = "copied" if kept else "converted"
        lanes = (Lane(first, source), Lane(second, other, written=True), FREE_LANE)
    caption = words[says].format(other=other, dtype=_dtype(result.before, other))
    return Step(caption, lanes, _labels(result.before, words))


def _changed(result: Conversion, words: Words) -> Step:
    """Return the moment after the source was changed."""
    source, other = _roles(result)
    old, new = _side(result.before, source), Lane(_side(result.after, source), source, written=True)
    kept = Lane(_side(result.after, other), other)
    says, lanes = {
        (False, True): ("both", (new._replace(names="at"), FREE_LANE, FREE_LANE)),
        (False, False): ("one", (new, kept, FREE_LANE)),
        (True, True): ("moved", (kept, new, FREE_LANE)),
        (True, False): ("left", (Lane(old), kept, new)),
    }[result.moved, result.before.shared]
    caption = words[says].format(name=source, other=other)
    return Step(caption, lanes, _labels(result.after, words))


def _roles(result: Conversion) -> tuple[str, str]:
    """Return the name that came first and the one that came second."""
    return ("a", "t") if result.source == "a" else ("t", "a")


def _side(sides: Sides, name: str) -> tuple[float, ...]:
    """Return the numbers behind a name."""
    return sides.array if name == "a" else sides.tensor


def _dtype(sides: Sides, name: str) -> str:
    """Return the dtype behind a name, without the word torch."""
    return sides.array_dtype if name == "a" else sides.tensor_dtype.removeprefix("torch.")


def _labels(sides: Sides, words: Words) -> dict[str, str]:
    """Return what each name stands for, as it is written beside the name."""
    kinds = {"a": words["array"], "t": words["tensor"]}
    return {name: f"{kind} {_dtype(sides, name)}" for name, kind in kinds.items()}


# --- the drawing ----------------------------------------------------------------------------------


def _picture(step: Step, size: int, words: Words) -> list[Part]:
    """Return the traces of one frame: the cells of each lane, the names, the words."""
    tops = [_top(step, name) for name in LEFT]
    letters = [top + NAME for top in tops]
    across = [size * left for left in LEFT.values()]
    names = {
        "size": [24, 24, 9, 9],
        "opacity": 1,
        "symbol": [*SYMBOLS.values(), "triangle-down", "triangle-down"],
        "color": [RAISED, RAISED, *COLORS.values()],
        "line": {"color": [*COLORS.values()] * 2, "width": 3},
    }
    return [
        *(_cells(row, lane, size) for row, lane in enumerate(step.lanes)),
        text(
            across * 2,
            [*letters, *(top + ARROW for top in tops)],
            [*(f" {step.labels.get(name, BLANK)}" for name in LEFT), BLANK, BLANK],
            size=13,
            position="middle right",
            mode="markers+text",
            marker=names,
            cliponaxis=True,  # a name that is not there yet stands out of sight
        ),
        text(
            [*across, *[0.0] * LANES],
            [*letters, *(row * LANE + FREE for row in range(LANES))],
            [*LEFT, *(_unnamed(lane, words) for lane in step.lanes)],
            position=["middle center"] * len(LEFT) + ["middle right"] * LANES,
            textfont={"size": [16] * len(LEFT) + [12] * LANES, "color": TEXT},
            cliponaxis=True,
        ),
    ]


def _top(step: Step, name: str) -> int:
    """Return the upper edge of the lane a name stands for; out of sight if there is none yet."""
    return next((LANE * row for row, lane in enumerate(step.lanes) if name in lane.names), UNSEEN)


def _cells(row: int, lane: Lane, size: int) -> Part:
    """Return the cells of a lane: one bar each, side by side."""
    fill, edge = (RAISED, MUTED) if lane.names else (BACKGROUND, GRID)
    if lane.written:
        fill, edge = WRITTEN, POSITIVE
    return {
        "type": "bar",
        "x": [place + 0.5 for place in range(size)],
        "y": [CELL_HEIGHT] * size,
        "base": row * LANE + CELL,
        "width": 1,
        "text": [repr(number) for number in lane.numbers] or [BLANK] * size,
        "textposition": "inside",
        "insidetextanchor": "middle",
        "textangle": 0,
        "insidetextfont": {"size": 15, "color": TEXT},
        "constraintext": "none",
        "marker": {"color": fill, "line": {"color": edge, "width": 2.5 if lane.written else 1.5}},
        "opacity": 1 if lane.names or not lane.numbers else 0.75,
        "hoverinfo": "skip",
    }


def _unnamed(lane: Lane, words: Words) -> str:
    """Return what to say above memory that no name stands for."""
    if lane.names:
        return BLANK
    return str(words["nameless" if lane.numbers else "free"])


def _numbers(steps: tuple[Step, ...], words: Words) -> Table:
    """Return the picture as a table: each piece of memory in use, at each moment."""
    rows = [
        [
            moment,
            place,
            ", ".join(f"{name}: {step.labels[name]}" for name in lane.names) or words["nameless"],
            ", ".join(map(repr, lane.numbers)),
            words["yes"] if lane.written else words["no"],
        ]
        for moment, step in enumerate(steps, start=1)
        for place, lane in enumerate(step.lanes, start=1)
        if lane.numbers
    ]
    return table(words["columns"], rows)
