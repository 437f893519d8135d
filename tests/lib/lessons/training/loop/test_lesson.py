import os
import signal
import time
import warnings

import pytest

from lib.lessons.training.loop.config import Recipe
from lib.lessons.training.loop.epochs import LOOPS
from lib.lessons.training.loop.lesson import SHAPES, train
from lib.lessons.training.loop.network import ACTIVATIONS, OPTIMIZERS
from lib.lessons.training.loop.runs import advance, begin
from lib.runtime.pool import open_workers
from tests.lib.lessons.training.loop.by_hand import same_frame

pytestmark = pytest.mark.filterwarnings("ignore:Using a target size")

EVERY = [(optimizer, loop) for optimizer in OPTIMIZERS for loop in LOOPS]


def small(optimizer="SGD", loop="right", **more):
    """A run that is quick and uses everything: dropout, L1, L2, a last batch that is smaller."""
    settings = {
        "train_share": 0.11,
        "batch_size": 20,
        "dropout": 0.3,
        "l1": 0.001,
        "weight_decay": 0.01,
        "learning_rate": 0.01,
        "seed": 5,
    }
    if loop == "flat targets":
        settings["data"] = "plane"
    return Recipe(optimizer=optimizer, loop=loop, **{"data": "three", **settings, **more})


def in_chunks(recipe, sizes, advance=advance):
    checkpoint, first = begin(recipe)
    frames = [first]
    for size in sizes:
        checkpoint, more = advance(recipe, checkpoint, size)
        frames += more
    return checkpoint, frames


def assert_same(one, other):
    assert one[0] == other[0]
    assert len(one[1]) == len(other[1])
    for a, b in zip(one[1], other[1], strict=True):
        assert same_frame(a, b), f"epoch {a.epoch}"


# --- a chain of chunks ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def worker():
    with open_workers(1) as one:
        yield one


@pytest.mark.parametrize(("optimizer", "loop"), EVERY)
def test_in_one_go_and_in_chunks_are_the_same_bit_for_bit(optimizer, loop, worker):
    recipe = small(optimizer, loop)
    whole = in_chunks(recipe, [6])
    assert whole[0].epoch == 6
    assert [frame.epoch for frame in whole[1]] == list(range(7))
    assert_same(whole, in_chunks(recipe, [1, 2, 3]))

    def elsewhere(*chunk):
        return worker.submit(advance, *chunk).result(timeout=60)

    assert_same(whole, in_chunks(recipe, [4, 2], elsewhere))


@pytest.mark.parametrize("data", [*SHAPES])
@pytest.mark.parametrize("batch", [1, 500])
def test_chunks_do_not_matter_whatever_the_points_and_the_batches(data, batch):
    recipe = Recipe(
        data=data, batch_size=batch, train_share=0.1, hidden=(8, 8, 8), optimizer="Adam"
    )
    assert_same(in_chunks(recipe, [3]), in_chunks(recipe, [1, 2]))


def test_a_killed_worker_changes_nothing(worker):
    recipe = small("Adam", hidden=(8, 8), train_share=0.5)
    whole = in_chunks(recipe, [80])
    checkpoint, first = begin(recipe)
    pid = worker.submit(os.getpid).result(timeout=60)
    future = worker.submit(advance, recipe, checkpoint, 80)
    time.sleep(0.1)
    assert not future.done()
    os.kill(pid, signal.SIGKILL)
    checkpoint, frames = future.result(timeout=120)
    assert worker.submit(os.getpid).result(timeout=60) != pid
    assert_same(whole, (checkpoint, [first, *frames]))


def test_what_others_draw_at_random_in_between_does_not_matter():
    recipe = small()
    whole = in_chunks(recipe, [4])

    def after_others(*chunk):
        train(epochs=1, seed=99)
        return advance(*chunk)

    assert_same(whole, in_chunks(recipe, [2, 2], after_others))


def test_same_seed_same_run_and_another_seed_another_one():
    one, same = in_chunks(small(seed=1), [2]), in_chunks(small(seed=1), [2])
    assert_same(one, same)
    other = in_chunks(small(seed=2), [2])
    assert not same_frame(one[1][0], other[1][0])


def test_no_epochs_lead_nowhere():
    recipe = small()
    checkpoint, _ = begin(recipe)
    assert advance(recipe, checkpoint, 0) == (checkpoint, ())


# --- the student's program ------------------------------------------------------------------------


@pytest.mark.parametrize(("optimizer", "loop"), EVERY)
def test_the_students_program_gives_the_numbers_of_the_frames(optimizer, loop):
    recipe = small(optimizer, loop)
    frames = in_chunks(recipe, [4])[1]
    for epochs in (0, 1, 4):
        assert taken_home(recipe, epochs) == frames[epochs].trained


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("data", SHAPES)
def test_the_students_program_does_so_for_all_points_and_activations(activation, data):
    recipe = small(data=data, activation=activation, features=("x1", "sin(x2)"), hidden=(3,))
    assert taken_home(recipe, 2) == in_chunks(recipe, [2])[1][2].trained


def test_the_students_program_takes_own_points():
    own = tuple((x / 4, (x * 7 % 11) / 3, x % 3) for x in range(20))
    recipe = small(data="own", own=own)
    assert taken_home(recipe, 3) == in_chunks(recipe, [3])[1][3].trained


def taken_home(recipe, epochs):
    loop = LOOPS[recipe.loop]
    return train(
        points=SHAPES.get(recipe.data, SHAPES["spiral"]),
        noise=recipe.noise,
        train_share=recipe.train_share,
        batch_size=recipe.batch_size,
        features=recipe.features,
        hidden=recipe.hidden,
        activation=recipe.activation,
        optimizer=recipe.optimizer,
        learning_rate=recipe.learning_rate,
        l1=recipe.l1,
        weight_decay=recipe.weight_decay,
        dropout=recipe.dropout,
        seed=recipe.seed,
        own=recipe.own,
        epochs=epochs,
        one_epoch=loop.epoch,
        measure=loop.evaluate,
    )


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ({"learning_rate": 0.0}, "learning_rate=0.0 is out of range: 1e-05 to 10.0"),
        ({"hidden": (4, 99)}, r"hidden\[1\]=99 is out of range: 1 to 16"),
        ({"epochs": -1}, "epochs=-1 is out of range: 0 to 5000"),
        ({"points": max}, "points=max is not one of: circle, xor"),
        ({"optimizer": "Lion"}, "optimizer='Lion' is not one of: 'SGD'"),
    ],
)
def test_the_students_program_refuses_what_cannot_be(setting, words):
    with pytest.raises(ValueError, match=words):
        train(**setting)


# --- what it is all for ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("recipe", "epochs", "loss"),
    [
        (Recipe(data="circle", learning_rate=0.1), 60, 0.05),
        (Recipe(data="gauss"), 20, 0.05),
        (Recipe(data="xor", hidden=(4, 4), optimizer="Adam", learning_rate=0.01), 100, 0.05),
        (Recipe(hidden=(8, 8), features=("x1", "x2", "sin(x1)", "sin(x2)"), optimizer="Adam",
                learning_rate=0.01), 60, 0.1),
        (Recipe(data="four", optimizer="Adam", learning_rate=0.01), 40, 0.1),
        (Recipe(data="three", hidden=(8, 8), optimizer="Adam", learning_rate=0.01), 60, 0.1),
        (Recipe(data="moons", hidden=(8, 8), optimizer="Adam", learning_rate=0.01), 60, 0.1),
        (Recipe(data="plane"), 40, 0.005),
        (Recipe(data="bumps", hidden=(16, 16), optimizer="Adam", learning_rate=0.01), 60, 0.03),
    ],
)  # fmt: skip
def test_every_shape_can_be_learned(recipe, epochs, loss):
    trained = advance(recipe, begin(recipe)[0], epochs)[1][-1].trained
    assert trained.train_loss < loss
    assert trained.test_loss < 1.5 * loss


def test_a_run_that_flies_off_goes_on_to_the_end():
    recipe = Recipe(data="plane", learning_rate=10.0, activation="linear", hidden=(4,))
    checkpoint, frames = advance(recipe, begin(recipe)[0], 8)
    assert frames[-1].trained.train_loss != frames[-1].trained.train_loss
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert same_frame(
            advance(recipe, checkpoint, 1)[1][0], advance(recipe, checkpoint, 1)[1][0]
        )
