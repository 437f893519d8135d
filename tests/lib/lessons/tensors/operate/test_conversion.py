from math import inf

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.lessons.tensors.operate.conversion import SHORTER, SOURCES, TARGETS, VALUE, convert, route
from lib.lessons.tensors.operate.questions import (
    COST_FEEDBACK,
    VALUE_FEEDBACK,
    conversion_answers,
    wraps_to_44,
)

INTEGERS = {"uint8": (8, 0), "int8": (8, 1), "int16": (16, 1), "int32": (32, 1), "int64": (64, 1)}
values = st.one_of(
    st.floats(VALUE.low, VALUE.high).map(lambda value: round(value, 3)),
    st.integers(-600, 600).map(float),
    st.integers(-100_000, 100_000).map(float),
)
sources, targets = st.sampled_from(SOURCES), st.sampled_from(TARGETS)


def bfloat16(number):
    """The nearest bfloat16: the upper half of a float32's bits, ties to even."""
    bits = int(np.float32(number).view(np.uint32))
    bits = (bits + 0x7FFF + ((bits >> 16) & 1)) & 0xFFFF0000
    return float(np.uint32(bits).view(np.float32))


def expected(stored, target):
    """What the number should become, without PyTorch."""
    if target == "bool":
        return stored != 0
    if target == "bfloat16":
        return bfloat16(stored)
    if target in INTEGERS:
        bits, signed = INTEGERS[target]
        low = -(2 ** (bits - 1)) if signed else 0
        return (int(stored) - low) % 2**bits + low
    with np.errstate(over="ignore"):
        return float(np.dtype(target).type(stored))


@given(values, sources, targets)
@settings(deadline=None, max_examples=600)
def test_a_number_becomes_what_arithmetic_says(value, source, target):
    made = convert(value, source, target)
    if made.refused:
        bits, signed = INTEGERS[source]
        low = -(2 ** (bits - 1)) if signed else 0
        assert not low <= int(value) < low + 2**bits or (low == 0 and value < 0)
        assert made[:3] == (None, None, None)
        assert route(value, source, target) is None
        return
    assert made.stored == expected(value, source)
    assert made.became == expected(made.stored, target)
    assert type(made.became) is {"bool": bool}.get(target, int if target in INTEGERS else float)
    sizes = {"bfloat16": 2, "bool": 1}
    size = sizes.get(target) or np.dtype(target).itemsize
    assert made.new_bytes == (0 if source == target else size)


@pytest.mark.parametrize(
    ("value", "source", "target", "became", "kind"),
    [
        (300.0, "float32", "uint8", 44, "wrapped"),
        (300.0, "int64", "uint8", 44, "wrapped"),
        (-1.0, "float32", "uint8", 255, "wrapped"),
        (2.7, "float32", "int64", 2, "truncated"),
        (-2.7, "float32", "int64", -2, "truncated"),
        (-0.7, "float64", "uint8", 0, "truncated"),
        (300.7, "float64", "uint8", 44, "wrapped"),
        (255.0, "uint8", "float32", 255.0, "same"),
        (70000.0, "float32", "float16", inf, "overflow"),
        (300.3, "float64", "bfloat16", 300.0, "rounded"),
        (0.5, "float32", "bool", True, "truth"),
        (1.0, "bool", "int64", 1, "same"),
        (1.0, "bool", "bool", True, "same"),
    ],
)
def test_the_cases_everybody_should_know(value, source, target, became, kind):
    assert convert(value, source, target).became == became
    assert route(value, source, target).kind == kind


@given(st.integers(-100_000, 100_000), st.sampled_from([*INTEGERS]))
@settings(deadline=None, max_examples=200)
def test_integers_wrap_as_in_numpy(value, target):
    assert convert(float(value), "int64", target).became == np.int64(value).astype(target)


@given(values, st.sampled_from(["float32", "float64"]), st.sampled_from([*INTEGERS]))
@settings(deadline=None, max_examples=200)
def test_a_long_tensor_converts_as_one_number_does(value, source, target):
    many = torch.full((1000,), value, dtype=getattr(torch, source)).to(getattr(torch, target))
    assert many.unique().tolist() == [convert(value, source, target).became]


@given(values, sources, targets)
@settings(deadline=None, max_examples=400)
def test_the_route_leads_from_the_number_to_what_it_becomes(value, source, target):
    made, found = convert(value, source, target), route(value, source, target)
    if found is None:
        assert made.refused
        return
    assert (found.stored, found.became) == (made.stored, made.became)
    assert found.landed - found.laps * found.span == found.became
    assert (found.laps != 0) == (found.kind == "wrapped")
    assert (found.kind == "same") == (found.stored == found.became and target != "bool") or (
        target == "bool"
    )
    assert found.low <= found.became <= found.high or found.became in (inf, -inf)
    if found.near:
        assert found.landed in found.near
        assert list(found.near) == sorted(set(found.near))
    if found.kind == "rounded":
        nearest = min(abs(near - found.stored) for near in found.near)
        assert abs(found.landed - found.stored) == nearest


def test_the_ranges_are_those_of_numpy():
    for target in TARGETS:
        found = route(1.0, "float64", target)
        if target in INTEGERS:
            assert (found.low, found.high) == (np.iinfo(target).min, np.iinfo(target).max)
            assert found.span == found.high - found.low + 1
        elif target not in ("bool", "bfloat16"):
            assert (found.low, found.high) == (np.finfo(target).min, np.finfo(target).max)


def test_the_shorter_names_are_the_same_conversion():
    x = torch.tensor([2.7, -2.7, 300.0])
    assert set(SHORTER) == set(TARGETS)
    for target, code in SHORTER.items():
        method = code.removeprefix("x.").removesuffix("()")
        assert getattr(x, method)().dtype == getattr(torch, target)
        old = convert(1.0, "float64", target).old_name
        assert x.type(old).dtype == getattr(torch, target)


def test_same_settings_same_result():
    assert convert(300.7, "float64", "int8") == convert(300.7, "float64", "int8")
    assert route(300.7, "float64", "int8") == route(300.7, "float64", "int8")


@pytest.mark.parametrize("function", [convert, route])
@pytest.mark.parametrize(
    ("bad", "says"),
    [
        ({"value": 1e6}, r"value=1000000.0 is out of range: -100000.0 to 100000.0"),
        ({"value": inf}, r"value=inf is not a finite number"),
        ({"source": "float16"}, r"source='float16' is not one of: 'float64'"),
        ({"target": "complex64"}, r"target='complex64' is not one of: 'uint8'"),
    ],
)
def test_a_setting_that_is_not_allowed_is_refused(function, bad, says):
    with pytest.raises(ValueError, match=says):
        function(**bad)


# --- questions ------------------------------------------------------------------------------------


@given(values, sources, targets)
@settings(deadline=None, max_examples=400)
def test_each_question_has_one_right_answer_and_no_value_twice(value, source, target):
    made, found = convert(value, source, target), route(value, source, target)
    asked = conversion_answers(made, found, value, source, target)
    if found is None:
        assert all(right.value == "error" for row in asked.values() for right in row if right.right)
    for question, feedback in (("value", VALUE_FEEDBACK), ("bytes", COST_FEEDBACK)):
        options = asked[question]
        assert len({each.value for each in options}) == len(options) >= 2
        assert all(each.code in feedback for each in options)
        assert sum(each.right for each in options) == 1


@given(values, sources, targets)
@settings(deadline=None, max_examples=400)
def test_an_end_is_called_an_end_and_the_same_number_the_same(value, source, target):
    made, found = convert(value, source, target), route(value, source, target)
    asked = conversion_answers(made, found, value, source, target)["value"]
    infos = [np.iinfo(name) for name in (source, target) if name in INTEGERS]
    if "float" in target:
        infos.append(torch.finfo(getattr(torch, target)))
    ends = {f"{float(end):.7g}" for info in infos for end in (info.min, info.max)}
    for each in asked:
        if each.code == "clamped":
            assert each.value in ends
        if each.code == "same":
            assert each.value in (f"{value + 0.0:.7g}", str(bool(value)))


def test_the_answers_to_300_and_to_minus_2_7():
    def codes(value, target):
        made, found = convert(value, "float32", target), route(value, "float32", target)
        asked = conversion_answers(made, found, value, "float32", target)["value"]
        return {each.value: each.code for each in asked}

    assert codes(300.0, "uint8") == {
        "44": "wrapped",
        "255": "clamped",
        "error": "error",
        "300": "kept",
    }
    cut = codes(-2.7, "int64")
    assert cut["-2"] == "truncated"
    assert cut["-3"] == "nearest"
    assert codes(2.3, "int64")["2"] == "truncated"
    assert codes(0.3, "bool") == {
        "True": "truth",
        "False": "size",
        "0.3": "kept",
        "error": "error",
    }
    assert "1" not in codes(300.0, "bool")  # True is 1


@pytest.mark.parametrize(
    ("value", "source", "target", "answer", "code"),
    [
        (2.5, "int64", "float32", "2", "made"),
        (0.5, "int32", "bool", "False", "made"),
        (300.0, "bool", "float32", "1", "made"),
        (300.0, "bool", "bool", "True", "made"),
        (2.0, "int64", "float32", "2", "same"),
        (2.5, "int64", "bool", "True", "truth"),
        (-2.5, "int64", "uint8", "254", "wrapped"),
    ],
)
def test_a_number_that_changed_before_it_was_converted_is_said_to(
    value, source, target, answer, code
):
    x = torch.tensor([value], dtype=getattr(torch, source))
    assert str(x.to(getattr(torch, target)).item()).removesuffix(".0") == answer
    made, found = convert(value, source, target), route(value, source, target)
    asked = conversion_answers(made, found, value, source, target)["value"]
    [right] = [each for each in asked if each.right]
    assert (right.value, right.code) == (answer, code)
    if x.item() != value:
        assert {each.value: each.code for each in asked}[f"{value:g}"] in ("typed", "kept")


@given(values, sources)
@settings(deadline=None, max_examples=200)
def test_torch_tensor_refuses_a_float_past_the_range_and_no_other(value, source):
    made = convert(value, source, "float32")
    ends = np.iinfo(source) if source in INTEGERS else None
    assert bool(made.refused) == (ends is not None and not ends.min <= value < ends.max + 1)


def test_whoever_gets_x_back_pays_nothing_and_is_told_so():
    for target, told in (("float32", "beside"), ("float64", "target")):
        made, found = convert(1.0, "float32", target), route(1.0, "float32", target)
        asked = conversion_answers(made, found, 1.0, "float32", target)["bytes"]
        size = getattr(torch, target).itemsize
        assert {each.value: each.code for each in asked}[size] == told


@given(values, sources, targets)
@settings(deadline=None, max_examples=200)
def test_the_second_challenge_wants_a_number_above_1000(value, source, target):
    made = convert(value, source, target)
    wanted = target == "uint8" and made.stored is not None and int(made.stored) % 256 == 44
    assert wraps_to_44(made, target) == (wanted and made.stored > 1000)


def test_the_second_challenge_can_be_reached():
    assert wraps_to_44(convert(1068.0, "float32", "uint8"), "uint8")
    assert not wraps_to_44(convert(300.0, "float32", "uint8"), "uint8")
