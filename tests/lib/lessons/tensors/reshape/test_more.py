from itertools import product

import numpy as np
import pytest
import torch
from hypothesis import given, settings

from lib.core.bugs import bugs_of, outdated_of
from lib.core.isolation import attempt
from lib.lessons.tensors.reshape import bugs as wrong
from lib.lessons.tensors.reshape import photo as photos
from lib.lessons.tensors.reshape.lesson import follow
from lib.lessons.tensors.reshape.questions import LABELS, TOLD, TOLD_VIEW, guesses, subject
from lib.lessons.tensors.reshape.rotation import SIZE, reaches, read_memory, who_copies
from tests.lib.core.test_bugs import check_loud, check_titles, pair
from tests.lib.lessons.tensors.reshape.samples import SHAPES, STEPS, likely

BUGS = bugs_of("lib.lessons.tensors.reshape")
(THEN,) = outdated_of("lib.lessons.tensors.reshape")


# --- questions ------------------------------------------------------------------------------------


@given(likely())
@settings(deadline=None, max_examples=300)
def test_each_question_has_one_right_answer_and_no_value_twice(choice):
    shape, steps = choice
    result = follow(shape, steps)
    answers = guesses(result)
    for options in answers.values():
        assert len({each.value for each in options}) == len(options) >= 2
        assert sum(each.right for each in options) == 1
    assert {each.code for each in answers["strides"]} <= set(TOLD)
    assert {each.code for each in answers["view"]} == set(TOLD_VIEW) == set(LABELS)

    x = torch.arange(len(result.looks[0].elements)).view(shape)
    name, numbers = steps[0] if len(result.looks) > 1 else ("transpose", (0, -1))
    tensor = getattr(x, name)(*numbers)
    [right] = [each for each in answers["strides"] if each.right]
    assert right.value == str(tensor.stride())
    assert subject(result).stride == tensor.stride()


@given(SHAPES, STEPS)
@settings(deadline=None, max_examples=200)
def test_the_second_question_is_answered_by_trying(shape, steps):
    result = follow(shape, steps)
    if result.too_large:
        steps = steps[: len(result.looks) - 1]
    x = torch.zeros(shape)
    y = x
    try:
        for name, numbers in (*steps, ("view", (-1,))):
            y = getattr(y, name)(*numbers)
    except (IndexError, RuntimeError, TypeError):
        right = "refused"
    else:
        mark = torch.tensor(y.numel() > 0)
        x.fill_(1)
        right = "shares" if y.numel() == 0 or bool(y.any() & mark) else "copied"
    [truth] = [each.code for each in guesses(result)["view"] if each.right]
    if y.numel():
        assert truth == right
    else:
        assert (truth == "refused") == (right == "refused")


# --- turning without a copy -----------------------------------------------------------------------


def test_the_challenge_is_reached_by_the_two_quarter_turns_and_by_nothing_else():
    x = np.arange(SIZE).reshape(3, 4)
    quarter = {tuple(np.rot90(x, turns).ravel().tolist()) for turns in (1, -1)}
    found = set()
    for start, down, right in product(range(SIZE), range(-11, 12), range(-11, 12)):
        places = [start + i * down + j * right for i in range(4) for j in range(3)]
        if tuple(places) in quarter:  # the elements count their places
            found.add((start, down, right))
    assert found == {(3, -1, 4), (8, 1, -4)}
    for settings_ in found:
        read = read_memory(*settings_)
        assert reaches(read)
        assert "Negative strides are not supported" in read.refused
        assert read.elements in quarter
    for near in ((0, 1, 4), (3, 1, 4), (3, -1, 3), (8, -1, -4), (11, -1, -4), (0, 4, 1)):
        assert not reaches(read_memory(*near))


@pytest.mark.parametrize("start", range(SIZE))
@pytest.mark.parametrize(("down", "right"), [(1, 4), (-1, 4), (0, 0), (11, 11), (-11, 3), (2, -1)])
def test_memory_is_never_read_outside(start, down, right):
    read = read_memory(start, down, right)
    places = [start + i * down + j * right for i in range(4) for j in range(3)]
    assert read.elements == tuple(p if 0 <= p < SIZE else None for p in places)
    assert (read.shares is None) == any(not 0 <= p < SIZE for p in places)
    allowed = min(down, right) >= 0 and max(places) < SIZE
    assert (read.refused == "") == allowed


def test_only_pytorch_copies_to_turn():
    assert who_copies() == (True, False)


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        ({"start": 12}, "start=12 is out of range: 0 to 11"),
        ({"down": -12}, "down=-12 is out of range: -11 to 11"),
        ({"right": 1.0}, "right=1.0 is not a whole number"),
    ],
)
def test_a_reading_that_is_not_allowed_is_refused(bad, says):
    with pytest.raises(ValueError, match=says):
        read_memory(**bad)


# --- the photo ------------------------------------------------------------------------------------


def test_the_photo_is_a_real_one_of_the_size_its_notes_say():
    photo = photos.photo()
    assert photo.shape == (80, 120, 3)
    assert photo.dtype == np.uint8
    assert photo.std() > 30
    assert photo[..., 0].mean() > photo[..., 2].mean()  # a ginger cat is more red than blue


def test_permute_keeps_every_plane_and_reshape_mixes_the_colors():
    photo = photos.photo()
    kept = photos.channels_first(photos.permuted)
    np.testing.assert_array_equal(kept.planes, photo.transpose((2, 0, 1)))
    assert kept.shares
    assert not kept.is_contiguous
    assert kept.red == kept.read == tuple(photo[0, :4, 0].tolist())
    mixed = photos.channels_first(photos.reshaped)
    assert mixed.shape == kept.shape
    np.testing.assert_array_equal(mixed.planes.ravel(), photo.ravel())
    assert mixed.read == tuple(photo.ravel()[:4].tolist()) != mixed.red
    lying = photos.channels_first(photos.transposed)
    np.testing.assert_array_equal(lying.planes, photo.T)


def test_each_way_is_named_by_its_call():
    image = torch.from_numpy(photos.photo())
    for name, way in photos.WAYS.items():
        method, _, rest = name.rstrip(")").partition("(")
        expected = getattr(image, method)(*map(int, rest.split(", ")))
        assert torch.equal(way(image), expected)


def test_another_way_is_refused():
    with pytest.raises(ValueError, match="way=view is not one of: permuted"):
        photos.channels_first(torch.Tensor.view)


# --- bugs -----------------------------------------------------------------------------------------

SAYS = {
    "view_after_transpose": ("RuntimeError", "view size is not compatible", "y.view(16)"),
    "wrong_count": (
        "RuntimeError",
        "'[3, 5]' is invalid for input of size 16",
        "x.view(3, 5)",
    ),
    "two_unknowns": ("RuntimeError", "only one dimension can be inferred", "batch.view(-1, -1)"),
    "add_to_expanded": ("RuntimeError", "refers to a single memory location", "y += 1"),
}
SILENT = {"reshape_an_image", "write_into_expanded", "squeeze_everything"}


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


def test_squeeze_without_an_axis_loses_a_batch_of_one():
    broken, fixed = (function() for function in pair(BUGS, "squeeze_everything"))
    assert broken == (3, 2)
    assert fixed == (3, 1)


def test_then_and_now():
    old, new = attempt(THEN.then, {}), attempt(THEN.now, {})
    assert old.error == "TypeError"
    assert "must be int, not tuple" in old.message
    assert new.result == ([3, 80, 120], [3, 80, 120])
