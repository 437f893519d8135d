"""The network of the lesson: features of a point in, one number for each class out."""

from collections.abc import Callable, Sequence

import torch
from torch import nn

FEATURES: dict[str, Callable[[torch.Tensor, torch.Tensor], torch.Tensor]] = {
    "x1": lambda x1, x2: x1,
    "x2": lambda x1, x2: x2,
    "x1^2": lambda x1, x2: x1 * x1,
    "x2^2": lambda x1, x2: x2 * x2,
    "x1*x2": lambda x1, x2: x1 * x2,
    "sin(x1)": lambda x1, x2: torch.sin(x1),
    "sin(x2)": lambda x1, x2: torch.sin(x2),
}

ACTIVATIONS: dict[str, Callable[[], nn.Module]] = {
    "tanh": nn.Tanh,
    "ReLU": nn.ReLU,
    "sigmoid": nn.Sigmoid,
    "GELU": nn.GELU,
    "linear": nn.Identity,
}

OPTIMIZERS: dict[str, Callable[..., torch.optim.Optimizer]] = {
    "SGD": torch.optim.SGD,
    "momentum": lambda p, **k: torch.optim.SGD(p, momentum=0.9, **k),
    "RMSprop": torch.optim.RMSprop,
    "Adagrad": torch.optim.Adagrad,
    "Adam": torch.optim.Adam,
    "AdamW": torch.optim.AdamW,
}


def features_of(x: torch.Tensor, names: Sequence[str]) -> torch.Tensor:
    """Return the inputs for each point: (n, 2) -> (n, features)."""
    return torch.stack([FEATURES[name](x[:, 0], x[:, 1]) for name in names], dim=1)


def make_model(
    inputs: int, hidden: Sequence[int], outputs: int, activation: str, dropout: float = 0.0
) -> nn.Sequential:
    """Return a network of linear layers with an activation after each hidden one.

    Args:
        inputs: how many features a point has.
        hidden: the width of each hidden layer.
        outputs: one for each class, or one for a number.
        activation: a key of ``ACTIVATIONS``.
        dropout: the part of the neurons that is dropped in each training step.
    """
    layers: list[nn.Module] = []
    for width in hidden:
        layers += [nn.Linear(inputs, width), ACTIVATIONS[activation]()]
        if dropout:
            layers.append(nn.Dropout(dropout))
        inputs = width
    return nn.Sequential(*layers, nn.Linear(inputs, outputs))


def linear_layers(model: nn.Module) -> list[nn.Linear]:
    """Return the layers that have weights, from the input on."""
    return [layer for layer in model.modules() if isinstance(layer, nn.Linear)]
