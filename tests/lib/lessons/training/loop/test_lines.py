import sys
import threading

import pytest
import torch
from torch import nn

from lib.lessons.training.loop.config import Recipe
from lib.lessons.training.loop.epochs import LOOPS
from lib.lessons.training.loop.lines import watch
from lib.lessons.training.loop.runs import advance, begin
from lib.lessons.training.loop.state import Run

# The lines of each loop, in the order in which they should run.
OUTPUTS, LOSS = "outputs = model(x[batch])", "loss = criterion(outputs, y[batch])"
ZERO, BACK, STEP = "optimizer.zero_grad()", "loss.backward()", "optimizer.step()"
ORDER = {
    "right": [OUTPUTS, LOSS, ZERO, BACK, STEP],
    "no zero_grad": [OUTPUTS, LOSS, BACK, STEP],
    "no backward": [OUTPUTS, LOSS, ZERO, STEP],
    "no step": [OUTPUTS, LOSS, ZERO, BACK],
    "step before backward": [OUTPUTS, LOSS, ZERO, STEP, BACK],
    "zero_grad after backward": [OUTPUTS, LOSS, BACK, ZERO, STEP],
    "flat targets": [OUTPUTS, "loss = criterion(outputs, y[batch].flatten())", ZERO, BACK, STEP],
    "no eval": [OUTPUTS, LOSS, ZERO, BACK, STEP],
}


pytestmark = pytest.mark.filterwarnings("ignore:Using a target size")


def trained(recipe, epochs=2):
    """A checkpoint with gradients, optimizer state and random numbers of its own."""
    return advance(recipe, begin(recipe)[0], epochs)[0]


def weights_of(model):
    return torch.cat([p.detach().flatten() for p in model.parameters()])


def gradient_of(model):
    squares = [(p.grad**2).sum().item() for p in model.parameters() if p.grad is not None]
    return sum(squares) ** 0.5


def numbers_of(lines):
    return {line.text: line.numbers for line in lines}


@pytest.mark.parametrize("loop", LOOPS)
def test_lines_come_in_the_order_in_which_they_really_ran(loop):
    recipe = Recipe(loop=loop)
    lines = watch(recipe, begin(recipe)[0])[1]
    assert [line.text for line in lines] == [
        "model.train()",
        "for batch in batches:",
        *ORDER[loop],
    ]


@pytest.mark.parametrize("loop", LOOPS)
def test_every_line_stands_in_the_file_where_it_is_said_to(loop):
    recipe = Recipe(loop=loop)
    function = LOOPS[loop].epoch
    with open(function.__code__.co_filename) as file:
        source = file.read().splitlines()
    for line in watch(recipe, begin(recipe)[0])[1]:
        assert source[line.number - 1].split("  # noqa")[0].strip() == line.text
        assert line.number > function.__code__.co_firstlineno


@pytest.mark.parametrize("data", ["spiral", "plane"])
@pytest.mark.parametrize("optimizer", ["SGD", "Adam"])
def test_numbers_are_those_of_the_five_steps_by_hand(data, optimizer):
    recipe = Recipe(data=data, optimizer=optimizer, dropout=0.3)
    checkpoint = trained(recipe)
    after, lines = watch(recipe, checkpoint)

    run = Run(recipe)
    run.load(checkpoint)
    x, y = run.training.x, run.training.y
    batch = torch.randperm(len(x))[: recipe.batch_size]
    before, gradient = weights_of(run.model), gradient_of(run.model)
    run.model.train()
    outputs = run.model(x[batch])
    loss = (nn.CrossEntropyLoss() if data == "spiral" else nn.MSELoss())(outputs, y[batch])
    for p in run.model.parameters():
        p.grad = None
    loss.backward()
    slope = gradient_of(run.model)
    run.optimizer.step()
    moved = weights_of(run.model) - before

    numbers = numbers_of(lines)
    assert numbers["model.train()"] == {"training": 1.0}
    assert numbers["for batch in batches:"] == {"points": 10}
    first = {f"first_{i}": number for i, number in enumerate(outputs[0].tolist())}
    assert numbers[OUTPUTS] == {"points": 10, "shape": tuple(outputs.shape), **first}
    assert numbers[LOSS] == {"loss": loss.item()}
    assert numbers[ZERO] == {"gradient_before": pytest.approx(gradient), "gradient_after": 0.0}
    assert gradient > 0
    assert numbers[BACK] == {"gradient_before": 0.0, "gradient_after": pytest.approx(slope)}
    place = numbers[STEP]["place"]
    assert numbers[STEP] == {
        "moved": pytest.approx(moved.norm().item()),
        "place": moved.abs().argmax().item(),
        "weight_before": before[place].item(),
        "weight_after": weights_of(run.model)[place].item(),
    }

    watched = Run(recipe)
    watched.load(after)
    assert torch.equal(weights_of(watched.model), weights_of(run.model))


@pytest.mark.parametrize("loop", LOOPS)
def test_watching_changes_nothing_and_leaves_the_epoch_as_it_is(loop):
    recipe = Recipe(loop=loop, data="plane", dropout=0.2, optimizer="momentum", l1=0.01)
    checkpoint = trained(recipe)
    after, _ = watch(recipe, checkpoint)

    run = Run(recipe)
    run.load(checkpoint)
    batches = torch.randperm(len(run.training.x)).split(recipe.batch_size)[:1]
    run.loop.epoch(run.model, run.optimizer, run.objective, run.training.x, run.training.y, batches)
    assert after.epoch == checkpoint.epoch == 2
    assert after.state == run.save().state


def test_watching_again_gives_the_same_and_going_on_gives_other_batches():
    recipe = Recipe(batch_size=1)
    checkpoint = trained(recipe)
    after, lines = watch(recipe, checkpoint)
    again, same = watch(recipe, checkpoint)
    assert (after, lines) == (again, same)
    losses = set()
    for _ in range(5):
        after, lines = watch(recipe, after)
        losses.add(numbers_of(lines)[LOSS]["loss"])
    assert len(losses) == 5
    assert advance(recipe, after, 1)[0].epoch == checkpoint.epoch + 1


def test_damage_shows_in_the_lines():
    numbers = {}
    for loop in LOOPS:
        recipe = Recipe(loop=loop)
        numbers[loop] = numbers_of(watch(recipe, trained(recipe, 1))[1])
    for loop in ("no backward", "step before backward", "zero_grad after backward"):
        step = numbers[loop][STEP]
        assert step["moved"] == 0
        assert step["weight_before"] == step["weight_after"]
    assert numbers["right"][STEP]["moved"] > 0
    assert numbers["no zero_grad"][BACK]["gradient_before"] > 0
    assert numbers["zero_grad after backward"][ZERO]["gradient_before"] > 0
    assert numbers["zero_grad after backward"][ZERO]["gradient_after"] == 0


def test_a_batch_larger_than_all_points_and_one_of_one_point():
    for batch, points in ((500, 250), (1, 1)):
        recipe = Recipe(batch_size=batch)
        lines = watch(recipe, begin(recipe)[0])[1]
        assert numbers_of(lines)[OUTPUTS]["shape"] == (points, 2)


@pytest.fixture
def traced():
    def tracer(frame, event, arg):
        return None

    before = sys.gettrace()
    sys.settrace(tracer)
    yield tracer
    sys.settrace(before)


def test_the_trace_that_was_there_is_put_back(traced):
    recipe = Recipe()
    watch(recipe, begin(recipe)[0])
    assert sys.gettrace() is traced


def test_the_trace_is_put_back_after_an_error(traced, monkeypatch):
    recipe = Recipe()
    checkpoint = begin(recipe)[0]

    def refuse(*args):
        raise RuntimeError("no gradient today")

    monkeypatch.setattr(torch.Tensor, "backward", refuse)
    with pytest.raises(RuntimeError, match="no gradient today"):
        watch(recipe, checkpoint)
    assert sys.gettrace() is traced


def test_nobody_else_is_traced(monkeypatch):
    recipe = Recipe()
    checkpoint = begin(recipe)[0]
    seen, there, done = [], threading.Event(), threading.Event()

    def other():
        there.wait(10)
        seen.append(sys.gettrace())
        done.set()

    thread = threading.Thread(target=other)
    thread.start()
    forward = nn.Sequential.forward

    def look_around(self, x):
        there.set()
        done.wait(10)
        seen.append(sys._getframe().f_trace)
        return forward(self, x)

    monkeypatch.setattr(nn.Sequential, "forward", look_around)
    watch(recipe, checkpoint)
    thread.join()
    assert seen == [None, None]
