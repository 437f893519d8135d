"""Every mistake really fails or really does damage; every repair really repairs."""

import numpy as np
import pytest

from lib.core.isolation import attempt
from lib.lessons.autograd.gradients import bugs

X = 1.0


@pytest.mark.parametrize(
    ("name", "said", "repaired"),
    [
        ("backward_twice", "Trying to backward through the graph a second time", X),
        ("in_place_on_leaf", "a leaf Variable that requires grad is being used", X - 0.5),
        ("changed_saved_tensor", "modified by an inplace operation", (X + 2) / 2),
        ("backward_of_many", "grad can be implicitly created only for scalar outputs", 2 * X),
    ],
)
def test_the_real_error_and_the_repair(name, said, repaired):
    broken = attempt(getattr(bugs, name), {"x": X})
    assert broken.error == "RuntimeError"
    assert said in broken.message
    assert broken.line > 0
    fixed = attempt(getattr(bugs, f"{name}_fixed"), {"x": X})
    assert fixed.error == ""
    np.testing.assert_allclose(fixed.result, np.full((2, 2), repaired))


def test_whole_numbers_are_refused_and_floating_point_has_slopes():
    broken = attempt(bugs.whole_numbers, {})
    assert broken.error == "RuntimeError"
    assert "can require gradients" in broken.message
    assert broken.line == bugs.whole_numbers.__code__.co_firstlineno + 2
    fixed = attempt(bugs.whole_numbers_fixed, {})
    np.testing.assert_allclose(fixed.result, [2 * 1, 2 * 2])


def test_the_version_counter_tells_what_was_changed():
    said = attempt(bugs.changed_saved_tensor, {"x": X}).message
    assert "is at version 1; expected version 0 instead" in said


def test_added_up_gradients_do_silent_damage():
    broken, fixed = attempt(bugs.never_zeroed, {"x": X}), attempt(bugs.never_zeroed_fixed, {"x": X})
    assert broken.error == ""
    assert broken.warnings == ()
    assert broken.result.loss_after > 0.1
    assert fixed.result.loss_after < 1e-5
    assert fixed.result.weight == pytest.approx(5, abs=1e-2)


def test_a_detach_stops_the_first_layer_silently():
    broken = attempt(bugs.detached_by_mistake, {"x": X})
    fixed = attempt(bugs.detached_by_mistake_fixed, {"x": X})
    assert broken.error == ""
    assert broken.warnings == ()
    assert broken.result.first == 0.5
    assert abs(fixed.result.first - 0.5) > 0.1
    assert fixed.result.loss_after < broken.result.loss_after


def test_a_non_leaf_tensor_keeps_no_gradient_and_pytorch_warns():
    broken = attempt(bugs.grad_of_non_leaf, {"x": X})
    assert broken.result is None
    assert "not a leaf Tensor" in broken.warnings[0]
    fixed = attempt(bugs.grad_of_non_leaf_fixed, {"x": X})
    assert fixed.warnings == ()
    np.testing.assert_allclose(fixed.result, np.full((2, 2), (X + 2) / 2))


def test_data_goes_unnoticed_and_a_detached_copy_does_no_harm():
    then, now = bugs.variable_and_data(X), bugs.tensor_and_detach(X)
    assert (then.kind, now.kind) == ("Tensor", "Tensor")
    assert (then.grad, then.should_be) == (2 * (X + 3), 2 * (X + 2))
    assert now.grad == now.should_be


def test_same_settings_same_result():
    assert bugs.detached_by_mistake_fixed(X) == bugs.detached_by_mistake_fixed(X)


@pytest.mark.parametrize("x", [-3.0, -1.25, 0.0, 1.0, 2.0, 3.0])
def test_the_silent_damage_is_seen_at_every_x(x):
    broken, fixed = bugs.never_zeroed(x), bugs.never_zeroed_fixed(x)
    assert broken.loss_after > 100 * fixed.loss_after
    assert abs(broken.weight - 5) > 0.1
    cut, whole = bugs.detached_by_mistake(x), bugs.detached_by_mistake_fixed(x)
    assert cut.first == 0.5
    assert cut.loss_after > 2 * whole.loss_after
    assert whole.first != 0.5


def test_a_whole_number_is_as_good_as_a_fraction():
    assert bugs.never_zeroed_fixed(1) == bugs.never_zeroed_fixed(1.0)
    np.testing.assert_array_equal(bugs.backward_twice_fixed(1), bugs.backward_twice_fixed(1.0))
