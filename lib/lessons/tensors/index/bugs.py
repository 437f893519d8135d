"""Mistakes in picking elements, each with its repair, all of them real."""

from typing import NamedTuple

import numpy as np
import torch

from lib.core.bugs import fixes, replaces


class Before(NamedTuple):
    """A tensor's numbers before and after it was written to."""

    before: list[float]
    after: list[float]


def past_the_end(size: int = 5) -> float:
    """Take the last element."""
    x = torch.arange(size)  # (size,)
    return x[size].item()  # ()


@fixes(
    past_the_end,
    "one past the end",
    "Counting starts at 0, so the last place is one less than the size: `x[-1]`.",
)
def past_the_end_fixed(size: int = 5) -> float:
    """Count from the end: the first element is number 0, the last is number -1."""
    x = torch.arange(size)  # (size,)
    return x[-1].item()  # ()


def mask_of_columns(size: int = 4) -> torch.Tensor:
    """Keep the columns whose sum is large."""
    x = torch.arange(3 * size).reshape(3, size)  # (3, size)
    large = x.sum(0) > 3 * size  # (size,)
    return x[large]


@fixes(
    mask_of_columns,
    "mask of the wrong shape",
    "A mask must be as long as the axis it stands for; `x[large]` means the rows.",
)
def mask_of_columns_fixed(size: int = 4) -> torch.Tensor:
    """Put the mask where the columns are: after a colon for the rows."""
    x = torch.arange(3 * size).reshape(3, size)  # (3, size)
    large = x.sum(0) > 3 * size  # (size,)
    return x[:, large]  # (3, how many are True)


def negative_step(size: int = 5) -> torch.Tensor:
    """Turn a tensor around, as with a NumPy array."""
    x = torch.arange(size)  # (size,)
    return x[::-1]


@fixes(
    negative_step,
    "negative step",
    "NumPy allows `x[::-1]`. A tensor's strides cannot be negative, so `flip` makes a copy.",
)
def negative_step_fixed(size: int = 5) -> torch.Tensor:
    """Flip it; this makes a copy, where NumPy's x[::-1] is a view."""
    x = torch.arange(size)  # (size,)
    return x.flip(0)  # (size,)


def and_of_masks(size: int = 8) -> torch.Tensor:
    """Pick what lies between two numbers."""
    x = torch.arange(size)  # (size,)
    return x[x > 1 and x < 6]


@fixes(
    and_of_masks,
    "and between masks",
    "`and` asks for one True or False for the whole tensor. `&` works element by element.",
)
def and_of_masks_fixed(size: int = 8) -> torch.Tensor:
    """Join masks with &, each in parentheses, because & binds tighter than >."""
    x = torch.arange(size)  # (size,)
    return x[(x > 1) & (x < 6)]  # (how many are True,)


def write_into_copy(size: int = 6) -> Before:
    """Write 9 into the first element above 2."""
    x = torch.arange(size)  # (size,)
    before = x.tolist()
    x[x > 2][0] = 9
    return Before(before, x.tolist())


@fixes(
    write_into_copy,
    "write into a copy",
    "No error: `x[x > 2]` is a copy, the 9 goes into it and is thrown away. With one pair of "
    "brackets on the left of `=`, PyTorch writes into x itself.",
    silent=True,
)
def write_into_copy_fixed(size: int = 6) -> Before:
    """Find out where it is, then write with one pair of brackets."""
    x = torch.arange(size)  # (size,)
    before = x.tolist()
    first = (x > 2).nonzero()[0]  # (how many are True, 1) -> (1,)
    x[first] = 9
    return Before(before, x.tolist())


def fill_not_kept() -> Before:
    """Write 0 wherever x is negative."""
    x = torch.tensor([3, -1, 4, -2])  # (4,)
    before = x.tolist()
    x.masked_fill(x < 0, 0)
    return Before(before, x.tolist())


@fixes(
    fill_not_kept,
    "masked_fill not kept",
    "No error: `masked_fill` returns a new tensor, as `torch.where(x < 0, 0, x)` does, and nobody "
    "takes it. `x[x < 0] = 0` writes into x, and so does `masked_fill_`.",
    silent=True,
)
def fill_not_kept_fixed() -> Before:
    """Assign to what the mask picks, which writes into x."""
    x = torch.tensor([3, -1, 4, -2])  # (4,)
    before = x.tolist()
    x[x < 0] = 0
    return Before(before, x.tolist())


class Block(NamedTuple):
    """What was picked, and its shape."""

    picked: np.ndarray
    shape: tuple[int, ...]


def lists_as_grid(size: int = 5) -> Block:
    """Pick the block where rows 0 and 2 cross columns 1 and 3."""
    x = torch.arange(size * size).reshape(size, size)  # (size, size)
    y = x[[0, 2], [1, 3]]  # (2,)
    return Block(y.numpy(), tuple(y.shape))


@fixes(
    lists_as_grid,
    "two lists",
    "No error: the lists are paired to (0, 1) and (2, 3), which gives 2 elements, not 4.",
    silent=True,
)
def lists_as_grid_fixed(size: int = 5) -> Block:
    """Pick the rows first, then the columns."""
    x = torch.arange(size * size).reshape(size, size)  # (size, size)
    y = x[[0, 2]][:, [1, 3]]  # (2, size) -> (2, 2)
    return Block(y.numpy(), tuple(y.shape))


def count_repeated(size: int = 4) -> list[float]:
    """Count how often each label occurs."""
    labels = torch.tensor([0, 0, 0, 1])  # (4,)
    counts = torch.zeros(size)  # (size,)
    counts[labels] += 1
    return counts.tolist()


@fixes(
    count_repeated,
    "repeated places",
    "No error: `counts[labels] += 1` reads four old zeros, adds 1 to each, and writes: three times "
    "a 1 to place 0, where 3 should be.",
    silent=True,
)
def count_repeated_fixed(size: int = 4) -> list[float]:
    """Add once for every label, however often it comes."""
    labels = torch.tensor([0, 0, 0, 1])  # (4,)
    counts = torch.zeros(size)  # (size,)
    counts.index_add_(0, labels, torch.ones(4))
    return counts.tolist()


def rows_of_ones() -> list[list[float]]:
    """Write a 1 into each row, in the column that its label names."""
    labels = torch.tensor([2, 0, 2])  # (3,)
    table = torch.zeros(3, 4)  # (3, 4)
    table[labels] = 1
    return table.tolist()


@fixes(
    rows_of_ones,
    "whole rows of ones",
    "No error: `table[labels]` means the rows 2 and 0, all of them. `scatter_` is `gather` the "
    "other way round and writes one place of each row; so does `table[torch.arange(3), labels] = "
    "1`.",
    silent=True,
)
def rows_of_ones_fixed() -> list[list[float]]:
    """Say which place of each row."""
    labels = torch.tensor([2, 0, 2])  # (3,)
    table = torch.zeros(3, 4)  # (3, 4)
    table.scatter_(1, labels[:, None], 1)  # the index is (3, 1): one place in each row
    return table.tolist()


class Both(NamedTuple):
    """What PyTorch and NumPy pick with the same index."""

    pytorch: list[float]
    pytorch_shape: tuple[int, ...]
    numpy: list[float]
    numpy_shape: tuple[int, ...]


def column(size: int = 4) -> Both:
    """Pick a column with the same index in both."""
    x = torch.arange(3 * size).reshape(3, size)  # (3, size)
    y = x[:, 1]  # (3,)
    a = x.numpy()[:, 1]  # (3,)
    return Both(y.tolist(), tuple(y.shape), a.tolist(), a.shape)


@replaces(
    column,
    "A cheat sheet shows `x[:, 1]` and says that indexing works as in NumPy.",
    "It does for `x[:, 1]`, and for nearly everything else. But a number beside a list may give "
    "another shape, `x[::-1]` is refused, and `x[0, 1]` is a tensor that still lies in x's "
    "memory, where NumPy gives a number of its own.",
)
def number_beside_list(size: int = 4) -> Both:
    """Pick with a number and a list that have a slice between them."""
    x = torch.arange(6 * size).reshape(2, 3, size)  # (2, 3, size)
    y = x[0, :, [0, 1]]  # (3, 2)
    a = x.numpy()[0, :, [0, 1]]  # (2, 3)
    return Both(y.flatten().tolist(), tuple(y.shape), a.flatten().tolist(), a.shape)
