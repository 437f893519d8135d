"""Devices: where a model and its tensors live, after every line that moves them."""

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import nn

from lib.core.rules import OneOf, checked
from lib.runtime.environment import devices

PRACTICE = "meta"  # a device on every machine: its tensors have a shape, a dtype and no numbers


class DeviceRule:
    """A device of this machine, or "meta"."""

    def check(self, name: str, value: object) -> None:
        """Raise ``ValueError`` unless ``value`` is one of the devices here."""
        OneOf(*choices()).check(name, value)


def choices() -> tuple[str, ...]:
    """Return the devices to choose from: GPUs and the like, "meta", the CPU."""
    return (*(name for name in devices() if name != "cpu"), PRACTICE, "cpu")


class Course(NamedTuple):
    """A program's tensors, looked at after every line.

    Attributes:
        looks: for each line that ran, the device of every name there is.
        same_model: whether ``model.to(device)`` returned the model itself.
        same_images: whether ``images.to(device)`` returned the tensor itself.
        error: what PyTorch said on the line that failed; empty if none did.
    """

    looks: tuple[dict[str, str], ...]
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
) -> Course:
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
    looks = [where(model=model.weight)]
    images = torch.ones(4, 3)  # (4, 3)
    looks.append(where(model=model.weight, images=images))
    same_images = images.to(there) is images
    same_model = (other := nn.Linear(3, 3)).to(there) is other

    model = move_model(model, there)
    looks.append(where(model=model.weight, images=images))
    images = move_images(images, there)  # (4, 3)
    looks.append(where(model=model.weight, images=images))
    y = make_y(images, there)  # (4, 3)
    looks.append(where(model=model.weight, images=images, y=y))

    error = ""
    try:
        out = model(images)  # (4, 3)
        looks.append(where(model=model.weight, images=images, y=y, out=out))
        loss = nn.functional.mse_loss(out, y)  # ()
        looks.append(where(model=model.weight, images=images, y=y, out=out, loss=loss))
    except RuntimeError as raised:
        error = str(raised)
    return Course((*looks,), same_model, same_images, error)
