"""A network of neurons that only output −1 or 1, and a gradient that lets it learn all the same.

Source: https://arxiv.org/abs/1308.3432 (Bengio and others, on straight-through estimators)
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import torch

from lib.core.rules import Between, OneOf, checked

Surrogate = Callable[[torch.Tensor, float], torch.Tensor]


def true_slope(x: torch.Tensor, width: float) -> torch.Tensor:
    """Return the slope that sign really has: 0."""
    return torch.zeros_like(x)


def straight_through(x: torch.Tensor, width: float) -> torch.Tensor:
    """Return 1 everywhere, as if sign were the identity."""
    return torch.ones_like(x)


def clipped(x: torch.Tensor, width: float) -> torch.Tensor:
    """Return 1 near the step, 0 farther away than ``width``."""
    return (x.abs() <= width).to(x.dtype)


def bump(x: torch.Tensor, width: float) -> torch.Tensor:
    """Return the slope of tanh: 1 at the step, fading away on the scale of ``width``."""
    return 1 - torch.tanh(x / width) ** 2


class Sign(torch.autograd.Function):
    """The sign of x, with a slope of your choice in the backward pass."""

    @staticmethod
    def forward(ctx: Any, x: torch.Tensor, surrogate: Surrogate, width: float) -> torch.Tensor:
        """Return −1 or 1, and save what backward needs."""
        ctx.save_for_backward(x)
        ctx.surrogate, ctx.width = surrogate, width
        return torch.sign(x)

    @staticmethod
    def backward(ctx: Any, grad_output: torch.Tensor) -> tuple[torch.Tensor, None, None]:
        """Multiply by the chosen slope instead of the true one."""
        (x,) = ctx.saved_tensors
        return grad_output * ctx.surrogate(x, ctx.width), None, None


class SignNet(torch.nn.Module):
    """Two numbers in, eight neurons that output −1 or 1, one number out."""

    def __init__(self, surrogate: Surrogate, width: float) -> None:
        super().__init__()
        self.surrogate, self.width = surrogate, width
        self.hidden = torch.nn.Linear(2, 8)
        self.out = torch.nn.Linear(8, 1)

    def forward(self, points: torch.Tensor) -> torch.Tensor:
        """Return a positive number for inside, a negative one for outside."""
        signs = Sign.apply(self.hidden(points), self.surrogate, self.width)  # (n, 2) -> (n, 8)
        return self.out(signs).squeeze(1)  # (n, 8) -> (n, 1) -> (n,)


def disk(count: int, seed: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Return points of a square, and whether each lies in the disk in its middle."""
    random = torch.Generator().manual_seed(seed)
    points = torch.rand(count, 2, generator=random) * 2 - 1  # (count, 2)
    return points, (points.square().sum(dim=1) < 0.5).float()  # (count, 2) -> (count,)


SURROGATES: dict[str, Surrogate] = {
    each.__name__: each for each in (true_slope, straight_through, clipped, bump)
}
WITH_WIDTH = (clipped, bump)  # those that ask how far from its step a neuron still learns
WIDTH, SEED = Between(0.25, 4.0), Between(0, 9)


class Learned(NamedTuple):
    """What the network has learned after 200 steps.

    Attributes:
        accuracy: on 2000 points it was not trained on.
        moved: how far the weights of the sign neurons have moved in all.
        losses: the loss before each step, (200,).
        predicted: where it predicts inside (1) or outside (0), bottom row first, (41, 41).
        points: the 200 points it was trained on, (200, 2).
        inside: whether each of them lies in the disk, (200,).
    """

    accuracy: float
    moved: float
    losses: np.ndarray
    predicted: np.ndarray
    points: np.ndarray
    inside: np.ndarray


@checked(surrogate=OneOf(*SURROGATES.values()), width=WIDTH, seed=SEED)
def learn_with_sign(
    surrogate: Surrogate = true_slope, width: float = 2.0, seed: int = 0
) -> Learned:
    """Train eight sign neurons to tell a disk from what is around it.

    Args:
        surrogate: the slope that backward uses for sign, one of ``SURROGATES``.
        width: how far from its step a neuron still learns, for those of ``WITH_WIDTH``.
        seed: where the weights begin.
    """
    torch.manual_seed(seed)
    model = SignNet(surrogate, width)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.03)
    points, inside = disk(200, seed=0)  # (200, 2), (200,)
    before = model.hidden.weight.detach().clone()  # (8, 2)

    losses = []
    for _ in range(200):
        loss = torch.nn.functional.binary_cross_entropy_with_logits(model(points), inside)  # ()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())

    unseen, truth = disk(2000, seed=1)  # (2000, 2), (2000,)
    side = torch.linspace(-1, 1, 41)  # (41,)
    places = torch.cartesian_prod(side, side).flip(1)  # (1681, 2), x runs first
    with torch.no_grad():
        correct = (model(unseen) > 0) == (truth > 0)  # (2000,)
        predicted = (model(places) > 0).reshape(41, 41)  # (1681,) -> (41, 41)
        moved = (model.hidden.weight - before).abs().sum()  # (8, 2) -> ()
    return Learned(
        accuracy=correct.float().mean().item(),
        moved=moved.item(),
        losses=np.array(losses),
        predicted=predicted.byte().numpy(),
        points=points.numpy(),
        inside=inside.numpy().astype(bool),
    )
