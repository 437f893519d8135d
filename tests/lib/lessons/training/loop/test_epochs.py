"""The loops with one line wrong: each really does its damage."""

import warnings
from itertools import pairwise

import numpy as np
import pytest
import torch
from torch import nn

from lib.lessons.training.loop.config import Recipe
from lib.lessons.training.loop.epochs import (
    LOOPS,
    epoch_with_flat_targets,
    evaluate,
    evaluate_without_eval,
)
from lib.lessons.training.loop.network import OPTIMIZERS, make_model
from lib.lessons.training.loop.runs import advance, begin
from lib.lessons.training.loop.state import Run
from tests.lib.lessons.training.loop.by_hand import same_frame


def frames_of(recipe, epochs=3):
    checkpoint, first = begin(recipe)
    return [first, *advance(recipe, checkpoint, epochs)[1]]


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize(
    "loop", ["no step", "no backward", "step before backward", "zero_grad after backward"]
)
def test_weights_never_move(optimizer, loop):
    frames = frames_of(Recipe(optimizer=optimizer, loop=loop, weight_decay=0.1, batch_size=50))
    for frame in frames:
        np.testing.assert_array_equal(frame.weights, frames[0].weights)
        assert frame.trained == frames[0].trained
    has_gradient = loop in ("no step", "step before backward")
    assert bool(frames[-1].gradients.any()) == has_gradient


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_with_the_right_loop_they_do(optimizer):
    frames = frames_of(Recipe(optimizer=optimizer, batch_size=50))
    for before, after in pairwise(frames):
        assert (before.weights != after.weights).any()


def test_zero_grad_leaves_no_gradient_behind():
    # Were it set to 0 instead of None, momentum and weight decay would still move the weights.
    run = Run(Recipe(loop="step before backward"))
    run.one_epoch()
    run.optimizer.zero_grad()
    assert all(p.grad is None for p in run.model.parameters())


def test_without_zero_grad_gradients_are_the_running_sum():
    recipe = Recipe(loop="no zero_grad", batch_size=500, learning_rate=0.5)
    frames = frames_of(recipe, 4)
    sums = None
    for before, after in pairwise(frames):
        run = Run(recipe)
        nn.utils.vector_to_parameters(torch.from_numpy(before.weights), run.model.parameters())
        loss = run.criterion(run.model(run.training.x), run.training.y)
        slopes = torch.cat([g.flatten() for g in torch.autograd.grad(loss, run.model.parameters())])
        sums = slopes if sums is None else sums + slopes
        expected = [part.norm().item() for part in sums.split([12, 10, 6])]
        np.testing.assert_allclose(after.gradients, expected, rtol=1e-4)
        moved = torch.from_numpy(before.weights) - 0.5 * sums
        np.testing.assert_allclose(after.weights, moved, rtol=1e-4, atol=1e-6)


def test_without_zero_grad_the_circle_is_not_learned():
    right, wrong = (
        frames_of(Recipe(data="circle", loop=loop, batch_size=25, learning_rate=0.1), 60)[-1]
        for loop in ("right", "no zero_grad")
    )
    assert right.trained.test_loss < 0.2
    assert wrong.trained.test_loss > 3 * right.trained.test_loss


def test_flat_targets_make_every_output_answer_for_every_target():
    torch.manual_seed(0)
    model = make_model(2, (), 1, "tanh")
    x, y = torch.randn(6, 2), torch.randn(6, 1)
    losses = []

    def criterion(outputs, targets):
        losses.append(nn.MSELoss()(outputs, targets))
        return losses[-1]

    outputs = model(x).detach().numpy().astype(np.float64)
    optimizer = OPTIMIZERS["SGD"](model.parameters(), lr=0.1)
    with pytest.warns(UserWarning, match=r"target size \(torch.Size\(\[6\]\)\)"):
        epoch_with_flat_targets(model, optimizer, criterion, x, y, [torch.arange(6)])
    square = (outputs - y.numpy().T) ** 2
    assert square.shape == (6, 6)
    assert losses[0].item() == pytest.approx(square.mean(), rel=1e-5)


@pytest.mark.filterwarnings("ignore:Using a target size")
def test_flat_targets_learn_only_the_mean():
    right, flat = (frames_of(Recipe(data="plane", loop=loop), 30)[-1] for loop in
                   ("right", "flat targets"))  # fmt: skip
    targets = Run(Recipe(data="plane")).test.y
    # Each point is one of the ten whose mean it is to say: a tenth of what there is to learn.
    assert flat.trained.test_loss > 0.7 * targets.var().item()
    assert right.trained.test_loss < 0.05 * targets.var().item()
    assert np.ptp(flat.map.astype(int)) < 40
    assert np.ptp(right.map.astype(int)) > 200


def test_flat_targets_harm_no_classes():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        right, flat = (frames_of(Recipe(loop=loop)) for loop in ("right", "flat targets"))
    assert all(same_frame(a, b) for a, b in zip(right, flat, strict=True))


@pytest.mark.parametrize("data", ["circle", "plane"])
def test_without_eval_the_loss_is_random_and_training_the_same(data):
    recipe = Recipe(data=data, dropout=0.4, batch_size=50)
    right, wrong = (
        frames_of(recipe),
        frames_of(Recipe(data=data, dropout=0.4, batch_size=50, loop="no eval")),
    )
    for a, b in zip(right, wrong, strict=True):
        np.testing.assert_array_equal(a.weights, b.weights)
        np.testing.assert_array_equal(a.gradients, b.gradients)
        np.testing.assert_array_equal(a.map, b.map)
        assert a.trained.train_loss != b.trained.train_loss
        assert a.trained.test_loss != b.trained.test_loss
    run = Run(recipe)
    run.model.train()
    x, y, _ = run.training
    measured = [evaluate_without_eval(run.model, run.criterion, x, y)[0] for _ in range(9)]
    assert len(set(measured)) == 9
    measured = [evaluate(run.model, run.criterion, x, y)[0] for _ in range(3)]
    assert len(set(measured)) == 1


def test_without_eval_and_without_dropout_nothing_is_lost():
    right, wrong = (frames_of(Recipe(loop=loop)) for loop in ("right", "no eval"))
    assert all(same_frame(a, b) for a, b in zip(right, wrong, strict=True))


def test_the_loops_differ_by_what_they_are_named():
    assert list(LOOPS) == [
        "right",
        "no zero_grad",
        "no backward",
        "no step",
        "step before backward",
        "zero_grad after backward",
        "flat targets",
        "no eval",
    ]
