"""Beside the lesson: 10 000 draws, the notes line by line, and what lies in empty memory."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import torch

from lib.core.i18n import mark
from lib.core.rules import OneOf, checked
from lib.lessons.tensors.create.lesson import (
    DTYPES,
    RANDOM,
    SEED,
    Constructor,
    Wanted,
    rand,
    randint,
    randn,
)

DRAWS = 10_000


class Law(NamedTuple):
    """What theory says of the numbers a constructor draws.

    Attributes:
        mean: their mean.
        spread: their standard deviation.
        x: where the curve below is given.
        density: how densely the numbers lie there; for whole numbers the chance of each.
        edges: the ends of the bins to count draws in.
    """

    mean: float
    spread: float
    x: np.ndarray
    density: np.ndarray
    edges: np.ndarray


def law(constructor: Constructor, *, is_complex: bool = False) -> Law:
    """Return the law of a random constructor; of complex numbers, that of the real part.

    The square of a complex normal number's size is 1 on average, half of it from each part.
    """
    if constructor is randint:
        whole = np.arange(10)
        return Law(4.5, np.sqrt(99 / 12), whole, np.full(10, 0.1), np.arange(11) - 0.5)
    edges = np.arange(-32, 33) / 8  # from -4 to 4
    if constructor is rand:
        x = np.array([-4.0, 0.0, 0.0, 1.0, 1.0, 4.0])
        return Law(0.5, np.sqrt(1 / 12), x, np.array([0.0, 0.0, 1.0, 1.0, 0.0, 0.0]), edges)
    spread = np.sqrt(1 / 2) if is_complex else 1.0
    x = np.linspace(-4, 4, 81)
    density = np.exp(-((x / spread) ** 2) / 2) / (spread * np.sqrt(2 * np.pi))
    return Law(0.0, spread, x, density, edges)


class Draws(NamedTuple):
    """10 000 draws beside the law they follow.

    Attributes:
        law: the law.
        density: for each bin, the share of the draws in it by its width.
        mean: the mean of the draws.
        spread: their standard deviation.
        is_whole: whether only whole numbers are drawn.
        is_complex: whether these are the real parts of complex numbers.
        rival: the constructor that is often taken for this one: "randn" for rand, else "rand".
        rival_law: its law.
    """

    law: Law
    density: np.ndarray
    mean: float
    spread: float
    is_whole: bool
    is_complex: bool
    rival: str
    rival_law: Law


@checked(constructor=OneOf(*RANDOM), dtype=OneOf(*DTYPES), seed=SEED)
def draws(constructor: Constructor = rand, dtype: str = "default", seed: int = 0) -> Draws:
    """Draw 10 000 numbers and count how many fall into each bin.

    Raises:
        ValueError: for a setting that is not allowed.
        RuntimeError: if PyTorch does not draw numbers of this dtype.

    Source: https://docs.pytorch.org/docs/stable/torch.html#random-sampling
    """
    torch.manual_seed(seed)
    x = constructor(Wanted((DRAWS,), DTYPES[dtype], 0, (0,)))  # (10000,)
    theory = law(constructor, is_complex=x.is_complex())
    numbers = (x.real if x.is_complex() else x).double().numpy()  # (10000,)
    counts, _ = np.histogram(numbers, theory.edges)
    rival = randn if constructor is rand else rand
    return Draws(
        theory,
        counts / (DRAWS * np.diff(theory.edges)),
        float(numbers.mean()),
        float(numbers.std()),
        constructor is randint,
        x.is_complex(),
        rival.__name__,
        law(rival),
    )


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


def element_sizes() -> dict[str, int]:
    """Return the bytes of one element, by the name of its dtype."""
    named = {name: dtype for name, dtype in DTYPES.items() if dtype}
    return {name: torch.zeros(1, dtype=dtype).element_size() for name, dtype in named.items()}


# --- the notes, line by line: each takes the x of the line above ----------------------------------

NOTES: dict[str, Callable[[torch.Tensor], torch.Tensor]] = {
    "torch.empty(5, 3)": lambda x: torch.empty(5, 3),
    "torch.rand(5, 3)": lambda x: torch.rand(5, 3),
    "torch.zeros(5, 3, dtype=torch.long)": lambda x: torch.zeros(5, 3, dtype=torch.long),
    "torch.tensor([5.5, 3])": lambda x: torch.tensor([5.5, 3]),
    "x.new_ones(5, 3, dtype=torch.double)": lambda x: x.new_ones(5, 3, dtype=torch.double),
    "torch.ones(5)": lambda x: torch.ones(5),
    "torch.randn_like(x, dtype=torch.float)": lambda x: torch.randn_like(x, dtype=torch.float),
}

BEFORE_NOTES = mark(
    "They import `torch`, `torch.nn as nn`, `torch.nn.functional as F` and `torch.optim as "
    "optim`. To make tensors you need only the first. Then x is, one after the other:"
)
AFTER_NOTES = mark("The sizes are what `x.size()` says after each line; `x.shape` is the same.")
# What is to be said of each line.
TOLD = {
    "torch.empty(5, 3)": mark("memory as it is: not random, just unknown"),
    "torch.rand(5, 3)": mark(
        "evenly from 0 to 1; the notes call it Gaussian the second time, it is not"
    ),
    "torch.zeros(5, 3, dtype=torch.long)": mark("`torch.long` is `torch.int64`"),
    "torch.tensor([5.5, 3])": mark("the numbers themselves, not a shape: 3 becomes 3.0"),
    "x.new_ones(5, 3, dtype=torch.double)": mark(
        "`torch.double` is `torch.float64`; the shape is new"
    ),
    "torch.ones(5)": mark("one axis; float32 if you name no dtype"),
    "torch.randn_like(x, dtype=torch.float)": mark("the shape of x, and truly Gaussian"),
}


class Line(NamedTuple):
    """One line of the notes, run.

    Attributes:
        code: what stands right of ``x =``.
        size: ``str(x.size())`` after it.
        dtype: ``str(x.dtype)`` after it.
    """

    code: str
    size: str
    dtype: str


def notes() -> tuple[Line, ...]:
    """Run the notes' lines one after the other; say what x is after each."""
    x = torch.empty(0)  # (0,)
    lines = []
    for code, line in NOTES.items():
        x = line(x)
        lines.append(Line(code, str(x.size()), str(x.dtype)))
    return tuple(lines)
