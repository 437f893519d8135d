import base64
import io
import json
from dataclasses import replace

import numpy as np
import pytest
import torch

from lib.lessons.training.loop.config import Recipe
from lib.lessons.training.loop.frames import MAP, THUMB
from lib.lessons.training.loop.network import OPTIMIZERS
from lib.lessons.training.loop.runs import Branch, Watched, advance, begin, edited, packed
from lib.lessons.training.loop.state import Checkpoint
from tests.lib.lessons.training.loop.by_hand import forward, loss_of, points_of, same_frame

RECIPE = Recipe(data="gauss", batch_size=50, hidden=(3,), optimizer="Adam")


def same(a, b):
    return all(np.array_equal(x, y, equal_nan=True) for x, y in zip(a, b, strict=True))


def run(chain, chunks):
    """Follow a chain by hand, from its source on; return the state and the last result."""
    state = None
    if chain.source is not None:
        parent, number = chain.source
        state, _ = run(parent, number)
    state, result = chain.begin(state)
    for _ in range(chunks):
        state, result = chain.advance(state)
    return state, result


def test_a_branch_is_the_run_of_its_recipe():
    checkpoint, first = begin(RECIPE)
    _, frames = advance(RECIPE, checkpoint, 2 * RECIPE.epochs_a_chunk)
    _, (begun,) = run(Branch(RECIPE), 0)
    _, last = run(Branch(RECIPE), 2)
    assert same([begun.weights, begun.map], [first.weights, first.map])
    assert last[-1].epoch == 2 * RECIPE.epochs_a_chunk
    assert same([last[-1].weights, last[-1].map], [frames[-1].weights, frames[-1].map])


@pytest.mark.parametrize("past", [0, 3])
def test_a_fork_with_nothing_changed_goes_on_as_if_nothing_had_been(past):
    epoch = RECIPE.epochs_a_chunk + past
    fork = Branch(RECIPE, Branch(RECIPE), epoch)
    checkpoint, _ = begin(RECIPE)
    _, frames = advance(RECIPE, checkpoint, epoch + RECIPE.epochs_a_chunk)
    _, (there,) = run(fork, 0)
    _, later = run(fork, 1)
    assert there.epoch == epoch
    assert same([there.weights], [frames[epoch - 1].weights])
    assert same([later[-1].weights], [frames[-1].weights])


def test_a_fork_takes_its_own_settings_and_the_weights_set_by_hand():
    changed = replace(RECIPE, learning_rate=0.3)
    fork = Branch(changed, Branch(RECIPE), 4, ((2, 1.5),))
    checkpoint, _ = begin(RECIPE)
    checkpoint, frames = advance(RECIPE, checkpoint, 4)
    expected = frames[-1].weights.copy()
    expected[2] = 1.5
    _, (there,) = run(fork, 0)
    assert same([there.weights], [expected])
    after, _ = edited(changed, checkpoint, ((2, 1.5),))
    _, (next_epoch, *_) = advance(changed, after, 1)
    _, later = run(fork, 1)
    assert same([later[0].weights], [next_epoch.weights])


def test_a_branch_hashes_and_is_refused_where_no_run_is():
    assert hash(Branch(RECIPE)) == hash(Branch(replace(RECIPE)))
    with pytest.raises(ValueError, match="epoch=5001 is out of range: 0 to 5000"):
        Branch(RECIPE, Branch(RECIPE), 5001)
    with pytest.raises(ValueError, match="epoch=3 is out of range: the run begins at 7"):
        Branch(RECIPE, Branch(RECIPE, Branch(RECIPE), 7), 3)


def test_nobody_forks_without_end():
    branch = Branch(RECIPE)
    for _ in range(20):
        branch = Branch(RECIPE, branch)
    with pytest.raises(ValueError, match="the number of forks=21 is out of range: 0 to 20"):
        Branch(RECIPE, branch)
    with pytest.raises(ValueError, match="weights set by hand=101 is out of range: 0 to 100"):
        Branch(RECIPE, Branch(RECIPE), 0, ((0, 1.0),) * 101)


def test_batches_watched_one_after_the_other_move_the_weights_each_time():
    watched = Watched(Branch(RECIPE), 2)
    _, first = run(watched, 0)
    _, second = run(watched, 1)
    _, frames = run(Branch(RECIPE), 1)
    assert [line.text for line in first.lines][-1] == "optimizer.step()"
    moved = np.linalg.norm(first.frame.weights - frames[1].weights)
    step = next(line for line in first.lines if line.text == "optimizer.step()")
    assert moved == pytest.approx(step.numbers["moved"], rel=1e-4)
    assert not same([first.frame.weights], [second.frame.weights])
    assert first.frame.epoch == 2


def test_what_the_browser_gets_is_what_was_recorded():
    checkpoint, _ = begin(
        Recipe(learning_rate=10.0, optimizer="SGD", activation="linear", data="plane")
    )
    recipe = Recipe(learning_rate=10.0, optimizer="SGD", activation="linear", data="plane")
    _, frames = advance(recipe, checkpoint, 5)
    sent = json.loads(packed(frames))
    weights = np.frombuffer(base64.b64decode(sent["weights"]), np.float32).reshape(5, -1)
    assert same(weights, [frame.weights for frame in frames])
    maps = np.frombuffer(base64.b64decode(sent["map"]), np.uint8).reshape(5, MAP, MAP)
    assert same(maps, [frame.map for frame in frames])
    thumbs = np.frombuffer(base64.b64decode(sent["neurons"]), np.uint8)
    assert same(thumbs.reshape(5, -1, THUMB, THUMB), [frame.neurons for frame in frames])
    for row, frame in zip(sent["losses"], frames, strict=True):
        for number, value in zip(row, frame.trained, strict=True):
            finite = value is not None and np.isfinite(value)
            assert number == (value if finite else None)
    assert any(row[0] is None for row in sent["losses"])  # this recipe does blow up


# --- weights set by hand, and runs that go on with other settings --------------------------------


KEEPS = {frozenset(["SGD", "momentum"]), frozenset(["Adam", "AdamW"])}
DROPPED = Recipe(optimizer="Adam", train_share=0.1, dropout=0.2, hidden=(3, 2))


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
    checkpoint, frame = trained(DROPPED)
    after, shown = edited(DROPPED, checkpoint, ((place, 2.5),))
    expected = frame.weights.copy()
    expected[place] = 2.5
    np.testing.assert_array_equal(shown.weights, expected)
    assert shown.epoch == after.epoch == frame.epoch
    outputs, _ = forward(DROPPED, expected, points_of(DROPPED)[0][0])
    loss = loss_of(DROPPED, outputs, points_of(DROPPED)[0][1])
    assert shown.trained.train_loss == pytest.approx(loss, rel=1e-4)
    assert (shown.map != frame.map).any()


def test_several_weights_the_last_word_counts():
    checkpoint, frame = trained(DROPPED)
    shown = edited(DROPPED, checkpoint, ((0, 1.0), (22, -100), (0, 100.0)))[1]
    changed = np.flatnonzero(shown.weights != frame.weights)
    assert changed.tolist() == [0, 22]
    assert shown.weights[[0, 22]].tolist() == [100.0, -100.0]


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_without_edits_the_run_goes_on_as_if_nothing_had_been(optimizer):
    recipe = replace(DROPPED, optimizer=optimizer)
    checkpoint, frame = trained(recipe)
    after, shown = edited(recipe, checkpoint, ())
    np.testing.assert_array_equal(shown.weights, frame.weights)
    assert shown.trained == frame.trained
    one, other = advance(recipe, checkpoint, 2), advance(recipe, after, 2)
    assert one[0][:2] == other[0][:2]
    for a, b in zip(one[1], other[1], strict=True):
        assert b.so_far.test_epoch >= frame.epoch  # a fork remembers nothing from before it
        assert same_frame(a, b._replace(so_far=a.so_far))


@pytest.mark.parametrize("theirs", OPTIMIZERS)
@pytest.mark.parametrize("ours", OPTIMIZERS)
def test_an_optimizer_keeps_its_memory_only_if_it_is_of_the_same_kind(theirs, ours):
    checkpoint, _ = trained(replace(DROPPED, optimizer=theirs))
    recipe = replace(DROPPED, optimizer=ours)
    after = edited(recipe, checkpoint, ())[0]
    kept = torch.load(io.BytesIO(after.state))["optimizer"]["state"]
    before = torch.load(io.BytesIO(checkpoint.state))["optimizer"]["state"]
    if ours == theirs or {ours, theirs} in KEEPS:
        assert same_memory(kept, before)
    else:
        assert not same_memory(kept, before) or not before
        fresh = torch.load(io.BytesIO(begin(recipe)[0].state))["optimizer"]["state"]
        assert same_memory(kept, fresh)  # Adagrad has a memory from the start
    assert advance(recipe, after, 1)[1][0].epoch == 4


def same_memory(one, other):
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
    checkpoint, _ = trained(DROPPED)
    recipe = replace(DROPPED, learning_rate=0.5, weight_decay=0.25, optimizer="AdamW")
    (group,) = torch.load(io.BytesIO(edited(recipe, checkpoint, ())[0].state))["optimizer"][
        "param_groups"
    ]
    assert (group["lr"], group["weight_decay"]) == (0.5, 0.25)
    assert group["decoupled_weight_decay"]


def test_memory_matters():
    checkpoint, _ = trained(DROPPED)
    after = edited(DROPPED, checkpoint, ())[0]
    kept = advance(DROPPED, after, 1)[1][0]
    forgotten = advance(DROPPED, without_memory(after), 1)[1][0]
    assert (kept.weights != forgotten.weights).any()


@pytest.mark.parametrize(
    "change",
    [
        {"data": "circle"},
        {"activation": "ReLU"},
        {"loop": "no zero_grad"},
        {"features": ("x1*x2", "sin(x1)")},
        {"batch_size": 30, "noise": 0.2, "train_share": 0.5, "seed": 3, "l1": 0.1},
        {"dropout": 0.0},
        {"dropout": 0.5},
    ],
)
def test_a_run_goes_on_with_other_settings(change):
    for recipe in (DROPPED, replace(DROPPED, dropout=0.0)):
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
    checkpoint, _ = trained(DROPPED, 0)
    with pytest.raises(ValueError, match="a network of another shape: features, layers and"):
        edited(replace(DROPPED, **change), checkpoint, ())


@pytest.fixture(name="checkpoint")
def make_checkpoint():
    return begin(DROPPED)[0]


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
        edited(DROPPED, checkpoint, ((0, 1.0), edit))


def test_a_fork_without_zero_grad_keeps_its_running_sum():
    recipe = Recipe(data="gauss", batch_size=100, hidden=(3,), loop="no zero_grad")
    checkpoint, _ = begin(recipe)
    there, _ = advance(recipe, checkpoint, 2)
    _, (expected,) = advance(recipe, there, 1)
    forked, _ = edited(recipe, there, ())
    _, (frame,) = advance(recipe, forked, 1)
    np.testing.assert_array_equal(frame.weights, expected.weights)
    np.testing.assert_array_equal(frame.gradients, expected.gradients)
