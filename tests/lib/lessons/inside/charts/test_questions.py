"""The answers, against the weights of the moving average written out."""

import numpy as np
import pytest

from lib.lessons.inside.charts.lesson import spike
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


def test_the_best_run_is_the_goal() -> None:
    names = ("run_1", "run_2", "run_3")
    assert [reaches((0.5, 0.8, 0.8), names, name) for name in (*names, "none")] == [
        False, True, True, False,
    ]  # fmt: skip
