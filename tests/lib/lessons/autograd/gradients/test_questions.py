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
from lib.lessons.autograd.gradients.questions import guesses

xs = st.floats(-3, 3).map(lambda x: round(x, 3))


def values(answers):
    return {(guess.name, guess.step): guess.value for guess in answers}


def test_the_notes_example_has_its_usual_mistakes():
    both = guesses(mean_of_square, 1.0, 2)
    assert values(both.slope) == pytest.approx(
        {
            ("right", ""): 4.5,
            ("count_missed", ""): 18,  # 6 (x + 2)
            ("value", ""): 27,  # 3 (x + 2)²
            ("left_out", "* 3"): 1.5,
            ("left_out", "pow 2"): 0.75,
        }
    )
    assert [guess.name for guess in both.twice] == ["right", "same", "zero", "squared"]
    assert [guess.value for guess in both.twice] == [9, 4.5, 0, 20.25]


@given(st.sampled_from([mean_of_square, total, sigmoid, product, chain]), xs, st.integers(1, 4))
def test_the_right_one_comes_first_and_none_reads_like_another(expression, x, n):
    both = guesses(expression, x, n, ("sin",))
    for answers, calls in ((both.slope, 1), (both.twice, 2)):
        right = what_backward_leaves(expression, x, n, calls=calls, steps=("sin",)).grad[0, 0]
        assert answers[0].name == "right"
        assert answers[0].value == pytest.approx(right, rel=1e-3, abs=1e-5)
        written = [f"{guess.value + 0.0:.4g}" for guess in answers]
        assert len(set(written)) == len(written) >= 2


def test_bad_settings_are_named():
    with pytest.raises(ValueError, match="n=0 is out of range: 1 to 4"):
        guesses(n=0)


def test_same_settings_same_result():
    assert guesses(sigmoid, 0.3, 3) == guesses(sigmoid, 0.3, 3)
