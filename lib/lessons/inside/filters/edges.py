"""What a kernel answers to edges of four directions."""

from typing import NamedTuple

import cv2
import numpy as np

from lib.core.rules import checked
from lib.lessons.inside.filters.kernels import SOBEL_X, Kernel, KernelRule

SIDE = 13
SMALL = 0.05  # of a diagonal's answer: what the other edges may still answer


class Answers(NamedTuple):
    """A kernel's answers to four edges from black to white.

    Attributes:
        level: the largest size of its answers to an edge that lies level.
        upright: to an edge that stands upright.
        falling: to one that falls from left to right.
        rising: to one that rises from left to right.
        edges: the four pictures, in this order, (4, 13, 13).
        maps: the answers, (4, 13 - k + 1, 13 - k + 1).
    """

    level: float
    upright: float
    falling: float
    rising: float
    edges: np.ndarray
    maps: np.ndarray


@checked(kernel=KernelRule())
def answer_edges(kernel: Kernel = SOBEL_X) -> Answers:
    """Show a kernel four edges, and measure how strongly it answers.

    Source: https://docs.opencv.org/4.x/d4/d86/group__imgproc__filter.html
    """
    row, column = np.mgrid[:SIDE, :SIDE]  # (13, 13) each
    half = SIDE // 2
    kinds = [row > half, column > half, row > column, row + column > 2 * half]
    edges = np.stack(kinds).astype(np.float32)  # (4, 13, 13)
    w = np.array(kernel, dtype=np.float32)  # (k, k)
    r = len(w) // 2
    # Without the rim, where the border would answer, not the edge.
    maps = np.stack([cv2.filter2D(edge, cv2.CV_32F, w)[r:-r, r:-r] for edge in edges])
    level, upright, falling, rising = np.abs(maps).max(axis=(1, 2)).round(5).tolist()
    return Answers(level, upright, falling, rising, edges, maps)


def reaches(answers: Answers) -> bool:
    """Return whether only the diagonals are answered."""
    weaker = min(answers.falling, answers.rising)
    return weaker > 0 and max(answers.level, answers.upright) <= SMALL * weaker
