"""The small networks of the lesson, and one of them trained on real images."""

from collections import OrderedDict
from collections.abc import Callable
from copy import deepcopy
from functools import cache

import torch
import torch.nn.functional as F  # noqa: N812 - the name it has everywhere
from torch import nn

from lib.datasets.fashion_mnist import fashion_mnist

Network = Callable[[], nn.Module]

TRAIN_IMAGES, BATCH, EPOCHS, LEARNING_RATE = 2000, 50, 2, 0.005


def layers(first: str, classes: int) -> nn.Sequential:
    """Return an untrained network; its first layer and the number of classes are to be chosen."""
    return nn.Sequential(
        OrderedDict(
            {
                first: nn.Conv2d(1, 8, 3, stride=2, padding=1),  # (B, 1, 28, 28) -> (B, 8, 14, 14)
                "relu1": nn.ReLU(),
                "conv2": nn.Conv2d(8, 16, 3, stride=2, padding=1),  # -> (B, 16, 7, 7)
                "relu2": nn.ReLU(),
                "flat": nn.Flatten(),  # -> (B, 784)
                "fc": nn.Linear(784, classes),  # -> (B, classes)
            }
        )
    )


def net() -> nn.Module:
    """Return a network for ten classes."""
    return layers("conv1", 10)


def renamed() -> nn.Module:
    """Return the same network with another name for its first layer."""
    return layers("stem", 10)


def three_classes() -> nn.Module:
    """Return the same network with a head for three classes."""
    return layers("conv1", 3)


def parallel() -> nn.Module:
    """Return the network for several GPUs, with its numbers on the CPU like all the others."""
    return nn.DataParallel(net()).cpu()  # where there is a GPU, it moves there by itself


def inner(model: nn.Module) -> nn.Module:
    """Return the network itself: what wraps it would compute on the GPUs, where there are any."""
    return model.module if isinstance(model, nn.DataParallel) else model


@cache
def images(train: bool, count: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Return real images, (n, 1, 28, 28), and their classes, (n,)."""
    part = fashion_mnist(train)
    x = torch.tensor(part.images[:count]).float().div(255)  # (n, 28, 28)
    return x.unsqueeze(1), torch.tensor(part.labels[:count]).long()


def accuracy(model: nn.Module) -> float:
    """Return its accuracy on the test images of the classes that it has."""
    x, y = images(train=False, count=1000)
    with torch.no_grad():
        outputs = inner(model).eval()(x)  # (1000, classes)
    known = y < outputs.shape[1]  # (1000,)
    right: torch.Tensor = (outputs.argmax(dim=1) == y)[known]
    return right.float().mean().item()


def predictions(model: nn.Module) -> torch.Tensor:
    """Return its outputs for 100 test images: (100, classes)."""
    with torch.no_grad():
        outputs: torch.Tensor = inner(model).eval()(images(train=False, count=100)[0])
    return outputs


def train(model: nn.Module, optimizer: torch.optim.Optimizer) -> None:
    """Train it for two epochs, on images that come shuffled."""
    x, y = images(train=True, count=TRAIN_IMAGES)
    for _ in range(EPOCHS):
        for xb, yb in zip(x.split(BATCH), y.split(BATCH), strict=True):
            loss = F.cross_entropy(inner(model)(xb), yb)
            loss.backward()
            optimizer.step()
            optimizer.zero_grad()


@cache
def learned() -> tuple[dict[str, torch.Tensor], dict[str, object]]:
    """Return the states of a trained network and of its optimizer."""
    torch.manual_seed(0)
    model = net()
    optimizer = torch.optim.Adam(model.parameters(), lr=LEARNING_RATE)
    train(model, optimizer)
    return model.state_dict(), optimizer.state_dict()


def trained(source: Network) -> tuple[nn.Module, torch.optim.Optimizer]:
    """Return a network with what was learned, and its optimizer."""
    weights, state = learned()
    model = source()
    inner(model).load_state_dict(weights)
    optimizer = torch.optim.Adam(model.parameters(), lr=LEARNING_RATE)
    optimizer.load_state_dict(deepcopy(state))  # or it would train on in what is kept here
    return model, optimizer


SOURCES: dict[str, Network] = {"net": net, "DataParallel(net)": parallel}
TARGETS: dict[str, Network] = {
    "a layer renamed": renamed,
    "three classes": three_classes,
    "net": net,
    "DataParallel(net)": parallel,
}
