"""Which network a set of weights belongs to: names and shapes, compared one by one."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import NamedTuple

import torch
from torch import nn
from torchvision import models

from lib.lessons.training.save_load.lesson import Key
from lib.lessons.training.save_load.networks import net, three_classes

Shapes = Mapping[str, tuple[int, ...]]

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
FITS, MISSING, UNEXPECTED, DIFFERS = "fits", "missing", "unexpected", "shape differs"
ORDER = (DIFFERS, UNEXPECTED, MISSING, FITS)


class Fit(NamedTuple):
    """How well a set of weights fits a network.

    Attributes:
        network: its name.
        share: keys equal in name and shape, of all keys that either has.
        counts: how many keys there are of each fate.
    """

    network: str
    share: float
    counts: dict[str, int]


@cache
def shapes_of(network: str) -> dict[str, tuple[int, ...]]:
    """Return the keys and shapes of a network, made without memory for its numbers.

    Raises:
        ValueError: if there is no such network.
    """
    if network not in NETWORKS:
        raise ValueError(f"network={network!r} is not one of: {', '.join(NETWORKS)}")
    with torch.device("meta"):
        model = NETWORKS[network]()
    return {name: tuple(each.shape) for name, each in model.state_dict().items()}


def known() -> dict[str, dict[str, tuple[int, ...]]]:
    """Return the keys and shapes of all networks, which takes about a second to find."""
    return {name: shapes_of(name) for name in NETWORKS}


def paired(file: Shapes, network: Shapes) -> tuple[Key, ...]:
    """Return every key of both: first those that do not fit; of them, the file's first."""
    pairs = []
    for name in [*network, *(name for name in file if name not in network)]:
        one, other = file.get(name), network.get(name)
        if one is None or other is None:
            fate = MISSING if one is None else UNEXPECTED
        else:
            fate = FITS if one == other else DIFFERS
        pairs.append(Key(name, one, other, fate))
    return tuple(sorted(pairs, key=lambda pair: ORDER.index(pair.fate)))


def fits(file: Shapes, networks: Mapping[str, Shapes]) -> tuple[Fit, ...]:
    """Return all networks, the one that fits best first.

    Args:
        file: the keys and shapes of the file.
        networks: the same of each network, by its name, as ``known`` returns them.
    """
    found = []
    for name, shapes in networks.items():
        fates = [pair.fate for pair in paired(file, shapes)]
        counts = {fate: fates.count(fate) for fate in (FITS, MISSING, UNEXPECTED, DIFFERS)}
        found.append(Fit(name, counts[FITS] / max(1, len(fates)), counts))
    return tuple(sorted(found, key=lambda each: -each.share))
