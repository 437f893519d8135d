"""What happens when two tensors are combined, frame by frame and in words."""

from collections.abc import Sequence
from typing import NamedTuple

from lib.core.i18n import Words, mark
from lib.lessons.tensors.operate.broadcasting import Axis, Links
from lib.lessons.tensors.operate.lesson import Combined
from lib.plots.numbers import Table, digits, short, table

# What is written in the picture; a page passes its own, in its own language.
WORDS = {
    "start": mark("x and y as they are in memory, their shapes lined up from the right."),
    "equal": mark("Axis {axis}: {x} meets {y}. They are equal."),
    "stretch": mark("Axis {axis}: {name} has 1, so it is read {length} times."),
    "missing": mark("Axis {axis}: {name} has no such axis, so it is read {length} times."),
    "once": mark("Axis {axis}: {name} has no such axis; once is enough."),
    "inner": mark("Axis {axis} of x meets axis {other} of y: rows of {x} times columns of {y}."),
    "clash": mark("Axis {axis}: {x} meets {y}. Neither is 1, so they do not fit."),
    "refused": mark("PyTorch refuses: its own words stand with the numbers."),
    "fits": mark("So the result has the shape {shape}."),
    "result": mark("result"),
    "pale": mark("faint: the same<br>number, read again,<br>not copied"),
    "columns": (mark("result"), mark("from x"), mark("from y"), mark("value")),
}

SIGNS = {
    "add": "+",
    "sub": "−",
    "mul": "×",
    "div": "/",
    "pow": "**",
    "matmul": "@",
    "maximum": "max",
}

# As many numbers as this are made one at a time; more, one row at a time.
ONE_BY_ONE = 24


class Film(NamedTuple):
    """All there is to show.

    Attributes:
        result: what came of the operation.
        links: how the shapes are lined up.
        operation: one of ``SIGNS``.
        values: the numbers of "x", "y" and "result", one after the other.
        words: what the picture says.
        valued: whether the numbers of the result may be seen.
    """

    result: Combined
    links: Links
    operation: str
    values: dict[str, list[object]]
    words: Words
    valued: bool


class Step(NamedTuple):
    """One moment.

    Attributes:
        caption: what happens.
        axes: how many pairs of axes have been looked at.
        cells: how many numbers of the result are there.
        now: which of them are made in this step.
        axis: the pair of axes looked at in this step.
    """

    caption: str
    axes: int
    cells: int = 0
    now: tuple[int, ...] = ()
    axis: Axis | None = None


def film_of(
    result: Combined, links: Links, operation: str, words: Words, valued: bool = True
) -> Film:
    """Gather all there is to show; unless ``valued``, the result is all question marks."""
    values = {name: _flat(getattr(result, name)) for name in ("x", "y", "result")}
    if not valued:
        values["result"] = ["?"] * len(values["result"])
    return Film(result, links, operation, values, words, valued)


def steps_of(film: Film) -> list[Step]:
    """Return the steps: the start, the axes from the right, then the numbers of the result."""
    links, words = film.links, film.words
    steps = [Step(words["start"], 0)]
    for count, axis in enumerate(links.axes, start=1):
        steps.append(Step(_about(axis, words), count, axis=axis))
        if axis.kind == "clash":
            return steps
    done, size = len(links.axes), len(links.cells)
    if film.result.refused:
        return [*steps, Step(words["refused"], done)]
    if not film.valued:
        return [*steps, Step(words["fits"].format(shape=links.shape), done, size)]
    many = links.grid[2] if links.grid and size > ONE_BY_ONE else 1
    for first in range(0, size, many):
        now = tuple(range(first, first + many))
        steps.append(Step(_made(now, film), done, now[-1] + 1, now))
    return steps


def sources(film: Film) -> Table:
    """Return every number of the result with the numbers it is made from."""
    links = film.links
    rows = []
    for place, (name, number) in enumerate(zip(links.cells, film.values["result"], strict=False)):
        made_from = [
            ", ".join(side.names[side.source.flat[each]] for each in cells[place])
            for side, cells in ((links.x, links.x_cells), (links.y, links.y_cells))
        ]
        rows.append([name, *made_from, written(number)])
    return table(film.words["columns"], rows)


def _about(axis: Axis, words: Words) -> str:
    """Return what happens to one pair of axes."""
    position = axis.x if axis.x is not None else axis.y
    fields: dict[str, object] = {"axis": written(position)}
    if axis.kind in ("x", "y"):
        own, length = (axis.x, axis.y_length) if axis.kind == "x" else (axis.y, axis.x_length)
        key = "stretch" if own is not None else "missing" if length != 1 else "once"
        return str(words[key].format(**fields, name=axis.kind, length=length))
    fields |= {"x": axis.x_length, "y": axis.y_length, "other": written(axis.y)}
    return str(words[axis.kind].format(**fields))


def _made(now: Sequence[int], film: Film) -> str:
    """Return what the numbers of a step are made from, as an equation."""
    links, values = film.links, film.values
    made = ", ".join(written(values["result"][place]) for place in now)
    name = links.cells[now[0]]
    if len(now) > 1:
        return f"{name.rpartition(',')[0]}, :] = {made}"
    x_at = [int(links.x.source.flat[place]) for place in links.x_cells[now[0]]]
    y_at = [int(links.y.source.flat[place]) for place in links.y_cells[now[0]]]
    numbers = [
        (written(values["x"][i]), written(values["y"][j])) for i, j in zip(x_at, y_at, strict=True)
    ]
    if film.operation == "matmul":
        return f"{name} = {' + '.join('·'.join(pair) for pair in numbers)} = {made}"
    names = (links.x.names[x_at[0]], links.y.names[y_at[0]])
    if film.operation == "maximum":
        return f"{name} = max({', '.join(names)}) = max({', '.join(numbers[0])}) = {made}"
    sign = f" {SIGNS[film.operation]} "
    return f"{name} = {sign.join(names)} = {sign.join(numbers[0])} = {made}"


def _flat(values: object) -> list[object]:
    """Return nested lists as one list; nothing for nothing."""
    if isinstance(values, list):
        return [each for inner in values for each in _flat(inner)]
    return [] if values is None else [values]


def in_cell(number: object) -> str:
    """Return a number as it fits into a cell; True and False by their first letter."""
    return str(number)[0] if isinstance(number, bool) else short(number)


def written(number: object) -> str:
    """Return a number as it is written in a sentence."""
    if isinstance(number, bool) or not isinstance(number, int | float):
        return str(number)
    return digits(number, 7)
