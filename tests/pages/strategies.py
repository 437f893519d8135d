"""Random settings for a lesson function, drawn from the rules it checks them by.

A lesson with a rule of its own registers a strategy for it here.
"""

from functools import singledispatch
from math import prod
from typing import Any

from hypothesis import strategies as some

from lib.autograd.gradients_steps import ENDS, OPERATIONS, WITH_NUMBER, UpToFour
from lib.data.preprocess_steps import MOST_STEPS, STEPS, UpToEightSteps
from lib.fashion_data import DataRule
from lib.pictures import FASHION, PICTURES, PictureRule
from lib.settings import Between, Each, OneOf
from lib.tensors.create_settings import COLUMNS, LENGTHS, ROWS, Shape, Typed
from lib.tensors.index_grammar import IndexText, NestedNumbers
from lib.tensors.operate_shapes import AXES, LONGEST, MOST, Small
from lib.tensors.reshape_steps import BEGIN_WITH, MOST_START, StartShape, UpToFourSteps
from lib.training.loop_recipe import Epochs
from tests.lib.tensors.index_samples import INDEX_TEXTS, NESTED_NUMBERS


@singledispatch
def strategy(rule: Any) -> some.SearchStrategy[Any]:
    """Return a strategy for the values that ``rule`` allows."""
    raise TypeError(f"no strategy for {type(rule).__name__}: register one in {__name__}")


@strategy.register
def _(rule: OneOf) -> some.SearchStrategy[Any]:
    return some.sampled_from(rule.options)


@strategy.register
def _(_rule: DataRule) -> some.SearchStrategy[Any]:
    return some.just("shipped")  # a machine that has all pictures would need long for them


@strategy.register
def _(rule: Between) -> some.SearchStrategy[Any]:
    if rule.whole:
        return some.integers(int(rule.low), int(rule.high))
    # Short numbers, but none that rounding carried out of the range.
    return some.floats(rule.low, rule.high).map(
        lambda x: max(rule.low, min(round(x, 3), rule.high))
    )


@strategy.register
def _(_rule: Epochs) -> some.SearchStrategy[Any]:
    return some.integers(0, 3)  # more would take long and show nothing new


@strategy.register
def _(rule: Each) -> some.SearchStrategy[Any]:
    low, high = int(rule.length.low), int(rule.length.high)
    return some.lists(strategy(rule.entry), min_size=low, max_size=high).map(tuple)


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


@strategy.register
def _(_rule: Shape) -> some.SearchStrategy[Any]:
    axes = some.sampled_from(list(LENGTHS.values()))
    return axes.flatmap(lambda most: some.tuples(*(some.integers(1, end) for end in most)))


@strategy.register
def _(_rule: Typed) -> some.SearchStrategy[Any]:
    number = some.integers(-999, 999) | some.sampled_from([5.5, -0.25, 1e6])
    row = some.lists(number, min_size=1, max_size=COLUMNS).map(tuple)
    return row | some.lists(row, min_size=1, max_size=ROWS).map(tuple)


@strategy.register
def _(_rule: Small) -> some.SearchStrategy[Any]:
    axes = some.lists(some.integers(1, LONGEST), max_size=AXES).map(tuple)
    return axes.filter(lambda shape: prod(shape) <= MOST)


@strategy.register
def _(_rule: IndexText) -> some.SearchStrategy[Any]:
    return INDEX_TEXTS


@strategy.register
def _(_rule: NestedNumbers) -> some.SearchStrategy[Any]:
    return NESTED_NUMBERS


@strategy.register
def _(_rule: StartShape) -> some.SearchStrategy[Any]:
    axes = some.lists(some.integers(1, MOST_START), min_size=1, max_size=4).map(tuple)
    small = some.lists(some.integers(1, 3), min_size=1, max_size=4).map(tuple)
    return (axes | small).filter(lambda shape: prod(shape) <= MOST_START)


@strategy.register
def _(_rule: UpToFourSteps) -> some.SearchStrategy[Any]:
    numbers = some.lists(some.integers(-3, 24), max_size=4).map(tuple)
    step = some.tuples(some.sampled_from([*BEGIN_WITH]), numbers)
    return some.lists(step, max_size=4).map(tuple)


@strategy.register
def _(_rule: UpToEightSteps) -> some.SearchStrategy[Any]:
    return some.lists(some.sampled_from([*STEPS]), max_size=MOST_STEPS).map(tuple)


@strategy.register
def _(_rule: PictureRule) -> some.SearchStrategy[Any]:
    fashion = some.integers(0, FASHION - 1).map(lambda number: f"fashion {number}")
    return some.sampled_from([*PICTURES]) | fashion
