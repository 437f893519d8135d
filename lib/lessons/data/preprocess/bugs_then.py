"""What old tutorials and the notes write, and the same for today."""

from typing import NamedTuple

import torch
from torch.utils.data import DataLoader, TensorDataset
from torchvision import transforms
from torchvision.transforms import v2

from lib.core.bugs import replaces
from lib.datasets.images import picture


class Floats(NamedTuple):
    """A picture as floats, and how far it is from what the other way gives."""

    shape: tuple[int, ...]
    dtype: str
    low: float
    high: float
    largest_difference: float


def to_tensor_then() -> Floats:
    """Make floats from 0 to 1 of a photo with the old ToTensor, and with its twin in v2."""
    photo = picture("chelsea")  # (H, W, 3), uint8
    x = transforms.ToTensor()(photo)  # (3, H, W)
    twin = v2.ToTensor()(photo)  # (3, H, W)
    apart = (x - twin).abs().max().item()
    return Floats(tuple(x.shape), str(x.dtype), x.min().item(), x.max().item(), apart)


@replaces(
    to_tensor_then,
    "Older tutorials begin every chain with `transforms.ToTensor()`.",
    "The old one still runs and says nothing; its twin in v2 warns. Two steps say what the one "
    "did: `ToImage` moves the channel to the front, `ToDtype` scales 0 to 255 to 0 to 1.",
)
def to_tensor_now() -> Floats:
    """Do the same in two steps, and compare with the old ToTensor."""
    photo = picture("chelsea")  # (H, W, 3), uint8
    x = v2.Compose([v2.ToImage(), v2.ToDtype(torch.float32, scale=True)])(photo)  # (3, H, W)
    old = transforms.ToTensor()(photo)  # (3, H, W)
    apart = (x - old).abs().max().item()
    return Floats(tuple(x.shape), str(x.dtype), x.min().item(), x.max().item(), apart)


class Loaders(NamedTuple):
    """The two loaders in numbers."""

    train_batches: int
    train_batch: int
    valid_batches: int
    valid_batch: int


def notes_get_data() -> Loaders:
    """Write what the notes write."""
    train_ds = TensorDataset(torch.rand(100, 784), torch.zeros(100))
    valid_ds = TensorDataset(torch.rand(80, 784), torch.zeros(80))
    train_dl, valid_dl = get_data(train_ds, valid_ds, 16)  # noqa: F821
    (xb, _), (valid_xb, _) = next(iter(train_dl)), next(iter(valid_dl))
    return Loaders(len(train_dl), len(xb), len(valid_dl), len(valid_xb))


@replaces(
    notes_get_data,
    "The notes call `get_data(train_ds, valid_ds, bs)`, and do not give it.",
    "It is from PyTorch's tutorial *What is torch.nn really?*: two DataLoaders. The training set "
    "is shuffled; the validation set is not, and its batches are twice as large, since nothing "
    "has to be kept for a way back.",
)
def tutorials_get_data() -> Loaders:
    """Write out what the tutorial's get_data does."""
    train_ds = TensorDataset(torch.rand(100, 784), torch.zeros(100))
    valid_ds = TensorDataset(torch.rand(80, 784), torch.zeros(80))

    def get_data(train_ds, valid_ds, bs):
        return (
            DataLoader(train_ds, batch_size=bs, shuffle=True),
            DataLoader(valid_ds, batch_size=bs * 2),
        )

    train_dl, valid_dl = get_data(train_ds, valid_ds, 16)
    (xb, _), (valid_xb, _) = next(iter(train_dl)), next(iter(valid_dl))
    return Loaders(len(train_dl), len(xb), len(valid_dl), len(valid_xb))
