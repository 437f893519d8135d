"""A closer look at a trained network: at its test images, and at a picture of the visitor's."""

from functools import cache
from typing import NamedTuple

import numpy as np
import torch

from lib.core.rules import checked
from lib.datasets.fashion_mnist import fashion_mnist
from lib.datasets.images import PictureRule, picture
from lib.lessons.training.classify.config import Recipe
from lib.lessons.training.classify.lesson import pixels
from lib.lessons.training.classify.metrics import (
    Calibration,
    Mistake,
    calibration,
    confusion,
    worst,
)
from lib.lessons.training.classify.runs import Checkpoint, trained

# --- the test images ------------------------------------------------------------------------------


@cache
def labels() -> torch.Tensor:
    """Return the classes of the test images: (1000,)."""
    return torch.tensor(fashion_mnist(train=False).labels).long()


def confused(probabilities: np.ndarray) -> tuple[tuple[int, ...], ...]:
    """Return how many test images of each class (rows) were predicted as which (columns)."""
    return confusion(torch.from_numpy(probabilities), labels())


def collapsed(probabilities: np.ndarray) -> bool:
    """Return whether one class is predicted for more than half of the test images."""
    counts = np.bincount(probabilities.argmax(axis=1))
    return int(counts.max()) > len(probabilities) // 2


def calibrated(probabilities: np.ndarray) -> Calibration:
    """Return how often the network is right, by how sure it is."""
    return calibration(torch.from_numpy(probabilities), labels())


def mistaken(probabilities: np.ndarray) -> tuple[tuple[Mistake, ...], tuple[np.ndarray, ...]]:
    """Return the mistakes the network was surest of, and the image of each."""
    found = worst(torch.from_numpy(probabilities), labels())
    images = fashion_mnist(train=False).images
    return found, tuple(images[each.place] for each in found)


# --- a picture of the visitor's -------------------------------------------------------------------

SIDE = 28
INSIDE = 26  # pixels of the longer side of what is shown, as in Fashion-MNIST
FAINT = 0.15  # of the brightest pixel; what is darker counts as background


class Prepared(NamedTuple):
    """A picture as Fashion-MNIST would have it.

    Attributes:
        image: (28, 28), uint8.
        inverted: whether light and dark were exchanged, since the background was bright.
    """

    image: np.ndarray
    inverted: bool


@checked(image=PictureRule())
def prepared(image: str | bytes = "fashion 0") -> Prepared:
    """Make a picture gray, its background black, and put what is on it into the middle.

    Raises:
        ValueError: if ``image`` is no picture.
    """
    rgb = torch.tensor(picture(image)).float()  # (H, W, 3)
    gray = rgb @ torch.tensor([0.299, 0.587, 0.114])  # (H, W, 3) -> (H, W)
    inverted = bool(border_level(gray) > 127)
    if inverted:
        gray = 255 - gray
    if gray.shape == (SIDE, SIDE) and not inverted:  # already as it should be
        return Prepared(gray.round().byte().numpy(), inverted)
    gray = (gray - border_level(gray)).clamp(min=0)
    gray = gray * (255 / gray.max().clamp(min=1))
    shown = (gray > FAINT * 255).nonzero()  # (pixels, 2)
    if len(shown):
        (top, left), (bottom, right) = shown.amin(dim=0).tolist(), shown.amax(dim=0).tolist()
        gray = gray[top : bottom + 1, left : right + 1]
    return Prepared(centered(gray).round().byte().numpy(), inverted)


def border_level(gray: torch.Tensor) -> torch.Tensor:
    """Return how bright the background is: the median along the border."""
    return torch.cat([gray[0], gray[-1], gray[:, 0], gray[:, -1]]).median()


def centered(gray: torch.Tensor) -> torch.Tensor:
    """Return what is on a picture, scaled to fit, in the middle: (H, W) -> (28, 28)."""
    height, width = gray.shape
    scale = INSIDE / max(height, width)
    size = (max(1, round(height * scale)), max(1, round(width * scale)))
    small = torch.nn.functional.interpolate(
        gray[None, None], size, mode="bilinear", antialias=True, align_corners=False
    )[0, 0]
    canvas = torch.zeros(SIDE, SIDE)
    top, left = (SIDE - size[0]) // 2, (SIDE - size[1]) // 2
    canvas[top : top + size[0], left : left + size[1]] = small.clamp(0, 255)
    return canvas


def probabilities_of(
    recipe: Recipe, checkpoint: Checkpoint, image: np.ndarray
) -> tuple[float, ...]:
    """Return a trained network's probability of each class for one image, (28, 28)."""
    known = checkpoint.standing
    x = (pixels(image[None]) - known.mean) / known.std  # (1, 784)
    with torch.no_grad():
        probabilities: torch.Tensor = trained(recipe, checkpoint)(x).softmax(dim=1)  # (1, 10)
    return tuple(probabilities[0].tolist())
