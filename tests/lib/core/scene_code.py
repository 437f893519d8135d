"""Runs the code of a scene as a student would who has imported the usual names."""

from contextlib import chdir
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import numpy as np
import torch

from lib.core.isolation import BOLD, alone
from lib.core.scene import Scene
from lib.datasets.assets import FOLDER


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
    with alone(), TemporaryDirectory() as folder, chdir(folder):  # some code writes a file
        for file in FOLDER.iterdir():  # some reads those that come with the playground
            (Path(folder) / file.name).symlink_to(file)
        try:
            exec("\n".join(line.text for line in scene.code), names)
        except Exception as raised:
            error, message = type(raised).__name__, BOLD.sub("", str(raised))
    return Ran(names, printed, error, message)
