"""Every mistake really fails or really does damage; every repair really repairs."""

import cv2
import numpy as np
import pytest
import torch
from scipy.signal import convolve2d
from torch import nn
from torch.nn import functional

from lib.core.bugs import bugs_of, outdated_of
from lib.core.isolation import attempt
from lib.datasets.images import picture
from tests.lib.core.test_bugs import check_loud, check_titles, pair

BUGS = bugs_of("lib.lessons.inside.filters")
(THEN,) = outdated_of("lib.lessons.inside.filters")


LOUD = {
    "weights_to_numpy": ("RuntimeError", "Can't call numpy() on Tensor that requires", ".numpy()"),
    "padding_forgotten": ("ValueError", "shapes (28,28) (26,26)", "opencv - y"),
    "wrap_refused": ("error", "BORDER_WRAP", "cv2.filter2D"),
}
SILENT = {"negatives_cut", "blue_first", "flipped_kernel", "another_border"}


def results(name):
    made = [attempt(program, {}) for program in pair(BUGS, name)]
    assert all((each.error, each.warnings) == ("", ()) for each in made)
    return [each.result for each in made]


def test_every_bug_is_tested_and_says_if_it_is_silent():
    check_titles(BUGS, LOUD, SILENT)


@pytest.mark.parametrize("name", LOUD)
def test_loud_ones_raise(name):
    check_loud(BUGS, name, *LOUD[name])


def test_the_repairs_of_the_loud_ones():
    fixed = {name: attempt(pair(BUGS, name)[1], {}).result for name in LOUD}
    assert fixed["weights_to_numpy"] == ((3, 3), (28, 28))
    assert fixed["padding_forgotten"] == 0
    assert fixed["wrap_refused"] == (28, 28)


def test_negatives_are_cut_off():
    broken, fixed = results("negatives_cut")
    gray = cv2.cvtColor(picture("camera"), cv2.COLOR_RGB2GRAY).astype(int)
    right = gray[:, 2:] - gray[:, :-2]
    inner = right[:-2] + 2 * right[1:-1] + right[2:]
    assert (broken.lowest, broken.highest) == (0, 255)
    assert (fixed.lowest, fixed.highest) == (inner.min(), inner.max())
    assert broken.share_of_zeros == pytest.approx((inner <= 0).mean(), abs=0.01)
    assert fixed.share_of_zeros == pytest.approx((inner == 0).mean(), abs=0.01)


def test_blue_for_red():
    broken, fixed = results("blue_first")
    assert fixed.mean_error == 0
    assert broken.mean_error > 0.5 * fixed.mean_response


def test_a_flipped_kernel_is_wrong_where_it_is_not_symmetric():
    broken, fixed = results("flipped_kernel")
    assert fixed.slope == np.convolve([1, 2, 4], [1, 0, -1], "valid")[0] == 3
    assert broken.slope == -fixed.slope
    assert broken.laplacian == fixed.laplacian == 1 - 2 * 2 + 4


def test_another_border_differs_at_the_rim_only():
    broken, fixed = results("another_border")
    assert fixed.largest < 1e-5
    assert fixed.share_that_differs == 0
    high, wide, _ = picture("camera").shape
    rim = 1 - (high - 2) * (wide - 2) / (high * wide)
    assert 0 < broken.share_that_differs <= rim
    assert broken.largest > 1


def test_next():
    then, now = attempt(THEN.then, {}), attempt(THEN.now, {})
    assert then.error == "AttributeError"
    assert "has no attribute 'next'" in then.message
    assert now.result == (20, 1, 28, 28)


def test_what_the_repairs_say_of_other_kernels_and_strides():
    x = torch.tensor([[1.0, 2, 4], [0, 3, 1], [5, 1, 2]])[None, None]  # (1, 1, 3, 3)
    uneven = torch.arange(9.0).view(1, 1, 3, 3)
    turned = functional.conv2d(x, uneven.flip(2, 3))
    assert turned.item() == convolve2d(x[0, 0], uneven[0, 0], "valid").item()
    assert abs(functional.conv2d(x, uneven)) != abs(turned)  # not only another sign
    nn.Conv2d(1, 1, 3, padding="same")
    with pytest.raises(ValueError, match="padding='same' is not supported for strided"):
        nn.Conv2d(1, 1, 3, padding="same", stride=2)
