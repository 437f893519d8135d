"""How good a classifier is, and how: accuracy, confusion, calibration, worst mistakes."""

from typing import NamedTuple

import numpy as np
import torch

CLASSES = 10
BINS = 10


def accuracy(outputs: torch.Tensor, labels: torch.Tensor) -> float:
    """Return the part of the images whose largest output is that of their class.

    Args:
        outputs: (n, 10), logits or probabilities.
        labels: of these images, or of more that come after them.
    """
    return (outputs.argmax(dim=1) == labels[: len(outputs)]).float().mean().item()


def confusion(probabilities: torch.Tensor, labels: torch.Tensor) -> tuple[tuple[int, ...], ...]:
    """Return how many images of each class (rows) were predicted as which (columns)."""
    pairs = labels * CLASSES + probabilities.argmax(dim=1)  # (n,)
    counts = torch.bincount(pairs, minlength=CLASSES**2).view(CLASSES, CLASSES)
    return tuple(tuple(row) for row in counts.tolist())


class OfClass(NamedTuple):
    """How well one class is told from the others.

    Attributes:
        recall: the part of its images that are predicted as it; None if there are no such images.
        precision: the part of the predictions of it that are right; None if there are none.
    """

    recall: float | None
    precision: float | None


def by_class(counts: tuple[tuple[int, ...], ...]) -> tuple[OfClass, ...]:
    """Return recall and precision of every class.

    Args:
        counts: what ``confusion`` returns.
    """
    rows = (sum(row) for row in counts)
    columns = (sum(column) for column in zip(*counts, strict=True))
    return tuple(
        OfClass(*(row[place] / whole if whole else None for whole in (true, predicted)))
        for place, (row, true, predicted) in enumerate(zip(counts, rows, columns, strict=True))
    )


class Calibration(NamedTuple):
    """How often a network is right, by how sure it is.

    Attributes:
        counts: how many images have a confidence of up to 10%, up to 20%, and so on.
        confidence: the mean probability of the predicted class; 0 where there are no images.
        accuracy: the part of the images that are right; 0 where there are none.
        error: how far the two are apart, on average over all images: the expected calibration
            error.
    """

    counts: tuple[int, ...]
    confidence: tuple[float, ...]
    accuracy: tuple[float, ...]
    error: float


def calibration(probabilities: torch.Tensor, labels: torch.Tensor) -> Calibration:
    """Compare how sure a network is with how often it is right.

    Source: Guo, Pleiss, Sun and Weinberger, "On Calibration of Modern Neural Networks", 2017.
    """
    confidence, predicted = probabilities.double().max(dim=1)  # (n,), (n,)
    right = (predicted == labels).double()  # (n,)
    edges = torch.arange(1, BINS) / BINS  # between the bins
    places = torch.bucketize(confidence, edges.double())  # (n,); an edge belongs to the lower bin
    counts = torch.bincount(places, minlength=BINS)
    sums = [torch.bincount(places, each, minlength=BINS) for each in (confidence, right)]
    means = [(each / counts.clamp(min=1)).tolist() for each in sums]
    error = (sums[0] - sums[1]).abs().sum().item() / len(labels)
    return Calibration(tuple(counts.tolist()), tuple(means[0]), tuple(means[1]), error)


class Mistake(NamedTuple):
    """A test image predicted as something else.

    Attributes:
        place: which test image it is, from 0.
        label: its true class.
        predicted: the predicted class.
        confidence: the probability of the predicted class.
    """

    place: int
    label: int
    predicted: int
    confidence: float


def worst(probabilities: torch.Tensor, labels: torch.Tensor, most: int = 12) -> tuple[Mistake, ...]:
    """Return the mistakes the network was surest of, the surest first."""
    confidence, predicted = probabilities.max(dim=1)  # (n,), (n,)
    wrong = (predicted != labels).nonzero().flatten()  # (mistakes,)
    first = wrong[confidence[wrong].argsort(descending=True, stable=True)][:most]
    columns = (first, labels[first], predicted[first], confidence[first])
    return tuple(Mistake(*row) for row in zip(*(each.tolist() for each in columns), strict=True))


def most_confused(counts: tuple[tuple[int, ...], ...]) -> tuple[int, int, int]:
    """Return the two classes confused most often, and how often; the first of equals.

    Args:
        counts: what ``confusion`` returns.
    """
    both = np.array(counts) + np.array(counts).T  # (10, 10)
    both = np.triu(both, 1)
    first, second = divmod(int(both.argmax()), CLASSES)
    return first, second, int(both[first, second])
