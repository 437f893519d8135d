"""The steps a chain may be made of, by the call that makes them, and an image after each step."""

from typing import NamedTuple

import cv2
import numpy as np
import torch
from torchvision.transforms import v2

from lib.core.rules import Between, Each, OneOf

# Of ImageNet's photos, red, green and blue, as torchvision's own networks expect them.
MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)

STEPS: dict[str, v2.Transform] = {
    "ToImage()": v2.ToImage(),
    "Resize(64)": v2.Resize(64),
    "Resize(128)": v2.Resize(128),
    "Resize((128, 128))": v2.Resize((128, 128)),
    "CenterCrop(112)": v2.CenterCrop(112),
    "RandomCrop(112)": v2.RandomCrop(112),
    "RandomHorizontalFlip(p=0.5)": v2.RandomHorizontalFlip(p=0.5),
    "RandomRotation(30)": v2.RandomRotation(30),
    "ColorJitter(0.5, 0.5, 0.5)": v2.ColorJitter(0.5, 0.5, 0.5),
    "Grayscale()": v2.Grayscale(),
    "ToDtype(torch.float32, scale=True)": v2.ToDtype(torch.float32, scale=True),
    "ToDtype(torch.float32)": v2.ToDtype(torch.float32),
    "Normalize([0.5], [0.5])": v2.Normalize([0.5], [0.5]),
    "Normalize(MEAN, STD)": v2.Normalize(MEAN, STD),
}
RANDOM = tuple(name for name in STEPS if name.startswith(("Random", "ColorJitter")))

Steps = tuple[str, ...]
MOST_STEPS = 8
FIRST_CHAIN: Steps = (
    "ToImage()",
    "Resize(128)",
    "RandomCrop(112)",
    "RandomHorizontalFlip(p=0.5)",
    "ToDtype(torch.float32, scale=True)",
    "Normalize(MEAN, STD)",
)
CHAIN = Each(OneOf(*STEPS), Between(0, MOST_STEPS))

BINS = 32  # of a histogram
SIDE = 160  # pixels of the longer side of an image that is drawn


class Snapshot(NamedTuple):
    """An image after a step.

    Attributes:
        call: the step that made it; empty at the beginning.
        kind: what it is: "ndarray", "Image" (a tensor that knows it is an image) or "Tensor".
        shape: how long each axis is.
        dtype: of its numbers, such as "uint8".
        low: the smallest number.
        high: the largest.
        mean: of each channel.
        std: the standard deviation of each channel.
        ends: the range the histogram covers.
        histogram: for each channel, how many pixels fall into each part, (channels, BINS).
        clipped: the share of numbers that is cut off when it is shown, from 0 to 1.
        shown: the image as matplotlib shows it, uint8 (height, width, 3).
    """

    call: str
    kind: str
    shape: tuple[int, ...]
    dtype: str
    low: float
    high: float
    mean: tuple[float, ...]
    std: tuple[float, ...]
    ends: tuple[float, float]
    histogram: np.ndarray
    clipped: float
    shown: np.ndarray


def snapshot(call: str, x: np.ndarray | torch.Tensor) -> Snapshot:
    """Measure and show an image, H W C if it is an array and C H W if a tensor."""
    planes = x if isinstance(x, torch.Tensor) else torch.from_numpy(x).permute(2, 0, 1)
    channels = planes.as_subclass(torch.Tensor).flatten(1).float()  # (C, H * W)
    mean = channels.mean(dim=1, keepdim=True)  # (C, 1)
    std = (channels - mean).square().mean(dim=1).sqrt()  # (C,)
    low, high = channels.min().item(), channels.max().item()
    most = 1.0 if planes.is_floating_point() else 255.0
    natural = low >= 0 and high <= most
    ends = (0.0, most) if natural else (low, high) if low < high else (low - 1, high + 1)
    return Snapshot(
        call=call,
        kind=type(x).__name__,
        shape=tuple(x.shape),
        dtype=str(x.dtype).removeprefix("torch."),
        low=low,
        high=high,
        mean=tuple(mean.flatten().tolist()),
        std=tuple(std.tolist()),
        ends=ends,
        histogram=histogram(channels, ends),
        clipped=((channels < 0) | (channels > most)).float().mean().item(),
        shown=shown(planes),
    )


def histogram(channels: torch.Tensor, ends: tuple[float, float]) -> np.ndarray:
    """Count, for each channel, how many numbers fall into each of ``BINS`` equal parts."""
    low, high = ends
    part = ((channels - low) / ((high - low) / BINS)).long().clamp(0, BINS - 1)  # (C, H * W)
    counts = [torch.bincount(row, minlength=BINS) for row in part]
    return torch.stack(counts).int().numpy()  # (C, BINS)


def shown(planes: torch.Tensor) -> np.ndarray:
    """Return an image as matplotlib shows it, made small enough to be drawn."""
    image = as_bytes(planes.as_subclass(torch.Tensor))  # (C, H, W)
    pixels = image.expand(3, -1, -1).permute(1, 2, 0).contiguous().numpy()  # (H, W, 3)
    smaller = min(1, SIDE / max(pixels.shape[:2]))
    height, width = (max(1, round(side * smaller)) for side in pixels.shape[:2])
    return cv2.resize(pixels, (width, height), interpolation=cv2.INTER_AREA)


def as_bytes(pixels: torch.Tensor) -> torch.Tensor:
    """Return pixels as uint8, as matplotlib's imshow does: floats are clipped to 0 to 1."""
    return (pixels.clamp(0, 1) * 255).round().byte() if pixels.is_floating_point() else pixels
