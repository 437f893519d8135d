import inspect
from itertools import product

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.core.bugs import bugs_of
from lib.core.isolation import attempt, call_alone
from lib.lessons.tensors.numpy_bridge import bugs as wrong
from lib.lessons.tensors.numpy_bridge import lesson as bridge
from lib.lessons.tensors.numpy_bridge import metrics as facts
from lib.lessons.tensors.numpy_bridge.questions import guesses, other_dtype, other_side, reaches
from tests.lib.core.test_bugs import check_loud, check_titles, pair

BUGS = bugs_of("lib.lessons.tensors.numpy_bridge")


# What the documentation says of each crossing, and what NumPy and PyTorch call the same numbers.
ALWAYS_SHARES = {
    "torch.from_numpy(a)",
    "torch.as_tensor(a)",
    "t.numpy()",
    "t.numpy(force=True)",
    "t.detach().cpu().numpy()",
}
NEVER_SHARES = {
    "torch.tensor(a)",
    "torch.from_numpy(a).clone()",
    "t.clone().numpy()",
    "t.numpy().astype(np.float32)",
}
SHARES_IF_FLOAT32 = {"torch.from_numpy(a).float()"}
TURNS_FLOAT32 = {"torch.from_numpy(a).float()", "t.numpy().astype(np.float32)"}
REBINDS = {"a = a + 1", "t = t + 1"}
ITEM_BYTES = {"float64": 8, "float32": 4, "float16": 2, "int64": 8, "int32": 4, "uint8": 1}


@st.composite
def crossings(draw):
    direction = draw(st.sampled_from([bridge.TO_TORCH, bridge.TO_NUMPY]))
    rules = bridge.CROSSINGS[direction].rules
    method = draw(st.sampled_from(list(bridge.METHODS[direction])))
    then = draw(st.sampled_from(list(bridge.CHANGES[direction])))
    dtype = draw(st.sampled_from(rules["dtype"].options))
    size = draw(st.integers(rules["size"].low, rules["size"].high))
    return direction, method, then, dtype, size


def crossed(direction, method, then, dtype, size):
    return bridge.CROSSINGS[direction](
        method=bridge.METHODS[direction][method],
        then=bridge.CHANGES[direction][then],
        dtype=dtype,
        size=size,
    )


def should_share(method, dtype):
    return method in ALWAYS_SHARES or (method in SHARES_IF_FLOAT32 and dtype == "float32")


def test_every_crossing_followed_by_every_change_runs():
    for direction in bridge.CROSSINGS:
        for choice in product(bridge.METHODS[direction], bridge.CHANGES[direction], bridge.DTYPES):
            assert crossed(direction, *choice, 2).before.array == (1, 1)


# --- the registries -------------------------------------------------------------------------------


def test_each_crossing_and_each_change_runs_the_very_code_it_is_named_by():
    for row in (*bridge.METHODS.values(), *bridge.CHANGES.values()):
        for name, function in row.items():
            lines = [line.strip() for line in inspect.getsource(function).splitlines()]
            assert name in lines or f"return {name}" in lines


def test_every_crossing_is_known_to_share_or_to_copy():
    known = ALWAYS_SHARES | NEVER_SHARES | SHARES_IF_FLOAT32
    assert {name for row in bridge.METHODS.values() for name in row} == known


# --- the lesson -----------------------------------------------------------------------------------


@given(crossings())
@settings(deadline=None, max_examples=300)
def test_memory_and_numbers_are_as_documented(choice):
    _, method, then, dtype, size = choice
    result = crossed(*choice)
    share, rebinds = should_share(method, dtype), then in REBINDS

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


@given(crossings())
@settings(deadline=None, max_examples=60)
def test_dtypes_and_bytes_follow_from_the_source(choice):
    direction, method, _, dtype, size = choice
    result = crossed(*choice)
    crossed_as = "float32" if method in TURNS_FLOAT32 else dtype
    to_torch = direction == bridge.TO_TORCH
    array, tensor = (dtype, crossed_as) if to_torch else (crossed_as, dtype)
    for look in (result.before, result.after):
        assert (look.array_dtype, look.tensor_dtype) == (array, f"torch.{tensor}")
        assert look.array_bytes == size * ITEM_BYTES[array]
        assert look.tensor_bytes == size * ITEM_BYTES[tensor]
    assert result.source == ("a" if to_torch else "t")


@given(crossings())
@settings(deadline=None, max_examples=30)
def test_same_settings_same_result(choice):
    assert crossed(*choice) == crossed(*choice)


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        ({"size": 1}, r"size=1 is out of range: 2 to 8"),
        ({"size": 2.0}, r"size=2.0 is not a whole number from 2 to 8"),
        ({"dtype": "bfloat16"}, r"dtype='bfloat16' is not one of: 'float64', .*'uint8'"),
        ({"method": bridge.to_numpy}, r"method=to_numpy is not one of: from_numpy, as_tensor"),
        ({"then": bridge.tensor_add_}, r"then=tensor_add_ is not one of: array_rebind"),
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


# --- facts ----------------------------------------------------------------------------------------


@given(crossings())
@settings(deadline=None, max_examples=100)
def test_addresses_agree_with_the_lesson(choice):
    direction, method, then, dtype, size = choice
    result = crossed(*choice)
    at = facts.addresses(
        bridge.METHODS[direction][method], bridge.CHANGES[direction][then], dtype, size
    )
    assert (at.array_before == at.tensor_before) == result.before.shared
    assert (at.array_after == at.tensor_after) == result.after.shared
    source = (at.array_before, at.array_after) if result.source == "a" else at[1::2]
    other = at[1::2] if result.source == "a" else (at.array_before, at.array_after)
    assert (source[0] != source[1]) == result.moved
    assert other[0] == other[1]


@pytest.mark.parametrize(
    ("method", "then", "dtype", "size", "says"),
    [
        (bridge.from_numpy, bridge.tensor_rebind, "float64", 5, "then=tensor_rebind is not one of"),
        (torch.from_numpy, bridge.array_rebind, "float64", 5, "method=from_numpy is not one of"),
        (bridge.to_numpy, bridge.tensor_rebind, "bool", 5, "dtype='bool' is not one of"),
        (bridge.to_numpy, bridge.tensor_rebind, "int32", 0, "size=0 is out of range: 2 to 8"),
    ],
)
def test_addresses_refuse_what_the_lesson_refuses(method, then, dtype, size, says):
    with pytest.raises(ValueError, match=says):
        facts.addresses(method, then, dtype, size)


def test_one_number_is_the_tensors_own_in_full():
    one = call_alone(facts.one_number, {"seed": 3})
    x = torch.randn(1, generator=torch.Generator().manual_seed(3))
    assert type(one.item) is float
    assert one.item == float(x.numpy()[0])
    assert one.printed == f"tensor([{one.item:.4f}])"
    assert call_alone(facts.one_number, {"seed": 3}) == one
    assert call_alone(facts.one_number, {"seed": 4}) != one


def test_default_dtypes_are_32_bits_in_pytorch_and_64_in_numpy():
    made = facts.default_dtypes(4)
    bits = {name: int(dtype[-2:]) for name, dtype in made._asdict().items()}
    assert {name for name, count in bits.items() if count == 32} == {
        "torch_ones",
        "torch_ones_numpy",
        "torch_tensor_of_list",
    }
    assert {name for name, count in bits.items() if count == 64} == {
        "np_ones",
        "from_numpy_np_ones",
        "np_array_of_list",
    }


def test_a_list_is_copied_even_by_as_tensor():
    made = facts.as_tensor_of_list(3)
    assert made.numbers == (9.0, 1.0, 1.0)
    assert made.tensor == (1.0, 1.0, 1.0)


def test_every_dtype_of_the_lesson_has_its_twin_and_bfloat16_has_none():
    for dtype in (*bridge.DTYPES, "bool"):
        assert facts.twin(dtype) == np.dtype(dtype).name
    with pytest.raises(TypeError, match="BFloat16"):
        facts.twin("bfloat16")


@pytest.mark.parametrize(
    ("function", "bad"),
    [
        (facts.one_number, {"seed": -1}),
        (facts.default_dtypes, {"size": 0}),
        (facts.as_tensor_of_list, {"size": 9}),
        (facts.twin, {"dtype": "float8"}),
    ],
)
def test_facts_refuse_bad_settings(function, bad):
    [(name, value)] = bad.items()
    with pytest.raises(ValueError, match=f"{name}={value!r} is "):
        function(**bad)


# --- questions ------------------------------------------------------------------------------------


@given(crossings())
@settings(deadline=None, max_examples=150)
def test_each_question_has_one_right_answer_and_no_value_twice(choice):
    _, method, then, dtype, size = choice
    result = crossed(*choice)
    right = {}
    for question, answers in guesses(result).items():
        assert len({answer.value for answer in answers}) == len(answers) >= 2
        assert len({answer.code for answer in answers}) == len(answers)
        [right[question]] = [answer for answer in answers if answer.right]

    follows = should_share(method, dtype) and then not in REBINDS
    assert right["numbers"].code == ("changed" if follows else "unchanged")
    assert right["dtype"].value == other_dtype(result, result.after)
    crossed_as = "float32" if method in TURNS_FLOAT32 else dtype
    copied = 0 if should_share(method, dtype) else size * ITEM_BYTES[crossed_as]
    assert right["bytes"].value == copied
    assert (right["bytes"].code == "shared") == (copied == 0)


@given(crossings())
@settings(deadline=None, max_examples=150)
def test_the_challenge_is_reached_by_writing_into_shared_memory_through_the_array(choice):
    direction, method, then, dtype, _ = choice
    in_place = then not in REBINDS
    wanted = direction == bridge.TO_TORCH and should_share(method, dtype) and in_place
    assert reaches(crossed(*choice)) == wanted


def test_the_challenge_is_not_reached_by_the_defaults():
    assert not reaches(bridge.array_to_tensor())
    assert not reaches(bridge.tensor_to_array())


# --- bugs -----------------------------------------------------------------------------------------

SAYS = {
    "negative_strides": ("ValueError", "negative", "torch.from_numpy(a[::-1])"),
    "numpy_of_grad": ("RuntimeError", "requires grad", "weights.numpy()"),
    "item_of_many": ("RuntimeError", "cannot be converted to Scalar", "losses.item()"),
    "float64_into_float32_layer": ("RuntimeError", "dtype", "layer(x)"),
    "bfloat16_to_numpy": ("TypeError", "BFloat16", "t.numpy()"),
}
WARNS, SILENT = {"read_only_array"}, {"backup_that_follows"}


def test_every_bug_is_tested():
    check_titles(BUGS, SAYS.keys() | WARNS, SILENT)


@pytest.mark.parametrize("size", [2, 5, 8])
@pytest.mark.parametrize("name", SAYS)
def test_a_loud_bug_raises_on_a_line_of_its_own_and_the_repair_does_not(name, size):
    check_loud(BUGS, name, *SAYS[name], size=size)


@pytest.mark.parametrize("size", [2, 5, 8])
def test_the_repairs_give_the_right_numbers(size):
    ones = np.ones(size)
    np.testing.assert_array_equal(
        wrong.negative_strides_fixed(size), np.arange(size, dtype=float)[::-1]
    )
    np.testing.assert_array_equal(wrong.numpy_of_grad_fixed(size), ones)
    np.testing.assert_array_equal(wrong.bfloat16_to_numpy_fixed(size), ones)
    assert wrong.item_of_many_fixed(size) == 1.0


def test_the_repaired_layer_computes_the_sum_of_its_weights_and_bias():
    result = attempt(wrong.float64_into_float32_layer_fixed, {"size": 4}).result
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        layer = torch.nn.Linear(4, 1)
    expected = layer.weight.detach().numpy().sum() + layer.bias.detach().numpy()[0]
    assert result == pytest.approx(expected, rel=1e-5)
    assert attempt(wrong.float64_into_float32_layer_fixed, {"size": 4}).result == result


def test_a_read_only_array_warns_and_is_written_to_all_the_same():
    for _ in range(2):  # PyTorch itself warns only once; attempt shows it every time
        broken = attempt(wrong.read_only_array, {"size": 3})
        assert len(broken.warnings) == 1
        assert "not writable" in broken.warnings[0]
        assert "undefined behavior" in broken.warnings[0]
        assert broken.result.writeable is False
        assert broken.result.after == broken.result.tensor == [2.0, 2.0, 2.0]
        assert broken.result.before == [1.0, 1.0, 1.0]


def test_a_copy_of_a_read_only_array_leaves_it_alone():
    fixed = attempt(wrong.read_only_array_fixed, {"size": 3})
    assert fixed.warnings == ()
    assert fixed.result.after == fixed.result.before == [1.0, 1.0, 1.0]
    assert fixed.result.tensor == [2.0, 2.0, 2.0]


def test_a_backup_without_a_copy_restores_nothing():
    broken, fixed = (attempt(f, {"size": 3}) for f in pair(BUGS, "backup_that_follows"))
    assert (broken.error, broken.warnings) == ("", ())
    assert broken.result.restored == [2.0, 2.0, 2.0] != broken.result.before
    assert fixed.result.restored == fixed.result.before == [1.0, 1.0, 1.0]


def test_then_and_now_differ_only_in_who_shares():
    old, new = wrong.rebind(7), wrong.in_place(7)
    assert old.array == new.array == [2.0] * 7
    assert (old.tensor, old.shared) == ([1.0] * 7, False)
    assert (new.tensor, new.shared) == ([2.0] * 7, True)


@pytest.mark.parametrize(
    "function",
    [*(f for bug in BUGS for f in (bug.broken, bug.fixed)), wrong.rebind, wrong.in_place],
)
def test_the_small_programs_refuse_bad_sizes(function):
    with pytest.raises(ValueError, match="size=9 is out of range: 2 to 8"):
        function(size=9)
