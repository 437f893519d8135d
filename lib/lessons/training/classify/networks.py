"""The networks of the lesson: 784 pixels in, one number for each of ten classes out."""

from collections.abc import Callable

import torch
from torch import nn


class Lambda(nn.Module):
    """A layer made of a function, as in the notes."""

    def __init__(self, func: Callable[[torch.Tensor], torch.Tensor]) -> None:
        super().__init__()
        self.func = func

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return what the function makes of ``x``."""
        return self.func(x)


def preprocess(x: torch.Tensor) -> torch.Tensor:
    """Make pictures of rows of pixels, as in the notes."""
    return x.view(-1, 1, 28, 28)  # (B, 784) -> (B, 1, 28, 28)


def notes_cnn() -> nn.Sequential:
    """Return the network of the notes, as they write it."""
    return nn.Sequential(
        Lambda(preprocess),  # (B, 784) -> (B, 1, 28, 28)
        nn.Conv2d(1, 16, kernel_size=3, stride=2, padding=1),  # -> (B, 16, 14, 14)
        nn.ReLU(),
        nn.Conv2d(16, 16, kernel_size=3, stride=2, padding=1),  # -> (B, 16, 7, 7)
        nn.ReLU(),
        nn.Conv2d(16, 10, kernel_size=3, stride=2, padding=1),  # -> (B, 10, 4, 4)
        nn.ReLU(),
        nn.AvgPool2d(4),  # -> (B, 10, 1, 1)
        Lambda(lambda x: x.view(x.size(0), -1)),  # -> (B, 10)
    )


def small_cnn() -> nn.Sequential:
    """Return a network that keeps more of the picture, and weighs all of it at the end."""
    return nn.Sequential(
        Lambda(preprocess),  # (B, 784) -> (B, 1, 28, 28)
        nn.Conv2d(1, 16, kernel_size=3, padding=1),  # -> (B, 16, 28, 28)
        nn.ReLU(),
        nn.MaxPool2d(2),  # -> (B, 16, 14, 14)
        nn.Conv2d(16, 32, kernel_size=3, padding=1),  # -> (B, 32, 14, 14)
        nn.ReLU(),
        nn.MaxPool2d(2),  # -> (B, 32, 7, 7)
        nn.Flatten(),  # -> (B, 1568)
        nn.Linear(1568, 10),  # -> (B, 10)
    )


def mlp() -> nn.Sequential:
    """Return a network that knows nothing of which pixels are neighbors."""
    return nn.Sequential(
        nn.Linear(784, 64),  # (B, 784) -> (B, 64)
        nn.ReLU(),
        nn.Linear(64, 10),  # -> (B, 10)
    )


class Mnist_Logistic(nn.Module):  # noqa: N801 - the name it has in the notes
    """Logistic regression: a weight for each pixel and class, as in the notes."""

    def __init__(self) -> None:
        super().__init__()
        self.lin = nn.Linear(784, 10)

    def forward(self, xb: torch.Tensor) -> torch.Tensor:
        """Return one number for each class."""
        logits: torch.Tensor = self.lin(xb)  # (B, 784) -> (B, 10)
        return logits


Network = Callable[[], nn.Module]

NETWORKS: dict[str, Network] = {
    "notes' CNN": notes_cnn,
    "small CNN": small_cnn,
    "MLP": mlp,
    "Mnist_Logistic": Mnist_Logistic,
}

OPTIMIZERS: dict[str, Callable[..., torch.optim.Optimizer]] = {
    "momentum": lambda p, **k: torch.optim.SGD(p, momentum=0.9, **k),
    "SGD": torch.optim.SGD,
    "Adam": torch.optim.Adam,
    "AdamW": torch.optim.AdamW,
}


def with_extras(model: nn.Module, dropout: float, batch_norm: bool) -> nn.Sequential:
    """Return a network's layers with others in between.

    Args:
        model: a network whose layers follow one another.
        dropout: the part of the numbers that is dropped before the last layer with weights.
        batch_norm: whether batch norm follows each layer with weights but the last.
    """
    weighted = [each for each in model.children() if isinstance(each, nn.Conv2d | nn.Linear)]
    layers: list[nn.Module] = []
    for layer in model.children():
        if dropout and layer is weighted[-1]:
            layers.append(nn.Dropout(dropout))
        layers.append(layer)
        if batch_norm and layer in weighted[:-1]:
            if isinstance(layer, nn.Conv2d):
                layers.append(nn.BatchNorm2d(layer.out_channels))
            if isinstance(layer, nn.Linear):
                layers.append(nn.BatchNorm1d(layer.out_features))
    return nn.Sequential(*layers)
