import numpy as np
import pytest

from lib.core.bugs import bugs_of
from lib.core.isolation import attempt, call_alone
from tests.lib.core.test_bugs import check_loud, check_titles, pair

BUGS = bugs_of("lib.lessons.models.build")


SAYS = {
    "in_features_wrong": ("RuntimeError", "(4x1568 and 784x10)", "return tuple(model("),
    "super_forgotten": ("AttributeError", "before Module.__init__() call", "self.linear1 ="),
    "layer_in_forward": ("ValueError", "empty parameter list", "optim.SGD("),
    "class_for_layer": ("TypeError", "must be Tensor, not ReLU", "last(x)"),
    "forward_missing": ("NotImplementedError", 'required "forward" function', "Net()("),
    "batch_swallowed": ("RuntimeError", "3136", "linear(x)"),
}
SILENT = {"plain_list", "used_twice", "no_activation", "zero_weights"}


def test_every_bug_is_tested_and_says_if_it_is_silent():
    check_titles(BUGS, SAYS, SILENT)


@pytest.mark.parametrize("name", SAYS)
def test_a_loud_bug_raises_on_its_line_and_the_repair_does_not(name):
    check_loud(BUGS, name, *SAYS[name])
    assert call_alone(pair(BUGS, name)[1], {}) == (4, 10)


@pytest.mark.parametrize("name", sorted(SILENT))
def test_a_silent_bug_says_nothing(name):
    for function in pair(BUGS, name):
        found = attempt(function, {})
        assert (found.error, found.warnings) == ("", ())


def test_layers_in_a_list_are_not_found_and_not_trained():
    broken, fixed = (call_alone(f, {}) for f in pair(BUGS, "plain_list"))
    assert (broken.parameters, fixed.parameters) == (8 + 1, 2 * (64 + 8) + 8 + 1)
    assert broken.hidden_moved == 0
    assert fixed.hidden_moved > 0
    assert min(broken.last_moved, fixed.last_moved) > 0


def test_a_layer_used_twice_has_one_set_of_weights():
    broken, fixed = (call_alone(f, {}) for f in pair(BUGS, "used_twice"))
    assert (broken.parameters, broken.same_weights) == (72 + 9, True)
    assert (fixed.parameters, fixed.same_weights) == (2 * 72 + 9, False)


@pytest.mark.parametrize("name", ["no_activation", "zero_weights"])
def test_xor_is_learned_only_by_the_repair(name):
    """All four cases get the same answer, a guess: log 2 is the least that a line can reach."""
    broken, fixed = (call_alone(f, {}) for f in pair(BUGS, name))
    assert broken.yes == [0.5] * 4
    assert broken.loss == pytest.approx(np.log(2), abs=1e-5)
    np.testing.assert_allclose(fixed.yes, [0, 1, 1, 0], atol=0.05)
    assert fixed.loss < 0.05
