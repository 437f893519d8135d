import re
import string
from dataclasses import replace
from functools import cache
from itertools import pairwise

import numpy as np
import pytest

from lib.lessons.training.loop.config import Recipe
from lib.lessons.training.loop.diagnostics import VARIANCES, baseline_loss, largest_gradient
from lib.lessons.training.loop.doctor import WORDS, examine
from lib.lessons.training.loop.runs import advance, begin

pytestmark = pytest.mark.filterwarnings("ignore:Using a target size")

CIRCLE = Recipe(data="circle", batch_size=25, learning_rate=0.1)
PLANE = Recipe(data="plane")
OVERFITS = Recipe(data="gauss", noise=0.5, train_share=0.1, hidden=(16, 16, 16), optimizer="Adam",
                  learning_rate=0.01, activation="ReLU")  # fmt: skip
DEEP = Recipe(data="circle", batch_size=25, activation="sigmoid", hidden=(8,) * 6)
DROPPED = Recipe(data="circle", dropout=0.2)
STUCK = Recipe(activation="linear", batch_size=25, learning_rate=0.1)

# For each finding: a recipe that has it after so many epochs, and one much like it that has not.
CASES = {
    "nan": (replace(PLANE, learning_rate=10.0, activation="linear"), 20, PLANE),
    "no step": (replace(CIRCLE, loop="no step"), 12, CIRCLE),
    "no gradient": (replace(CIRCLE, loop="no backward"), 12, CIRCLE),
    "piled up": (Recipe(data="circle", loop="no zero_grad"), 20, Recipe(data="circle")),
    "no eval": (replace(DROPPED, loop="no eval"), 40, DROPPED),
    "only the mean": (replace(PLANE, loop="flat targets"), 20, PLANE),
    "vanishing": (DEEP, 20, replace(DEEP, activation="tanh")),
    "rate too large": (replace(CIRCLE, learning_rate=3.0), 40, CIRCLE),
    "growing": (replace(CIRCLE, learning_rate=10.0, batch_size=10), 20, CIRCLE),
    "rate too small": (replace(CIRCLE, learning_rate=1e-4), 20, CIRCLE),
    "plateau": (STUCK, 60, replace(STUCK, data="gauss")),
    "overfitting": (OVERFITS, 40, replace(OVERFITS, train_share=0.9, noise=0.0)),
    "dead": (
        Recipe(data="circle", hidden=(4,) * 6, activation="ReLU"),
        3,
        Recipe(data="circle", hidden=(4,) * 6, activation="tanh"),
    ),
    "learning": (CIRCLE, 12, STUCK),
    "done": (Recipe(data="gauss"), 20, STUCK),
}


@cache
def frames_of(recipe, epochs):
    checkpoint, first = begin(recipe)
    return (first, *advance(recipe, checkpoint, epochs)[1])


def found(recipe, epochs):
    return {finding.code: finding.numbers for finding in examine(recipe, frames_of(recipe, epochs))}


def test_every_finding_has_words_and_a_case():
    assert set(CASES) == set(WORDS)


@pytest.mark.parametrize("code", CASES)
def test_a_run_that_has_it_is_found_and_told_with_its_numbers(code):
    recipe, epochs, _ = CASES[code]
    numbers = found(recipe, epochs)[code]
    fields = {name for _, name, _, _ in string.Formatter().parse(WORDS[code]) if name}
    assert fields <= set(numbers)
    assert all(type(number) in (int, float) for number in numbers.values())
    words = WORDS[code].format(**numbers)
    assert not re.search(r"nan[^)]|\binf\b[^)]|[{}]", words)


@pytest.mark.parametrize("code", [code for code in CASES if code not in ("learning", "done")])
def test_a_run_much_like_it_has_not(code):
    _, epochs, healthy = CASES[code]
    for epoch in range(epochs + 1):
        findings = examine(healthy, frames_of(healthy, epochs)[: epoch + 1])
        assert code not in {finding.code for finding in findings}, f"epoch {epoch}"


def test_nothing_else_is_said_of_runs_that_are_well():
    for code in ("learning", "done"):
        recipe, epochs, stuck = CASES[code]
        assert list(found(recipe, epochs)) == [code]
        assert code not in found(stuck, 60)


@pytest.mark.parametrize(
    ("loop", "code"),
    [("step before backward", "no step"), ("zero_grad after backward", "no gradient")],
)
def test_the_other_loops_that_never_move_a_weight(loop, code):
    recipe = replace(CIRCLE, loop=loop)
    assert list(found(recipe, 5)) == [code]
    assert found(recipe, 5)[code]["epochs"] == 5


def test_epochs_without_a_move_are_counted_from_the_last_one():
    stopped = replace(CIRCLE, loop="no step")
    moving = frames_of(CIRCLE, 6)
    still = [frame._replace(weights=moving[-1].weights) for frame in frames_of(stopped, 4)]
    (finding,) = examine(stopped, [*moving, *still])
    assert (finding.code, finding.numbers["epochs"]) == ("no step", 5)


@pytest.mark.parametrize("optimizer", ["SGD", "momentum", "Adam"])
@pytest.mark.parametrize("data", ["circle", "spiral"])
def test_gradients_that_pile_up_are_proven(optimizer, data):
    recipe = Recipe(data=data, optimizer=optimizer, loop="no zero_grad", learning_rate=0.01)
    found_at_some_time = [
        code
        for epoch in range(1, 41)
        for code in [finding.code for finding in examine(recipe, frames_of(recipe, 40)[:epoch])]
    ]
    assert "piled up" in found_at_some_time


def test_gradients_that_pile_up_unproven_are_still_hinted_at():
    recipe = Recipe(data="circle", loop="no zero_grad", activation="ReLU")
    codes = set(found(recipe, 50)) - {"dead"}
    assert codes
    assert all("optimizer.zero_grad()" in WORDS[code] for code in codes)


@pytest.mark.parametrize("activation", ["tanh", "sigmoid", "ReLU", "GELU", "linear"])
@pytest.mark.parametrize("data", ["four", "plane"])
@pytest.mark.parametrize("hidden", [(), (5, 3)])
def test_no_batch_of_a_right_loop_exceeds_the_bound(activation, data, hidden):
    # All points in one batch: the gradient of a frame is that of the weights of the frame before.
    recipe = Recipe(data=data, activation=activation, hidden=hidden, batch_size=500,
                    learning_rate=0.001, l1=0.1, features=("x1", "x2^2", "sin(x2)"))  # fmt: skip
    frames = frames_of(recipe, 8)
    for before, after in pairwise(frames):
        assert 0 < after.gradients[-1] <= largest_gradient(recipe, before.weights.astype(float))


def test_the_epoch_of_the_first_nan_is_named():
    recipe, epochs, _ = CASES["nan"]
    frames = frames_of(recipe, epochs)

    def finite(frame):
        numbers = (frame.trained.train_loss, frame.trained.test_loss)
        return all(np.isfinite(each).all() for each in (numbers, frame.weights, frame.gradients))

    first = next(frame.epoch for frame in frames if not finite(frame))
    assert 0 < first < epochs
    assert found(recipe, epochs)["nan"] == {"epoch": first, "learning_rate": 10.0}
    assert "nan" not in {finding.code for finding in examine(recipe, frames[:first])}


def test_dead_neurons_are_counted_by_what_they_say():
    recipe, epochs, _ = CASES["dead"]
    frame = frames_of(recipe, epochs)[-1]
    flat = [neuron for neuron in frame.neurons if (neuron == 128).all()]
    assert found(recipe, epochs)["dead"] == {"dead": len(flat), "neurons": 24}
    assert examine(replace(recipe, activation="tanh"), frames_of(recipe, epochs)) == ()


def test_the_best_epoch_is_named():
    numbers = found(OVERFITS, 40)["overfitting"]
    losses = [frame.trained.test_loss for frame in frames_of(OVERFITS, 40)]
    assert numbers["epoch"] == int(np.argmin(losses))
    assert numbers["lowest"] == min(losses)


def test_guessing_costs_the_entropy_or_the_variance():
    frame = frames_of(CIRCLE, 12)[-1]
    for counts, loss in (
        ([[5, 5], [2, 8]], np.log(2)),
        ([[1, 2], [0, 1]], -(0.75 * np.log(0.75) + 0.25 * np.log(0.25))),
        ([[4, 0], [0, 0]], np.log(2)),
    ):
        one = frame._replace(confusion=np.array(counts))
        assert baseline_loss(CIRCLE, one) == pytest.approx(loss)
    for data, variance in VARIANCES.items():
        recipe = Recipe(data=data)
        first = begin(recipe)[1]
        assert baseline_loss(recipe, first) == variance


def test_it_is_too_early_to_say_anything():
    assert examine(CIRCLE, ()) == ()
    assert examine(CIRCLE, frames_of(CIRCLE, 12)[:1]) == ()
    assert examine(CIRCLE, frames_of(CIRCLE, 12)[:9]) == ()


def test_the_same_frames_give_the_same_findings_and_stay_as_they_were():
    frames = frames_of(CIRCLE, 12)
    before = [frame.weights.copy() for frame in frames]
    assert examine(CIRCLE, frames) == examine(CIRCLE, list(frames))
    for weights, frame in zip(before, frames, strict=True):
        np.testing.assert_array_equal(weights, frame.weights)


def test_own_points_with_a_class_that_no_test_point_has():
    own = tuple((float(x), float(x), int(x > 2)) for x in range(5))
    recipe = Recipe(data="own", own=own, train_share=0.9)
    assert [finding.code for finding in examine(recipe, frames_of(recipe, 15))]
