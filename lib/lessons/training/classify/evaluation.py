"""What there is to see in what a network says of the test images, beside what they are."""

from functools import cache

import numpy as np
import torch

from lib.datasets.fashion_mnist import fashion_mnist
from lib.lessons.training.classify.measures import (
    Calibration,
    Mistake,
    calibration,
    confusion,
    most_confused,
    worst,
)

__all__ = ["calibrated", "confused", "mistaken", "most_confused", "most_confused_of"]


@cache
def labels() -> torch.Tensor:
    """Return the classes of the test images: (1000,)."""
    return torch.tensor(fashion_mnist(train=False).labels).long()


def confused(chances: np.ndarray) -> tuple[tuple[int, ...], ...]:
    """Return how many test images of each class (rows) were taken for which (columns)."""
    return confusion(torch.from_numpy(chances), labels())


def most_confused_of(chances: np.ndarray) -> tuple[int, int, int]:
    """Return the two classes taken for each other most often, and how often."""
    return most_confused(confused(chances))


def stuck(chances: np.ndarray) -> bool:
    """Return whether one answer is given to more than half of the test images."""
    return int(np.bincount(chances.argmax(axis=1)).max()) > len(chances) // 2


def calibrated(chances: np.ndarray) -> Calibration:
    """Return how often the network is right, by how sure it is."""
    return calibration(torch.from_numpy(chances), labels())


def mistaken(chances: np.ndarray) -> tuple[tuple[Mistake, ...], tuple[np.ndarray, ...]]:
    """Return the mistakes the network was surest of, and the image of each."""
    found = worst(torch.from_numpy(chances), labels())
    images = fashion_mnist(train=False).images
    return found, tuple(images[each.place] for each in found)
