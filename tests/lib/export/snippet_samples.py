"""Functions as lessons have them, for tests/lib/export/test_snippets.py."""

import os
from collections.abc import Callable, Iterator
from math import sqrt
from typing import NamedTuple

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor, nn

from lib.core.rules import Between, OneOf, checked
from tests.lib.export.snippet_helpers import Line, line

Shape = Callable[[Tensor], Tensor]

COUNT = Between(1, 6)


class Outcome(NamedTuple):
    """What comes out.

    Attributes:
        total: the sum.
    """

    total: float
    values: np.ndarray


def square(x: Tensor) -> Tensor:
    """Return x squared."""
    return x * x


def cube(x: Tensor) -> Tensor:
    """Return x to the third."""
    return x * square(x)


SHAPES: dict[str, Shape] = {"square": square}
SHAPES["line"] = line


def working_folder() -> str:
    return os.getcwd()


# This comment belongs to the sample.
@checked(x=Between(-3.0, 3.0), count=COUNT, shape=OneOf(square, cube, line))
def sample(shape: Shape = square, x: float = 1.0, count: int = 2) -> Outcome:
    """Draw numbers and put them through a shape.

    Args:
        shape: what to do with them.
        x: what to add.
        count: how many.

    Raises:
        ValueError: for a setting out of range.
    """
    torch.manual_seed(0)
    values = torch.rand(count, 2) + x  # (count, 2)
    # A comment on a line of its own.
    values = F.relu(shape(values))  # (count, 2)
    values.requires_grad_().sum().backward()
    return Outcome(values.sum().item() * sqrt(4.0), values.detach().numpy())


def by_name(name: str = "square", x: float = 2.0) -> float:
    """Look the shape up in a registry."""
    line = SHAPES[name]  # a variable of the same name as an import
    return line(torch.tensor(x)).item()


def plain(words: str = "a", pair: tuple[int, ...] = (1, 2), switch: bool = False) -> str:
    """Need nothing but Python."""
    return f"{words}{sum(pair)}{switch}"


def steps(count: int = 3) -> Iterator[int]:
    """Yield step by step."""
    yield from range(count)


def network(width: int = 3) -> int:
    """Count the parameters of a network with a class inside."""

    class Net(nn.Module):
        """A layer.

        Long words about it.
        """

        def __init__(self) -> None:
            super().__init__()
            self.layer = nn.Linear(width, 1)

    return sum(p.numel() for p in Net().parameters())


def in_loop(n: int = 3) -> float:
    """Use a helper both outside and inside a comprehension whose variable has its name."""
    first = [square for square in range(n)]  # noqa: C416
    return float(len(first) + square(torch.tensor(2.0)))


def quoted(slope: float = 2.0) -> "Later":
    """Return what is defined further down."""
    return Later(slope)


class Later(Line):
    """A line that comes later."""


def shadowed(x: float = 1.0) -> float:
    """Have a variable inside one function named like a module's function used by another."""

    def inner(cube: float) -> float:
        return cube + 1

    return inner(x) + float(cube(torch.tensor(x)))


def fails(rows: int = 2) -> Tensor:
    """Multiply what does not fit.

    A second paragraph, so that the lines shown are not the lines of the file.
    """
    left = torch.ones(rows, 3)

    # The next line raises.
    return left @ left


@checked(
    rows=Between(1, 4),
)
def fails_checked(rows: int = 2) -> Tensor:
    """Multiply what does not fit, below a decorator of three lines."""
    left = torch.ones(rows, 3)
    return left.matmul(
        left,
    )
