"""Where picked elements come from: the cells of x, of y, and of the memory behind them."""

from collections.abc import Iterator, Mapping, Sequence
from math import ceil, prod
from typing import Any, NamedTuple

import numpy as np

from lib.core.i18n import Words, mark
from lib.lessons.tensors.index.lesson import Picked
from lib.lessons.tensors.index.placement import (
    LINE,
    ROOM,
    TITLE,
    Centers,
    Piece,
    Placement,
    centers,
    placed,
)
from lib.plots.cells import CAPTION, grid, layout
from lib.plots.figure import Figure
from lib.plots.numbers import table
from lib.plots.palette import MUTED, NEGATIVE, RAISED, TEXT
from lib.plots.traces import BLANK, Part, line, markers, text

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
    "start": mark("x and its memory. y takes what the index names, one element after the other."),
    "all": mark("Picked from x: {count} of {size} elements."),
    "taken": mark("{y} comes from {x}."),
    "reached": mark("y.fill_(-1) writes into the memory of x: {count} elements of x change."),
    "apart": mark("y.fill_(-1) writes into y's own memory: x stays as it is."),
    "viewed": mark("{y} is {x}, place {place} in memory."),
    "copied": mark("{y} is a copy of {x}."),
    "touch": mark("click: {x}"),
    "columns": (mark("element of y"), mark("element of x"), mark("place in x's memory")),
}

UNPICKED, IN_X, OWN = range(3)
NOT_YET = -1
FILLS = (
    RAISED,
    "rgba(8, 119, 189, 0.4)",  # POSITIVE, seen through
    "rgba(0, 158, 115, 0.4)",  # the green of CATEGORIES, seen through
)
CLEAR = "rgba(0, 0, 0, 0)"
CELL, HIGHEST = 34, 390  # pixels: from row to row, and of all rows
LABEL = 0.8  # cells kept free above a strip of memory
ACROSS = 13  # places of memory in a line
STEPS = 40  # elements that can be stepped through
Boxes = list[tuple[float, float, float]]


class Note(NamedTuple):
    """A word in the picture: where it begins, what it says, its size and color."""

    x: float
    y: float
    text: str
    size: int = 12
    color: str = MUTED


class Memory(NamedTuple):
    """The strips of memory: what is drawn, what is said, where each place is, where they end."""

    traces: list[Part]
    notes: list[Note]
    of_x: Centers
    of_y: Centers
    bottom: float


def picked(
    shape: tuple[int, ...],
    result: Picked,
    index: tuple[Any, ...] | None = None,
    dim: int = 0,
    revealed: bool = True,
    owned: bool = True,
    touch: Sequence[Mapping[str, str]] = (),
    words: Words = WORDS,
) -> Figure:
    """Draw x with the picked cells lit, what they make, and the memory both lie in.

    Blue is x's memory, green a copy. At first y is empty; then its elements slide out of x one by
    one, outlined with where they come from; then all are there, and at last y is written to.

    Args:
        shape: the shape of x.
        result: what was picked from it.
        index: the numbers of the index tensor, for ``index_select`` and ``gather``.
        dim: the axis they pick along.
        revealed: whether to show what was picked.
        owned: whether to show in whose memory it lies, and what writing into y does to x.
        touch: for each element of x the controls that a click on its cell sets, if any.
        words: what the picture says, with the keys and fields of ``WORDS``.

    Returns:
        A figure with the origin of every element in ``layout.meta["numbers"]``, if revealed.
    """
    y = result if revealed and not result.error else None
    entries = None if index is None else np.array(index)
    values = np.zeros(0, dtype=int) if y is None else y.values
    place = placed(shape, values.shape, None if entries is None else entries.shape)
    lit = np.isin(np.arange(prod(shape)), values).astype(int)
    memory = _memory(y if owned else None, lit, place, words)
    notes = [*_titles(shape, result, y, entries, place), *memory.notes]
    if said := _instead_of_y(result, revealed, words):
        notes.append(Note(place.y_left, TITLE + 0.5, said, 13, TEXT))
    if place.left_out:
        said = words["more"].format(count=place.left_out)
        notes.append(Note(place.y_left, place.bottom + 0.3, said))
    kind = UNPICKED if not owned else IN_X if result.shared else OWN
    aside = [*_grids(place.entries, entries, UNPICKED), _written(notes)]
    aside.append(_touched(place, shape, touch, words))
    still = [*_grids(place.x, np.arange(lit.size), lit), *memory.traces, *aside]
    steps = list(_frames(shape, y, index, dim, place, memory, owned, words)) if y else []
    rows = [
        (named("y", at), named("x", np.unravel_index(int(value), shape)), int(value))
        for at, value in np.ndenumerate(values)
    ]
    frames: list[Part] = [
        {
            "name": caption,
            "data": [_taken(values, place, kind, count), outline(boxes)],
            "traces": [len(still), len(still) + 1],
        }
        for count, caption, boxes in steps
    ]
    if y and owned and values.size:
        filled = _taken(values, place, kind, values.size) | {"text": ["−1"] * len(centers(place.y))}
        after = _memory(y, lit, place, words, filled=True).traces
        frames.append(
            {
                "name": words["reached" if y.shared else "apart"].format(count=lit.sum()),
                "data": [*_grids(place.x, np.array(y.x_after), lit), *after, *aside, filled],
                "traces": list(range(len(still) + 1)),
            }
        )
    last, cell = len(FILLS), min(CELL, int(HIGHEST / memory.bottom))
    return Figure(
        data=[*still, _taken(values, place, kind, values.size), outline([])],
        frames=frames,
        layout={
            **layout(place.width, memory.bottom, cell),
            "barmode": "overlay",
            "hovermode": "closest",
            "coloraxis": {
                "cmin": NOT_YET,
                "cmax": last - 1,
                "colorscale": [(n / last, color) for n, color in enumerate((CLEAR, *FILLS))],
                "showscale": False,
            },
            "meta": {
                "numbers": table(words["columns"], rows) if revealed else None,
                "touch": {"points": True} if touch else None,
            },
        },
    )


# --- the tensors ----------------------------------------------------------------------------------


def _grids(pieces: list[Piece], values: np.ndarray | None, fill: np.ndarray | int) -> list[Part]:
    """Return the traces of one tensor; ``fill`` is one for all or one for each element."""
    if values is None:
        return []
    fills = np.broadcast_to(fill, values.size)
    return [
        trace
        for piece in pieces
        for trace in grid(
            values.flatten()[piece.elements],
            left=piece.left,
            top=piece.top,
            fill=fills[piece.elements],
            colors=FILLS,
        )
    ]


def _titles(
    shape: tuple[int, ...],
    result: Picked,
    y: Picked | None,
    entries: np.ndarray | None,
    place: Placement,
) -> list[Note]:
    """Return the names of the tensors and of their grids."""
    titles = [(0.0, f"x  {shape}"), (place.y_left, f"y  {y.shape}" if y else "y")]
    if entries is not None:
        titles.append((place.index_left, f"index  {entries.shape}"))
    return [
        *(Note(left, TITLE / 2, title, 14, TEXT) for left, title in titles),
        *(
            Note(piece.left, piece.top - CAPTION / 2, piece.name)
            for piece in (*place.x, *place.entries, *place.y)
            if piece.name
        ),
    ]


def _instead_of_y(result: Picked, revealed: bool, words: Words) -> str:
    """Return what stands where y is not drawn; nothing if it is."""
    if not revealed:
        return "?"
    if result.error:
        return str(words["no"].format(error=result.error.partition(":")[0]))
    return "" if result.values.size else str(words["empty"])


def _written(notes: list[Note]) -> Part:
    """Return the trace of all words."""
    x, y, texts, sizes, colors = map(list, zip(*notes, strict=True))
    font = {"size": sizes, "color": colors}
    return text(x, y, texts, position="middle right", textfont=font)


def _taken(values: np.ndarray, place: Placement, kind: int, count: int) -> Part:
    """Return the cells of y as bars: the first ``count`` in their places, the others still in x."""
    of_x, of_y = centers(place.x), centers(place.y)
    taken = [element < count for element in of_y]
    numbers = [int(values.flat[element]) for element in of_y]
    at = [
        (of_y[element] if is_out else of_x[number])[:2]
        for element, number, is_out in zip(of_y, numbers, taken, strict=True)
    ]
    return {
        "type": "bar",
        "x": [x for x, _ in at],
        "base": [round(y - 0.47, 4) for _, y in at],
        "y": [0.94] * len(at),
        "width": 0.94,
        "text": [str(n) if is_out else BLANK for n, is_out in zip(numbers, taken, strict=True)],
        "textposition": "inside",
        "insidetextanchor": "middle",
        "textangle": 0,
        "constraintext": "none",
        "insidetextfont": {"color": TEXT, "size": 12},
        "hoverinfo": "skip",
        "marker": {
            "color": [kind if is_out else NOT_YET for is_out in taken],
            "coloraxis": "coloraxis",
        },
    }


def _touched(
    place: Placement, shape: tuple[int, ...], touch: Sequence[Mapping[str, str]], words: Words
) -> Part:
    """Return marks that nobody sees, one on each cell of x, to be clicked."""
    of_x = centers(place.x) if touch else {}
    names = [named("x", np.unravel_index(element, shape)) for element in of_x]
    return markers(
        [x for x, _, _ in of_x.values()],
        [y for _, y, _ in of_x.values()],
        size=20,
        opacity=0,
        customdata=[touch[element] for element in of_x],
        hovertext=[words["touch"].format(x=name) for name in names],
        hovertemplate="%{hovertext}<extra></extra>",
    )


# --- memory ---------------------------------------------------------------------------------------


def _memory(
    y: Picked | None, lit: np.ndarray, place: Placement, words: Words, filled: bool = False
) -> Memory:
    """Return x's memory and what to say of y's; y's own below it if it has one.

    ``filled`` shows it after -1 was written into y.
    """
    of_x_now = np.array(y.x_after) if y and filled else np.arange(lit.size)
    lines = ceil(lit.size / ACROSS)
    across = ceil(lit.size / lines)
    cell = place.width / max(across, ROOM)
    top = place.bottom + 0.5
    below = top + LABEL + lines * (1 + LINE) + 0.3
    notes = [Note(0, top + LABEL / 2, words["memory"])]
    traces, of_x = _strip(of_x_now, lit, across, cell, top + LABEL)
    of_y: Centers = {}
    if y and y.shared:
        said = words["steps"].format(offset=y.offset, stride=y.stride)
        notes.append(Note(0, below + LABEL / 2, words["view"]))
        notes.append(Note(0, below + LABEL + 0.4, said))
    elif y and y.memory:
        held = np.array(y.memory)
        if filled:
            held[_places_in_memory(y)] = -1
        held = held[: lines * across]
        said = words["cut" if held.size < len(y.memory) else "copy"]
        said = said.format(shown=held.size, count=len(y.memory))
        notes.append(Note(0, below + LABEL / 2, said))
        own, of_y = _strip(held, np.full(held.size, OWN), across, cell, below + LABEL)
        traces += own
    return Memory(traces, notes, of_x, of_y, below + LABEL + lines * (1 + LINE))


def _strip(
    held: np.ndarray, fill: np.ndarray, across: int, cell: float, top: float
) -> tuple[list[Part], Centers]:
    """Return lines of memory, and the middle of each place with half its width."""
    traces: list[Part] = []
    middles: Centers = {}
    for number, start in enumerate(range(0, held.size, across)):
        part = slice(start, start + across)
        y = top + number * (1 + LINE) + 0.5
        (trace,) = grid(held[part], fill=fill[part], colors=FILLS)
        traces.append({**trace, "x0": cell / 2, "dx": cell, "y0": y})
        for column in range(held[part].size):
            middles[start + column] = ((column + 0.5) * cell, y, cell / 2)
    return traces, middles


# --- from element to element ----------------------------------------------------------------------


def _frames(
    shape: tuple[int, ...],
    y: Picked,
    index: tuple[Any, ...] | None,
    dim: int,
    place: Placement,
    memory: Memory,
    owned: bool,
    words: Words,
) -> Iterator[tuple[int, str, Boxes]]:
    """Yield for each frame how many elements y has, what is said, and which cells are outlined."""
    of_x, of_index, of_y = (centers(each) for each in (place.x, place.entries, place.y))
    if of_y:
        yield 0, words["start"], []
    in_memory = _places_in_memory(y)
    for element in [each for each in range(y.values.size) if each in of_y][:STEPS]:
        value = int(y.values.flat[element])
        here = np.unravel_index(element, y.shape)
        # Each element has an entry of the index for itself, or shares it with its whole slice.
        shares = index is not None and np.ndim(index) == 1
        entry = int(here[dim]) if shares else element
        boxes = [of_x[value], of_y[element], memory.of_x[value]]
        boxes += [of_index[entry]] if entry in of_index else []
        boxes += [memory.of_y[in_memory[element]]] if in_memory[element] in memory.of_y else []
        names = {"x": named("x", np.unravel_index(value, shape)), "y": named("y", here)}
        says = "taken" if not owned else "viewed" if y.shared else "copied"
        yield element + 1, words[says].format(**names, place=value), boxes
    yield y.values.size, words["all"].format(count=len(np.unique(y.values)), size=len(of_x)), []


def _places_in_memory(y: Picked) -> list[int]:
    """Return for each element of y at which place of its memory it lies."""
    lengths = zip(y.shape, y.stride, strict=True)
    along = np.ix_(*(np.arange(length) * stride for length, stride in lengths))
    places = y.offset + sum(along, np.zeros(y.shape))  # the shape of y
    return [int(each) for each in places.flat]


def outline(boxes: Boxes) -> Part:
    """Return the frames around cells; None breaks the line between two."""
    x: list[float | None] = [None]
    y: list[float | None] = [None]
    for middle, height, half in boxes:
        x += [middle + side * half for side in (-1, 1, 1, -1, -1)] + [None]
        y += [height + side * 0.5 for side in (-1, -1, 1, 1, -1)] + [None]
    return line(x, y, NEGATIVE, 3, hoverinfo="skip")


def named(name: str, at: tuple[Any, ...]) -> str:
    """Return an element as Python writes it; a tensor without axes is one by itself."""
    return f"{name}[{', '.join(map(str, at))}]" if at else name
