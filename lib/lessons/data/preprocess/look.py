"""What can be seen of a picture on its way through a chain."""

from typing import NamedTuple

import cv2
import numpy as np
import torch

BINS = 32  # of a histogram
SIDE = 160  # pixels of the longer side of a picture that is drawn


class Look(NamedTuple):
    """A picture after a step.

    Attributes:
        call: the step that made it; empty at the beginning.
        kind: what it is: "ndarray", "Image" (a tensor that knows it is a picture) or "Tensor".
        shape: how long each axis is.
        dtype: of its numbers, such as "uint8".
        low: the smallest number.
        high: the largest.
        mean: of each channel.
        std: the spread of each channel around its mean.
        ends: the range the histogram covers.
        histogram: for each channel, how many pixels fall into each part, (channels, BINS).
        clipped: the share of numbers that a viewer cuts off, from 0 to 1.
        seen: what a viewer shows of it, uint8 (height, width, 3).
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
    seen: np.ndarray


def look(call: str, x: np.ndarray | torch.Tensor) -> Look:
    """Return what can be seen of a picture, H W C if it is an array and C H W if a tensor."""
    planes = x if isinstance(x, torch.Tensor) else torch.from_numpy(x).permute(2, 0, 1)
    channels = planes.as_subclass(torch.Tensor).flatten(1).float()  # (C, H * W)
    mean = channels.mean(dim=1, keepdim=True)  # (C, 1)
    std = (channels - mean).square().mean(dim=1).sqrt()  # (C,)
    low, high = channels.min().item(), channels.max().item()
    most = 1.0 if planes.is_floating_point() else 255.0
    natural = low >= 0 and high <= most
    ends = (0.0, most) if natural else (low, high) if low < high else (low - 1, high + 1)
    return Look(
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
        seen=seen(planes),
    )


def histogram(channels: torch.Tensor, ends: tuple[float, float]) -> np.ndarray:
    """Count, for each channel, how many numbers fall into each of ``BINS`` equal parts."""
    low, high = ends
    part = ((channels - low) / ((high - low) / BINS)).long().clamp(0, BINS - 1)  # (C, H * W)
    counts = [torch.bincount(row, minlength=BINS) for row in part]
    return torch.stack(counts).int().numpy()  # (C, BINS)


def seen(planes: torch.Tensor) -> np.ndarray:
    """Return what a viewer such as matplotlib shows: floats outside of 0 to 1 are cut off."""
    pixels = planes.as_subclass(torch.Tensor)
    if pixels.is_floating_point():
        pixels = (pixels.clamp(0, 1) * 255).round().byte()
    picture = pixels.expand(3, -1, -1).permute(1, 2, 0).contiguous().numpy()  # (H, W, 3)
    smaller = min(1, SIDE / max(picture.shape[:2]))
    height, width = (max(1, round(side * smaller)) for side in picture.shape[:2])
    return cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA)
