"""Train a network of one's own for a moment, to see what its parameters are worth."""

from math import prod
from typing import NamedTuple

import torch
import torch.nn.functional as F  # noqa: N812 - the name it has everywhere
from torch import optim

from lib.core.rules import OneOf, checked
from lib.datasets.fashion_mnist import fashion_mnist
from lib.lessons.models.build.layer_kinds import (
    CONVOLUTIONAL,
    InputShape,
    Layers,
    Shape,
    UpToTenLayers,
)
from lib.lessons.models.build.lesson import build, network

IMAGES, EPOCHS, BATCH = 2000, 4, 50
MOST_PRODUCTS = 5_000_000  # for one image: some seconds of training


class Trained(NamedTuple):
    """What came of training.

    Attributes:
        parameters: how many weights and biases the network has.
        accuracy: the part of 1000 test images it classifies rightly after each epoch.
    """

    parameters: int
    accuracy: tuple[float, ...]


def pixels(train: bool, mean: float, std: float) -> torch.Tensor:
    """Return the images as numbers around 0: (n, 28, 28)."""
    images = fashion_mnist(train).images[:IMAGES]
    return (torch.tensor(images).float() / 255 - mean) / std


def check(layers: Layers, shape: Shape) -> None:
    """Refuse what cannot be trained on these images, or not in some seconds.

    Raises:
        ValueError: for a network that does not take images of 784 pixels, does not give ten
            numbers for each, has nothing to train, or takes too long.
    """
    if prod(shape[1:]) != 784:
        raise ValueError(f"a sample of {shape} has {prod(shape[1:])} numbers; an image has 784")
    result = build(layers, (2, *shape[1:]))
    if result.refused or result.states[-1] or result.shapes[-1] != (2, 10):
        raise ValueError("the network has to give ten numbers for each image, one for each class")
    if not any(result.parameters):
        raise ValueError("the network has no parameters: there is nothing to train")
    if sum(result.multiply_adds) > 2 * MOST_PRODUCTS:
        raise ValueError(
            f"one image takes {sum(result.multiply_adds) / 2e6:.1f} million multiply-adds; here "
            f"up to {MOST_PRODUCTS / 1e6:.0f} million are trained"
        )


@checked(layers=UpToTenLayers(), shape=InputShape(), optimizer=OneOf("SGD", "Adam"))
def train(
    layers: Layers = CONVOLUTIONAL, shape: Shape = (64, 784), optimizer: str = "SGD"
) -> Trained:
    """Train a network on 2000 images of clothes for four epochs, and measure it on 1000 others.

    Args:
        layers: the network; it gives ten numbers for each image.
        shape: of the input; an image has the shape of one sample.
        optimizer: "SGD" with momentum, or "Adam".

    Raises:
        ValueError: as ``check`` does.
    """
    check(layers, shape)
    model = network(layers)
    x, test_x = (pixels(part, 0.286, 0.353).view(-1, *shape[1:]) for part in (True, False))
    y, test_y = (torch.tensor(fashion_mnist(part).labels[:IMAGES]).long() for part in (True, False))
    opt: optim.Optimizer = optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    if optimizer == "Adam":
        opt = optim.Adam(model.parameters(), lr=0.01)
    accuracy = []
    for _ in range(EPOCHS):
        model.train()
        for rows in torch.randperm(len(x)).split(BATCH):
            pred = model(x[rows])  # (B, 10)
            loss = F.cross_entropy(pred, y[rows])  # ()
            loss.backward()
            opt.step()
            opt.zero_grad()
        model.eval()
        with torch.no_grad():
            right = model(test_x).argmax(dim=1) == test_y  # (1000,)
        accuracy.append(right.float().mean().item())
    return Trained(sum(p.numel() for p in model.parameters()), tuple(accuracy))
