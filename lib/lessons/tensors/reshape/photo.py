"""A photo on its way from NumPy's axes, H W C, to PyTorch's, C H W."""

from collections.abc import Callable
from functools import cache
from typing import NamedTuple

import cv2
import numpy as np
import torch

from lib.core.rules import OneOf, checked
from lib.datasets.assets import asset

HEIGHT, WIDTH = 80, 120
FIRST = 4  # pixels whose red is compared


class Planes(NamedTuple):
    """The photo, and what a network would take for its three channels.

    Attributes:
        photo: the photo, (H, W, C).
        planes: the tensor after the step, (C, H, W) if it was the right one.
        shape: of the tensor.
        stride: of the tensor.
        is_contiguous: whether it lies in memory in the order it is read.
        shares_memory: whether it reads the photo's own memory.
        red: the red of the photo's first pixels, from left to right.
        read: the first numbers of the tensor's first plane.
    """

    photo: np.ndarray
    planes: np.ndarray
    shape: tuple[int, ...]
    stride: tuple[int, ...]
    is_contiguous: bool
    shares_memory: bool
    red: tuple[int, ...]
    read: tuple[int, ...]


def permuted(image: torch.Tensor) -> torch.Tensor:
    """Put the last axis first; the other two keep their order."""
    return image.permute(2, 0, 1)  # (C, H, W)


def reshaped(image: torch.Tensor) -> torch.Tensor:
    """Cut the same row of numbers into other lengths."""
    height, width, channels = image.shape
    return image.reshape(channels, height, width)  # (C, H, W) in name only


def transposed(image: torch.Tensor) -> torch.Tensor:
    """Swap the first and the last axis."""
    return image.transpose(0, 2)  # (C, W, H)


WAYS: dict[str, Callable[[torch.Tensor], torch.Tensor]] = {
    "permute(2, 0, 1)": permuted,
    "reshape(3, 80, 120)": reshaped,
    "transpose(0, 2)": transposed,
}


@cache
def photo() -> np.ndarray:
    """Return the photo of Chelsea the cat, (80, 120, 3)."""
    blue_first = cv2.imread(str(asset("chelsea.jpg")))  # (256, 385, 3)
    if blue_first is None:
        raise FileNotFoundError("chelsea.jpg is missing or no picture")
    image = cv2.cvtColor(blue_first, cv2.COLOR_BGR2RGB)  # (256, 385, 3)
    return cv2.resize(image, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA)  # (80, 120, 3)


@checked(way=OneOf(*WAYS.values()))
def channels_first(way: Callable[[torch.Tensor], torch.Tensor] = permuted) -> Planes:
    """Turn the photo into what is hoped to be C H W.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.permute.html
    """
    image = torch.from_numpy(photo())  # (H, W, C)
    planes = way(image)  # (C, H, W) if all is well
    return Planes(
        photo=image.numpy(),
        planes=planes.numpy(),
        shape=tuple(planes.shape),
        stride=planes.stride(),
        is_contiguous=planes.is_contiguous(),
        shares_memory=planes.untyped_storage().data_ptr() == image.untyped_storage().data_ptr(),
        red=tuple(image[0, :FIRST, 0].tolist()),
        read=tuple(planes[0, 0, :FIRST].tolist()),
    )
