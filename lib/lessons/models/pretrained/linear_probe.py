"""A linear probe on frozen features against a small network from scratch, on the same images."""

from functools import lru_cache
from typing import NamedTuple

import torch
from torch import nn

from lib.core.rules import OneOf, checked
from lib.datasets.fashion_mnist import fashion_mnist
from lib.lessons.models.pretrained.networks import (
    NetworkRule,
    accuracy,
    colors,
    feature_count,
    trained,
    without_head,
)

COUNTS = (10, 20, 50, 100, 200, 400)  # images to learn from
TESTS = 400  # images to test with
SIDE = 64  # pixels: images of 28 by 28 are enlarged, since the network halves them five times
STEPS, BATCH, LEARNING_RATE = 200, 64, 0.003  # the same for both

Batch = tuple[torch.Tensor, torch.Tensor]


class Probed(NamedTuple):
    """What came of both, after as many steps with the same optimizer.

    Attributes:
        images: how many there were to learn from.
        head_parameters: how many numbers trained in the new head.
        head_train: its accuracy on the images to learn from.
        head_test: its accuracy on the test images.
        scratch_parameters: how many numbers trained in the network from scratch.
        scratch_train: its accuracy on the images to learn from.
        scratch_test: its accuracy on the test images.
    """

    images: int
    head_parameters: int
    head_train: float
    head_test: float
    scratch_parameters: int
    scratch_train: float
    scratch_test: float


@checked(network=NetworkRule(), count=OneOf(*COUNTS, costly=True))
def probe(network: str = "mobilenet_v2", count: int = 100) -> Probed:
    """Train a head on frozen features, and a small network from scratch, on Fashion-MNIST.

    Args:
        network: torchvision's name of the network whose features are used.
        count: how many images to learn from.

    Source: https://docs.pytorch.org/tutorials/beginner/transfer_learning_tutorial.html
    """
    x, y = pictures(train=True, count=count)  # (count, 1, 28, 28), (count,)
    test_x, test_y = pictures(train=False, count=TESTS)

    features = frozen_features(network, train=True, count=count)  # (count, 1280)
    test_features = frozen_features(network, train=False, count=TESTS)

    torch.manual_seed(0)  # now: making a network draws random numbers, too
    head = nn.Linear(feature_count(trained(network)), 10)
    fit(head, features, y)

    torch.manual_seed(0)
    scratch = nn.Sequential(
        nn.Conv2d(1, 16, 3, stride=2, padding=1),  # (B, 1, 28, 28) -> (B, 16, 14, 14)
        nn.ReLU(),
        nn.Conv2d(16, 32, 3, stride=2, padding=1),  # -> (B, 32, 7, 7)
        nn.ReLU(),
        nn.Flatten(),  # -> (B, 1568)
        nn.Linear(1568, 10),  # -> (B, 10)
    )
    fit(scratch, x, y)
    return Probed(
        images=count,
        head_parameters=sum(p.numel() for p in head.parameters()),
        head_train=accuracy(head, features, y),
        head_test=accuracy(head, test_features, test_y),
        scratch_parameters=sum(p.numel() for p in scratch.parameters()),
        scratch_train=accuracy(scratch, x, y),
        scratch_test=accuracy(scratch, test_x, test_y),
    )


def pictures(train: bool, count: int) -> Batch:
    """Return the first pictures of Fashion-MNIST from 0 to 1, and what they show."""
    images, labels = fashion_mnist(train)
    x = torch.tensor(images[:count]).float() / 255  # (count, 28, 28)
    return x.unsqueeze(1), torch.tensor(labels[:count]).long()  # (count, 1, 28, 28), (count,)


@lru_cache(maxsize=16)
def frozen_features(network: str, train: bool, count: int) -> torch.Tensor:
    """Return the pictures' features by the network's frozen body, once for all heads."""
    body = without_head(trained(network))
    mean, std = colors(network)
    x, _ = pictures(train, count)  # (count, 1, 28, 28)
    found = []
    for batch in x.split(20):
        large = nn.functional.interpolate(batch, size=SIDE, mode="bilinear")  # (B, 1, 64, 64)
        rgb = large.expand(-1, 3, -1, -1)  # (B, 3, 64, 64): the same gray three times
        with torch.no_grad():
            found.append(body((rgb - mean) / std))  # (B, 1280)
    return torch.cat(found)


def fit(model: nn.Module, x: torch.Tensor, y: torch.Tensor) -> None:
    """Take ``STEPS`` steps, each on pictures drawn at random."""
    optimizer = torch.optim.Adam(model.parameters(), lr=LEARNING_RATE)
    for _ in range(STEPS):
        rows = torch.randint(len(x), (min(BATCH, len(x)),))  # (B,)
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(x[rows]), y[rows]).backward()
        optimizer.step()


@checked(network=NetworkRule())
def curve(network: str = "mobilenet_v2") -> tuple[Probed, ...]:
    """Return what comes of each number of images there is to choose from."""
    return tuple(probe(network, count) for count in COUNTS)


def margin(measured: float) -> float:
    """Return how far an accuracy on the test images may be off by luck: two standard errors."""
    return float(2 * (measured * (1 - measured) / TESTS) ** 0.5)
