"""Mistakes around a SummaryWriter that raise an error, each with its repair."""

import tempfile

import torch
from torch.utils.tensorboard import SummaryWriter

# --- a picture with its channels last -------------------------------------------------------------


def channels_last() -> str:
    """Write a picture as OpenCV or NumPy hold it: height, width, channels."""
    picture = torch.zeros(28, 28, 3, dtype=torch.uint8)  # (H, W, C)
    with tempfile.TemporaryDirectory() as runs, SummaryWriter(runs) as writer:
        writer.add_image("first picture", picture)
    return "written"


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


def labels_short_fixed() -> str:
    """Write one name for each row."""
    features = torch.zeros(4, 32)
    with tempfile.TemporaryDirectory() as runs, SummaryWriter(runs) as writer:
        writer.add_embedding(features, metadata=["Dress", "Bag", "Coat", "Bag"])
    return "written"
