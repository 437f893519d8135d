import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings

from lib.core.isolation import call_alone
from lib.lessons.tensors.reshape.lesson import follow
from lib.lessons.tensors.reshape.steps import MOST_AXES, MOST_SHOWN, call
from tests.lib.lessons.tensors.reshape.samples import SHAPES, STEPS, likely

# The same step in NumPy, where it has other names.
IN_NUMPY = {
    "view": lambda array, *sizes: array.reshape(sizes),
    "reshape": lambda array, *sizes: array.reshape(sizes),
    "transpose": np.swapaxes,
    "permute": lambda array, *axes: np.transpose(array, axes),
    "squeeze": lambda array, axis: np.squeeze(array, axis) if array.shape[axis] == 1 else array,
    "unsqueeze": np.expand_dims,
    "flatten": np.ravel,
    "expand": lambda array, times, *_: np.broadcast_to(array, (times, *array.shape)),
    "contiguous": np.copy,
}


@given(likely())
@settings(deadline=None, max_examples=300)
def test_every_step_gives_what_numpy_gives(choice):
    shape, steps = choice
    result = follow(shape, steps)
    array = np.arange(math.prod(shape)).reshape(shape)
    for layout, step in zip(result.layouts, [None, *steps], strict=False):
        if step:
            if array.ndim == 0 and step[0] in ("squeeze", "transpose", "permute"):
                return  # PyTorch lets a number have axis 0, NumPy does not
            array = IN_NUMPY[step[0]](array, *step[1])
            assert layout.call == call(step)
        assert layout.shape == array.shape
        assert layout.elements == tuple(array.ravel().tolist())


@given(SHAPES | likely().map(lambda pair: pair[0]), STEPS)
@settings(deadline=None, max_examples=300)
def test_whatever_the_steps_it_answers_and_says_what_ended_them(shape, steps):
    result = follow(shape, steps)
    assert 1 <= len(result.layouts) <= len(steps) + 1
    complete = len(result.layouts) == len(steps) + 1
    assert complete == (not result.error and not result.too_large)
    assert not (result.error and result.too_large)
    for layout in result.layouts:
        assert len(layout.shape) <= MOST_AXES
        assert len(layout.elements) == math.prod(layout.shape) <= MOST_SHOWN


@given(likely())
@settings(deadline=None, max_examples=300)
def test_walking_memory_by_the_strides_reads_the_elements(choice):
    for layout in follow(*choice).layouts:
        walked = [
            layout.memory[
                layout.storage_offset
                + sum(i * stride for i, stride in zip(at, layout.stride, strict=True))
            ]
            for at in np.ndindex(*layout.shape)
        ]
        assert tuple(walked) == layout.elements
        in_order = tuple(range(len(layout.elements)))
        if layout.is_contiguous:
            assert walked == [*layout.memory][: len(walked)]
        if layout.shares_memory:
            assert layout.memory == tuple(range(len(layout.memory)))
        assert min(layout.stride, default=0) >= 0
        # No step ever moves the first element; the challenge leans on that.
        assert layout.elements[:1] == in_order[:1]


@given(likely())
@settings(deadline=None, max_examples=200)
def test_a_write_to_x_is_seen_through_every_tensor_that_shares_its_memory(choice):
    shape, steps = choice
    result = follow(shape, steps)
    x = torch.arange(math.prod(shape)).view(shape)
    tensors = [x]
    for name, numbers in steps[: len(result.layouts) - 1]:
        tensors.append(getattr(tensors[-1], name)(*numbers))
    x += 100
    for layout, tensor, before in zip(
        result.layouts, tensors, [result.layouts[0], *result.layouts], strict=False
    ):
        follows = tuple(number + 100 for number in layout.elements)
        assert tuple(tensor.flatten().tolist()) == (
            follows if layout.shares_memory else layout.elements
        )
        assert layout.shares_memory <= before.shares_memory
        assert layout.copied or layout.shares_memory == before.shares_memory


def test_views_never_copy_and_contiguous_copies_only_what_is_not():
    steps = (("transpose", (0, 1)), ("contiguous", ()), ("contiguous", ()), ("view", (2, 8)))
    looks = follow((4, 4), steps).layouts
    assert [layout.copied for layout in looks] == [False, False, True, False, False]
    assert [layout.shares_memory for layout in looks] == [True, True, False, False, False]
    assert [layout.is_contiguous for layout in looks] == [True, False, True, True, True]


def test_the_notes():
    _, first = follow((4, 4), (("view", (16,)),)).layouts
    assert first.shape == (16,)
    _, second = follow((4, 4), (("view", (-1, 8)),)).layouts
    assert second.shape == (2, 8)
    assert first.shares_memory
    assert second.shares_memory


@pytest.mark.parametrize(
    ("step", "says"),
    [
        (("view", (16,)), "RuntimeError: view size is not compatible"),
        (("view", (3, 5)), "RuntimeError: shape '[3, 5]' is invalid for input of size 16"),
        (("view", (-1, -1)), "RuntimeError: only one dimension can be inferred"),
        (("transpose", (0, 2)), "IndexError: Dimension out of range"),
        (("transpose", (0,)), "TypeError: transpose() missing"),
        (("permute", (0, 0)), "RuntimeError: permute(): duplicate dims"),
        (("expand", (2, 4)), "RuntimeError: The expanded size"),
    ],
)
def test_an_impossible_step_is_told_in_pytorchs_words_after_the_steps_before_it(step, says):
    result = follow((4, 4), (("transpose", (0, 1)), step, ("contiguous", ())))
    assert len(result.layouts) == 2
    assert result.error.startswith(says)
    turned = torch.arange(16).view(4, 4).transpose(0, 1)
    with pytest.raises((IndexError, RuntimeError, TypeError)) as error:
        getattr(turned, step[0])(*step[1])
    assert result.error == f"{error.type.__name__}: {error.value}"


def test_what_is_too_large_to_draw_is_not_looked_at():
    result = follow((4, 4), (("expand", (99, 99, 4, 4)), ("contiguous", ())))
    assert len(result.layouts) == 1
    assert result.too_large == ".expand(99, 99, 4, 4) has the shape (99, 99, 4, 4)"
    assert follow((1, 2, 3, 4), (("unsqueeze", (0,)),)).too_large


@given(SHAPES, STEPS)
@settings(deadline=None, max_examples=60)
def test_same_settings_same_result(shape, steps):
    chosen = {"shape": shape, "steps": steps}
    assert call_alone(follow, chosen) == call_alone(follow, chosen)


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        ({"shape": (5, 5)}, r"shape=\(5, 5\) is out of range: .* 24 elements"),
        ({"shape": (0, 4)}, r"shape=\(0, 4\) is out of range"),
        ({"shape": ()}, r"shape=\(\) has 0 axes: 1 to 4"),
        ({"shape": (1,) * 5}, r"has 5 axes: 1 to 4"),
        ({"shape": [4, 4]}, r"shape=\[4, 4\] is not a tuple"),
        ({"shape": (True, 4)}, r"is not a tuple of whole numbers"),
        ({"steps": (("numpy", ()),)}, r"step \('numpy', \(\)\) is not one of transpose"),
        ({"steps": (("__class__", ()),)}, "is not one of"),
        ({"steps": ("view",)}, "step 'view' is not one of"),
        ({"steps": (("view", (2.0,)),)}, r"view: \(2.0,\) is not a tuple of whole"),
        ({"steps": (("view", (100,)),)}, "view: 100 is out of range: -99 to 99"),
        ({"steps": (("view", (1, 1, 1, 1, 16)),)}, "has 5 numbers: 0 to 4"),
        ({"steps": (("flatten", ()),) * 5}, "steps has 5 steps: 0 to 4 are allowed"),
        ({"steps": [("flatten", ())]}, "is not a tuple such as"),
    ],
)
def test_a_setting_that_is_not_allowed_is_refused(bad, says):
    with pytest.raises(ValueError, match=says):
        follow(**bad)
