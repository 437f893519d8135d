"""A linear probe on frozen features against a small network from scratch, on the same images."""

from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from PIL import Image
from torch import nn
from torchvision.transforms import v2

from lib.core.rules import OneOf, checked
from lib.datasets.assets import asset
from lib.datasets.fashion_mnist import fashion_mnist
from lib.lessons.models.pretrained.networks import (
    NetworkRule,
    accuracy,
    colors,
    feature_count,
    trained,
    without_head,
)

PHOTOS, FASHION = "photos", "Fashion-MNIST"
COUNTS = {  # images to learn from
    PHOTOS: (6, 12, 24, 48, 96),
    FASHION: (10, 20, 50, 100, 200, 400),
}
TESTS = {PHOTOS: 240, FASHION: 400}  # images to test with
CLASSES = {PHOTOS: 6, FASHION: 10}
SIDE = 64  # pixels: smaller images are enlarged, since the network halves them five times
# The same for both networks, and enough for both to name nearly all they learn from right.
STEPS = {PHOTOS: 100, FASHION: 200}
BATCH, LEARNING_RATE = 32, 0.003

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


@checked(
    network=NetworkRule(),
    data=OneOf(*COUNTS),
    count=OneOf(*COUNTS[PHOTOS], *COUNTS[FASHION], costly=True),
)
def probe(network: str = "mobilenet_v2", data: str = "photos", count: int = 24) -> Probed:
    """Train a head on frozen features, and a small network from scratch, on the same images.

    Args:
        network: torchvision's name of the network whose features are used.
        data: "photos" for crops of six photos, whose colors are changed: which photo is it?
            "Fashion-MNIST" for small gray pictures of clothes.
        count: how many images to learn from.

    Source: https://docs.pytorch.org/tutorials/beginner/transfer_learning_tutorial.html
    """
    x, y = pictures(data, train=True, count=count)  # (count, C, H, W), (count,)
    test_x, test_y = pictures(data, train=False, count=TESTS[data])
    channels, side = x.shape[1:3]
    classes = CLASSES[data]

    features = frozen_features(network, data, train=True, count=count)  # (count, 1280)
    test_features = frozen_features(network, data, train=False, count=TESTS[data])

    torch.manual_seed(0)  # now: making a network draws random numbers, too
    head = nn.Linear(feature_count(trained(network)), classes)
    fit(head, features, y, STEPS[data])

    torch.manual_seed(0)
    scratch = nn.Sequential(
        nn.Conv2d(channels, 16, 3, stride=2, padding=1),  # (B, C, H, W) -> (B, 16, H/2, W/2)
        nn.ReLU(),
        nn.Conv2d(16, 32, 3, stride=2, padding=1),  # -> (B, 32, H/4, W/4)
        nn.ReLU(),
        nn.Flatten(),  # -> (B, 32 * H/4 * W/4)
        nn.Linear(32 * (side // 4) ** 2, classes),  # -> (B, classes)
    )
    fit(scratch, x, y, STEPS[data])
    return Probed(
        images=count,
        head_parameters=sum(p.numel() for p in head.parameters()),
        head_train=accuracy(head, features, y),
        head_test=accuracy(head, test_features, test_y),
        scratch_parameters=sum(p.numel() for p in scratch.parameters()),
        scratch_train=accuracy(scratch, x, y),
        scratch_test=accuracy(scratch, test_x, test_y),
    )


def pictures(data: str, train: bool, count: int) -> Batch:
    """Return pictures from 0 to 1, and what they show."""
    if data == "photos":
        return crops(train, count)
    images, labels = fashion_mnist(train)
    x = torch.tensor(images[:count]).float() / 255  # (count, 28, 28)
    return x.unsqueeze(1), torch.tensor(labels[:count]).long()  # (count, 1, 28, 28), (count,)


def photo_files() -> tuple[Path, ...]:
    """Return the six photos; the names stand here so that a download offers the files."""
    return (
        asset("chelsea.jpg"), asset("coffee.jpg"), asset("astronaut.jpg"),
        asset("rocket.jpg"), asset("camera.jpg"), asset("horse.png"),
    )  # fmt: skip


@lru_cache(maxsize=8)
def crops(train: bool, count: int) -> Batch:
    """Return random crops of the six photos in turn, with changed colors, and which photo it is."""
    torch.manual_seed(0 if train else 1)
    photos = []
    for file in photo_files():
        with Image.open(file) as image:
            pixels = torch.tensor(np.array(image.convert("RGB")))  # (H, W, 3)
        photos.append(pixels.permute(2, 0, 1))  # (3, H, W)
    chain = v2.Compose(
        [
            v2.RandomResizedCrop(SIDE, scale=(0.4, 0.4), ratio=(1, 1)),
            v2.RandomHorizontalFlip(),
            v2.ColorJitter(0.4, 0.4, 1.0, 0.5),
            v2.ToDtype(torch.float32, scale=True),
        ]
    )
    y = torch.arange(count) % len(photos)  # (count,)
    return torch.stack([chain(photos[place]) for place in y]), y  # (count, 3, 64, 64)


@lru_cache(maxsize=16)
def frozen_features(network: str, data: str, train: bool, count: int) -> torch.Tensor:
    """Return the pictures' features by the network's frozen body, once for all heads."""
    body = without_head(trained(network))
    mean, std = colors(network)
    x, _ = pictures(data, train, count)  # (count, C, H, W)
    found = []
    for batch in x.split(20):
        large = nn.functional.interpolate(batch, size=SIDE, mode="bilinear")  # (B, C, 64, 64)
        rgb = large.expand(-1, 3, -1, -1)  # (B, 3, 64, 64): a gray is given three times
        with torch.no_grad():
            found.append(body((rgb - mean) / std))  # (B, 1280)
    return torch.cat(found)


def fit(model: nn.Module, x: torch.Tensor, y: torch.Tensor, steps: int) -> None:
    """Take some steps, each on pictures drawn at random."""
    optimizer = torch.optim.Adam(model.parameters(), lr=LEARNING_RATE)
    for _ in range(steps):
        rows = torch.randint(len(x), (min(BATCH, len(x)),))  # (B,)
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(x[rows]), y[rows]).backward()
        optimizer.step()


@checked(network=NetworkRule(), data=OneOf(*COUNTS))
def curve(network: str = "mobilenet_v2", data: str = "photos") -> tuple[Probed, ...]:
    """Return what comes of each number of images there is to choose from."""
    return tuple(probe(network, data, count) for count in COUNTS[data])


def margin(measured: float, tests: int) -> float:
    """Return how far an accuracy on the test images may be off by luck: two standard errors."""
    return float(2 * (measured * (1 - measured) / tests) ** 0.5)
