"""Stand on a trained network: freeze its blocks, and count what still trains."""

from typing import NamedTuple

import torch
from torch import nn
from torchvision.models import get_model

from lib.core.rules import Between, OneOf, checked
from lib.lessons.models.pretrained.networks import BLOCKS, WEIGHTS, blocks, feature_count

FROZEN = Between(0, max(BLOCKS.values()))
EMBED_SIZES = (2, 10, 128, 256, 512, 1000)


class Part(NamedTuple):
    """A block of a network.

    Attributes:
        name: where it stands in the network.
        parameters: how many weights and biases it has.
        trains: how many of them still train.
    """

    name: str
    parameters: int
    trains: int


class Frozen(NamedTuple):
    """A network with a new head, in numbers.

    Attributes:
        parts: its blocks in order; the new head is the last one.
        features: how many numbers the blocks hand to the head.
        old_head: parameters of ImageNet's own head, which was cut off.
        total: parameters with the new head.
        trains: how many of them still train.
    """

    parts: tuple[Part, ...]
    features: int
    old_head: int
    total: int
    trains: int


@checked(network=OneOf(*WEIGHTS), frozen=FROZEN, embed_size=OneOf(*EMBED_SIZES))
def freeze(network: str = "mobilenet_v2", frozen: int = 5, embed_size: int = 256) -> Frozen:
    """Freeze the first blocks of a network, give it a new head, and count what still trains.

    Counting needs no numbers, so the network is made on the device "meta", which holds none. To
    train it, leave that line out and give ``get_model`` the weights.

    Args:
        network: torchvision's name of it.
        frozen: how many blocks are frozen, from the picture on; all, if there are fewer.
        embed_size: how many numbers the new head gives, the notes' ``embed_size``.

    Source: https://docs.pytorch.org/tutorials/beginner/transfer_learning_tutorial.html
    """
    with torch.device("meta"):
        model = get_model(network)
        head = nn.Linear(feature_count(model), embed_size)  # the notes' ``embed``

    parts = []
    for place, (name, modules) in enumerate(blocks(model)):
        for module in modules:
            module.requires_grad_(place >= frozen)
        parameters = [p for module in modules for p in module.parameters()]
        parts.append(Part(name, count(parameters), count(parameters, training=True)))
    new = list(head.parameters())
    parts.append(Part("head", count(new), count(new, training=True)))

    body = sum(part.parameters for part in parts[:-1])
    return Frozen(
        parts=tuple(parts),
        features=head.in_features,
        old_head=count(list(model.parameters())) - body,
        total=sum(part.parameters for part in parts),
        trains=sum(part.trains for part in parts),
    )


def count(parameters: list[nn.Parameter], training: bool = False) -> int:
    """Return how many numbers these are; ``training`` leaves out the frozen ones."""
    return sum(p.numel() for p in parameters if p.requires_grad or not training)
