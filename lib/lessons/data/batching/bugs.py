"""Mistakes around datasets and loaders, each with its repair, all of them real."""

import torch
from torch.nn.utils.rnn import pad_sequence
from torch.utils.data import DataLoader, SequentialSampler, TensorDataset

from lib.core.bugs import fixes, replaces
from lib.datasets.fashion_mnist import fashion_mnist

# --- tensors of unequal length --------------------------------------------------------------------


def unequal_lengths() -> int:
    """Put pictures and labels together, one label short."""
    images, labels = fashion_mnist()
    x_train = torch.tensor(images[:10])  # (10, 28, 28)
    y_train = torch.tensor(labels[:9])  # (9,)
    train_ds = TensorDataset(x_train, y_train)
    return len(train_ds)


@fixes(
    unequal_lengths,
    "unequal lengths",
    "A sample is one entry of every tensor, so all of them need the same length.",
)
def unequal_lengths_fixed() -> int:
    """Cut both from the same places."""
    images, labels = fashion_mnist()
    x_train = torch.tensor(images[:10])  # (10, 28, 28)
    y_train = torch.tensor(labels[:10])  # (10,)
    train_ds = TensorDataset(x_train, y_train)
    return len(train_ds)


# --- samples of unequal shape ---------------------------------------------------------------------


def unequal_shapes() -> tuple[int, ...]:
    """Put sentences of 3, 5 and 4 words into one batch."""
    sentences = [torch.ones(3), torch.ones(5), torch.ones(4)]
    train_dl = DataLoader(sentences, 3)  # type: ignore[arg-type,var-annotated]
    xb = next(iter(train_dl))
    return tuple(xb.shape)


@fixes(
    unequal_shapes,
    "unequal shapes",
    "A batch is one tensor, stacked from the samples. `collate_fn` says how else.",
)
def unequal_shapes_fixed() -> tuple[int, ...]:
    """Fill the short ones up with zeros; collate_fn is what makes a batch of samples."""
    sentences = [torch.ones(3), torch.ones(5), torch.ones(4)]

    def padded(samples: list[torch.Tensor]) -> torch.Tensor:
        return pad_sequence(samples, batch_first=True)  # (3, 5)

    train_dl = DataLoader(sentences, 3, collate_fn=padded)  # type: ignore[arg-type,var-annotated]
    xb = next(iter(train_dl))  # (3, 5)
    return tuple(xb.shape)


# --- shuffle together with a sampler --------------------------------------------------------------


def shuffle_and_sampler() -> int:
    """Ask for two orders at once."""
    train_ds = TensorDataset(torch.arange(32))
    sampler = SequentialSampler(train_ds)
    train_dl = DataLoader(train_ds, 8, shuffle=True, sampler=sampler)
    return len(train_dl)


@fixes(
    shuffle_and_sampler,
    "shuffle and sampler",
    "Both say in which order the samples come. `shuffle=True` is a `RandomSampler`.",
)
def shuffle_and_sampler_fixed() -> int:
    """Let the sampler alone say in which order."""
    train_ds = TensorDataset(torch.arange(32))
    sampler = SequentialSampler(train_ds)
    train_dl = DataLoader(train_ds, 8, sampler=sampler)
    return len(train_dl)


# --- then and now ---------------------------------------------------------------------------------


def method_next() -> tuple[int, ...]:
    """Look at one batch as the notes do."""
    images, labels = fashion_mnist(train=False)
    test_ds = TensorDataset(torch.tensor(images[:20]), torch.tensor(labels[:20]))
    test_loader = DataLoader(test_ds, batch_size=20)
    dataiter = iter(test_loader)
    images, labels = dataiter.next()  # type: ignore[attr-defined]
    return tuple(images.shape)


@replaces(
    method_next,
    "The notes, and many old tutorials, take a batch with `dataiter.next()`.",
    "The method is gone. `next(dataiter)` works with every iterator, then as now.",
)
def function_next() -> tuple[int, ...]:
    """Look at one batch as every iterator of Python is asked for its next."""
    images, labels = fashion_mnist(train=False)
    test_ds = TensorDataset(torch.tensor(images[:20]), torch.tensor(labels[:20]))
    test_loader = DataLoader(test_ds, batch_size=20)
    dataiter = iter(test_loader)
    images, labels = next(dataiter)  # (20, 28, 28), (20,)
    return tuple(images.shape)
