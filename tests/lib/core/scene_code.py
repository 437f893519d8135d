"""Runs the code of a scene as a student would who has imported the usual names."""

from typing import Any, NamedTuple

import numpy as np
import torch

from lib.core.isolation import BOLD, alone
from lib.core.scene import Scene


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
    with alone():
        try:
            exec("\n".join(line.text for line in scene.code), names)
        except Exception as raised:
            error, message = type(raised).__name__, BOLD.sub("", str(raised))
    return Ran(names, printed, error, message)
