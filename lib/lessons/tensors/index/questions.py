"""Questions about what was picked: the right answers, and the wrong ones people give."""

from collections.abc import Iterator
from math import prod
from typing import Any

import torch

from lib.core.i18n import mark
from lib.core.questions import Guess, answers
from lib.lessons.tensors.index.grammar import read_index
from lib.lessons.tensors.index.lesson import ERRORS, Method, Picked, gather, pick

ERROR = "error"
CORNERS = [0, 4, 20, 24]  # of a 5 by 5 that holds 0 to 24

# The feedback to an answer, by its code.
SHAPE_FEEDBACK = {
    "brackets": mark("A number takes its axis away, a slice keeps it, `None` adds one. Lists and "
                     "masks make one axis together."),
    "index_select": mark("As x, but the axis you pick along is as long as the index."),
    "gather": mark("One element for each entry of the index, so y has the shape of the index."),
    "refused": mark("PyTorch refuses; its own words stand below the picture."),
    "kept": mark("A number takes its axis away; `1:2` would keep it."),
    "no_new_axis": mark("Each `None` adds an axis of length 1."),
    "inclusive": mark("A slice stops before its second number."),
    "listed": mark("The numbers of a list all belong to one axis: `x[[0, 2]]` is not `x[0, 2]`."),
    "grid": mark("Two lists are paired, entry by entry; they do not make a grid."),
    "masked": mark("A mask keeps what is True and lines it up, it does not keep x's shape."),
    "whole": mark("That is the shape of x itself."),
    "swapped": mark("That picks along another axis."),
    "flat": mark("That is how many entries there are in the index, all in one row."),
    "slices": mark("That would be whole slices; `gather` picks single elements."),
    "error": mark("PyTorch allows this; no error is raised."),
}  # fmt: skip
WRITE_FEEDBACK = {
    "copy": mark("Nothing changes if y is a copy. Lists, masks, index_select and gather copy."),
    "view": mark("What was picked changes if y is a view. Numbers, slices, None and `...` view."),
    "nothing": mark("Nothing was picked, so there is nothing to write into."),
    "all": mark("y never reaches more of x than was picked."),
    "refused": mark("There is no y to write into."),
    "error": mark("Writing into y is allowed; no error is raised."),
}
LABELS = {ERROR: mark("an error")}


def picked_answers(
    method: Method, settings: dict[str, Any], result: Picked
) -> dict[str, tuple[Guess, ...]]:
    """Return two questions about these settings, each with its possible answers.

    - "shape": y's shape. Codes: those of ``SHAPE_FEEDBACK``; the right one has the name of the
      method, or "refused" if PyTorch raises an error.
    - "write": how many elements of x change after ``y.fill_(-1)``. Codes: those of
      ``WRITE_FEEDBACK``.

    Exactly one answer is right, and there are at most five.
    """
    shape = settings["shape"]
    count, picked = prod(shape), len(set(result.values.flatten().tolist()))
    changed = sum(now != i for i, now in enumerate(result.x_after))
    right = "refused" if result.error else "brackets" if method is pick else method.__name__
    truth = ERROR if result.error else str(result.shape)
    wrong: dict[str, str] = {}
    for code, value in mistaken_shapes(method, **settings):
        if value != truth:
            wrong.setdefault(value, code)
    shapes = [(code, value) for value, code in wrong.items()][:3]
    no = "refused" if result.error else "error"
    return {
        "shape": answers(truth, [(right, truth), *shapes, ("error", ERROR)]),
        "write": answers(
            ERROR if result.error else changed,
            [
                ("copy" if result.values.size else "nothing", 0),
                ("view", picked),
                ("all", count),
                (no, ERROR),
            ],
        ),
    }


def mistaken_shapes(
    method: Method, shape: tuple[int, ...], index: Any, dim: int = 0
) -> Iterator[tuple[str, str]]:
    """Yield the shapes that y would have if PyTorch worked as some people think, with a code."""
    x = torch.arange(prod(shape)).reshape(shape)  # shape
    if method is pick:
        for code, other in misread(index, x):
            if made := shape_of(x, other):
                yield code, made
    else:
        flat = torch.tensor(index).flatten().tolist()
        if method is gather:
            yield "slices", str((*shape[:dim], len(flat), *shape[dim + 1 :]))
        else:
            yield "swapped", str((len(flat), *shape[1:]) if dim else (*shape[:-1], len(flat)))
        yield "flat", str((len(flat),))
    yield "whole", str(shape)


def misread(text: str, x: torch.Tensor) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """Yield the index as it would be if one of its entries meant something else."""
    made = read_index(text, x)
    index = made if isinstance(made, tuple) else (made,)
    lists = [each for each in index if isinstance(each, list)]
    if any(type(each) is int for each in index):
        yield "kept", tuple(slice(e, e + 1 or None) if type(e) is int else e for e in index)
    if any(each is None for each in index):
        yield "no_new_axis", tuple(each for each in index if each is not None)
    if len(lists) > 1:
        yield "grid", outer(index)
    if lists:
        yield "listed", tuple(e for each in index for e in (each if each in lists else [each]))
    if any(isinstance(each, torch.Tensor) for each in index):
        yield "masked", tuple(... if isinstance(e, torch.Tensor) else e for e in index)
    yield "inclusive", tuple(longer(e) if isinstance(e, slice) else e for e in index)


def outer(index: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return the index with its lists turned so that each makes an axis of its own."""
    places = [place for place, each in enumerate(index) if isinstance(each, list)]
    turned = list(index)
    for turn, place in enumerate(places):
        along = [1] * len(places)
        along[turn] = -1
        turned[place] = torch.tensor(index[place], dtype=torch.int64).reshape(along)
    return tuple(turned)


def longer(part: slice) -> slice:
    """Return the slice with its end included."""
    return part if part.stop is None else slice(part.start, part.stop + 1 or None, part.step)


def shape_of(x: torch.Tensor, index: tuple[Any, ...]) -> str:
    """Return the shape that an index gives, nothing if PyTorch refuses it."""
    try:
        return str(tuple(x[index].shape))
    except ERRORS:
        return ""


def reaches(method: Method, shape: tuple[int, ...], result: Picked) -> bool:
    """Return whether one index in brackets picked the four corners of a 5 by 5, each once."""
    return (
        method is pick and shape == (5, 5) and sorted(result.values.flatten().tolist()) == CORNERS
    )


def corners(result: Picked) -> tuple[int, int]:
    """Return how many of the four corners of a 5 by 5 were picked, and how many others."""
    values = result.values.flatten().tolist()
    found = len(set(values) & set(CORNERS))
    return found, len(values) - found
