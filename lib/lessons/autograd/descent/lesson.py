"""Walk downhill: the optimizers of ``torch.optim`` on one landscape.

Source: https://docs.pytorch.org/docs/stable/optim.html
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import torch

from lib.core.rules import Between, OneOf, checked

Weights = list[torch.Tensor]
Optimizer = torch.optim.Optimizer
Scheduler = torch.optim.lr_scheduler.LRScheduler


class Walk(NamedTuple):
    """One walk.

    Attributes:
        path: where w was at the start and after every step, (steps + 1, 2).
        losses: how high each of these places is, (steps + 1,).
        learning_rates: that of every step, (steps,).
    """

    path: np.ndarray
    losses: np.ndarray
    learning_rates: np.ndarray


# --- landscapes: from a place (2,) to its height (); the lowest place has height 0 ----------------


def bowl(w: torch.Tensor) -> torch.Tensor:
    """Equally steep on all sides."""
    x, y = w.unbind()  # (2,) -> (), ()
    return x**2 + y**2


def ravine(w: torch.Tensor) -> torch.Tensor:
    """Twenty times as curved across as along."""
    x, y = w.unbind()  # (2,) -> (), ()
    return x**2 / 2 + 10 * y**2


def saddle(w: torch.Tensor) -> torch.Tensor:
    """Two valleys, at (0, 1) and (0, -1), with a saddle point at (0, 0) between them."""
    x, y = w.unbind()  # (2,) -> (), ()
    return x**2 + (y**2 - 1) ** 2


def rosenbrock(w: torch.Tensor) -> torch.Tensor:
    """A bent valley with steep sides, lowest at (1, 1)."""
    x, y = w.unbind()  # (2,) -> (), ()
    return (1 - x) ** 2 + 100 * (y - x**2) ** 2


def himmelblau(w: torch.Tensor) -> torch.Tensor:
    """Four places that are equally low, one of them at (3, 2)."""
    x, y = w.unbind()  # (2,) -> (), ()
    return (x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2


# --- optimizers: each takes of the settings what it knows -----------------------------------------


def sgd(weights: Weights, lr: float, momentum: float, beta1: float, beta2: float) -> Optimizer:
    """Step straight down the slope."""
    return torch.optim.SGD(weights, lr=lr)


def heavy_ball(
    weights: Weights, lr: float, momentum: float, beta1: float, beta2: float
) -> Optimizer:
    """Keep rolling: each step adds to a part of the one before."""
    return torch.optim.SGD(weights, lr=lr, momentum=momentum)


def nesterov(weights: Weights, lr: float, momentum: float, beta1: float, beta2: float) -> Optimizer:
    """Keep rolling, but look ahead."""
    # PyTorch wants a momentum above 0 here.
    return torch.optim.SGD(weights, lr=lr, momentum=momentum, nesterov=momentum > 0)


def adagrad(weights: Weights, lr: float, momentum: float, beta1: float, beta2: float) -> Optimizer:
    """Divide by the root of the sum of all squared slopes so far."""
    return torch.optim.Adagrad(weights, lr=lr)


def rmsprop(weights: Weights, lr: float, momentum: float, beta1: float, beta2: float) -> Optimizer:
    """Divide by the root of a running mean of squared slopes."""
    return torch.optim.RMSprop(weights, lr=lr)


def adam(weights: Weights, lr: float, momentum: float, beta1: float, beta2: float) -> Optimizer:
    """Divide a running mean of slopes by the root of a running mean of their squares."""
    return torch.optim.Adam(weights, lr=lr, betas=(beta1, beta2))


def adamw(weights: Weights, lr: float, momentum: float, beta1: float, beta2: float) -> Optimizer:
    """Do as Adam does, and pull every weight a little toward 0."""
    return torch.optim.AdamW(weights, lr=lr, betas=(beta1, beta2))


def lbfgs(weights: Weights, lr: float, momentum: float, beta1: float, beta2: float) -> Optimizer:
    """Estimate the curvature from the slopes met so far."""
    # One loss a step, as for the others; by default it evaluates up to 25.
    return torch.optim.LBFGS(weights, lr=lr, max_iter=1)


# --- schedules: how the learning rate changes over the steps --------------------------------------


def constant(optimizer: Optimizer, steps: int) -> Scheduler:
    """Leave it as it is."""
    return torch.optim.lr_scheduler.ConstantLR(optimizer, factor=1.0)


def stairs(optimizer: Optimizer, steps: int) -> Scheduler:
    """Take three tenths of it after each third of the way."""
    return torch.optim.lr_scheduler.StepLR(optimizer, step_size=max(1, steps // 3), gamma=0.3)


def cosine(optimizer: Optimizer, steps: int) -> Scheduler:
    """Let it glide down to 0 along half a cosine."""
    return torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=steps)


# --- what there is to choose from -----------------------------------------------------------------

Surface = Callable[[torch.Tensor], torch.Tensor]
Method = Callable[[Weights, float, float, float, float], Optimizer]
Schedule = Callable[[Optimizer, int], Scheduler]

SURFACES: dict[str, Surface] = {
    "bowl": bowl,
    "ravine": ravine,
    "saddle": saddle,
    "Rosenbrock": rosenbrock,
    "Himmelblau": himmelblau,
}
OPTIMIZERS: dict[str, Method] = {
    "SGD": sgd,
    "momentum": heavy_ball,
    "Nesterov": nesterov,
    "Adagrad": adagrad,
    "RMSprop": rmsprop,
    "Adam": adam,
    "AdamW": adamw,
    "LBFGS": lbfgs,
}
SCHEDULES: dict[str, Schedule] = {"constant": constant, "step": stairs, "cosine": cosine}

# Eight to each power of ten: 0.0001, 0.00011 and so on up to 2.
LEARNING_RATES = tuple(
    float(f"{digits}e{power}")
    for power in range(-4, 1)
    for digits in ("1", "1.1", "1.5", "2", "3", "5", "7", "9")
    if float(f"{digits}e{power}") <= 2
)
BETA2S = (0.5, 0.9, 0.95, 0.99, 0.999)

SURFACE, SCHEDULE = OneOf(*SURFACES.values()), OneOf(*SCHEDULES.values())
LEARNING_RATE = OneOf(*LEARNING_RATES)
MOMENTUM, BETA1, BETA2 = Between(0.0, 0.99), Between(0.0, 0.99), OneOf(*BETA2S)
STEPS, START = Between(10, 300), Between(-3.0, 3.0)
BY_CLOSURE = (lbfgs,)  # these ask for the slope themselves


# --- the lesson -----------------------------------------------------------------------------------


@checked(
    method=OneOf(*(each for each in OPTIMIZERS.values() if each not in BY_CLOSURE)),
    surface=SURFACE,
    lr=LEARNING_RATE,
    schedule=SCHEDULE,
    steps=STEPS,
    start_x=START,
    start_y=START,
    momentum=MOMENTUM,
    beta1=BETA1,
    beta2=BETA2,
)
def descend(
    method: Method = sgd,
    surface: Surface = bowl,
    lr: float = 0.1,
    schedule: Schedule = constant,
    steps: int = 100,
    *,
    start_x: float = -1.5,
    start_y: float = 2.0,
    momentum: float = 0.9,
    beta1: float = 0.9,
    beta2: float = 0.999,
) -> Walk:
    """Walk downhill with an optimizer of torch.optim.

    Args:
        method: which optimizer to make, one of ``OPTIMIZERS`` except LBFGS.
        surface: one of ``SURFACES``.
        lr: the learning rate to begin with, one of ``LEARNING_RATES``.
        schedule: one of ``SCHEDULES``.
        steps: how many steps to take.
        start_x: where to begin, the first of two weights.
        start_y: the second.
        momentum: for momentum and Nesterov.
        beta1: for Adam and AdamW: how long the mean of slopes remembers.
        beta2: for Adam and AdamW: how long the mean of their squares remembers.

    Source: https://docs.pytorch.org/docs/stable/optim.html
    """
    w = torch.tensor([start_x, start_y], dtype=torch.float32, requires_grad=True)  # (2,)
    optimizer = method([w], lr, momentum, beta1, beta2)
    scheduler = schedule(optimizer, steps)
    path, losses, learning_rates = [w.tolist()], [], []
    for _ in range(steps):
        optimizer.zero_grad()
        loss = surface(w)  # (2,) -> ()
        loss.backward()
        optimizer.step()
        learning_rates.append(scheduler.get_last_lr()[0])
        scheduler.step()
        losses.append(loss.item())
        path.append(w.tolist())
    losses.append(surface(w).item())
    return Walk(np.array(path, np.float32), np.array(losses, np.float32), np.array(learning_rates))


@checked(
    surface=SURFACE, lr=LEARNING_RATE, schedule=SCHEDULE, steps=STEPS, start_x=START, start_y=START
)
def descend_by_closure(
    surface: Surface = bowl,
    lr: float = 0.1,
    schedule: Schedule = constant,
    steps: int = 100,
    *,
    start_x: float = -1.5,
    start_y: float = 2.0,
) -> Walk:
    """Walk downhill with LBFGS, which asks for the slope itself, through a closure.

    The settings are those of ``descend``.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.optim.LBFGS.html
    """
    w = torch.tensor([start_x, start_y], dtype=torch.float32, requires_grad=True)  # (2,)
    # One loss a step, as for other optimizers; by default it evaluates up to 25.
    optimizer = torch.optim.LBFGS([w], lr=lr, max_iter=1)
    scheduler = schedule(optimizer, steps)

    def closure() -> torch.Tensor:
        optimizer.zero_grad()
        loss = surface(w)  # (2,) -> ()
        loss.backward()
        return loss

    path, losses, learning_rates = [w.tolist()], [], []
    for _ in range(steps):
        loss = optimizer.step(closure)  # the loss before the step
        learning_rates.append(scheduler.get_last_lr()[0])
        scheduler.step()
        losses.append(loss.item())
        path.append(w.tolist())
    losses.append(surface(w).item())
    return Walk(np.array(path, np.float32), np.array(losses, np.float32), np.array(learning_rates))
