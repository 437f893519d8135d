"""OpenCV, PyTorch and a sum by hand agree, for every border that all of them have."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as some
from scipy.signal import convolve2d, correlate2d
from torch import nn

from lib.lessons.inside.filters.kernels import (
    NAMES,
    PRESETS,
    SOBEL_X,
    KernelRule,
    finds_edges,
    parse,
    preset_of,
    resized,
    same_rotated,
    text_of,
)
from lib.lessons.inside.filters.lesson import BORDERS, PADDING_MODES, borders, compare, gray, shape
from lib.lessons.inside.filters.windows import NUMPY_MODES, OUT, walk
from tests.lib.uploads.image_files import saved, scene
from tests.pages.strategies import strategy

PARTNERS = [name for name, mode in BORDERS.items() if mode]
KERNELS = strategy(KernelRule())


def padded(img, kernel, border):
    return np.pad(img.astype(np.float64), len(kernel) // 2, mode=NUMPY_MODES[border])


def test_each_border_has_one_partner_and_one_has_none():
    modes = [PADDING_MODES.get(mode, mode) for mode in BORDERS.values() if mode]
    assert sorted(modes) == ["circular", "reflect", "replicate", "zeros"]
    assert BORDERS["BORDER_REFLECT"] == ""


@pytest.mark.parametrize("border", PARTNERS)
@settings(max_examples=25)
@given(kernel=KERNELS)
def test_filter2d_and_the_layer_are_equal(border, kernel):
    result = compare("fashion 3", kernel, border)
    scale = max(1.0, float(np.abs(kernel).max()))  # larger numbers have larger last digits
    assert result.layer_difference <= 1e-5 * scale
    size = len(kernel)
    mode = PADDING_MODES.get(BORDERS[border], BORDERS[border])
    layer = nn.Conv2d(1, 1, size, padding=size // 2, padding_mode=mode, bias=False)
    layer.weight.data[0, 0] = torch.tensor(kernel, dtype=torch.float32)
    y = layer(torch.from_numpy(result.picture)[None, None])[0, 0].detach().numpy()
    assert np.abs(y - result.opencv).max() <= 1e-5 * scale


@pytest.mark.parametrize("border", PARTNERS)
@pytest.mark.parametrize("name", NAMES)
def test_presets_agree_within_a_hundred_thousandth(border, name):
    for size in PRESETS:
        kernel = parse(PRESETS[size][name])
        assert compare("camera", kernel, border).layer_difference <= 1e-5


@pytest.mark.parametrize("border", BORDERS)
@settings(max_examples=25)
@given(kernel=KERNELS)
def test_scipy_gives_the_same_correlation_and_the_same_convolution(border, kernel):
    result = compare("fashion 5", kernel, border)
    x, w = padded(result.picture, kernel, border), np.array(kernel, dtype=np.float64)
    correlation, convolution = correlate2d(x, w, "valid"), convolve2d(x, w, "valid")
    near = {"abs": 1e-4}
    assert result.opencv == pytest.approx(correlation, **near)
    assert result.convolution == pytest.approx(convolution, **near)
    assert result.convolution_difference == pytest.approx(
        np.abs(correlation - convolution).max(), **near
    )
    assert (result.layer is None) == (border == "BORDER_REFLECT")


def test_uint8_cuts_off():
    result = compare("camera", SOBEL_X)
    whole = 255 * result.opencv.astype(np.float64)
    assert np.abs(result.narrow - whole.clip(0, 255)).max() <= 0.5 + 1e-3
    assert result.cut_low == pytest.approx((np.rint(whole) < 0).mean(), abs=1e-3)
    assert result.cut_high == pytest.approx((np.rint(whole) > 255).mean(), abs=1e-3)
    assert result.cut_low > 0.2


def test_the_table_of_borders():
    found = {each.opencv: each for each in borders("fashion 3")}
    assert [name for name, each in found.items() if each.refused] == ["BORDER_WRAP"]
    for name, each in found.items():
        assert each.row == tuple(np.pad([1, 2, 3, 4], 2, mode=NUMPY_MODES[name]))
        assert each.same_row is (True if each.padding_mode else None)
        assert (each.difference is None) == (not each.padding_mode)
        assert each.difference is None or each.difference < 1e-5


# --- the sum in numbers ---------------------------------------------------------------------------


@settings(max_examples=25)
@given(
    kernel=KERNELS,
    border=some.sampled_from([*BORDERS]),
    down=some.integers(0, 100),
    across=some.integers(0, 100),
)
def test_the_steps_by_hand_give_what_opencv_gives(kernel, border, down, across):
    seen = walk("fashion 3", kernel, border, down, across)
    whole = compare("fashion 3", kernel, border).opencv
    there = whole[seen.top : seen.top + OUT, seen.left : seen.left + OUT]
    assert seen.output == pytest.approx(there, abs=1e-4)
    assert seen.products.sum(axis=(1, 2)) == pytest.approx(seen.output.ravel())
    assert len(seen.sums) == OUT * OUT
    assert seen.inside.sum() >= OUT * OUT


def test_a_sum_is_written_out():
    corner = walk("fashion 3", SOBEL_X, "BORDER_CONSTANT", 0, 0)
    assert (corner.top, corner.left) == (0, 0)
    assert not corner.inside[0].any()
    assert corner.inside[1:, 1:].all()
    middle = walk("camera", ((0, 0, 0), (0, 2, 0), (0, 0, 0)), down=50, across=50)
    pixel = compare("camera").picture[middle.top, middle.left]
    total = f"{round(float(pixel), 2):.4g}·2 = {round(2 * float(pixel), 2):.4g}"
    assert middle.sums[0] == total
    assert walk("camera", ((0,) * 3,) * 3).sums[0] == "0 = 0"


# --- kernels --------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", PRESETS)
def test_presets(size):
    kernels = {name: np.array(parse(text)) for name, text in PRESETS[size].items()}
    assert tuple(kernels) == NAMES
    for name, kernel in kernels.items():
        assert kernel.shape == (size, size)
        assert kernel.sum() == pytest.approx(0 if name in EDGES else 1)
        assert finds_edges(parse(PRESETS[size][name])) == (name in EDGES)
        rotated = same_rotated(parse(PRESETS[size][name]))
        assert rotated == (name not in {"sobel_x", "sobel_y", "emboss"})
    assert (kernels["sobel_x"] == kernels["sobel_y"].T).all()


@given(kernel=KERNELS)
def test_a_kernel_is_typed_as_it_is_written(kernel):
    assert parse(text_of(kernel)) == kernel


@pytest.mark.parametrize("size", PRESETS)
def test_a_preset_is_known_and_keeps_its_name_in_the_other_size(size):
    for name, text in PRESETS[size].items():
        assert preset_of(parse(text)) == name
        assert preset_of(resized(parse(text), 8 - size)) == name
    own = ((0, 0, 0), (0, 3, 0), (0, 0, 2))
    assert preset_of(own) == ""
    assert resized(resized(own, 5), 3) == own


EDGES = {"sobel_x", "sobel_y", "laplacian"}


def test_typed_kernels():
    assert parse("0 1 0; 1, −4, 1;0,1,.5;") == ((0, 1, 0), (1, -4, 1), (0, 1, 0.5))
    assert parse("1/4, 0, 0; 0, 0, 0; 0, 0, -1/2")[0][0] == 0.25
    for text, words in {
        "": "1 rows: 3 or 5",
        "1, 2; 3, 4": "2 rows: 3 or 5",
        "1 2 3; 1 2; 1 2 3": "row 2 has 2 numbers",
        "1 2 3; 1 x 3; 1 2 3": "'x' in row 2",
        "1 2 3; 1 2 3; 1 2 1/0": "divides by zero",
        "1 2 3; 1 2 3; 1 2 101": "101 is out of range: -100 to 100",
        "1 2 3; 1 2 3; 1 2 nan": "'nan'",
        "1 2 3; 1 2 3; 1 2 1/2/3": "'1/2/3'",
    }.items():
        with pytest.raises(ValueError, match=words):
            parse(text)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"image": "nobody"}, "'nobody'"),
        ({"kernel": ((1, 2), (3, 4))}, r"\[2, 2\]"),
        ({"kernel": ((0, 0, 0), (0, True, 0), (0, 0, 0))}, "True is not a number"),
        ({"kernel": ((0, 0, 0), (0, 1e9, 0), (0, 0, 0))}, "1000000000.0 is out of range"),
        ({"kernel": [[0]]}, "not a tuple of rows"),
        ({"border": "BORDER_ISOLATED"}, "'BORDER_ISOLATED' is not one of"),
    ],
)
def test_bad_settings(settings, words):
    with pytest.raises(ValueError, match=words):
        compare(**settings)


def test_the_same_twice():
    first, second = compare(), compare()
    for each, other in zip(first, second, strict=True):
        assert np.array_equal(each, other)


@pytest.mark.parametrize(("wide", "high"), [(8, 8), (256, 8), (8, 256), (256, 256)])
def test_a_picture_of_any_size_works(wide, high):
    own = saved(scene(wide, high), "PNG")
    assert min(gray(own).shape) >= 8
    assert max(gray(own).shape) <= 96
    assert shape(own) == gray(own).shape
    kernel = parse(PRESETS[5]["sobel_x"])
    for border in PARTNERS:
        assert compare(own, kernel, border).layer_difference < 1e-4
        walk(own, kernel, border, 100, 100)
