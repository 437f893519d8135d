"""What goes wrong with filters, and what the notes write that is gone."""

import torch
from torch.utils.data import DataLoader, TensorDataset

from lib.core.bugs import replaces

# --- then and now ---------------------------------------------------------------------------------


def notes_next() -> tuple[int, ...]:
    """Take a batch as the notes do."""
    test_loader = DataLoader(TensorDataset(torch.rand(40, 1, 28, 28)), batch_size=20)
    dataiter = iter(test_loader)
    (images,) = dataiter.next()
    return tuple(images.numpy().shape)


@replaces(
    notes_next,
    "The notes take a batch with `dataiter.next()`.",
    "That method is gone. `next(dataiter)` is Python's own, and works with every iterator.",
)
def next_now() -> tuple[int, ...]:
    """Ask Python's own next for it."""
    test_loader = DataLoader(TensorDataset(torch.rand(40, 1, 28, 28)), batch_size=20)
    dataiter = iter(test_loader)
    (images,) = next(dataiter)
    return tuple(images.numpy().shape)
