"""A visitor's picture, made like those of Fashion-MNIST, and what a network says of it."""

from io import BytesIO

import numpy as np
import pytest
import torch
from PIL import Image

from lib.datasets.fashion_mnist import fashion_mnist
from lib.lessons.training.classify.config import Recipe
from lib.lessons.training.classify.evaluation import (
    INSIDE,
    calibrated,
    collapsed,
    confused,
    labels,
    mistaken,
    prepared,
    probabilities_of,
)
from lib.lessons.training.classify.metrics import most_confused
from lib.lessons.training.classify.runs import Run


def png(array):
    file = BytesIO()
    Image.fromarray(array).save(file, "PNG")
    return file.getvalue()


def block(background, foreground, height=40, width=20):
    """A picture of 100 by 80 pixels with a block in its upper left part."""
    picture = np.full((100, 80, 3), background, dtype=np.uint8)
    picture[5 : 5 + height, 7 : 7 + width] = foreground
    return png(picture)


def test_a_test_image_stays_as_it_is():
    result = prepared("fashion 3")
    np.testing.assert_array_equal(result.image, fashion_mnist(train=False).images[3])
    assert not result.inverted


@pytest.mark.parametrize(("background", "foreground"), [(0, 200), (255, 30), (250, 0), (20, 255)])
def test_what_is_on_it_is_bright_on_black_and_in_the_middle(background, foreground):
    image, inverted = prepared(block(background, foreground))
    assert inverted == (background > 127)
    assert image.shape == (28, 28)
    assert image.dtype == np.uint8
    rows, columns = np.nonzero(image > 128)
    assert rows.max() - rows.min() + 1 == INSIDE
    assert columns.max() - columns.min() + 1 == INSIDE // 2  # twice as high as wide
    assert abs(rows.max() + rows.min() - 27) <= 1
    assert abs(columns.max() + columns.min() - 27) <= 1
    assert image.max() == 255
    assert image[0].max() == 0


def test_a_picture_of_nothing_is_black():
    assert prepared(png(np.full((50, 50, 3), 90, dtype=np.uint8))).image.max() == 0
    assert prepared(png(np.full((8, 8, 3), 255, dtype=np.uint8))).image.shape == (28, 28)


@pytest.mark.parametrize("name", ["chelsea", "horse", "rocket"])
def test_photos_give_a_picture_of_their_own(name):
    assert 0 < prepared(name).image.mean() < 255


def test_what_is_no_picture_is_refused():
    with pytest.raises(ValueError, match="image='dog' is not one of"):
        prepared("dog")


@pytest.fixture(scope="module")
def run():
    recipe = Recipe(network="Mnist_Logistic", size=500, epochs=2, learning_rate=0.01)
    state, result = Run(recipe).begin(None)
    for _ in range(recipe.chunks):
        state, result = Run(recipe).advance(state)
    return recipe, state, result


def test_a_test_image_gets_the_answer_it_got_in_the_test(run):
    recipe, state, result = run
    for i in (0, 7, 99):
        said = probabilities_of(recipe, state, prepared(f"fashion {i}").image)
        np.testing.assert_allclose(said, result.probabilities[i], atol=1e-5)
        assert sum(said) == pytest.approx(1, abs=1e-5)


def test_the_evaluation_is_that_of_the_test_images(run):
    *_, result = run
    counts = np.array(confused(result.probabilities))
    right = result.probabilities.argmax(axis=1) == fashion_mnist(train=False).labels
    assert np.trace(counts) == right.sum()
    assert np.trace(counts) / 1000 == pytest.approx(result.epochs[-1].test_accuracy)
    first, second, count = most_confused(confused(result.probabilities))
    assert count == counts[first, second] + counts[second, first]
    assert count == max(counts[i, j] + counts[j, i] for i in range(10) for j in range(i + 1, 10))
    assert sum(calibrated(result.probabilities).counts) == 1000
    found, images = mistaken(result.probabilities)
    assert all(not right[each.place] for each in found)
    for each, image in zip(found, images, strict=True):
        np.testing.assert_array_equal(image, fashion_mnist(train=False).images[each.place])
    assert labels().dtype == torch.int64


def test_a_network_with_one_answer_has_collapsed():
    probabilities = np.full((1000, 10), 0.1, np.float32)
    assert collapsed(probabilities)  # as after a rate too large
    assert collapsed(np.full_like(probabilities, np.nan))
    assert not collapsed(np.eye(10, dtype=np.float32)[labels().numpy()])
