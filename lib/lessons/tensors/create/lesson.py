"""Make a tensor: every common way to get one, and what you get when you ask for less.

Source: https://docs.pytorch.org/docs/stable/torch.html#creation-ops
"""

from collections.abc import Callable
from math import prod
from typing import NamedTuple

import numpy as np
import torch

from lib.core.i18n import mark
from lib.core.rules import Between, OneOf, checked
from lib.lessons.tensors.create.settings import NumberRows, Rows, Shape


class Wanted(NamedTuple):
    """What to make.

    Attributes:
        shape: how many elements along each axis.
        dtype: the kind of number; None lets PyTorch choose.
        fill: the number for ``full``.
        rows: the numbers for ``tensor``.
    """

    shape: tuple[int, ...]
    dtype: torch.dtype | None
    fill: float
    rows: Rows


# --- constructors: each makes one tensor ----------------------------------------------------------


def empty(want: Wanted) -> torch.Tensor:
    """Take memory and write nothing into it: what lay there stays.

    Plain ``torch.empty(shape)`` takes any free memory, and nobody can say what lies there. Here
    it gets memory full of sevens, so that everybody finds the same.
    """
    used = torch.full(want.shape, 7, dtype=want.dtype or torch.float32)  # shape
    return torch.empty(want.shape, dtype=want.dtype, out=used)  # shape


def zeros(want: Wanted) -> torch.Tensor:
    """Write zeros."""
    return torch.zeros(want.shape, dtype=want.dtype)  # shape


def ones(want: Wanted) -> torch.Tensor:
    """Write ones."""
    return torch.ones(want.shape, dtype=want.dtype)  # shape


def full(want: Wanted) -> torch.Tensor:
    """Write one number everywhere; without a dtype, its kind decides."""
    return torch.full(want.shape, want.fill, dtype=want.dtype)  # shape


def rand(want: Wanted) -> torch.Tensor:
    """Draw uniformly from [0, 1): 0 included, 1 left out."""
    return torch.rand(want.shape, dtype=want.dtype)  # shape


def randn(want: Wanted) -> torch.Tensor:
    """Draw from the normal (Gaussian) distribution: mean 0, standard deviation 1."""
    return torch.randn(want.shape, dtype=want.dtype)  # shape


def randint(want: Wanted) -> torch.Tensor:
    """Draw whole numbers from 0 to 9: the end, 10, is left out."""
    return torch.randint(0, 10, want.shape, dtype=want.dtype)  # shape


def arange(want: Wanted) -> torch.Tensor:
    """Count from 0 in one row, then fold the row into the shape; the end is left out."""
    count = prod(want.shape)
    return torch.arange(count, dtype=want.dtype).reshape(want.shape)  # (count,) -> shape


def linspace(want: Wanted) -> torch.Tensor:
    """Go from 0 to 1 in equal steps, both ends included, then fold the row into the shape."""
    count = prod(want.shape)
    return torch.linspace(0, 1, count, dtype=want.dtype).reshape(want.shape)  # (count,) -> shape


def eye(want: Wanted) -> torch.Tensor:
    """Write ones on the diagonal of a matrix, zeros elsewhere; one length makes it square."""
    return torch.eye(*want.shape, dtype=want.dtype)  # (n, m), or (n, n) for one length


def tensor(want: Wanted) -> torch.Tensor:
    """Copy the numbers you typed; without a dtype, they decide."""
    return torch.tensor(want.rows, dtype=want.dtype)  # (numbers,) or (rows, numbers)


def new_ones(want: Wanted) -> torch.Tensor:
    """Write ones; without a dtype, take that of x."""
    x = torch.tensor([5.5, 3], dtype=torch.float64)  # (2,)
    return x.new_ones(want.shape, dtype=want.dtype)  # shape


def zeros_like(want: Wanted) -> torch.Tensor:
    """Write zeros in the shape of x; without a dtype, take that of x too."""
    x = torch.full(want.shape, 5.5, dtype=torch.float64)  # shape
    return torch.zeros_like(x, dtype=want.dtype)  # shape


def randn_like(want: Wanted) -> torch.Tensor:
    """Draw from the normal distribution in the shape of x; without a dtype, take that of x too."""
    x = torch.full(want.shape, 5.5, dtype=torch.float64)  # shape
    return torch.randn_like(x, dtype=want.dtype)  # shape


# --- what there is to choose from -----------------------------------------------------------------

Constructor = Callable[[Wanted], torch.Tensor]

CONSTRUCTORS: dict[str, Constructor] = {
    "torch.empty": empty,
    "torch.zeros": zeros,
    "torch.ones": ones,
    "torch.full": full,
    "torch.rand": rand,
    "torch.randn": randn,
    "torch.randint": randint,
    "torch.arange": arange,
    "torch.linspace": linspace,
    "torch.eye": eye,
    "torch.tensor": tensor,
    "x.new_ones": new_ones,
    "torch.zeros_like": zeros_like,
    "torch.randn_like": randn_like,
}
RANDOM = (rand, randn, randint, randn_like)

DTYPES = {
    "default": None,
    "float64": torch.float64,
    "float32": torch.float32,
    "float16": torch.float16,
    "bfloat16": torch.bfloat16,
    "int64": torch.int64,
    "int32": torch.int32,
    "int8": torch.int8,
    "uint8": torch.uint8,
    "bool": torch.bool,
    "complex64": torch.complex64,
}
FILLS = {"7": 7, "7.0": 7.0, "2.5": 2.5, "-1": -1, "True": True}
SEED = Between(0, 99)


# --- the lesson -----------------------------------------------------------------------------------


class Made(NamedTuple):
    """A new tensor x: its numbers and its attributes; only the last field if PyTorch refused.

    Attributes:
        values: its numbers, in its shape.
        shape: ``x.shape``, the same as ``x.size()``.
        ndim: how many axes it has.
        numel: how many elements.
        dtype: the kind of number, such as "torch.float32".
        device: where it lives.
        element_size: the bytes of one element.
        nbytes: the bytes of all of them.
        refused: PyTorch's own words if it made no tensor, else empty.
    """

    values: np.ndarray | None = None
    shape: tuple[int, ...] = ()
    ndim: int = 0
    numel: int = 0
    dtype: str = ""
    device: str = ""
    element_size: int = 0
    nbytes: int = 0
    refused: str = ""


@checked(
    constructor=OneOf(*CONSTRUCTORS.values()),
    shape=Shape(),
    dtype=OneOf(*DTYPES),
    seed=SEED,
    fill=OneOf(*FILLS.values()),
    rows=NumberRows(),
)
def make(
    constructor: Constructor = rand,
    shape: tuple[int, ...] = (5, 3),
    dtype: str = "default",
    seed: int = 0,
    fill: float = 7,
    rows: Rows = (5.5, 3),
) -> Made:
    """Make one tensor and read all its attributes.

    Args:
        constructor: how it is made.
        shape: how many elements along each axis; ``tensor`` takes its own from ``rows``.
        dtype: the kind of number; "default" names none.
        seed: where the random numbers start; the same seed gives the same numbers.
        fill: the number ``full`` writes.
        rows: the numbers ``tensor`` copies.

    Source: https://docs.pytorch.org/docs/stable/torch.html#creation-ops
    """
    torch.manual_seed(seed)
    try:
        x = constructor(Wanted(shape, DTYPES[dtype], fill, rows))  # shape
    except (RuntimeError, TypeError, ValueError) as error:
        return Made(refused=f"{type(error).__name__}: {error}")
    return Made(
        values=(x.float() if x.dtype == torch.bfloat16 else x).numpy(),  # NumPy has no bfloat16
        shape=tuple(x.shape),
        ndim=x.ndim,
        numel=x.numel(),
        dtype=str(x.dtype),
        device=str(x.device),
        element_size=x.element_size(),
        nbytes=x.nbytes,
    )


def element_sizes() -> dict[str, int]:
    """Return the bytes of one element, by the name of its dtype."""
    return {name: dtype.itemsize for name, dtype in DTYPES.items() if dtype}


# --- what empty memory holds ----------------------------------------------------------------------


class Leftovers(NamedTuple):
    """What ``torch.empty`` found in memory that somebody had filled with sevens and given back."""

    asked: int
    sevens: int
    others: int


LEFT_OVER = mark(
    "The sevens are there on purpose, so that you see what everybody sees. Without that: this "
    "server filled 1000 numbers with 7, gave their memory back, and asked for "
    "`torch.empty(1000)`. It found {sevens} sevens in it and {others} other numbers."
)


def leftovers() -> Leftovers:
    """Fill memory with sevens, give it back, and ask for as much empty memory.

    The numbers differ from run to run and from machine to machine.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.empty.html
    """
    used = torch.full((1000,), 7.0)  # (1000,)
    del used
    x = torch.empty(1000)  # (1000,)
    sevens = int((x == 7).sum())
    return Leftovers(len(x), sevens, len(x) - sevens)
