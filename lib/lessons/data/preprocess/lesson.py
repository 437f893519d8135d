"""From pixels to tensors: a chain of torchvision's transforms, an image after every step."""

from typing import NamedTuple

import numpy as np
import torch
from torchvision.transforms import v2

from lib.core.rules import Between, checked
from lib.datasets.images import PictureRule, picture
from lib.lessons.data.preprocess.steps import (
    CHAIN,
    FIRST_CHAIN,
    STEPS,
    Snapshot,
    Steps,
    snapshot,
)

SEEDS = Between(0, 99)


class Chain(NamedTuple):
    """What came of a chain of steps.

    Attributes:
        steps: all steps of the chain.
        snapshots: the image at first, then after each step that worked.
        error: torchvision's own words, if it refused the next step; else empty.
    """

    steps: Steps
    snapshots: tuple[Snapshot, ...]
    error: str


@checked(image=PictureRule(), steps=CHAIN, seed=SEEDS)
def follow(image: str | bytes = "chelsea", steps: Steps = FIRST_CHAIN, seed: int = 0) -> Chain:
    """Send an image through the steps one by one, and take a snapshot after each.

    ``v2.Compose`` does the same in one go: it calls its transforms one after the other.

    Args:
        image: one that ``picture`` knows.
        steps: names from ``STEPS``, in the order they are taken.
        seed: for the steps that draw random numbers.

    Source: https://docs.pytorch.org/vision/stable/transforms.html
    """
    torch.manual_seed(seed)
    x = picture(image)  # (H, W, 3)
    snapshots = [snapshot("", x)]
    for name in steps:
        transform: v2.Transform = STEPS[name]
        try:
            x = transform(x)  # ToImage: (3, H, W); the others as their name says
        except (TypeError, ValueError, RuntimeError) as error:
            return Chain(steps, tuple(snapshots), f"{type(error).__name__}: {error}")
        snapshots.append(snapshot(name, x))
    return Chain(steps, tuple(snapshots), "")


DRAWS = 8


class Draws(NamedTuple):
    """Eight results of one chain: what a network gets of one image in eight epochs.

    Attributes:
        images: each as matplotlib shows it, uint8 (height, width, 3); none if a step is refused.
        different: how many of them differ.
        mean: the mean of all numbers of each.
    """

    images: tuple[np.ndarray, ...]
    different: int
    mean: tuple[float, ...]


@checked(image=PictureRule(), steps=CHAIN, seed=SEEDS)
def draw(image: str | bytes = "chelsea", steps: Steps = FIRST_CHAIN, seed: int = 0) -> Draws:
    """Send the same image through the same chain eight times.

    A Normalize at the end is left out: it draws nothing, and hides what the others do.

    Args:
        image: one that ``picture`` knows.
        steps: names from ``STEPS``, in the order they are taken.
        seed: set once, before the first draw.
    """
    torch.manual_seed(seed)
    start = picture(image)  # (H, W, 3)
    taken = steps[:-1] if steps and steps[-1].startswith("Normalize") else steps
    chain = v2.Compose([STEPS[name] for name in taken] or [v2.Identity()])
    try:
        drawn = [snapshot("", chain(start)) for _ in range(DRAWS)]
    except (TypeError, ValueError, RuntimeError):
        return Draws((), 0, ())
    return Draws(
        images=tuple(each.shown for each in drawn),
        different=len({(each.shown.tobytes(), each.mean) for each in drawn}),
        mean=tuple(float(np.mean(each.mean)) for each in drawn),
    )
