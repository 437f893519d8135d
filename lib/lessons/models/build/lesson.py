"""Put layers together: what goes in and out of every layer, from a real forward pass."""

from collections.abc import Callable
from math import prod
from typing import Any, NamedTuple

import torch
from torch import nn

from lib.core.rules import checked
from lib.lessons.models.build.layers import NOTES, InputShape, Layers, Shape, UpToTenLayers
from lib.lessons.models.build.work import check_parameters, check_work, multiply_adds


class Lambda(nn.Module):
    """A layer made of a function, as in the notes."""

    def __init__(self, func: Callable[[Any], torch.Tensor]) -> None:
        super().__init__()
        self.func = func

    def forward(self, x: Any) -> torch.Tensor:
        """Return what the function makes of ``x``."""
        return self.func(x)


def preprocess(x: torch.Tensor) -> torch.Tensor:
    """Make pictures of rows of pixels, as in the notes."""
    return x.view(-1, 1, 28, 28)  # (B, 784) -> (B, 1, 28, 28)


def flatten(x: torch.Tensor) -> torch.Tensor:
    """Make one row of each sample, as in the notes."""
    return x.view(x.size(0), -1)  # (B, C, H, W) -> (B, C * H * W)


def last_step(x: tuple[torch.Tensor, Any]) -> torch.Tensor:
    """Keep what an LSTM says after the last step."""
    output, _ = x
    return output[:, -1]  # (B, steps, hidden) -> (B, hidden)


FUNCTIONS: dict[str, Callable[[Any], torch.Tensor]] = {
    "preprocess": preprocess,
    "flatten": flatten,
    "last_step": last_step,
}


def made(name: str, *arguments: Any) -> nn.Module:
    """Return one layer: ``made("Linear", 784, 10)`` is ``nn.Linear(784, 10)``."""
    if name == "Lambda":
        return Lambda(FUNCTIONS[arguments[0]])
    layer: nn.Module = getattr(nn, name)(*arguments)
    return layer


class Built(NamedTuple):
    """A network, and what came out of each of its layers.

    Attributes:
        shapes: of the input, then of what each layer gave that could work on what it got.
        states: for each of ``shapes``, how many more tensors came with it; an LSTM gives two.
        parameters: how many weights and biases each layer has, also those that did not run.
        multiply_adds: how many products each layer that ran adds up.
        refused: PyTorch's error in its own words if the next layer could not work; else empty.
        output: of the first sample, up to ten numbers of what came out at the end.
    """

    shapes: tuple[Shape, ...]
    states: tuple[int, ...]
    parameters: tuple[int, ...]
    multiply_adds: tuple[int, ...]
    refused: str
    output: tuple[float, ...]


@checked(layers=UpToTenLayers(), shape=InputShape())
def build(layers: Layers = NOTES, shape: Shape = (64, 784)) -> Built:
    """Put layers into an ``nn.Sequential`` and send an input through them, one by one.

    Args:
        layers: each a class of ``torch.nn`` and its arguments, as in ``("Linear", 784, 10)``.
        shape: of the input; the first axis counts the samples.

    Raises:
        ValueError: for a setting that is not allowed, and for a network that is too large. What
            PyTorch refuses is told in the result.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.Sequential.html
    """
    check_parameters(layers)
    torch.manual_seed(0)
    network = nn.Sequential(*(made(*layer) for layer in layers))
    parameters = tuple(sum(p.numel() for p in layer.parameters()) for layer in network)
    x: Any = torch.rand(shape)  # shape
    shapes, states, products, refused = [shape], [0], [], ""
    work = prod(shape)
    for layer, call in zip(network, layers, strict=True):
        work = check_work(call, shapes[-1], work)
        try:
            x = layer(x)  # whatever shape the layer makes
        except (RuntimeError, ValueError, TypeError, IndexError, AttributeError) as error:
            refused = f"{type(error).__name__}: {error}"
            break
        tensor = x if isinstance(x, torch.Tensor) else x[0]
        products.append(multiply_adds(call, shapes[-1]))
        shapes.append(tuple(tensor.shape))
        states.append(0 if tensor is x else len(x[1]))
    tensor = x if isinstance(x, torch.Tensor) else x[0]
    first = tensor.flatten()[:10] if tensor.dim() < 2 else tensor[0].flatten()[:10]  # (up to 10,)
    output = tuple(round(number, 4) for number in first.tolist())
    return Built(tuple(shapes), tuple(states), parameters, tuple(products), refused, output)
