"""All 70 000 pictures of Fashion-MNIST, where somebody has put them or downloaded them."""

import os
from functools import cache
from pathlib import Path

import numpy as np

from lib.core.rules import OneOf, checked
from lib.datasets.fashion_mnist import Images

DATA = "PLAYGROUND_DATA"  # the environment variable with the folder that holds FashionMNIST/raw
FILES = {  # name -> bytes
    "train-images-idx3-ubyte": 16 + 60_000 * 28 * 28,
    "train-labels-idx1-ubyte": 8 + 60_000,
    "t10k-images-idx3-ubyte": 16 + 10_000 * 28 * 28,
    "t10k-labels-idx1-ubyte": 8 + 10_000,
}


def root() -> Path:
    """Return the folder for data sets, as torchvision calls it; it need not exist."""
    return Path(os.environ.get(DATA) or "data")


def raw(folder: Path) -> Path:
    """Return where in such a folder torchvision looks for the files."""
    return folder / "FashionMNIST" / "raw"


def available() -> bool:
    """Tell whether all files are there, none of them cut short."""
    try:
        return all((raw(root()) / name).stat().st_size == size for name, size in FILES.items())
    except OSError:
        return False


@checked(train=OneOf(True, False))
def full_fashion_mnist(train: bool = True) -> Images:
    """Return 60 000 pictures to learn from, or 10 000 to test with.

    A download has the function of lib/export/overrides/fashion_mnist_full.py in its place.

    Raises:
        ValueError: if the files are not there, or ``train`` is neither True nor False.
    """
    if not available():
        raise ValueError(f"The full Fashion-MNIST is not in {str(raw(root()))!r}")
    return _read(root(), train)


@cache
def _read(folder: Path, train: bool) -> Images:
    from torchvision.datasets import FashionMNIST  # noqa: PLC0415 - a second that few need to wait

    data = FashionMNIST(folder, train=train)
    images = data.data.numpy()  # (n, 28, 28)
    labels = data.targets.numpy().astype(np.uint8)  # (n,)
    images.flags.writeable = labels.flags.writeable = False
    return Images(images, labels)
