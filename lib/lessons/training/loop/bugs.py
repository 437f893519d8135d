"""What goes wrong in a training loop and around it, and what the notes leave out of it."""

from typing import NamedTuple

import torch
import torch.nn.functional as F  # noqa: N812 - the name it has everywhere
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from lib.core.bugs import fixes, replaces


def sine_problem(
    points: int = 60, hidden: int = 8, *more: nn.Module
) -> tuple[torch.Tensor, torch.Tensor, nn.Sequential]:
    """Return points of the sine, and a small network that is to learn it."""
    torch.manual_seed(0)
    x = torch.linspace(-3, 3, points).reshape(-1, 1)  # (points, 1)
    y = torch.sin(x)  # (points, 1)
    return x, y, nn.Sequential(nn.Linear(1, hidden), nn.Tanh(), *more, nn.Linear(hidden, 1))


class Losses(NamedTuple):
    """The loss at some steps, which should fall, and the size of the last gradient."""

    loss_first: float
    loss_at_50: float
    loss_last: float
    last_gradient: float


# --- old gradients stay (silent) ------------------------------------------------------------------


def no_zero_grad() -> Losses:
    """Learn the sine, but never forget an old gradient."""
    x, y, model = sine_problem()  # (60, 1), (60, 1)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.05)
    losses = []
    for _ in range(100):
        loss = F.mse_loss(model(x), y)  # ()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return Losses(losses[0], losses[49], losses[-1], model[0].weight.grad.norm().item())


@fixes(
    no_zero_grad,
    "no zero_grad",
    "No error: backward() adds to the gradients that are there, so each step follows the sum of "
    "all so far. Plain SGD with short steps may live with that for a while; Adam, as here, does "
    "not.",
    silent=True,
)
def no_zero_grad_fixed() -> Losses:
    """Forget it before each backward."""
    x, y, model = sine_problem()  # (60, 1), (60, 1)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.05)
    losses = []
    for _ in range(100):
        loss = F.mse_loss(model(x), y)  # ()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return Losses(losses[0], losses[49], losses[-1], model[0].weight.grad.norm().item())


# --- no step, no backward (silent) ----------------------------------------------------------------


class Moved(NamedTuple):
    """The loss before and after training, and what happened to the weights."""

    loss_first: float
    loss_last: float
    has_gradient: bool
    weights_moved: bool


def moved(losses: list[float], model: nn.Sequential) -> Moved:
    """Return what happened to a network that began as the one of the problem."""
    weight, before = model[0].weight, sine_problem()[2][0].weight
    has_gradient, has_moved = weight.grad is not None, weight.tolist() != before.tolist()
    return Moved(losses[0], losses[-1], has_gradient, has_moved)


def no_step() -> Moved:
    """Compute every gradient and never use one."""
    x, y, model = sine_problem()  # (60, 1), (60, 1)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    losses = []
    for _ in range(100):
        loss = F.mse_loss(model(x), y)  # ()
        optimizer.zero_grad()
        loss.backward()
        losses.append(loss.item())
    return moved(losses, model)


def no_backward() -> Moved:
    """Step without ever asking which way."""
    x, y, model = sine_problem()  # (60, 1), (60, 1)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    losses = []
    for _ in range(100):
        loss = F.mse_loss(model(x), y)  # ()
        optimizer.zero_grad()
        optimizer.step()
        losses.append(loss.item())
    return moved(losses, model)


@fixes(
    no_backward,
    "no backward",
    "No error: `step()` passes over every weight whose `grad` is None.",
    silent=True,
)
@fixes(
    no_step,
    "no step",
    "No error: the gradients are there, but only `step()` changes weights.",
    silent=True,
)
def backward_and_step() -> Moved:
    """Compute the gradients, then step along them."""
    x, y, model = sine_problem()  # (60, 1), (60, 1)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    losses = []
    for _ in range(100):
        loss = F.mse_loss(model(x), y)  # ()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return moved(losses, model)


# --- zeroed too late (silent) ---------------------------------------------------------------------


def zeroed_too_late() -> Moved:
    """Zero the gradient between backward and step."""
    x, y, model = sine_problem()  # (60, 1), (60, 1)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    losses = []
    for _ in range(100):
        loss = F.mse_loss(model(x), y)  # ()
        loss.backward()
        optimizer.zero_grad()
        optimizer.step()
        losses.append(loss.item())
    return moved(losses, model)


@fixes(
    zeroed_too_late,
    "zeroed too late",
    "No error: between backward() and step() the gradients are needed. Before backward() or after "
    "step() is the place for `zero_grad()`.",
    silent=True,
)
def zeroed_too_late_fixed() -> Moved:
    """Zero it after the step, when it has been used."""
    x, y, model = sine_problem()  # (60, 1), (60, 1)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    losses = []
    for _ in range(100):
        loss = F.mse_loss(model(x), y)  # ()
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        losses.append(loss.item())
    return moved(losses, model)


# --- a gradient looked at too late ----------------------------------------------------------------


def gradient_after_zero_grad() -> list[float]:
    """Write down how large each gradient is, as programs did before PyTorch 2.0."""
    x, y, model = sine_problem()  # (60, 1), (60, 1)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    sizes = []
    for _ in range(5):
        loss = F.mse_loss(model(x), y)  # ()
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
    x, y, model = sine_problem()  # (60, 1), (60, 1)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    sizes = []
    for _ in range(5):
        loss = F.mse_loss(model(x), y)  # ()
        loss.backward()
        optimizer.step()
        sizes.append(model[0].weight.grad.norm().item())
        optimizer.zero_grad()
    return sizes


# --- targets of another shape (a warning) ---------------------------------------------------------


class Fit(NamedTuple):
    """What the loop reports, how large the errors really are, and how much the outputs vary."""

    loss_shown: float
    mean_squared_error: float
    outputs_from: float
    outputs_to: float


def flat_targets() -> Fit:
    """Learn the sine from targets without a column."""
    x, y, model = sine_problem()  # (60, 1), (60, 1)
    y = y.flatten()  # (60, 1) -> (60,)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.1)
    for _ in range(100):
        loss = F.mse_loss(model(x), y)  # (60, 1) and (60,) -> (60, 60) -> ()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    outputs = model(x).flatten()  # (60,)
    error = (outputs - y).square().mean()  # ()
    return Fit(loss.item(), error.item(), outputs.min().item(), outputs.max().item())


@fixes(
    flat_targets,
    "targets of another shape",
    "Only a warning: (60, 1) against (60,) is broadcast to (60, 60), so every output is compared "
    "with every target. The best answer to that is their mean, everywhere.",
    silent=True,
)
def flat_targets_fixed() -> Fit:
    """Give outputs and targets one shape."""
    x, y, model = sine_problem()  # (60, 1), (60, 1)
    y = y.flatten()  # (60, 1) -> (60,)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.1)
    for _ in range(100):
        loss = F.mse_loss(model(x).flatten(), y)  # (60,) and (60,) -> ()
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


def train(model: nn.Module, x: torch.Tensor, y: torch.Tensor) -> None:
    """Train a network for 100 steps."""
    optimizer = torch.optim.Adam(model.parameters(), lr=0.05)
    model.train()
    for _ in range(100):
        loss = F.mse_loss(model(x), y)  # ()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()


def eval_forgotten() -> Twice:
    """Measure a network with dropout right after training."""
    x, y, model = sine_problem(60, 32, nn.Dropout(0.2))  # (60, 1), (60, 1)
    train(model, x, y)
    with torch.no_grad():
        return Twice(F.mse_loss(model(x), y).item(), F.mse_loss(model(x), y).item())


@fixes(
    eval_forgotten,
    "eval forgotten",
    "No error: dropout goes on dropping while you measure, so one network on the same points has "
    "another loss each time, here a higher one than it deserves.",
    silent=True,
)
def eval_forgotten_fixed() -> Twice:
    """Switch dropout off to measure; ``train`` switches it on again."""
    x, y, model = sine_problem(60, 32, nn.Dropout(0.2))  # (60, 1), (60, 1)
    train(model, x, y)
    model.eval()
    with torch.no_grad():
        return Twice(F.mse_loss(model(x), y).item(), F.mse_loss(model(x), y).item())


# --- the notes' average (silent) ------------------------------------------------------------------


class Validation(NamedTuple):
    """The loss as it was summed up over batches, and as it is for all points at once."""

    reported: float
    true: float


def mean_of_means() -> Validation:
    """Average over batches as the notes do, though the last one is smaller."""
    x, y, model = sine_problem(points=33)  # (33, 1), (33, 1)
    loss_func = nn.MSELoss()
    valid_dl = DataLoader(TensorDataset(x, y), batch_size=16)  # 16, 16 and 1 points
    model.eval()
    with torch.no_grad():
        valid_loss = sum(loss_func(model(xb), yb) for xb, yb in valid_dl)
        return Validation((valid_loss / len(valid_dl)).item(), loss_func(model(x), y).item())


@fixes(
    mean_of_means,
    "the notes' average",
    "No error: `valid_loss / len(valid_dl)` gives the one point of the last batch as much weight "
    "as sixteen others. Weigh each batch by its size.",
    silent=True,
)
def mean_of_means_fixed() -> Validation:
    """Let every point count the same."""
    x, y, model = sine_problem(points=33)  # (33, 1), (33, 1)
    loss_func = nn.MSELoss()
    valid_dl = DataLoader(TensorDataset(x, y), batch_size=16)  # 16, 16 and 1 points
    model.eval()
    with torch.no_grad():
        valid_loss = sum(loss_func(model(xb), yb) * len(xb) for xb, yb in valid_dl)
        return Validation((valid_loss / len(x)).item(), loss_func(model(x), y).item())


# --- a running loss that keeps its graph ----------------------------------------------------------


def running_loss_backward() -> float:
    """Add up the losses, and call backward() on the sum."""
    x, y, model = sine_problem()  # (60, 1), (60, 1)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    running_loss = torch.tensor(0.0)  # ()
    for _ in range(100):
        running_loss = running_loss + F.mse_loss(model(x), y)  # ()
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
    """Call backward() on this step's loss, and add up plain numbers."""
    x, y, model = sine_problem()  # (60, 1), (60, 1)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    running_loss = 0.0
    for _ in range(100):
        loss = F.mse_loss(model(x), y)  # ()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        running_loss += loss.item()
    return running_loss / 100


# --- a running loss that remembers (silent) -------------------------------------------------------


class Sum(NamedTuple):
    """The mean loss, and of how many steps its sum still holds the graph."""

    mean_loss: float
    graphs_held: int


def remembered(total: torch.Tensor) -> int:
    """Return how many additions a sum remembers, each with the graph of what was added."""
    count, node = 0, total.grad_fn
    while node:
        count, node = count + 1, node.next_functions[0][0]
    return count


def running_loss_remembers() -> Sum:
    """Add up the losses as they are."""
    x, y, model = sine_problem()  # (60, 1), (60, 1)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    total = torch.tensor(0.0)  # ()
    for _ in range(100):
        loss = F.mse_loss(model(x), y)  # ()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss
    return Sum(total.item() / 100, remembered(total))


@fixes(
    running_loss_remembers,
    "running loss that remembers",
    "No error, and the same mean: but each loss knows how it was computed, so their sum keeps the "
    "graphs of all steps in memory, and more with every step. `loss.item()` is a plain number.",
    silent=True,
)
def running_loss_forgets() -> Sum:
    """Add up plain numbers."""
    x, y, model = sine_problem()  # (60, 1), (60, 1)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    total = torch.tensor(0.0)  # ()
    for _ in range(100):
        loss = F.mse_loss(model(x), y)  # ()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item()
    return Sum(total.item() / 100, remembered(total))


# --- gradients of small batches, added up (silent) ------------------------------------------------


class Gathered(NamedTuple):
    """The size of the first gradient, and the loss in the end."""

    first_gradient: float
    loss_last: float


def accumulated() -> Gathered:
    """Add up the gradients of three small batches before each step."""
    x, y, model = sine_problem()  # (60, 1), (60, 1)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.15)
    sizes = []
    for _ in range(50):
        optimizer.zero_grad()
        for part in torch.arange(60).split(20):
            loss = F.mse_loss(model(x[part]), y[part])  # ()
            loss.backward()
        sizes.append(model[0].weight.grad.norm().item())
        optimizer.step()
    return Gathered(sizes[0], F.mse_loss(model(x), y).item())


@fixes(
    accumulated,
    "accumulation not divided",
    "No error: three means are added up, so the gradient is three times that of all 60 points, "
    "and every step three times as long. Divide each loss by the number of small batches.",
    silent=True,
)
def accumulated_fixed() -> Gathered:
    """Divide each loss, so that the sum is the mean."""
    x, y, model = sine_problem()  # (60, 1), (60, 1)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.15)
    sizes = []
    for _ in range(50):
        optimizer.zero_grad()
        for part in torch.arange(60).split(20):
            loss = F.mse_loss(model(x[part]), y[part]) / 3  # ()
            loss.backward()
        sizes.append(model[0].weight.grad.norm().item())
        optimizer.step()
    return Gathered(sizes[0], F.mse_loss(model(x), y).item())


# --- clipped too late (silent) --------------------------------------------------------------------


class Clipped(NamedTuple):
    """The length of the longest step, and the loss in the end."""

    longest_step: float
    loss_last: float


def clipped_too_late() -> Clipped:
    """Limit the gradient to a length of 1, after the step."""
    x, y, model = sine_problem()  # (60, 1), (60, 1)
    y = 5 * y  # large targets make large gradients
    optimizer = torch.optim.SGD(model.parameters(), lr=0.2)
    weights, steps = nn.utils.parameters_to_vector(model.parameters()), []
    for _ in range(100):
        loss = F.mse_loss(model(x), y)  # ()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        before, weights = weights, nn.utils.parameters_to_vector(model.parameters())
        steps.append((weights - before).norm().item())
    return Clipped(max(steps), loss.item())


@fixes(
    clipped_too_late,
    "clipped too late",
    "No error: the step has been taken with the gradient as it was, and what is clipped after it "
    "is thrown away by `zero_grad()`. Clip between `backward()` and `step()`: then no step is "
    "longer than the learning rate, 0.2.",
    silent=True,
)
def clipped_too_late_fixed() -> Clipped:
    """Limit it before the step."""
    x, y, model = sine_problem()  # (60, 1), (60, 1)
    y = 5 * y  # large targets make large gradients
    optimizer = torch.optim.SGD(model.parameters(), lr=0.2)
    weights, steps = nn.utils.parameters_to_vector(model.parameters()), []
    for _ in range(100):
        loss = F.mse_loss(model(x), y)  # ()
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        before, weights = weights, nn.utils.parameters_to_vector(model.parameters())
        steps.append((weights - before).norm().item())
    return Clipped(max(steps), loss.item())


# --- training under no_grad -----------------------------------------------------------------------


def trained_under_no_grad() -> float:
    """Copy the measuring loop for training, with its no_grad."""
    x, y, model = sine_problem()  # (60, 1), (60, 1)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    for _ in range(100):
        with torch.no_grad():
            loss: torch.Tensor = F.mse_loss(model(x), y)  # ()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return loss.item()


@fixes(
    trained_under_no_grad,
    "trained under no_grad",
    "Under `torch.no_grad()` nothing is recorded, so there is no backward pass.",
)
def trained_under_no_grad_fixed() -> float:
    """Record the forward pass, so that there is a backward pass."""
    x, y, model = sine_problem()  # (60, 1), (60, 1)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    for _ in range(100):
        loss: torch.Tensor = F.mse_loss(model(x), y)  # ()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return loss.item()


# --- then and now ---------------------------------------------------------------------------------


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
    "The notes name five steps, too, but not those of this lesson: the data, `net(inputs)`, "
    "`criterion(outputs, labels)`, `loss.backward()`, `optimizer.step()`. Nothing zeroes the "
    "gradients.",
    "With exactly these five the loss ends higher than it began. With `optimizer.zero_grad()`, "
    "which is one of the five steps of this lesson, the same network gets every point right. The "
    "notes' full program, further down, does have it.",
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
