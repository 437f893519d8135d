"""Mistakes among the five steps of a training loop, each with its repair, all of them real."""

from typing import NamedTuple

import torch
from torch import nn

from lib.core.bugs import fixes


class Losses(NamedTuple):
    """The loss at some steps, which should fall, and the size of the last gradient."""

    loss_first: float
    loss_at_50: float
    loss_last: float
    last_gradient: float


class Moved(NamedTuple):
    """The loss before and after training, and what happened to the weights."""

    loss_first: float
    loss_last: float
    has_gradient: bool
    weights_moved: bool


# --- old gradients stay (silent) ------------------------------------------------------------------


def no_zero_grad() -> Losses:
    """Learn the sine, but never forget an old gradient."""
    torch.manual_seed(0)
    x = torch.linspace(-3, 3, 60).reshape(60, 1)  # (60, 1)
    y = torch.sin(x)  # (60, 1)
    model = nn.Sequential(nn.Linear(1, 8), nn.Tanh(), nn.Linear(8, 1))
    optimizer = torch.optim.Adam(model.parameters(), lr=0.05)
    criterion = nn.MSELoss()
    losses = []
    for _ in range(100):
        outputs = model(x)  # (60, 1)
        loss = criterion(outputs, y)  # ()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return Losses(losses[0], losses[49], losses[-1], model[0].weight.grad.norm().item())


@fixes(
    no_zero_grad,
    "no zero_grad (silent)",
    "No error: backward() adds to the gradients that are there, so each step follows the sum of "
    "all so far. Plain SGD with short steps may live with that for a while; Adam, as here, does "
    "not.",
)
def no_zero_grad_fixed() -> Losses:
    """Forget it before each backward."""
    torch.manual_seed(0)
    x = torch.linspace(-3, 3, 60).reshape(60, 1)  # (60, 1)
    y = torch.sin(x)  # (60, 1)
    model = nn.Sequential(nn.Linear(1, 8), nn.Tanh(), nn.Linear(8, 1))
    optimizer = torch.optim.Adam(model.parameters(), lr=0.05)
    criterion = nn.MSELoss()
    losses = []
    for _ in range(100):
        outputs = model(x)  # (60, 1)
        loss = criterion(outputs, y)  # ()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return Losses(losses[0], losses[49], losses[-1], model[0].weight.grad.norm().item())


# --- no step (silent) -----------------------------------------------------------------------------


def no_step() -> Moved:
    """Compute every gradient and never use one."""
    torch.manual_seed(0)
    x = torch.linspace(-3, 3, 60).reshape(60, 1)  # (60, 1)
    y = torch.sin(x)  # (60, 1)
    model = nn.Sequential(nn.Linear(1, 8), nn.Tanh(), nn.Linear(8, 1))
    before = model[0].weight.tolist()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    criterion = nn.MSELoss()
    losses = []
    for _ in range(100):
        loss = criterion(model(x), y)  # ()
        optimizer.zero_grad()
        loss.backward()
        losses.append(loss.item())
    has_gradient = model[0].weight.grad is not None
    return Moved(losses[0], losses[-1], has_gradient, model[0].weight.tolist() != before)


@fixes(
    no_step,
    "no step (silent)",
    "No error: the gradients are there, but only `step()` changes weights.",
)
def no_step_fixed() -> Moved:
    """Step after each backward."""
    torch.manual_seed(0)
    x = torch.linspace(-3, 3, 60).reshape(60, 1)  # (60, 1)
    y = torch.sin(x)  # (60, 1)
    model = nn.Sequential(nn.Linear(1, 8), nn.Tanh(), nn.Linear(8, 1))
    before = model[0].weight.tolist()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    criterion = nn.MSELoss()
    losses = []
    for _ in range(100):
        loss = criterion(model(x), y)  # ()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    has_gradient = model[0].weight.grad is not None
    return Moved(losses[0], losses[-1], has_gradient, model[0].weight.tolist() != before)


# --- no backward (silent) -------------------------------------------------------------------------


def no_backward() -> Moved:
    """Step without ever asking which way."""
    torch.manual_seed(0)
    x = torch.linspace(-3, 3, 60).reshape(60, 1)  # (60, 1)
    y = torch.sin(x)  # (60, 1)
    model = nn.Sequential(nn.Linear(1, 8), nn.Tanh(), nn.Linear(8, 1))
    before = model[0].weight.tolist()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    criterion = nn.MSELoss()
    losses = []
    for _ in range(100):
        loss = criterion(model(x), y)  # ()
        optimizer.zero_grad()
        optimizer.step()
        losses.append(loss.item())
    has_gradient = model[0].weight.grad is not None
    return Moved(losses[0], losses[-1], has_gradient, model[0].weight.tolist() != before)


@fixes(
    no_backward,
    "no backward (silent)",
    "No error: `step()` passes over every weight whose `grad` is None.",
)
def no_backward_fixed() -> Moved:
    """Go back before each step."""
    torch.manual_seed(0)
    x = torch.linspace(-3, 3, 60).reshape(60, 1)  # (60, 1)
    y = torch.sin(x)  # (60, 1)
    model = nn.Sequential(nn.Linear(1, 8), nn.Tanh(), nn.Linear(8, 1))
    before = model[0].weight.tolist()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    criterion = nn.MSELoss()
    losses = []
    for _ in range(100):
        loss = criterion(model(x), y)  # ()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    has_gradient = model[0].weight.grad is not None
    return Moved(losses[0], losses[-1], has_gradient, model[0].weight.tolist() != before)


# --- zeroed too late (silent) ---------------------------------------------------------------------


def zeroed_too_late() -> Moved:
    """Zero the gradient between backward and step."""
    torch.manual_seed(0)
    x = torch.linspace(-3, 3, 60).reshape(60, 1)  # (60, 1)
    y = torch.sin(x)  # (60, 1)
    model = nn.Sequential(nn.Linear(1, 8), nn.Tanh(), nn.Linear(8, 1))
    before = model[0].weight.tolist()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    criterion = nn.MSELoss()
    losses = []
    for _ in range(100):
        loss = criterion(model(x), y)  # ()
        loss.backward()
        optimizer.zero_grad()
        optimizer.step()
        losses.append(loss.item())
    has_gradient = model[0].weight.grad is not None
    return Moved(losses[0], losses[-1], has_gradient, model[0].weight.tolist() != before)


@fixes(
    zeroed_too_late,
    "zeroed too late (silent)",
    "No error: between backward() and step() the gradients are needed. Before backward() or after "
    "step() is the place for `zero_grad()`.",
)
def zeroed_too_late_fixed() -> Moved:
    """Zero it after the step, when it has been used."""
    torch.manual_seed(0)
    x = torch.linspace(-3, 3, 60).reshape(60, 1)  # (60, 1)
    y = torch.sin(x)  # (60, 1)
    model = nn.Sequential(nn.Linear(1, 8), nn.Tanh(), nn.Linear(8, 1))
    before = model[0].weight.tolist()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    criterion = nn.MSELoss()
    losses = []
    for _ in range(100):
        loss = criterion(model(x), y)  # ()
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        losses.append(loss.item())
    has_gradient = model[0].weight.grad is not None
    return Moved(losses[0], losses[-1], has_gradient, model[0].weight.tolist() != before)


# --- a gradient looked at too late ----------------------------------------------------------------


def gradient_after_zero_grad() -> list[float]:
    """Write down how large each gradient is, as programs did before PyTorch 2.0."""
    torch.manual_seed(0)
    x = torch.linspace(-3, 3, 60).reshape(60, 1)  # (60, 1)
    y = torch.sin(x)  # (60, 1)
    model = nn.Sequential(nn.Linear(1, 8), nn.Tanh(), nn.Linear(8, 1))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    criterion = nn.MSELoss()
    sizes = []
    for _ in range(5):
        loss = criterion(model(x), y)  # ()
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        sizes.append(model[0].weight.grad.norm().item())
    return sizes


@fixes(
    gradient_after_zero_grad,
    "gradient looked at too late",
    "Since PyTorch 2.0, `zero_grad()` sets `grad` to None; before, it filled it with zeros. Look "
    "at a gradient before it is gone.",
)
def gradient_after_zero_grad_fixed() -> list[float]:
    """Look before it is gone."""
    torch.manual_seed(0)
    x = torch.linspace(-3, 3, 60).reshape(60, 1)  # (60, 1)
    y = torch.sin(x)  # (60, 1)
    model = nn.Sequential(nn.Linear(1, 8), nn.Tanh(), nn.Linear(8, 1))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    criterion = nn.MSELoss()
    sizes = []
    for _ in range(5):
        loss = criterion(model(x), y)  # ()
        loss.backward()
        optimizer.step()
        sizes.append(model[0].weight.grad.norm().item())
        optimizer.zero_grad()
    return sizes
