"""One kernel, three ways: OpenCV's filter2D, PyTorch's conv2d, and what mathematics calls so."""

from typing import NamedTuple

import cv2
import numpy as np
import torch
from torch.nn import functional

from lib.core.rules import OneOf, checked
from lib.datasets.images import PictureRule
from lib.lessons.inside.filters.kernels import SOBEL_X, Kernel, KernelRule
from lib.lessons.inside.filters.picture import gray

# What OpenCV calls a border, and what PyTorch calls it; one of them PyTorch does not have.
BORDERS = {
    "BORDER_REFLECT_101": "reflect",
    "BORDER_CONSTANT": "constant",
    "BORDER_REPLICATE": "replicate",
    "BORDER_WRAP": "circular",
    "BORDER_REFLECT": "",
}


class Compared(NamedTuple):
    """A picture, and what three ways make of it with the same kernel.

    Attributes:
        picture: gray from 0 to 1, (H, W).
        opencv: what ``cv2.filter2D`` makes of it.
        layer: what ``conv2d`` makes of it; None if PyTorch has no such border.
        convolution: the same with the kernel turned by half a turn.
        narrow: what ``cv2.filter2D`` makes of whole numbers from 0 to 255 with ``ddepth=-1``.
        layer_apart: the largest difference between ``opencv`` and ``layer``.
        convolution_apart: the largest difference between ``opencv`` and ``convolution``.
        cut_low: the share of numbers of ``narrow`` that were below 0 and became 0.
        cut_high: the share that were above 255 and became 255.
    """

    picture: np.ndarray
    opencv: np.ndarray
    layer: np.ndarray | None
    convolution: np.ndarray
    narrow: np.ndarray
    layer_apart: float | None
    convolution_apart: float
    cut_low: float
    cut_high: float


@checked(image=PictureRule(), kernel=KernelRule(), border=OneOf(*BORDERS))
def compare(
    image: str | bytes = "camera", kernel: Kernel = SOBEL_X, border: str = "BORDER_REFLECT_101"
) -> Compared:
    """Send a picture through one kernel with OpenCV and with PyTorch.

    Args:
        image: a picture that ``picture`` knows.
        kernel: 3 by 3 or 5 by 5 numbers.
        border: how OpenCV goes on beyond the edge of the picture.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.Conv2d.html
    """
    pixels = gray(image)  # (H, W), uint8
    img = pixels.astype(np.float32) / 255  # (H, W), from 0 to 1
    w = np.array(kernel, dtype=np.float32)  # (k, k)

    opencv = filter2d(img, cv2.CV_32F, w, border)  # (H, W)
    convolution = filter2d(img, cv2.CV_32F, cv2.flip(w, -1), border)  # (H, W)
    narrow = filter2d(pixels, -1, w, border)  # (H, W), uint8 again
    layer = conv2d(img, w, BORDERS[border]) if BORDERS[border] else None  # (H, W)
    return Compared(
        picture=img,
        opencv=opencv,
        layer=layer,
        convolution=convolution,
        narrow=narrow,
        layer_apart=None if layer is None else float(np.abs(opencv - layer).max()),
        convolution_apart=float(np.abs(opencv - convolution).max()),
        cut_low=float((opencv * 255 < -0.5).mean()),
        cut_high=float((opencv * 255 > 255.5).mean()),
    )


def filter2d(img: np.ndarray, ddepth: int, w: np.ndarray, border: str) -> np.ndarray:
    """Call OpenCV; filter2D refuses BORDER_WRAP, so there the border is made by hand."""
    kind = getattr(cv2, border)
    if border != "BORDER_WRAP":
        return cv2.filter2D(img, ddepth, w, borderType=kind)  # (H, W)
    r = len(w) // 2
    wider = cv2.copyMakeBorder(img, r, r, r, r, kind)  # (H + 2r, W + 2r)
    return cv2.filter2D(wider, ddepth, w)[r:-r, r:-r]  # (H, W)


def conv2d(img: np.ndarray, w: np.ndarray, mode: str) -> np.ndarray:
    """Call PyTorch, as the layer nn.Conv2d does: pad first, then multiply and add."""
    r = len(w) // 2
    x = torch.from_numpy(img)[None, None]  # (1, 1, H, W)
    x = functional.pad(x, (r, r, r, r), mode=mode)  # (1, 1, H + 2r, W + 2r)
    y = functional.conv2d(x, torch.from_numpy(w)[None, None])  # (1, 1, H, W)
    return y[0, 0].numpy()  # (H, W)
