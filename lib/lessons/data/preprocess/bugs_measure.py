"""What augmenting the validation set costs: a small network, trained and measured for real."""

from typing import NamedTuple

import torch
from torch import nn
from torchvision.transforms import v2

from lib.core.bugs import fixes
from lib.datasets.fashion_mnist import fashion_mnist

AUGMENT = v2.Compose([v2.RandomHorizontalFlip(), v2.RandomRotation(20), v2.RandomCrop(28, 2)])


class Measured(NamedTuple):
    """The accuracy on the validation set, measured three times, on one and the same network."""

    first: float
    second: float
    third: float


def pictures(train: bool, count: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Return pictures of Fashion-MNIST from 0 to 1, and what they show."""
    images, labels = fashion_mnist(train)
    x = torch.tensor(images[:count]).float() / 255  # (count, 28, 28)
    return x.unsqueeze(1), torch.tensor(labels[:count]).long()  # (count, 1, 28, 28) and (count,)


def augmented(x: torch.Tensor) -> torch.Tensor:
    """Turn, flip and move every picture in its own way."""
    return torch.stack([AUGMENT(picture) for picture in x])  # as x


def trained_network() -> nn.Module:
    """Train a small network on 2000 pictures, augmented anew in each of five epochs."""
    x, y = pictures(train=True, count=2000)
    model = nn.Sequential(nn.Flatten(), nn.Linear(784, 64), nn.ReLU(), nn.Linear(64, 10))
    optimizer = torch.optim.Adam(model.parameters(), lr=2e-3)
    for _ in range(5):
        seen = augmented(x)  # (2000, 1, 28, 28)
        for xb, yb in zip(seen.split(20), y.split(20), strict=True):
            optimizer.zero_grad()
            nn.functional.cross_entropy(model(xb), yb).backward()
            optimizer.step()
    return model


def accuracy(model: nn.Module, x: torch.Tensor, y: torch.Tensor) -> float:
    """Return the share of pictures that the network names right."""
    with torch.no_grad():
        right: torch.Tensor = model(x).argmax(dim=1) == y  # (n,)
    return right.float().mean().item()


def augmented_validation() -> Measured:
    """Send the validation set through the transforms of the training set.

    Every measurement draws other pictures, and harder ones than there are.
    """
    torch.manual_seed(0)
    model = trained_network()
    x, y = pictures(train=False, count=500)  # (500, 1, 28, 28) and (500,)
    return Measured(*(accuracy(model, augmented(x), y) for _ in range(3)))


@fixes(
    augmented_validation,
    "augmented validation (silent)",
    "No error: the same network is measured on turned and moved pictures, which are harder, and "
    "on other ones each time. Only the training set is augmented.",
    heavy=True,
)
def augmented_validation_fixed() -> Measured:
    """Measure on the pictures as they are."""
    torch.manual_seed(0)
    model = trained_network()
    x, y = pictures(train=False, count=500)  # (500, 1, 28, 28) and (500,)
    return Measured(*(accuracy(model, x, y) for _ in range(3)))
