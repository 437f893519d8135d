"""What a random constructor draws: 10 000 numbers beside the distribution they follow."""

from typing import NamedTuple

import numpy as np
import torch

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
GROWTH = (100, 1_000, DRAWS)  # after so many draws the histogram is looked at


class Distribution(NamedTuple):
    """How the numbers of a constructor are distributed in theory.

    Attributes:
        mean: their mean.
        std: their standard deviation.
        x: where the density is given.
        density: the probability density there; for whole numbers the probability of each.
        edges: the ends of the bins to count draws in.
    """

    mean: float
    std: float
    x: np.ndarray
    density: np.ndarray
    edges: np.ndarray


def distribution(constructor: Constructor, *, is_complex: bool = False) -> Distribution:
    """Return the distribution of a random constructor; of complex numbers, that of the real part.

    The square of a complex normal number's size is 1 on average, half of it from each part.
    """
    if constructor is randint:
        whole = np.arange(10)
        return Distribution(4.5, np.sqrt(99 / 12), whole, np.full(10, 0.1), np.arange(11) - 0.5)
    edges = np.arange(-32, 33) / 8  # from -4 to 4
    if constructor is rand:
        x = np.array([-4.0, 0.0, 0.0, 1.0, 1.0, 4.0])
        density = np.array([0.0, 0.0, 1.0, 1.0, 0.0, 0.0])
        return Distribution(0.5, np.sqrt(1 / 12), x, density, edges)
    std = np.sqrt(1 / 2) if is_complex else 1.0
    x = np.linspace(-4, 4, 81)
    density = np.exp(-((x / std) ** 2) / 2) / (std * np.sqrt(2 * np.pi))
    return Distribution(0.0, std, x, density, edges)


class Draws(NamedTuple):
    """10 000 draws beside their distribution.

    Attributes:
        theory: the distribution.
        density: for each bin, the share of the draws in it by its width.
        grown: the same after each of ``GROWTH`` draws.
        mean: the mean of the draws.
        std: their standard deviation.
        is_whole: whether only whole numbers are drawn.
        is_complex: whether these are the real parts of complex numbers.
        rival: the constructor that is often taken for this one: "randn" for rand, else "rand".
        rival_theory: its distribution.
    """

    theory: Distribution
    density: np.ndarray
    grown: tuple[np.ndarray, ...]
    mean: float
    std: float
    is_whole: bool
    is_complex: bool
    rival: str
    rival_theory: Distribution


@checked(constructor=OneOf(*RANDOM), dtype=OneOf(*DTYPES), seed=SEED)
def draws(constructor: Constructor = rand, dtype: str = "default", seed: int = 0) -> Draws:
    """Draw 10 000 numbers and count how many fall into each bin.

    Raises:
        RuntimeError: if PyTorch does not draw numbers of this dtype.

    Source: https://docs.pytorch.org/docs/stable/torch.html#random-sampling
    """
    torch.manual_seed(seed)
    x = constructor(Wanted((DRAWS,), DTYPES[dtype], 0, (0,)))  # (10000,)
    theory = distribution(constructor, is_complex=x.is_complex())
    numbers = (x.real if x.is_complex() else x).double().numpy()  # (10000,)
    widths = np.diff(theory.edges)
    grown = tuple(
        np.histogram(numbers[:count], theory.edges)[0] / (count * widths) for count in GROWTH
    )
    rival = randn if constructor is rand else rand
    return Draws(
        theory=theory,
        density=grown[-1],
        grown=grown,
        mean=float(numbers.mean()),
        std=float(numbers.std()),
        is_whole=constructor is randint,
        is_complex=x.is_complex(),
        rival=rival.__name__,
        rival_theory=distribution(rival),
    )
