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
    effort,
    limit_settings,
    run_of,
    taken,
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


def test_effort_counts_steps_and_lbfgs_five_times():
    runs = {name: run_of(name, 0.1, EVERY) for name in ("SGD", "Adam", "LBFGS")}
    assert effort(runs) == 20 + 20 + 100
    assert effort({}) == 0


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_the_limit_is_asked_for_with_the_settings_it_knows(name):
    run = run_of(name, 0.1, {"surface": bowl, "momentum": 0.5, "beta1": 0.9, "steps": 10})
    expected = {"method": OPTIMIZERS[name], "surface": bowl}
    if "momentum" in run.settings:
        expected["momentum"] = 0.5
    assert limit_settings(name, run.settings) == expected
    limit(**limit_settings(name, run.settings))
