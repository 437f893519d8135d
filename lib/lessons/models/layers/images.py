"""Images for a layer to work on, and filters for it to work with."""

from collections.abc import Callable

import torch
from torch import nn

Filled = Callable[[int], torch.Tensor]


# --- images: each is size by size -----------------------------------------------------------------


def edge(size: int) -> torch.Tensor:
    """Dark on the left, bright on the right."""
    x = torch.zeros(size, size)  # (size, size)
    x[:, size // 2 :] = 1
    return x


def cross(size: int) -> torch.Tensor:
    """A bright cross on dark ground."""
    x = torch.zeros(size, size)  # (size, size)
    x[size // 2, :] = 1
    x[:, size // 2] = 1
    return x


def ramp(size: int) -> torch.Tensor:
    """Brighter by 1 from column to column."""
    return torch.arange(float(size)).repeat(size, 1)  # (size,) -> (size, size)


def noise(size: int) -> torch.Tensor:
    """Whole numbers from 0 to 9, drawn with a seed of their own."""
    draw = torch.Generator().manual_seed(1)
    return torch.randint(0, 10, (size, size), generator=draw).float()  # (size, size)


# --- filters: each is kernel_size by kernel_size --------------------------------------------------


def left_right(size: int) -> torch.Tensor:
    """Right column minus left column: large where it gets brighter to the right."""
    weight = torch.zeros(size, size)  # (size, size)
    weight[:, 0] -= 1
    weight[:, -1] += 1
    return weight


def blur(size: int) -> torch.Tensor:
    """The mean of the window."""
    return torch.full((size, size), 1 / size**2)  # (size, size)


def middle(size: int) -> torch.Tensor:
    """The middle of the window and nothing else."""
    weight = torch.zeros(size, size)  # (size, size)
    weight[size // 2, size // 2] = 1
    return weight


def fresh(size: int) -> torch.Tensor:
    """Small random weights, as a new layer begins with."""
    weight = torch.empty(size, size)  # (size, size)
    draw = torch.Generator().manual_seed(1)
    return nn.init.uniform_(weight, -1 / size, 1 / size, generator=draw)


# --- what there is to choose from -----------------------------------------------------------------

IMAGES: dict[str, Filled] = {"edge": edge, "cross": cross, "ramp": ramp, "random": noise}
FILTERS: dict[str, Filled] = {
    "right − left": left_right,
    "blur": blur,
    "middle": middle,
    "random": fresh,
}
