"""Mistakes with optimizers, each with its repair, all of them real."""

from typing import NamedTuple

import torch

from lib.core.bugs import fixes
from lib.lessons.autograd.descent.lesson import rosenbrock


class Fit(NamedTuple):
    """A walk down the bowl x², whose lowest place is 0."""

    loss_before: float
    loss_after: float
    x_after: float


def no_zero_grad(x: float = 2.0) -> Fit:
    """Step downhill, but never forget an old gradient."""
    w = torch.tensor(float(x), requires_grad=True)  # ()
    optimizer = torch.optim.SGD([w], lr=0.1)
    losses = []
    for _ in range(50):
        loss = w**2  # ()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return Fit(losses[0], losses[-1], w.item())


def step_before_backward(x: float = 2.0) -> Fit:
    """Step before there is a gradient to follow."""
    w = torch.tensor(float(x), requires_grad=True)  # ()
    optimizer = torch.optim.SGD([w], lr=0.1)
    losses = []
    for _ in range(50):
        optimizer.zero_grad()
        loss = w**2  # ()
        optimizer.step()
        loss.backward()
        losses.append(loss.item())
    return Fit(losses[0], losses[-1], w.item())


@fixes(
    step_before_backward,
    "step before backward",
    "No error: zero_grad() has set the gradient to None, and step() skips a weight without one. "
    "Nothing ever moves; the loss stays what it was.",
    silent=True,
)
@fixes(
    no_zero_grad,
    "no zero_grad",
    "No error: backward() adds to the old gradient, so each step follows the sum of all slopes so "
    "far and swings past the lowest place again and again.",
    silent=True,
)
def zero_backward_step(x: float = 2.0) -> Fit:
    """Forget the old gradient, run backward, then step."""
    w = torch.tensor(float(x), requires_grad=True)  # ()
    optimizer = torch.optim.SGD([w], lr=0.1)
    losses = []
    for _ in range(50):
        optimizer.zero_grad()
        loss = w**2  # ()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return Fit(losses[0], losses[-1], w.item())


def replaced_weights(x: float = 2.0) -> Fit:
    """Give a layer new weights after the optimizer was made."""
    layer = torch.nn.Linear(1, 1, bias=False)
    optimizer = torch.optim.SGD(layer.parameters(), lr=0.1)
    layer.weight = torch.nn.Parameter(torch.full((1, 1), float(x)))  # (1, 1)
    losses = []
    for _ in range(50):
        optimizer.zero_grad()
        loss = layer(torch.ones(1)).square().sum()  # (1,) -> ()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return Fit(losses[0], losses[-1], layer.weight.item())


@fixes(
    replaced_weights,
    "weights replaced",
    "No error: the optimizer keeps the tensors it was given. A new Parameter, such as a new last "
    "layer, is unknown to it and never moves.",
    silent=True,
)
def replaced_weights_fixed(x: float = 2.0) -> Fit:
    """Make the optimizer last."""
    layer = torch.nn.Linear(1, 1, bias=False)
    layer.weight = torch.nn.Parameter(torch.full((1, 1), float(x)))  # (1, 1)
    optimizer = torch.optim.SGD(layer.parameters(), lr=0.1)
    losses = []
    for _ in range(50):
        optimizer.zero_grad()
        loss = layer(torch.ones(1)).square().sum()  # (1,) -> ()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return Fit(losses[0], losses[-1], layer.weight.item())


class Losses(NamedTuple):
    """The loss at the first steps, and after the last."""

    first_steps: list[float]
    loss_after: float
    w_after: list[float]


def learning_rate_too_large(x: float = 2.0) -> Losses:
    """Take a learning rate from another program."""
    w = torch.tensor([float(x), 2.0], requires_grad=True)  # (2,)
    optimizer = torch.optim.SGD([w], lr=0.1)
    losses = []
    for _ in range(50):
        optimizer.zero_grad()
        loss = rosenbrock(w)  # (2,) -> ()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return Losses(losses[:5], losses[-1], w.tolist())


@fixes(
    learning_rate_too_large,
    "learning rate far too large",
    "No error: each step overshoots more than the one before. The loss passes the largest "
    "float32, becomes inf and then nan, and nan never becomes a number again.",
    silent=True,
)
def learning_rate_too_large_fixed(x: float = 2.0) -> Losses:
    """Take a much smaller one."""
    w = torch.tensor([float(x), 2.0], requires_grad=True)  # (2,)
    optimizer = torch.optim.SGD([w], lr=0.0001)
    losses = []
    for _ in range(50):
        optimizer.zero_grad()
        loss = rosenbrock(w)  # (2,) -> ()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return Losses(losses[:5], losses[-1], w.tolist())


class Scheduled(NamedTuple):
    """The learning rate of each step, and a walk down the bowl x² with them."""

    rates: list[float]
    loss_after: float
    x_after: float


def scheduler_first(x: float = 2.0) -> Scheduled:
    """Move the schedule on before the optimizer has stepped."""
    w = torch.tensor(float(x), requires_grad=True)  # ()
    optimizer = torch.optim.SGD([w], lr=0.4)
    scheduler = torch.optim.lr_scheduler.ExponentialLR(optimizer, gamma=0.5)
    rates = []
    for _ in range(4):
        optimizer.zero_grad()
        loss = w**2  # ()
        loss.backward()
        scheduler.step()
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
    return Scheduled(rates, (w**2).item(), w.item())


@fixes(
    scheduler_first,
    "scheduler first",
    "PyTorch warns: the schedule is one step ahead, so no step is taken with the learning rate you "
    "chose. Call `scheduler.step()` after `optimizer.step()`.",
)
def scheduler_first_fixed(x: float = 2.0) -> Scheduled:
    """Step first, then move the schedule on."""
    w = torch.tensor(float(x), requires_grad=True)  # ()
    optimizer = torch.optim.SGD([w], lr=0.4)
    scheduler = torch.optim.lr_scheduler.ExponentialLR(optimizer, gamma=0.5)
    rates = []
    for _ in range(4):
        optimizer.zero_grad()
        loss = w**2  # ()
        loss.backward()
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    return Scheduled(rates, (w**2).item(), w.item())


def not_a_leaf(x: float = 2.0) -> float:
    """Hand the optimizer a tensor that came out of an operation."""
    w = torch.tensor(float(x), requires_grad=True) * 2  # ()
    optimizer = torch.optim.SGD([w], lr=0.1)
    loss = w**2  # ()
    loss.backward()
    optimizer.step()
    return w.item()


@fixes(
    not_a_leaf,
    "not a leaf",
    "An optimizer changes weights that you made. A tensor that came out of an operation keeps no "
    "gradient, so it is refused.",
)
def not_a_leaf_fixed(x: float = 2.0) -> float:
    """Compute first, and ask for gradients last."""
    w = (torch.tensor(float(x)) * 2).requires_grad_()  # ()
    optimizer = torch.optim.SGD([w], lr=0.1)
    loss = w**2  # ()
    loss.backward()
    optimizer.step()
    return w.item()


def no_closure(x: float = 2.0) -> float:
    """Put LBFGS where Adam was."""
    w = torch.tensor(float(x), requires_grad=True)  # ()
    optimizer = torch.optim.LBFGS([w], lr=0.5)
    for _ in range(3):
        optimizer.zero_grad()
        loss = w**2  # ()
        loss.backward()
        optimizer.step()
    return w.item()


@fixes(
    no_closure,
    "LBFGS without a closure",
    "Within one step LBFGS looks at the loss several times, up to 25 by default, so it wants a "
    "function that computes it: the closure.",
)
def no_closure_fixed(x: float = 2.0) -> float:
    """Tell it how to look again: it may do so many times in one step."""
    w = torch.tensor(float(x), requires_grad=True)  # ()
    optimizer = torch.optim.LBFGS([w], lr=0.5)

    def closure() -> torch.Tensor:
        optimizer.zero_grad()
        loss = w**2  # ()
        loss.backward()
        return loss

    for _ in range(3):
        optimizer.step(closure)
    return w.item()
