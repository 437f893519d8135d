"""Layers that work on rows of numbers: Linear, Embedding, Flatten, Dropout, norms and LSTM."""

import re
from typing import NamedTuple

import numpy as np
import torch
from torch import nn

from lib.core.rules import Between, Each, OneOf, checked


class LayerOutput(NamedTuple):
    """What goes into a layer, what it has learned, and what comes out.

    Attributes:
        x: the input; of an image the first channel.
        weight: the weights, a row for each feature or index; of a convolution the first filter.
        bias: what is added, a number for each column or one for the first channel; None if nothing.
        y: the output; of an image the first channel; None if PyTorch refused.
        shape_in: the shape of the whole input.
        shape_out: the shape of the whole output.
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
INDICES, HIGHEST = 6, 9  # the most indices, and the highest one


@checked(batch=Between(1, 4), in_features=FEATURES, out_features=FEATURES, bias=OneOf(True, False))
def linear(
    batch: int = 2, in_features: int = 4, out_features: int = 3, bias: bool = True
) -> LayerOutput:
    """Multiply all numbers of a row by weights and add them up, once for each output feature.

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
    return LayerOutput(
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
) -> LayerOutput:
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
        refused = f"{type(error).__name__}: {error}"
        return LayerOutput(x.numpy(), shape_in=tuple(x.shape), refused=refused)
    return LayerOutput(
        x=x.numpy(),
        weight=layer.weight.detach().numpy(),  # (num_embeddings, embedding_dim)
        y=y.detach().numpy(),
        shape_in=tuple(x.shape),
        shape_out=tuple(y.shape),
        parameters=sum(p.numel() for p in layer.parameters()),
    )


def parse_indices(text: str) -> tuple[int, ...]:
    """Read up to six indices from 0 to 9, a comma between two.

    Raises:
        ValueError: naming what cannot be read, and what can.
    """
    words = [word.strip() for word in text.split(",")]
    for word in words:
        if not re.fullmatch(r"[0-9]", word):
            raise ValueError(f"{word!r} is not an index from 0 to {HIGHEST}, as in 0, 1, 1")
    if len(words) > INDICES:
        raise ValueError(f"{len(words)} indices are too many: up to {INDICES} fit")
    return tuple(map(int, words))


class FlattenOutput(NamedTuple):
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
) -> FlattenOutput:
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
    return FlattenOutput(
        x=x.numpy(),
        y=y.numpy(),
        shape_in=tuple(x.shape),
        shape_out=tuple(y.shape),
        view=tuple(view.shape),
        parameters=sum(p.numel() for p in layer.parameters()),
    )


class DropoutOutput(NamedTuple):
    """Rows before and after dropout, while training and afterwards.

    Attributes:
        x: the input.
        train: the output while training: zeros, and all others scaled up.
        again: the output of a second call while training.
        eval: the output after ``layer.eval()``.
        mask: which numbers the first call did not drop.
        scale: 1 / (1 - p), what these are multiplied by; 0 if all are dropped.
        shape_in: the shape of the input.
        shape_out: the shape of the output.
        parameters: how many numbers the layer learns: none.
    """

    x: np.ndarray
    train: np.ndarray
    again: np.ndarray
    eval: np.ndarray
    mask: np.ndarray
    scale: float
    shape_in: tuple[int, ...]
    shape_out: tuple[int, ...]
    parameters: int


@checked(p=Between(0.0, 1.0), rows=Between(1, 6), columns=Between(1, 8), seed=Between(0, 99))
def dropout(p: float = 0.4, rows: int = 4, columns: int = 6, seed: int = 0) -> DropoutOutput:
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
    return DropoutOutput(
        x=x.numpy(),
        train=train.numpy(),
        again=again.numpy(),
        eval=still.numpy(),
        mask=(train != 0).numpy(),
        scale=1 / (1 - p) if p < 1 else 0.0,
        shape_in=tuple(x.shape),
        shape_out=tuple(train.shape),
        parameters=sum(p.numel() for p in layer.parameters()),
    )


class NormOutput(NamedTuple):
    """Numbers before and after normalization, a row for each group with a mean of its own.

    Attributes:
        x: the input: a row for each channel or sample.
        train: the output while training.
        eval: the output after ``layer.eval()``.
        means: the mean of each row of the input.
        stds: its standard deviation.
        running_mean: the layer's running mean of each channel; None if it has none.
        running_var: its running variance.
        shape_in: the shape of the input.
        shape_out: the shape of the output.
        parameters: how many numbers the layer learns.
        refused: PyTorch's own words if it refused, else empty.
    """

    x: np.ndarray
    train: np.ndarray | None = None
    eval: np.ndarray | None = None
    means: np.ndarray | None = None
    stds: np.ndarray | None = None
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
    past_batches=OneOf(0, 1, 5, 20, 50),
    seed=Between(0, 99),
)
def batch_norm2d(
    batch: int = 2,
    channels: int = 3,
    size: int = 3,
    momentum: float = 0.1,
    past_batches: int = 5,
    seed: int = 0,
) -> NormOutput:
    """Normalize each channel: with the batch's own statistics or with the running ones.

    Args:
        batch: how many samples a batch has.
        channels: how many channels; channel c has a mean of about 3c and a std of c + 1.
        size: height and width.
        momentum: how much of each new batch goes into the running mean and variance.
        past_batches: how many batches the layer saw in training before this one.
        seed: where the random numbers start.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.BatchNorm2d.html
    """
    torch.manual_seed(seed)
    channel = torch.arange(float(channels)).view(1, -1, 1, 1)  # (1, channels, 1, 1)
    batches = (
        torch.randn(past_batches + 1, batch, channels, size, size) * (channel + 1) + 3 * channel
    )
    x = batches[-1]  # (batch, channels, size, size)
    layer = nn.BatchNorm2d(channels, momentum=momentum)
    rows = x.transpose(0, 1).flatten(1)  # (channels, batch * size * size)
    try:
        layer.train()
        for before in batches[:-1]:
            layer(before)
        layer.eval()
        later = layer(x)  # (batch, channels, size, size), with the running statistics
        running_mean, running_var = layer.running_mean.clone(), layer.running_var.clone()  # type: ignore[union-attr]
        layer.train()
        now = layer(x)  # (batch, channels, size, size), with the batch's own statistics
    except ValueError as error:
        refused = f"{type(error).__name__}: {error}"
        return NormOutput(rows.numpy(), shape_in=tuple(x.shape), refused=refused)
    return NormOutput(
        x=rows.numpy(),
        train=now.transpose(0, 1).flatten(1).detach().numpy(),
        eval=later.transpose(0, 1).flatten(1).detach().numpy(),
        means=rows.mean(dim=1).numpy(),
        stds=rows.std(dim=1, correction=0).numpy(),
        running_mean=running_mean.numpy(),
        running_var=running_var.numpy(),
        shape_in=tuple(x.shape),
        shape_out=tuple(now.shape),
        parameters=sum(p.numel() for p in layer.parameters()),
    )


@checked(batch=Between(1, 4), features=Between(1, 24), seed=Between(0, 99))
def layer_norm(batch: int = 3, features: int = 12, seed: int = 0) -> NormOutput:
    """Normalize each row by itself: without running statistics, train and eval are the same.

    Args:
        batch: how many samples; sample n has a mean of about 3n and a std of n + 1.
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
    return NormOutput(
        x=x.numpy(),
        train=now.detach().numpy(),
        eval=later.detach().numpy(),
        means=x.mean(dim=1).numpy(),
        stds=x.std(dim=1, correction=0).numpy(),
        shape_in=tuple(x.shape),
        shape_out=tuple(now.shape),
        parameters=sum(p.numel() for p in layer.parameters()),
    )


class LSTMOutput(NamedTuple):
    """A sequence, and what an LSTM makes of it.

    Attributes:
        x: the first sequence of the batch: a row for each step.
        output: the last layer's output for it: a row for each step.
        final: the last hidden state of each layer and direction, for the first sequence.
        shape_in: the shape of the input.
        shape_out: the shape of ``output``.
        shape_h: the shape of ``h_n``, the hidden state after the last step.
        shape_c: the shape of ``c_n``, the cell state after the last step.
        parameters: how many numbers the layer learns.
        weights: each of its weights and biases, by name.
    """

    x: np.ndarray
    output: np.ndarray
    final: np.ndarray
    shape_in: tuple[int, ...]
    shape_out: tuple[int, ...]
    shape_h: tuple[int, ...]
    shape_c: tuple[int, ...]
    parameters: int
    weights: dict[str, np.ndarray]


SMALL = Between(1, 8)


@checked(
    input_size=SMALL,
    hidden_size=SMALL,
    num_layers=Between(1, 3),
    bidirectional=OneOf(False, True),
    batch_first=OneOf(False, True),
    steps=Between(1, 6),
    batch=Between(1, 4),
)
def lstm(
    input_size: int = 3,
    hidden_size: int = 4,
    num_layers: int = 2,
    bidirectional: bool = False,
    batch_first: bool = True,
    steps: int = 5,
    batch: int = 2,
) -> LSTMOutput:
    """Read a batch of sequences; return an output for each step, and the states at the end.

    Args:
        input_size: how many numbers each step has.
        hidden_size: how many numbers each layer's hidden state has.
        num_layers: how many layers are stacked, each reading the outputs of the one before.
        bidirectional: whether a second chain of cells reads from the end to the start.
        batch_first: whether the first axis is the batch; else it is the step.
        steps: how many steps a sequence has.
        batch: how many sequences there are.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.LSTM.html
    """
    torch.manual_seed(0)
    sequences = torch.randn(batch, steps, input_size)  # (batch, steps, input_size)
    x = sequences if batch_first else sequences.transpose(0, 1)  # or (steps, batch, input_size)
    layer = nn.LSTM(
        input_size, hidden_size, num_layers, batch_first=batch_first, bidirectional=bidirectional
    )
    output, (h_n, c_n) = layer(x)  # (batch, steps, directions * hidden_size)
    first = output[0] if batch_first else output[:, 0]  # (steps, directions * hidden_size)
    return LSTMOutput(
        x=sequences[0].numpy(),
        output=first.detach().numpy(),
        final=h_n[:, 0].detach().numpy(),
        shape_in=tuple(x.shape),
        shape_out=tuple(output.shape),
        shape_h=tuple(h_n.shape),  # (directions * num_layers, batch, hidden_size)
        shape_c=tuple(c_n.shape),  # (directions * num_layers, batch, hidden_size)
        parameters=sum(p.numel() for p in layer.parameters()),
        weights={name: p.detach().numpy() for name, p in layer.named_parameters()},
    )
