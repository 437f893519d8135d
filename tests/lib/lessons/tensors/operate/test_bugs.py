import numpy as np
import pytest
import torch

from lib.core.bugs import bugs_of
from lib.core.isolation import attempt
from lib.lessons.tensors.operate import bugs as wrong
from tests.lib.core.test_bugs import check_loud, check_titles, pair

BUGS = bugs_of("lib.lessons.tensors.operate")


SAYS = {
    "rows_minus_means": ("RuntimeError", "must match the size of tensor b", "centered = x - means"),
    "halves_into_counts": ("RuntimeError", "can't be cast to the desired output type", "add_"),
    "total_that_grows": ("RuntimeError", "doesn't match the broadcast shape", "total.add_"),
    "out_of_integers": ("RuntimeError", "can't be cast to the desired output type", "out=result"),
    "counts_times_weights": ("RuntimeError", "same dtype", "counts @ weights"),
    "middle": ("IndexError", "tensors used as indices must be", "x[half]"),
    "class_of_one": ("IndexError", "Dimension out of range", "argmax(dim=1)"),
}
SILENT = {"every_pair", "brighter", "float_not_kept", "argmax_over_the_batch"}


def test_every_bug_is_tested_and_the_silent_ones_say_so():
    check_titles(BUGS, SAYS, SILENT)


@pytest.mark.parametrize("size", [2, 4, 8])
@pytest.mark.parametrize("name", SAYS)
def test_a_loud_bug_raises_on_its_line_and_the_repair_does_not(name, size):
    check_loud(BUGS, name, *SAYS[name], size=size)


@pytest.mark.parametrize("size", [2, 4, 8])
def test_the_repairs_give_the_right_numbers(size):
    row = np.arange(size + 1.0)
    np.testing.assert_allclose(wrong.rows_minus_means_fixed(size), row - row.mean())
    np.testing.assert_array_equal(wrong.halves_into_counts_fixed(size), np.arange(size) + 0.5)
    assert wrong.total_that_grows_fixed(size) == [float(size)] * 3
    assert wrong.out_of_integers_fixed(size) == [1.5] * size
    assert wrong.class_of_one_fixed(size) == size - 1
    assert wrong.counts_times_weights_fixed(size) == [np.arange(size).sum() / 2] * 2
    assert wrong.middle_fixed(size) == wrong.middle_fixed(size + 1) == size // 2


def test_on_a_square_the_wrong_means_are_subtracted_without_a_word():
    x = torch.arange(9.0).reshape(3, 3)
    silent = (x - x.mean(dim=1)).numpy()
    array = x.numpy()
    assert not np.allclose(silent, array - array.mean(axis=1, keepdims=True))


@pytest.mark.parametrize("size", [2, 5, 8])
def test_a_loss_over_every_pair_learns_nothing(size):
    broken, fixed = (attempt(f, {"size": size}) for f in pair(BUGS, "every_pair"))
    assert (broken.error, broken.warnings) == ("", ())
    assert broken.result.compared == f"({size}, {size})"
    assert broken.result.weight == pytest.approx(0, abs=1e-6)
    # With the weight at 0 what is left is the mean square of the targets.
    targets = 2 * np.linspace(-1, 1, size)
    assert broken.result.loss == pytest.approx((targets**2).mean(), rel=1e-5)
    assert fixed.result.compared == f"({size}, 1)"
    assert fixed.result.weight == pytest.approx(2, rel=1e-5)
    assert fixed.result.loss == pytest.approx(0, abs=1e-10)


def test_mse_loss_warns_of_it_at_least():
    with pytest.warns(UserWarning, match="different to the input size"):
        torch.nn.functional.mse_loss(torch.ones(4, 1), torch.ones(4))


@pytest.mark.parametrize("by", [0, 5, 6, 60, 255])
def test_brighter_wraps_and_its_repair_stops_at_255(by):
    pixels = np.array([10, 100, 200, 250])
    assert wrong.brighter(by) == ((pixels + by) % 256).tolist()
    assert wrong.brighter_fixed(by) == np.minimum(pixels + by, 255).tolist()


@pytest.mark.parametrize(("number", "dtype"), [(60, torch.uint8), (0.5, torch.float32)])
def test_a_python_int_leaves_a_uint8_as_it_is_and_a_float_does_not(number, dtype):
    assert (torch.ones(2, dtype=torch.uint8) + number).dtype == dtype


def test_div_with_a_rounding_mode_is_what_the_double_slash_is():
    x = torch.arange(-7, 8)
    rounded = torch.div(x, 2, rounding_mode="floor")
    assert torch.equal(rounded, x // 2)
    assert rounded.dtype == torch.int64
    np.testing.assert_array_equal(rounded.numpy(), x.numpy() // 2)


def test_argmax_over_the_batch_names_pictures_and_its_repair_classes():
    scores = np.array([[1, 7, 2], [1, 0, 9], [5, 1, 4]])
    broken, fixed = (attempt(f, {}) for f in pair(BUGS, "argmax_over_the_batch"))
    assert (broken.error, broken.warnings) == ("", ())
    assert broken.result.classes == scores.argmax(axis=0).tolist()
    assert broken.result.accuracy == 0
    assert fixed.result.classes == scores.argmax(axis=1).tolist()
    assert fixed.result.accuracy == 1


def test_float_alone_changes_nothing():
    broken, fixed = wrong.float_not_kept(), wrong.float_not_kept_fixed()
    assert (broken.dtype, broken.doubled) == ("torch.uint8", [20, 200, 144, 244])
    assert (fixed.dtype, fixed.doubled) == ("torch.float32", [20.0, 200.0, 400.0, 500.0])


def test_then_and_now_agree_and_do_not_scale():
    then, now = wrong.float_tensor(), wrong.float_method()
    assert then == now
    assert now.values == [0.0, 128.0, 255.0]
    assert now.dtype == "torch.float32"


def test_float_tensor_also_says_where():
    # No GPU is needed to see it: a tensor without memory can only stay where it is.
    elsewhere = torch.ones(2, dtype=torch.uint8, device="meta")
    assert elsewhere.float().device.type == "meta"
    with pytest.raises(NotImplementedError, match="Cannot copy out of meta tensor"):
        elsewhere.type(torch.FloatTensor)
