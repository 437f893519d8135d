"""From element to element: what each one of y is, and the cells that are outlined with it."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from lib.lessons.tensors.index.figures_places import Centers, Scene, centers
from lib.lessons.tensors.index.lesson import Picked
from lib.plots.palette import NEGATIVE

STEPS = 40  # elements that can be stepped through
Boxes = list[tuple[float, float, float]]


def steps(
    shape: tuple[int, ...],
    result: Picked,
    index: tuple[Any, ...] | None,
    dim: int,
    scene: Scene,
    memories: tuple[Centers, Centers],
    words: Mapping[str, str],
) -> Iterator[tuple[str, Boxes]]:
    """Yield for each frame what it says and which cells it outlines: at first none.

    Args:
        shape: the shape of x.
        result: what was picked from it.
        index: the numbers of the index tensor, if there is one.
        dim: the axis it picks along.
        scene: where the tensors stand.
        memories: where the places of x's memory stand, and those of y's own.
        words: those of ``lib.lessons.tensors.index.figures``.
    """
    of_x, of_index, of_y = (centers(each) for each in (scene.x, scene.entries, scene.y))
    of_memory, of_copy = memories
    picked, size = len(np.unique(result.values)), len(of_x)
    yield words["all"].format(count=picked, size=size), []
    places = in_own_memory(result)
    drawn = [element for element in range(result.values.size) if element in of_y]
    for element in drawn[:STEPS]:
        value = int(result.values.flat[element])
        here = np.unravel_index(element, result.shape)
        # Each element has an entry of the index for itself, or shares it with its whole slice.
        shares = index is not None and np.ndim(index) == 1
        entry = int(here[dim]) if shares else element
        boxes = [of_x[value], of_y[element], of_memory[value]]
        boxes += [of_index[entry]] if entry in of_index else []
        boxes += [of_copy[places[element]]] if places[element] in of_copy else []
        says = words["viewed" if result.shared else "copied"]
        x, y = named("x", np.unravel_index(value, shape)), named("y", here)
        yield says.format(x=x, y=y, place=value), boxes


def in_own_memory(result: Picked) -> list[int]:
    """Return for each element of y at which place of its memory it lies."""
    lengths = zip(result.shape, result.stride, strict=True)
    along = np.ix_(*(np.arange(length) * stride for length, stride in lengths))
    places = result.offset + sum(along, np.zeros(result.shape))  # the shape of y
    return [int(each) for each in places.flat]


def origins(shape: tuple[int, ...], values: np.ndarray) -> list[list[object]]:
    """Return each element of y, the element of x it comes from, and its place in x's memory."""
    return [
        [named("y", place), named("x", np.unravel_index(int(value), shape)), int(value)]
        for place, value in np.ndenumerate(values)
    ]


def outline(boxes: Boxes) -> dict[str, object]:
    """Return the frames around cells; None breaks the line between two."""
    x: list[float | None] = [None]
    y: list[float | None] = [None]
    for middle, height, half in boxes:
        x += [middle + side * half for side in (-1, 1, 1, -1, -1)] + [None]
        y += [height + side * 0.5 for side in (-1, -1, 1, 1, -1)] + [None]
    return {"type": "scatter", "x": x, "y": y, "line": {"color": NEGATIVE, "width": 3}}


def named(name: str, place: tuple[Any, ...]) -> str:
    """Return an element as Python writes it; a tensor without axes is one by itself."""
    return f"{name}[{', '.join(str(each) for each in place)}]" if place else name
