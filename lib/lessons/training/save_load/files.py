"""Files of saved networks: what is inside one, and those that a visitor saves."""

import json
import struct
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import torch

from lib.core.rules import OneOf, checked
from lib.lessons.training.save_load.lesson import WAYS, save
from lib.lessons.training.save_load.networks import SOURCES, Network, net, trained
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
