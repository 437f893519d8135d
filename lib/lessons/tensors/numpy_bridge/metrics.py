"""What else can be measured: addresses, one number out of a tensor, dtypes on both sides."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import torch

from lib.core.rules import Between, checked
from lib.lessons.tensors.numpy_bridge.lesson import (
    CONVERSIONS,
    METHODS,
    SIZES,
    TO_NUMPY,
    TO_TORCH,
)


class Addresses(NamedTuple):
    """Where the first element of each side sits in memory: after the conversion, after the change.

    The numbers differ from run to run. Only which of them are equal can be counted on.
    """

    array_before: int
    tensor_before: int
    array_after: int
    tensor_after: int


def addresses(
    method: Callable[[Any], Any], change: Callable[[Any], Any], dtype: str, size: int
) -> Addresses:
    """Return the addresses of both sides, before and after the change.

    Takes the settings of ``array_to_tensor`` or of ``tensor_to_array``; the method says which.

    Raises:
        ValueError: for a setting that is not allowed.
    """
    direction = TO_NUMPY if method in METHODS[TO_NUMPY].values() else TO_TORCH
    settings = {"method": method, "change": change, "dtype": dtype, "size": size}
    for name, rule in CONVERSIONS[direction].rules.items():
        rule.check(name, settings[name])

    if direction == TO_TORCH:
        a = np.ones(size, dtype=dtype)  # (size,)
        t = method(a)  # (size,)
        before = (a.ctypes.data, t.data_ptr())
        a = change(a)
    else:
        t = torch.ones(size, dtype=getattr(torch, dtype))  # (size,)
        a = method(t)  # (size,)
        before = (a.ctypes.data, t.data_ptr())
        t = change(t)
    return Addresses(*before, a.ctypes.data, t.data_ptr())


class OneNumber(NamedTuple):
    """A tensor of one element, as it is printed and as a Python number."""

    printed: str
    item: float


@checked(seed=Between(0, 9999))
def one_number(seed: int = 0) -> OneNumber:
    """Take the one number out of a tensor of one element.

    ``item()`` gives a Python float with every digit of the float32; printing shows four.

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
    """Make the same numbers on both sides, without naming a dtype, and convert.

    PyTorch's own default for fractions is float32, NumPy's is float64; a conversion keeps
    the dtype it finds.

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
