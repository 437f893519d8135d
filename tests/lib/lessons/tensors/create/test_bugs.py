import numpy as np
import pytest
import torch

from lib.core.bugs import bugs_of
from lib.core.isolation import attempt, call_alone
from lib.lessons.tensors.create import bugs as wrong
from tests.lib.core.test_bugs import check_loud, check_titles, pair

BUGS = bugs_of("lib.lessons.tensors.create")


def raised(call):
    """The type of the error, which differs between builds of PyTorch."""
    with pytest.raises(RuntimeError) as error:
        call()
    return error.type.__name__


SAYS = {
    "rand_of_integers": ("NotImplementedError", "not implemented for 'Long'", "torch.rand("),
    "randn_like_integers": ("NotImplementedError", "not implemented for 'Long'", "randn_like("),
    "two_arguments": ("TypeError", "takes 1 positional argument", "torch.tensor("),
    "mean_of_integers": (
        raised(torch.arange(4).mean),
        "could not infer output dtype",
        ".mean()",
    ),
}
SILENT = {"empty_for_zeros", "capital_tensor", "seed_in_the_loop", "number_for_shape"}


def test_every_bug_is_tested_and_says_if_it_is_silent():
    check_titles(BUGS, SAYS, SILENT)


@pytest.mark.parametrize("size", [2, 5, 8])
@pytest.mark.parametrize("name", SAYS)
def test_a_loud_bug_raises_on_its_line_and_the_repair_does_not(name, size):
    check_loud(BUGS, name, *SAYS[name], size=size)


@pytest.mark.parametrize("name", sorted(SILENT))
def test_a_silent_bug_says_nothing(name):
    for function in pair(BUGS, name):
        found = attempt(function, {})
        assert (found.error, found.warnings) == ("", ())


@pytest.mark.parametrize("size", [2, 5, 8])
def test_the_repairs_give_the_right_numbers(size):
    whole = call_alone(wrong.rand_of_integers_fixed, {"size": size})
    assert whole.dtype == np.int64
    assert len(whole) == size
    assert set(whole) <= set(range(10))
    noise = call_alone(wrong.randn_like_integers_fixed, {"size": size})
    expected = torch.randn(size, generator=torch.Generator().manual_seed(0))
    np.testing.assert_array_equal(noise, expected.numpy())
    np.testing.assert_array_equal(wrong.two_arguments_fixed(size), [5.5, size])
    assert wrong.mean_of_integers_fixed(size) == np.mean(np.arange(size))


def test_counting_into_empty_memory_keeps_what_lay_there():
    broken, fixed = (call_alone(f, {"size": 4}) for f in pair(BUGS, "empty_for_zeros"))
    assert broken.counts == [8.0] * 4
    assert fixed.counts == fixed.should_be == broken.should_be == [1.0] * 4


def test_the_class_rounds_what_the_function_keeps():
    broken, fixed = (call_alone(f, {"size": 4}) for f in pair(BUGS, "capital_tensor"))
    given = [broken.first + place for place in range(4)]
    assert broken.off_by == [int(np.float32(number)) - number for number in given]
    assert broken.off_by == [0, -1, 0, 1]
    assert broken.dtype == "torch.float32"
    assert fixed.off_by == [0] * 4
    assert (fixed.first, fixed.dtype) == (broken.first, "torch.int64")


@pytest.mark.parametrize("number", [1, 5, 8])
def test_the_class_takes_a_number_for_a_shape(number):
    broken, fixed = (function(number) for function in pair(BUGS, "number_for_shape"))
    assert broken == (list(np.empty(number).shape), number)
    assert fixed == (list(np.array(number).shape), 1)


def test_past_2_to_the_24_some_whole_numbers_are_missing_but_not_always_every_other():
    for start, kept in ((2**24 - 8, 8), (2**24, 4), (2**25, 2)):
        numbers = np.arange(start, start + 8)
        assert sum(numbers.astype(np.float32).astype(int) == numbers) == kept


def test_rand_has_no_integer_dtype():
    for dtype in (torch.uint8, torch.int8, torch.int32, torch.int64, torch.bool):
        with pytest.raises(NotImplementedError):
            torch.rand(3, dtype=dtype)


def test_a_seed_in_the_loop_makes_one_noise_of_four():
    broken, fixed = (call_alone(f, {"size": 4}) for f in pair(BUGS, "seed_in_the_loop"))
    assert len(set(broken.first_numbers)) == 1
    assert broken.std == 0
    assert len(set(fixed.first_numbers)) == 4
    assert fixed.std > 0.3
    assert call_alone(pair(BUGS, "seed_in_the_loop")[1], {"size": 4}) == fixed


def test_then_is_never_below_zero_and_now_is_half_the_time():
    old, new = call_alone(wrong.rand_as_gaussian, {}), call_alone(wrong.randn_is_gaussian, {})
    assert (old.below_zero, old.smallest >= 0, old.largest < 1) == (0, True, True)
    assert old.std == pytest.approx(12**-0.5, rel=0.03)
    assert new.below_zero == pytest.approx(7500, abs=300)
    assert (new.mean, new.std) == pytest.approx((0, 1), abs=0.04)
