"""Mistakes around a SummaryWriter that raise an error, each with its repair."""

import tempfile

import torch
from torch.utils.tensorboard import SummaryWriter

from lib.core.bugs import fixes

# --- a picture with its channels last -------------------------------------------------------------


def channels_last() -> str:
    """Write a picture as OpenCV or NumPy hold it: height, width, channels."""
    picture = torch.zeros(28, 28, 3, dtype=torch.uint8)  # (H, W, C)
    with tempfile.TemporaryDirectory() as runs, SummaryWriter(runs) as writer:
        writer.add_image("first picture", picture)
    return "written"


@fixes(
    channels_last,
    "channels last",
    "`add_image` takes (channels, height, width), as PyTorch has it. With 28 channels of 3 "
    "numbers it does not know what to do. `dataformats` says what the axes are.",
    heavy=True,
)
def channels_last_fixed() -> str:
    """Say in which order the axes are."""
    picture = torch.zeros(28, 28, 3, dtype=torch.uint8)  # (H, W, C)
    with tempfile.TemporaryDirectory() as runs, SummaryWriter(runs) as writer:
        writer.add_image("first picture", picture, dataformats="HWC")
    return "written"


# --- labels that do not fit the points ------------------------------------------------------------


def labels_short() -> str:
    """Write the features of four pictures with three names."""
    features = torch.zeros(4, 32)
    with tempfile.TemporaryDirectory() as runs, SummaryWriter(runs) as writer:
        writer.add_embedding(features, metadata=["Dress", "Bag", "Coat"])
    return "written"


@fixes(
    labels_short,
    "a label too few",
    "Every row of the features is a point, and every point needs its label.",
    heavy=True,
)
def labels_short_fixed() -> str:
    """Write one name for each row."""
    features = torch.zeros(4, 32)
    with tempfile.TemporaryDirectory() as runs, SummaryWriter(runs) as writer:
        writer.add_embedding(features, metadata=["Dress", "Bag", "Coat", "Bag"])
    return "written"
