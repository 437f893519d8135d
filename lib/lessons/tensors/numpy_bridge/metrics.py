"""Small facts beside the lesson: addresses, one number out of a tensor, dtypes on both sides."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import torch

from lib.core.rules import Between, OneOf, checked
from lib.lessons.tensors.numpy_bridge.lesson import (
    CROSSINGS,
    DTYPES,
    METHODS,
    SIZES,
    TO_NUMPY,
    TO_TORCH,
)


class Addresses(NamedTuple):
    """Where the first element of each side sits in memory: after the crossing, after the change.

    The numbers differ from run to run. Only which of them are equal can be counted on.
    """

    array_before: int
    tensor_before: int
    array_after: int
    tensor_after: int


def addresses(
    method: Callable[[Any], Any], then: Callable[[Any], Any], dtype: str, size: int
) -> Addresses:
    """Return the addresses of both sides, before and after the change.

    Takes the settings of ``array_to_tensor`` or of ``tensor_to_array``; the method says which.

    Raises:
        ValueError: for a setting that is not allowed.
    """
    direction = TO_NUMPY if method in METHODS[TO_NUMPY].values() else TO_TORCH
    settings = {"method": method, "then": then, "dtype": dtype, "size": size}
    for name, rule in CROSSINGS[direction].rules.items():  # type: ignore[attr-defined]
        rule.check(name, settings[name])

    if direction == TO_TORCH:
        a = np.ones(size, dtype=dtype)  # (size,)
        t = method(a)  # (size,)
        before = (a.ctypes.data, t.data_ptr())
        a = then(a)
    else:
        t = torch.ones(size, dtype=getattr(torch, dtype))  # (size,)
        a = method(t)  # (size,)
        before = (a.ctypes.data, t.data_ptr())
        t = then(t)
    return Addresses(*before, a.ctypes.data, t.data_ptr())


class OneNumber(NamedTuple):
    """A tensor of one element, as it is printed and as a Python number."""

    printed: str
    item: float


@checked(seed=Between(0, 9999))
def one_number(seed: int = 0) -> OneNumber:
    """Take the one number out of a tensor of one element.

    ``item()`` gives a Python float with every digit of the float32; printing shows four.

    Raises:
        ValueError: for a seed out of range.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.Tensor.item.html
    """
    torch.manual_seed(seed)
    x = torch.randn(1)  # (1,)
    return OneNumber(str(x), x.item())


class Defaults(NamedTuple):
    """Which dtype you get when you ask for none."""

    torch_ones: str
    torch_ones_numpy: str
    np_ones: str
    from_numpy_np_ones: str
    torch_tensor_of_list: str
    np_array_of_list: str


@checked(size=SIZES)
def default_dtypes(size: int = 5) -> Defaults:
    """Make the same numbers on both sides, without naming a dtype, and cross.

    PyTorch's own default for fractions is float32, NumPy's is float64; a crossing keeps the
    dtype it finds.

    Raises:
        ValueError: for a size out of range.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.get_default_dtype.html
    """
    t = torch.ones(size)  # (size,)
    a = np.ones(size)  # (size,)
    numbers = [1.0] * size
    return Defaults(
        torch_ones=str(t.dtype),
        torch_ones_numpy=str(t.numpy().dtype),
        np_ones=str(a.dtype),
        from_numpy_np_ones=str(torch.from_numpy(a).dtype),
        torch_tensor_of_list=str(torch.tensor(numbers).dtype),
        np_array_of_list=str(np.array(numbers).dtype),
    )


class FromList(NamedTuple):
    """A list that was changed, and the tensor made from it before."""

    numbers: tuple[float, ...]
    tensor: tuple[float, ...]


@checked(size=SIZES)
def as_tensor_of_list(size: int = 5) -> FromList:
    """Make a tensor from a plain list with ``as_tensor``, then change the list.

    A list holds Python objects, not one piece of memory, so even ``as_tensor`` has to copy.

    Raises:
        ValueError: for a size out of range.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.as_tensor.html
    """
    numbers = [1.0] * size
    t = torch.as_tensor(numbers)  # (size,)
    numbers[0] = 9.0
    return FromList(tuple(numbers), tuple(t.tolist()))


@checked(dtype=OneOf(*DTYPES, "bool", "bfloat16"))
def twin(dtype: str = "float64") -> str:
    """Return the NumPy dtype a tensor of this dtype arrives with.

    Raises:
        ValueError: for a dtype that is not on the list.
        TypeError: for bfloat16, which NumPy does not have.

    Source: https://docs.pytorch.org/docs/stable/tensor_attributes.html
    """
    return str(torch.ones(1, dtype=getattr(torch, dtype)).numpy().dtype)
