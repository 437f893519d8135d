from io import BytesIO

import numpy as np
import pytest
import torch
from PIL import Image

from lib.core.isolation import call_alone
from lib.datasets.images import PICTURES
from lib.lessons.models.pretrained import features, linear_probe, two_photos
from lib.lessons.models.pretrained.networks import feature_count, trained
from lib.lessons.models.pretrained.questions import WORTH, WORTH_FEEDBACK, worth

# --- features -------------------------------------------------------------------------------------


def test_both_ways_give_the_same_features_once_pooled():
    result = call_alone(features.two_ways, {"embed_size": 10})
    assert (result.cut, result.extracted) == ((1, 1280, 7, 7), (1, 1280))
    assert result.largest_difference < 1e-5
    assert result.embedded == (1, 10)


def test_the_plane_is_that_of_numpys_own_decomposition():
    result = call_alone(features.plane, {})
    assert len(result.spots) == len(PICTURES) * len(features.PIECES)
    x = features.shipped_features("mobilenet_v2").double().numpy()
    x = x - x.mean(axis=0)
    values = np.linalg.eigvalsh(x @ x.T)[::-1]
    np.testing.assert_allclose(result.explained, values[:2] / values.sum(), rtol=1e-3)
    projected = np.array([[spot.x, spot.y] for spot in result.spots])
    np.testing.assert_allclose(np.diag(projected.T @ projected), values[:2], rtol=1e-3)
    own = [spot.photo for spot in result.spots]
    distances = np.linalg.norm(x[:, None] - x[None], axis=2) + np.diag([np.inf] * len(x))
    near = sum(own[a] == own[b] for a, b in enumerate(distances.argmin(axis=1)))
    assert result.nearest == near


def test_a_picture_of_ones_own_lies_beside_the_others():
    own = call_alone(features.plane, {"image": "fashion 3"})
    assert [spot.photo for spot in own.spots][-4:] == ["yours"] * 4
    assert call_alone(features.plane, {"image": "fashion 3"}) == own


# --- heads ----------------------------------------------------------------------------------------


def test_a_head_learns_and_the_seed_is_fixed(monkeypatch):
    monkeypatch.setitem(linear_probe.TESTS, linear_probe.FASHION, 40)
    chosen = {"data": linear_probe.FASHION, "count": 50}
    result = call_alone(linear_probe.probe, chosen)
    assert call_alone(linear_probe.probe, chosen) == result
    assert result.head_parameters == 1280 * 10 + 10
    assert result.scratch_parameters == 16 * 9 + 16 + 32 * 16 * 9 + 32 + 1568 * 10 + 10
    assert result.head_train == result.scratch_train == 1
    assert result.head_test > 0.35
    assert result.scratch_test > 0.35


def test_on_photos_a_head_is_worth_much_more_than_training_from_scratch():
    result = call_alone(linear_probe.probe, {"data": linear_probe.PHOTOS, "count": 24})
    assert result.head_parameters == 1280 * 6 + 6
    assert result.scratch_parameters == 3 * 16 * 9 + 16 + 16 * 32 * 9 + 32 + 8192 * 6 + 6
    assert result.head_train == result.scratch_train == 1
    assert result.head_test > result.scratch_test + 0.3
    [right] = [each for each in worth(result, linear_probe.PHOTOS) if each.right]
    assert right.value == "head"


@pytest.mark.parametrize(
    ("head", "scratch", "found"), [(0.9, 0.5, "head"), (0.7, 0.69, "same"), (0.5, 0.9, "scratch")]
)
def test_what_is_worth_more_is_more_than_luck(head, scratch, found):
    result = linear_probe.Probed(24, 1, 1.0, head, 1, 1.0, scratch)
    rows = worth(result, linear_probe.PHOTOS)
    assert [each.value for each in rows if each.right] == [found]
    assert {each.code for each in rows} == set(WORTH) == set(WORTH_FEEDBACK)


def test_crops_come_from_each_photo_in_turn_and_tests_are_others():
    assert [file.name for file in linear_probe.photo_files()] == [*PICTURES.values()]
    x, y = linear_probe.crops(train=True, count=12)
    assert x.shape == (12, 3, 64, 64)
    assert y.tolist() == [0, 1, 2, 3, 4, 5] * 2
    assert 0 <= x.min() < x.max() <= 1
    others, _ = linear_probe.crops(train=False, count=12)
    assert not any(torch.equal(a, b) for a in x for b in others)


def test_the_margin_is_two_standard_errors():
    assert linear_probe.margin(0.5, 400) == pytest.approx(2 * 0.5 / 400**0.5)
    assert linear_probe.margin(1.0, 400) == 0


def test_ten_examples_are_enough_on_a_trained_body_only():
    common = {"area": 0.5, "steps": 20}
    result = call_alone(two_photos.two_photos, {"body": "trained", **common})
    assert result == call_alone(two_photos.two_photos, {"body": "trained", **common})
    assert two_photos.reaches(result, "trained")
    assert result.parameters == 1280 * 2 + 2
    assert result.test_accuracy == pytest.approx(
        (result.first_accuracy + result.second_accuracy) / 2
    )
    pixels = call_alone(two_photos.two_photos, {"body": "pixels", **common})
    assert pixels.parameters == 96 * 96 * 3 * 2 + 2
    assert not two_photos.reaches(pixels, "pixels")
    assert not two_photos.reaches(call_alone(two_photos.two_photos, {}), "untrained")


def test_an_untrained_body_learns_its_examples_and_guesses_at_the_others():
    result = call_alone(two_photos.two_photos, {"body": "untrained", "steps": 100})
    assert result.train_accuracy == 1
    assert result.test_accuracy < 0.7


def test_one_untrained_body_is_used_for_examples_and_tests_and_its_features_are_not_all_zero():
    torch.manual_seed(0)
    x = torch.randn(10, 3, 96, 96)
    body = two_photos.body_of("mobilenet_v2", "untrained", x)
    features = two_photos.on(body, x)
    assert features.std() > 0.01
    assert torch.equal(two_photos.on(body, x), features)
    first = body[0][0]  # convolution, batch norm: its mean is that of the examples, by hand
    with torch.no_grad():
        expected = first[0](x).double().mean(dim=(0, 2, 3))
    assert first[1].running_mean.double() == pytest.approx(expected, abs=1e-5)


def test_pixels_meet_no_challenge_even_where_they_do_well():
    result = call_alone(
        two_photos.two_photos, {"first": "horse", "body": "pixels", "area": 0.5, "steps": 20}
    )
    assert result.test_accuracy >= two_photos.GOAL  # a drawing on white against a dark photo
    assert not two_photos.reaches(result, "pixels")


def test_the_sheet_shows_what_the_head_learns_from():
    sheet = two_photos.sheet(second="horse", area=0.25)
    with Image.open(BytesIO(sheet)) as image:
        pixels = np.array(image, dtype=float) / 255  # (192, 480, 3)
    learned = two_photos.examples("mobilenet_v2", "astronaut", "horse", 0.25).numpy()
    for place, crop in enumerate(learned):
        row, column = (96 * each for each in divmod(place, 5))
        seen = pixels[row : row + 96, column : column + 96].transpose(2, 0, 1)
        own = crop * np.reshape([0.229, 0.224, 0.225], (3, 1, 1))
        own += np.reshape([0.485, 0.456, 0.406], (3, 1, 1))  # ImageNet's std and mean
        assert np.abs(seen - own).mean() < 0.03  # a JPEG is not exact


def test_features_are_counted_where_the_head_begins():
    model = trained("mobilenet_v2")
    assert feature_count(model) == model.last_channel == 1280
