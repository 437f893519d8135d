"""Eight draws of the same chain: what a network sees of one picture in eight epochs."""

from typing import NamedTuple

import numpy as np
import torch
from torchvision.transforms import v2

from lib.core.rules import checked
from lib.datasets.images import PictureRule, picture
from lib.lessons.data.preprocess.lesson import SEEDS
from lib.lessons.data.preprocess.look import look
from lib.lessons.data.preprocess.steps import FIRST_CHAIN, STEPS, Steps, UpToEightSteps

DRAWS = 8


class Draws(NamedTuple):
    """Eight results of one chain.

    Attributes:
        pictures: what a viewer shows of each, uint8 (height, width, 3); none if a step is refused.
        different: how many of them differ.
        mean: the mean of all numbers of each.
    """

    pictures: tuple[np.ndarray, ...]
    different: int
    mean: tuple[float, ...]


@checked(image=PictureRule(), steps=UpToEightSteps(), seed=SEEDS)
def draw(image: str | bytes = "chelsea", steps: Steps = FIRST_CHAIN, seed: int = 0) -> Draws:
    """Send the same picture through the same chain eight times.

    A Normalize at the end is left out: it draws nothing, and hides what the others do.

    Args:
        image: a picture that ``picture`` knows.
        steps: names from ``STEPS``, in the order they are taken.
        seed: set once, before the first draw.
    """
    torch.manual_seed(seed)
    start = picture(image)  # (H, W, 3)
    seen = steps[:-1] if steps and steps[-1].startswith("Normalize") else steps
    chain = v2.Compose([STEPS[name] for name in seen] or [v2.Identity()])
    try:
        drawn = [look("", chain(start)) for _ in range(DRAWS)]
    except (TypeError, ValueError, RuntimeError):
        return Draws((), 0, ())
    return Draws(
        pictures=tuple(each.seen for each in drawn),
        different=len({(each.seen.tobytes(), each.mean) for each in drawn}),
        mean=tuple(float(np.mean(each.mean)) for each in drawn),
    )
