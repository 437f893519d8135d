"""What NumPy makes of the same index, and where it and PyTorch differ."""

from collections.abc import Callable
from math import prod
from typing import Any, NamedTuple

import numpy as np

from lib.core.i18n import mark
from lib.core.rules import checked
from lib.lessons.tensors.index.grammar import read_index
from lib.lessons.tensors.index.lesson import (
    DIM,
    ERRORS,
    INDEX,
    NUMBERS,
    SHAPE,
    Method,
    Picked,
    gather,
    index_select,
    pick,
)

# What is said of the two answers.
COMPARISON = {
    "same": mark("NumPy answers the same."),
    "both_refuse": mark("NumPy refuses it too."),
    "number": mark("Here they differ: PyTorch gives a tensor of no axes that lies in x's memory, "
                   "NumPy a number of its own."),
    "step": mark("Here they differ: NumPy walks backward, PyTorch wants `x.flip(0)`, a copy."),
    "unchecked": mark("Here they differ: nothing is picked, and PyTorch then does not look whether "
                      "the list is in range."),
    "order": mark("Here they differ in where the axis goes that lists make together. NumPy puts it "
                  "first if anything stands between them, and counts a number as a list. PyTorch "
                  "takes numbers out first, and a `...` that stands for no axis is nothing to it."),
    "negative": mark("Here they differ: NumPy counts negative numbers from the end, PyTorch "
                     "refuses."),
    "vector": mark("Here they differ: `np.take` takes an index of any shape, PyTorch one axis "
                   "only."),
    "stretched": mark("Here they differ: `np.take_along_axis` stretches an axis of length 1 to "
                      "x's; `gather` keeps the index as it is."),
    "smaller": mark("Here they differ: `gather` takes an index smaller than x, "
                    "`np.take_along_axis` does not."),
}  # fmt: skip


class Answer(NamedTuple):
    """NumPy's answer.

    Attributes:
        shape: the shape of what NumPy picked.
        values: its numbers.
        strides: how many bytes away the next element lies, along each axis.
        shared: whether it is a view of x, even of none of its elements.
        error: NumPy's own words if it refused, else empty.
    """

    shape: tuple[int, ...] = ()
    values: np.ndarray = np.zeros(0)
    strides: tuple[int, ...] = ()
    shared: bool = False
    error: str = ""


@checked(shape=SHAPE, index=INDEX)
def numpy_pick(shape: tuple[int, ...] = (3, 4), index: str = "x[1:, None]") -> Answer:
    """Pick from an array by an index in brackets.

    Source: https://numpy.org/doc/stable/user/basics.indexing.html
    """
    return answer(shape, lambda x: x[read_index(index, x)])


@checked(shape=SHAPE, dim=DIM, index=NUMBERS)
def numpy_take(
    shape: tuple[int, ...] = (3, 4), dim: int = 0, index: tuple[Any, ...] = (2, 0)
) -> Answer:
    """Pick slices along one axis with ``np.take``.

    Source: https://numpy.org/doc/stable/reference/generated/numpy.take.html
    """
    return answer(shape, lambda x: np.take(x, index, axis=dim))


@checked(shape=SHAPE, dim=DIM, index=NUMBERS)
def numpy_take_along_axis(
    shape: tuple[int, ...] = (3, 4), dim: int = 1, index: tuple[Any, ...] = ((2,), (0,), (3,))
) -> Answer:
    """Pick one element for each entry of the index with ``np.take_along_axis``.

    Source: https://numpy.org/doc/stable/reference/generated/numpy.take_along_axis.html
    """
    return answer(shape, lambda x: np.take_along_axis(x, np.array(index), axis=dim))


def answer(shape: tuple[int, ...], take: Callable[[np.ndarray], Any]) -> Answer:
    """Return what ``take`` picks from an array of 0, 1, 2, ..., or what NumPy says against it."""
    x = np.arange(prod(shape)).reshape(shape)  # shape
    try:
        y = take(x)
    except ERRORS as error:
        return Answer(error=f"{type(error).__name__}: {error}")
    return Answer(np.shape(y), np.array(y), y.strides, y.base is x.base)


ANSWERS: dict[Method, Callable[..., Answer]] = {
    pick: numpy_pick,
    index_select: numpy_take,
    gather: numpy_take_along_axis,
}


def difference(method: Method, ours: Picked, theirs: Answer) -> str:
    """Return which sentence of ``COMPARISON`` is true of the two answers."""
    if ours.error and theirs.error:
        return "both_refuse"
    if ours.error:
        if method is pick:
            return "step"
        return "vector" if "vector" in ours.error else "negative"
    if theirs.error:
        return "unchecked" if method is pick else "smaller"
    if not np.array_equal(ours.values, theirs.values):
        return "order" if method is pick else "stretched"
    return "number" if ours.shared and not theirs.shared and ours.values.size else "same"
