import io
from dataclasses import replace

import numpy as np
import pytest
import torch

from lib.lessons.training.loop.config import Recipe
from lib.lessons.training.loop.engine import advance, begin, edited
from lib.lessons.training.loop.network import OPTIMIZERS
from lib.lessons.training.loop.state import Checkpoint
from tests.lib.lessons.training.loop.by_hand import forward, loss_of, points_of, same_frame

KEEPS = {frozenset(["SGD", "momentum"]), frozenset(["Adam", "AdamW"])}
RECIPE = Recipe(optimizer="Adam", share=0.1, dropout=0.2, hidden=(3, 2))


def trained(recipe, epochs=3):
    checkpoint, first = begin(recipe)
    checkpoint, frames = advance(recipe, checkpoint, epochs) if epochs else (checkpoint, [first])
    return checkpoint, frames[-1]


def without_memory(checkpoint):
    """The same checkpoint, its optimizer's state forgotten."""
    state = torch.load(io.BytesIO(checkpoint.state))
    state["optimizer"]["state"] = {}
    file = io.BytesIO()
    torch.save(state, file)
    return Checkpoint(checkpoint.epoch, file.getvalue())


@pytest.mark.parametrize("place", [0, 7, 18])
def test_exactly_that_weight_is_set(place):
    checkpoint, frame = trained(RECIPE)
    after, shown = edited(RECIPE, checkpoint, ((place, 2.5),))
    expected = frame.weights.copy()
    expected[place] = 2.5
    np.testing.assert_array_equal(shown.weights, expected)
    assert shown.epoch == after.epoch == frame.epoch
    outputs, _ = forward(RECIPE, expected, points_of(RECIPE)[0][0])
    loss = loss_of(RECIPE, outputs, points_of(RECIPE)[0][1])
    assert shown.trained.train_loss == pytest.approx(loss, rel=1e-4)
    assert (shown.map != frame.map).any()


def test_several_weights_the_last_word_counts():
    checkpoint, frame = trained(RECIPE)
    shown = edited(RECIPE, checkpoint, ((0, 1.0), (22, -100), (0, 100.0)))[1]
    changed = np.flatnonzero(shown.weights != frame.weights)
    assert changed.tolist() == [0, 22]
    assert shown.weights[[0, 22]].tolist() == [100.0, -100.0]


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_without_edits_the_run_goes_on_as_if_nothing_had_been(optimizer):
    recipe = replace(RECIPE, optimizer=optimizer)
    checkpoint, frame = trained(recipe)
    after, shown = edited(recipe, checkpoint, ())
    np.testing.assert_array_equal(shown.weights, frame.weights)
    assert shown.trained == frame.trained
    one, other = advance(recipe, checkpoint, 2), advance(recipe, after, 2)
    assert one[0] == other[0]
    assert all(same_frame(a, b) for a, b in zip(one[1], other[1], strict=True))


@pytest.mark.parametrize("theirs", OPTIMIZERS)
@pytest.mark.parametrize("ours", OPTIMIZERS)
def test_an_optimizer_keeps_its_memory_only_if_it_is_of_the_same_kind(theirs, ours):
    checkpoint, _ = trained(replace(RECIPE, optimizer=theirs))
    recipe = replace(RECIPE, optimizer=ours)
    after = edited(recipe, checkpoint, ())[0]
    kept = torch.load(io.BytesIO(after.state))["optimizer"]["state"]
    before = torch.load(io.BytesIO(checkpoint.state))["optimizer"]["state"]
    if ours == theirs or {ours, theirs} in KEEPS:
        assert same(kept, before)
    else:
        assert not same(kept, before) or not before
        fresh = torch.load(io.BytesIO(begin(recipe)[0].state))["optimizer"]["state"]
        assert same(kept, fresh)  # Adagrad has a memory from the start
    assert advance(recipe, after, 1)[1][0].epoch == 4


def same(one, other):
    """Whether two optimizers remember the same of each weight."""
    return one.keys() == other.keys() and all(
        one[key].keys() == other[key].keys()
        and all(
            torch.equal(one[key][name], other[key][name])
            if torch.is_tensor(one[key][name])
            else one[key][name] == other[key][name]
            for name in one[key]
        )
        for key in one
    )


def test_the_new_rate_and_decay_hold_not_those_of_the_checkpoint():
    checkpoint, _ = trained(RECIPE)
    recipe = replace(RECIPE, rate=0.5, l2=0.25, optimizer="AdamW")
    (group,) = torch.load(io.BytesIO(edited(recipe, checkpoint, ())[0].state))["optimizer"][
        "param_groups"
    ]
    assert (group["lr"], group["weight_decay"]) == (0.5, 0.25)
    assert group["decoupled_weight_decay"]


def test_memory_matters():
    checkpoint, _ = trained(RECIPE)
    after = edited(RECIPE, checkpoint, ())[0]
    kept = advance(RECIPE, after, 1)[1][0]
    forgotten = advance(RECIPE, without_memory(after), 1)[1][0]
    assert (kept.weights != forgotten.weights).any()


@pytest.mark.parametrize(
    "change",
    [
        {"data": "circle"},
        {"activation": "ReLU"},
        {"loop": "no zero_grad"},
        {"features": ("x1*x2", "sin(x1)")},
        {"batch": 30, "noise": 0.2, "share": 0.5, "seed": 3, "l1": 0.1},
        {"dropout": 0.0},
        {"dropout": 0.5},
    ],
)
def test_a_run_goes_on_with_other_settings(change):
    for recipe in (RECIPE, replace(RECIPE, dropout=0.0)):
        checkpoint, frame = trained(recipe)
        changed = replace(recipe, **change)
        after, shown = edited(changed, checkpoint, ())
        np.testing.assert_array_equal(shown.weights, frame.weights)
        assert advance(changed, after, 2)[1][-1].epoch == 5


@pytest.mark.parametrize(
    "change",
    [
        {"data": "four"},
        {"data": "plane"},
        {"features": ("x1",)},
        {"hidden": (3,)},
        {"hidden": (2, 3)},
        {"hidden": ()},
    ],
)
def test_a_network_of_another_shape_is_refused(change):
    checkpoint, _ = trained(RECIPE, 0)
    with pytest.raises(ValueError, match="a network of another shape: features, layers and"):
        edited(replace(RECIPE, **change), checkpoint, ())


@pytest.fixture(name="checkpoint")
def make_checkpoint():
    return begin(RECIPE)[0]


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        ((-1, 0.0), "the weight's position=-1 is out of range: 0 to 22"),
        ((23, 0.0), "the weight's position=23 is out of range: 0 to 22"),
        ((1.0, 0.0), "the weight's position=1.0 is not a whole number from 0 to 22"),
        ((0, 100.5), "the weight=100.5 is out of range: -100.0 to 100.0"),
        ((0, float("nan")), "the weight=nan is not a finite number from -100.0 to 100.0"),
        ((0, float("inf")), "the weight=inf is not a finite number"),
        ((0, "one"), "the weight='one' is not a finite number"),
    ],
)
def test_what_cannot_be_set_is_refused_with_its_value_and_the_range(checkpoint, edit, words):
    with pytest.raises(ValueError, match=words):
        edited(RECIPE, checkpoint, ((0, 1.0), edit))


def test_a_fork_without_zero_grad_keeps_its_running_sum():
    recipe = Recipe(data="gauss", batch=100, hidden=(3,), loop="no zero_grad")
    checkpoint, _ = begin(recipe)
    there, _ = advance(recipe, checkpoint, 2)
    _, (expected,) = advance(recipe, there, 1)
    forked, _ = edited(recipe, there, ())
    _, (frame,) = advance(recipe, forked, 1)
    np.testing.assert_array_equal(frame.weights, expected.weights)
    np.testing.assert_array_equal(frame.gradients, expected.gradients)
