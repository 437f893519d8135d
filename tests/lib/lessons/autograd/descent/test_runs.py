"""Which function walks for which optimizer."""

import inspect

import numpy as np
import pytest

from lib.lessons.autograd.descent.lesson import (
    LEARNING_RATES,
    OPTIMIZERS,
    bowl,
    descend,
    descend_by_closure,
    saddle,
    stairs,
)
from lib.lessons.autograd.descent.metrics import limit
from lib.lessons.autograd.descent.runs import (
    DEFAULT_LEARNING_RATES,
    TAKEN_BY,
    limit_settings,
    limits,
    run_of,
    taken,
    walks,
)

EVERY = {
    "surface": saddle,
    "steps": 20,
    "schedule": stairs,
    "start_x": 0.5,
    "start_y": 0.25,
    "momentum": 0.7,
    "beta1": 0.8,
    "beta2": 0.95,
}


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_each_optimizer_gets_what_it_knows(name):
    run = run_of(name, 0.1, EVERY)
    assert run.walk is (descend_by_closure if name == "LBFGS" else descend)
    assert run.settings.get("method", None) is (None if name == "LBFGS" else OPTIMIZERS[name])
    source = inspect.getsource(OPTIMIZERS[name]).partition(":\n")[2]
    for setting in TAKEN_BY:
        assert (setting in run.settings) == (setting in source), setting
    assert run.walk(**run.settings).losses.shape == (21,)
    assert DEFAULT_LEARNING_RATES[name] in LEARNING_RATES


@pytest.mark.parametrize("setting", TAKEN_BY)
def test_what_an_optimizer_does_not_know_changes_nothing(setting):
    for name, method in OPTIMIZERS.items():
        if name == "LBFGS":
            continue
        low, high = {"momentum": (0.1, 0.9), "beta1": (0.1, 0.9), "beta2": (0.5, 0.999)}[setting]
        one, two = (
            descend(method, bowl, 0.05, steps=20, **{setting: value}).path for value in (low, high)
        )
        assert np.array_equal(one, two) == (name not in TAKEN_BY[setting]), name


def test_controls_appear_for_those_who_know_them():
    assert taken("momentum", ("SGD", "Nesterov"))
    assert not taken("momentum", ("SGD", "Adam"))
    assert taken("beta1", ("AdamW",))
    assert taken("steps", ("SGD",))


def test_each_walk_is_that_of_its_own_run():
    names = tuple(OPTIMIZERS)
    for name, walk in walks(names, (0.1,) * len(names), **EVERY).items():
        run = run_of(name, 0.1, EVERY)
        for mine, its in zip(walk, run.walk(**run.settings), strict=True):
            np.testing.assert_array_equal(mine, its)


def test_when_one_learning_rate_moves_the_others_need_not_walk():
    before = walks(("SGD", "Adam"), (0.1, 0.3), **EVERY)
    after = walks(("SGD", "Adam"), (0.2, 0.3), **EVERY)
    assert after["Adam"] is before["Adam"]
    assert after["SGD"] is not before["SGD"]
    with pytest.raises(ValueError, match="read-only"):
        after["SGD"].path[0] = 0


def test_limits_are_those_of_the_metrics():
    settings = {"surface": bowl, "momentum": 0.5}
    made = limits(("SGD", "momentum", "Adam"), (0.1, 0.1, 0.1), **settings)
    assert made["SGD"] == limit(OPTIMIZERS["SGD"], bowl)
    assert made["momentum"] == limit(OPTIMIZERS["momentum"], bowl, 0.5)
    assert made["Adam"].learning_rate is None


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_the_limit_is_asked_for_with_the_settings_it_knows(name):
    run = run_of(name, 0.1, {"surface": bowl, "momentum": 0.5, "beta1": 0.9, "steps": 10})
    expected = {"method": OPTIMIZERS[name], "surface": bowl}
    if "momentum" in run.settings:
        expected["momentum"] = 0.5
    assert limit_settings(name, run.settings) == expected
    limit(**limit_settings(name, run.settings))
