import gzip
import hashlib
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import torch
from torchvision.datasets import FashionMNIST

from lib.datasets.assets import FOLDER, asset, make_fashion_mnist
from lib.datasets.fashion_mnist import CLASSES, Images, fashion_mnist

# Where Debian's package dataset-fashion-mnist puts the four files of the original.
ORIGINAL = Path("/usr/share/datasets/fashion-mnist")
needs_original = pytest.mark.skipif(
    not ORIGINAL.is_dir(), reason="needs Debian's package dataset-fashion-mnist"
)
SHA256 = "986ca79f15ec014b37092a0eb25eb6bd6d6747e1157663cbe6ccaa6134bf7101"
# Of the original's data without headers, unpacked, as torchvision's own download gives it.
ORIGINAL_SHA256 = {
    "train-images-idx3": "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
    "train-labels-idx1": "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
    "t10k-images-idx3": "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
    "t10k-labels-idx1": "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
}
both_parts = pytest.mark.parametrize(("train", "each"), [(True, 400), (False, 100)])


def rows(images: np.ndarray) -> list[bytes]:
    return [image.tobytes() for image in images]


def test_the_file_is_the_one_that_was_checked():
    data = asset("fashion_mnist.npz").read_bytes()
    assert hashlib.sha256(data).hexdigest() == SHA256
    assert len(data) < 2_300_000


def test_its_license_is_beside_it_and_told():
    text = (FOLDER / "fashion_mnist.LICENSE").read_text("utf-8")
    assert "MIT License" in text
    assert "2017 Zalando SE, https://tech.zalando.com" in text
    assert "WITHOUT WARRANTY OF ANY KIND" in text
    with np.load(asset("fashion_mnist.npz")) as file:
        assert str(file["license"]) == text  # for those who get nothing but the data
    notices = (Path(__file__).parents[3] / "THIRD_PARTY_NOTICES.md").read_text("utf-8")
    for text in (notices, (FOLDER / "README.md").read_text("utf-8")):
        assert "fashion_mnist.LICENSE" in text


@both_parts
def test_every_class_is_there_equally_often(train, each):
    images, labels = fashion_mnist(train)
    assert images.shape == (10 * each, 28, 28)
    assert labels.shape == (10 * each,)
    assert images.dtype == labels.dtype == np.uint8
    assert Counter(labels.tolist()) == dict.fromkeys(range(10), each)
    assert images.min() == 0
    assert images.max() == 255


@both_parts
def test_the_order_mixes_the_classes(train, each):
    labels = fashion_mnist(train).labels
    assert min(Counter(labels[: 2 * each].tolist()).values()) > each / 10
    assert len(Counter(labels[:96].tolist())) == 10


def test_no_picture_is_there_twice():
    both = rows(fashion_mnist(True).images) + rows(fashion_mnist(False).images)
    assert len(set(both)) == 5000


def test_all_share_the_arrays_and_nobody_can_write_into_them():
    first = fashion_mnist()
    assert isinstance(first, Images)
    assert first.images is fashion_mnist(train=True).images
    for array in first:
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0
    assert torch.tensor(first.images).dtype == torch.uint8


@pytest.mark.parametrize("train", [1, 0, None, "train", "test", 2])
def test_anything_but_true_and_false_is_refused(train):
    with pytest.raises(ValueError, match=r"train=.* is not one of: True, False"):
        fashion_mnist(train)


def test_the_names_are_those_of_torchvision():
    assert list(CLASSES) == FashionMNIST.classes


def test_the_labels_belong_to_the_pictures():
    # Trousers have a gap between their legs; a dress has none there.
    images, labels = fashion_mnist()
    gap = images[:, 20:26, 13:15].mean((1, 2))  # (4000,)
    assert gap[labels == CLASSES.index("Trouser")].mean() < 100
    assert gap[labels == CLASSES.index("Dress")].mean() > 120


@needs_original
def test_the_original_is_the_one_everybody_has():
    for name, expected in ORIGINAL_SHA256.items():
        with gzip.open(ORIGINAL / f"{name}-ubyte.gz") as file:
            assert hashlib.sha256(file.read()).hexdigest() == expected


@needs_original
@pytest.mark.parametrize(("train", "name"), [(True, "train"), (False, "t10k")])
def test_each_part_is_from_that_part_of_the_original(train, name):
    with gzip.open(ORIGINAL / f"{name}-images-idx3-ubyte.gz") as file:
        images = file.read()[16:]
    with gzip.open(ORIGINAL / f"{name}-labels-idx1-ubyte.gz") as file:
        labels = file.read()[8:]
    size = 28 * 28
    known = {images[i * size : (i + 1) * size]: label for i, label in enumerate(labels)}
    ours = fashion_mnist(train)
    assert [known.get(row) for row in rows(ours.images)] == ours.labels.tolist()


@needs_original
def test_it_can_be_made_again():
    made = make_fashion_mnist.selection(ORIGINAL)
    with np.load(asset("fashion_mnist.npz")) as file:
        assert set(file.files) == {*made, "license"}
        for name, array in made.items():
            np.testing.assert_array_equal(file[name], array)


def test_the_selection_is_the_same_every_time_and_takes_the_first_of_each_class():
    labels = np.arange(1000, dtype=np.uint8) % 10
    chosen = make_fashion_mnist.selected(labels, 4)
    np.testing.assert_array_equal(chosen, make_fashion_mnist.selected(labels, 4))
    assert sorted(chosen) == list(range(40))
    assert list(chosen) != list(range(40))


def test_a_folder_without_the_original_is_refused(tmp_path):
    with pytest.raises(FileNotFoundError, match="train-labels-idx1-ubyte"):
        make_fashion_mnist.selection(tmp_path)
