"""Random settings for a lesson function, drawn from the rules it checks them by.

A lesson with a rule of its own registers a strategy for it here.
"""

from functools import singledispatch
from typing import Any

from hypothesis import strategies as some

from lib.autograd.gradients_steps import ENDS, OPERATIONS, WITH_NUMBER, UpToFour
from lib.settings import Between, OneOf


@singledispatch
def strategy(rule: Any) -> some.SearchStrategy[Any]:
    """Return a strategy for the values that ``rule`` allows."""
    raise TypeError(f"no strategy for {type(rule).__name__}: register one in {__name__}")


@strategy.register
def _(rule: OneOf) -> some.SearchStrategy[Any]:
    return some.sampled_from(rule.options)


@strategy.register
def _(rule: Between) -> some.SearchStrategy[Any]:
    if rule.whole:
        return some.integers(int(rule.low), int(rule.high))
    return some.floats(rule.low, rule.high).map(lambda value: round(value, 3))


@strategy.register
def _(_rule: UpToFour) -> some.SearchStrategy[Any]:
    number = some.integers(-10, 10)
    step = some.one_of(
        some.sampled_from([name for name in OPERATIONS if name not in WITH_NUMBER]),
        some.tuples(some.sampled_from(WITH_NUMBER), number).map(
            lambda pair: f"{pair[0]} {pair[1]}"
        ),
    )
    return some.tuples(some.lists(step, max_size=4), some.sampled_from([*ENDS])).map(
        lambda pair: (*pair[0], pair[1])
    )
