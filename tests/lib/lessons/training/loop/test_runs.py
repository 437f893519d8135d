import base64
import json
from dataclasses import replace

import numpy as np
import pytest

from lib.lessons.training.loop.config import Recipe
from lib.lessons.training.loop.engine import advance, begin, edited
from lib.lessons.training.loop.frames import MAP, THUMB
from lib.lessons.training.loop.runs import Branch, Watched, packed

RECIPE = Recipe(data="gauss", batch=50, hidden=(3,), optimizer="Adam")


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
    changed = replace(RECIPE, rate=0.3)
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
    assert moved == pytest.approx(step.said["moved"], rel=1e-4)
    assert not same([first.frame.weights], [second.frame.weights])
    assert first.frame.epoch == 2


def test_what_the_browser_gets_is_what_was_recorded():
    checkpoint, _ = begin(Recipe(rate=10.0, optimizer="SGD", activation="linear", data="plane"))
    recipe = Recipe(rate=10.0, optimizer="SGD", activation="linear", data="plane")
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
