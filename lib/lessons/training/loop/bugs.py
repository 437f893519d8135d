"""What goes wrong in a training loop, and what the notes leave out of it."""

from typing import NamedTuple

import torch
from torch import nn

from lib.core.bugs import Bug, Then
from lib.core.i18n import mark
from lib.lessons.training.loop.bugs_measure import (
    eval_forgotten,
    eval_forgotten_fixed,
    flat_targets,
    flat_targets_fixed,
    mean_of_means,
    mean_of_means_fixed,
    running_loss_backward,
    running_loss_backward_fixed,
    trained_under_no_grad,
    trained_under_no_grad_fixed,
)
from lib.lessons.training.loop.bugs_steps import (
    gradient_after_zero_grad,
    gradient_after_zero_grad_fixed,
    no_backward,
    no_backward_fixed,
    no_step,
    no_step_fixed,
    no_zero_grad,
    no_zero_grad_fixed,
    zeroed_too_late,
    zeroed_too_late_fixed,
)


class Steps(NamedTuple):
    """The loss at some steps, which should fall, and the part of the points it gets right."""

    loss_at_1: float
    loss_at_25: float
    loss_at_50: float
    loss_at_100: float
    accuracy: float


def notes_five_steps() -> Steps:
    """Tell points inside a circle from those outside, with the notes' five steps."""
    torch.manual_seed(0)
    # 1. The inputs and the labels.
    inputs = torch.rand(200, 2) * 2 - 1  # (200, 2)
    labels = (inputs.norm(dim=1) < 0.75).long()  # (200,)
    net = nn.Sequential(nn.Linear(2, 16), nn.Tanh(), nn.Linear(16, 2))
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(net.parameters(), lr=0.05)
    losses = []
    for _ in range(100):
        # 2. The inputs go forward through the network.
        outputs = net(inputs)  # (200, 2)
        # 3. How far off the outputs are.
        loss = criterion(outputs, labels)  # ()
        # 4. The gradients go back to the weights.
        loss.backward()
        # 5. The weights are changed.
        optimizer.step()
        losses.append(loss.item())
    right = (net(inputs).argmax(dim=1) == labels).float().mean()  # ()
    return Steps(losses[0], losses[24], losses[49], losses[99], right.item())


def steps_with_zero_grad() -> Steps:
    """Do the same, and forget the old gradients first."""
    torch.manual_seed(0)
    # 1. The inputs and the labels.
    inputs = torch.rand(200, 2) * 2 - 1  # (200, 2)
    labels = (inputs.norm(dim=1) < 0.75).long()  # (200,)
    net = nn.Sequential(nn.Linear(2, 16), nn.Tanh(), nn.Linear(16, 2))
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(net.parameters(), lr=0.05)
    losses = []
    for _ in range(100):
        # 2. The inputs go forward through the network.
        outputs = net(inputs)  # (200, 2)
        # 3. How far off the outputs are.
        loss = criterion(outputs, labels)  # ()
        # 4. The gradients go back to the weights, from which the old ones are gone.
        optimizer.zero_grad()
        loss.backward()
        # 5. The weights are changed.
        optimizer.step()
        losses.append(loss.item())
    right = (net(inputs).argmax(dim=1) == labels).float().mean()  # ()
    return Steps(losses[0], losses[24], losses[49], losses[99], right.item())


BUGS = (
    Bug(
        mark("no zero_grad (silent)"),
        no_zero_grad,
        no_zero_grad_fixed,
        mark(
            "No error: backward() adds to the gradients that are there, so each step follows the "
            "sum of all so far. Plain SGD with short steps may live with that for a while; Adam, "
            "as here, does not."
        ),
    ),
    Bug(
        mark("no step (silent)"),
        no_step,
        no_step_fixed,
        mark("No error: the gradients are there, but only `step()` changes weights."),
    ),
    Bug(
        mark("no backward (silent)"),
        no_backward,
        no_backward_fixed,
        mark("No error: `step()` passes over every weight whose `grad` is None."),
    ),
    Bug(
        mark("zeroed too late (silent)"),
        zeroed_too_late,
        zeroed_too_late_fixed,
        mark(
            "No error: between backward() and step() the gradients are needed. Before backward() "
            "or after step() is the place for `zero_grad()`."
        ),
    ),
    Bug(
        mark("gradient looked at too late"),
        gradient_after_zero_grad,
        gradient_after_zero_grad_fixed,
        mark(
            "Since PyTorch 2.0, `zero_grad()` sets `grad` to None; before, it filled it with "
            "zeros. Look at a gradient before it is gone."
        ),
    ),
    Bug(
        mark("targets of another shape (silent)"),
        flat_targets,
        flat_targets_fixed,
        mark(
            "Only a warning: (60, 1) against (60,) is broadcast to (60, 60), so every output is "
            "compared with every target. The best answer to that is their mean, everywhere."
        ),
    ),
    Bug(
        mark("eval forgotten (silent)"),
        eval_forgotten,
        eval_forgotten_fixed,
        mark(
            "No error: dropout goes on dropping while you measure, so one network on the same "
            "points has another loss each time, here a higher one than it deserves."
        ),
    ),
    Bug(
        mark("the notes' average (silent)"),
        mean_of_means,
        mean_of_means_fixed,
        mark(
            "No error: `valid_loss / len(valid_dl)` gives the one point of the last batch as much "
            "weight as sixteen others. Weigh each batch by its size."
        ),
    ),
    Bug(
        mark("backward from the sum"),
        running_loss_backward,
        running_loss_backward_fixed,
        mark(
            "The sum still holds the graphs of the steps before, and they can be walked only "
            "once. `loss.item()` is a plain number without a graph."
        ),
    ),
    Bug(
        mark("trained under no_grad"),
        trained_under_no_grad,
        trained_under_no_grad_fixed,
        mark("Under `torch.no_grad()` nothing is recorded, so there is no way back."),
    ),
)

THEN = Then(
    mark(
        "The notes name five steps: the data, `net(inputs)`, `criterion(outputs, labels)`, "
        "`loss.backward()`, `optimizer.step()`. Nothing zeroes the gradients."
    ),
    notes_five_steps,
    steps_with_zero_grad,
    mark(
        "With exactly these five the loss ends higher than it began. One more line, "
        "`optimizer.zero_grad()`, and the same network gets every point right. The notes' full "
        "program, further down, does have it."
    ),
)
