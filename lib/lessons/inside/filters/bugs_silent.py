"""Mistakes with filters that raise no error, each with its repair."""

from typing import NamedTuple

import cv2
import numpy as np
import torch
from torch import nn
from torch.nn import functional

from lib.core.bugs import fixes
from lib.datasets.assets import asset
from lib.datasets.images import picture
from lib.lessons.inside.filters.color import MEAN, STD, color_filters

SOBEL = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]], dtype=np.float32)


# --- negatives cut off ----------------------------------------------------------------------------


class Edges(NamedTuple):
    """What a filter for edges gives."""

    lowest: float
    highest: float
    share_of_zeros: float


def negatives_cut() -> Edges:
    """Filter whole numbers from 0 to 255, and get such numbers back."""
    img = cv2.cvtColor(picture("camera"), cv2.COLOR_RGB2GRAY)  # (H, W), uint8
    edges = cv2.filter2D(img, -1, SOBEL)  # (H, W), uint8
    return Edges(float(edges.min()), float(edges.max()), float((edges == 0).mean()))


@fixes(
    negatives_cut,
    "negatives cut off (silent)",
    "No error: `ddepth=-1` means the same dtype as the input, and uint8 has no negative numbers: "
    "every edge from bright to dark becomes 0. Ask for `cv2.CV_32F`. The notes' `-1` works, since "
    "their picture is made of floats.",
)
def negatives_cut_fixed() -> Edges:
    """Ask for floats."""
    img = cv2.cvtColor(picture("camera"), cv2.COLOR_RGB2GRAY)  # (H, W), uint8
    edges = cv2.filter2D(img, cv2.CV_32F, SOBEL)  # (H, W), float32
    return Edges(float(edges.min()), float(edges.max()), float((edges == 0).mean()))


# --- blue first -----------------------------------------------------------------------------------


class Off(NamedTuple):
    """How strongly 32 color filters answer, and how far that is from the right answer."""

    mean_answer: float
    mean_error: float


def answered(rgb: np.ndarray) -> torch.Tensor:
    """Return what MobileNetV2's first layer makes of a picture, (32, H / 2, W / 2)."""
    x = torch.from_numpy((rgb / 255 - MEAN) / STD).float().permute(2, 0, 1)  # (3, H, W)
    filters = torch.from_numpy(color_filters().filters)  # (32, 3, 3, 3)
    return functional.conv2d(x, filters, stride=2, padding=1)


def blue_first() -> Off:
    """Show the filters a photo as OpenCV reads it."""
    image = cv2.imread(str(asset("chelsea.jpg")))  # (H, W, 3)
    right = answered(image[..., ::-1])  # (32, H / 2, W / 2)
    given = answered(image)  # (32, H / 2, W / 2)
    return Off(given.abs().mean().item(), (given - right).abs().mean().item())


@fixes(
    blue_first,
    "blue first (silent)",
    "No error: OpenCV reads blue, green, red; the filters learned red, green, blue. The weights "
    "for red are multiplied with blue.",
)
def blue_first_fixed() -> Off:
    """Put red first."""
    image = cv2.imread(str(asset("chelsea.jpg")))  # (H, W, 3)
    right = answered(image[..., ::-1])  # (32, H / 2, W / 2)
    given = answered(cv2.cvtColor(image, cv2.COLOR_BGR2RGB))  # (32, H / 2, W / 2)
    return Off(given.abs().mean().item(), (given - right).abs().mean().item())


# --- a flipped kernel -----------------------------------------------------------------------------


class Slopes(NamedTuple):
    """Answers to a picture that gets brighter to the right: the slope, and the Laplacian."""

    slope: float
    laplacian: float


# As a book on mathematics prints them: convolution turns them by half a turn.
TO_THE_RIGHT = torch.tensor([[[[0.0, 0, 0], [1, 0, -1], [0, 0, 0]]]])  # (1, 1, 3, 3)
LAPLACIAN = torch.tensor([[[[0.0, 1, 0], [1, -4, 1], [0, 1, 0]]]])  # (1, 1, 3, 3)


def flipped_kernel() -> Slopes:
    """Use a book's kernels as they are printed."""
    x = torch.tensor([1.0, 2, 4]).repeat(1, 1, 3, 1)  # (1, 1, 3, 3)
    slope = functional.conv2d(x, TO_THE_RIGHT)  # (1, 1, 1, 1)
    laplacian = functional.conv2d(x, LAPLACIAN)  # (1, 1, 1, 1)
    return Slopes(slope.item(), laplacian.item())


@fixes(
    flipped_kernel,
    "flipped kernel (silent)",
    "No error: `conv2d` and `filter2D` do not turn the kernel. One made for mathematics' "
    "convolution gives the opposite sign, and one that is the same after half a turn, such as the "
    "Laplacian, hides it. Turn it with `.flip(2, 3)`.",
)
def flipped_kernel_fixed() -> Slopes:
    """Turn them by half a turn, as convolution does."""
    x = torch.tensor([1.0, 2, 4]).repeat(1, 1, 3, 1)  # (1, 1, 3, 3)
    slope = functional.conv2d(x, TO_THE_RIGHT.flip(2, 3))  # (1, 1, 1, 1)
    laplacian = functional.conv2d(x, LAPLACIAN.flip(2, 3))  # (1, 1, 1, 1)
    return Slopes(slope.item(), laplacian.item())


# --- another border -------------------------------------------------------------------------------


class Apart(NamedTuple):
    """How far OpenCV and a layer are apart."""

    largest_difference: float
    share_that_differs: float


def apart(layer: nn.Conv2d) -> Apart:
    """Compare a layer that has Sobel's weights with what filter2D does when nothing is said."""
    img = cv2.cvtColor(picture("camera"), cv2.COLOR_RGB2GRAY) / np.float32(255)  # (H, W)
    with torch.no_grad():
        layer.weight[0, 0] = torch.from_numpy(SOBEL)
        y = layer(torch.from_numpy(img)[None, None])[0, 0].numpy()  # (H, W)
    difference = np.abs(y - cv2.filter2D(img, -1, SOBEL))  # (H, W)
    return Apart(float(difference.max()), float((difference > 1e-5).mean()))


def another_border() -> Apart:
    """Pad the layer, and say no more."""
    return apart(nn.Conv2d(1, 1, 3, padding=1, bias=False))


@fixes(
    another_border,
    "another border (silent)",
    "No error: `filter2D` reflects at the edge, `padding=1` adds zeros. Only the outermost pixels "
    "differ, so nobody notices. Say the border on both sides.",
)
def another_border_fixed() -> Apart:
    """Reflect at the edge, as filter2D does."""
    return apart(nn.Conv2d(1, 1, 3, padding=1, padding_mode="reflect", bias=False))
