"""The answers, against the weights of the moving average written out."""

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest

from lib.lessons.inside.charts.lesson import STEPS, spike
from lib.lessons.inside.charts.questions import (
    FEEDBACK,
    FIRST_FEEDBACK,
    HALF_FEEDBACK,
    guesses,
    reaches,
)

VALUES = np.random.default_rng(0).uniform(0.5, 2.5, 100).astype(np.float32)
WEIGHTS = [0.0, 0.3, 0.6, 0.9, 0.99]


@pytest.mark.parametrize("weight", WEIGHTS)
def test_a_spike_gets_the_weight_of_one_number(weight: float) -> None:
    found = spike(VALUES, weight)
    weights = weight ** np.arange(found.place + 1.0)
    assert found.height == pytest.approx(1 / weights.sum())
    left = [
        weight**later / (weight ** np.arange(found.place + later + 1.0)).sum()
        for later in range(50)
    ]
    below = [later for later in range(50) if left[later] <= left[0] / 2]
    assert found.half == (below[0] if below else None)
    assert found.raw[found.place] == pytest.approx(VALUES[50] + 1)


@pytest.mark.parametrize("weight", WEIGHTS)
def test_every_question_has_one_right_answer(weight: float) -> None:
    told = {"height": FEEDBACK, "half": HALF_FEEDBACK, "first": FIRST_FEEDBACK}
    for name, answers in guesses(spike(VALUES, weight), weight).items():
        assert sum(answer.right for answer in answers) == 1
        assert len(answers) >= 2
        for answer in answers:
            assert told[name][answer.code].format(smoothing=weight, value=1.0)
    first = guesses(spike(VALUES, weight), weight)["first"]
    right = next(answer.value for answer in first if answer.right)
    assert right == pytest.approx(VALUES[0], abs=1e-3)


@pytest.mark.parametrize("percent", range(100))
def test_the_half_is_that_of_exact_fractions(percent: int) -> None:
    weight, place = Fraction(percent, 100), STEPS // 2
    left = [
        weight**later / sum(weight**back for back in range(place + later + 1))
        for later in range(STEPS - place)
    ]
    expected = next(later for later, each in enumerate(left) if 2 * each <= left[0])
    losses = np.random.default_rng(percent).uniform(0.5, 2.5, STEPS).round(2)
    answers = guesses(spike(losses.tolist(), percent / 100), percent / 100)["half"]
    [right] = [answer for answer in answers if answer.right]
    assert right.value == expected
    # What is said of it: each step multiplies by the weight, or by a little less.
    assert right.code == ("truth" if percent else "gone")
    assert all(after <= weight * before for before, after in pairwise(left))
    assert "a little less" in HALF_FEEDBACK["truth"]


def test_a_spike_that_does_not_fade_to_half_has_a_reason_of_its_own() -> None:
    found = spike(VALUES, 0.9)._replace(half=None)
    [right] = [answer for answer in guesses(found, 0.9)["half"] if answer.right]
    assert (right.code, right.value) == ("beyond", "never")


def test_the_best_run_is_the_goal() -> None:
    names = ("run_1", "run_2", "run_3")
    assert [reaches((0.5, 0.8, 0.8), names, name) for name in (*names, "none")] == [
        False, True, True, False,
    ]  # fmt: skip
