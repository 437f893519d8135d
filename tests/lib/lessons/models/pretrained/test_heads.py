from io import BytesIO

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from PIL import Image

from lib.core.isolation import call_alone
from lib.datasets.images import PICTURES
from lib.lessons.models.pretrained import (
    features as pretrained_features,
)
from lib.lessons.models.pretrained import (
    head as pretrained_head,
)
from lib.lessons.models.pretrained import (
    lesson as pretrained,
)
from lib.lessons.models.pretrained import (
    probe as pretrained_probe,
)
from lib.lessons.models.pretrained.networks import feature_count, trained
from lib.lessons.models.pretrained.questions import TOLD, TOLD_COUNT, count_guesses, guesses
from lib.lessons.models.pretrained.top import top_classes
from tests.lib.lessons.models.pretrained.shared_network import (  # noqa: F401 - runs by itself
    nobody_writes,
)

# --- features -------------------------------------------------------------------------------------


def test_both_ways_give_the_same_features_once_pooled():
    result = call_alone(pretrained_features.two_ways, {"embed_size": 10})
    assert (result.cut, result.extracted) == ((1, 1280, 7, 7), (1, 1280))
    assert result.apart < 1e-5
    assert result.embedded == (1, 10)


def test_the_plane_is_that_of_numpys_own_decomposition():
    result = call_alone(pretrained_features.plane, {})
    assert len(result.spots) == len(PICTURES) * len(pretrained_features.PIECES)
    x = pretrained_features.shipped_features("mobilenet_v2").double().numpy()
    x = x - x.mean(axis=0)
    values = np.linalg.eigvalsh(x @ x.T)[::-1]
    np.testing.assert_allclose(result.explained, values[:2] / values.sum(), rtol=1e-3)
    flat = np.array([[spot.x, spot.y] for spot in result.spots])
    np.testing.assert_allclose(np.diag(flat.T @ flat), values[:2], rtol=1e-3)
    own = [spot.photo for spot in result.spots]
    apart = np.linalg.norm(x[:, None] - x[None], axis=2) + np.diag([np.inf] * len(x))
    near = sum(own[a] == own[b] for a, b in enumerate(apart.argmin(axis=1)))
    assert result.nearest == near


def test_a_picture_of_ones_own_lies_beside_the_others():
    own = call_alone(pretrained_features.plane, {"image": "fashion 3"})
    assert [spot.photo for spot in own.spots][-4:] == ["yours"] * 4
    assert call_alone(pretrained_features.plane, {"image": "fashion 3"}) == own


# --- heads ----------------------------------------------------------------------------------------


def test_a_head_learns_and_the_seed_is_fixed(monkeypatch):
    monkeypatch.setattr(pretrained_probe, "TESTS", 40)
    result = call_alone(pretrained_probe.probe, {"count": 50})
    assert call_alone(pretrained_probe.probe, {"count": 50}) == result
    assert result.head_parameters == 1280 * 10 + 10
    assert result.scratch_parameters == 16 * 9 + 16 + 32 * 16 * 9 + 32 + 1568 * 10 + 10
    assert result.head_train == result.scratch_train == 1
    assert result.head_test > 0.35
    assert result.scratch_test > 0.35


def test_the_margin_is_two_standard_errors():
    assert pretrained_probe.margin(0.5) == pytest.approx(2 * 0.5 / 400**0.5)
    assert pretrained_probe.margin(1.0) == 0


def test_ten_examples_are_enough_on_a_trained_body_only():
    common = {"area": 0.5, "steps": 20}
    result = call_alone(pretrained_head.two_photos, {"body": "trained", **common})
    assert result == call_alone(pretrained_head.two_photos, {"body": "trained", **common})
    assert pretrained_head.reaches(result)
    assert result.parameters == 1280 * 2 + 2
    assert result.right == pytest.approx((result.first + result.second) / 2)
    pixels = call_alone(pretrained_head.two_photos, {"body": "pixels", **common})
    assert pixels.parameters == 96 * 96 * 3 * 2 + 2
    assert not pretrained_head.reaches(pixels)
    assert not pretrained_head.reaches(call_alone(pretrained_head.two_photos, {}))


def test_the_sheet_shows_what_the_head_learns_from():
    sheet = pretrained_head.sheet(second="horse", area=0.25)
    with Image.open(BytesIO(sheet)) as image:
        pixels = np.array(image, dtype=float) / 255  # (192, 480, 3)
    learned = pretrained_head.examples("mobilenet_v2", "astronaut", "horse", 0.25).numpy()
    for place, crop in enumerate(learned):
        row, column = (96 * each for each in divmod(place, 5))
        seen = pixels[row : row + 96, column : column + 96].transpose(2, 0, 1)
        own = crop * np.reshape([0.229, 0.224, 0.225], (3, 1, 1))
        own += np.reshape([0.485, 0.456, 0.406], (3, 1, 1))  # ImageNet's spread and mean
        assert np.abs(seen - own).mean() < 0.03  # a JPEG is not exact


def test_features_are_counted_where_the_head_begins():
    model = trained("mobilenet_v2")
    assert feature_count(model) == model.last_channel == 1280


# --- questions ------------------------------------------------------------------------------------


@pytest.mark.parametrize("photo", PICTURES)
@pytest.mark.parametrize("normalize", [True, False])
def test_the_first_class_is_among_four_answers(photo, normalize):
    now, careful = top_classes(image=photo, normalize=normalize), top_classes(image=photo)
    rows = guesses(now, careful, photo)
    assert len({row.value for row in rows}) == len(rows) == 4
    [right] = [row for row in rows if row.right]
    assert (right.code, right.value) == ("top", now.classes[0])
    assert {row.code for row in rows} <= TOLD.keys()


@settings(max_examples=20)
@given(some.integers(0, 19), some.sampled_from(pretrained.EMBED_SIZES))
def test_the_count_is_among_the_answers_in_order(frozen, size):
    result = pretrained.freeze(frozen=frozen, embed_size=size)
    rows = count_guesses(result)
    [right] = [row for row in rows if row.right]
    assert right.value == f"{result.trains:,}"
    values = [int(str(row.value).replace(",", "")) for row in rows]
    assert values == sorted(set(values))
    assert len(rows) >= 3
    assert {row.code for row in rows} <= TOLD_COUNT.keys()
