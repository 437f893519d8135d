"""The notes' WrappedDataLoader and preprocess, as written there, and what they leave out.

The notes call ``get_data`` and ``device``, but do not give them. ``get_data`` is PyTorch's own,
from its tutorial *What is torch.nn really?*, where the notes' loop comes from as well.
"""

import torch
from torch.utils.data import DataLoader

device = torch.device("cuda" if torch.cuda.is_available() else "cpu")


class WrappedDataLoader:  # noqa: D101
    def __init__(self, dl, func):
        self.dl = dl
        self.func = func

    def __len__(self):  # noqa: D105
        return len(self.dl)

    def __iter__(self):  # noqa: D105
        batches = iter(self.dl)
        for b in batches:
            yield (self.func(*b))


def preprocess(x, y):  # noqa: D103
    return x.view(-1, 1, 28, 28).to(device), y.to(device)


def get_data(train_ds, valid_ds, bs):  # noqa: D103
    return (
        DataLoader(train_ds, batch_size=bs, shuffle=True),
        DataLoader(valid_ds, batch_size=bs * 2),
    )
