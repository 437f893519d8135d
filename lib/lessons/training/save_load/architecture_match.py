"""Which network a set of weights belongs to: names and shapes, compared one by one."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import NamedTuple

import torch
from torch import nn
from torchvision import models

from lib.lessons.training.save_load.lesson import Key, Shapes, paired, shapes
from lib.lessons.training.save_load.networks import net, three_classes

NETWORKS: dict[str, Callable[[], nn.Module]] = {
    "resnet18": models.resnet18,
    "resnet34": models.resnet34,
    "resnet50": models.resnet50,
    "mobilenet_v2": models.mobilenet_v2,
    "squeezenet1_0": models.squeezenet1_0,
    "alexnet": models.alexnet,
    "vgg11": models.vgg11,
    "net": net,
    "net, three classes": three_classes,
}
FATES = ("fits", "missing", "unexpected", "shape differs")


class Fit(NamedTuple):
    """How well a set of weights fits a network.

    Attributes:
        network: its name.
        share: of keys equal in name and shape, among all keys that either has.
        counts: how many keys there are of each fate.
    """

    network: str
    share: float
    counts: dict[str, int]


@cache
def shapes_of(network: str) -> Shapes:
    """Return the keys and shapes of a network, made without memory for its numbers.

    Raises:
        ValueError: if there is no such network.
    """
    if network not in NETWORKS:
        raise ValueError(f"network={network!r} is not one of: {', '.join(NETWORKS)}")
    with torch.device("meta"):
        model = NETWORKS[network]()
    return shapes(model.state_dict())


def known() -> dict[str, Shapes]:
    """Return the keys and shapes of all networks, which takes about a second to find."""
    return {name: shapes_of(name) for name in NETWORKS}


def worst_first(file: Shapes, network: Shapes) -> tuple[Key, ...]:
    """Return every key of both: first those that do not fit; of them, the file's first."""
    return tuple(sorted(paired(file, network), key=lambda key: -FATES.index(key.fate)))


def fits(file: Shapes, networks: Mapping[str, Shapes]) -> tuple[Fit, ...]:
    """Return all networks, the one that fits best first.

    Args:
        file: the keys and shapes of the file.
        networks: the same of each network, by its name, as ``known`` returns them.
    """
    found = []
    for name, network in networks.items():
        fates = [key.fate for key in paired(file, network)]
        counts = {fate: fates.count(fate) for fate in FATES}
        found.append(Fit(name, counts["fits"] / max(1, len(fates)), counts))
    return tuple(sorted(found, key=lambda each: -each.share))
