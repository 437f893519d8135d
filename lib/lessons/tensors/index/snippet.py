"""The program of the lesson as short as a student would write it, with the real index in it."""

from collections.abc import Callable
from math import prod
from typing import Any

from lib.lessons.tensors.index.lesson import Picked, gather, pick


def written_out(
    way: Callable[..., Picked], shape: tuple[int, ...], index: Any, dim: int = 0
) -> str:
    """Return a program of a few lines that picks as ``way`` does with these settings.

    Args:
        way: ``pick``, ``index_select`` or ``gather``.
        shape: the shape of x.
        index: the text of an index that can be read, or the numbers of an index tensor.
        dim: the axis to pick along, where there is one.
    """
    count = prod(shape)
    x = f"torch.arange({count})"
    if len(shape) > 1:
        x += f".reshape({', '.join(map(str, shape))})"
    if way is pick:
        line = f"y = {index}"
    else:
        name = "gather" if way is gather else "index_select"
        line = f"y = x.{name}({dim}, torch.tensor({bracketed(index)}))"
    return f"import torch\n\nx = {x}\n{line}\nprint(y)\n"


def bracketed(numbers: Any) -> str:
    """Return nested tuples of numbers as nested lists, as one would type them."""
    if isinstance(numbers, tuple):
        return f"[{', '.join(bracketed(each) for each in numbers)}]"
    return str(numbers)
