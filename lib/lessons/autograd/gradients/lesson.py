"""What ``backward()`` leaves in ``x.grad``.

Source: https://docs.pytorch.org/docs/stable/notes/autograd.html
"""

from collections.abc import Callable
from math import isfinite
from typing import NamedTuple

import numpy as np
import torch

from lib.core.autograd_graph import Graph, walk
from lib.core.rules import Between, OneOf, checked

Steps = tuple[str, ...]

OPERATIONS: dict[str, Callable[..., torch.Tensor]] = {
    "+": torch.add,
    "-": torch.sub,
    "*": torch.mul,
    "/": torch.div,
    "pow": torch.pow,
    "sin": torch.sin,
    "exp": torch.exp,
    "relu": torch.relu,
}
WITH_NUMBER = ("+", "-", "*", "/", "pow")
MOST = 4
NUMBER = Between(-10.0, 10.0)  # what a step's number may be
ENDS: dict[str, Callable[[torch.Tensor], torch.Tensor]] = {"mean": torch.mean, "sum": torch.sum}


def parse(step: str) -> tuple[str, tuple[float, ...]]:
    """Split one step into its operation and its number: ``"pow 2"`` into ``("pow", (2.0,))``.

    Raises:
        ValueError: for an unknown operation, or a number that is missing, too many or not
            between -10 and 10.
    """
    name, *numbers = step.split() or [""]
    try:
        values = tuple(float(number) for number in numbers)
    except ValueError:
        values = (float("nan"),)
    good = name in OPERATIONS and len(values) == (name in WITH_NUMBER)
    if not good or not all(isfinite(value) and abs(value) <= 10 for value in values):
        raise ValueError(
            f"step {step!r} is not one of: {', '.join(WITH_NUMBER)} and a number from -10 to 10,"
            f" {', '.join(name for name in OPERATIONS if name not in WITH_NUMBER)}"
        )
    return name, values


def split(steps: Steps) -> tuple[Steps, str]:
    """Return the steps without their end, and the end: ``"mean"`` unless they name ``"sum"``."""
    if steps and steps[-1] in ENDS:
        return steps[:-1], steps[-1]
    return steps, "mean"


def apply(steps: Steps, x: torch.Tensor) -> torch.Tensor:
    """Return ``x`` after the steps, elementwise."""
    for step in steps:
        name, numbers = parse(step)
        x = OPERATIONS[name](x, *numbers)
    return x


class UpToFour:
    """Up to four steps, and ``"mean"`` or ``"sum"`` after them if you like."""

    def check(self, name: str, value: object) -> None:
        """Raise ``ValueError`` unless ``value`` is a tuple of steps that can be taken."""
        if not isinstance(value, tuple) or not all(isinstance(step, str) for step in value):
            raise ValueError(f"{name}={value!r} is not a tuple of strings such as ('+ 2', 'sin')")
        steps, _ = split(value)
        if len(steps) > MOST:
            raise ValueError(f"{name}={value!r} has {len(steps)} steps: 0 to {MOST} are allowed")
        for step in steps:
            parse(step)

    def __str__(self) -> str:
        """Say what is allowed, in a line."""
        return f"up to {MOST} of {', '.join(OPERATIONS)}, then mean or sum"


# Every element of w, the second leaf of the product.
W = 3.0


class Keep:
    """Names the tensors of the forward pass, and cuts the graph at the one called ``detach``."""

    def __init__(self, detach: str = "nowhere", steps: Steps = ()) -> None:
        self.detach = detach
        self.steps = steps  # what chain does
        self.named: dict[str, torch.Tensor] = {}

    def __call__(self, name: str, tensor: torch.Tensor) -> torch.Tensor:
        """Return ``tensor``, detached if it is the one to cut at."""
        self.named[name] = tensor.detach() if name == self.detach else tensor
        return self.named[name]

    def leaf(self, name: str, tensor: torch.Tensor) -> torch.Tensor:
        """Return the leaf of that name: ``tensor`` the first time, the same one ever after."""
        return self.named.setdefault(name, tensor.requires_grad_())


Expression = Callable[[torch.Tensor, Keep], torch.Tensor]


def mean_of_square(x: torch.Tensor, keep: Keep) -> torch.Tensor:
    """The notes' example: the mean of 3 (x + 2)²."""
    y = keep("y", x + 2)
    z = keep("z", y * y * 3)
    return z.mean()


def total(x: torch.Tensor, keep: Keep) -> torch.Tensor:
    """The sum of (x + 2)²: no element's slope depends on how many there are."""
    y = keep("y", x + 2)
    z = keep("z", y * y)
    return z.sum()


def sigmoid(x: torch.Tensor, keep: Keep) -> torch.Tensor:
    """Mean of the sigmoid of 3 x: steep in the middle, flat at both ends."""
    y = keep("y", 3 * x)
    z = keep("z", torch.sigmoid(y))
    return z.mean()


def product(x: torch.Tensor, keep: Keep) -> torch.Tensor:
    """The sum of (x w) w, with a second leaf w of threes."""
    w = keep.leaf("w", torch.full_like(x, W))
    y = keep("y", x * w)
    z = keep("z", y * w)
    return z.sum()


def chain(x: torch.Tensor, keep: Keep) -> torch.Tensor:
    """The steps you chose, one after the other: y after the first, z after all of them."""
    steps, end = split(keep.steps)
    y = keep("y", apply(steps[:1], x))
    z = keep("z", apply(steps[1:], y))
    return ENDS[end](z)


EXPRESSIONS: dict[str, Expression] = {
    "mean(3(x+2)²)": mean_of_square,
    "sum((x+2)²)": total,
    "mean(sigmoid(3x))": sigmoid,
    "sum(x·w·w)": product,
    "chain": chain,
}


# What the settings of every function of this lesson may be.
STEP = 0.25  # from one x to the next
EXPRESSION, X, N = OneOf(*EXPRESSIONS.values()), Between(-3.0, 3.0), Between(1, 4)
DETACH, YES_OR_NO, CALLS, STEPS = (
    OneOf("nowhere", "y", "z"),
    OneOf(False, True),
    Between(1, 5),
    UpToFour(),
)


class Gradients(NamedTuple):
    """What is left after the backward calls.

    Attributes:
        out: the expression's value.
        grad: ``x.grad``, (n, n); None if no gradient reached x.
        w_grad: ``w.grad``, (n, n); None if there is no w or none reached it.
        recorded: which of x, w, y, z and out require a gradient.
        leaves: which are leaf tensors: made by you, not by an operation; a tensor that requires no
            gradient counts as one.
        refused: PyTorch's own words if ``backward()`` raised an error, else empty.
    """

    out: float
    grad: np.ndarray | None
    w_grad: np.ndarray | None
    recorded: tuple[str, ...]
    leaves: tuple[str, ...]
    refused: str


@checked(
    expression=EXPRESSION,
    x=X,
    n=N,
    calls=CALLS,
    zero_between=YES_OR_NO,
    detach=DETACH,
    no_grad=YES_OR_NO,
    steps=STEPS,
)
def what_backward_leaves(
    expression: Expression = mean_of_square,
    x: float = 1.0,
    n: int = 2,
    *,
    calls: int = 1,
    zero_between: bool = False,
    detach: str = "nowhere",
    no_grad: bool = False,
    steps: Steps = (),
) -> Gradients:
    """Go forward and backward ``calls`` times and return what is in ``x.grad``.

    Args:
        expression: one of ``EXPRESSIONS``; it turns x into one number.
        x: every element of x.
        n: x is n by n.
        calls: how many times to go forward and backward.
        zero_between: forget the gradients before each backward.
        detach: the tensor at which to cut the graph.
        no_grad: go forward without recording.
        steps: what ``chain`` does, such as ``("+ 2", "pow 2", "* 3", "mean")``.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.Tensor.backward.html
    """
    keep, refused = Keep(detach, steps), ""
    leaf = keep.leaf("x", torch.full((n, n), float(x)))  # (n, n)
    for _ in range(calls):
        with torch.set_grad_enabled(not no_grad):
            out = keep("out", expression(leaf, keep))  # (n, n) -> ()
        if zero_between:
            for tensor in keep.named.values():
                if tensor.is_leaf:
                    tensor.grad = None
        try:
            out.backward()
        except RuntimeError as error:
            refused = str(error)
    w = keep.named.get("w")
    return Gradients(
        out=out.item(),
        grad=None if leaf.grad is None else leaf.grad.numpy(),
        w_grad=None if w is None or w.grad is None else w.grad.numpy(),
        recorded=tuple(name for name, tensor in keep.named.items() if tensor.requires_grad),
        leaves=tuple(name for name, tensor in keep.named.items() if tensor.is_leaf),
        refused=refused,
    )


@checked(expression=EXPRESSION, x=X, n=N, detach=DETACH, no_grad=YES_OR_NO, steps=STEPS)
def walk_backward(
    expression: Expression = mean_of_square,
    x: float = 1.0,
    n: int = 2,
    *,
    detach: str = "nowhere",
    no_grad: bool = False,
    steps: Steps = (),
) -> Graph:
    """Record the graph of one forward, and what every node does in one backward."""
    keep = Keep(detach, steps)
    leaf = keep.leaf("x", torch.full((n, n), float(x)))  # (n, n)
    with torch.set_grad_enabled(not no_grad):
        return walk(lambda: keep("out", expression(leaf, keep)), keep.named)
