"""What downloads have in the place of functions that find or fetch files on the server."""

from pathlib import Path

import numpy as np


def asset(name: str) -> Path:
    """Return the path of a data file, which lies in the folder that this runs in.

    >>> asset("chelsea.jpg").name
    'chelsea.jpg'
    """
    return Path(name)  # the page you have this from offers the file for download, too


def full_fashion_mnist(train: bool = True) -> tuple[np.ndarray, np.ndarray]:
    """Return 60 000 pictures and their labels, or 10 000 to test with; download them once."""
    from torchvision.datasets import FashionMNIST  # noqa: PLC0415 - only if all are asked for

    data = FashionMNIST("data", train=train, download=True)
    return data.data.numpy(), data.targets.numpy().astype(np.uint8)
