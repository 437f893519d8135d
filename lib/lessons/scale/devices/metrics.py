"""What stands beside the map: the lines of the program, and what a criterion holds."""

from typing import Any, NamedTuple

import torch
from torch import nn

from lib.core.i18n import mark
from lib.core.rules import checked
from lib.lessons.scale.devices.lesson import IMAGES_LINES, MODEL_LINES, Y_LINES, Course

# The accelerators PyTorch may be built for, that most people have.
ACCELERATORS = {
    "cuda": mark("NVIDIA or AMD GPU"),
    "mps": mark("Apple GPU"),
    "xpu": mark("Intel GPU"),
}

FIRST = ("model = nn.Linear(3, 3)", "images = torch.ones(4, 3)")
LAST = ("out = model(images)", "loss = nn.functional.mse_loss(out, y)")


def settings(device: str, model: str, images: str, y: str) -> dict[str, Any]:
    """Return the settings of ``follow`` for the lines that were chosen."""
    return {
        "device": device,
        "move_model": MODEL_LINES[model],
        "move_images": IMAGES_LINES[images],
        "make_y": Y_LINES[y],
    }


def lines(result: Course, device: str, model: str, images: str, y: str) -> tuple[str, ...]:
    """Return the lines that ran, in order; the last one is that which failed, if one did."""
    every = program(device, model, images, y).splitlines()[1:]
    return (*every[: len(result.looks) + bool(result.error)],)


def program(device: str, model: str, images: str, y: str) -> str:
    """Return the whole program that was chosen; its first line moves nothing."""
    return "\n".join((f'device = torch.device("{device}")', *FIRST, model, images, y, *LAST))


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
