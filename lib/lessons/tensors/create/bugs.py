"""Mistakes when making tensors, each with its repair, all of them real."""

from typing import NamedTuple

import numpy as np
import torch

from lib.core.bugs import fixes, replaces


class Counts(NamedTuple):
    """How often each class was seen, and how often it should be."""

    counts: list[float]
    should_be: list[float]


def empty_for_zeros(size: int = 5) -> Counts:
    """Count into memory that nobody cleared."""
    used = torch.full((size,), 7.0)  # (size,) what an earlier tensor left there
    counts = torch.empty(size, out=used)  # (size,) out= makes it the same on every run
    counts += 1
    return Counts(counts.tolist(), [1.0] * size)


@fixes(
    empty_for_zeros,
    "empty for zeros",
    "No error: `empty` writes nothing, so the count starts from what lay there. Without `out=` "
    "that changes from run to run, and where it is zeros the mistake hides.",
    silent=True,
)
def empty_for_zeros_fixed(size: int = 5) -> Counts:
    """Write zeros first."""
    used = torch.full((size,), 7.0)  # (size,) what an earlier tensor left there
    counts = torch.zeros(size, out=used)  # (size,) the same memory, cleared
    counts += 1
    return Counts(counts.tolist(), [1.0] * size)


def rand_of_integers(size: int = 5) -> np.ndarray:
    """Ask rand for whole numbers."""
    torch.manual_seed(0)
    x = torch.rand(size, dtype=torch.int64)  # (size,)
    return x.numpy()


@fixes(
    rand_of_integers,
    "rand of integers",
    "`rand` draws evenly from [0, 1), and can do so only in dtypes with fractions. `randint` draws "
    "whole numbers.",
)
def rand_of_integers_fixed(size: int = 5) -> np.ndarray:
    """Ask randint: from 0 to 9."""
    torch.manual_seed(0)
    x = torch.randint(0, 10, (size,))  # (size,)
    return x.numpy()


def randn_like_integers(size: int = 5) -> np.ndarray:
    """Make noise in the shape and dtype of a counted row."""
    torch.manual_seed(0)
    x = torch.arange(size)  # (size,)
    noise = torch.randn_like(x)  # (size,)
    return noise.numpy()


@fixes(
    randn_like_integers,
    "randn_like of integers",
    "`randn_like(x)` takes the dtype of x too, and normal numbers are not whole. So name "
    "a dtype, as in `randn_like(x, dtype=torch.float)`.",
)
def randn_like_integers_fixed(size: int = 5) -> np.ndarray:
    """Take only the shape from it."""
    torch.manual_seed(0)
    x = torch.arange(size)  # (size,)
    noise = torch.randn_like(x, dtype=torch.float32)  # (size,)
    return noise.numpy()


class Ids(NamedTuple):
    """The numbers of some customers: the first, and by how much each is off in the tensor."""

    first: int
    off_by: list[int]
    dtype: str


def capital_tensor(size: int = 5) -> Ids:
    """Store whole numbers with the class torch.Tensor."""
    first = 16777216
    x = torch.Tensor([first + n for n in range(size)])  # (size,)
    off_by = [int(x[n]) - (first + n) for n in range(size)]
    return Ids(first, off_by, str(x.dtype))


@fixes(
    capital_tensor,
    "Tensor with a capital",
    "No error: the class `torch.Tensor` makes float32 of whatever you give it, and past 16 777 216 "
    "float32 does not have every whole number. `torch.tensor` looks at yours.",
    silent=True,
)
def capital_tensor_fixed(size: int = 5) -> Ids:
    """Store them with the function torch.tensor."""
    first = 16777216
    x = torch.tensor([first + n for n in range(size)])  # (size,)
    off_by = [int(x[n]) - (first + n) for n in range(size)]
    return Ids(first, off_by, str(x.dtype))


def two_arguments(size: int = 5) -> np.ndarray:
    """Hand over numbers one by one, as one hands a shape to torch.ones."""
    x = torch.tensor(5.5, size)
    return x.numpy()


@fixes(
    two_arguments,
    "no brackets",
    "`torch.ones(5, 3)` takes a shape; `torch.tensor([5.5, 3])` takes the numbers.",
)
def two_arguments_fixed(size: int = 5) -> np.ndarray:
    """Hand over one list."""
    x = torch.tensor([5.5, size])  # (2,)
    return x.numpy()


def mean_of_integers(size: int = 5) -> float:
    """Average numbers that were written without a point."""
    x = torch.tensor(list(range(size)))  # (size,)
    return x.mean().item()


@fixes(
    mean_of_integers,
    "mean of integers",
    "Numbers without a point give int64, and a mean needs room for a fraction.",
)
def mean_of_integers_fixed(size: int = 5) -> float:
    """Ask for floats when the tensor is made."""
    x = torch.tensor(list(range(size)), dtype=torch.float32)  # (size,)
    return x.mean().item()


class Noise(NamedTuple):
    """The first number of each of four noises, and their standard deviation, averaged."""

    first_numbers: list[float]
    std: float


def seed_in_the_loop(size: int = 5) -> Noise:
    """Draw noise four times, seeding before each."""
    noises = []
    for _ in range(4):
        torch.manual_seed(0)
        noises.append(torch.randn(size))  # (size,)
    noise = torch.stack(noises)  # 4 times (size,) -> (4, size)
    return Noise(noise[:, 0].tolist(), noise.std(dim=0).mean().item())


@fixes(
    seed_in_the_loop,
    "seed in the loop",
    "No error: the same seed gives the same numbers, so the noise is four times the same.",
    silent=True,
)
def seed_in_the_loop_fixed(size: int = 5) -> Noise:
    """Seed once, before the loop."""
    torch.manual_seed(0)
    noises = []
    for _ in range(4):
        noises.append(torch.randn(size))  # (size,)
    noise = torch.stack(noises)  # 4 times (size,) -> (4, size)
    return Noise(noise[:, 0].tolist(), noise.std(dim=0).mean().item())


class Size(NamedTuple):
    """The shape of a tensor, and how many numbers are in it."""

    shape: list[int]
    numel: int


def number_for_shape(number: int = 5) -> Size:
    """Make a tensor of one number with the class torch.Tensor."""
    x = torch.Tensor(number)
    return Size(list(x.shape), x.numel())


@fixes(
    number_for_shape,
    "a number taken for a shape",
    "No error: the class `torch.Tensor` takes a bare 5 for a shape and makes five numbers that "
    "nobody wrote. The function `torch.tensor` takes it for the number.",
    silent=True,
)
def number_for_shape_fixed(number: int = 5) -> Size:
    """Make it with the function torch.tensor."""
    x = torch.tensor(number)  # ()
    return Size(list(x.shape), x.numel())


# --- then and now ---------------------------------------------------------------------------------


class Drawn(NamedTuple):
    """What 15 000 draws look like."""

    smallest: float
    largest: float
    below_zero: int
    mean: float
    std: float


def summary(x: torch.Tensor) -> Drawn:
    """Return what draws look like in five numbers."""
    ends, below_zero = (x.min().item(), x.max().item()), int((x < 0).sum())
    return Drawn(*ends, below_zero, x.mean().item(), x.std().item())


def rand_as_gaussian(seed: int = 0) -> Drawn:
    """Draw "Gaussian" numbers with rand."""
    torch.manual_seed(seed)
    x = torch.rand(5000, 3)  # (5000, 3)
    return summary(x)


@replaces(
    rand_as_gaussian,
    "A cheat sheet writes `torch.rand(5, 3)` twice and calls the second one Gaussian.",
    "`rand` draws uniformly from [0, 1), never below zero; its standard deviation is 0.289. "
    "Gaussian is `randn`, with an n for normal: half of it lies below zero, and its standard "
    "deviation is 1.",
)
def randn_is_gaussian(seed: int = 0) -> Drawn:
    """Draw Gaussian numbers."""
    torch.manual_seed(seed)
    x = torch.randn(5000, 3)  # (5000, 3)
    return summary(x)
