"""Where picked elements come from: the cells of x, of y, and of the memory behind them."""

from collections.abc import Mapping
from math import ceil, prod
from typing import Any, NamedTuple

import numpy as np

from lib.core.i18n import mark
from lib.lessons.tensors.index.figures_places import (
    LINE,
    ROOM,
    TITLE,
    Centers,
    Piece,
    Scene,
    arranged,
)
from lib.lessons.tensors.index.figures_steps import origins, outline, steps
from lib.lessons.tensors.index.lesson import Picked
from lib.plots.cells import CAPTION, grid, layout
from lib.plots.figure import Figure
from lib.plots.palette import MUTED, RAISED, TEXT

# What is written in the picture; a page passes its own, in its own language.
WORDS = {
    "memory": mark("memory of x"),
    "view": mark("y has no memory of its own: it is a view."),
    "steps": mark("It starts at place {offset} with strides {stride}."),
    "copy": mark("memory of y: a copy"),
    "cut": mark("memory of y: a copy, its first {shown} of {count}"),
    "more": mark("and {count} more"),
    "no": mark("no y: {error}"),
    "empty": mark("no elements"),
    "all": mark("Picked from x: {count} of {size} elements. Step on to see each."),
    "viewed": mark("{y} is {x}, place {place} in memory."),
    "copied": mark("{y} is a copy of {x}."),
    "columns": mark("element of y, element of x, place in x's memory"),
}

UNPICKED, IN_X, OWN = range(3)
FILLS = (
    RAISED,
    "rgba(8, 119, 189, 0.4)",  # POSITIVE, seen through
    "rgba(0, 158, 115, 0.4)",  # the green of CATEGORIES, seen through
)
CELL = 34  # pixels from row to row
LABEL = 0.8  # cells kept free above a strip of memory
ACROSS = 13  # places of memory in a line
Trace = dict[str, object]


class Note(NamedTuple):
    """A word in the picture: where it begins, what it says, its size and color."""

    x: float
    y: float
    text: str
    size: int = 12
    color: str = MUTED


class Memory(NamedTuple):
    """The strips of memory: what is drawn, what is said, where each place is, where they end."""

    traces: list[Trace]
    notes: list[Note]
    of_x: Centers
    of_y: Centers
    bottom: float


def picked(
    shape: tuple[int, ...],
    result: Picked,
    index: tuple[Any, ...] | None = None,
    dim: int = 0,
    hidden: bool = False,
    words: Mapping[str, str] = WORDS,
) -> Figure:
    """Draw x with the picked cells lit, what they make, and the memory both lie in.

    Blue is x's memory, green a copy. The first frame shows all; each further one outlines one
    element of y and where it comes from.

    Args:
        shape: the shape of x.
        result: what was picked from it.
        index: the numbers of the index tensor, for ``index_select`` and ``gather``.
        dim: the axis they pick along.
        hidden: leave out what was picked: the visitor is to guess it.
        words: what the picture says, with the keys and fields of ``WORDS``.

    Returns:
        A figure with the origin of every element in ``layout.meta["numbers"]``.
    """
    there = not hidden and not result.error
    numbers = None if index is None else np.array(index)
    values = result.values if there else np.zeros(0, dtype=int)
    scene = arranged(shape, values.shape, None if numbers is None else numbers.shape)
    lit = np.isin(np.arange(prod(shape)), values).astype(int)
    memory = _memory(result if there else None, lit, scene, words)
    still = [
        *_grids(scene.x, np.arange(lit.size), lit),
        *_grids(scene.entries, numbers, UNPICKED),
        *_grids(scene.y, values, IN_X if result.shared else OWN),
        *memory.traces,
        _written([*_notes(shape, result, numbers, hidden, scene, words), *memory.notes]),
    ]
    places = (memory.of_x, memory.of_y)
    frames = steps(shape, result, index, dim, scene, places, words) if there else ()
    table = {"columns": words["columns"].split(", "), "rows": origins(shape, values)}
    return Figure(
        data=[*still, {**outline([]), "mode": "lines", "hoverinfo": "skip"}],
        frames=[
            {"name": caption, "data": [outline(boxes)], "traces": [len(still)]}
            for caption, boxes in frames
        ],
        layout={
            **layout(scene.width, memory.bottom, CELL),
            "meta": {"numbers": table, "pause": 900},
        },
    )


# --- the tensors ----------------------------------------------------------------------------------


def _grids(drawn: list[Piece], values: np.ndarray | None, fill: np.ndarray | int) -> list[Trace]:
    """Return the traces of one tensor; ``fill`` is one for all or one for each element."""
    if values is None:
        return []
    fills = np.broadcast_to(fill, values.size)
    return [
        trace
        for piece in drawn
        for trace in grid(
            values.flatten()[piece.elements],
            left=piece.left,
            top=piece.top,
            fill=fills[piece.elements],
            colors=FILLS,
        )
    ]


def _notes(
    shape: tuple[int, ...],
    result: Picked,
    numbers: np.ndarray | None,
    hidden: bool,
    scene: Scene,
    words: Mapping[str, str],
) -> list[Note]:
    """Return the names of the tensors and of their grids, and what to say where y is not drawn."""
    there = not hidden and not result.error
    titles = [(0.0, f"x  {shape}"), (scene.y_left, f"y  {result.shape}" if there else "y")]
    if numbers is not None:
        titles.append((scene.index_left, f"index  {numbers.shape}"))
    notes = [Note(left, TITLE / 2, text, 14, TEXT) for left, text in titles]
    for piece in (*scene.x, *scene.entries, *scene.y):
        if piece.name:
            notes.append(Note(piece.left, piece.top - CAPTION / 2, piece.name))
    missing = "" if result.values.size else words["empty"]
    if result.error:
        missing = words["no"].format(error=result.error.partition(":")[0])
    if hidden or missing:
        notes.append(Note(scene.y_left, TITLE + 0.5, "?" if hidden else missing, 13, TEXT))
    if scene.left_out:
        said = words["more"].format(count=scene.left_out)
        notes.append(Note(scene.y_left, scene.bottom + 0.3, said))
    return notes


def _written(notes: list[Note]) -> Trace:
    """Return the trace of all words."""
    return {
        "type": "scatter",
        "mode": "text",
        "x": [note.x for note in notes],
        "y": [note.y for note in notes],
        "text": [note.text for note in notes],
        "textposition": "middle right",
        "textfont": {
            "size": [note.size for note in notes],
            "color": [note.color for note in notes],
        },
        "cliponaxis": False,
        "hoverinfo": "skip",
    }


# --- memory ---------------------------------------------------------------------------------------


def _memory(
    result: Picked | None, lit: np.ndarray, scene: Scene, words: Mapping[str, str]
) -> Memory:
    """Return x's memory and what to say of y's; y's own below it if it has one."""
    lines = ceil(lit.size / ACROSS)
    across = ceil(lit.size / lines)
    cell = scene.width / max(across, ROOM)
    top = scene.bottom + 0.5
    below = top + LABEL + lines * (1 + LINE) + 0.3
    notes = [Note(0, top + LABEL / 2, words["memory"])]
    traces, of_x = _strip(np.arange(lit.size), lit, across, cell, top + LABEL)
    of_y: Centers = {}
    if result and result.shared:
        said = words["steps"].format(offset=result.offset, stride=result.stride)
        notes.append(Note(0, below + LABEL / 2, words["view"]))
        notes.append(Note(0, below + LABEL + 0.4, said))
    elif result and result.memory:
        held = np.array(result.memory[: lines * across])
        cut = held.size < len(result.memory)
        said = words["cut" if cut else "copy"]
        said = said.format(shown=held.size, count=len(result.memory))
        notes.append(Note(0, below + LABEL / 2, said))
        own, of_y = _strip(held, np.full(held.size, OWN), across, cell, below + LABEL)
        traces += own
    return Memory(traces, notes, of_x, of_y, below + LABEL + lines * (1 + LINE))


def _strip(
    held: np.ndarray, fill: np.ndarray, across: int, cell: float, top: float
) -> tuple[list[Trace], Centers]:
    """Return lines of memory, and the middle of each place with half its width."""
    traces: list[Trace] = []
    middles: Centers = {}
    for line, start in enumerate(range(0, held.size, across)):
        part = slice(start, start + across)
        y = top + line * (1 + LINE) + 0.5
        (trace,) = grid(held[part], fill=fill[part], colors=FILLS)
        traces.append({**trace, "x0": cell / 2, "dx": cell, "y0": y})
        for column in range(held[part].size):
            middles[start + column] = ((column + 0.5) * cell, y, cell / 2)
    return traces, middles
