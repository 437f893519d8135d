"""LSTM: a layer that reads a sequence step by step and remembers."""

from typing import NamedTuple

import numpy as np
import torch
from torch import nn

from lib.core.rules import Between, OneOf, checked


class Read(NamedTuple):
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
        sizes: the shape of each of its weights and biases, by name.
    """

    x: np.ndarray
    output: np.ndarray
    final: np.ndarray
    shape_in: tuple[int, ...]
    shape_out: tuple[int, ...]
    shape_h: tuple[int, ...]
    shape_c: tuple[int, ...]
    parameters: int
    sizes: dict[str, tuple[int, ...]]


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
) -> Read:
    """Read a batch of sequences; return an output for each step, and the memory at the end.

    Args:
        input_size: how many numbers each step has.
        hidden_size: how many numbers each layer remembers.
        num_layers: how many layers are stacked, each reading the outputs of the one before.
        bidirectional: whether a second row of cells reads from the end to the start.
        batch_first: whether the first axis is the batch; else it is the step.
        steps: how many steps a sequence has.
        batch: how many sequences there are.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.LSTM.html
    """
    torch.manual_seed(0)
    sequences = torch.randn(batch, steps, input_size)  # (batch, steps, input_size)
    x = sequences if batch_first else sequences.transpose(0, 1)  # or (steps, batch, input_size)
    layer = nn.LSTM(
        input_size=input_size,
        hidden_size=hidden_size,
        num_layers=num_layers,
        bidirectional=bidirectional,
        batch_first=batch_first,
    )
    output, (h_n, c_n) = layer(x)  # (batch, steps, directions * hidden_size)
    first = output[0] if batch_first else output[:, 0]  # (steps, directions * hidden_size)
    return Read(
        x=sequences[0].numpy(),
        output=first.detach().numpy(),
        final=h_n[:, 0].detach().numpy(),
        shape_in=tuple(x.shape),
        shape_out=tuple(output.shape),
        shape_h=tuple(h_n.shape),  # (directions * num_layers, batch, hidden_size)
        shape_c=tuple(c_n.shape),  # (directions * num_layers, batch, hidden_size)
        parameters=sum(p.numel() for p in layer.parameters()),
        sizes={name: tuple(p.shape) for name, p in layer.named_parameters()},
    )
