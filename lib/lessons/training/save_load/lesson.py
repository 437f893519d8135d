"""Save a trained network to a file, and load it into a network: key by key.

Source: https://docs.pytorch.org/tutorials/beginner/saving_loading_models.html
"""

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

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

State = dict[str, torch.Tensor]
Filter = Callable[[State, nn.Module], State]


def save(way: str, model: nn.Module, opt: torch.optim.Optimizer, path: Path) -> None:
    """Write a network to a file."""
    if way == "state_dict":
        torch.save(model.state_dict(), path)
    elif way == "checkpoint":
        state = {"model": model.state_dict(), "optimizer": opt.state_dict(), "epoch": EPOCHS}
        torch.save(state, path)
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
    model, opt = trained(source)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "net.pt"
        save(way, model, opt, path)
        return model, read(way, path), path.stat().st_size


def load(model: nn.Module, weights: State, strict: bool) -> str:
    """Load weights into a network, and return what was raised."""
    try:
        model.load_state_dict(weights, strict=strict)
    except RuntimeError as raised:
        return str(raised)
    return ""


# --- which of them to load ------------------------------------------------------------------------


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
        fate: "loaded", "missing", "unexpected" or "shape differs".
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
        trained: the part of the test images that the saved network gets right.
        before: the same for the new network before loading, of the classes it has.
        after: and after loading.
        same: whether both then say the same of every image, bit for bit.
    """

    error: str
    keys: tuple[Key, ...]
    file_bytes: int
    trained: float
    before: float
    after: float
    same: bool


@checked(
    way=OneOf(*WAYS),
    source=OneOf(*SOURCES.values(), costly=True),
    target=OneOf(*TARGETS.values(), costly=True),
    strip=OneOf(False, True, costly=True),
    partial=OneOf(*FILTERS.values()),
    strict=OneOf(True, False, costly=True),
    seed=SEEDS,
)
def save_and_load(
    way: str = "state_dict",
    source: Network = net,
    target: Network = three_classes,
    strip: bool = False,
    partial: Filter = everything,
    strict: bool = True,
    seed: int = 1,
) -> Loaded:
    """Save a trained network, and load the file into a new one.

    Args:
        way: what to save.
        source: makes the network that is saved.
        target: makes the network that is loaded into.
        strip: whether "module." is taken off the file's keys.
        partial: which keys are loaded.
        strict: whether load_state_dict insists on having every key, and no other.
        seed: for the weights the new network begins with.
    """
    model, file, size = round_trip(way, source)
    torch.manual_seed(seed)
    new = target()
    before = accuracy(new)
    if strip:
        file = {k.removeprefix("module."): v for k, v in file.items()}
    error = load(new, partial(file, new), strict)

    return Loaded(
        error=error,
        keys=compared(file, new.state_dict()),
        file_bytes=size,
        trained=accuracy(model),
        before=before,
        after=accuracy(new),
        same=torch.equal(predictions(model), predictions(new)),
    )


def compared(file: State, new: State) -> tuple[Key, ...]:
    """Return what became of every key: the network's first, then those that only the file has."""
    keys = []
    for k in [*new, *(k for k in file if k not in new)]:
        in_file, in_net = (tuple(each[k].shape) if k in each else None for each in (file, new))
        if in_file is None or in_net is None:
            fate = "missing" if in_file is None else "unexpected"
        elif in_file != in_net:
            fate = "shape differs"
        else:
            fate = "loaded" if torch.equal(file[k], new[k]) else "missing"
        keys.append(Key(k, in_file, in_net, fate))
    return tuple(keys)
