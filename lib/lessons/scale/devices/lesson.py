"""Devices: where a model and its tensors live, after every line that moves them."""

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import nn

from lib.core.i18n import mark
from lib.core.rules import OneOf, checked
from lib.runtime.environment import devices

PRACTICE = "meta"  # a device on every machine: its tensors have a shape, a dtype and no numbers


# The accelerators PyTorch may be built for, that most people have.
ACCELERATORS = {
    "cuda": mark("NVIDIA or AMD GPU"),
    "mps": mark("Apple GPU"),
    "xpu": mark("Intel GPU"),
}


class DeviceRule:
    """A device of this machine, or "meta"."""

    def check(self, name: str, value: object) -> None:
        """Raise ``ValueError`` unless ``value`` is one of the devices here."""
        OneOf(*choices()).check(name, value)

    def __str__(self) -> str:
        """Say what is allowed, in a line."""
        return str(OneOf(*choices()))


def choices() -> tuple[str, ...]:
    """Return the devices to choose from: GPUs and the like, "meta", the CPU."""
    return (*(name for name in devices() if name != "cpu"), PRACTICE, "cpu")


class Trace(NamedTuple):
    """Where a program's tensors are after every line.

    Attributes:
        steps: for each line that ran, the device of every name there is.
        same_model: whether ``model.to(device)`` returned the model itself.
        same_images: whether ``images.to(device)`` returned the tensor itself.
        error: what PyTorch said on the line that failed; empty if none did.
    """

    steps: tuple[dict[str, str], ...]
    same_model: bool
    same_images: bool
    error: str


def where(**things: torch.Tensor) -> dict[str, str]:
    """Return the device of each tensor, by its name."""
    return {name: str(thing.device) for name, thing in things.items()}


# --- the lines to choose from ---------------------------------------------------------------------


def model_to(model: nn.Linear, device: torch.device) -> nn.Linear:
    """Move, and leave the name as it is."""
    model.to(device)
    return model


def model_assigned(model: nn.Linear, device: torch.device) -> nn.Linear:
    """Move, and give the name to what comes back."""
    model = model.to(device)
    return model


def model_left(model: nn.Linear, device: torch.device) -> nn.Linear:
    """Forget to move it."""
    return model


def images_assigned(images: torch.Tensor, device: torch.device) -> torch.Tensor:
    """Copy, and give the name to the copy."""
    images = images.to(device)
    return images


def images_to(images: torch.Tensor, device: torch.device) -> torch.Tensor:
    """Copy, and let the copy go."""
    images.to(device)
    return images


def images_left(images: torch.Tensor, device: torch.device) -> torch.Tensor:
    """Forget to move them."""
    return images


def ones_like_there(images: torch.Tensor, device: torch.device) -> torch.Tensor:
    """Make the tensor where it is needed."""
    y = torch.ones_like(images, device=device)
    return y


def ones_like(images: torch.Tensor, device: torch.device) -> torch.Tensor:
    """Make it wherever the other one is."""
    y = torch.ones_like(images)
    return y


def ones(images: torch.Tensor, device: torch.device) -> torch.Tensor:
    """Make it wherever PyTorch makes tensors."""
    y = torch.ones(4, 3)
    return y


Move = Callable[[torch.Tensor, torch.device], torch.Tensor]
MODEL_LINES: dict[str, Callable[[nn.Linear, torch.device], nn.Linear]] = {
    "model.to(device)": model_to,
    "model = model.to(device)": model_assigned,
    "# model.to(device)": model_left,
}
IMAGES_LINES: dict[str, Move] = {
    "images = images.to(device)": images_assigned,
    "images.to(device)": images_to,
    "# images.to(device)": images_left,
}
Y_LINES: dict[str, Move] = {
    "y = torch.ones_like(images, device=device)": ones_like_there,
    "y = torch.ones_like(images)": ones_like,
    "y = torch.ones(4, 3)": ones,
}


# --- the lesson -----------------------------------------------------------------------------------


@checked(
    device=DeviceRule(),
    move_model=OneOf(*MODEL_LINES.values()),
    move_images=OneOf(*IMAGES_LINES.values()),
    make_y=OneOf(*Y_LINES.values()),
)
def follow(
    device: str = PRACTICE,
    move_model: Callable[[nn.Linear, torch.device], nn.Linear] = model_to,
    move_images: Move = images_to,
    make_y: Move = ones_like_there,
) -> Trace:
    """Run the notes' lines one by one and ask every tensor where it is.

    Args:
        device: where the work is to be done.
        move_model: the line that is to move the model.
        move_images: the line that is to move the input.
        make_y: the line that makes the target.

    Source: https://docs.pytorch.org/docs/stable/tensor_attributes.html#torch-device
    """
    there = torch.device(device)
    model = nn.Linear(3, 3)
    steps = [where(model=model.weight)]
    images = torch.ones(4, 3)  # (4, 3)
    steps.append(where(model=model.weight, images=images))
    same_images = images.to(there) is images
    same_model = (other := nn.Linear(3, 3)).to(there) is other

    model = move_model(model, there)
    steps.append(where(model=model.weight, images=images))
    images = move_images(images, there)  # (4, 3)
    steps.append(where(model=model.weight, images=images))
    y = make_y(images, there)  # (4, 3)
    steps.append(where(model=model.weight, images=images, y=y))

    error = ""
    try:
        out = model(images)  # (4, 3)
        steps.append(where(model=model.weight, images=images, y=y, out=out))
        loss = nn.functional.mse_loss(out, y)  # ()
        steps.append(where(model=model.weight, images=images, y=y, out=out, loss=loss))
    except RuntimeError as raised:
        error = str(raised)
    return Trace((*steps,), same_model, same_images, error)


# --- the program on the page ----------------------------------------------------------------------

FIRST = ("model = nn.Linear(3, 3)", "images = torch.ones(4, 3)")
LAST = ("out = model(images)", "loss = nn.functional.mse_loss(out, y)")


def lines(result: Trace, device: str, model: str, images: str, y: str) -> tuple[str, ...]:
    """Return the lines that ran, in order; the last one is that which failed, if one did."""
    every = program(device, model, images, y).splitlines()[1:]
    return (*every[: len(result.steps) + bool(result.error)],)


def program(device: str, model: str, images: str, y: str) -> str:
    """Return the whole program that was chosen; its first line moves nothing."""
    return "\n".join((f'device = torch.device("{device}")', *FIRST, model, images, y, *LAST))


def contents() -> dict[str, list[list[float]]]:
    """Return the numbers that each name's tensor holds wherever it holds any, row by row."""
    torch.manual_seed(0)
    model = nn.Linear(3, 3)
    images, y = torch.ones(4, 3), torch.ones(4, 3)  # (4, 3) each
    out = model(images)  # (4, 3)
    loss = nn.functional.mse_loss(out, y)  # ()
    parameters = torch.cat([model.weight, model.bias[None]])  # (4, 3): the bias comes last
    tensors = {"model": parameters, "images": images, "y": y, "out": out, "loss": loss.view(1, 1)}
    return {name: tensor.tolist() for name, tensor in tensors.items()}


# --- the notes' criterion -------------------------------------------------------------------------


class Held(NamedTuple):
    """How many tensors a loss function holds, and so how many ``.to()`` moves."""

    plain: int
    weighted: int


@checked()
def held() -> Held:
    """Count the tensors in the notes' criterion, and in one with class weights.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.CrossEntropyLoss.html
    """
    plain = nn.CrossEntropyLoss()
    weighted = nn.CrossEntropyLoss(weight=torch.ones(10))
    return Held(len(plain.state_dict()), len(weighted.state_dict()))
