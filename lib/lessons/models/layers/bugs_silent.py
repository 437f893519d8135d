"""Mistakes with layers that raise no error: what they cost, in numbers."""

from typing import NamedTuple

import torch
from torch import nn

from lib.core.bugs import fixes
from lib.core.rules import Between, checked

BATCHES = Between(2, 8)


# --- softmax before CrossEntropyLoss --------------------------------------------------------------


class Pushed(NamedTuple):
    """A confident mistake: its loss, and how hard the gradient pushes the scores.

    Attributes:
        loss: the loss.
        gradient: what backward leaves at the three scores.
        push: its length.
    """

    loss: float
    gradient: list[float]
    push: float


@checked(score=Between(1, 8))
def softmax_twice(score: int = 5) -> Pushed:
    """Give shares to a loss that takes scores."""
    scores = torch.tensor([[float(score), 0.0, 0.0]], requires_grad=True)  # (1, 3)
    label = torch.tensor([1])  # (1,) class 1 is right, class 0 has the highest score
    shares = scores.softmax(dim=1)  # (1, 3)
    loss = nn.CrossEntropyLoss()(shares, label)
    loss.backward()
    push = scores.grad[0]  # type: ignore[index]
    return Pushed(loss.item(), push.tolist(), push.norm().item())


@fixes(
    softmax_twice,
    "softmax twice (silent)",
    "No error: `CrossEntropyLoss` applies softmax itself. With yours before it, the loss of this "
    "confident mistake hardly rises, and the push that should correct it shrinks.",
)
@checked(score=Between(1, 8))
def softmax_twice_fixed(score: int = 5) -> Pushed:
    """Give it the scores themselves."""
    scores = torch.tensor([[float(score), 0.0, 0.0]], requires_grad=True)  # (1, 3)
    label = torch.tensor([1])  # (1,) class 1 is right, class 0 has the highest score
    loss = nn.CrossEntropyLoss()(scores, label)
    loss.backward()
    push = scores.grad[0]  # type: ignore[index]
    return Pushed(loss.item(), push.tolist(), push.norm().item())


# --- batch_first forgotten ------------------------------------------------------------------------


class Apart(NamedTuple):
    """Two batches that differ in their first sequence only.

    Attributes:
        shape: the shape of the output.
        first_changed: by how much the output for the first sequence changed at most.
        second_changed: by how much the output for the second one did, which stayed the same.
    """

    shape: tuple[int, ...]
    first_changed: float
    second_changed: float


@checked(steps=BATCHES)
def batch_second(steps: int = 5) -> Apart:
    """Give batches to an LSTM that takes the first axis for the steps."""
    torch.manual_seed(0)
    x = torch.randn(2, steps, 3)  # (batch, steps, features)
    other = x.clone()  # (batch, steps, features)
    other[0] += 1
    lstm = nn.LSTM(input_size=3, hidden_size=4)
    before, after = lstm(x)[0], lstm(other)[0]  # (batch, steps, 4)
    changed = (before - after).abs().amax(dim=(1, 2))  # (batch,)
    return Apart(tuple(before.shape), changed[0].item(), changed[1].item())


@fixes(
    batch_second,
    "batch_first forgotten (silent)",
    "No error, and the same shape: the two sequences were read as two steps of one sequence, so "
    "what is in the first leaks into the second.",
)
@checked(steps=BATCHES)
def batch_second_fixed(steps: int = 5) -> Apart:
    """Say that the batch comes first."""
    torch.manual_seed(0)
    x = torch.randn(2, steps, 3)  # (batch, steps, features)
    other = x.clone()  # (batch, steps, features)
    other[0] += 1
    lstm = nn.LSTM(input_size=3, hidden_size=4, batch_first=True)
    before, after = lstm(x)[0], lstm(other)[0]  # (batch, steps, 4)
    changed = (before - after).abs().amax(dim=(1, 2))  # (batch,)
    return Apart(tuple(before.shape), changed[0].item(), changed[1].item())


# --- Dropout left on ------------------------------------------------------------------------------


class Answers(NamedTuple):
    """What a network says of one input when asked again and again.

    Attributes:
        first: its first three answers.
        spread: how far 200 answers spread.
    """

    first: list[float]
    spread: float


@checked(features=BATCHES)
def dropout_left_on(features: int = 8) -> Answers:
    """Ask a network that is still in training mode."""
    torch.manual_seed(0)
    net = nn.Sequential(nn.Linear(features, 16), nn.ReLU(), nn.Dropout(p=0.4), nn.Linear(16, 1))
    x = torch.ones(1, features)  # (1, features)
    with torch.no_grad():
        answers = torch.cat([net(x) for _ in range(200)])  # 200 times (1, 1) -> (200, 1)
    return Answers(answers[:3, 0].tolist(), answers.std().item())


@fixes(
    dropout_left_on,
    "Dropout left on (silent)",
    "No error: while training, dropout draws anew on every call. `eval()` stops that.",
)
@checked(features=BATCHES)
def dropout_left_on_fixed(features: int = 8) -> Answers:
    """Call eval() first."""
    torch.manual_seed(0)
    net = nn.Sequential(nn.Linear(features, 16), nn.ReLU(), nn.Dropout(p=0.4), nn.Linear(16, 1))
    net.eval()
    x = torch.ones(1, features)  # (1, features)
    with torch.no_grad():
        answers = torch.cat([net(x) for _ in range(200)])  # 200 times (1, 1) -> (200, 1)
    return Answers(answers[:3, 0].tolist(), answers.std().item())
