"""Normalize: a batch brought to mean 0 and std 1, and an image shown right and wrong after it."""

from typing import NamedTuple

import numpy as np
import torch
from torchvision.transforms import v2

from lib.core.rules import Between, checked
from lib.datasets.images import PictureRule, picture
from lib.lessons.data.preprocess.lesson import MEAN, STD, as_bytes

MEANS = Between(0.0, 1.0)
STDS = Between(0.01, 1.0)
NEAR = 0.05  # how far mean and std may be from 0 and 1
BATCH, SIDE = 8, 64


class Normalized(NamedTuple):
    """A batch after Normalize.

    Attributes:
        shape: (N, C, H, W).
        mean: of each channel, over all images and pixels.
        std: of each channel, the same way.
        histogram: for each channel, the share of numbers in each of 40 parts from -4 to 4,
            those outside counted into the first and the last, (3, 40).
        flat: whether some channel is the same everywhere, so that no std can scale it.
    """

    shape: tuple[int, ...]
    mean: tuple[float, ...]
    std: tuple[float, ...]
    histogram: np.ndarray
    flat: bool


@checked(
    image=PictureRule(),
    mean_red=MEANS,
    mean_green=MEANS,
    mean_blue=MEANS,
    std_red=STDS,
    std_green=STDS,
    std_blue=STDS,
)
def normalize_batch(
    image: str | bytes = "chelsea",
    mean_red: float = 0.5,
    mean_green: float = 0.5,
    mean_blue: float = 0.5,
    std_red: float = 0.25,
    std_green: float = 0.25,
    std_blue: float = 0.25,
) -> Normalized:
    """Cut eight pieces out of a picture and normalize them as one batch.

    Source: https://docs.pytorch.org/vision/stable/generated/torchvision.transforms.v2.Normalize.html
    """
    torch.manual_seed(0)
    pieces = v2.Compose(
        [v2.ToImage(), v2.RandomResizedCrop(SIDE), v2.ToDtype(torch.float32, scale=True)]
    )
    start = picture(image)  # (H, W, 3)
    batch = torch.stack([pieces(start) for _ in range(BATCH)])  # (8, 3, 64, 64)

    normalize = v2.Normalize((mean_red, mean_green, mean_blue), (std_red, std_green, std_blue))
    x = normalize(batch)  # (8, 3, 64, 64)
    parts = ((x + 4) / 0.2).long().clamp(0, 39)  # (8, 3, 64, 64)
    counts = [torch.bincount(parts[:, c].flatten(), minlength=40) for c in range(3)]
    return Normalized(
        shape=tuple(x.shape),
        mean=tuple(x.mean(dim=(0, 2, 3)).tolist()),
        std=tuple(x.std(dim=(0, 2, 3), correction=0).tolist()),
        histogram=(torch.stack(counts) / parts[:, 0].numel()).numpy(),
        flat=bool((batch.std(dim=(0, 2, 3)) < 1e-4).any()),
    )


def reaches(result: Normalized) -> bool:
    """Return whether every channel has a mean of 0 and a std of 1, or nearly so."""
    return all(abs(mean) <= NEAR for mean in result.mean) and all(
        abs(std - 1) <= NEAR for std in result.std
    )


class View(NamedTuple):
    """What somebody sees who believes it is the image.

    Attributes:
        kind: "right", "swapped" (blue taken for red), "normalized" (shown as it is) or
            "undone" (normalized, then brought back).
        shown: uint8 (H, W, 3).
        off: how far the brightness of a pixel is from the right one on average, from 0 to 255.
        clipped: the share of numbers that were cut off, from 0 to 1.
    """

    kind: str
    shown: np.ndarray
    off: float
    clipped: float


@checked(image=PictureRule())
def views(image: str | bytes = "chelsea") -> tuple[View, ...]:
    """Show an image as it is, with its colors swapped, normalized, and brought back."""
    right = picture(image)  # (H, W, 3): red, green, blue
    swapped = np.ascontiguousarray(right[..., ::-1])  # (H, W, 3): blue, green, red, as in OpenCV
    prepare = v2.Compose(
        [v2.ToImage(), v2.ToDtype(torch.float32, scale=True), v2.Normalize(MEAN, STD)]
    )
    normalized = prepare(right)  # (3, H, W)
    mean, std = (torch.tensor(each).view(3, 1, 1) for each in (MEAN, STD))  # (3, 1, 1)
    undone = normalized * std + mean  # (3, H, W)
    return (
        view("right", right, right, 0.0),
        view("swapped", swapped, right, 0.0),
        view("normalized", as_shown(normalized), right, cut_off(normalized)),
        view("undone", as_shown(undone), right, cut_off(undone)),
    )


def as_shown(x: torch.Tensor) -> np.ndarray:
    """Return what matplotlib's imshow shows of floats: 0 to 1 is dark to bright, the rest cut."""
    return as_bytes(x).permute(1, 2, 0).contiguous().numpy()  # (H, W, 3)


def cut_off(x: torch.Tensor) -> float:
    """Return the share of numbers outside of 0 to 1, by more than rounding makes."""
    return ((x < -1e-6) | (x > 1 + 1e-6)).float().mean().item()


def view(kind: str, shown: np.ndarray, right: np.ndarray, clipped: float) -> View:
    """Compare what is shown with what is right."""
    off = np.abs(shown.astype(np.float32) - right).mean()
    return View(kind, shown, float(off), clipped)
