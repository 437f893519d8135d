"""The walks against closed forms and against each optimizer's rule written out by hand."""

import contextlib
import io

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.export import snippets
from lib.lessons.autograd.descent.lesson import (
    BY_CLOSURE,
    LEARNING_RATES,
    OPTIMIZERS,
    SCHEDULES,
    SURFACES,
    adagrad,
    adam,
    adamw,
    bowl,
    constant,
    cosine,
    descend,
    descend_by_closure,
    heavy_ball,
    himmelblau,
    nesterov,
    ravine,
    rmsprop,
    rosenbrock,
    saddle,
    sgd,
    stairs,
)

START = np.array([-1.5, 2.0])
PLAIN = [each for each in OPTIMIZERS.values() if each not in BY_CLOSURE]


# --- the slopes by hand ---------------------------------------------------------------------------


def slope(surface, w):
    x, y = w
    return np.array(
        {
            bowl: (2 * x, 2 * y),
            ravine: (x, 20 * y),
            saddle: (2 * x, 4 * y * (y**2 - 1)),
            rosenbrock: (-2 * (1 - x) - 400 * x * (y - x**2), 200 * (y - x**2)),
            himmelblau: (
                4 * x * (x**2 + y - 11) + 2 * (x + y**2 - 7),
                2 * (x**2 + y - 11) + 4 * y * (x + y**2 - 7),
            ),
        }[surface]
    )


def height(surface, w):
    x, y = w
    return {
        bowl: x**2 + y**2,
        ravine: x**2 / 2 + 10 * y**2,
        saddle: x**2 + (y**2 - 1) ** 2,
        rosenbrock: (1 - x) ** 2 + 100 * (y - x**2) ** 2,
        himmelblau: (x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2,
    }[surface]


# --- the optimizers by hand, in float64 -----------------------------------------------------------


def by_hand(optimizer, surface, rates, momentum, beta1, beta2):
    """Every rule as its paper or PyTorch's documentation states it."""
    w, path = START.copy(), [START.copy()]
    v, squares, decay = np.zeros(2), np.zeros(2), 0.01
    for t, lr in enumerate(rates, start=1):
        g = slope(surface, w)
        if optimizer is sgd:
            w = w - lr * g
        elif optimizer in (heavy_ball, nesterov):
            v = g if t == 1 else momentum * v + g
            w = w - lr * (g + momentum * v if optimizer is nesterov else v)
        elif optimizer is adagrad:
            squares = squares + g**2
            w = w - lr * g / (np.sqrt(squares) + 1e-10)
        elif optimizer is rmsprop:
            squares = 0.99 * squares + 0.01 * g**2
            w = w - lr * g / (np.sqrt(squares) + 1e-8)
        else:
            v = beta1 * v + (1 - beta1) * g
            squares = beta2 * squares + (1 - beta2) * g**2
            mean, scale = v / (1 - beta1**t), squares / (1 - beta2**t)
            if optimizer is adamw:
                w = w - lr * decay * w
            w = w - lr * mean / (np.sqrt(scale) + 1e-8)
        path.append(w.copy())
    return np.array(path)


@pytest.mark.parametrize("surface", SURFACES.values(), ids=SURFACES)
@pytest.mark.parametrize("optimizer", PLAIN, ids=lambda each: each.__name__)
@pytest.mark.parametrize("schedule", SCHEDULES.values(), ids=SCHEDULES)
def test_every_optimizer_does_what_its_rule_says(optimizer, surface, schedule):
    more = {"momentum": 0.7, "beta1": 0.8, "beta2": 0.99}
    lr = 0.0005 if optimizer in (sgd, heavy_ball, nesterov) else 0.01
    walk = descend(optimizer, surface, lr, schedule, 40, **more)
    expected = by_hand(optimizer, surface, walk.learning_rates, **more)
    np.testing.assert_allclose(walk.path, expected, rtol=1e-4, atol=1e-5)
    heights = [height(surface, w) for w in walk.path.astype(float)]
    np.testing.assert_allclose(walk.losses, heights, rtol=1e-3, atol=1e-4)


@settings(deadline=None)
@given(
    st.sampled_from([rate for rate in LEARNING_RATES if rate <= 1.5]),
    st.sampled_from([(bowl, (2, 2)), (ravine, (1, 20))]),
    st.integers(-12, 12),
    st.integers(-12, 12),
)
def test_on_a_bowl_each_step_multiplies_by_one_minus_lr_curvature(lr, where, x, y):
    surface, curvatures = where
    walk = descend(sgd, surface, lr, constant, 10, start_x=x / 4, start_y=y / 4)
    factors = (1 - lr * np.array(curvatures)) ** np.arange(11)[:, None]
    np.testing.assert_allclose(walk.path, factors * (x / 4, y / 4), rtol=1e-3, atol=1e-5)


# --- schedules ------------------------------------------------------------------------------------


@pytest.mark.parametrize("steps", [10, 99, 100, 300])
def test_the_rates_follow_the_schedule(steps):
    t = np.arange(steps)
    expected = {
        constant: np.full(steps, 0.1),
        stairs: 0.1 * 0.3 ** (t // (steps // 3)),
        cosine: 0.05 * (1 + np.cos(np.pi * t / steps)),
    }
    for schedule, rates in expected.items():
        walk = descend(sgd, bowl, 0.1, schedule, steps)
        np.testing.assert_allclose(walk.learning_rates, rates, rtol=1e-6, atol=1e-12)
        assert walk.path.shape == (steps + 1, 2)
        assert walk.losses.shape == (steps + 1,)


# --- LBFGS ----------------------------------------------------------------------------------------


def test_lbfgs_looks_once_a_step_and_begins_as_gradient_descent_does():
    walk = descend_by_closure(bowl, 0.1, constant, 10)
    g = slope(bowl, START)
    first = START - min(1, 1 / abs(g).sum()) * 0.1 * g  # PyTorch shortens the first step so
    np.testing.assert_allclose(walk.path[1], first, rtol=1e-5)
    looks = []

    def counted(w):
        looks.append(w.requires_grad)
        return bowl(w)

    descend_by_closure.__wrapped__(counted, 0.1, constant, 10)
    assert len(looks) == 11  # and one more at the end


def test_on_a_bowl_lbfgs_knows_the_curvature_after_two_steps():
    walk = descend_by_closure(bowl, 1.0, constant, 10)
    assert walk.losses[2] < 1e-10


@pytest.mark.parametrize("surface", SURFACES.values(), ids=SURFACES)
def test_the_losses_of_lbfgs_are_the_heights_of_its_path(surface):
    walk = descend_by_closure(surface, 0.3, cosine, 60, start_x=0.5, start_y=0.75)
    heights = [height(surface, w) for w in walk.path.astype(float)]
    np.testing.assert_allclose(walk.losses, heights, rtol=1e-3, atol=1e-4)
    assert np.isfinite(walk.losses).all()


def test_the_program_of_lbfgs_prints_the_numbers_of_the_page():
    chosen = {"surface": himmelblau, "lr": 0.3, "schedule": stairs, "steps": 20}
    text = snippets.script(descend_by_closure, chosen)
    assert "from lib" not in text
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        exec(compile(text, "script", "exec"), {"__name__": "__main__"})
    walk = descend_by_closure(**chosen)
    rows = walk._asdict().items()
    assert said.getvalue() == "".join(f"{name} = {value}\n" for name, value in rows)


# --- the edges ------------------------------------------------------------------------------------


@pytest.mark.parametrize("optimizer", PLAIN, ids=lambda each: each.__name__)
def test_the_largest_rate_may_fly_away_but_never_raises(optimizer):
    for surface in SURFACES.values():
        walk = descend(optimizer, surface, 2.0, steps=300, momentum=0.99, start_x=3, start_y=-3)
        assert walk.losses.shape == (301,)


@pytest.mark.parametrize("surface", SURFACES.values(), ids=SURFACES)
@pytest.mark.parametrize("lr", [0.0001, 2.0])
def test_neither_does_lbfgs(surface, lr):
    assert descend_by_closure(surface, lr, steps=100, start_x=3, start_y=3).losses.shape == (101,)


def test_from_the_ridge_nobody_leaves_the_pass():
    walk = descend(adam, saddle, 0.1, steps=300, start_x=1.0, start_y=0.0)
    assert (walk.path[:, 1] == 0).all()
    assert walk.losses[-1] == pytest.approx(1, abs=1e-3)


def test_nesterov_without_momentum_is_sgd():
    one, two = (descend(each, rosenbrock, 0.0005, momentum=0.0) for each in (nesterov, sgd))
    np.testing.assert_array_equal(one.path, two.path)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"lr": 0.12}, r"lr=0\.12 is not one of: 0\.0001, "),
        ({"steps": 301}, "steps=301 is out of range: 10 to 300"),
        ({"start_x": -3.5}, r"start_x=-3\.5 is out of range: -3\.0 to 3\.0"),
        ({"start_y": float("nan")}, "start_y=nan is not a finite number"),
        ({"momentum": 1.0}, r"momentum=1\.0 is out of range: 0\.0 to 0\.99"),
        ({"beta2": 0.3}, r"beta2=0\.3 is not one of: 0\.5, "),
        ({"surface": np.sin}, "surface=sin is not one of: bowl, ravine"),
        ({"method": BY_CLOSURE[0]}, "method=lbfgs is not one of: sgd, heavy_ball"),
        ({"schedule": "cosine"}, "schedule='cosine' is not one of: constant, stairs, cosine"),
    ],
)
def test_bad_settings_are_named(wrong, said):
    with pytest.raises(ValueError, match=said):
        descend(**wrong)


def test_bad_settings_of_lbfgs_are_named():
    with pytest.raises(ValueError, match="steps=9 is out of range: 10 to 300"):
        descend_by_closure(steps=9)


@pytest.mark.parametrize("optimizer", PLAIN, ids=lambda each: each.__name__)
def test_same_settings_same_walk(optimizer):
    torch.manual_seed(1)
    one = descend(optimizer, rosenbrock, 0.001, cosine, 50)
    torch.manual_seed(2)
    two = descend(optimizer, rosenbrock, 0.001, cosine, 50)
    for first, second in zip(one, two, strict=True):
        np.testing.assert_array_equal(first, second)
