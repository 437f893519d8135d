import re
import string
from dataclasses import replace
from functools import cache
from itertools import pairwise

import numpy as np
import pytest

from lib.lessons.training.loop.config import Recipe
from lib.lessons.training.loop.diagnostics import (
    NUMBERS,
    WINDOW,
    baseline_loss,
    largest_gradient,
)
from lib.lessons.training.loop.doctor import WORDS, examine
from lib.lessons.training.loop.frames import scene
from lib.lessons.training.loop.runs import advance, begin

pytestmark = pytest.mark.filterwarnings("ignore:Using a target size")

CIRCLE = Recipe(data="circle", batch_size=25, learning_rate=0.1)
PLANE = Recipe(data="plane")
OVERFITS = Recipe(data="gauss", noise=0.5, train_share=0.1, hidden=(16, 16, 16), optimizer="Adam",
                  learning_rate=0.01, activation="ReLU")  # fmt: skip
DEEP = Recipe(data="circle", batch_size=25, activation="sigmoid", hidden=(8,) * 6)
DROPPED = Recipe(data="circle", dropout=0.2)
STUCK = Recipe(activation="linear", batch_size=25, learning_rate=0.1)
HELD = Recipe(data="moons", hidden=(8, 4, 4), activation="linear", optimizer="Adam", l1=0.1)
PULLED = Recipe(data="gauss", batch_size=250, hidden=(8,), optimizer="Adagrad", l1=0.3)
NARROW = Recipe(data="three", features=("x1",), hidden=(4, 16, 1, 2, 1, 8), optimizer="momentum",
                learning_rate=0.001, dropout=0.5, seed=34)  # fmt: skip
BY_HEART = Recipe(data="bumps", train_share=0.1, hidden=(16, 16), optimizer="Adam",
                  learning_rate=0.01, features=("x1", "x2", "sin(x1)", "sin(x2)"),
                  activation="ReLU")  # fmt: skip

# For each finding: a recipe that has it after so many epochs, and one much like it that has not.
CASES = {
    "nan": (replace(PLANE, learning_rate=10.0, activation="linear"), 20, PLANE),
    "no step": (replace(CIRCLE, loop="no step"), 12, CIRCLE),
    "no gradient": (replace(CIRCLE, loop="no backward"), 12, CIRCLE),
    "piled up": (Recipe(data="circle", loop="no zero_grad"), 20, Recipe(data="circle")),
    "no eval": (replace(DROPPED, loop="no eval"), 40, DROPPED),
    "only the mean": (replace(PLANE, loop="flat targets"), 20, PLANE),
    "vanishing sigmoid": (DEEP, 20, replace(DEEP, activation="tanh")),
    "rate too large": (replace(CIRCLE, learning_rate=3.0), 40, CIRCLE),
    "grown": (replace(CIRCLE, learning_rate=10.0, batch_size=10), 20, CIRCLE),
    "rate too small": (replace(CIRCLE, learning_rate=1e-4), 20, CIRCLE),
    "plateau": (STUCK, 60, replace(STUCK, data="gauss")),
    "held back": (HELD, 60, replace(HELD, l1=0.0)),
    "hardly changed": (HELD, 20, CIRCLE),
    "rising": (PULLED, 50, replace(PULLED, l1=0.0)),
    "gap": (BY_HEART, 60, replace(BY_HEART, train_share=0.9)),
    "vanishing": (NARROW, 20, replace(NARROW, optimizer="Adam")),
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


@pytest.mark.parametrize("data", ["plane", "bumps", "circle", "three"])
@pytest.mark.parametrize(("seed", "noise", "share"), [(0, 0.0, 0.5), (7, 0.3, 0.1)])
def test_guessing_costs_the_variance_or_the_entropy_of_the_training_points(
    data, seed, noise, share
):
    recipe = Recipe(data=data, seed=seed, noise=noise, train_share=share)
    targets = scene(recipe).train[:, 2].astype(float)
    parts = np.unique(targets, return_counts=True)[1] / len(targets)
    loss = targets.var() if data in NUMBERS else -(parts * np.log(parts)).sum()
    assert baseline_loss(recipe) == pytest.approx(loss, rel=1e-5)


def test_own_points_of_one_class_in_training_cost_what_all_classes_would():
    own = ((0.0, 0.0, 0), (1.0, 1.0, 1), (2.0, 1.0, 0), (1.0, 2.0, 1))
    recipe = Recipe(data="own", own=own, train_share=0.1)
    assert len(scene(recipe).train) == 1
    assert baseline_loss(recipe) == pytest.approx(np.log(2))


# --- what is said is true -------------------------------------------------------------------------


def with_losses(losses, recipe=CIRCLE):
    """Frames of a real run with other losses on the training points."""
    frames = frames_of(recipe, len(losses) - 1)
    return [
        frame._replace(trained=frame.trained._replace(train_loss=loss),
                       so_far=frame.so_far._replace(train_loss=min(losses[: i + 1])))
        for i, (frame, loss) in enumerate(zip(frames, losses, strict=True))
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("last", "code"), [(1.41, "hardly changed"), (1.5, "rising"), (1.3, "learning")]
)
def test_a_run_learns_only_if_its_loss_has_really_fallen(last, code):
    frames = with_losses(np.linspace(1.4, last, 13).tolist())
    assert [finding.code for finding in examine(CIRCLE, frames)] == [code]


def test_a_loss_that_flew_up_and_falls_again_is_not_said_to_grow():
    frames = with_losses([0.3, *np.linspace(77.3, 67.7, 12)])
    (finding,) = examine(CIRCLE, frames)
    assert finding.code == "grown"
    assert (finding.numbers["lowest"], round(finding.numbers["loss"], 1)) == (0.3, 69.4)
    assert "grows" not in WORDS["grown"]


def test_the_end_of_a_long_run_is_enough_to_name_its_best_epoch():
    frames = frames_of(OVERFITS, 150)
    losses = [frame.trained.test_loss for frame in frames]
    best = int(np.argmin(losses))
    assert best < 150 - WINDOW
    end = examine(OVERFITS, frames[-WINDOW - 1 :])
    assert end == examine(OVERFITS, frames)
    numbers = next(each.numbers for each in end if each.code == "overfitting")
    assert (numbers["epoch"], numbers["lowest"]) == (best, losses[best])


def test_a_step_that_float32_rounds_away_is_no_missing_step():
    tiny = replace(CIRCLE, learning_rate=1e-5, loop="no step")
    small = [frame._replace(gradients=frame.gradients * 1e-3) for frame in frames_of(tiny, 12)]
    assert "no step" in found(tiny, 12)
    assert "no step" not in {finding.code for finding in examine(tiny, small)}


def test_advice_fits_the_recipe():
    assert "tanh" in WORDS["vanishing sigmoid"]
    assert "tanh" not in WORDS["vanishing"]
    assert "L1" not in WORDS["plateau"]
    assert examine(HELD, frames_of(HELD, 60))[0].numbers["l1"] == 0.1


def test_the_right_loop_with_dropout_is_not_simply_told_to_call_eval():
    # So jumpy that it cannot be told from a loop that measures with dropout on.
    recipe = Recipe(data="plane", noise=0.1, train_share=0.3, hidden=(1,), activation="GELU",
                    features=("x1", "x2", "x1^2", "x2^2"), optimizer="AdamW", l1=0.001,
                    learning_rate=0.003, dropout=0.2, seed=18)  # fmt: skip
    assert "no eval" in found(recipe, 150)
    assert "If it is off, the rate may be too large" in WORDS["no eval"]


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
