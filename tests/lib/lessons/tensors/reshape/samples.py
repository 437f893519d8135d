"""Random chains of steps."""

from contextlib import suppress

import torch
from hypothesis import strategies as some

from lib.lessons.tensors.reshape.steps import (
    METHODS,
    MOST_AXES,
    MOST_SHOWN,
    StartShape,
    UpToFourSteps,
)
from tests.pages.strategies import strategy

SHAPES, STEPS = strategy(StartShape()), strategy(UpToFourSteps())


@some.composite
def likely(draw):
    """A shape, and steps of which most are possible."""
    shape = draw(SHAPES)
    x, steps = torch.empty(shape), []
    for _ in range(draw(some.integers(0, 4))):
        longer = ("expand", "unsqueeze") if x.dim() == MOST_AXES else ()
        name = draw(some.sampled_from([each for each in METHODS if each not in longer]))
        count, rest = x.dim(), x.numel()
        axis = some.integers(-count, count - 1) if count else some.just(0)
        if name in ("view", "reshape"):
            sizes = []
            for _ in range(draw(some.integers(0, 2))):
                sizes.append(draw(some.sampled_from([d for d in range(1, 33) if rest % d == 0])))
                rest //= sizes[-1]
            numbers = draw(some.permutations([*sizes, draw(some.sampled_from([rest, -1]))]))
        elif name == "transpose":
            numbers = [draw(axis), draw(axis)]
        elif name == "permute":
            numbers = draw(some.permutations(range(count)))
        elif name == "expand":
            numbers = [draw(some.sampled_from([1, 2])), *(-1 for _ in range(count))]
        elif name in ("squeeze", "unsqueeze"):
            numbers = [draw(axis)]
        else:
            numbers = []
        with suppress(IndexError, RuntimeError, TypeError):  # refused is an answer too
            x = getattr(x, name)(*numbers)
        steps.append((name, tuple(numbers)))
        if x.dim() > MOST_AXES or x.numel() > MOST_SHOWN:
            break
    return shape, tuple(steps)
