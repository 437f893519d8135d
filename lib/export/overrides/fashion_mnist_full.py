"""What a download has in the place of lib/datasets/fashion_mnist_full.py."""

import numpy as np

from lib.datasets.fashion_mnist import Images


def full_fashion_mnist(train: bool = True) -> Images:
    """Return 60 000 pictures to learn from, or 10 000 to test with; download them once."""
    from torchvision.datasets import FashionMNIST  # noqa: PLC0415 - only if all are asked for

    data = FashionMNIST("data", train=train, download=True)
    return Images(data.data.numpy(), data.targets.numpy().astype(np.uint8))
