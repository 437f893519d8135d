"""Files of saved networks: what is inside one, those that a visitor saves, what a file fits."""

import json
import struct
import zipfile
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import torch
from torch import nn
from torchvision import models

from lib.core.rules import OneOf, checked
from lib.lessons.training.save_load.lesson import WAYS, Key, Shapes, paired, save, shapes
from lib.lessons.training.save_load.networks import SOURCES, Network, net, three_classes, trained
from lib.uploads.pickles import scan_pickle

PLACES = ("cpu", "cuda:0")
MAPS = ("none", "cpu")
MOST_FILES = 12


class Inside(NamedTuple):
    """What is inside a file.

    Attributes:
        file_bytes: its size.
        entries: what it holds and how many bytes each has, in the file's order.
        globals: the functions and classes that its pickle names.
        places: where its tensors were when it was saved, as it says.
        error: what torch.load raised; empty if it raised nothing.
    """

    file_bytes: int
    entries: tuple[tuple[str, int], ...]
    globals: tuple[str, ...]
    places: tuple[str, ...]
    error: str


def as_if_saved_on(place: str, path: Path) -> None:
    """Write another device into a file by torch.save, in the place of "cpu".

    A file saved on a GPU names it there, and torch.load puts each tensor back where it was.
    """
    old, new = (b"X" + struct.pack("<I", len(each)) + each.encode() for each in ("cpu", place))
    with zipfile.ZipFile(path) as file:
        entries = {name: file.read(name) for name in file.namelist()}
    with zipfile.ZipFile(path, "w") as file:
        for name, each in entries.items():
            file.writestr(name, each.replace(old, new) if name.endswith("data.pkl") else each)


@checked(
    way=OneOf(*WAYS), saved_on=OneOf(*PLACES, costly=True), map_location=OneOf(*MAPS, costly=True)
)
def look_inside(
    way: str = "state_dict", saved_on: str = "cpu", map_location: str = "none"
) -> Inside:
    """Save a trained network, look into the file as into any archive, then open it.

    Args:
        way: what to save.
        saved_on: the device that the file says its tensors were on.
        map_location: "none", or the device to put them on instead.
    """
    model, optimizer = trained(net)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "net.pt"
        save(way, model, optimizer, path)
        if way == "safetensors":  # 8 bytes say how long the header is; then come the numbers
            data = path.read_bytes()
            length = int.from_bytes(data[:8], "little")
            header = json.loads(data[8 : 8 + length])
            offsets = {name: each["data_offsets"] for name, each in header.items()}
            sizes = [(name, end - start) for name, (start, end) in offsets.items()]
            return Inside(len(data), (("header", length), *sizes), (), (), "")

        if saved_on != "cpu":
            as_if_saved_on(saved_on, path)
        with zipfile.ZipFile(path) as file:
            entries = tuple((each.filename, each.file_size) for each in file.infolist())
            plan = scan_pickle(file.read("net/data.pkl"))

        error = ""
        place = None if map_location == "none" else map_location
        try:
            torch.load(path, map_location=place, weights_only=way != "whole model")
        except RuntimeError as raised:
            error = str(raised)
        size = path.stat().st_size
    places = tuple(sorted({each.location for each in plan.storages}))
    return Inside(size, entries, plan.names, places, error)


# --- a visitor's folder ---------------------------------------------------------------------------


@checked(way=OneOf(*WAYS), source=OneOf(*SOURCES.values()))
def saved(way: str = "state_dict", source: Network = net) -> bytes:
    """Return the file that saving a trained network makes."""
    model, optimizer = trained(source)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "net.pt"
        save(way, model, optimizer, path)
        return path.read_bytes()


def name_of(way: str, source: Network) -> str:
    """Return what such a file is called."""
    ending = "safetensors" if way == "safetensors" else "pt"
    return f"{source.__name__}-{way.replace(' ', '_')}.{ending}"


def store(folder: Path, name: str, data: bytes) -> Path:
    """Write a file into a visitor's folder and return its path.

    Raises:
        ValueError: if the folder is full, or the name leads out of it.
    """
    path = folder / name
    if path.name != name:
        raise ValueError(f"name={name!r} is no name of a file")
    if not path.exists() and len(names_in(folder)) >= MOST_FILES:
        raise ValueError(f"there are {MOST_FILES} files already, which is all that fits")
    path.write_bytes(data)
    return path


def names_in(folder: Path) -> tuple[str, ...]:
    """Return what the files in a visitor's folder are called."""
    return tuple(sorted(each.name for each in folder.iterdir() if each.is_file()))


# --- which network a file belongs to: names and shapes, compared one by one -----------------------

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
