"""Mistakes with filters that raise an error, each with its repair."""

from typing import NamedTuple

import cv2
import numpy as np
import torch
from torch import nn

from lib.core.bugs import fixes
from lib.datasets.images import picture


class Shapes(NamedTuple):
    """The shape of a filter, and of its feature map."""

    filter: tuple[int, ...]
    feature_map: tuple[int, ...]


# --- weights to NumPy -----------------------------------------------------------------------------


def weights_to_numpy() -> Shapes:
    """Hand a layer's weights to OpenCV."""
    img = picture("fashion 3")[..., 0] / np.float32(255)  # (28, 28)
    conv1 = nn.Conv2d(1, 10, kernel_size=3)
    w = conv1.weight.numpy()  # (10, 1, 3, 3)
    return Shapes(w[0][0].shape, cv2.filter2D(img, -1, w[0][0]).shape)


@fixes(
    weights_to_numpy,
    "weights to NumPy",
    "A weight takes part in gradients, and NumPy knows none. `.detach()` gives the same memory "
    "without them; the notes' `.data` does, too.",
)
def weights_to_numpy_fixed() -> Shapes:
    """Take them out of the graph first."""
    img = picture("fashion 3")[..., 0] / np.float32(255)  # (28, 28)
    conv1 = nn.Conv2d(1, 10, kernel_size=3)
    w = conv1.weight.detach().numpy()  # (10, 1, 3, 3)
    return Shapes(w[0][0].shape, cv2.filter2D(img, -1, w[0][0]).shape)


# --- padding forgotten ----------------------------------------------------------------------------


def padding_forgotten() -> float:
    """Compare filter2D with a layer that has no padding."""
    img = picture("fashion 3")[..., 0] / np.float32(255)  # (28, 28)
    layer = nn.Conv2d(1, 1, kernel_size=3, padding_mode="reflect", bias=False)
    with torch.no_grad():
        y = layer(torch.from_numpy(img)[None, None])[0, 0].numpy()  # (26, 26)
    opencv = cv2.filter2D(img, -1, layer.weight.data.numpy()[0][0])  # (28, 28)
    return float(round(np.abs(opencv - y).max(), 5))


@fixes(
    padding_forgotten,
    "padding forgotten",
    "Without `padding` the layer gives a smaller map than `filter2D`. Half the kernel on each "
    'side, `padding=1` for 3 by 3, keeps the size; `padding="same"` finds it.',
)
def padding_forgotten_fixed() -> float:
    """Pad by half the kernel: 1 for 3 by 3."""
    img = picture("fashion 3")[..., 0] / np.float32(255)  # (28, 28)
    layer = nn.Conv2d(1, 1, kernel_size=3, padding=1, padding_mode="reflect", bias=False)
    with torch.no_grad():
        y = layer(torch.from_numpy(img)[None, None])[0, 0].numpy()  # (28, 28)
    opencv = cv2.filter2D(img, -1, layer.weight.data.numpy()[0][0])  # (28, 28)
    return float(round(np.abs(opencv - y).max(), 5))


# --- filter2D does not wrap -----------------------------------------------------------------------


def wrap_refused() -> tuple[int, ...]:
    """Let the picture go on with its other side."""
    img = picture("fashion 3")[..., 0] / np.float32(255)  # (28, 28)
    mean = np.full((3, 3), 1 / 9)
    return tuple(cv2.filter2D(img, -1, mean, borderType=cv2.BORDER_WRAP).shape)


@fixes(
    wrap_refused,
    "filter2D does not wrap",
    'PyTorch has `padding_mode="circular"`, and OpenCV has `BORDER_WRAP`, but not for `filter2D`. '
    "Make the border first, then cut it off.",
)
def wrap_refused_fixed() -> tuple[int, ...]:
    """Make the border by hand, and cut it off afterwards."""
    img = picture("fashion 3")[..., 0] / np.float32(255)  # (28, 28)
    mean = np.full((3, 3), 1 / 9)
    wider = cv2.copyMakeBorder(img, 1, 1, 1, 1, cv2.BORDER_WRAP)  # (30, 30)
    return tuple(cv2.filter2D(wider, -1, mean)[1:-1, 1:-1].shape)  # (28, 28)
