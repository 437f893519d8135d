"""Read a memory with strides of your own: what NumPy reads, and what PyTorch refuses."""

from typing import NamedTuple

import numpy as np
import torch

from lib.core.i18n import mark
from lib.core.rules import Between, checked

SIZE = 12  # the elements of x, which is 3 by 4
SHAPE = (4, 3)  # what x is read as, the shape it has when turned
START, STRIDE = Between(0, SIZE - 1), Between(1 - SIZE, SIZE - 1)
# What to take from it, once it is reached.
LEARNED = mark(
    "Turned to the left, the first column reads memory as 3 2 1 0; to the right, the first row as "
    "8 4 0. Either way a stride is negative. NumPy has such strides (`np.rot90` copies: {numpy}), "
    "PyTorch has none, so it must copy (`torch.rot90` copies: {torch})."
)


class Reading(NamedTuple):
    """A memory, read as 4 by 3.

    Attributes:
        shape: how many rows and columns are read.
        stride: how far apart in memory neighbors down and to the right are.
        storage_offset: where in memory the first element sits.
        memory: all there is.
        elements: what is read, row by row; None for a place outside of the memory.
        turned: "left" or "right" if that is x turned by 90 degrees, else empty.
        shares_memory: whether NumPy reads it without a copy; None if it leaves the memory.
        error: PyTorch's own words if it refuses to read so, else empty.
    """

    shape: tuple[int, int]
    stride: tuple[int, int]
    storage_offset: int
    memory: tuple[int, ...]
    elements: tuple[int | None, ...]
    turned: str
    shares_memory: bool | None
    error: str


@checked(start=START, down=STRIDE, right=STRIDE)
def read_memory(start: int = 0, down: int = 1, right: int = 4) -> Reading:
    """Read the memory of a 3 by 4 tensor as 4 by 3, with NumPy and with PyTorch.

    Args:
        start: where in memory the first element sits.
        down: how far on in memory the next row starts.
        right: how far on in memory the next column is.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.as_strided.html
    """
    x = torch.arange(SIZE).view(3, 4)  # (3, 4)
    flat = x.view(-1).numpy()  # (12,)
    error = ""
    try:
        x.as_strided(SHAPE, (down, right), start)  # (4, 3)
    except RuntimeError as refusal:
        error = str(refusal)

    rows, columns = SHAPE
    places = [start + i * down + j * right for i in range(rows) for j in range(columns)]
    turned, shares_memory = "", None
    if min(places) >= 0 and max(places) < SIZE:  # NumPy itself does not check
        item = flat.itemsize
        y = np.lib.stride_tricks.as_strided(flat[start:], SHAPE, (down * item, right * item))
        shares_memory = np.shares_memory(y, flat)
        for name, turns in (("left", 1), ("right", -1)):
            if np.array_equal(y, np.rot90(x.numpy(), turns)):
                turned = name
    return Reading(
        shape=SHAPE,
        stride=(down, right),
        storage_offset=start,
        memory=tuple(flat.tolist()),
        elements=tuple(int(flat[p]) if 0 <= p < SIZE else None for p in places),
        turned=turned,
        shares_memory=shares_memory,
        error=error,
    )


class Turned(NamedTuple):
    """Whether each library turns an array by 90 degrees without a copy."""

    numpy_shares: bool
    torch_shares: bool


@checked()
def who_copies() -> Turned:
    """Turn the same numbers with NumPy's and PyTorch's own rot90.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.rot90.html
    """
    x = torch.arange(SIZE).view(3, 4)  # (3, 4)
    turned = torch.rot90(x)  # (4, 3)
    return Turned(
        numpy_shares=np.shares_memory(np.rot90(x.numpy()), x.numpy()),
        torch_shares=turned.untyped_storage().data_ptr() == x.untyped_storage().data_ptr(),
    )


def reaches(reading: Reading) -> bool:
    """Return whether x is turned by 90 degrees, in its own memory."""
    return reading.turned != "" and reading.shares_memory is True
