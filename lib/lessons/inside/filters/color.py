"""MobileNetV2's first layer: 32 filters that see color."""

from typing import NamedTuple

import cv2
import numpy as np
import torch
from safetensors import safe_open
from torch.nn import functional

from lib.core.rules import Between, checked
from lib.datasets.assets import asset
from lib.datasets.images import PictureRule, picture
from lib.lessons.inside.filters.picture import small

# Of ImageNet's photos: what the network expects to be taken away, and divided by.
MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
PHOTO_SIDE = 128
NUMBERS = Between(0, 31)


class Colored(NamedTuple):
    """A photo through one of the 32 filters.

    Attributes:
        photo: RGB, uint8 (H, W, 3).
        filters: all of them, (32, 3, 3, 3): number, color, row, column.
        map: what the layer makes of the photo with the filter, (H / 2, W / 2).
        apart: the largest difference between the layer and three ``cv2.filter2D``, one a color,
            added up.
        colorful: how much of the filter is color: 0 if red, green and blue have the same
            weights, 1 if they add up to nothing.
    """

    photo: np.ndarray
    filters: np.ndarray
    map: np.ndarray
    apart: float
    colorful: float


@checked(image=PictureRule(), number=NUMBERS)
def color_filters(image: str | bytes = "chelsea", number: int = 0) -> Colored:
    """Send a photo through a color filter of MobileNetV2, which learned it from ImageNet.

    Args:
        image: a picture that ``picture`` knows.
        number: which of the 32 filters.

    Source: https://docs.pytorch.org/vision/stable/models/mobilenetv2.html
    """
    with safe_open(asset("mobilenet_v2.safetensors"), "pt") as file:
        filters = file.get_tensor("features.0.0.weight").float()  # (32, 3, 3, 3)
    photo = small(picture(image), PHOTO_SIDE)  # (H, W, 3), red first
    img = ((photo / 255 - MEAN) / STD).astype(np.float32)  # (H, W, 3)

    x = torch.from_numpy(img).permute(2, 0, 1).unsqueeze(0)  # (1, 3, H, W)
    one = filters[number : number + 1]  # (1, 3, 3, 3)
    y = functional.conv2d(x, one, stride=2, padding=1)[0, 0].numpy()  # (H / 2, W / 2)

    w = one[0].numpy()  # (3, 3, 3): color, row, column
    zeros = cv2.BORDER_CONSTANT
    added = np.sum(
        [cv2.filter2D(img[..., c], -1, w[c], borderType=zeros) for c in range(3)], axis=0
    )  # (H, W)
    gray = w.mean(axis=0)  # (3, 3)
    return Colored(
        photo=photo,
        filters=filters.numpy(),
        map=y,
        apart=float(np.abs(y - added[::2, ::2]).max()),
        colorful=float(((w - gray) ** 2).sum() / (w**2).sum()),
    )
