from math import prod

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.lessons.tensors.operate.broadcasting import link, unaligned
from tests.pages.strategies import strategy

shapes = strategy(link.rules["x_shape"])


def numbers(x_shape, y_shape, dtype="float64"):
    x = 10 * np.arange(1, prod(x_shape) + 1, dtype=dtype).reshape(x_shape)
    return x, np.arange(1, prod(y_shape) + 1, dtype=dtype).reshape(y_shape)


@given(shapes, shapes, st.booleans())
@settings(deadline=None, max_examples=400)
def test_every_result_number_comes_from_the_numbers_it_is_linked_to(x_shape, y_shape, matmul):
    links = link(x_shape, y_shape, matmul)
    x, y = numbers(x_shape, y_shape)
    try:
        expected = np.matmul(x, y) if matmul else x + y
    except ValueError:
        assert links.grid is None
        assert len(links.cells) == 0
        return
    from_x = x.ravel()[links.x.source.ravel()[links.x_cells]]
    from_y = y.ravel()[links.y.source.ravel()[links.y_cells]]
    made = (from_x * from_y).sum(axis=1) if matmul else (from_x + from_y)[:, 0]
    np.testing.assert_array_equal(made, expected.ravel())
    assert prod(links.grid) == expected.size == len(links.cells)
    assert len(set(links.cells)) == expected.size


@given(shapes, shapes, st.booleans())
@settings(deadline=None, max_examples=200)
def test_every_number_has_exactly_one_place_of_its_own(x_shape, y_shape, matmul):
    links = link(x_shape, y_shape, matmul)
    for side, own in ((links.x, x_shape), (links.y, y_shape)):
        assert sorted(side.source[side.since == 0]) == list(range(prod(own)))
        assert len(side.names) == prod(own)
        assert side.since.max() <= len(links.axes)


@given(shapes, shapes)
@settings(deadline=None, max_examples=200)
def test_a_stretched_axis_has_stride_zero_and_is_marked(x_shape, y_shape):
    links = link(x_shape, y_shape)
    fits = links.grid is not None
    assert fits == all(axis.kind != "clash" for axis in links.axes)
    if fits:
        x, y = numbers(x_shape, y_shape)
        for side, array in zip((links.x, links.y), np.broadcast_arrays(x, y), strict=True):
            jumps = [stride // 8 for stride in array.strides]
            lengths = zip(jumps, side.stride, array.shape, strict=True)
            assert all(a == b or length == 1 for a, b, length in lengths)
    for axis in links.axes:
        lengths = (axis.x_length, axis.y_length)
        if axis.kind == "equal":
            assert lengths[0] == lengths[1]
        elif axis.kind == "clash":
            assert lengths[0] != lengths[1]
            assert 1 not in lengths
        else:
            small, large = lengths if axis.kind == "x" else lengths[::-1]
            assert small in (1, None)
            assert large is not None


def test_the_axes_are_looked_at_from_the_right():
    axes = link((4, 1), (3,)).axes
    assert [(a.x, a.y, a.kind) for a in axes] == [(-1, -1, "x"), (-2, None, "y")]
    axes = link((2, 3, 4), (4,), matmul=True).axes
    assert [(a.x, a.y, a.kind) for a in axes] == [(-1, -1, "inner"), (-3, None, "y")]
    axes = link((2, 3), (2, 3), matmul=True).axes
    assert [(a.x, a.y, a.kind) for a in axes] == [(-1, -2, "clash")]


@pytest.mark.parametrize("function", [link, unaligned])
def test_links_refuse_what_the_lesson_refuses(function):
    with pytest.raises(ValueError, match=r"x_shape=\(5,\): 5 is out of range"):
        function((5,), (3,))


def test_same_shapes_same_links():
    assert repr(link((4, 1), (3,))) == repr(link((4, 1), (3,)))


@given(shapes, shapes)
@settings(deadline=None, max_examples=60)
def test_unaligned_nothing_is_stretched_and_nothing_made(x_shape, y_shape):
    links = unaligned(x_shape, y_shape)
    assert links.axes == links.cells == ()
    assert links.grid is links.shape is None
    for side, own in ((links.x, x_shape), (links.y, y_shape)):
        assert side.source.ravel().tolist() == list(range(prod(own)))
        assert not side.since.any()
        assert side.shape == own
