"""What the samples import: a module of its own, as lessons import from lib."""

import math
from typing import NamedTuple

import torch
from torch import Tensor

# How steep the helper is.
SLOPE = 2.0
UNUSED = math.pi


class Line(NamedTuple):
    """A line.

    Attributes:
        slope: how steep.
    """

    slope: float
    offset: float = 0.0

    def at(self, x: Tensor) -> Tensor:
        """Return the height at x.

        More about it, which no page shows.
        """
        return self.slope * x + self.offset


def line(x: Tensor) -> Tensor:
    """Return x on the line."""
    return Line(SLOPE).at(x)


def never_used(x: Tensor) -> Tensor:
    return torch.zeros_like(x) + UNUSED
