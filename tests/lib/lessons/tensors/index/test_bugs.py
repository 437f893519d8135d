import numpy as np
import pytest
import torch

from lib.core.bugs import bugs_of
from lib.core.isolation import attempt
from lib.lessons.tensors.index import bugs as wrong
from tests.lib.core.test_bugs import check_loud, check_titles, pair

BUGS = bugs_of("lib.lessons.tensors.index")


SAYS = {
    "past_the_end": (
        "IndexError",
        "is out of bounds for dimension 0 with size",
        "return x[size].item()",
    ),
    "mask_of_columns": (
        "IndexError",
        "does not match the shape of the indexed tensor",
        "return x[large]",
    ),
    "negative_step": ("ValueError", "step must be greater than zero", "return x[::-1]"),
    "and_of_masks": (
        "RuntimeError",
        "Boolean value of Tensor with more than one value",
        "return x[x > 1 and x < 6]",
    ),
}
SILENT = {"write_into_copy", "lists_as_grid", "count_repeated", "rows_of_ones", "fill_not_kept"}


def test_every_bug_is_tested_and_the_silent_ones_say_so():
    check_titles(BUGS, SAYS, SILENT)


@pytest.mark.parametrize("size", [4, 6, 8])
@pytest.mark.parametrize("name", SAYS)
def test_a_loud_bug_raises_on_its_line_and_the_repair_does_not(name, size):
    check_loud(BUGS, name, *SAYS[name], size=size)


@pytest.mark.parametrize("size", [4, 6, 8])
def test_the_repairs_give_the_right_numbers(size):
    x = np.arange(size)
    assert wrong.past_the_end_fixed(size) == x[-1]
    np.testing.assert_array_equal(wrong.negative_step_fixed(size), x[::-1])
    np.testing.assert_array_equal(wrong.and_of_masks_fixed(size), [i for i in x if 1 < i < 6])
    table = np.arange(3 * size).reshape(3, size)
    large = [column for column in table.T if column.sum() > 3 * size]
    np.testing.assert_array_equal(wrong.mask_of_columns_fixed(size), np.transpose(large))


def test_writing_into_a_copy_changes_nothing():
    broken, fixed = (attempt(function, {}).result for function in pair(BUGS, "write_into_copy"))
    assert broken.after == broken.before == [0, 1, 2, 3, 4, 5]
    assert fixed.after == [0, 1, 2, 9, 4, 5]


def test_only_an_assignment_or_an_underscore_fills_x():
    broken, fixed = (attempt(function, {}).result for function in pair(BUGS, "fill_not_kept"))
    assert broken.after == broken.before == fixed.before == [3, -1, 4, -2]
    assert fixed.after == np.maximum(fixed.before, 0).tolist()
    x = torch.tensor(fixed.before)
    assert torch.where(x < 0, 0, x).tolist() == fixed.after
    assert x.tolist() == fixed.before
    x.masked_fill_(x < 0, 0)
    assert x.tolist() == fixed.after


@pytest.mark.parametrize("size", [4, 5, 8])
def test_two_lists_are_pairs_and_the_repair_is_the_grid(size):
    x = np.arange(size * size).reshape(size, size)
    broken, fixed = (function(size) for function in pair(BUGS, "lists_as_grid"))
    assert broken.picked.tolist() == [x[0, 1], x[2, 3]]
    assert broken.shape == (2,)
    np.testing.assert_array_equal(fixed.picked, x[np.ix_([0, 2], [1, 3])])


def test_a_one_for_each_label_is_a_place_of_each_row():
    broken, fixed = (attempt(function, {}) for function in pair(BUGS, "rows_of_ones"))
    assert (broken.error, broken.warnings) == ("", ())
    filled, places = np.zeros((3, 4)), np.zeros((3, 4))
    filled[[2, 0]] = 1
    assert broken.result == filled.tolist()
    assert fixed.result == np.eye(4)[[2, 0, 2]].tolist()
    places[np.arange(3), [2, 0, 2]] = 1
    assert fixed.result == places.tolist()


def test_lists_that_stretch_do_make_a_grid():
    x = torch.arange(25).reshape(5, 5)
    assert x[[[0], [-1]], [0, -1]].tolist() == [[0, 4], [20, 24]]


def test_repeated_places_count_once():
    broken, fixed = (function(4) for function in pair(BUGS, "count_repeated"))
    assert broken == [1, 1, 0, 0]
    assert fixed == np.bincount([0, 0, 0, 1], minlength=4).tolist()
    read = torch.zeros(4)[torch.tensor([0, 0, 0, 1])]
    assert read.tolist() == [0.0] * 4  # four are read, three of them from one place


def test_then_is_as_in_numpy_and_now_is_not():
    same_column = wrong.column(4)
    assert same_column.pytorch == same_column.numpy == [1, 5, 9]
    assert same_column.pytorch_shape == same_column.numpy_shape == (3,)
    other = wrong.number_beside_list(4)
    assert (other.pytorch_shape, other.numpy_shape) == ((3, 2), (2, 3))
    assert other.pytorch != other.numpy
    assert sorted(other.pytorch) == sorted(other.numpy)


def test_what_the_truth_says_of_numbers_and_steps():
    x = torch.arange(12).reshape(3, 4)
    a = x.numpy()
    assert x[0, 1].data_ptr() == x.data_ptr() + x.element_size()
    assert not np.shares_memory(a, a[0, 1])
    assert np.shares_memory(a, a[::-1])
    assert x.flip(0).data_ptr() != x.data_ptr()
