"""The questions are answered by the run; the challenge counts seconds of one core."""

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


@pytest.mark.parametrize(
    ("found", "value"), [((2, 6, 30), "2/6"), ((0, 6, 9), "0/6"), ((1, 3, 12), OTHER)]
)
def test_the_pair_is_the_one_that_was_found(found, value):
    guesses = pair(found)
    assert [guess.value for guess in guesses if guess.right] == [value]
    assert tuple(guess.value for guess in guesses) == pair_choices()
    assert all(guess.code in FEEDBACK_PAIR for guess in guesses)


def test_no_pair_stands_out_if_the_network_says_one_thing_only():
    guesses = pair((0, 6, 100), collapsed=True)
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
