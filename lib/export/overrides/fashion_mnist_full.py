"""What a download has in the place of lib/datasets/fashion_mnist_full.py."""

import numpy as np


def full_fashion_mnist(train: bool = True) -> tuple[np.ndarray, np.ndarray]:
    """Return 60 000 pictures and their labels, or 10 000 to test with; download them once."""
    from torchvision.datasets import FashionMNIST  # noqa: PLC0415 - only if all are asked for

    data = FashionMNIST("data", train=train, download=True)
    return data.data.numpy(), data.targets.numpy().astype(np.uint8)
