"""The answers to the lesson's two questions."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.lessons.autograd.gradients.lesson import (
    OPERATIONS,
    WITH_NUMBER,
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


expressions = st.sampled_from([mean_of_square, total, sigmoid, product, chain])
step = st.sampled_from([*OPERATIONS]).flatmap(
    lambda name: (
        st.integers(-20, 20).map(lambda halves: f"{name} {halves / 2:g}")
        if name in WITH_NUMBER
        else st.just(name)
    )
)
chains = st.tuples(st.lists(step, max_size=4), st.sampled_from(["mean", "sum"]))
quarters = st.integers(-12, 12).map(lambda quarter: quarter / 4)


def answers_of(expression, x, n, steps=(), **cut):
    left = what_backward_leaves(expression, x, n, steps=steps, **cut).grad
    return guesses(formula(expression, x, n, steps), n, left)


def right(answers):
    (found,) = (guess for guess in answers if guess.right)
    return found


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


@given(expressions, xs, st.integers(1, 4))
def test_the_right_one_comes_first_and_none_reads_like_another(expression, x, n):
    both = answers_of(expression, x, n, ("sin",))
    for answers, feedback, calls in (
        (both["slope"], SLOPE_FEEDBACK, 1),
        (both["twice"], TWICE_FEEDBACK, 2),
    ):
        left = what_backward_leaves(expression, x, n, calls=calls, steps=("sin",)).grad[0, 0]
        assert answers[0].code == "right"
        assert [guess.right for guess in answers] == [True, *[False] * (len(answers) - 1)]
        assert answers[0].value == pytest.approx(left, rel=1e-3, abs=1e-5)
        assert {guess.code for guess in answers} <= set(feedback)
        written = [f"{guess.value + 0.0:.4g}" for guess in answers]
        assert len(set(written)) == len(written) >= 2


CUTS = [{"detach": "y"}, {"detach": "z"}, {"no_grad": True}, {"detach": "z", "no_grad": True}]


@given(expressions, quarters, st.integers(1, 4), st.sampled_from(CUTS), st.integers(1, 2))
def test_where_the_graph_is_cut_none_is_right(expression, x, n, cut, calls):
    assert what_backward_leaves(expression, x, n, calls=calls, steps=("sin",), **cut).grad is None
    both = answers_of(expression, x, n, ("sin",), **cut)
    whole = answers_of(expression, x, n, ("sin",))
    for name, feedback in (("slope", SLOPE_FEEDBACK), ("twice", TWICE_FEEDBACK)):
        assert (right(both[name]).value, right(both[name]).code) == ("None", "blocked")
        codes = {guess.value: guess.code for guess in both[name]}
        assert codes[right(whole[name]).value] == "not_blocked"
        assert set(codes.values()) <= {"blocked", "not_blocked", "nothing", "cut"} <= set(feedback)


@settings(max_examples=300)
@given(chains, quarters, st.integers(1, 4))
def test_the_right_answer_is_what_pytorch_really_leaves(chosen, x, n):
    steps = (*chosen[0], chosen[1])
    both = answers_of(chain, x, n, steps)
    for name, calls in (("slope", 1), ("twice", 2)):
        left = what_backward_leaves(chain, x, n, calls=calls, steps=steps).grad
        np.testing.assert_allclose(left, right(both[name]).value, rtol=1e-3)


def test_where_float32_is_too_rough_the_formula_is_explained_and_not_right():
    x, steps = 2.5, ("* 10", "exp", "relu", "sin", "mean")
    asked = answers_of(chain, x, 2, steps)["slope"]
    leaf = torch.full((2, 2), x, requires_grad=True)
    torch.sin(torch.relu(torch.exp(leaf * 10))).mean().backward()
    assert right(asked).value == pytest.approx(leaf.grad[0, 0].item(), rel=1e-6)
    by_rule = np.cos(np.exp(10 * x)) * np.exp(10 * x) * 10 / 4
    assert {guess.code: guess.value for guess in asked}["exact"] == pytest.approx(by_rule)
    assert abs(right(asked).value - by_rule) > 1e9


@pytest.mark.parametrize("steps", [("exp", "exp", "exp", "sum"), ("* -10", "exp", "exp", "sum")])
def test_what_is_too_large_for_float32_is_infinite(steps):
    asked = answers_of(chain, -2.0 if "* -10" in steps else 1.75, 1, steps)
    for answers in asked.values():
        assert np.isinf(right(answers).value)


def test_same_settings_same_result():
    assert answers_of(sigmoid, 0.3, 3) == answers_of(sigmoid, 0.3, 3)
