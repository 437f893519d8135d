"""View, reshape, transpose, permute: one memory, and the many ways to read it."""

import math
from typing import NamedTuple

import torch

from lib.core.rules import checked
from lib.lessons.tensors.reshape.steps import (
    MOST_AXES,
    MOST_SHOWN,
    Numbers,
    StartShape,
    Steps,
    UpToFourSteps,
)


class Layout(NamedTuple):
    """A tensor, and the memory it reads.

    Attributes:
        call: the step that made it, such as ".view(2, 8)".
        shape: how long each axis is.
        stride: how far apart in memory two neighbors along each axis are, in elements.
        storage_offset: where in memory the first element sits.
        is_contiguous: whether reading it row by row walks through memory in order.
        shares_memory: whether it reads the memory of x, not a copy of it.
        copied: whether this very step made new memory.
        memory: everything in the memory it reads, in the order it lies there.
        elements: its elements, row by row.
    """

    call: str
    shape: tuple[int, ...]
    stride: tuple[int, ...]
    storage_offset: int
    is_contiguous: bool
    shares_memory: bool
    copied: bool
    memory: tuple[int, ...]
    elements: tuple[int, ...]


class Chain(NamedTuple):
    """What came of a chain of steps.

    Attributes:
        layouts: x, then the tensor after each step that worked.
        error: PyTorch's own words, if it refused the next step; else empty.
        too_large: what is too large to draw element by element, if that ended the chain.
    """

    layouts: tuple[Layout, ...]
    error: str
    too_large: str


def same_storage(a: torch.Tensor, b: torch.Tensor) -> bool:
    """Tell whether two tensors read the same memory."""
    return a.untyped_storage().data_ptr() == b.untyped_storage().data_ptr()


def layout(call: str, tensor: torch.Tensor, before: torch.Tensor, x: torch.Tensor) -> Layout:
    """Return how a tensor reads its memory."""
    size = tensor.untyped_storage().nbytes() // tensor.element_size()
    memory = tensor.as_strided((size,), (1,), 0)  # (size,)
    return Layout(
        call=call,
        shape=tuple(tensor.shape),
        stride=tensor.stride(),
        storage_offset=int(tensor.storage_offset()),
        is_contiguous=tensor.is_contiguous(),
        shares_memory=same_storage(tensor, x),
        copied=not same_storage(tensor, before),
        memory=tuple(memory.tolist()),
        elements=tuple(tensor.flatten().tolist()),
    )


@checked(shape=StartShape(), steps=UpToFourSteps())
def follow(
    shape: Numbers = (4, 4),
    steps: Steps = (("transpose", (0, 1)), ("reshape", (2, 8))),
) -> Chain:
    """Take the steps one by one and describe the tensor and its memory after each.

    Args:
        shape: of x, whose elements count from 0.
        steps: the methods to call, each with its numbers: ``(("view", (2, 8)),)``. What PyTorch
            refuses ends the chain.

    Source: https://docs.pytorch.org/docs/stable/tensor_view.html
    """
    x = torch.arange(math.prod(shape)).view(shape)  # shape
    tensor, layouts = x, [layout("x", x, x, x)]
    for name, numbers in steps:
        call = f".{name}({', '.join(map(str, numbers))})"
        before = tensor
        try:
            tensor = getattr(before, name)(*numbers)  # whatever shape the step asks for
        except (IndexError, RuntimeError, TypeError) as error:
            return Chain(tuple(layouts), f"{type(error).__name__}: {error}", "")
        if tensor.dim() > MOST_AXES or tensor.numel() > MOST_SHOWN:
            return Chain(tuple(layouts), "", f"{call} has the shape {tuple(tensor.shape)}")
        layouts.append(layout(call, tensor, before, x))
    return Chain(tuple(layouts), "", "")


def refusal(shape: Numbers, steps: Steps) -> str:
    """Return the type of PyTorch's error if it refuses a step, "" if it takes them all.

    It asks a tensor without memory, so that steps too large to look at cost nothing.

    >>> refusal((4, 4), (("view", (3, 5)),))
    'RuntimeError'
    """
    tensor = torch.empty(shape, device="meta")  # shape
    for name, numbers in steps:
        try:
            tensor = getattr(tensor, name)(*numbers)
        except (IndexError, RuntimeError, TypeError) as error:
            return type(error).__name__
    return ""
