"""Fashion-MNIST, pictures of clothes: the 5000 that come with the playground, or all 70 000."""

from functools import cache
from typing import NamedTuple

import numpy as np

from lib.core.i18n import mark
from lib.core.rules import OneOf, checked
from lib.datasets.assets import asset
from lib.datasets.fashion_mnist_full import available, full_fashion_mnist

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
TRAIN_SIZES = {"shipped": 4_000, "full": 60_000}  # pictures to learn from


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
    with np.load(asset("fashion_mnist.npz")) as file:
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


class DataRule(OneOf):
    """Either "shipped" or, on a computer that has all of Fashion-MNIST, "full"."""

    def __init__(self) -> None:
        super().__init__(*TRAIN_SIZES)

    def check(self, name: str, value: object) -> None:
        """Raise ``ValueError`` unless ``value`` is one of the two, and the data is there."""
        super().check(name, value)
        if value == "full" and not available():
            raise ValueError(f"{name}='full' is not on this computer; there is: 'shipped'")


@checked(data=DataRule(), train=OneOf(True, False))
def fashion_images(data: str = "shipped", train: bool = True) -> Images:
    """Return the pictures to learn from, or others to test with.

    Args:
        data: "shipped" for 4000 and 1000 of them, "full" for 60 000 and 10 000.
        train: whether they are to learn from.

    Raises:
        ValueError: for anything else, and for "full" on a computer that does not have it.
    """
    return Images(*full_fashion_mnist(train)) if data == "full" else fashion_mnist(train)
