"""Random settings for a lesson function, drawn from the rules it checks them by.

A lesson with a rule of its own registers a strategy for it here.
"""

from functools import singledispatch
from math import prod
from typing import Any

from hypothesis import strategies as some

from lib.core.rules import Between, Each, OneOf
from lib.datasets.fashion_mnist import DataRule
from lib.datasets.images import FASHION, OWN_LEAST, OWN_SIDE, PICTURES, PictureRule
from lib.lessons.autograd.gradients.lesson import ENDS, OPERATIONS, WITH_NUMBER, UpToFour
from lib.lessons.inside.filters.kernels import SIZES as KERNEL_SIZES
from lib.lessons.inside.filters.kernels import KernelRule
from lib.lessons.models.build.layer_kinds import (
    KINDS,
    PRESETS,
    InputShape,
    UpToTenLayers,
    check_layer,
)
from lib.lessons.models.layers.window_layers import MOST_CELLS, NumberGrid
from lib.lessons.models.pretrained.networks import SHIPPED, NetworkRule
from lib.lessons.scale.devices.lesson import DeviceRule
from lib.lessons.scale.devices.lesson import choices as devices_here
from lib.lessons.tensors.create.settings import COLUMNS, LENGTHS, ROWS, NumberRows, Shape
from lib.lessons.tensors.index.grammar import IndexText, NestedNumbers
from lib.lessons.tensors.operate.broadcasting import AXES, LONGEST, MOST, SmallShape
from lib.lessons.tensors.reshape.steps import METHODS, MOST_START, StartShape, UpToFourSteps
from tests.lib.lessons.tensors.index.samples import INDEX_TEXTS, NESTED_NUMBERS
from tests.lib.uploads.image_files import saved, scene


@singledispatch
def strategy(rule: Any) -> some.SearchStrategy[Any]:
    """Return a strategy for the values that ``rule`` allows."""
    raise TypeError(f"no strategy for {type(rule).__name__}: register one in {__name__}")


@strategy.register
def _(rule: OneOf) -> some.SearchStrategy[Any]:
    return some.sampled_from(rule.options[: 1 if rule.costly else None])


@strategy.register
def _(_rule: DataRule) -> some.SearchStrategy[Any]:
    return some.just("shipped")  # a machine that has all pictures would need long for them


@strategy.register
def _(_rule: DeviceRule) -> some.SearchStrategy[Any]:
    return some.sampled_from(devices_here())


@strategy.register
def _(rule: Between) -> some.SearchStrategy[Any]:
    high = rule.high if rule.costly is None else rule.costly
    if rule.whole:
        return some.integers(int(rule.low), int(high))
    # Short numbers, but none that rounding carried out of the range.
    return some.floats(rule.low, high).map(lambda x: max(rule.low, min(round(x, 3), high)))


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
def _(_rule: NumberRows) -> some.SearchStrategy[Any]:
    number = some.integers(-999, 999) | some.sampled_from([5.5, -0.25, 1e6])
    row = some.lists(number, min_size=1, max_size=COLUMNS).map(tuple)
    return row | some.lists(row, min_size=1, max_size=ROWS).map(tuple)


@strategy.register
def _(_rule: NumberGrid) -> some.SearchStrategy[Any]:
    def rows(wide: int) -> some.SearchStrategy[Any]:
        row = some.lists(some.integers(-9, 9), min_size=wide, max_size=wide).map(tuple)
        return some.lists(row, min_size=1, max_size=MOST_CELLS).map(tuple)

    return some.just(()) | some.integers(1, MOST_CELLS).flatmap(rows)


@strategy.register
def _(_rule: SmallShape) -> some.SearchStrategy[Any]:
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
    step = some.tuples(some.sampled_from([*METHODS]), numbers)
    return some.lists(step, max_size=4).map(tuple)


@strategy.register
def _(_rule: KernelRule) -> some.SearchStrategy[Any]:
    def square(size: int) -> some.SearchStrategy[Any]:
        number = some.integers(-9, 9) | some.sampled_from([0.5, -1 / 9])
        row = some.lists(number, min_size=size, max_size=size).map(tuple)
        return some.lists(row, min_size=size, max_size=size).map(tuple)

    return some.sampled_from(KERNEL_SIZES).flatmap(square)


@strategy.register
def _(rule: PictureRule) -> some.SearchStrategy[Any]:
    if rule.costly:
        return some.just("camera")
    fashion = some.integers(0, FASHION - 1).map(lambda number: f"fashion {number}")
    sides = some.sampled_from([OWN_LEAST, 28, 50, OWN_SIDE])
    own = some.builds(lambda width, height: saved(scene(width, height), "PNG"), sides, sides)
    return some.sampled_from([*PICTURES]) | fashion | own


@strategy.register
def _(_rule: InputShape) -> some.SearchStrategy[Any]:
    short = some.lists(some.integers(1, 9), min_size=1, max_size=4).map(tuple)
    return short | some.sampled_from([preset.shape for preset in PRESETS.values()])


@strategy.register
def _(_rule: UpToTenLayers) -> some.SearchStrategy[Any]:
    layer = some.sampled_from([*KINDS]).flatmap(_layers_named)
    return some.lists(layer, min_size=1, max_size=5).map(tuple) | some.sampled_from(
        [preset.layers for preset in PRESETS.values()]
    )


def _layers_named(name: str) -> some.SearchStrategy[Any]:
    """Return a strategy for small layers of one class."""
    arguments = [_argument(each.rule) for each in KINDS[name].arguments]
    whole = some.tuples(some.just(name), *arguments)
    # The last arguments may be left out.
    given = some.tuples(whole, some.integers(1, len(arguments) + 1))
    return given.map(lambda pair: pair[0][: pair[1]]).filter(_is_layer)


def _argument(rule: Any) -> some.SearchStrategy[Any]:
    if isinstance(rule, OneOf):
        return some.sampled_from(rule.options)
    if isinstance(rule, Between) and not rule.whole:
        return some.sampled_from([0.0, 0.25, 0.5])
    return some.integers(-2, 8)


def _is_layer(layer: Any) -> bool:
    try:
        check_layer(layer)
    except ValueError:
        return False
    return True


@strategy.register
def _(_rule: NetworkRule) -> some.SearchStrategy[Any]:
    return some.just(SHIPPED)  # the weights of others are not on every machine
