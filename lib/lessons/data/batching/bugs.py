"""Mistakes around datasets and loaders, each with its repair, all of them real."""

import torch
from torch.nn.utils.rnn import pad_sequence
from torch.utils.data import DataLoader, SequentialSampler, TensorDataset

from lib.core.bugs import Bug, Then
from lib.core.i18n import mark
from lib.datasets.fashion_mnist import fashion_mnist
from lib.lessons.data.batching.bugs_silent import (
    nothing_left,
    nothing_left_fixed,
    sorted_without_shuffle,
    sorted_without_shuffle_fixed,
)
from lib.lessons.data.batching.bugs_spawn import dataset_in_main, dataset_in_main_fixed

# --- tensors of unequal length --------------------------------------------------------------------


def unequal_lengths() -> int:
    """Put pictures and labels together, one label short."""
    images, labels = fashion_mnist()
    x_train = torch.tensor(images[:10])  # (10, 28, 28)
    y_train = torch.tensor(labels[:9])  # (9,)
    train_ds = TensorDataset(x_train, y_train)
    return len(train_ds)


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


def function_next() -> tuple[int, ...]:
    """Look at one batch as every iterator of Python is asked for its next."""
    images, labels = fashion_mnist(train=False)
    test_ds = TensorDataset(torch.tensor(images[:20]), torch.tensor(labels[:20]))
    test_loader = DataLoader(test_ds, batch_size=20)
    dataiter = iter(test_loader)
    images, labels = next(dataiter)  # (20, 28, 28), (20,)
    return tuple(images.shape)


# --- what the page shows --------------------------------------------------------------------------

BUGS = (
    Bug(
        mark("unequal lengths"),
        unequal_lengths,
        unequal_lengths_fixed,
        mark("A sample is one entry of every tensor, so all of them need the same length."),
    ),
    Bug(
        mark("unequal shapes"),
        unequal_shapes,
        unequal_shapes_fixed,
        mark("A batch is one tensor, stacked from the samples. `collate_fn` says how else."),
    ),
    Bug(
        mark("shuffle and sampler"),
        shuffle_and_sampler,
        shuffle_and_sampler_fixed,
        mark("Both say in which order the samples come. `shuffle=True` is a `RandomSampler`."),
    ),
    Bug(
        mark("dataset in the main script"),
        dataset_in_main,
        dataset_in_main_fixed,
        mark(
            "A worker that is not a copy of your process has to find the dataset's class, so it "
            "runs your script again, down to the loader, which would start a worker ... Put what "
            'starts workers under `if __name__ == "__main__":`. Both scripts are run for real.'
        ),
        heavy=True,
    ),
    Bug(
        mark("sorted labels (silent)"),
        sorted_without_shuffle,
        sorted_without_shuffle_fixed,
        mark(
            "No error. Each stretch of batches holds one class, so the network forgets all others "
            "and says what it saw last. `shuffle=True` mixes them; the rest is the same."
        ),
        heavy=True,
    ),
    Bug(
        mark("drop_last, little data (silent)"),
        nothing_left,
        nothing_left_fixed,
        mark("No error: fewer samples than one batch, and the loop runs not even once."),
    ),
)

THEN = Then(
    mark("The notes, and many old tutorials, take a batch with `dataiter.next()`."),
    method_next,
    function_next,
    mark("The method is gone. `next(dataiter)` works with every iterator, then as now."),
)
