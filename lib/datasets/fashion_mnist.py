"""Fashion-MNIST: 5000 of its 70 000 pictures of clothes, which come with the playground."""

from functools import cache
from typing import NamedTuple

import numpy as np

from lib.core.i18n import mark
from lib.core.rules import OneOf, checked
from lib.datasets.assets import shipped

CLASSES = (
    mark("T-shirt/top"),
    mark("Trouser"),
    mark("Pullover"),
    mark("Dress"),
    mark("Coat"),
    mark("Sandal"),
    mark("Shirt"),
    mark("Sneaker"),
    mark("Bag"),
    mark("Ankle boot"),
)


class Images(NamedTuple):
    """Pictures and what they show.

    Attributes:
        images: brightness of each pixel from 0 to 255, uint8, (n, 28, 28).
        labels: the place in ``CLASSES`` of what each shows, uint8, (n,).
    """

    images: np.ndarray
    labels: np.ndarray


@cache
def arrays() -> dict[str, np.ndarray]:
    """Read the data file once; all share the arrays, so nobody may write into them."""
    with np.load(shipped("fashion_mnist.npz")) as file:
        data = dict(file)
    for array in data.values():
        array.flags.writeable = False
    return data


@checked(train=OneOf(True, False))
def fashion_mnist(train: bool = True) -> Images:
    """Return 4000 pictures to learn from, or 1000 others to test with.

    Each class is there equally often, in an order that was shuffled once: the first n are a fair
    sample. The arrays are read-only: ``torch.tensor`` copies them, ``torch.from_numpy`` warns.

    Raises:
        ValueError: if ``train`` is neither True nor False.
    """
    part = "train" if train else "test"
    images = arrays()[f"{part}_images"]  # (n, 28, 28)
    labels = arrays()[f"{part}_labels"]  # (n,)
    return Images(images, labels)
