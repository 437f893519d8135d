import numpy as np
import pytest
import torch

from lib.core.bugs import bugs_of
from lib.core.isolation import attempt
from lib.lessons.tensors.numpy_bridge import bugs as wrong
from tests.lib.core.test_bugs import check_loud, check_titles, pair

BUGS = bugs_of("lib.lessons.tensors.numpy_bridge")

SAYS = {
    "negative_strides": ("ValueError", "negative", "torch.from_numpy(a[::-1])"),
    "numpy_of_grad": ("RuntimeError", "requires grad", "weights.numpy()"),
    "item_of_many": ("RuntimeError", "cannot be converted to Scalar", "losses.item()"),
    "float64_into_float32_layer": ("RuntimeError", "dtype", "layer(x)"),
    "bfloat16_to_numpy": ("TypeError", "BFloat16", "t.numpy()"),
}
WARNS, SILENT = {"read_only_array"}, {"backup_that_follows", "weights_for_a_plot"}


def test_every_bug_is_tested():
    check_titles(BUGS, SAYS.keys() | WARNS, SILENT)


@pytest.mark.parametrize("size", [2, 5, 8])
@pytest.mark.parametrize("name", SAYS)
def test_a_loud_bug_raises_on_a_line_of_its_own_and_the_repair_does_not(name, size):
    check_loud(BUGS, name, *SAYS[name], size=size)


@pytest.mark.parametrize("size", [2, 5, 8])
def test_the_repairs_give_the_right_numbers(size):
    ones = np.ones(size)
    np.testing.assert_array_equal(
        wrong.negative_strides_fixed(size), np.arange(size, dtype=float)[::-1]
    )
    np.testing.assert_array_equal(wrong.numpy_of_grad_fixed(size), ones)
    np.testing.assert_array_equal(wrong.bfloat16_to_numpy_fixed(size), ones)
    assert wrong.item_of_many_fixed(size) == 1.0


def test_the_repaired_layer_computes_the_sum_of_its_weights_and_bias():
    result = attempt(wrong.float64_into_float32_layer_fixed, {"size": 4}).result
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        layer = torch.nn.Linear(4, 1)
    expected = layer.weight.detach().numpy().sum() + layer.bias.detach().numpy()[0]
    assert result == pytest.approx(expected, rel=1e-5)
    assert attempt(wrong.float64_into_float32_layer_fixed, {"size": 4}).result == result


def test_adding_converts_and_multiplying_matrices_does_not():
    single, double = torch.ones(2, 2), torch.ones(2, 2, dtype=torch.float64)
    assert (single + double).dtype == torch.float64
    with pytest.raises(RuntimeError, match="dtype"):
        single @ double


def test_a_read_only_array_warns_and_is_written_to_all_the_same():
    for _ in range(2):  # PyTorch itself warns only once; attempt shows it every time
        broken = attempt(wrong.read_only_array, {"size": 3})
        assert len(broken.warnings) == 1
        assert "not writable" in broken.warnings[0]
        assert "undefined behavior" in broken.warnings[0]
        assert broken.result.writeable is False
        assert broken.result.after == broken.result.tensor == [2.0, 2.0, 2.0]
        assert broken.result.before == [1.0, 1.0, 1.0]


def test_a_copy_of_a_read_only_array_leaves_it_alone():
    fixed = attempt(wrong.read_only_array_fixed, {"size": 3})
    assert fixed.warnings == ()
    assert fixed.result.after == fixed.result.before == [1.0, 1.0, 1.0]
    assert fixed.result.tensor == [2.0, 2.0, 2.0]


def test_a_backup_without_a_copy_restores_nothing():
    broken, fixed = (attempt(f, {"size": 3}) for f in pair(BUGS, "backup_that_follows"))
    assert (broken.error, broken.warnings) == ("", ())
    assert broken.result.restored == [2.0, 2.0, 2.0] != broken.result.before
    assert fixed.result.restored == fixed.result.before == [1.0, 1.0, 1.0]


@pytest.mark.parametrize("size", [2, 4, 8])
def test_scaling_what_detach_gives_scales_the_weights(size):
    broken, fixed = (attempt(f, {"size": size}) for f in pair(BUGS, "weights_for_a_plot"))
    assert (broken.error, broken.warnings) == ("", ())
    weights = np.arange(1, size + 1)
    np.testing.assert_allclose(broken.result, [weights / size, weights / size], rtol=1e-6)
    np.testing.assert_allclose(fixed.result, [weights / size, weights], rtol=1e-6)


def test_then_and_now_differ_only_in_who_shares():
    old, new = wrong.rebind(7), wrong.in_place(7)
    assert old.array == new.array == [2.0] * 7
    assert (old.tensor, old.shared) == ([1.0] * 7, False)
    assert (new.tensor, new.shared) == ([2.0] * 7, True)
