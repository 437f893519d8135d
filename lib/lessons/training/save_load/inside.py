"""What is inside a .pt file, and what happens to one that was saved on a GPU."""

import json
import struct
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import torch

from lib.core.rules import OneOf, checked
from lib.lessons.training.save_load.lesson import WAYS, save
from lib.lessons.training.save_load.networks import net, trained
from lib.uploads.pickles import scan_pickle

PLACES = ("cpu", "cuda:0")
MAPS = ("none", "cpu")


class Inside(NamedTuple):
    """What is inside a file.

    Attributes:
        file_bytes: its size.
        entries: what it holds and how many bytes each has, in the file's order.
        asks_for: the functions and classes that its pickle names.
        places: where its tensors were when it was saved, as it says.
        error: what torch.load raised; empty if it raised nothing.
    """

    file_bytes: int
    entries: tuple[tuple[str, int], ...]
    asks_for: tuple[str, ...]
    places: tuple[str, ...]
    error: str


def as_if_saved_on(place: str, path: Path) -> None:
    """Write another place into a file by torch.save, where it says "cpu".

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
    model, opt = trained(net)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "net.pt"
        save(way, model, opt, path)
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
