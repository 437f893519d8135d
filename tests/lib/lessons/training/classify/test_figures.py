"""The pictures of the classifier: curves, confusion, calibration, mistakes, one answer."""

import numpy as np
import pytest

from lib.datasets.fashion_mnist import CLASSES, fashion_mnist
from lib.lessons.training.classify.figures import (
    CALIBRATION_WORDS,
    CURVE_WORDS,
    answer,
    curves,
    matrix,
    mistakes,
    reliability,
)
from lib.lessons.training.classify.metrics import Calibration, Mistake
from lib.lessons.training.classify.runs import Epoch

EPOCHS = [
    Epoch(0, 2.3, 2.31, 0.1, 0.11, 0.0),
    Epoch(1, 0.7, 0.8, 0.75, 0.72, 0.5),
    Epoch(2, 0.4, 0.6, 0.88, 0.8, 0.5),
]
LOST = Epoch(3, float("nan"), float("inf"), 0.1, 0.1, 0.5)


@pytest.mark.parametrize(("end", "every"), [(1, 1), (4, 1), (10, 1), (20, 2)])
def test_ticks_are_whole_epochs(end, every):
    layout = curves([], end).layout
    assert layout.xaxis.dtick == layout.xaxis2.dtick == every


def test_the_curves_are_the_numbers():
    figure = curves(EPOCHS, 10)
    loss_seen, loss_new, right_seen, right_new = figure.data
    assert loss_seen.x == (0, 1, 2)
    assert loss_seen.y == (2.3, 0.7, 0.4)
    assert loss_new.y == (2.31, 0.8, 0.6)
    assert right_seen.y == (10, 75, 88)
    assert right_new.y == (11, 72, 80)
    assert loss_seen.line.color == right_seen.line.color != loss_new.line.color
    assert figure.layout.xaxis.range[1] > 10
    rows = curves(EPOCHS, 10).layout.meta["numbers"]["rows"]
    assert rows[1] == [1, 0.7, 0.8, 75, 72]
    assert figure.layout.height > 300


def test_axes_hold_still_while_a_run_plays_on():
    before, after = (curves(EPOCHS[:n], 10).layout for n in (2, 3))
    for name in ("xaxis", "xaxis2", "yaxis", "yaxis2"):
        assert before[name].range == after[name].range


def test_a_loss_that_is_no_number_leaves_a_gap():
    figure = curves([*EPOCHS, LOST], 10)
    assert figure.data[0].y == (2.3, 0.7, 0.4, None)
    assert all(np.isfinite(figure.layout.yaxis.range))
    assert curves([*EPOCHS, LOST], 10).layout.meta["numbers"]["rows"][3][1] == "nan"


def test_before_any_epoch_there_are_only_axes():
    assert all(not trace.x for trace in curves([], 10).data)


def test_the_matrix_shows_right_in_blue_and_wrong_in_orange():
    counts = np.diag(np.arange(91, 101))
    counts[2, 6], counts[0, 6] = 9, 3
    figure = matrix(counts.tolist(), CLASSES)
    (cells,) = figure.data
    shades = np.array(cells.z)
    assert (np.diag(shades) > 0.8).all()
    assert shades[2, 6] == pytest.approx(-1)
    assert shades[0, 6] == pytest.approx(-1 / 3)
    assert cells.text[2][6] == "9"
    assert cells.text[6][2] == " "
    assert cells.text[9][9] == "100"
    assert matrix(counts.tolist(), CLASSES).layout.meta["numbers"]["rows"][0][0] == CLASSES[0]


def test_calibration_is_drawn_where_there_are_images():
    result = Calibration(
        (0, 0, 0, 0, 4, 0, 0, 6, 0, 90),
        (0, 0, 0, 0, 0.45, 0, 0, 0.75, 0, 0.97),
        (0, 0, 0, 0, 0.5, 0, 0, 0.5, 0, 0.9),
        0.08,
    )
    bars, points, counts = reliability(result).data
    assert bars.y[4] == 50
    assert bars.y[9] == 90
    assert counts.text[7] == "6"
    assert counts.text[0] == " "
    assert points.x == points.y == (45, 75, 97)
    rows = reliability(result).layout.meta["numbers"]["rows"]
    assert rows[4] == [40, 50, 4, 45, 50]
    assert rows[0] == [0, 10, 0, "", ""]


def test_mistakes_are_shown_with_both_names_and_the_image_itself():
    images = fashion_mnist(train=False).images
    found = [Mistake(i, i % 10, (i + 1) % 10, 0.99) for i in range(7)]
    figure = mistakes(found, [images[each.place] for each in found], CLASSES)
    assert len(figure.data) == 7
    np.testing.assert_array_equal(figure.data[3].z, images[3])
    assert np.array(figure.data[3].z).dtype == np.uint8
    for each, note in zip(found, figure.layout.annotations, strict=True):
        assert CLASSES[each.label] in note.text
        assert CLASSES[each.predicted] in note.text
        assert "99%" in note.text
    assert mistakes([], [], CLASSES).layout.height > 100


def test_one_answer_shows_the_image_and_every_chance():
    image = fashion_mnist(train=False).images[0]
    chances = [0.05] * 9 + [0.55]
    bars, seen = answer(image, chances, CLASSES).data
    assert bars.x == pytest.approx([5] * 9 + [55])
    assert bars.y == CLASSES
    assert bars.marker.color[9] != bars.marker.color[0]
    np.testing.assert_array_equal(seen.z, image)
    assert answer(image, [float("nan")] * 10, CLASSES).data[0].x == (0,) * 10


def starred(words):
    return {
        name: tuple(f"*{each}*" for each in text) if isinstance(text, tuple) else f"*{text}*"
        for name, text in words.items()
    }


def test_every_word_can_be_another():
    assert "*loss*" in curves(EPOCHS, 10, starred(CURVE_WORDS)).to_json()
    flat = Calibration((1,) * 10, (0.5,) * 10, (0.5,) * 10, 0)
    words = starred(CALIBRATION_WORDS)
    assert words["confidence"] in reliability(flat, words).to_json()
