"""The answers to the lesson's two questions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.lessons.autograd.gradients.lesson import (
    chain,
    mean_of_square,
    product,
    sigmoid,
    total,
    what_backward_leaves,
)
from lib.lessons.autograd.gradients.questions import SLOPE_FEEDBACK, TWICE_FEEDBACK, guesses
from lib.lessons.autograd.gradients.reference import formula

xs = st.floats(-3, 3).map(lambda x: round(x, 3))


def answers_of(expression, x, n, steps=()):
    return guesses(formula(expression, x, n, steps), n)


def test_the_notes_example_has_its_usual_mistakes():
    both = answers_of(mean_of_square, 1.0, 2)
    assert [(guess.code, guess.value) for guess in both["slope"]] == [
        ("right", 4.5),
        ("count_missed", 18),  # 6 (x + 2)
        ("value", 27),  # 3 (x + 2)²
        ("left_out", 1.5),  # without * 3
        ("left_out", 0.75),  # without pow 2
    ]
    assert [guess.code for guess in both["twice"]] == ["right", "same", "zero", "squared"]
    assert [guess.value for guess in both["twice"]] == [9, 4.5, 0, 20.25]


@given(st.sampled_from([mean_of_square, total, sigmoid, product, chain]), xs, st.integers(1, 4))
def test_the_right_one_comes_first_and_none_reads_like_another(expression, x, n):
    both = answers_of(expression, x, n, ("sin",))
    for answers, feedback, calls in (
        (both["slope"], SLOPE_FEEDBACK, 1),
        (both["twice"], TWICE_FEEDBACK, 2),
    ):
        right = what_backward_leaves(expression, x, n, calls=calls, steps=("sin",)).grad[0, 0]
        assert answers[0].code == "right"
        assert [guess.right for guess in answers] == [True, *[False] * (len(answers) - 1)]
        assert answers[0].value == pytest.approx(right, rel=1e-3, abs=1e-5)
        assert {guess.code for guess in answers} <= set(feedback)
        written = [f"{guess.value + 0.0:.4g}" for guess in answers]
        assert len(set(written)) == len(written) >= 2


def test_same_settings_same_result():
    assert answers_of(sigmoid, 0.3, 3) == answers_of(sigmoid, 0.3, 3)
