"""How good a classifier is, and how: accuracy, confusion, calibration, worst mistakes."""

from typing import NamedTuple

import numpy as np
import torch

CLASSES = 10
BINS = 10


def accuracy(outputs: torch.Tensor, labels: torch.Tensor) -> float:
    """Return the part of the images whose largest output is that of their class.

    Args:
        outputs: (n, 10), or chances.
        labels: of these images, or of more that come after them.
    """
    return (outputs.argmax(dim=1) == labels[: len(outputs)]).float().mean().item()


def confusion(chances: torch.Tensor, labels: torch.Tensor) -> tuple[tuple[int, ...], ...]:
    """Return how many images of each class (rows) were taken for which (columns)."""
    pairs = labels * CLASSES + chances.argmax(dim=1)  # (n,)
    counts = torch.bincount(pairs, minlength=CLASSES**2).view(CLASSES, CLASSES)
    return tuple(tuple(row) for row in counts.tolist())


class Calibration(NamedTuple):
    """How often a network is right, by how sure it is.

    Attributes:
        counts: how many images it was about that sure of: up to 10%, up to 20%, and so on.
        sure: how sure it was of them on average; 0 where there are none.
        right: the part of them it got right; 0 where there are none.
        error: how far the two are apart, on average over all images: the expected calibration
            error.
    """

    counts: tuple[int, ...]
    sure: tuple[float, ...]
    right: tuple[float, ...]
    error: float


def calibration(chances: torch.Tensor, labels: torch.Tensor) -> Calibration:
    """Compare how sure a network is with how often it is right.

    Source: Guo, Pleiss, Sun and Weinberger, "On Calibration of Modern Neural Networks", 2017.
    """
    sure, answers = chances.double().max(dim=1)  # (n,), (n,)
    right = (answers == labels).double()  # (n,)
    edges = torch.arange(1, BINS) / BINS  # between the bins
    places = torch.bucketize(sure, edges.double())  # (n,); what is on an edge goes below it
    counts = torch.bincount(places, minlength=BINS)
    sums = [torch.bincount(places, each, minlength=BINS) for each in (sure, right)]
    means = [(each / counts.clamp(min=1)).tolist() for each in sums]
    error = (sums[0] - sums[1]).abs().sum().item() / len(labels)
    return Calibration(tuple(counts.tolist()), tuple(means[0]), tuple(means[1]), error)


class Mistake(NamedTuple):
    """A test image taken for something else.

    Attributes:
        place: which test image it is, from 0.
        label: its class.
        answer: the class the network says.
        sure: how sure it is of that, from 0 to 1.
    """

    place: int
    label: int
    answer: int
    sure: float


def worst(chances: torch.Tensor, labels: torch.Tensor, most: int = 12) -> tuple[Mistake, ...]:
    """Return the mistakes the network was surest of, the surest first."""
    sure, answers = chances.max(dim=1)  # (n,), (n,)
    wrong = (answers != labels).nonzero().flatten()  # (mistakes,)
    first = wrong[sure[wrong].argsort(descending=True, stable=True)][:most].tolist()
    return tuple(
        Mistake(place, int(labels[place]), int(answers[place]), float(sure[place]))
        for place in first
    )


def most_confused(counts: tuple[tuple[int, ...], ...]) -> tuple[int, int, int]:
    """Return the two classes taken for each other most often, and how often; the first of equals.

    Args:
        counts: what ``confusion`` returns.
    """
    both = np.array(counts) + np.array(counts).T  # (10, 10)
    both = np.triu(both, 1)
    first, second = divmod(int(both.argmax()), CLASSES)
    return first, second, int(both[first, second])
