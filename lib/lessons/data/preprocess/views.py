"""One picture, right and shown wrong in three ways that raise no error."""

from typing import NamedTuple

import numpy as np
import torch
from torchvision.transforms import v2

from lib.core.rules import checked
from lib.datasets.images import PictureRule, picture
from lib.lessons.data.preprocess.steps import MEAN, STD


class View(NamedTuple):
    """What somebody sees who believes it is the picture.

    Attributes:
        kind: "right", "swapped" (blue taken for red), "normalized" (shown as it is) or
            "undone" (normalized, then brought back).
        seen: uint8 (H, W, 3).
        off: how far the brightness of a pixel is from the right one on average, from 0 to 255.
        clipped: the share of numbers that were cut off, from 0 to 1.
    """

    kind: str
    seen: np.ndarray
    off: float
    clipped: float


@checked(image=PictureRule())
def views(image: str | bytes = "chelsea") -> tuple[View, ...]:
    """Show a picture as it is, with its colors swapped, normalized, and brought back.

    Raises:
        ValueError: if there is no such picture.
    """
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
        view("normalized", shown(normalized), right, cut_off(normalized)),
        view("undone", shown(undone), right, cut_off(undone)),
    )


def shown(x: torch.Tensor) -> np.ndarray:
    """Return what matplotlib's imshow makes of floats: 0 to 1 is dark to bright, the rest cut."""
    pixels = (x.clamp(0, 1) * 255).round().byte()  # (3, H, W)
    return pixels.permute(1, 2, 0).contiguous().numpy()  # (H, W, 3)


def cut_off(x: torch.Tensor) -> float:
    """Return the share of numbers outside of 0 to 1, by more than rounding makes."""
    return ((x < -1e-6) | (x > 1 + 1e-6)).float().mean().item()


def view(kind: str, seen: np.ndarray, right: np.ndarray, clipped: float) -> View:
    """Compare what is seen with what is right."""
    off = np.abs(seen.astype(np.float32) - right).mean()
    return View(kind, seen, float(off), clipped)
