"""Make fashion_mnist.npz from the four files of Fashion-MNIST; README.md beside this says how."""

import gzip
import sys
from pathlib import Path

import numpy as np

CLASSES = 10
FILES = {"train": "train", "test": "t10k"}  # as Zalando calls them
A_CLASS = {"train": 400, "test": 100}  # how many pictures are taken
HEADER = {"images-idx3": 16, "labels-idx1": 8}  # bytes before the data


def read(folder: Path, part: str, kind: str) -> np.ndarray:
    """Return all bytes of data in one of the four files, (n,)."""
    with gzip.open(folder / f"{FILES[part]}-{kind}-ubyte.gz") as file:
        return np.frombuffer(file.read(), np.uint8, offset=HEADER[kind])


def selected(labels: np.ndarray, count: int) -> np.ndarray:
    """Return where the first ``count`` of each class stand, shuffled the same way every time."""
    places = [np.flatnonzero(labels == label)[:count] for label in range(CLASSES)]
    # RandomState is the one generator whose numbers NumPy promises never to change.
    return np.random.RandomState(0).permutation(np.sort(np.concatenate(places)))


def selection(folder: Path) -> dict[str, np.ndarray]:
    """Return the arrays of the shipped file, by name."""
    arrays = {}
    for part, count in A_CLASS.items():
        labels = read(folder, part, "labels-idx1")  # (n,)
        images = read(folder, part, "images-idx3").reshape(-1, 28, 28)  # (n, 28, 28)
        chosen = selected(labels, count)
        arrays[f"{part}_images"], arrays[f"{part}_labels"] = images[chosen], labels[chosen]
    return arrays


if __name__ == "__main__":
    target = Path(__file__).with_name("fashion_mnist.npz")
    # Visitors download the file, and its license has to come with it.
    text = np.array(target.with_suffix(".LICENSE").read_text("utf-8"))
    arrays = selection(Path(sys.argv[1]))
    np.savez_compressed(target, license=text, **arrays)  # type: ignore[arg-type]
