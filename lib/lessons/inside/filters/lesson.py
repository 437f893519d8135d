"""One kernel: OpenCV's filter2D, PyTorch's conv2d, convolution as in mathematics; and borders."""

from functools import lru_cache
from typing import NamedTuple

import cv2
import numpy as np
import torch
from torch.nn import functional

from lib.core.rules import OneOf, checked
from lib.datasets.images import PictureRule, picture
from lib.lessons.inside.filters.kernels import SOBEL_X, Kernel, KernelRule

GRAY_SIDE, LEAST = 96, 8  # pixels of the longer side, and of the shorter one at least
# What OpenCV calls a border, and what PyTorch calls it; one of them PyTorch does not have.
BORDERS = {
    "BORDER_REFLECT_101": "reflect",
    "BORDER_CONSTANT": "constant",
    "BORDER_REPLICATE": "replicate",
    "BORDER_WRAP": "circular",
    "BORDER_REFLECT": "",
}
# What nn.Conv2d calls it, where that is another word than F.pad's.
PADDING_MODES = {"constant": "zeros"}
ROW, BEYOND = (1, 2, 3, 4), 2


class Compared(NamedTuple):
    """A picture, and what three ways make of it with the same kernel.

    Attributes:
        picture: gray from 0 to 1, (H, W).
        opencv: what ``cv2.filter2D`` makes of it.
        layer: what ``conv2d`` makes of it; None if PyTorch has no such border.
        convolution: the same with the kernel rotated by 180°.
        narrow: what ``cv2.filter2D`` makes of whole numbers from 0 to 255 with ``ddepth=-1``.
        layer_difference: the largest difference between ``opencv`` and ``layer``.
        convolution_difference: the largest difference between ``opencv`` and ``convolution``.
        cut_low: the share of numbers of ``narrow`` that were below 0 and became 0.
        cut_high: the share that were above 255 and became 255.
    """

    picture: np.ndarray
    opencv: np.ndarray
    layer: np.ndarray | None
    convolution: np.ndarray
    narrow: np.ndarray
    layer_difference: float | None
    convolution_difference: float
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
        layer_difference=None if layer is None else float(np.abs(opencv - layer).max()),
        convolution_difference=float(np.abs(opencv - convolution).max()),
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


@checked(image=PictureRule())
def shape(image: str | bytes = "camera") -> tuple[int, int]:
    """Return the height and width of a picture as this lesson takes it."""
    height, width = gray(image).shape
    return height, width


def gray(image: str | bytes) -> np.ndarray:
    """Return a picture in gray, uint8 (H, W), at most 96 pixels a side."""
    return small(cv2.cvtColor(picture(image), cv2.COLOR_RGB2GRAY), GRAY_SIDE)  # (h, w, 3) -> (H, W)


def small(pixels: np.ndarray, side: int) -> np.ndarray:
    """Return a picture scaled down so that its longer side has at most ``side`` pixels."""
    high, wide = pixels.shape[:2]
    scale = min(1.0, side / max(high, wide))
    size = (max(LEAST, round(wide * scale)), max(LEAST, round(high * scale)))
    return cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)


# --- borders --------------------------------------------------------------------------------------


class Border(NamedTuple):
    """One border.

    Attributes:
        opencv: what OpenCV calls it.
        padding_mode: what ``nn.Conv2d`` calls it; empty if it has no such border.
        row: what OpenCV makes of the row 1 2 3 4, with two numbers more on each side.
        same_row: whether PyTorch makes the same of it.
        difference: the largest difference between ``filter2D`` and ``conv2d`` on the picture.
        refused: whether ``cv2.filter2D`` itself refuses this border.
    """

    opencv: str
    padding_mode: str
    row: tuple[int, ...]
    same_row: bool | None
    difference: float | None
    refused: bool


@checked(image=PictureRule(), kernel=KernelRule())
def borders(image: str | bytes = "camera", kernel: Kernel = SOBEL_X) -> tuple[Border, ...]:
    """Measure how much OpenCV and PyTorch differ, for every border.

    Source: https://docs.opencv.org/4.x/d2/de8/group__core__array.html
    """
    img = gray(image).astype(np.float32) / 255  # (H, W)
    w = np.array(kernel, dtype=np.float32)  # (k, k)
    return tuple(border(img, w, name, mode) for name, mode in BORDERS.items())


def border(img: np.ndarray, w: np.ndarray, name: str, mode: str) -> Border:
    """Measure one border."""
    line = np.array([ROW], dtype=np.float32)  # (1, 4)
    longer = cv2.copyMakeBorder(line, 0, 0, BEYOND, BEYOND, getattr(cv2, name))  # (1, 8)
    same, difference = None, None
    if mode:
        padded = functional.pad(torch.from_numpy(line), (BEYOND, BEYOND), mode=mode)  # (1, 8)
        same = bool((padded.numpy() == longer).all())
        difference = float(np.abs(filter2d(img, cv2.CV_32F, w, name) - conv2d(img, w, mode)).max())
    return Border(
        opencv=name,
        padding_mode=PADDING_MODES.get(mode, mode),
        row=tuple(longer[0].astype(int).tolist()),
        same_row=same,
        difference=difference,
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
