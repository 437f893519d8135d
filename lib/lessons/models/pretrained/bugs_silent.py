"""Mistakes with a trained network that raise no error, each with its repair."""

from copy import deepcopy
from typing import NamedTuple

import torch
from torch import nn

from lib.core.bugs import fixes
from lib.datasets.images import PICTURES
from lib.lessons.models.pretrained.networks import WEIGHTS, prepared, trained

CLASSES = WEIGHTS["mobilenet_v2"].meta["categories"]


class Top(NamedTuple):
    """A network's first answer to every photo, and how likely it finds it on average."""

    answers: tuple[str, ...]
    mean_chance: float


def photos(normalize: bool = True) -> torch.Tensor:
    """Return the six photos as a batch: (6, 3, 224, 224)."""
    return torch.stack([prepared("mobilenet_v2", each, normalize) for each in PICTURES])


def top(model: nn.Module, x: torch.Tensor) -> Top:
    """Return what a network takes each picture for."""
    with torch.no_grad():
        chances, places = model(x).softmax(dim=1).max(dim=1)  # (n,), (n,)
    return Top(tuple(CLASSES[place] for place in places.tolist()), chances.mean().item())


# --- normalization forgotten ----------------------------------------------------------------------


def not_normalized() -> Top:
    """Hand the network colors from 0 to 1."""
    model = trained("mobilenet_v2")
    return top(model, photos(normalize=False))


@fixes(
    not_normalized,
    "not normalized (silent)",
    "No error: the network gets numbers from 0 to 1, and it learned from numbers around 0. Most "
    "answers change, and it is less sure of them. `weights.transforms()` does what these weights "
    "need.",
    heavy=True,
)
def not_normalized_fixed() -> Top:
    """Normalize them with the mean and spread of ImageNet, as in training."""
    model = trained("mobilenet_v2")
    return top(model, photos(normalize=True))


# --- eval() forgotten -----------------------------------------------------------------------------


class Twice(NamedTuple):
    """The same photos, shown twice to the same network."""

    first: tuple[str, ...]
    second: tuple[str, ...]
    largest_difference: float


def eval_forgotten() -> Twice:
    """Ask the same network twice, in training mode."""
    torch.manual_seed(0)
    model = deepcopy(trained("mobilenet_v2"))
    model.train()  # as a network is when it was just made
    return twice(model)


@fixes(
    eval_forgotten,
    "eval() forgotten (silent)",
    "No error: dropout goes on dropping, so two runs differ, and batch norm measures mean and "
    "spread on these six photos instead of using those of ImageNet.",
    heavy=True,
)
def eval_forgotten_fixed() -> Twice:
    """Call eval() first."""
    torch.manual_seed(0)
    model = deepcopy(trained("mobilenet_v2"))
    model.eval()
    return twice(model)


def twice(model: nn.Module) -> Twice:
    """Return a network's answers to the photos, asked two times."""
    x = photos()  # (6, 3, 224, 224)
    with torch.no_grad():
        first, second = model(x).softmax(dim=1), model(x).softmax(dim=1)  # (6, 1000) each
    names = [tuple(CLASSES[i] for i in each.argmax(dim=1).tolist()) for each in (first, second)]
    return Twice(names[0], names[1], (first - second).abs().max().item())


# --- frozen, and still moving: the buffers of batch norm ------------------------------------------


def frozen_in_training() -> Top:
    """Freeze every weight, show 20 batches of one photo in training mode, then ask again."""
    model = deepcopy(trained("mobilenet_v2")).requires_grad_(False)
    model.train()  # for the head
    show(model)
    return top(model.eval(), photos())


@fixes(
    frozen_in_training,
    "frozen, but in train() (silent)",
    "No error: `requires_grad_(False)` stops the weights. The running mean and variance of batch "
    "norm are buffers, and move with every batch in training mode. Leave the frozen body in "
    "`eval()`.",
    heavy=True,
)
def frozen_in_training_fixed() -> Top:
    """Leave the frozen body in eval mode, and only the head in training mode."""
    model = deepcopy(trained("mobilenet_v2")).requires_grad_(False)
    model.eval()
    model.classifier.train()  # the head
    show(model)
    return top(model.eval(), photos())


def show(model: nn.Module) -> None:
    """Show a network the same small batch 20 times."""
    x = prepared("mobilenet_v2", "horse")[:, ::2, ::2]  # (3, 112, 112)
    for _ in range(20):
        model(torch.stack([x, x.flip(2)]))  # (2, 3, 112, 112) -> (2, 1000)


# --- frozen after the optimizer was made ----------------------------------------------------------


class Moved(NamedTuple):
    """How far the weights of a frozen layer moved in ten steps, as the length of the way."""

    with_grad_none: float
    with_grad_zero: float


def frozen_too_late() -> Moved:
    """Train, freeze the first layer, and go on with the same optimizer."""
    moved = []
    for set_to_none in (True, False):
        model, optimizer = begun(set_to_none)  # one step that trained everything
        model[0].requires_grad_(False)
        moved.append(go_on(model, optimizer, set_to_none))
    return Moved(*moved)


@fixes(
    frozen_too_late,
    "frozen too late (silent)",
    "No error: whether a frozen weight rests is up to its `.grad`. Today's `zero_grad()` sets it "
    "to None, and the optimizer passes it over. With zeros, as older programs have it, momentum "
    "and weight decay go on moving it. Freeze first, then hand the optimizer what still trains.",
)
def frozen_too_late_fixed() -> Moved:
    """Make a new optimizer, which gets only what still trains."""
    moved = []
    for set_to_none in (True, False):
        model, optimizer = begun(set_to_none)  # one step that trained everything
        model[0].requires_grad_(False)
        left = [p for p in model.parameters() if p.requires_grad]
        optimizer = torch.optim.SGD(left, lr=0.1, momentum=0.9, weight_decay=0.01)
        moved.append(go_on(model, optimizer, set_to_none))
    return Moved(*moved)


def begun(set_to_none: bool) -> tuple[nn.Sequential, torch.optim.Optimizer]:
    """Return a small network after one step, and its optimizer."""
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(8, 8), nn.ReLU(), nn.Linear(8, 2))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9, weight_decay=0.01)
    step(model, optimizer, set_to_none)
    return model, optimizer


def go_on(model: nn.Sequential, optimizer: torch.optim.Optimizer, set_to_none: bool) -> float:
    """Take ten steps and return how far the first layer moved."""
    weight = next(model.parameters())  # (8, 8)
    before = weight.detach().clone()
    for _ in range(10):
        step(model, optimizer, set_to_none)
    return float((weight - before).norm())


def step(model: nn.Module, optimizer: torch.optim.Optimizer, set_to_none: bool) -> None:
    """Take one step on twenty made-up points."""
    x, y = torch.rand(20, 8), torch.arange(20) % 2  # (20, 8), (20,)
    optimizer.zero_grad(set_to_none=set_to_none)
    nn.functional.cross_entropy(model(x), y).backward()
    optimizer.step()
