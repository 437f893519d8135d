"""The borders of OpenCV and of PyTorch side by side, measured."""

from functools import lru_cache
from typing import NamedTuple

import cv2
import numpy as np
import torch
from torch.nn import functional

from lib.core.rules import checked
from lib.datasets.images import PictureRule
from lib.lessons.inside.filters.kernels import SOBEL_X, Kernel, KernelRule
from lib.lessons.inside.filters.lesson import BORDERS, conv2d, filter2d
from lib.lessons.inside.filters.picture import gray

# What nn.Conv2d calls it, where that is another word than F.pad's.
PADDING_MODES = {"constant": "zeros"}
ROW, BEYOND = (1, 2, 3, 4), 2


class Border(NamedTuple):
    """One border.

    Attributes:
        opencv: what OpenCV calls it.
        padding_mode: what ``nn.Conv2d`` calls it; empty if it has no such border.
        row: what OpenCV makes of the row 1 2 3 4, with two numbers more on each side.
        same_row: whether PyTorch makes the same of it.
        apart: the largest difference between ``filter2D`` and ``conv2d`` on the picture.
        refused: whether ``cv2.filter2D`` itself refuses this border.
    """

    opencv: str
    padding_mode: str
    row: tuple[int, ...]
    same_row: bool | None
    apart: float | None
    refused: bool


@checked(image=PictureRule(), kernel=KernelRule())
def borders(image: str | bytes = "camera", kernel: Kernel = SOBEL_X) -> tuple[Border, ...]:
    """Measure how far OpenCV and PyTorch are apart, for every border.

    Source: https://docs.opencv.org/4.x/d2/de8/group__core__array.html
    """
    img = gray(image).astype(np.float32) / 255  # (H, W)
    w = np.array(kernel, dtype=np.float32)  # (k, k)
    return tuple(border(img, w, name, mode) for name, mode in BORDERS.items())


def border(img: np.ndarray, w: np.ndarray, name: str, mode: str) -> Border:
    """Measure one border."""
    line = np.array([ROW], dtype=np.float32)  # (1, 4)
    longer = cv2.copyMakeBorder(line, 0, 0, BEYOND, BEYOND, getattr(cv2, name))  # (1, 8)
    same, apart = None, None
    if mode:
        padded = functional.pad(torch.from_numpy(line), (BEYOND, BEYOND), mode=mode)  # (1, 8)
        same = bool((padded.numpy() == longer).all())
        apart = float(np.abs(filter2d(img, cv2.CV_32F, w, name) - conv2d(img, w, mode)).max())
    return Border(
        opencv=name,
        padding_mode=PADDING_MODES.get(mode, mode),
        row=tuple(longer[0].astype(int).tolist()),
        same_row=same,
        apart=apart,
        refused=refuses(name),
    )


@lru_cache(maxsize=8)
def refuses(name: str) -> bool:
    """Try whether cv2.filter2D refuses a border."""
    try:
        cv2.filter2D(np.eye(3), -1, np.eye(3), borderType=getattr(cv2, name))
    except cv2.error:
        return True
    return False
