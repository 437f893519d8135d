import numpy as np
import pytest
import torch
from torch import nn

from lib.core.bugs import bugs_of
from lib.core.isolation import attempt, call_alone
from lib.lessons.models.layers import bugs as wrong
from tests.lib.core.test_bugs import check_loud, check_titles, pair

BUGS = bugs_of("lib.lessons.models.layers")


SAYS = {
    "channels_do_not_match": ("RuntimeError", "to have 1 channels, but got 3", "conv(images)"),
    "kernel_too_large": ("RuntimeError", "can't be greater than actual input", "kernel_size=5"),
    "index_out_of_range": ("IndexError", "index out of range", "embeds(indices)"),
    "float_labels": ("RuntimeError", "to be Long or Byte, but got Float", "CrossEntropyLoss()"),
    "loss_class_called": ("RuntimeError", "Boolean value of Tensor", "CrossEntropyLoss(logits"),
    "bce_of_logits": ("RuntimeError", "input should be between 0 and 1", "nn.BCELoss()("),
    "column_and_row": (
        "ValueError",
        "Target size (torch.Size([4])) must be the same as input size (torch.Size([4, 1]))",
        "BCEWithLogitsLoss()(",
    ),
    "lstm_tuple": ("AttributeError", "'tuple' object has no attribute 'shape'", "y.shape"),
    "state_not_detached": (
        "RuntimeError",
        "backward through the graph a second time",
        "loss.backward()",
    ),
}
SILENT = {"softmax_twice", "sigmoid_twice", "batch_second", "dropout_left_on"}


def both(name):
    found = [attempt(function, {}) for function in pair(BUGS, name)]
    assert [(each.error, each.warnings) for each in found] == [("", ())] * 2
    return [each.result for each in found]


def test_every_bug_is_tested_and_says_if_it_is_silent():
    check_titles(BUGS, SAYS, SILENT)


@pytest.mark.parametrize("name", SAYS)
def test_a_loud_bug_raises_on_its_line_and_the_repair_does_not(name):
    check_loud(BUGS, name, *SAYS[name])


def test_the_repairs_give_the_shapes_and_the_loss_they_should():
    assert wrong.channels_do_not_match_fixed(3) == (3, 8, 26, 26)
    assert wrong.kernel_too_large_fixed(3) == (3, 8, 1, 1)
    assert call_alone(wrong.index_out_of_range_fixed, {"words": 3}) == (3, 5)
    assert wrong.float_labels_fixed(3) == pytest.approx(np.log(3))
    assert wrong.loss_class_called_fixed(3) == pytest.approx(np.log(3))
    logits = np.linspace(-2, 2, 3)
    assert wrong.bce_of_logits_fixed(3) == pytest.approx(np.log(1 + np.exp(-logits)).mean())
    assert call_alone(wrong.column_and_row_fixed, {}) > 0
    assert call_alone(wrong.lstm_tuple_fixed, {"steps": 3}) == (2, 3, 4)
    assert len(call_alone(wrong.state_not_detached_fixed, {"chunks": 3})) == 3


@pytest.mark.parametrize("logit", [1, 5, 8])
def test_a_sure_and_right_no_costs_as_much_as_a_guess_after_two_sigmoids(logit):
    broken, fixed = (
        call_alone(function, {"logit": logit}) for function in pair(BUGS, "sigmoid_twice")
    )
    probability = 1 / (1 + np.exp(logit))
    assert fixed == pytest.approx(-np.log(1 - probability), abs=1e-6)
    assert broken == pytest.approx(np.log(1 + np.exp(probability)), rel=1e-4)
    assert fixed < 0.32 < np.log(2) < broken


def test_a_squared_error_of_a_column_and_a_row_only_warns():
    column, row = torch.tensor([[1.0], [3.0]]), torch.tensor([1.0, 3.0])
    with pytest.warns(UserWarning, match="different to the input size"):
        loss = nn.MSELoss()(column, row)
    assert loss.item() == np.mean([0, 4, 4, 0])  # every prediction with every label


@pytest.mark.parametrize("logit", [1, 5, 8])
def test_softmax_twice_shrinks_the_gradient(logit):
    broken, fixed = (
        call_alone(function, {"logit": logit}) for function in pair(BUGS, "softmax_twice")
    )
    probabilities = np.exp([logit, 0, 0]) / np.exp([logit, 0, 0]).sum()
    np.testing.assert_allclose(fixed.gradient, probabilities - [0, 1, 0], atol=1e-6)
    twice = np.exp(probabilities) / np.exp(probabilities).sum() - [0, 1, 0]
    by_hand = (np.diag(probabilities) - np.outer(probabilities, probabilities)) @ twice
    np.testing.assert_allclose(broken.gradient, by_hand, atol=1e-6)
    assert broken.push == pytest.approx(np.linalg.norm(by_hand), abs=1e-6)
    assert broken.push < fixed.push / (2 if logit == 1 else 50)


def test_without_batch_first_one_sequence_leaks_into_the_next():
    broken, fixed = both("batch_second")
    assert broken.shape == fixed.shape
    assert broken.second_changed > 0.01
    assert fixed.second_changed == 0
    assert fixed.first_changed > 0.01


def test_dropout_left_on_answers_differently_each_time():
    broken, fixed = both("dropout_left_on")
    assert broken.range > 0.01
    assert len(set(broken.first)) == 3
    assert (len(set(fixed.first)), fixed.range) == (1, 0)


def test_then_a_view_fails_and_now_a_layer_copies():
    then, now = wrong.flat_by_view(2), wrong.flat_by_layer(2)
    assert "view size is not compatible" in then.message
    assert now.shape == (2, 3 * 28 * 28)
    assert now.message.startswith("Flatten")


@pytest.mark.parametrize("function", [f for bug in BUGS for f in (bug.broken, bug.fixed)])
def test_the_small_programs_refuse_bad_sizes(function):
    with pytest.raises(ValueError, match=r"=9 is out of range: [12] to 8"):
        function(9)
