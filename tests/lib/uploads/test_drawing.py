"""Drawings come out like the pictures of Fashion-MNIST."""

import base64

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from lib.datasets.fashion_mnist import fashion_mnist
from lib.datasets.images import PictureRule, picture
from lib.uploads.images import SIDE, drawing_from


def ink(pixels):
    return base64.b64encode(np.asarray(pixels, np.uint8).tobytes()).decode()


def blank():
    return np.zeros((SIDE, SIDE), np.uint8)


def drawn(pixels):
    uploaded = drawing_from(ink(pixels))
    assert uploaded.problems == uploaded.notes == ()
    PictureRule().check("image", uploaded.png)
    return picture(uploaded.png)


def edges(gray):
    """The first and last row and column with something in it."""
    rows, columns = (np.flatnonzero(gray.any(axis)) for axis in (1, 0))
    return rows[0], rows[-1], columns[0], columns[-1]


def test_a_drawing_is_white_on_black_and_gray_in_color():
    pixels = blank()
    pixels[20:76, 30:58] = 255
    image = drawn(pixels)
    assert image.shape == (28, 28, 3)
    assert (image[..., 0] == image[..., 1]).all()
    assert (image[..., 0] == image[..., 2]).all()
    assert (image.min(), image.max()) == (0, 255)


@pytest.mark.parametrize(
    ("top", "left", "scale"), [(0, 0, 1), (40, 10, 1), (56, 84, 1), (0, 0, 2), (0, 56, 2)]
)
def test_it_fills_the_longer_side_and_stands_in_the_middle_of_the_other(top, left, scale):
    pixels = blank()
    pixels[top : top + 56 * scale, left : left + 28 * scale] = 255
    gray = drawn(pixels)[..., 0]
    assert edges(gray) == (0, 27, 7, 20)
    assert (gray[:, 7:21] == 255).all()


def test_it_lies_as_the_pictures_of_the_data_set_do():
    """Put on the canvas anywhere, at twice its size, one comes out as it was."""
    for image in fashion_mnist(train=False).images[:200]:
        top, bottom, left, right = edges(image >= 32)
        cut = np.where(image >= 32, image, 0)
        if not (bottom - top == 27 or right - left == 27):
            continue  # trimmed at another brightness when the data set was made
        pixels = blank()
        pixels[11:67, 40:96] = cut.repeat(2, 0).repeat(2, 1)
        gray = drawn(pixels)[..., 0]
        across, down = gray.shape[1] - (right - left + 1), gray.shape[0] - (bottom - top + 1)
        expected = np.zeros_like(cut)
        inner = cut[top : bottom + 1, left : right + 1]
        expected[down // 2 :, across // 2 :][: inner.shape[0], : inner.shape[1]] = inner
        np.testing.assert_array_equal(gray, expected)
        assert abs(across // 2 - left) <= 2
        assert abs(down // 2 - top) <= 2


def test_a_dot_is_a_drawing():
    pixels = blank()
    pixels[50, 60] = 200
    assert (drawn(pixels) == 200).all()


@pytest.mark.parametrize("empty", ["", ink(blank()), ink(blank() + 31)])
def test_nothing_drawn_is_no_problem(empty):
    assert drawing_from(empty) == (None, (), ())


@pytest.mark.parametrize("bad", ["AAAA", "not base64!", ink(blank())[:-4], "A" * 10**6, "é", 7])
def test_anything_else_is_told(bad):
    uploaded = drawing_from(bad)
    assert uploaded.png is None
    assert [str(each) for each in uploaded.problems] == ["These are not 112 by 112 pixels of ink."]


@given(some.text() | some.binary(max_size=99).map(lambda data: base64.b64encode(data).decode()))
def test_any_text_comes_back(text):
    assert drawing_from(text).png is None


@given(some.binary(min_size=112, max_size=112))
def test_any_ink_comes_back_as_a_picture(row):
    uploaded = drawing_from(ink(np.tile(np.frombuffer(row, np.uint8), (SIDE, 1))))
    assert (uploaded.png is None) == (max(row) < 32)
