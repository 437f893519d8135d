"""Pick elements of a tensor: by an index in brackets, with ``index_select`` and with ``gather``.

Source: https://docs.pytorch.org/docs/stable/tensor_view.html
"""

from collections.abc import Callable
from math import prod
from typing import Any, NamedTuple

import numpy as np
import torch

from lib.core.rules import Between, OneOf, checked
from lib.lessons.tensors.index.grammar import IndexText, NestedNumbers, read_index

SHAPES = ((6,), (3, 4), (5, 5), (2, 3, 4))
SHAPE = OneOf(*SHAPES)
INDEX, DIM, NUMBERS = IndexText(), Between(0, 2), NestedNumbers()
ERRORS = (IndexError, RuntimeError, TypeError, ValueError)  # what a wrong index may raise


class Picked(NamedTuple):
    """What was picked, y, and where it lies in memory.

    Attributes:
        shape: y's shape.
        values: y's numbers; x holds 0, 1, 2, ..., so each tells where in x it came from.
        stride: how many places in memory the next element lies away, along each axis of y.
        offset: the place in memory of y's first element.
        shared: whether y lies in x's memory.
        memory: all that y's memory holds, in order.
        x_after: x, flat, after ``y.fill_(-1)``.
        error: PyTorch's own words if it refused, else empty.
    """

    shape: tuple[int, ...] = ()
    values: np.ndarray = np.zeros(0)
    stride: tuple[int, ...] = ()
    offset: int = 0
    shared: bool = False
    memory: tuple[int, ...] = ()
    x_after: tuple[int, ...] = ()
    error: str = ""


def look(x: torch.Tensor, y: torch.Tensor) -> Picked:
    """Return what y holds and where, then write into y and see whether x changes."""
    offset = int(y.storage_offset())
    shared = y.untyped_storage().data_ptr() == x.untyped_storage().data_ptr()
    places = y.untyped_storage().nbytes() // y.element_size()
    memory = y.as_strided((places,), (1,), 0)  # (places,)
    values, held = y.numpy().copy(), tuple(memory.tolist())

    y.fill_(-1)
    after = tuple(x.flatten().tolist())
    return Picked(tuple(y.shape), values, y.stride(), offset, shared, held, after)


@checked(shape=SHAPE, index=INDEX)
def pick(shape: tuple[int, ...] = (3, 4), index: str = "x[1:, None]") -> Picked:
    """Pick by an index in brackets, then write into what was picked.

    Args:
        shape: the shape of x.
        index: what stands in the program, such as "x[1:, None]". Written by you in your own
            program it is just that, ``y = x[1:, None]``; as a text it has to be read first.

    Source: https://docs.pytorch.org/docs/stable/tensor_view.html
    """
    x = torch.arange(prod(shape)).reshape(shape)  # shape
    try:
        y = x[read_index(index, x)]  # as the index says
    except ERRORS as error:
        return Picked(error=f"{type(error).__name__}: {error}")
    return look(x, y)


@checked(shape=SHAPE, dim=DIM, index=NUMBERS)
def index_select(
    shape: tuple[int, ...] = (3, 4), dim: int = 0, index: tuple[Any, ...] = (2, 0)
) -> Picked:
    """Pick whole slices along one axis, in the order the index names them.

    Args:
        shape: the shape of x.
        dim: the axis to pick along.
        index: which slices; a slice may be named twice.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.index_select.html
    """
    x = torch.arange(prod(shape)).reshape(shape)  # shape
    try:
        y = x.index_select(dim, torch.tensor(index))  # as shape, but len(index) along dim
    except ERRORS as error:
        return Picked(error=f"{type(error).__name__}: {error}")
    return look(x, y)


@checked(shape=SHAPE, dim=DIM, index=NUMBERS)
def gather(
    shape: tuple[int, ...] = (3, 4), dim: int = 1, index: tuple[Any, ...] = ((2,), (0,), (3,))
) -> Picked:
    """Pick one element for each entry of the index, which has as many axes as x.

    ``y[i, j]`` is ``x[i, index[i, j]]`` for dim 1 and ``x[index[i, j], j]`` for dim 0.

    Args:
        shape: the shape of x.
        dim: the axis along which the index says where.
        index: where; y gets its shape.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.gather.html
    """
    x = torch.arange(prod(shape)).reshape(shape)  # shape
    try:
        y = x.gather(dim, torch.tensor(index))  # the shape of the index
    except ERRORS as error:
        return Picked(error=f"{type(error).__name__}: {error}")
    return look(x, y)


Method = Callable[..., Picked]
METHODS: dict[str, Method] = {"x[...]": pick, "index_select": index_select, "gather": gather}


# --- the same program in a few lines, with the real index in it -----------------------------------


def written_out(method: Method, shape: tuple[int, ...], index: Any, dim: int = 0) -> str:
    """Return the program a student would write that picks as ``method`` with these settings.

    Args:
        method: ``pick``, ``index_select`` or ``gather``.
        shape: the shape of x.
        index: the text of an index that can be read, or the numbers of an index tensor.
        dim: the axis to pick along, where there is one.
    """
    x = f"torch.arange({prod(shape)})"
    if len(shape) > 1:
        x += f".reshape({', '.join(map(str, shape))})"
    line = f"y = {index}"
    if method is not pick:
        line = f"y = x.{method.__name__}({dim}, torch.tensor({bracketed(index)}))"
    return f"import torch\n\nx = {x}\n{line}\nprint(y)\n"


def bracketed(numbers: Any) -> str:
    """Return nested tuples of numbers as nested lists, as one would type them."""
    if isinstance(numbers, tuple):
        return f"[{', '.join(map(bracketed, numbers))}]"
    return str(numbers)
