import math

import torch
from hypothesis import given, settings

from lib.lessons.tensors.reshape.lesson import follow
from lib.lessons.tensors.reshape.questions import (
    LABELS,
    STRIDE_FEEDBACK,
    VIEW_FEEDBACK,
    guesses,
    subject,
)
from tests.lib.lessons.tensors.reshape.samples import SHAPES, STEPS, likely


@given(likely())
@settings(deadline=None, max_examples=300)
def test_each_question_has_one_right_answer_and_no_value_twice(choice):
    shape, steps = choice
    result = follow(shape, steps)
    answers = guesses(result)
    for options in answers.values():
        assert len({each.value for each in options}) == len(options) >= 2
        assert sum(each.right for each in options) == 1
    assert {each.code for each in answers["strides"]} <= set(STRIDE_FEEDBACK)
    assert {each.code for each in answers["view"]} == set(VIEW_FEEDBACK) == set(LABELS)

    x = torch.arange(len(result.layouts[0].elements)).view(shape)
    name, numbers = steps[0] if len(result.layouts) > 1 else ("transpose", (0, -1))
    tensor = getattr(x, name)(*numbers)
    [right] = [each for each in answers["strides"] if each.right]
    assert right.value == str(tensor.stride())
    assert subject(result).stride == tensor.stride()


@given(likely())
@settings(deadline=None, max_examples=200)
def test_what_is_said_of_contiguous_and_of_reshape_is_true(choice):
    shape, steps = choice
    y = torch.arange(math.prod(shape)).view(shape)
    for name, numbers in steps:
        try:
            y = getattr(y, name)(*numbers)
        except (IndexError, RuntimeError, TypeError):
            return
    if not y.numel():
        return
    size, start = y.untyped_storage().nbytes() // y.element_size(), y.storage_offset()
    memory = y.as_strided((size,), (1,), 0).tolist()
    row_by_row = memory[start : start + y.numel()] == y.flatten().tolist()
    assert (y.contiguous().data_ptr() == y.data_ptr()) == row_by_row
    flat = y.reshape(-1)
    try:
        y.view(-1)
    except RuntimeError:
        assert flat.data_ptr() != y.data_ptr()
    else:
        assert flat.data_ptr() == y.data_ptr()


def test_contiguous_copies_what_strides_describe_well():
    result = follow((4, 4), (("transpose", (0, 1)), ("contiguous", ())))
    assert torch.arange(16).view(4, 4).t().stride() == (1, 4)
    assert result.layouts[-1].copied
    [right] = [each.code for each in guesses(result)["view"] if each.right]
    assert right == "copied"


@given(SHAPES, STEPS)
@settings(deadline=None, max_examples=200)
def test_the_second_question_is_answered_by_trying(shape, steps):
    result = follow(shape, steps)
    if result.too_large:
        steps = steps[: len(result.layouts) - 1]
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
