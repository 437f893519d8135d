"""A picture as the filters of this lesson take it: small, and gray or in color."""

import cv2
import numpy as np

from lib.datasets.images import picture

GRAY_SIDE, LEAST = 96, 8  # pixels of the longer side, and of the shorter one at least


def gray(image: str | bytes) -> np.ndarray:
    """Return a picture in gray, uint8 (H, W), at most 96 pixels a side."""
    return small(cv2.cvtColor(picture(image), cv2.COLOR_RGB2GRAY), GRAY_SIDE)  # (h, w, 3) -> (H, W)


def small(pixels: np.ndarray, side: int) -> np.ndarray:
    """Return a picture scaled down so that its longer side has at most ``side`` pixels."""
    high, wide = pixels.shape[:2]
    scale = min(1.0, side / max(high, wide))
    size = (max(LEAST, round(wide * scale)), max(LEAST, round(high * scale)))
    return cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
