"""A small network and its batch, the same on every device and in every process."""

import torch
from torch import nn

from lib.core.rules import Between

BATCH, HIDDEN, SEED = Between(1, 64), Between(1, 64), Between(0, 9999)


def samples(batch: int, seed: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Draw a batch of five numbers each; what is to be learned is their largest."""
    generator = torch.Generator().manual_seed(seed)
    x = torch.randn(batch, 5, generator=generator)  # (batch, 5)
    return x, x.amax(dim=1, keepdim=True)  # (batch, 5), (batch, 1)


def network(hidden: int, seed: int) -> nn.Sequential:
    """Make the network; with one seed it is the same everywhere."""
    torch.manual_seed(seed)
    return nn.Sequential(nn.Linear(5, hidden), nn.Tanh(), nn.Linear(hidden, 1))
