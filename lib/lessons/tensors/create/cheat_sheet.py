"""The lines of a cheat sheet on making tensors, run one after the other."""

from collections.abc import Callable
from typing import NamedTuple

import torch

from lib.core.i18n import mark

TITLE = mark("A cheat sheet, line by line")
BEFORE = mark(
    "The cheat sheet that this playground grew out of imports `torch`, `torch.nn as nn`, "
    "`torch.nn.functional as F` and `torch.optim as optim`. To make tensors you need only the "
    "first. Then x is, one after the other:"
)
AFTER = mark("The sizes are what `x.size()` returns after each line; `x.shape` is the same.")

# Each line takes the x of the line above. Beside it: what is to be said of it.
LINES: dict[str, tuple[Callable[[torch.Tensor], torch.Tensor], str]] = {
    "torch.empty(5, 3)": (
        lambda x: torch.empty(5, 3),
        mark("memory as it is: not random, just unknown"),
    ),
    "torch.rand(5, 3)": (
        lambda x: torch.rand(5, 3),
        mark("uniform on [0, 1); the second time it is called Gaussian there, which it is not"),
    ),
    "torch.zeros(5, 3, dtype=torch.long)": (
        lambda x: torch.zeros(5, 3, dtype=torch.long),
        mark("`torch.long` is `torch.int64`"),
    ),
    "torch.tensor([5.5, 3])": (
        lambda x: torch.tensor([5.5, 3]),
        mark("the numbers themselves, not a shape: 3 becomes 3.0"),
    ),
    "x.new_ones(5, 3, dtype=torch.double)": (
        lambda x: x.new_ones(5, 3, dtype=torch.double),
        mark("`torch.double` is `torch.float64`; the shape is new"),
    ),
    "torch.ones(5)": (
        lambda x: torch.ones(5),
        mark("one axis; float32 if you name no dtype"),
    ),
    "torch.randn_like(x, dtype=torch.float)": (
        lambda x: torch.randn_like(x, dtype=torch.float),
        mark("the shape of x, and truly Gaussian"),
    ),
}


class Line(NamedTuple):
    """One line of the cheat sheet, run.

    Attributes:
        code: what stands right of ``x =``.
        comment: what is to be said of it.
        size: ``str(x.size())`` after it.
        dtype: ``str(x.dtype)`` after it.
    """

    code: str
    comment: str
    size: str
    dtype: str


def run_lines() -> tuple[Line, ...]:
    """Run the lines one after the other; return what x is after each."""
    x = torch.empty(0)  # (0,)
    lines = []
    for code, (line, comment) in LINES.items():
        x = line(x)
        lines.append(Line(code, comment, str(x.size()), str(x.dtype)))
    return tuple(lines)
