"""Smoothing and lines, against pandas and the formula written out."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as some

from lib.lessons.inside.charts.lesson import line, smooth, without_outliers
from lib.tensorboard.records import Curve

VALUES = some.lists(some.floats(-1e3, 1e3, width=32), min_size=1, max_size=60)


def curve(*values: float) -> Curve:
    count = len(values)
    return Curve("loss", np.arange(count) * 10, 1e9 + np.arange(count) * 0.5, np.float32(values))


@given(VALUES, some.floats(0, 0.99))
def test_it_is_the_debiased_moving_average_of_pandas(values: list[float], weight: float) -> None:
    expected = pd.Series(values).ewm(alpha=1 - weight, adjust=True).mean()
    np.testing.assert_allclose(smooth(values, weight), expected, rtol=1e-6, atol=1e-6)


def test_it_is_the_weighted_mean_of_all_before() -> None:
    values, weight = [3.0, -1.0, 4.0, 1.0, 5.0], 0.9
    for count, found in enumerate(smooth(values, weight), start=1):
        weights = weight ** np.arange(count)[::-1]
        assert found == pytest.approx(np.average(values[:count], weights=weights))


def test_what_is_no_number_stays_and_does_not_count() -> None:
    found = smooth([1.0, float("nan"), 3.0, float("inf"), 5.0], 0.5)
    assert np.isnan(found[1])
    assert found[3] == float("inf")
    assert [found[0], found[2], found[4]] == pytest.approx(smooth([1.0, 3.0, 5.0], 0.5))


def test_zero_and_constant_curves_stay_as_they_are() -> None:
    assert smooth([3.0, 1.0], 0) == [3.0, 1.0]
    assert smooth([0.1] * 50, 0.97) == [0.1] * 50  # without a rounding error
    assert smooth([], 0.5) == []


def test_the_axes() -> None:
    given_curve = curve(3, 2, 1)
    assert line("a", given_curve, 0, "step").x.tolist() == [0, 10, 20]
    assert line("a", given_curve, 0, "relative").x.tolist() == [0, 0.5, 1]
    assert line("a", given_curve, 0, "wall").x.tolist() == [1e12, 1e12 + 500, 1e12 + 1000]
    assert line("a", given_curve, 0.5).smooth[-1] == pytest.approx((1 + 2 * 0.5 + 3 * 0.25) / 1.75)


def test_ten_thousand_points() -> None:
    values = np.random.default_rng(0).normal(size=10_000).astype(np.float32)
    made = line("a", Curve("loss", np.arange(10_000), np.arange(1e4), values), 0.9)
    expected = pd.Series(values.astype(float)).ewm(alpha=0.1, adjust=True).mean()
    np.testing.assert_allclose(made.smooth, expected, rtol=1e-5, atol=1e-6)
    assert (made.raw.dtype, made.smooth.dtype) == (np.float32, np.float32)


@pytest.mark.parametrize(("weight", "axis"), [(0.5, "hours"), (1.0, "step"), (-0.1, "step")])
def test_it_refuses(weight: float, axis: str) -> None:
    with pytest.raises(ValueError, match=r"hours|out of range: 0 to below 1"):
        line("a", curve(1, 2), weight, axis)


def test_outliers_do_not_count_for_the_range() -> None:
    values = np.linspace(0, 1, 1001)
    values[500] = 1e6
    low, high = without_outliers([line("a", curve(*values), 0)]) or (0, 0)
    assert (low, high) == (pytest.approx(0.05, abs=0.01), pytest.approx(0.95, abs=0.01))
    assert without_outliers([]) is None
    assert without_outliers([line("a", curve(float("nan")), 0)]) is None
