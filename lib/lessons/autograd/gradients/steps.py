"""The steps of the expression a visitor builds: short texts, looked up and never evaluated."""

from collections.abc import Callable
from math import isfinite

import torch

from lib.core.rules import Between

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
