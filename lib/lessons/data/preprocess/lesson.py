"""From pixels to tensors: a chain of torchvision's transforms, looked at after every step."""

from typing import NamedTuple

import torch
from torchvision.transforms import v2

from lib.core.rules import Between, checked
from lib.datasets.images import PictureRule, picture
from lib.lessons.data.preprocess.look import Look, look
from lib.lessons.data.preprocess.steps import FIRST_CHAIN, STEPS, Steps, UpToEightSteps

SEEDS = Between(0, 99)


class Chain(NamedTuple):
    """What came of a chain of steps.

    Attributes:
        steps: all steps of the chain.
        looks: the picture at first, then after each step that worked.
        refused: torchvision's error in its own words, if it refused the next step; else empty.
    """

    steps: Steps
    looks: tuple[Look, ...]
    refused: str


@checked(image=PictureRule(), steps=UpToEightSteps(), seed=SEEDS)
def follow(image: str | bytes = "chelsea", steps: Steps = FIRST_CHAIN, seed: int = 0) -> Chain:
    """Send a picture through the steps one by one, and look at it after each.

    ``v2.Compose`` does the same in one go: it calls its transforms one after the other.

    Args:
        image: a picture that ``picture`` knows.
        steps: names from ``STEPS``, in the order they are taken.
        seed: for the steps that draw random numbers.

    Raises:
        ValueError: for a setting that is not allowed. What torchvision refuses is told in the
            result.

    Source: https://docs.pytorch.org/vision/stable/transforms.html
    """
    torch.manual_seed(seed)
    x = picture(image)  # (H, W, 3)
    looks = [look("", x)]
    for name in steps:
        transform: v2.Transform = STEPS[name]
        try:
            x = transform(x)  # ToImage: (3, H, W); the others as their name says
        except (TypeError, ValueError, RuntimeError) as error:
            return Chain(steps, tuple(looks), f"{type(error).__name__}: {error}")
        looks.append(look(name, x))
    return Chain(steps, tuple(looks), "")
