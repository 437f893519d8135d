"""Save a trained network to a file, and load it into a network: key by key.

Source: https://docs.pytorch.org/tutorials/beginner/saving_loading_models.html
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from torch import nn

from lib.core.rules import Between, OneOf, checked
from lib.lessons.training.save_load.networks import (
    EPOCHS,
    SOURCES,
    TARGETS,
    Network,
    accuracy,
    net,
    predictions,
    three_classes,
    trained,
)
from lib.plots.weight_thumbnails import small_picture

State = dict[str, torch.Tensor]
Shapes = Mapping[str, tuple[int, ...]]
Filter = Callable[[State, nn.Module], State]


def save(way: str, model: nn.Module, optimizer: torch.optim.Optimizer, path: Path) -> None:
    """Write a network to a file."""
    if way == "state_dict":
        torch.save(model.state_dict(), path)
    elif way == "checkpoint":
        states = {"model": model.state_dict(), "optimizer": optimizer.state_dict()}
        torch.save({**states, "epoch": EPOCHS}, path)
    elif way == "whole model":
        torch.save(model, path)
    else:
        save_file(model.state_dict(), path)


def read(way: str, path: Path) -> State:
    """Return the weights in a file, by name."""
    if way == "safetensors":
        return dict(load_file(path))
    if way == "whole model":  # runs what is in the file: only for files you made yourself
        return dict(torch.load(path, weights_only=False).state_dict())
    file = torch.load(path)
    return dict(file["model"] if way == "checkpoint" else file)


def round_trip(way: str, source: Network) -> tuple[nn.Module, State, int]:
    """Return a trained network, its weights as they came back from a file, and the file's size."""
    model, optimizer = trained(source)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "net.pt"
        save(way, model, optimizer, path)
        return model, read(way, path), path.stat().st_size


def load(model: nn.Module, weights: State, strict: bool) -> str:
    """Load weights into a network, and return what was raised."""
    try:
        model.load_state_dict(weights, strict=strict)
    except RuntimeError as raised:
        return str(raised)
    return ""


# --- which keys to load ---------------------------------------------------------------------------


def everything(pretrained_dict: State, myNet: nn.Module) -> State:  # noqa: N803
    """Load what the file has, as it is."""
    return pretrained_dict


def as_in_the_notes(pretrained_dict: State, myNet: nn.Module) -> State:  # noqa: N803
    """Load the keys that the network has, too."""
    model_dict = myNet.state_dict()
    # 1. filter out unnecessary keys
    pretrained_dict = {k: v for k, v in pretrained_dict.items() if k in model_dict}
    # 2. overwrite entries in the existing state dict
    model_dict.update(pretrained_dict)
    return model_dict


def same_shapes(pretrained_dict: State, myNet: nn.Module) -> State:  # noqa: N803
    """Load the keys that the network has, too, in the same shape."""
    model_dict = myNet.state_dict()
    fits = {k: v for k, v in pretrained_dict.items() if k in model_dict}
    fits = {k: v for k, v in fits.items() if v.shape == model_dict[k].shape}
    model_dict.update(fits)
    return model_dict


# --- the lesson -----------------------------------------------------------------------------------

WAYS = ("state_dict", "checkpoint", "whole model", "safetensors")
FILTERS: dict[str, Filter] = {
    "no filter": everything,
    "as in the notes": as_in_the_notes,
    "same shape, too": same_shapes,
}
SEEDS = Between(1, 9, costly=1)


class Key(NamedTuple):
    """One key of the file, the network or both.

    Attributes:
        name: the key.
        in_file: its shape in the file; None if it is not there.
        in_net: its shape in the network; None if it is not there.
        fate: "loaded", "missing", "unexpected" or "shape differs"; "fits" before any loading.
    """

    name: str
    in_file: tuple[int, ...] | None
    in_net: tuple[int, ...] | None
    fate: str


class Loaded(NamedTuple):
    """What came of loading.

    Attributes:
        error: what load_state_dict raised; empty if it raised nothing.
        keys: every key, and what became of it.
        file_bytes: the size of the file.
        trained_accuracy: that of the saved network on the test images.
        accuracy_before: that of the new network before loading, on the classes it has.
        accuracy_after: and after loading.
        same: whether both then have the same outputs for every image, bit for bit.
    """

    error: str
    keys: tuple[Key, ...]
    file_bytes: int
    trained_accuracy: float
    accuracy_before: float
    accuracy_after: float
    same: bool


@checked(
    way=OneOf(*WAYS),
    source=OneOf(*SOURCES.values(), costly=True),
    target=OneOf(*TARGETS.values(), costly=True),
    strip=OneOf(False, True, costly=True),
    key_filter=OneOf(*FILTERS.values()),
    strict=OneOf(True, False, costly=True),
    seed=SEEDS,
)
def save_and_load(
    way: str = "state_dict",
    source: Network = net,
    target: Network = three_classes,
    strip: bool = False,
    key_filter: Filter = everything,
    strict: bool = True,
    seed: int = 1,
) -> Loaded:
    """Save a trained network, and load the file into a new one.

    Args:
        way: what to save.
        source: makes the network that is saved.
        target: makes the network that is loaded into.
        strip: whether "module." is removed from the file's keys.
        key_filter: which keys are loaded.
        strict: whether load_state_dict insists on having every key, and no other.
        seed: for the weights the new network begins with.
    """
    return outcome(load_anew(way, source, target, strip, key_filter, strict, seed))


class Loading(NamedTuple):
    """A trained network, the weights of its file, the file's size, and the network they went to."""

    model: nn.Module
    file: State
    file_bytes: int
    new: nn.Module
    accuracy_before: float
    error: str


def load_anew(
    way: str,
    source: Network,
    target: Network,
    strip: bool,
    key_filter: Filter,
    strict: bool,
    seed: int,
) -> Loading:
    """Save a trained network, make a new one, and load the file into it."""
    model, file, size = round_trip(way, source)
    torch.manual_seed(seed)
    new = target()
    before = accuracy(new)
    if strip:
        file = {k.removeprefix("module."): v for k, v in file.items()}
    error = load(new, key_filter(file, new), strict)
    return Loading(model, file, size, new, before, error)


def outcome(loading: Loading) -> Loaded:
    """Compare the new network with the file and with the network that was saved."""
    model, new = loading.model, loading.new
    return Loaded(
        error=loading.error,
        keys=compared(loading.file, new.state_dict()),
        file_bytes=loading.file_bytes,
        trained_accuracy=accuracy(model),
        accuracy_before=loading.accuracy_before,
        accuracy_after=accuracy(new),
        same=torch.equal(predictions(model), predictions(new)),
    )


def compared(file: State, new: State) -> tuple[Key, ...]:
    """Return what became of every key: the network's first, then those that only the file has."""
    keys = []
    for key in paired(shapes(file), shapes(new)):
        fate = key.fate
        if fate == "fits":
            fate = "loaded" if torch.equal(file[key.name], new[key.name]) else "missing"
        keys.append(key._replace(fate=fate))
    return tuple(keys)


def shapes(state: State) -> Shapes:
    """Return the shape of every tensor."""
    return {name: tuple(each.shape) for name, each in state.items()}


def paired(file: Shapes, network: Shapes) -> tuple[Key, ...]:
    """Return every key of both, the network's first, and whether it fits."""
    pairs = []
    for name in [*network, *(name for name in file if name not in network)]:
        in_file, in_net = file.get(name), network.get(name)
        if in_file is None or in_net is None:
            fate = "missing" if in_file is None else "unexpected"
        else:
            fate = "fits" if in_file == in_net else "shape differs"
        pairs.append(Key(name, in_file, in_net, fate))
    return tuple(pairs)


# --- with pictures of the weights -----------------------------------------------------------------


class Illustrated(NamedTuple):
    """What came of loading, and small pictures of the weights by key.

    Attributes:
        result: what came of loading.
        in_file: the weights of the file.
        start: those of the new network before loading.
        in_net: and after it.
    """

    result: Loaded
    in_file: dict[str, np.ndarray]
    start: dict[str, np.ndarray]
    in_net: dict[str, np.ndarray]


def illustrated(
    way: str = "state_dict",
    source: Network = net,
    target: Network = three_classes,
    strip: bool = False,
    key_filter: Filter = everything,
    strict: bool = True,
    seed: int = 1,
) -> Illustrated:
    """Do what ``save_and_load`` does with these settings, and draw the weights."""
    loading = load_anew(way, source, target, strip, key_filter, strict, seed)
    torch.manual_seed(seed)
    in_file, start, in_net = (
        {name: small_picture(each.numpy()) for name, each in state.items()}
        for state in (loading.file, target().state_dict(), loading.new.state_dict())
    )
    return Illustrated(outcome(loading), in_file, start, in_net)
