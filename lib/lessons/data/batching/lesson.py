"""Dataset and DataLoader: which samples come in which batch, in this epoch and in the next."""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np
import torch
from torch.utils.data import (
    DataLoader,
    RandomSampler,
    Sampler,
    SequentialSampler,
    TensorDataset,
    WeightedRandomSampler,
)

from lib.core.i18n import mark
from lib.core.rules import Between, OneOf, checked
from lib.datasets.fashion_mnist import CLASSES, Images, fashion_mnist

Order = Callable[[torch.Tensor], dict[str, Any]]  # labels -> the arguments that set an order
Epoch = tuple[tuple[int, ...], ...]  # the batches; of each, where its samples stand in the dataset


class Loaded(NamedTuple):
    """What a loader gives in two epochs.

    Attributes:
        labels: the class of every sample, in the order of the dataset.
        batches: ``len(train_dl)``.
        shape: the shape of ``xb`` in the first batch; empty if there is no batch.
        first: the batches of the first epoch.
        second: those of the second.
    """

    labels: tuple[int, ...]
    batches: int
    shape: tuple[int, ...]
    first: Epoch
    second: Epoch


# --- the data: pictures of clothes, in an order of your choice ------------------------------------


def mixed(samples: int) -> Images:
    """Take the first pictures of Fashion-MNIST, whose order is a shuffled one."""
    images, labels = fashion_mnist()
    return Images(images[:samples], labels[:samples])  # (samples, 28, 28), (samples,)


def sorted_by_label(samples: int) -> Images:
    """Take the same pictures, class after class, as they come out of folders."""
    images, labels = mixed(samples)
    order = np.argsort(labels, kind="stable")  # (samples,)
    return Images(images[order], labels[order])


def mostly_shirts(samples: int) -> Images:
    """Take three T-shirts for every other piece, as real data has common and rare classes."""
    images, labels = fashion_mnist()
    shirts, others = np.flatnonzero(labels == 0), np.flatnonzero(labels != 0)
    places = np.arange(samples)  # (samples,)
    picked = np.where(places % 4 == 3, others[places // 4], shirts[places])  # (samples,)
    return Images(images[picked], labels[picked])


# --- the order: each returns the arguments of DataLoader that set it ------------------------------


class TakingTurns(Sampler[int]):
    """A sampler of your own: one sample of each class in turn; a class that ran out starts over."""

    def __init__(self, labels: torch.Tensor) -> None:
        self.labels = labels

    def __iter__(self) -> Iterator[int]:
        """Yield the place of one sample after the other."""
        classes = [torch.where(self.labels == label)[0] for label in self.labels.unique()]
        classes = [places[torch.randperm(len(places))] for places in classes]
        for i in range(len(self.labels)):
            places = classes[i % len(classes)]
            yield int(places[i // len(classes) % len(places)])

    def __len__(self) -> int:
        """Return how many places it yields."""
        return len(self.labels)


def in_order(labels: torch.Tensor) -> dict[str, Any]:
    """Leave the dataset's order."""
    return {"shuffle": False}


def shuffled(labels: torch.Tensor) -> dict[str, Any]:
    """Draw a new order for every epoch."""
    return {"shuffle": True}


def sequential(labels: torch.Tensor) -> dict[str, Any]:
    """Say what shuffle=False does inside."""
    return {"sampler": SequentialSampler(labels)}


def random(labels: torch.Tensor) -> dict[str, Any]:
    """Say what shuffle=True does inside."""
    return {"sampler": RandomSampler(labels)}


def with_replacement(labels: torch.Tensor) -> dict[str, Any]:
    """Draw each sample from all of them, so that some come twice and some never."""
    return {"sampler": RandomSampler(labels, replacement=True)}


def class_balanced(labels: torch.Tensor) -> dict[str, Any]:
    """Draw rare classes as often as common ones, on average."""
    weights = 1 / torch.bincount(labels)[labels]  # (samples,)
    return {"sampler": WeightedRandomSampler(weights.tolist(), num_samples=len(labels))}


def taking_turns(labels: torch.Tensor) -> dict[str, Any]:
    """Take one sample of each class in turn."""
    return {"sampler": TakingTurns(labels)}


# --- the lesson -----------------------------------------------------------------------------------

DATA: dict[str, Callable[[int], Images]] = {
    "mixed": mixed,
    "sorted by label": sorted_by_label,
    "mostly T-shirts": mostly_shirts,
}
SAMPLERS: dict[str, Order] = {
    "SequentialSampler": sequential,
    "RandomSampler": random,
    "RandomSampler(replacement=True)": with_replacement,
    "WeightedRandomSampler": class_balanced,
    "TakingTurns": taking_turns,
}
# What each sampler does, by its name in ``SAMPLERS``.
EXPLANATIONS = {
    "SequentialSampler": mark("The dataset's order: what shuffle=False uses inside."),
    "RandomSampler": mark("A new order in every epoch: what shuffle=True uses inside."),
    "RandomSampler(replacement=True)": mark(
        "Each sample is drawn from all of them: one may come twice, another never."
    ),
    "WeightedRandomSampler": mark(
        "Draws by weights of your choice, with replacement. Here samples of a rare class weigh "
        "more, so that every class comes equally often on average."
    ),
    "TakingTurns": mark(
        "A sampler of your own, in a few lines below: one sample of each class in turn."
    ),
}
SAMPLES, BATCH_SIZE, SEED = Between(8, 96), Between(1, 48), Between(0, 9999)


@checked(
    data=OneOf(*DATA.values()),
    order=OneOf(in_order, shuffled, *SAMPLERS.values()),
    samples=SAMPLES,
    batch_size=BATCH_SIZE,
    drop_last=OneOf(False, True),
    seed=SEED,
)
def two_epochs(
    data: Callable[[int], Images] = mixed,
    order: Order = in_order,
    samples: int = 32,
    batch_size: int = 5,
    drop_last: bool = False,
    seed: int = 0,
) -> Loaded:
    """Walk through a dataset twice, batch by batch, and note which samples come together.

    Args:
        data: which pictures, in which order.
        order: the loader's arguments that set the order: shuffle or a sampler.
        samples: how many pictures there are.
        batch_size: how many the loader puts together.
        drop_last: whether it leaves out a last batch that is not full.
        seed: where PyTorch's random numbers begin, once for both epochs.

    Source: https://docs.pytorch.org/docs/stable/data.html
    """
    images, labels = data(samples)
    x_train = torch.tensor(images) / 255  # (samples, 28, 28)
    y_train = torch.tensor(labels).long()  # (samples,)
    places = torch.arange(samples)  # (samples,)
    train_ds = TensorDataset(x_train, y_train, places)

    torch.manual_seed(seed)
    train_dl = DataLoader(train_ds, batch_size, drop_last=drop_last, **order(y_train))

    shape: tuple[int, ...] = ()
    epochs: list[list[tuple[int, ...]]] = [[], []]
    for batches in epochs:
        for xb, _yb, where in train_dl:  # (batch, 28, 28), (batch,), (batch,)
            shape = shape or tuple(xb.shape)
            batches.append(tuple(where.tolist()))

    first, second = map(tuple, epochs)
    return Loaded(tuple(y_train.tolist()), len(train_dl), shape, first, second)


# --- what came in the two epochs ------------------------------------------------------------------

BATCHES = 4  # of all ten classes, an epoch: what the challenge asks for


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
