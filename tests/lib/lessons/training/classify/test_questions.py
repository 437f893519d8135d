"""The questions are answered by the run; the challenge counts seconds of one core."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from lib.datasets.fashion_mnist import CLASSES
from lib.lessons.training.classify.questions import (
    FEEDBACK_GAP,
    FEEDBACK_PAIR,
    NEVER,
    OTHER,
    PAIRS,
    arrived,
    diverged,
    first_gap,
    gap,
    gap_choices,
    pair,
    pair_choices,
    progress,
    reaches,
    spans,
)
from lib.lessons.training.classify.runs import Epoch


def run_of(train, test, seconds=1.0):
    rows = zip(train, test, strict=True)
    return [Epoch(i, 1.0, 1.0, a, b, seconds if i else 0.0) for i, (a, b) in enumerate(rows)]


@given(some.integers(1, 20))
def test_every_epoch_is_in_exactly_one_span(epochs):
    covered = [e for first, last in spans(epochs) for e in range(first, last + 1)]
    assert covered == list(range(1, epochs + 1))
    assert len(set(gap_choices(epochs))) == len(spans(epochs)) + 1


@given(some.lists(some.floats(0, 1), min_size=2, max_size=21))
def test_the_answer_is_when_they_part(gaps):
    epochs = run_of(gaps, [0.0] * len(gaps))
    guesses = gap(epochs)
    assert tuple(guess.value for guess in guesses) == gap_choices(len(gaps) - 1)
    assert all(guess.code in FEEDBACK_GAP for guess in guesses)
    (right,) = [guess for guess in guesses if guess.right]
    when = next((i for i, gap in enumerate(gaps) if i and gap > 0.0495), None)
    assert first_gap(epochs) == when
    if when is None:
        assert right.value == NEVER
    else:
        first, _, last = str(right.value).partition("–")
        assert int(first) <= when <= int(last or first)


def test_a_wrong_answer_is_told_for_what_it_is():
    epochs = run_of([0.1, 0.5, 0.6, 0.7, 0.9], [0.1, 0.5, 0.6, 0.6, 0.7])
    codes = {guess.value: guess.code for guess in gap(epochs)}
    assert codes == {"1–2": "too early", "3": "right late", "4": "too late", NEVER: "not never"}
    assert {g.code for g in gap(run_of([0.5] * 5, [0.5] * 5))} == {"does not", "right never"}
    epochs = run_of([0.1] * 5, [0.3] * 5)  # better on new images: not what is asked
    assert [g.value for g in gap(epochs) if g.right] == [NEVER]


@pytest.mark.parametrize(
    ("train", "test", "value", "code"),
    [
        (0.1, 0.1, NEVER, "learned little"),  # as after a rate too large
        (0.3, 0.29, NEVER, "learned little"),
        (0.8, 0.76, NEVER, "right never"),
        (0.3, 0.2, "1–2", "a gap all the same"),
        (0.9, 0.8, "1–2", "right early"),
    ],
)
def test_a_network_that_learned_little_is_not_praised(train, test, value, code):
    guesses = gap(run_of([train] * 5, [test] * 5))
    assert [(guess.value, guess.code) for guess in guesses if guess.right] == [(value, code)]
    assert all(guess.code in FEEDBACK_GAP for guess in guesses)


def confusion_of(**pairs):
    """Return counts in which the named classes are confused so often, as in ``_2_6=30``."""
    counts = np.zeros((10, 10), dtype=int)
    for name, count in pairs.items():
        _, one, two = name.split("_")
        counts[int(one), int(two)] = count // 2
        counts[int(two), int(one)] = count - count // 2
    return tuple(map(tuple, counts.tolist()))


@pytest.mark.parametrize(
    ("counts", "value", "code"),
    [
        ({"_2_6": 30, "_0_6": 29}, "2/6", "right"),
        ({"_0_6": 9}, "0/6", "right"),
        ({"_1_3": 12, "_3_4": 5}, OTHER, "right other"),
    ],
)
def test_the_pair_is_the_one_confused_most(counts, value, code):
    guesses = pair(confusion_of(**counts))
    assert [(guess.value, guess.code) for guess in guesses if guess.right] == [(value, code)]
    assert tuple(guess.value for guess in guesses) == pair_choices()
    assert all(guess.code in FEEDBACK_PAIR for guess in guesses)
    assert "tied" not in {guess.code for guess in guesses}


def test_equals_are_not_called_less():
    codes = {g.value: g.code for g in pair(confusion_of(_2_4=20, _4_6=20, _7_9=19))}
    assert (codes["2/4"], codes["4/6"], codes["7/9"]) == ("right", "tied", "wrong")
    codes = {g.value: g.code for g in pair(confusion_of(_1_3=20, _4_6=20))}
    assert (codes[OTHER], codes["4/6"]) == ("right other", "tied")


def test_no_pair_stands_out_if_the_network_says_one_thing_only():
    guesses = pair(confusion_of(_0_6=100), collapsed=True)
    assert [(guess.value, guess.code) for guess in guesses if guess.right] == [(OTHER, "collapsed")]
    assert tuple(guess.value for guess in guesses) == pair_choices()
    assert all(guess.code in FEEDBACK_PAIR for guess in guesses)


def test_the_pairs_are_classes_in_order():
    assert all(0 <= first < second < len(CLASSES) for first, second in PAIRS)


def test_the_challenge_is_met_in_time_only():
    good = [0.1, 0.8, 0.85, 0.84]
    assert arrived(run_of(good, good, 10.0)) == (2, 20.0)
    assert reaches(run_of(good, good, 15.0))
    assert not reaches(run_of(good, good, 15.1))
    assert not reaches(run_of([0.1, 0.849], [0.1, 0.849]))
    assert not reaches([])
    assert arrived([]) is None


def test_progress_tells_the_best_so_far():
    assert progress([])[1] == {}
    words, numbers = progress(run_of([0.1, 0.8, 0.7], [0.1, 0.8, 0.7], 2.0))
    assert words.format(**numbers) == ("Best so far: 80.0% after epoch 1; 4.0 seconds of one core")


def test_a_loss_that_is_no_number_is_noticed():
    assert diverged([Epoch(1, float("nan"), 1.0, 0.1, 0.1, 1.0)])
    assert not diverged(run_of([0.1, 0.2], [0.1, 0.2]))
