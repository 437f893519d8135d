"""Metrics of two epochs: who was left out, and which classes come in a batch; and the challenge."""

from typing import NamedTuple

import numpy as np

from lib.core.i18n import mark
from lib.datasets.fashion_mnist import CLASSES
from lib.lessons.data.batching.lesson import Epoch, Loaded

BATCHES = 4  # of all ten classes, an epoch: what the challenge asks for

# What each sampler does, by its name in ``SAMPLERS``.
EXPLANATIONS = {
    "SequentialSampler": mark("The dataset's order: what shuffle=False uses inside."),
    "RandomSampler": mark("A new order in every epoch: what shuffle=True uses inside."),
    "RandomSampler(replacement=True)": mark(
        "Each sample is drawn from all of them: some come twice, some never."
    ),
    "WeightedRandomSampler": mark(
        "Balanced by class: samples of a rare class are drawn more often, so that every class "
        "comes equally often on average."
    ),
    "TakingTurns": mark(
        "A sampler of your own, in a few lines below: one sample of each class in turn."
    ),
}


class Seen(NamedTuple):
    """How often the samples of the dataset came in one epoch.

    Attributes:
        never: the places of those that came in no batch.
        again: how many came more than once.
        complete: how many batches hold every one of the ten classes.
    """

    never: tuple[int, ...]
    again: int
    complete: int


def seen(result: Loaded, epoch: Epoch) -> Seen:
    """Count what came in one of the two epochs of ``result``."""
    places = np.array([place for batch in epoch for place in batch], dtype=np.int64)
    times = np.bincount(places, minlength=len(result.labels))  # (samples,)
    held = mix(result, epoch)  # (batches, classes)
    return Seen(
        never=tuple(np.flatnonzero(times == 0).tolist()),
        again=int((times > 1).sum()),
        complete=int((held > 0).all(axis=1).sum()),
    )


def mix(result: Loaded, epoch: Epoch) -> np.ndarray:
    """Return how many samples of each class are in each batch, (batches, classes)."""
    labels = np.array(result.labels)  # (samples,)
    counts = [np.bincount(labels[list(batch)], minlength=len(CLASSES)) for batch in epoch]
    return np.array(counts, dtype=np.uint8).reshape(len(epoch), len(CLASSES))


def incomplete(result: Loaded) -> int:
    """Return how many batches of both epochs lack a class."""
    held = (mix(result, epoch) for epoch in (result.first, result.second))
    return sum(int((batches == 0).any(axis=1).sum()) for batches in held)


def reaches(result: Loaded) -> bool:
    """Return whether there are four batches or more, and all ten classes in every one of them."""
    return result.batches >= BATCHES and incomplete(result) == 0
