"""Mistakes around the five steps: what the loss is made of, and how it is measured."""

from typing import NamedTuple

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from lib.core.bugs import fixes

# --- targets of another shape (a warning) ---------------------------------------------------------


class Fit(NamedTuple):
    """What the loop reports, how large the errors really are, and how much the outputs vary."""

    loss_shown: float
    mean_squared_error: float
    outputs_from: float
    outputs_to: float


def flat_targets() -> Fit:
    """Learn the sine from targets without a column."""
    torch.manual_seed(0)
    x = torch.linspace(-3, 3, 60).reshape(60, 1)  # (60, 1)
    y = torch.sin(x).flatten()  # (60,)
    model = nn.Sequential(nn.Linear(1, 8), nn.Tanh(), nn.Linear(8, 1))
    optimizer = torch.optim.Adam(model.parameters(), lr=0.1)
    criterion = nn.MSELoss()
    for _ in range(100):
        loss = criterion(model(x), y)  # (60, 1) and (60,) -> (60, 60) -> ()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    outputs = model(x).flatten()  # (60,)
    error = (outputs - y).square().mean()  # ()
    return Fit(loss.item(), error.item(), outputs.min().item(), outputs.max().item())


@fixes(
    flat_targets,
    "targets of another shape (silent)",
    "Only a warning: (60, 1) against (60,) is broadcast to (60, 60), so every output is compared "
    "with every target. The best answer to that is their mean, everywhere.",
)
def flat_targets_fixed() -> Fit:
    """Give outputs and targets one shape."""
    torch.manual_seed(0)
    x = torch.linspace(-3, 3, 60).reshape(60, 1)  # (60, 1)
    y = torch.sin(x).flatten()  # (60,)
    model = nn.Sequential(nn.Linear(1, 8), nn.Tanh(), nn.Linear(8, 1))
    optimizer = torch.optim.Adam(model.parameters(), lr=0.1)
    criterion = nn.MSELoss()
    for _ in range(100):
        loss = criterion(model(x).flatten(), y)  # (60,) and (60,) -> ()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    outputs = model(x).flatten()  # (60,)
    error = (outputs - y).square().mean()  # ()
    return Fit(loss.item(), error.item(), outputs.min().item(), outputs.max().item())


# --- eval() forgotten (silent) --------------------------------------------------------------------


class Twice(NamedTuple):
    """The loss of one network on the same points, measured twice."""

    first: float
    second: float


def eval_forgotten() -> Twice:
    """Measure a network with dropout right after training."""
    torch.manual_seed(0)
    x = torch.linspace(-3, 3, 60).reshape(60, 1)  # (60, 1)
    y = torch.sin(x)  # (60, 1)
    model = nn.Sequential(nn.Linear(1, 32), nn.Tanh(), nn.Dropout(0.2), nn.Linear(32, 1))
    optimizer = torch.optim.Adam(model.parameters(), lr=0.05)
    criterion = nn.MSELoss()
    for _ in range(100):
        loss = criterion(model(x), y)  # ()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    with torch.no_grad():
        return Twice(criterion(model(x), y).item(), criterion(model(x), y).item())


@fixes(
    eval_forgotten,
    "eval forgotten (silent)",
    "No error: dropout goes on dropping while you measure, so one network on the same points has "
    "another loss each time, here a higher one than it deserves.",
)
def eval_forgotten_fixed() -> Twice:
    """Switch dropout off to measure, and on to train."""
    torch.manual_seed(0)
    x = torch.linspace(-3, 3, 60).reshape(60, 1)  # (60, 1)
    y = torch.sin(x)  # (60, 1)
    model = nn.Sequential(nn.Linear(1, 32), nn.Tanh(), nn.Dropout(0.2), nn.Linear(32, 1))
    optimizer = torch.optim.Adam(model.parameters(), lr=0.05)
    criterion = nn.MSELoss()
    model.train()
    for _ in range(100):
        loss = criterion(model(x), y)  # ()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    model.eval()
    with torch.no_grad():
        return Twice(criterion(model(x), y).item(), criterion(model(x), y).item())


# --- the notes' average (silent) ------------------------------------------------------------------


class Validation(NamedTuple):
    """The loss as it was summed up over batches, and as it is for all points at once."""

    reported: float
    true: float


def mean_of_means() -> Validation:
    """Average over batches as the notes do, though the last one is smaller."""
    torch.manual_seed(0)
    x = torch.linspace(-3, 3, 33).reshape(33, 1)  # (33, 1)
    y = torch.sin(x)  # (33, 1)
    model = nn.Sequential(nn.Linear(1, 8), nn.Tanh(), nn.Linear(8, 1))
    loss_func = nn.MSELoss()
    valid_dl = DataLoader(TensorDataset(x, y), batch_size=16)  # 16, 16 and 1 points
    model.eval()
    with torch.no_grad():
        valid_loss = sum(loss_func(model(xb), yb) for xb, yb in valid_dl)
        return Validation((valid_loss / len(valid_dl)).item(), loss_func(model(x), y).item())


@fixes(
    mean_of_means,
    "the notes' average (silent)",
    "No error: `valid_loss / len(valid_dl)` gives the one point of the last batch as much weight "
    "as sixteen others. Weigh each batch by its size.",
)
def mean_of_means_fixed() -> Validation:
    """Let every point count the same."""
    torch.manual_seed(0)
    x = torch.linspace(-3, 3, 33).reshape(33, 1)  # (33, 1)
    y = torch.sin(x)  # (33, 1)
    model = nn.Sequential(nn.Linear(1, 8), nn.Tanh(), nn.Linear(8, 1))
    loss_func = nn.MSELoss()
    valid_dl = DataLoader(TensorDataset(x, y), batch_size=16)  # 16, 16 and 1 points
    model.eval()
    with torch.no_grad():
        valid_loss = sum(loss_func(model(xb), yb) * len(xb) for xb, yb in valid_dl)
        return Validation((valid_loss / len(x)).item(), loss_func(model(x), y).item())


# --- a running loss that keeps its graph ----------------------------------------------------------


def running_loss_backward() -> float:
    """Add up the losses, and go back from the sum."""
    torch.manual_seed(0)
    x = torch.linspace(-3, 3, 60).reshape(60, 1)  # (60, 1)
    y = torch.sin(x)  # (60, 1)
    model = nn.Sequential(nn.Linear(1, 8), nn.Tanh(), nn.Linear(8, 1))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    criterion = nn.MSELoss()
    running_loss = torch.tensor(0.0)  # ()
    for _ in range(100):
        running_loss = running_loss + criterion(model(x), y)  # ()
        optimizer.zero_grad()
        running_loss.backward()
        optimizer.step()
    return running_loss.item() / 100


@fixes(
    running_loss_backward,
    "backward from the sum",
    "The sum still holds the graphs of the steps before, and they can be walked only once. "
    "`loss.item()` is a plain number without a graph.",
)
def running_loss_backward_fixed() -> float:
    """Go back from this step's loss, and add up plain numbers."""
    torch.manual_seed(0)
    x = torch.linspace(-3, 3, 60).reshape(60, 1)  # (60, 1)
    y = torch.sin(x)  # (60, 1)
    model = nn.Sequential(nn.Linear(1, 8), nn.Tanh(), nn.Linear(8, 1))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    criterion = nn.MSELoss()
    running_loss = 0.0
    for _ in range(100):
        loss = criterion(model(x), y)  # ()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        running_loss += loss.item()
    return running_loss / 100


# --- training under no_grad -----------------------------------------------------------------------


def trained_under_no_grad() -> float:
    """Copy the measuring loop for training, with its no_grad."""
    torch.manual_seed(0)
    x = torch.linspace(-3, 3, 60).reshape(60, 1)  # (60, 1)
    y = torch.sin(x)  # (60, 1)
    model = nn.Sequential(nn.Linear(1, 8), nn.Tanh(), nn.Linear(8, 1))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    criterion = nn.MSELoss()
    for _ in range(100):
        with torch.no_grad():
            loss: torch.Tensor = criterion(model(x), y)  # ()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return loss.item()


@fixes(
    trained_under_no_grad,
    "trained under no_grad",
    "Under `torch.no_grad()` nothing is recorded, so there is no way back.",
)
def trained_under_no_grad_fixed() -> float:
    """Record the way forward, so that there is a way back."""
    torch.manual_seed(0)
    x = torch.linspace(-3, 3, 60).reshape(60, 1)  # (60, 1)
    y = torch.sin(x)  # (60, 1)
    model = nn.Sequential(nn.Linear(1, 8), nn.Tanh(), nn.Linear(8, 1))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    criterion = nn.MSELoss()
    for _ in range(100):
        loss: torch.Tensor = criterion(model(x), y)  # ()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return loss.item()
