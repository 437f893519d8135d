import inspect
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings

from lib.lessons.tensors.numpy_bridge import lesson as bridge
from lib.lessons.tensors.numpy_bridge.questions import other_side
from tests.lib.lessons.tensors.numpy_bridge.samples import (
    ALWAYS_SHARES,
    ITEM_BYTES,
    NEVER_SHARES,
    REBINDS,
    SHARES_IF_FLOAT32,
    TURNS_FLOAT32,
    conversions,
    converted,
    should_share,
)


def test_every_conversion_followed_by_every_change_runs():
    for direction in bridge.CONVERSIONS:
        for choice in product(bridge.METHODS[direction], bridge.CHANGES[direction], bridge.DTYPES):
            assert converted(direction, *choice, 2).before.array == (1, 1)


def test_each_conversion_and_each_change_runs_the_very_code_it_is_named_by():
    for row in (*bridge.METHODS.values(), *bridge.CHANGES.values()):
        for name, function in row.items():
            lines = [line.strip() for line in inspect.getsource(function).splitlines()]
            assert name in lines or f"return {name}" in lines


def test_every_conversion_is_known_to_share_or_to_copy():
    known = ALWAYS_SHARES | NEVER_SHARES | SHARES_IF_FLOAT32
    assert {name for row in bridge.METHODS.values() for name in row} == known


@given(conversions())
@settings(deadline=None, max_examples=300)
def test_memory_and_numbers_are_as_documented(choice):
    _, method, change, dtype, size = choice
    result = converted(*choice)
    share, rebinds = should_share(method, dtype), change in REBINDS

    assert result.before.shared == result.before.same_address == share
    assert result.after.shared == result.after.same_address == (share and not rebinds)
    assert result.moved == rebinds

    ones = np.ones(size)
    np.testing.assert_array_equal(result.before.array, ones)
    np.testing.assert_array_equal(result.before.tensor, ones)
    source, other = result.after.array, result.after.tensor
    if result.source == "t":
        source, other = other, source
    np.testing.assert_array_equal(source, np.add(ones, 1))
    np.testing.assert_array_equal(other, np.add(ones, 1) if share and not rebinds else ones)
    assert other == other_side(result, result.after)
    assert result.first == result.after.tensor[0]
    assert type(result.first) is (float if "float" in result.after.tensor_dtype else int)


@given(conversions())
@settings(deadline=None, max_examples=60)
def test_dtypes_and_bytes_follow_from_the_source(choice):
    direction, method, _, dtype, size = choice
    result = converted(*choice)
    converted_to = "float32" if method in TURNS_FLOAT32 else dtype
    to_torch = direction == bridge.TO_TORCH
    array, tensor = (dtype, converted_to) if to_torch else (converted_to, dtype)
    for sides in (result.before, result.after):
        assert (sides.array_dtype, sides.tensor_dtype) == (array, f"torch.{tensor}")
        assert sides.array_bytes == size * ITEM_BYTES[array]
        assert sides.tensor_bytes == size * ITEM_BYTES[tensor]
    assert result.source == ("a" if to_torch else "t")


@given(conversions())
@settings(deadline=None, max_examples=30)
def test_same_settings_same_result(choice):
    assert converted(*choice) == converted(*choice)


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        ({"size": 1}, r"size=1 is out of range: 2 to 8"),
        ({"size": 2.0}, r"size=2.0 is not a whole number from 2 to 8"),
        ({"dtype": "bfloat16"}, r"dtype='bfloat16' is not one of: 'float64', .*'uint8'"),
        ({"method": bridge.to_numpy}, r"method=to_numpy is not one of: from_numpy, as_tensor"),
        ({"change": bridge.tensor_add_}, r"change=tensor_add_ is not one of: array_rebind"),
    ],
)
def test_a_setting_that_is_not_allowed_is_refused(bad, says):
    with pytest.raises(ValueError, match=says):
        bridge.array_to_tensor(**bad)


def test_the_other_direction_refuses_the_first_ones_functions():
    with pytest.raises(ValueError, match="method=tensor is not one of: to_numpy"):
        bridge.tensor_to_array(method=bridge.tensor)
    with pytest.raises(ValueError, match="size=9 is out of range: 2 to 8"):
        bridge.tensor_to_array(size=9)
