"""Runs the code of a scene as a student would who has imported the usual names."""

from contextlib import chdir
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import numpy as np
import torch
from safetensors.torch import load_file
from torchvision.models import MobileNet_V2_Weights

from lib.core.isolation import BOLD, alone
from lib.core.scene import Scene
from lib.datasets.assets import FOLDER, asset


class Ran(NamedTuple):
    """What the code leaves behind: its names, what it printed, the error it ended with."""

    names: dict[str, Any]
    printed: list[Any]
    error: str
    message: str


def run_code(scene: Scene) -> Ran:
    """Run the code; whatever is printed is collected as it is."""
    printed: list[Any] = []
    names: dict[str, Any] = {
        "torch": torch,
        "nn": torch.nn,
        "F": torch.nn.functional,
        "np": np,
        "print": lambda *values: printed.extend(values),
        "__name__": "__main__",
    }
    error = message = ""
    own_hub = torch.hub.get_dir()
    torch.hub.set_dir(hub().name)
    with alone(), TemporaryDirectory() as folder, chdir(folder):  # some code writes a file
        for file in FOLDER.iterdir():  # some reads those that come with the playground
            (Path(folder) / file.name).symlink_to(file)
        try:
            exec("\n".join(line.text for line in scene.code), names)
        except Exception as raised:
            error, message = type(raised).__name__, BOLD.sub("", str(raised))
        finally:
            torch.hub.set_dir(own_hub)
    return Ran(names, printed, error, message)


@lru_cache
def hub() -> "TemporaryDirectory[str]":
    """Return a folder in which torchvision finds the shipped weights, so it downloads none."""
    folder = TemporaryDirectory()
    file = Path(folder.name) / "checkpoints" / Path(MobileNet_V2_Weights.IMAGENET1K_V1.url).name
    file.parent.mkdir()
    torch.save(load_file(asset("mobilenet_v2.safetensors")), file)
    return folder
