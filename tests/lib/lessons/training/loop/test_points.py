import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.lessons.training.loop.points import COUNT, SHAPES, own_points, split_points
from lib.uploads.points import EDGE

CLASSES = {
    "circle": 2,
    "xor": 2,
    "gauss": 2,
    "spiral": 2,
    "moons": 2,
    "three": 3,
    "four": 4,
    "plane": 0,
    "bumps": 0,
}
# The hills (positive) and valleys of TensorFlow Playground's regressGaussian.
BUMPS = [(-4, 2.5, 1), (0, 2.5, -1), (4, 2.5, 1), (-4, -2.5, -1), (0, -2.5, 1), (4, -2.5, -1)]


def made(name, noise=0.0, seed=0):
    points = SHAPES[name](torch.Generator().manual_seed(seed), noise)
    return points.x.double().numpy(), points.y.squeeze().numpy(), points


@pytest.mark.parametrize("noise", [0.0, 0.5])
@pytest.mark.parametrize("name", SHAPES)
def test_points_have_the_shapes_and_classes_they_should(name, noise):
    points = SHAPES[name](torch.Generator().manual_seed(1), noise)
    assert points.x.shape == (COUNT, 2)
    assert points.x.dtype == torch.float32
    assert points.classes == CLASSES[name]
    if points.classes:
        assert points.y.shape == (COUNT,)
        assert points.y.dtype == torch.int64
        assert set(points.y.tolist()) == set(range(points.classes))
        assert points.y.bincount().min() >= COUNT / points.classes / 2
    else:
        assert points.y.shape == (COUNT, 1)
        assert points.y.dtype == torch.float32
        assert points.y.abs().max() <= 1


@pytest.mark.parametrize("name", SHAPES)
def test_without_noise_all_points_can_be_seen(name):
    assert np.abs(made(name)[0]).max() <= EDGE


@pytest.mark.parametrize("name", SHAPES)
def test_same_seed_same_points_and_another_seed_others(name):
    x, y, _ = made(name, 0.1, 3)
    again, same, _ = made(name, 0.1, 3)
    np.testing.assert_array_equal(x, again)
    np.testing.assert_array_equal(y, same)
    assert (x != made(name, 0.1, 4)[0]).any()


def test_circle_without_noise_is_a_disk_in_a_ring():
    x, y, _ = made("circle")
    radius = np.hypot(x[:, 0], x[:, 1])
    np.testing.assert_array_equal(y == 1, radius < 2.5)
    assert ((radius <= 2.5 + 1e-5) | (radius >= 3.5 - 1e-5)).all()
    assert radius.max() <= 5 + 1e-5
    assert y.sum() == COUNT // 2


def test_xor_without_noise_is_the_sign_of_the_product():
    x, y, _ = made("xor")
    np.testing.assert_array_equal(y == 1, x[:, 0] * x[:, 1] > 0)
    assert np.abs(x).min() >= 0.3
    assert np.abs(x).max() <= 5.3 + 1e-5


def test_spirals_without_noise_are_arms_turned_against_each_other():
    for name, arms, turns in (("spiral", 2, 1.75), ("three", 3, 0.75)):
        x, y, _ = made(name)
        radius = np.hypot(x[:, 0], x[:, 1])
        angle = 2 * math.pi * (turns * radius / 5 + y / arms)
        expected = radius[:, None] * np.stack([np.sin(angle), np.cos(angle)], axis=1)
        np.testing.assert_allclose(x, expected, atol=1e-4)
        for arm in range(arms):
            assert np.diff(np.sort(radius[y == arm])).max() < 0.04


def test_clouds_lie_around_their_centers_and_spread_with_noise():
    centers = {
        "gauss": [(-2, -2), (2, 2)],
        "four": [(-3, 0), (0, 3), (3, 0), (0, -3)],
    }
    for name, where in centers.items():
        for noise, variance in ((0.0, 0.5), (0.5, 2.25)):
            x, y, _ = made(name, noise)
            for label, center in enumerate(where):
                cloud = x[y == label]
                np.testing.assert_allclose(cloud.mean(axis=0), center, atol=0.6)
                np.testing.assert_allclose(cloud.var(axis=0), variance, rtol=0.4)


def test_moons_are_half_circles_that_reach_into_each_other():
    x, y, _ = made("moons")
    upper, lower = x[y == 0], x[y == 1]
    # Undo the scale, then measure the distance from the center of each half circle.
    for moon, center in ((upper, (-0.75, -0.75)), (lower, (0.75, 0.75))):
        radius = np.linalg.norm(moon / 1.2 - center, axis=1)
        assert abs(radius.mean() - 3) < 0.05
        assert radius.std() < 0.3
    assert upper[:, 1].min() < lower[:, 1].max()


def test_plane_without_noise_is_the_sum_over_ten():
    x, y, _ = made("plane")
    np.testing.assert_allclose(y, np.clip((x[:, 0] + x[:, 1]) / 10, -1, 1), atol=1e-6)
    assert y.min() < -0.9
    assert y.max() > 0.9


def test_bumps_without_noise_are_the_largest_of_six():
    x, y, _ = made("bumps")
    for (x1, x2), number in zip(x, y, strict=True):
        heights = [sign * max(0.0, 1 - math.hypot(x1 - a, x2 - b) / 2) for a, b, sign in BUMPS]
        assert number == pytest.approx(max(heights, key=abs), abs=1e-5)
    assert y.min() < -0.7
    assert y.max() > 0.7


@pytest.mark.parametrize("name", ["circle", "xor", "plane", "bumps"])
def test_noise_spoils_the_answers_of_some_points_and_moves_none(name):
    x, y, _ = made(name)
    same, noisy, _ = made(name, 0.5)
    np.testing.assert_array_equal(x, same)
    assert (y != noisy).mean() > 0.1


@pytest.mark.parametrize("name", ["spiral", "three"])
def test_noise_moves_the_points_of_a_spiral_and_keeps_their_class(name):
    x, y, _ = made(name)
    moved, same, _ = made(name, 0.5)
    np.testing.assert_array_equal(y, same)
    assert 0.4 < np.abs(moved - x).max() <= 0.5 + 1e-5


@given(
    name=st.sampled_from(list(SHAPES)),
    share=st.floats(0.1, 0.9),
    noise=st.floats(0.0, 0.5),
    seed=st.integers(0, 9999),
)
@settings(deadline=None, max_examples=100)
def test_a_split_is_disjoint_and_complete(name, share, noise, seed):
    training, test = split_points(SHAPES[name], noise, share, seed)
    whole = SHAPES[name](torch.Generator().manual_seed(seed), noise)
    assert len(training.x) == len(training.y) == round(share * COUNT)
    assert len(test.x) == len(test.y) == COUNT - len(training.x)
    rows = [
        sorted(zip(p.x.tolist(), p.y.flatten().tolist(), strict=True))
        for p in (training, test, whole)
    ]
    assert sorted(rows[0] + rows[1]) == rows[2]
    assert training.classes == test.classes == whole.classes


def test_a_split_is_shuffled():
    training, _ = split_points(SHAPES["circle"], 0.0, 0.5, 0)
    assert 0.35 < training.y.float().mean() < 0.65


OWN = ((0.5, -1.0, 0), (2.0, 3.0, 2), (-6.0, 6.0, 1), (1.0, 1.0, 0), (0.0, 0.0, 2))


def test_own_points_are_taken_as_they_are():
    points = own_points(OWN)
    np.testing.assert_array_equal(points.x, np.array([row[:2] for row in OWN], np.float32))
    assert points.y.tolist() == [0, 2, 1, 0, 2]
    assert points.y.dtype == torch.int64
    assert points.classes == 3


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_at_least_one_own_point_stays_on_each_side(share):
    training, test = split_points(SHAPES["spiral"], 0.0, share, 0, OWN[:4])
    assert min(len(training.x), len(test.x)) >= 1
    rows = [*training.x.tolist(), *test.x.tolist()]
    assert sorted(rows) == sorted([x1, x2] for x1, x2, _ in OWN[:4])
