"""Layers that bring numbers to mean 0 and spread 1: BatchNorm2d by channel, LayerNorm by sample."""

from typing import NamedTuple

import numpy as np
import torch
from torch import nn

from lib.core.rules import Between, OneOf, checked


class Normed(NamedTuple):
    """Numbers before and after they were normalized, a row for each group that is kept apart.

    Attributes:
        x: the input: a row for each channel or sample.
        train: the output while training.
        eval: the output after ``layer.eval()``.
        means: the mean of each row of the input.
        spreads: its spread, the root of the mean squared distance from the mean.
        running_mean: the mean the layer remembers of each channel; None if it remembers nothing.
        running_var: the variance it remembers.
        shape_in: the shape of the input.
        shape_out: the shape of the output.
        parameters: how many numbers the layer learns.
        refused: PyTorch's own words if it refused, else empty.
    """

    x: np.ndarray
    train: np.ndarray | None = None
    eval: np.ndarray | None = None
    means: np.ndarray | None = None
    spreads: np.ndarray | None = None
    running_mean: np.ndarray | None = None
    running_var: np.ndarray | None = None
    shape_in: tuple[int, ...] = ()
    shape_out: tuple[int, ...] = ()
    parameters: int = 0
    refused: str = ""


@checked(
    batch=Between(1, 4),
    channels=Between(1, 3),
    size=Between(1, 3),
    momentum=OneOf(0.01, 0.1, 0.5, 1.0),
    seen=OneOf(0, 1, 5, 20, 50),
    seed=Between(0, 99),
)
def batch_norm2d(
    batch: int = 2,
    channels: int = 3,
    size: int = 3,
    momentum: float = 0.1,
    seen: int = 5,
    seed: int = 0,
) -> Normed:
    """Normalize each channel: with the batch's own numbers or with those remembered from training.

    Args:
        batch: how many samples a batch has.
        channels: how many channels; channel c has a mean of about 3c and a spread of c + 1.
        size: height and width.
        momentum: how much of each new batch goes into the memory.
        seen: how many batches the layer saw in training before this one.
        seed: where the random numbers start.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.BatchNorm2d.html
    """
    torch.manual_seed(seed)
    channel = torch.arange(float(channels)).view(1, -1, 1, 1)  # (1, channels, 1, 1)
    batches = torch.randn(seen + 1, batch, channels, size, size) * (channel + 1) + 3 * channel
    x = batches[-1]  # (batch, channels, size, size)
    layer = nn.BatchNorm2d(channels, momentum=momentum)
    rows = x.transpose(0, 1).flatten(1)  # (channels, batch * size * size)
    try:
        layer.train()
        for before in batches[:-1]:
            layer(before)
        layer.eval()
        later = layer(x)  # (batch, channels, size, size), with the remembered numbers
        running_mean, running_var = layer.running_mean.clone(), layer.running_var.clone()  # type: ignore[union-attr]
        layer.train()
        now = layer(x)  # (batch, channels, size, size), with the batch's own numbers
    except ValueError as error:
        return Normed(rows.numpy(), refused=f"{type(error).__name__}: {error}")
    return Normed(
        x=rows.numpy(),
        train=now.transpose(0, 1).flatten(1).detach().numpy(),
        eval=later.transpose(0, 1).flatten(1).detach().numpy(),
        means=rows.mean(dim=1).numpy(),
        spreads=rows.std(dim=1, correction=0).numpy(),
        running_mean=running_mean.numpy(),
        running_var=running_var.numpy(),
        shape_in=tuple(x.shape),
        shape_out=tuple(now.shape),
        parameters=sum(p.numel() for p in layer.parameters()),
    )


@checked(batch=Between(1, 4), features=Between(1, 24), seed=Between(0, 99))
def layer_norm(batch: int = 3, features: int = 12, seed: int = 0) -> Normed:
    """Normalize each sample by itself; nothing is remembered, so train and eval are the same.

    Args:
        batch: how many samples; sample n has a mean of about 3n and a spread of n + 1.
        features: how many numbers a sample has.
        seed: where the random numbers start.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.LayerNorm.html
    """
    torch.manual_seed(seed)
    sample = torch.arange(float(batch)).view(-1, 1)  # (batch, 1)
    x = torch.randn(batch, features) * (sample + 1) + 3 * sample  # (batch, features)
    layer = nn.LayerNorm(features)
    layer.train()
    now = layer(x)  # (batch, features)
    layer.eval()
    later = layer(x)  # (batch, features)
    return Normed(
        x=x.numpy(),
        train=now.detach().numpy(),
        eval=later.detach().numpy(),
        means=x.mean(dim=1).numpy(),
        spreads=x.std(dim=1, correction=0).numpy(),
        shape_in=tuple(x.shape),
        shape_out=tuple(now.shape),
        parameters=sum(p.numel() for p in layer.parameters()),
    )
