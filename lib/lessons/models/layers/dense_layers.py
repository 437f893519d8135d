"""Layers that work on rows of numbers: Linear, Embedding, Flatten, Dropout."""

from typing import NamedTuple

import numpy as np
import torch
from torch import nn

from lib.core.rules import Between, Each, OneOf, checked
from lib.lessons.models.layers.settings import HIGHEST, INDICES


class Mapped(NamedTuple):
    """Rows before and after a layer.

    Attributes:
        x: the input.
        weight: what the layer learns, a row for each feature or for each index; None if nothing.
        bias: what is added to each column of the output, None if nothing.
        y: the output; None if PyTorch refused.
        shape_in: the shape of the input.
        shape_out: the shape of the output.
        parameters: how many numbers the layer learns.
        refused: PyTorch's own words if it refused, else empty.
    """

    x: np.ndarray
    weight: np.ndarray | None = None
    bias: np.ndarray | None = None
    y: np.ndarray | None = None
    shape_in: tuple[int, ...] = ()
    shape_out: tuple[int, ...] = ()
    parameters: int = 0
    refused: str = ""


FEATURES = Between(1, 6)


@checked(batch=Between(1, 4), in_features=FEATURES, out_features=FEATURES, bias=OneOf(True, False))
def linear(
    batch: int = 2, in_features: int = 4, out_features: int = 3, bias: bool = True
) -> Mapped:
    """Weigh all numbers of a row and add them up, once for each output feature.

    Args:
        batch: how many rows there are, each treated alike.
        in_features: how many numbers a row has.
        out_features: how many come out of it.
        bias: whether a learned number is added to each.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.Linear.html
    """
    torch.manual_seed(0)
    x = torch.randint(0, 10, (batch, in_features)).float()  # (batch, in_features)
    layer = nn.Linear(in_features, out_features, bias=bias)
    y = layer(x)  # (batch, in_features) -> (batch, out_features)
    return Mapped(
        x=x.numpy(),
        weight=layer.weight.detach().numpy(),  # (out_features, in_features)
        bias=layer.bias.detach().numpy() if bias else None,  # (out_features,)
        y=y.detach().numpy(),
        shape_in=tuple(x.shape),
        shape_out=tuple(y.shape),
        parameters=sum(p.numel() for p in layer.parameters()),
    )


@checked(
    num_embeddings=Between(1, 10),
    embedding_dim=Between(1, 8),
    indices=Each(Between(0, HIGHEST), Between(1, INDICES)),
)
def embedding(
    num_embeddings: int = 2, embedding_dim: int = 5, indices: tuple[int, ...] = (0, 1, 1)
) -> Mapped:
    """Look up a learned row for each index.

    Args:
        num_embeddings: how many rows the table has.
        embedding_dim: how many numbers a row has.
        indices: which rows are wanted, in this order.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.Embedding.html
    """
    torch.manual_seed(0)
    x = torch.tensor(indices)  # (indices,)
    layer = nn.Embedding(num_embeddings, embedding_dim)
    try:
        y = layer(x)  # (indices,) -> (indices, embedding_dim)
    except IndexError as error:
        return Mapped(x.numpy(), refused=f"{type(error).__name__}: {error}")
    return Mapped(
        x=x.numpy(),
        weight=layer.weight.detach().numpy(),  # (num_embeddings, embedding_dim)
        y=y.detach().numpy(),
        shape_in=tuple(x.shape),
        shape_out=tuple(y.shape),
        parameters=sum(p.numel() for p in layer.parameters()),
    )


class Flat(NamedTuple):
    """A batch before and after it is made flat.

    Attributes:
        x: the batch, each element counted.
        y: the same numbers in the new shape.
        shape_in: the shape of the batch.
        shape_out: the new shape.
        view: the shape of ``x.view(x.size(0), -1)``, as older programs write it.
        parameters: how many numbers the layer learns: none.
    """

    x: np.ndarray
    y: np.ndarray
    shape_in: tuple[int, ...]
    shape_out: tuple[int, ...]
    view: tuple[int, ...]
    parameters: int


@checked(
    batch=Between(1, 3),
    channels=Between(1, 3),
    height=Between(1, 3),
    width=Between(1, 3),
    start_dim=OneOf(0, 1, 2),
)
def flatten(
    batch: int = 2, channels: int = 2, height: int = 2, width: int = 3, start_dim: int = 1
) -> Flat:
    """Make one axis of several, without changing a number.

    Args:
        batch: how many samples there are.
        channels: how many channels a sample has.
        height: how many rows a channel has.
        width: how many columns.
        start_dim: the first axis that is merged; those before it stay.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.Flatten.html
    """
    shape = (batch, channels, height, width)
    x = torch.arange(batch * channels * height * width).reshape(shape)
    layer = nn.Flatten(start_dim)
    y = layer(x)  # (batch, channels, height, width) -> (batch, channels * height * width)
    view = x.view(x.size(0), -1)  # the same, whatever start_dim is
    return Flat(
        x=x.numpy(),
        y=y.numpy(),
        shape_in=tuple(x.shape),
        shape_out=tuple(y.shape),
        view=tuple(view.shape),
        parameters=sum(p.numel() for p in layer.parameters()),
    )


class Dropped(NamedTuple):
    """Rows before and after dropout, while training and afterwards.

    Attributes:
        x: the input.
        train: the output while training: zeros, and the rest scaled up.
        again: the output of a second call while training.
        eval: the output after ``layer.eval()``.
        kept: which numbers the first call kept.
        scale: 1 / (1 - p), what kept numbers are multiplied by; 0 if none is kept.
        shape_in: the shape of the input.
        shape_out: the shape of the output.
        parameters: how many numbers the layer learns: none.
    """

    x: np.ndarray
    train: np.ndarray
    again: np.ndarray
    eval: np.ndarray
    kept: np.ndarray
    scale: float
    shape_in: tuple[int, ...]
    shape_out: tuple[int, ...]
    parameters: int


@checked(p=Between(0.0, 1.0), rows=Between(1, 6), columns=Between(1, 8), seed=Between(0, 99))
def dropout(p: float = 0.4, rows: int = 4, columns: int = 6, seed: int = 0) -> Dropped:
    """Set numbers to zero at random while training, and do nothing afterwards.

    Args:
        p: how likely a number is dropped.
        rows: how many rows the input has.
        columns: how many numbers a row has.
        seed: where the random numbers start.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.Dropout.html
    """
    torch.manual_seed(seed)
    x = torch.arange(1.0, rows * columns + 1).reshape(rows, columns)  # (rows, columns)
    layer = nn.Dropout(p)

    layer.train()
    train, again = layer(x), layer(x)  # (rows, columns), another draw each time

    layer.eval()
    still = layer(x)  # (rows, columns)
    return Dropped(
        x=x.numpy(),
        train=train.numpy(),
        again=again.numpy(),
        eval=still.numpy(),
        kept=(train != 0).numpy(),
        scale=1 / (1 - p) if p < 1 else 0.0,
        shape_in=tuple(x.shape),
        shape_out=tuple(train.shape),
        parameters=sum(p.numel() for p in layer.parameters()),
    )
