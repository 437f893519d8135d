"""Every mistake really fails or really does damage; every repair really repairs."""

import math

import numpy as np
import pytest
import torch
from torch import nn

from lib.core.bugs import bugs_of, outdated_of
from lib.core.isolation import attempt
from lib.export import snippets

BUGS = bugs_of("lib.lessons.training.loop")
(THEN,) = outdated_of("lib.lessons.training.loop")


PROGRAMS = [
    *(each for bug in BUGS for each in (bug.broken, bug.fixed)), THEN.then, THEN.now
]  # fmt: skip


def pair(title):
    (bug,) = [bug for bug in BUGS if bug.title.startswith(title)]
    return attempt(bug.broken, {}), attempt(bug.fixed, {})


def same_sine():
    """What the programs begin with: the points, and the network before training."""
    torch.manual_seed(0)
    x = torch.linspace(-3, 3, 60).reshape(60, 1)
    return x, torch.sin(x), nn.Sequential(nn.Linear(1, 8), nn.Tanh(), nn.Linear(8, 1))


# --- errors ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("title", "error", "said", "line"),
    [
        (
            "gradient looked at too late",
            "AttributeError",
            "'NoneType' object has no attribute 'norm'",
            "sizes.append(model[0].weight.grad.norm().item())",
        ),
        (
            "backward from the sum",
            "RuntimeError",
            "Trying to backward through the graph a second time",
            "running_loss.backward()",
        ),
        (
            "trained under no_grad",
            "RuntimeError",
            "element 0 of tensors does not require grad and does not have a grad_fn",
            "loss.backward()",
        ),
    ],
)
def test_the_real_error_on_its_line_and_the_repair(title, error, said, line):
    broken, fixed = pair(title)
    assert broken.error == error
    assert said in broken.message
    (bug,) = [bug for bug in BUGS if bug.title == title]
    shown = snippets.listing(bug.broken)
    assert shown.text.split("\n")[shown.index(broken.line)].strip() == line
    assert fixed.error == ""
    assert fixed.warnings == ()


def test_gradients_can_be_seen_before_they_are_gone():
    sizes = pair("gradient looked at too late")[1].result
    assert len(sizes) == 5
    x, y, model = same_sine()
    hidden = torch.tanh(x @ model[0].weight.T + model[0].bias)  # (60, 8)
    wrong = hidden @ model[2].weight.T + model[2].bias - y  # (60, 1)
    # The chain rule by hand, for the first layer's weights at the first step.
    slope = (2 / 60 * wrong * model[2].weight * (1 - hidden**2) * x).sum(dim=0)  # (8,)
    assert sizes[0] == pytest.approx(slope.norm().item(), rel=1e-4)


def test_zeros_are_there_if_you_ask_for_them():
    weight = torch.ones(2, requires_grad=True)
    optimizer = torch.optim.SGD([weight], lr=0.1)
    weight.sum().backward()
    optimizer.zero_grad(set_to_none=False)
    assert weight.grad.tolist() == [0, 0]
    optimizer.zero_grad()
    assert weight.grad is None


def test_the_sum_of_plain_numbers_falls_and_training_works():
    assert pair("backward from the sum")[1].result < 0.1
    assert pair("trained under no_grad")[1].result < 0.05


# --- silent damage --------------------------------------------------------------------------------


@pytest.mark.parametrize("bug", [bug for bug in BUGS if bug.silent], ids=lambda b: b.title)
def test_silent_means_no_error_and_other_numbers(bug):
    broken, fixed = attempt(bug.broken, {}), attempt(bug.fixed, {})
    assert (broken.error, fixed.error) == ("", "")
    assert broken.result != fixed.result
    assert fixed.warnings == ()
    if "shape" not in bug.title:
        assert broken.warnings == ()


def test_piled_up_gradients_lead_away():
    broken, fixed = pair("no zero_grad")
    assert broken.result.loss_first == fixed.result.loss_first
    assert broken.result.loss_last > 10 * broken.result.loss_first
    assert broken.result.last_gradient > 1000 * fixed.result.last_gradient
    assert fixed.result.loss_last < 0.1 * fixed.result.loss_first


def test_plain_sgd_with_short_steps_may_live_with_it():
    """What is said beside the mistake."""
    ends = {}
    for zero in (True, False):
        x, y, model = same_sine()
        optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
        for _ in range(100):
            loss = nn.functional.mse_loss(model(x), y)
            if zero:
                optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        ends[zero] = loss.item()
    assert ends[False] < 1.1 * ends[True]


@pytest.mark.parametrize(
    ("title", "has_gradient"),
    [("no step", True), ("no backward", False), ("zeroed too late", False)],
)
def test_nothing_moves_unless_backward_and_step_follow_each_other(title, has_gradient):
    broken, fixed = pair(title)
    assert broken.result.loss_last == broken.result.loss_first
    assert not broken.result.weights_moved
    assert broken.result.has_gradient is has_gradient
    assert fixed.result.weights_moved
    assert fixed.result.loss_last < 0.5 * fixed.result.loss_first
    x, y, model = same_sine()
    first = ((model(x) - y) ** 2).mean().item()
    assert broken.result.loss_first == pytest.approx(first, rel=1e-5)


def test_targets_of_another_shape_teach_the_mean():
    broken, fixed = pair("targets of another shape")
    assert "target size (torch.Size([60])) that is different" in broken.warnings[0]
    sine = np.sin(np.linspace(-3, 3, 60))
    # The best constant answer is the mean, and its loss is the variance of the targets.
    assert broken.result.mean_squared_error == pytest.approx(sine.var(), rel=0.01)
    assert broken.result.outputs_to - broken.result.outputs_from < 0.1
    assert abs(broken.result.outputs_to - sine.mean()) < 0.05
    assert fixed.result.mean_squared_error < 0.01
    assert fixed.result.outputs_to == pytest.approx(1, abs=0.1)


def test_dropout_while_measuring_gives_two_losses():
    broken, fixed = pair("eval forgotten")
    assert broken.result.first != broken.result.second
    assert fixed.result.first == fixed.result.second
    assert fixed.result.first < min(broken.result)


def test_the_notes_average_counts_one_point_as_much_as_sixteen():
    broken, fixed = pair("the notes' average")
    torch.manual_seed(0)
    x = np.linspace(-3, 3, 33, dtype=np.float32)
    model = nn.Sequential(nn.Linear(1, 8), nn.Tanh(), nn.Linear(8, 1))
    with torch.no_grad():
        wrong = (model(torch.from_numpy(x)[:, None])[:, 0].numpy() - np.sin(x)) ** 2
    parts = [wrong[:16].mean(), wrong[16:32].mean(), wrong[32:].mean()]
    assert broken.result.reported == pytest.approx(np.mean(parts), rel=1e-4)
    assert broken.result.true == pytest.approx(wrong.mean(), rel=1e-4)
    assert abs(broken.result.reported / broken.result.true - 1) > 0.2
    assert fixed.result.reported == pytest.approx(fixed.result.true, rel=1e-5)


def test_a_sum_of_losses_holds_the_graph_of_every_step():
    broken, fixed = pair("running loss that remembers")
    assert (broken.result.graphs_held, fixed.result.graphs_held) == (100, 0)
    assert broken.result.mean_loss == pytest.approx(fixed.result.mean_loss)


def test_three_small_batches_give_three_times_the_gradient_of_all_points():
    broken, fixed = pair("accumulation not divided")
    x, y, model = same_sine()
    nn.functional.mse_loss(model(x), y).backward()
    whole = model[0].weight.grad.norm().item()
    assert fixed.result.first_gradient == pytest.approx(whole, rel=1e-4)
    assert broken.result.first_gradient == pytest.approx(3 * whole, rel=1e-4)
    assert fixed.result.loss_last < broken.result.loss_last


def test_what_is_clipped_after_the_step_does_not_shorten_it():
    broken, fixed = pair("clipped too late")
    assert fixed.result.longest_step == pytest.approx(0.2, rel=1e-4)  # the rate times 1
    assert broken.result.longest_step > 5 * 0.2
    assert fixed.result.loss_last < broken.result.loss_last


# --- then and now ---------------------------------------------------------------------------------


def test_the_notes_five_steps_end_higher_than_they_began():
    then, now = attempt(THEN.then, {}), attempt(THEN.now, {})
    assert (then.error, then.warnings) == ("", ())
    assert then.result.loss_at_1 == now.result.loss_at_1
    assert then.result.loss_at_1 == pytest.approx(math.log(2), abs=0.1)  # as good as guessing
    assert then.result.loss_at_100 > then.result.loss_at_1
    assert then.result.accuracy < 0.7
    assert now.result.loss_at_100 < 0.1
    assert now.result.accuracy == 1.0


def test_one_line_is_the_only_difference():
    def lines(function):
        text = snippets.listing(function).text.split("\n")[2:]
        return [line for line in text if not line.strip().startswith("#")]

    then, now = lines(THEN.then), lines(THEN.now)
    assert [line for line in now if line not in then] == ["        optimizer.zero_grad()"]
    assert [line for line in then if line not in now] == []


# --- all of them ----------------------------------------------------------------------------------


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda each: each.__name__)
def test_a_program_gives_the_same_again(program):
    assert attempt(program, {}) == attempt(program, {})


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda each: each.__name__)
def test_a_program_is_short_enough_to_stand_beside_its_repair(program):
    lines = snippets.listing(program, helpers=True).text.split("\n")
    assert len(lines) <= 32
    assert max(map(len, lines)) <= 95
