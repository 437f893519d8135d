"""What goes wrong in a training loop, and what the notes leave out of it."""

from typing import NamedTuple

import torch
from torch import nn

from lib.core.bugs import replaces


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


@replaces(
    notes_five_steps,
    "The notes name five steps: the data, `net(inputs)`, `criterion(outputs, labels)`, "
    "`loss.backward()`, `optimizer.step()`. Nothing zeroes the gradients.",
    "With exactly these five the loss ends higher than it began. One more line, "
    "`optimizer.zero_grad()`, and the same network gets every point right. The notes' full "
    "program, further down, does have it.",
)
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
