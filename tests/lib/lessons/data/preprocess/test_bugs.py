"""Every mistake really fails or really does damage; every repair really repairs."""

import inspect
from functools import cache

import cv2
import numpy as np
import pytest

from lib.core.bugs import bugs_of, outdated_of
from lib.core.isolation import attempt
from lib.datasets.assets import asset
from lib.datasets.images import picture
from lib.lessons.data.preprocess.lesson import MEAN, STD

BUGS = bugs_of("lib.lessons.data.preprocess")
TO_TENSOR, GET_DATA = outdated_of("lib.lessons.data.preprocess")


SAYS = {
    "uint8_into_layer": ("RuntimeError", "Input type (unsigned char)"),
    "channels_last": ("RuntimeError", "to have 3 channels, but got 256 channels"),
    "no_channel_no_batch": ("RuntimeError", "Expected 3D (unbatched) or 4D (batched) input"),
    "no_length": ("TypeError", "has no len()"),
}
SILENT = {
    "normalize_unscaled",
    "three_means_for_gray",
    "array_passes",
    "jitter_after_normalize",
    "blue_for_red",
    "shown_normalized",
    "one_draw_for_all",
    "augmented_validation",
    "split_after_augmenting",
}


@cache
def pair(name):
    """What comes of the program that makes a mistake, and of its repair."""
    [bug] = [bug for bug in BUGS if bug.broken.__name__ == name]
    return attempt(bug.broken, {}), attempt(bug.fixed, {})


def pixels():
    return picture("chelsea").astype(np.float64) / 255


def test_every_bug_is_tested_and_says_if_it_is_silent():
    assert {bug.broken.__name__ for bug in BUGS} == set(SAYS) | SILENT
    for bug in BUGS:
        assert bug.silent == (bug.broken.__name__ in SILENT)
        assert bug.heavy == (bug.broken.__name__ == "augmented_validation")


@pytest.mark.parametrize("name", SAYS)
def test_a_loud_bug_raises_on_a_line_of_its_own_and_the_repair_does_not(name):
    broken, fixed = pair(name)
    kind, words = SAYS[name]
    assert broken.error == kind
    assert words in broken.message
    [program] = [bug.broken for bug in BUGS if bug.broken.__name__ == name]
    lines, first = inspect.getsourcelines(program)
    assert first < broken.line < first + len(lines)
    assert (fixed.error, fixed.warnings) == ("", ())


@pytest.mark.parametrize("name", sorted(SILENT))
def test_a_silent_bug_says_nothing(name):
    for result in pair(name):
        assert (result.error, result.warnings) == ("", ())


def test_the_repaired_layers_give_eight_planes():
    height, width, _ = picture("chelsea").shape
    for name in ("uint8_into_layer", "channels_last"):
        assert pair(name)[1].result == (8, height - 2, width - 2)
    assert pair("no_channel_no_batch")[1].result == (1, 8, 26, 26)


def test_the_repaired_loader_gives_the_mean_of_the_means():
    assert pair("no_length")[1].result == pytest.approx(0.5, abs=0.01)


def test_normalize_before_scaling():
    broken, fixed = (each.result for each in pair("normalize_unscaled"))
    for result, x in ((broken, pixels() * 255), (fixed, pixels())):
        expected = (x - MEAN) / STD
        assert result.mean == pytest.approx(expected.mean(), rel=1e-4, abs=1e-4)
        assert result.std == pytest.approx(expected.std(), rel=1e-4)
        assert result.high == pytest.approx(expected.max(), rel=1e-5)


def test_a_gray_image_gets_three_channels_of_three_means():
    broken, fixed = (each.result for each in pair("three_means_for_gray"))
    height, width, _ = picture("chelsea").shape
    assert (broken.shape, fixed.shape) == ((3, height, width), (1, height, width))
    gray = cv2.cvtColor(picture("chelsea"), cv2.COLOR_RGB2GRAY) / 255
    assert broken.mean == pytest.approx(
        np.mean([(gray - MEAN[i]) / STD[i] for i in range(3)]), abs=0.02
    )
    assert fixed.mean == pytest.approx((gray.mean() - 0.5) / 0.5, abs=0.02)


def test_an_array_passes_every_transform():
    broken, fixed = (each.result for each in pair("array_passes"))
    assert broken.shape == picture("chelsea").shape
    assert broken.dtype == "uint8"
    assert broken.mean == pytest.approx(picture("chelsea").mean())
    assert (fixed.shape, fixed.dtype) == ((3, 64, 64), "float32")


def test_jitter_after_normalize_loses_all_below_zero():
    broken, fixed = (each.result for each in pair("jitter_after_normalize"))
    assert (broken.low, broken.high) == (0, 1)
    assert fixed.low < -2
    x = (pixels() - MEAN) / STD
    assert (x < 0).mean() > 0.4  # below the mean
    assert (x > 1).mean() > 0.05  # far above it


def test_blue_is_taken_for_red():
    broken, fixed = (each.result for each in pair("blue_for_red"))
    as_opencv_reads = cv2.imread(str(asset("chelsea.jpg"))).mean((0, 1))
    assert list(broken) == pytest.approx(as_opencv_reads.tolist(), rel=1e-4)
    assert list(fixed) == pytest.approx(as_opencv_reads[::-1].tolist(), rel=1e-4)
    assert fixed.red > fixed.blue  # a ginger cat


def test_a_normalized_picture_is_cut_off():
    broken, fixed = (each.result for each in pair("shown_normalized"))
    x = (pixels() - MEAN) / STD
    assert broken.clipped == pytest.approx(((x < 0) | (x > 1)).mean(), abs=1e-5)
    assert broken.mean_error == pytest.approx(np.abs(x.clip(0, 1) - pixels()).mean(), abs=1e-5)
    assert fixed == (0, 0)


def test_a_batch_is_turned_as_one():
    broken, fixed = (each.result for each in pair("one_draw_for_all"))
    assert broken.different == 1
    assert fixed.different == broken.shape[0] == 8


def test_an_augmented_validation_set_measures_too_little_and_another_number_each_time():
    broken, fixed = (each.result for each in pair("augmented_validation"))
    assert len(set(fixed)) == 1
    assert len(set(broken)) > 1
    assert max(broken) < fixed.first
    assert fixed.first > 0.6


def test_both_parts_of_a_split_hold_one_data_set():
    broken, fixed = (each.result for each in pair("split_after_augmenting"))
    assert broken == (8, 8)
    assert fixed == (8, 1)


def test_to_tensor_then_and_now():
    then, now = attempt(TO_TENSOR.then, {}), attempt(TO_TENSOR.now, {})
    assert len(then.warnings) == 1  # of the twin in v2; the old module says nothing
    assert "deprecated" in then.warnings[0]
    assert then.result.largest_difference == 0
    assert now.warnings == ()
    assert now.result.largest_difference < 1e-6
    assert now.result.high == pytest.approx(pixels().max())


def test_get_data_is_missing_in_the_notes():
    then, now = attempt(GET_DATA.then, {}), attempt(GET_DATA.now, {})
    assert (then.error, then.message) == ("NameError", "name 'get_data' is not defined")
    assert now.result == (-(-100 // 16), 16, -(-80 // 32), 32)
