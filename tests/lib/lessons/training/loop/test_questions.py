"""The right answers are what training comes to; each wrong one is told what is behind it."""

import math
import pickle
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from lib.core.rules import readable
from lib.lessons.training.loop.config import Recipe
from lib.lessons.training.loop.epochs import epoch_without_zero_grad
from lib.lessons.training.loop.frames import Frame
from lib.lessons.training.loop.lesson import Trained, train
from lib.lessons.training.loop.points import SHAPES
from lib.lessons.training.loop.questions import (
    ANSWERS,
    FEEDBACK_LEARNING_RATE,
    FEEDBACK_ZERO_GRAD,
    Compared,
    better_rate,
    compared,
    epochs_asked,
    parameters,
    progress,
    reaches,
    without_zero_grad,
)
from lib.lessons.training.loop.runs import advance, begin
from lib.lessons.training.loop.state import SoFar

GAUSS = Recipe(data="gauss", batch_size=500)


def made(no_zero_grad=1.0, other=1.0, right=1.0, learning_rate=0.03, other_rate=0.3):
    return Compared(10, right, no_zero_grad, learning_rate, other_rate, other)


def truth(guesses):
    (right,) = [guess for guess in guesses if guess.right]
    return right.value


def codes(guesses):
    return {guess.value: guess.code for guess in guesses}


# --- training -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "recipe",
    [
        GAUSS,
        Recipe(data="xor", optimizer="Adam", batch_size=50, hidden=(3,)),
        Recipe(data="plane", batch_size=99),
    ],
    ids=lambda recipe: recipe.data,
)
def test_the_losses_are_those_of_the_program_that_students_take_home(recipe):
    result = compared(recipe)
    settings = {
        "points": SHAPES[recipe.data], "batch_size": recipe.batch_size, "hidden": recipe.hidden,
        "optimizer": recipe.optimizer, "epochs": result.epochs,
    }  # fmt: skip
    assert result.right == train(**settings).train_loss
    assert result.other == train(**settings, learning_rate=result.other_rate).train_loss
    assert result.no_zero_grad == train(**settings, one_epoch=epoch_without_zero_grad).train_loss


def test_a_line_that_was_dropped_makes_no_difference_to_the_question():
    assert compared(replace(GAUSS, loop="no step")) == compared(GAUSS)


def test_same_seed_same_result_and_another_seed_another():
    assert compared(GAUSS) == compared(GAUSS)
    assert compared(replace(GAUSS, seed=1)).right != compared(GAUSS).right


def test_the_question_goes_to_a_worker_and_its_answer_into_the_cache():
    assert pickle.loads(pickle.dumps(compared(GAUSS))) == compared(GAUSS)
    assert readable(GAUSS) == readable(replace(GAUSS))
    assert readable(GAUSS) != readable(replace(GAUSS, learning_rate=0.1))


def test_own_points_can_be_asked_about():
    own = tuple((float(i - 3), float(i % 3), i % 2) for i in range(6))
    assert math.isfinite(compared(Recipe(data="own", own=own)).right)


@pytest.mark.parametrize(
    ("rate", "other"), [(0.03, 0.3), (0.00001, 0.0001), (0.3, 3.0), (0.5, 0.05), (10.0, 1.0)]
)
def test_the_other_rate_is_ten_times_or_a_tenth_and_allowed(rate, other):
    assert compared(replace(GAUSS, learning_rate=rate, batch_size=500)).other_rate == other
    replace(GAUSS, learning_rate=other)


@pytest.mark.parametrize(
    "recipe",
    [
        Recipe(),
        Recipe(batch_size=500),
        Recipe(batch_size=1, train_share=0.9),
        Recipe(hidden=(16,) * 6, l1=0.01),
    ],
)
def test_it_asks_about_round_numbers_that_fit_into_a_chunk(recipe):
    asked = epochs_asked(recipe)
    assert asked in {1, 2, 5, 10, 20, 50, 100}
    assert asked == 1 or 2 * asked <= recipe.epochs_a_chunk
    assert asked >= min(100, recipe.epochs_a_chunk / 2) / 2.5


# --- what happens, on recipes where it is known ---------------------------------------------------


def test_without_zero_grad_adam_does_harm_on_the_spiral():
    assert truth(without_zero_grad(compared(Recipe(optimizer="Adam")))) == "higher"


def test_without_zero_grad_two_clouds_are_learned_all_the_faster():
    assert truth(without_zero_grad(compared(Recipe(data="gauss")))) == "lower"


def test_a_rate_far_too_large_is_no_number_any_more():
    result = compared(Recipe(data="plane", learning_rate=10.0, activation="ReLU"))
    assert truth(without_zero_grad(result)) == "nan"
    assert truth(better_rate(result)) == 1.0


def test_a_rate_far_too_small_loses():
    assert truth(better_rate(compared(Recipe(data="circle", learning_rate=0.003)))) == 0.03


# --- the answers ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("loss", "right"),
    [(0.5, "lower"), (0.89, "lower"), (0.91, "same"), (1.1, "same"), (1.2, "higher"),
     (math.nan, "nan"), (math.inf, "nan"), (0.0, "lower")],
)  # fmt: skip
def test_how_a_loss_compares(loss, right):
    assert truth(without_zero_grad(made(no_zero_grad=loss))) == right


def test_no_loss_at_all_is_the_same_as_none():
    assert truth(without_zero_grad(made(no_zero_grad=0.0, right=0.0))) == "same"


def test_what_is_told_depends_on_what_happened():
    assert codes(without_zero_grad(made(no_zero_grad=2.0))) == {
        "lower": "not lower", "same": "not same", "higher": "higher", "nan": "not nan",
    }  # fmt: skip
    assert codes(without_zero_grad(made(no_zero_grad=math.nan)))["higher"] == "beyond higher"


@pytest.mark.parametrize(
    ("no_zero_grad", "right", "told"),
    [
        (math.nan, math.nan, "both nan"),
        (math.inf, math.nan, "both nan"),
        (0.7, math.inf, "right nan"),
    ],
)
def test_nothing_is_compared_with_a_right_loop_that_is_no_number(no_zero_grad, right, told):
    guesses = without_zero_grad(made(no_zero_grad=no_zero_grad, right=right))
    assert truth(guesses) == "nan"
    expected = dict.fromkeys(("lower", "same", "higher"), "no number") | {"nan": told}
    assert codes(guesses) == expected


def test_options_exclude_each_other():
    # "About the same" and "NaN" were both true of two losses that are NaN.
    assert "or both" in ANSWERS["nan"]
    assert "only begun" in FEEDBACK_LEARNING_RATE["same"]


@pytest.mark.parametrize(
    ("other", "right", "expected"),
    [
        (0.1, 1.0, {0.03: "too slow", 0.3: "larger", "same": "differ", "none": "a number"}),
        (3.0, 1.0, {0.03: "smaller", 0.3: "overshoots", "same": "differ", "none": "a number"}),
        (math.nan, 1.0, {0.03: "smaller", 0.3: "overshoots", "same": "differ", "none": "a number"}),
        (1.0, math.nan, {0.03: "gone", 0.3: "only one", "same": "differ", "none": "a number"}),
        (1.0, 1.05, {0.03: "no gain", 0.3: "no gain", "same": "same", "none": "a number"}),
        (math.inf, math.nan, {0.03: "gone", 0.3: "gone", "same": "differ", "none": "none"}),
    ],
)
def test_which_rate_wins_and_what_is_told(other, right, expected):
    guesses = better_rate(made(other=other, right=right))
    assert codes(guesses) == expected
    assert truth(guesses) in expected


def test_the_current_rate_may_be_the_larger_one():
    guesses = better_rate(made(right=0.1, other=1.0, learning_rate=0.5, other_rate=0.05))
    assert truth(guesses) == 0.5
    assert codes(guesses)[0.05] == "too slow"


LOSSES = some.floats(min_value=0) | some.just(math.nan)


@given(LOSSES, LOSSES, LOSSES, some.booleans())
def test_one_answer_is_right_and_every_one_is_told(no_zero_grad, other, right, swap):
    rates = (0.3, 0.03) if swap else (0.03, 0.3)
    result = made(no_zero_grad, other, right, *rates)
    for guesses, feedback in (
        (without_zero_grad(result), FEEDBACK_ZERO_GRAD),
        (better_rate(result), FEEDBACK_LEARNING_RATE),
    ):
        assert sum(guess.right for guess in guesses) == 1
        assert {guess.code for guess in guesses} <= set(feedback)
        words = {guess.value for guess in guesses if isinstance(guess.value, str)}
        assert words <= set(ANSWERS)
        assert len({guess.value for guess in guesses}) == 4
    best = truth(better_rate(result))
    if isinstance(best, float):
        losses = {rates[0]: right, rates[1]: other}
        assert losses.pop(best) < min(losses.values()) or math.isnan(min(losses.values()))


# --- the challenge --------------------------------------------------------------------------------


def frame(test_loss):
    nothing = np.zeros(0)
    return Frame(
        3, Trained(1.0, test_loss, 1.0, 1.0), nothing, np.zeros(42), nothing, nothing, nothing,
        SoFar(1.0, test_loss, 3, 1.0, None),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("data", "loss", "done"),
    [("spiral", 0.049, True), ("spiral", 0.05, False), ("spiral", math.nan, False),
     ("circle", 0.01, False), ("three", 0.01, False)],
)  # fmt: skip
def test_the_challenge_is_the_spiral(data, loss, done):
    assert reaches(Recipe(data=data), frame(loss)) is done


def test_how_far_the_challenge_is():
    assert progress(None) == ("", {})
    words, fields = progress(frame(0.12345))
    assert words.format(**fields) == "test loss 0.123, 42 weights and biases"


def test_the_score_counts_weights_and_biases():
    assert parameters(begin(Recipe())[1]) == (2 * 4 + 4) + (4 * 2 + 2) + (2 * 2 + 2)


def test_the_challenge_can_be_met():
    features = ("x1", "x2", "x1^2", "x2^2", "x1*x2", "sin(x1)", "sin(x2)")
    recipe = Recipe(
        features=features, hidden=(4,), optimizer="Adam", batch_size=20, train_share=0.9, seed=1
    )
    frames = advance(recipe, begin(recipe)[0], 50)[1]
    assert any(reaches(recipe, each) for each in frames)
    assert not reaches(recipe, frames[0])
    assert parameters(frames[0]) == 42
