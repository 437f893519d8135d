import numpy as np
import pytest

from lib.core.bugs import bugs_of, outdated_of
from lib.core.isolation import attempt
from lib.lessons.tensors.reshape import bugs as wrong
from tests.lib.core.test_bugs import check_loud, check_titles, pair

BUGS = bugs_of("lib.lessons.tensors.reshape")
(THEN,) = outdated_of("lib.lessons.tensors.reshape")

SAYS = {
    "view_after_transpose": ("RuntimeError", "view size is not compatible", "y.view(16)"),
    "wrong_count": (
        "RuntimeError",
        "'[3, 5]' is invalid for input of size 16",
        "x.view(3, 5)",
    ),
    "two_unknowns": ("RuntimeError", "only one dimension can be inferred", "batch.view(-1, -1)"),
    "transpose_of_a_batch": ("RuntimeError", "must match the size of tensor b", "x @ x.T"),
    "add_to_expanded": ("RuntimeError", "refers to a single memory location", "y += 1"),
}
SILENT = {"reshape_an_image", "write_into_expanded", "squeeze_everything", "cat_for_stack"}


def test_every_bug_is_tested_and_says_if_it_is_silent():
    check_titles(BUGS, SAYS, SILENT)


@pytest.mark.parametrize("name", SAYS)
def test_a_loud_bug_raises_on_a_line_of_its_own_and_the_repair_does_not(name):
    check_loud(BUGS, name, *SAYS[name])


def test_the_repairs_give_the_right_numbers():
    turned = np.arange(16).reshape(4, 4).T.ravel().tolist()
    assert wrong.view_after_transpose_fixed() == turned
    assert wrong.wrong_count_fixed() == [2, 16 // 2]
    assert wrong.two_unknowns_fixed() == [5, 28 * 28]
    assert wrong.add_to_expanded_fixed() == np.ones((2, 4)).tolist()
    x = np.ones((2, 3, 4))
    assert wrong.transpose_of_a_batch_fixed() == list((x @ x.transpose(0, 2, 1)).shape)
    assert x.T.shape == (4, 3, 2)


def test_an_image_through_reshape_has_the_right_shape_and_the_wrong_colors():
    broken, fixed = (function() for function in pair(BUGS, "reshape_an_image"))
    image = np.tile([1, 2, 3], (2, 3, 1))
    expected = image.transpose((2, 0, 1)).reshape(3, -1).tolist()
    assert [fixed.red, fixed.green, fixed.blue] == expected == [[1] * 6, [2] * 6, [3] * 6]
    assert broken.red == broken.green == broken.blue == [1, 2, 3] * 2
    assert broken.shape == fixed.shape == [3, 2, 3]


def test_writing_one_number_of_an_expanded_tensor_changes_its_row():
    broken, fixed = (function() for function in pair(BUGS, "write_into_expanded"))
    assert broken == ([1.0] * 4, [0.0] * 4)
    assert fixed == ([1.0, 0.0, 0.0, 0.0], [0.0] * 4)


def test_cat_joins_channels_and_stack_makes_an_axis():
    broken, fixed = (function() for function in pair(BUGS, "cat_for_stack"))
    images = [np.full((3, 2, 2), n) for n in range(4)]
    assert broken == (list(np.concatenate(images).shape), 12)
    assert fixed == (list(np.stack(images).shape), 4)


def test_squeeze_without_an_axis_loses_a_batch_of_one():
    broken, fixed = (function() for function in pair(BUGS, "squeeze_everything"))
    assert broken == (3, 2)
    assert fixed == (3, 1)


def test_then_and_now():
    old, new = attempt(THEN.then, {}), attempt(THEN.now, {})
    assert old.error == "TypeError"
    assert "must be int, not tuple" in old.message
    assert new.result == ([3, 80, 120], [3, 80, 120])
