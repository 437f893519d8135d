"""What is said of landscapes and walks, and the questions made from it."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.lessons.autograd.descent.lesson import (
    LEARNING_RATES,
    OPTIMIZERS,
    SCHEDULES,
    SURFACES,
    Walk,
    adam,
    bowl,
    constant,
    descend,
    heavy_ball,
    nesterov,
    ravine,
    rosenbrock,
    saddle,
    sgd,
)
from lib.lessons.autograd.descent.metrics import (
    GOAL,
    LOWEST,
    Limit,
    end,
    landscape,
    limit,
    start_of,
)
from lib.lessons.autograd.descent.questions import (
    ANSWERS,
    FIRST_FEEDBACK,
    WHERE_FEEDBACK,
    first,
    reaches,
    where,
)


def made(*losses):
    path = np.zeros((len(losses), 2), np.float32)
    return Walk(path, np.array(losses, np.float32), np.full(len(losses) - 1, 0.1))


# --- landscapes -----------------------------------------------------------------------------------


@pytest.mark.parametrize("surface", SURFACES.values(), ids=SURFACES)
@pytest.mark.parametrize("relief", [False, True])
def test_heights_are_those_of_the_landscape(surface, relief):
    land = landscape(surface, relief)
    assert land.heights.shape == (len(land.y), len(land.x))
    for i, j in ((0, 0), (3, 7), (-1, -2)):
        here = torch.tensor([land.x[j], land.y[i]])
        assert land.heights[i, j] == pytest.approx(surface(here).item(), rel=1e-5)
    assert land.x[-1] >= land.half
    assert land.y[-1] >= land.half
    assert all(max(abs(x), abs(y)) < land.half for x, y in land.lowest)


@pytest.mark.parametrize("surface", SURFACES.values(), ids=SURFACES)
def test_the_lowest_places_are_flat_and_at_zero(surface):
    for x, y in LOWEST[surface]:
        w = torch.tensor([x, y], dtype=torch.float64, requires_grad=True)
        loss = surface(w)
        loss.backward()
        assert loss.item() == pytest.approx(0, abs=1e-8)
        np.testing.assert_allclose(w.grad.numpy(), 0, atol=1e-3)
    assert (landscape(surface).heights >= 0).all()


# --- the limit ------------------------------------------------------------------------------------


def growth(optimizer, lr, curvature, momentum):
    """How much the slowest mode of one axis grows in a step: the matrix of (w, v), by hand."""
    m = momentum if optimizer is not sgd else 0.0
    # v' = m v + L w;  w' = w - lr v', or w - lr (L w + m v') for Nesterov
    if optimizer is nesterov:
        rows = [[1 - lr * curvature * (1 + m), -lr * m * m], [curvature, m]]
    else:
        rows = [[1 - lr * curvature, -lr * m], [curvature, m]]
    return np.abs(np.linalg.eigvals(np.array(rows))).max()


@given(
    st.sampled_from([sgd, heavy_ball, nesterov]),
    st.sampled_from([(bowl, 2), (ravine, 20)]),
    st.floats(0, 0.95).map(lambda value: round(value, 2)),
)
def test_below_the_limit_it_shrinks_and_above_it_grows(optimizer, where_, momentum):
    surface, curvature = where_
    found = limit(optimizer, surface, momentum)
    assert found.curvature == pytest.approx(curvature)
    assert growth(optimizer, found.learning_rate * 0.99, curvature, momentum) < 1
    assert growth(optimizer, found.learning_rate * 1.01, curvature, momentum) > 1


@pytest.mark.parametrize("surface", [bowl, ravine])
@pytest.mark.parametrize("optimizer", [sgd, heavy_ball, nesterov])
@pytest.mark.parametrize("momentum", [0.0, 0.5, 0.9])
def test_the_real_optimizer_keeps_to_the_limit(surface, optimizer, momentum):
    rate = limit(optimizer, surface, momentum).learning_rate
    near = [
        lr for lr in LEARNING_RATES if rate / 3 < lr < 0.91 * rate or 1.04 * rate < lr < 3 * rate
    ]
    assert len(near) >= 4
    for lr in near:
        walk = descend(optimizer, surface, lr, steps=300, momentum=momentum)
        lower = walk.losses[-1] < walk.losses[0]
        assert lower == (lr < rate), (lr, rate)


def test_at_the_limit_of_the_bowl_it_bounces_forever():
    assert limit(sgd, bowl).learning_rate == 1.0
    walk = descend(sgd, bowl, 1.0, steps=300)
    assert (walk.losses == walk.losses[0]).all()


def test_no_limit_where_no_formula_holds():
    assert limit(adam, bowl) == Limit(2.0, None)
    assert limit(sgd, rosenbrock) == Limit(None, None)
    assert limit(sgd, ravine).learning_rate == 0.1


# --- what came of a walk --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("losses", "arrived", "diverged", "outcome"),
    [
        ((1.0, 0.1, 0.0001), 2, None, "arrived"),
        ((1.0, 0.0001, 0.1), None, None, "on the way"),
        ((1.0, 0.0001, 0.1, 0.0002, 0.0001), 3, None, "arrived"),
        ((0.0, 0.0), 0, None, "arrived"),
        ((1.0, 1.0), None, None, "no lower"),
        ((1.0, 5.0), None, None, "no lower"),
        ((1.0, float("inf"), float("nan")), None, 1, "no lower"),
        ((1.0, 0.0001, float("nan")), None, 2, "no lower"),
    ],
)
def test_the_end_of_a_walk(losses, arrived, diverged, outcome):
    found = end(made(*losses))
    assert (found.arrived, found.diverged, found.outcome) == (arrived, diverged, outcome)


def test_the_start_of_a_walk():
    walk = descend(sgd, bowl)
    start = start_of(walk)
    assert start.path.tolist() == [[-1.5, 2.0]]
    assert start.losses.tolist() == [6.25]
    assert len(start.learning_rates) == 100


# --- the questions --------------------------------------------------------------------------------


def right(guesses):
    (found,) = (guess for guess in guesses if guess.right)
    return found


@settings(deadline=None)
@given(
    st.sampled_from([sgd, heavy_ball, nesterov, adam]),
    st.sampled_from([*SURFACES.values()]),
    st.sampled_from(LEARNING_RATES),
    st.sampled_from([*SCHEDULES.values()]),
)
def test_where_it_stands_is_asked_with_three_answers(optimizer, surface, lr, schedule):
    walk = descend(optimizer, surface, lr, schedule, 30)
    guesses = where(walk, lr, limit(optimizer, surface))
    assert {guess.value for guess in guesses} == {"arrived", "on the way", "no lower"}
    assert all(guess.code in WHERE_FEEDBACK and guess.value in ANSWERS for guess in guesses)
    last, began = walk.losses[-1], walk.losses[0]
    truth = "arrived" if last < GOAL else "on the way" if last < began else "no lower"
    assert right(guesses).value == truth


@pytest.mark.parametrize(
    "losses", [(1, 0.0001), (1, 0.5), (1, 2), (1, np.nan), (0, 0), (0.0001, 1)]
)
def test_of_the_three_answers_one_is_true(losses):
    last, began = losses[-1], losses[0]
    held = {  # what each says in words, put to the numbers
        "below 0.001": last < 0.001,
        "lower than at first, but not below 0.001": last < began and not last < 0.001,
        "neither lower than at first nor below 0.001": not last < began and not last < 0.001,
    }
    asked = where(made(*losses), 0.1, Limit(None, None))
    assert {ANSWERS[guess.value]: guess.right for guess in asked} == held
    assert sum(held.values()) == 1


def test_a_rate_that_a_schedule_brings_below_the_limit_is_not_called_over_it():
    walk = descend(sgd, bowl, 2.0, SCHEDULES["cosine"], 100)
    guesses = where(walk, 2.0, limit(sgd, bowl))
    assert walk.losses[-1] > walk.losses[0]
    assert walk.learning_rates[0] > limit(sgd, bowl).learning_rate > walk.learning_rates[-1]
    assert {guess.code for guess in guesses} == {"arrived", "on the way", "no lower"}


@pytest.mark.parametrize(("x", "outcome"), [(0.0, "no lower"), (1.0, "on the way")])
def test_on_the_ridge_of_the_saddle_the_slope_is_named(x, outcome):
    walk = descend(sgd, saddle, 0.1, steps=300, start_x=x, start_y=0.0)
    np.testing.assert_allclose(walk.path[-1], 0, atol=1e-6)  # on the saddle point, for good
    found = right(where(walk, 0.1, limit(sgd, saddle)))
    assert found.value == outcome
    assert "slope is 0" in WHERE_FEEDBACK[found.code]
    assert "slope is 0" in FIRST_FEEDBACK["no lower"]


def test_on_the_bowl_the_feedback_names_the_limit():
    for lr, codes in (
        (0.5, {"arrived", "on the way", "below the limit"}),
        (1.1, {"not over the limit", "over the limit"}),
        (1.0, {"not over the limit", "over the limit"}),
    ):
        guesses = where(descend(sgd, bowl, lr), lr, limit(sgd, bowl))
        assert {guess.code for guess in guesses} == codes


def test_who_is_first():
    slow, fast, lost = made(1, 0.1, 0.0001), made(1, 0.0001, 0.0001), made(1, 2, np.nan)
    under = made(1, 0.5, 0.5)
    walks = {"SGD": slow, "Adam": fast, "LBFGS": lost}
    found = first(walks)
    assert right(found).value == "Adam"
    assert {guess.value: guess.code for guess in found} == {
        "SGD": "later",
        "Adam": "first",
        "LBFGS": "no lower",
        "none": "some",
    }
    found = first({"SGD": under, "LBFGS": lost})
    assert right(found).value == "none"
    assert {guess.code for guess in found} == {"on the way", "no lower", "none"}
    assert right(first({"SGD": fast, "Adam": fast})).value == "tie"
    tied = first({"SGD": fast, "Adam": fast, "LBFGS": slow})
    assert {guess.value: guess.code for guess in tied} == {
        "SGD": "one of several",
        "Adam": "one of several",
        "LBFGS": "later",
        "tie": "tie",
        "none": "some",
    }
    lower = made(1, 0.00001, 0.0001)
    assert right(first({"SGD": fast, "Adam": lower})).value == "Adam"
    assert right(first({"SGD": fast})).value == "SGD"
    everyone = [*first(walks), *first({"SGD": fast, "Adam": fast}), *first({"SGD": under})]
    assert {guess.code for guess in everyone} <= FIRST_FEEDBACK.keys()


@pytest.mark.parametrize("surface", SURFACES.values(), ids=SURFACES)
def test_the_first_is_the_one_with_the_fewest_steps(surface):
    walks = {
        name: descend(OPTIMIZERS[name], surface, lr, steps=60)
        for name, lr in (("SGD", 0.02), ("Adam", 0.5), ("RMSprop", 0.1))
    }
    steps = {}
    for name, walk in walks.items():
        below = walk.losses < GOAL
        steps[name] = next((i for i in range(61) if below[i:].all()), 999)
    best = min(steps, key=steps.get)
    truth = "none" if steps[best] == 999 else best
    if list(steps.values()).count(steps[best]) == 1 or truth == "none":
        assert right(first(walks)).value == truth


# --- the challenge --------------------------------------------------------------------------------


def test_the_challenge_can_be_met_with_the_controls():
    met = [
        (lr, momentum)
        for lr in (0.0005, 0.001, 0.0011)
        for momentum in (0.9, 0.95, 0.96)
        if reaches(descend(heavy_ball, rosenbrock, lr, steps=200, momentum=momentum), rosenbrock)
    ]
    assert (0.001, 0.95) in met
    assert (0.001, 0.9) not in met  # not at what momentum begins with
    assert {lr for lr, _ in met} <= set(LEARNING_RATES)


@pytest.mark.parametrize("schedule", SCHEDULES.values(), ids=SCHEDULES)
@pytest.mark.parametrize("momentum", [0.0, 0.05, 0.5, 0.8, 0.9])
def test_the_challenge_takes_a_long_memory(momentum, schedule):
    rates = [lr for lr in LEARNING_RATES if 0.0005 <= lr <= 0.002]
    walks = [descend(heavy_ball, rosenbrock, lr, schedule, 200, momentum=momentum) for lr in rates]
    assert not any(reaches(walk, rosenbrock) for walk in walks)


def test_luck_at_the_edge_of_divergence_does_not_count():
    walk = descend(heavy_ball, rosenbrock, 0.002, steps=200, momentum=0.0)
    assert walk.losses[-1] < GOAL < 500 < walk.losses.max()
    assert not reaches(walk, rosenbrock)


def test_the_challenge_cannot_be_met_from_elsewhere_or_later():
    good = {"lr": 0.001, "momentum": 0.95}
    walk = descend(heavy_ball, rosenbrock, steps=200, **good)
    assert walk.losses[-1] < GOAL
    assert not reaches(walk, bowl)
    at_the_goal = descend(heavy_ball, rosenbrock, steps=200, start_x=1, start_y=1, **good)
    assert at_the_goal.losses[-1] < GOAL
    assert not reaches(at_the_goal, rosenbrock)
    assert not reaches(descend(heavy_ball, rosenbrock, steps=210, **good), rosenbrock)
    lost = descend(heavy_ball, rosenbrock, 0.1, steps=200)
    assert not reaches(lost, rosenbrock)


def test_the_start_and_the_schedule_are_the_challenges_own():
    assert descend(heavy_ball, rosenbrock, schedule=constant).path[0].tolist() == [-1.5, 2.0]


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: landscape(np.sin), "surface=sin is not one of: bowl"),
        (lambda: landscape(bowl, 1), "relief=1 is not one of: False, True"),
        (lambda: limit(np.sin), "method=sin is not one of: sgd"),
        (lambda: limit(momentum=1.5), r"momentum=1\.5 is out of range: 0\.0 to 0\.99"),
    ],
)
def test_bad_settings_are_named(call, said):
    with pytest.raises(ValueError, match=said):
        call()


def test_same_settings_same_facts():
    np.testing.assert_array_equal(landscape(saddle).heights, landscape(saddle).heights)
    assert limit(sgd, ravine) == limit(sgd, ravine)
