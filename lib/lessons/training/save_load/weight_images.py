"""Small pictures of the weights: in the file, and in the network that they were loaded into."""

from typing import NamedTuple

import numpy as np
import torch

from lib.lessons.training.save_load.lesson import Filter, everything, load, round_trip
from lib.lessons.training.save_load.networks import Network, net, three_classes
from lib.plots.weight_thumbnails import small_picture


class Looks(NamedTuple):
    """A picture by key; see ``lib.plots.weight_thumbnails``."""

    in_file: dict[str, np.ndarray]
    in_net: dict[str, np.ndarray]


def looks(
    way: str = "state_dict",
    source: Network = net,
    target: Network = three_classes,
    strip: bool = False,
    partial: Filter = everything,
    strict: bool = True,
    seed: int = 1,
) -> Looks:
    """Do what ``save_and_load`` does with these settings, and return pictures of the weights."""
    _, file, _ = round_trip(way, source)
    torch.manual_seed(seed)
    new = target()
    if strip:
        file = {k.removeprefix("module."): v for k, v in file.items()}
    load(new, partial(file, new), strict)
    states = (file, new.state_dict())
    return Looks(*({k: small_picture(v.numpy()) for k, v in state.items()} for state in states))
