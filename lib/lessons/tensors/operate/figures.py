"""Two tensors are lined up, stretched and combined, one axis and one number at a time."""

from typing import NamedTuple

import numpy as np

from lib.core.i18n import Words
from lib.lessons.tensors.operate.broadcasting import Links, Side, unaligned
from lib.lessons.tensors.operate.frames import (
    SIGNS,
    WORDS,
    Film,
    Step,
    film_of,
    in_cell,
    sources,
    steps_of,
)
from lib.lessons.tensors.operate.lesson import Combined
from lib.plots.cells import grid, layout
from lib.plots.figure import Figure
from lib.plots.palette import MUTED, RAISED, TEXT
from lib.plots.traces import BLANK, Part, line, text

# What a cell may be; the number is its place in COLORS.
NOTHING, EMPTY, X_OWN, X_AGAIN, Y_OWN, Y_AGAIN, WRITTEN, CLASH = range(8)
COLORS = (
    "rgba(0, 0, 0, 0)",
    RAISED,
    "rgba(0, 158, 115, 0.5)",
    "rgba(0, 158, 115, 0.17)",
    "rgba(204, 121, 167, 0.55)",
    "rgba(204, 121, 167, 0.2)",
    "rgba(8, 119, 189, 0.28)",
    "rgba(245, 147, 34, 0.65)",
)

ROW, HIGHEST = 34, 390  # pixels: of a row, and of all of them
PHONE = 340  # pixels that a phone has for all columns
NARROWEST = 9  # columns: with fewer, the words beside the shapes would not fit
NAMES = 2  # columns for the names beside the shapes
HEAD = 5  # rows: where the axes are numbered, three shapes, the names of the tensors

Cell = tuple[int, int]  # column and row
Cells = dict[Cell, tuple[int, str]]  # what each one is, and what is written in it

# What changes from frame to frame in each trace: the shapes, x, y, the result, the outline, the
# words. The cells of x and y travel.
CHANGING = (
    ("z", "text"),
    ("x", "base", "text", "marker"),
    ("x", "base", "text", "marker"),
    ("z", "text"),
    ("x", "y"),
    ("text",),
)


def broadcasting(
    result: Combined,
    links: Links,
    operation: str,
    revealed: bool = True,
    valued: bool = True,
    words: Words = WORDS,
) -> Figure:
    """Draw how two shapes are lined up, and where each number of the result comes from.

    First the shapes, lined up from the right; below them the tensors, each in the form to which
    it is stretched. Cells in full color are numbers in memory, pale ones the same numbers read
    again, which slide out of them. The frames go through the axes from the right, then through the
    result.

    Args:
        result: what ``combine`` returns.
        links: what ``link`` returns for the same shapes.
        operation: one of ``SIGNS``.
        revealed: whether to go on from the start, and to keep room for the result.
        valued: whether to show the numbers of the result and their dtype.
        words: what the picture says, with the keys and fields of ``WORDS``.

    Returns:
        A figure with every number and its sources in ``layout.meta["numbers"]``, if revealed.
    """
    if not revealed:  # the room for the result would tell its shape
        links = unaligned(links.x.shape, links.y.shape)
    film = film_of(result, links, operation, words, valued)
    places = _places(film, revealed)
    steps = steps_of(film) if revealed else []
    last = len(COLORS) - 1
    pictures = [_picture(step, film, places) for step in steps or [Step(words["start"], 0)]]
    return Figure(
        data=pictures[0],
        frames=[
            {
                "name": step.caption,
                "data": [
                    {key: trace[key] for key in ("type", *changing)}
                    for trace, changing in zip(picture, CHANGING, strict=True)
                ],
                "traces": list(range(len(CHANGING))),
            }
            for step, picture in zip(steps, pictures, strict=False)
        ],
        layout={
            **layout(places.width, places.height, places.row),
            "barmode": "overlay",
            "coloraxis": {
                "cmin": 0,
                "cmax": last,
                "colorscale": [(kind / last, color) for kind, color in enumerate(COLORS)],
                "showscale": False,
            },
            "meta": {"numbers": sources(film)} if revealed else None,
        },
    )


class Places(NamedTuple):
    """Where everything stands: for each number of a tensor, its cell.

    Attributes:
        x: the cells of x, as it is stretched.
        y: the cells of y.
        result: the cells of the result; none if the shapes do not fit.
        unknown: the cell that stands for the result as long as nothing of it may be seen.
        axes: how many columns the shapes take.
        width: how many columns there are.
        height: how many rows.
        row: how high one is, in pixels.
        sizes: the font size of what is given, and of the result: smaller for long numbers.
    """

    x: list[Cell]
    y: list[Cell]
    result: list[Cell]
    unknown: Cell | None
    axes: int
    width: int
    height: int
    row: int
    sizes: tuple[int, int]


def _places(film: Film, revealed: bool) -> Places:
    """Put x, y and the result side by side, grids of a third axis one below the other."""
    links, values = film.links, film.values
    placed: list[list[Cell]] = []
    left, height = 0, 0
    for grids, rows, columns in filter(
        None, (links.x.source.shape, links.y.source.shape, links.grid)
    ):
        placed.append(
            [
                (left + column, HEAD + number * (rows + 1) + row)
                for number, row, column in np.ndindex(grids, rows, columns)
            ]
        )
        left += columns + 1
        height = max(height, HEAD + grids * (rows + 1) - 1)
    x, y, result = placed if links.grid else (*placed, [])
    unknown = None if revealed else (left, HEAD)
    left += 2 * (not revealed)
    width, row = max(left - 1, NARROWEST), min(ROW, HIGHEST // height)
    sizes = []
    for numbers in ([*values["x"], *values["y"]], values["result"]):
        longest = max([3, *(len(in_cell(number)) for number in numbers)])
        sizes.append(min(max(int(PHONE / width / (0.58 * longest)), 9), 14, row - 3))
    axes = max(len(links.x.shape), len(links.y.shape), len(links.shape or ()))
    return Places(x, y, result, unknown, axes, width, height, row, (sizes[0], sizes[1]))


# --- one moment -----------------------------------------------------------------------------------


def _picture(step: Step, film: Film, places: Places) -> list[Part]:
    """Return all traces as they are after a step."""
    links, numbers = film.links, film.values
    made: Cells = dict.fromkeys(places.result, (EMPTY, BLANK))
    for cell, number in zip(places.result[: step.cells], numbers["result"], strict=False):
        made[cell] = (WRITTEN, in_cell(number))
    outline = [point for cell in _lit(step, links, places) for point in _around(*cell)]
    x, y = np.array(outline or [(np.nan, np.nan)], dtype=np.float32).T
    size = places.sizes[0]
    return [
        _layer(_shapes(step, film, places), (0, 0), 13),
        _stretched(links.x, places.x, numbers["x"], X_OWN, step.axes, size),
        _stretched(links.y, places.y, numbers["y"], Y_OWN, step.axes, size),
        _layer(made, places.result[0] if made else (0, HEAD), places.sizes[1]),
        line(x, y, width=3, hoverinfo="skip"),
        _names(step, film, places),
    ]


def _stretched(
    side: Side, cells: list[Cell], numbers: list[object], own: int, axes: int, size: int
) -> Part:
    """Return the cells of x or y as far as it is stretched, each a bar.

    A number that is not read again yet lies unseen under the cell that it will slide out of.
    """
    since, source = side.since, side.source.ravel()
    # With which pair of axes the picture's grids, rows and columns are stretched; 0 for not.
    seconds = np.eye(3, dtype=int)  # the second grid, the second row, the second column
    steps = [
        int(since[tuple(seconds[axis])]) if length > 1 else 0
        for axis, length in enumerate(since.shape)
    ]
    rows = []
    for place, at in enumerate(np.ndindex(*since.shape)):
        known = int(since[at])
        now = [i if step <= axes else 0 for i, step in zip(at, steps, strict=True)]
        column, row = cells[int(np.ravel_multi_index(now, since.shape))]
        kind = NOTHING if known > axes else own + (known > 0)
        text = in_cell(numbers[source[place]]) if kind else BLANK
        rows.append((known == 0, column + 0.5, row + 0.03, text, kind))
    # Later bars lie on top: those that have a place of their own in memory.
    _, x, base, texts, kinds = map(list, zip(*sorted(rows, key=lambda each: each[0]), strict=True))
    return {
        "type": "bar",
        "x": x,
        "base": base,
        "y": [0.94] * len(x),
        "width": 0.94,
        "text": texts,
        "textposition": "inside",
        "insidetextanchor": "middle",
        "textangle": 0,
        "constraintext": "none",
        "insidetextfont": {"color": TEXT, "size": size},
        "hoverinfo": "skip",
        "marker": {"color": kinds, "coloraxis": "coloraxis"},
    }


def _layer(cells: Cells, start: Cell, size: int) -> Part:
    """Return cells as a heat map whose upper left corner is ``start``."""
    (left, top), (wide, high) = start, np.max([*cells, start], axis=0) - start + 1
    kinds = np.full((high, wide), NOTHING)
    texts = np.full((high, wide), BLANK, dtype=object)
    for (column, row), (kind, written) in cells.items():
        kinds[row - top, column - left], texts[row - top, column - left] = kind, written
    [trace] = grid(kinds, left=left, top=top, fill=kinds, colors=COLORS, texts=texts)
    return {**trace, "textfont": {"color": TEXT, "size": size}}


def _shapes(step: Step, film: Film, places: Places) -> Cells:
    """Return the cells of the upper rows: the shapes, each axis in its column."""
    links, last = film.links, NAMES + places.axes
    cells: Cells = {}
    for row, own, shape in ((1, X_OWN, links.x.shape), (2, Y_OWN, links.y.shape)):
        for axis, length in enumerate(reversed(shape), start=1):
            cells[last - axis, row] = (own, f"{length}")
    for pair in links.axes[: step.axes]:
        x, y = last + (pair.x or pair.y or 0), last + (pair.y or pair.x or 0)
        if pair.kind == "x":
            cells[x, 1] = (X_AGAIN, f"{pair.x_length or ''}→{pair.y_length}")
        elif pair.kind == "y":
            cells[y, 2] = (Y_AGAIN, f"{pair.y_length or ''}→{pair.x_length}")
        elif pair.kind == "clash":
            cells[x, 1] = (CLASH, f"{pair.x_length}")
            cells[y, 2] = (CLASH, f"{pair.y_length}")
    for axis, length in enumerate(reversed(links.shape or ()), start=1):
        # matmul's axes are settled together, all others one by one.
        needed = len(links.axes) if film.operation == "matmul" else axis
        done = step.axes >= needed
        cells[last - axis, 3] = (WRITTEN if done else EMPTY, f"{length}" if done else BLANK)
    return cells


def _lit(step: Step, links: Links, places: Places) -> list[Cell]:
    """Return the cells that a step is about."""
    if step.axis:
        pair, last = step.axis, NAMES + places.axes
        return [(last + (pair.x or pair.y or 0), 1), (last + (pair.y or pair.x or 0), 2)]
    lit = [places.result[place] for place in step.now]
    sides = ((links.x, places.x, links.x_cells), (links.y, places.y, links.y_cells))
    for side, cells, linked in sides:
        source, since = side.source.ravel(), side.since.ravel()
        for place in dict.fromkeys(int(each) for now in step.now for each in linked[now]):
            lit.append(cells[place])
            if since[place]:  # read again here: show the number in memory too
                own = (source == source[place]) & (since == 0)
                lit.append(cells[int(own.argmax())])
    return list(dict.fromkeys(lit))


def _around(column: int, row: int) -> list[tuple[float, float]]:
    """Return the outline of a cell, and a gap after it."""
    left, right, top, bottom = column + 0.03, column + 0.97, row + 0.03, row + 0.97
    corners = [(left, top), (right, top), (right, bottom), (left, bottom), (left, top)]
    return [*corners, (np.nan, np.nan)]


def _names(step: Step, film: Film, places: Places) -> Part:
    """Return the names of axes, shapes and tensors, and what a pale cell means."""
    links, words, axes = film.links, film.words, places.axes
    seen = step.cells and film.valued
    made = f" {film.result.dtype.removeprefix('torch.')}" if seen else ""
    named = [
        (places.x, "<b>x</b>", BLANK),
        (places.y, "<b>y</b>", SIGNS[film.operation]),
        (places.result, f"<b>{words['result']}</b>{made}", "="),
    ]
    pale = any(((side.since > 0) & (side.since <= step.axes)).any() for side in (links.x, links.y))
    middle, right = "middle center", "middle right"
    texts: list[tuple[float, float, str, str, str]] = [
        *((NAMES + axis + 0.5, 0.65, f"−{axes - axis}", middle, MUTED) for axis in range(axes)),
        (0.05, 1.5, "x", right, TEXT),
        (0.05, 2.5, "y", right, TEXT),
        (0.05, 3.5, words["result"] if places.result else BLANK, right, TEXT),
        (NAMES + axes + 0.5, 2.5, words["pale"] if pale else BLANK, right, TEXT),
    ]
    for cells, name, sign in named:
        for column, row in cells[:1]:
            texts.append((column + 0.05, row - 0.4, name, right, TEXT))
            texts.append((column - 0.5, row + 0.5, sign, middle, TEXT))
    if places.unknown:
        column, row = places.unknown
        texts.append((column - 0.5, row + 0.5, "=", middle, TEXT))
        texts.append((column + 0.5, row + 0.5, "<b>?</b>", middle, TEXT))
    x, y, said, positions, colors = map(list, zip(*texts, strict=True))
    return text(x, y, said, colors, 13, positions)
