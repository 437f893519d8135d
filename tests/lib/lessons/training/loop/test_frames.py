"""What a frame records, against NumPy."""

import numpy as np
import pytest
import torch
from torch import nn

from lib.lessons.training.loop.config import Recipe
from lib.lessons.training.loop.frames import MAP, THUMB, grid, outputs_of, shades
from lib.lessons.training.loop.network import ACTIVATIONS, features_of
from lib.lessons.training.loop.runs import advance, begin
from lib.lessons.training.loop.state import Run
from tests.lib.lessons.training.loop.by_hand import (
    forward,
    layers_of,
    loss_of,
    points_of,
    same_frame,
    sizes_of,
    softmax,
)

RECIPES = [
    Recipe(noise=0.2, train_share=0.3),
    Recipe(data="four", activation="ReLU", hidden=(5,), dropout=0.3, l1=0.01),
    Recipe(
        data="three", activation="sigmoid", features=("x1^2", "x1*x2", "sin(x2)"), weight_decay=0.1
    ),
    Recipe(data="circle", activation="linear", hidden=()),
    Recipe(data="plane", dropout=0.2),
    Recipe(data="bumps", activation="ReLU", hidden=(8, 8), noise=0.1),
]  # fmt: skip


def trained(recipe, epochs=2):
    return advance(recipe, begin(recipe)[0], epochs)[1][-1]


@pytest.mark.parametrize("recipe", RECIPES)
def test_losses_accuracies_and_confusion_are_those_of_numpy(recipe):
    frame = trained(recipe)
    for (x, y), loss, accuracy in zip(points_of(recipe), *split(frame.trained), strict=True):
        outputs, _ = forward(recipe, frame.weights, x)
        assert loss == pytest.approx(loss_of(recipe, outputs, y), rel=1e-4)
        if recipe.data in ("plane", "bumps"):
            assert accuracy is None
            assert frame.confusion.shape == (0, 0)
        else:
            said = outputs.argmax(axis=1)
            assert accuracy == pytest.approx((said == y).mean())
    if not recipe.data.startswith(("plane", "bumps")):
        classes = int(y.max()) + 1
        counts = np.zeros((classes, classes), int)
        for label, answer in zip(y, said, strict=True):
            counts[label, answer] += 1
        np.testing.assert_array_equal(frame.confusion, counts)


def split(trained):
    return (trained.train_loss, trained.test_loss), (trained.train_accuracy, trained.test_accuracy)


@pytest.mark.parametrize("recipe", RECIPES)
def test_maps_and_neurons_are_those_of_numpy(recipe):
    frame = trained(recipe)
    along = (np.arange(40) + 0.5) * 0.3 - 6
    x = np.array([(x1, x2) for x2 in along for x1 in along])
    outputs, said = forward(recipe, frame.weights, x)

    assert frame.map.shape == (MAP, MAP) == (40, 40)
    assert frame.map.dtype == np.uint8
    shown = frame.map.astype(int).flatten()
    if outputs.shape[1] == 1:
        assert_close(shown, levels(outputs[:, 0]))
    else:
        chances = softmax(outputs)
        clear = np.ptp(np.sort(chances, axis=1)[:, -2:], axis=1) > 1e-4
        np.testing.assert_array_equal((shown // 64)[clear], chances.argmax(axis=1)[clear])
        least = 1 / outputs.shape[1]
        assert_close(shown % 64, (chances.max(axis=1) - least) / (1 - least) * 63)

    assert frame.neurons.shape == (sum(recipe.hidden), THUMB, THUMB)
    assert frame.neurons.dtype == np.uint8
    for neuron, values in zip(
        frame.neurons, np.concatenate([*said, [[]] * 1600], 1).T, strict=True
    ):
        assert_close(neuron, levels(values.reshape(40, 40)[2::4, 2::4]))


def levels(values):
    return (np.clip(values, -1, 1) + 1) * 127.5


def assert_close(small, exact):
    assert np.abs(small - exact).max() < 0.51


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("hidden", [(), (3,), (16, 1, 8)])
def test_many_epochs_at_once_are_the_model_in_eval_layer_by_layer(activation, hidden):
    recipe = Recipe(
        activation=activation, hidden=hidden, dropout=0.5, data="four", learning_rate=0.1
    )
    frames = advance(recipe, begin(recipe)[0], 3)[1]
    model = Run(recipe).model
    places = grid(recipe)
    weights = torch.stack([torch.from_numpy(frame.weights) for frame in frames])
    outputs, neurons = outputs_of(model, weights, places)
    assert outputs.shape == (3, 1600, 4)
    assert neurons.shape == (3, sum(hidden), THUMB, THUMB)

    heard = []
    for layer in model:
        if type(layer) in {type(make()) for make in ACTIVATIONS.values()}:
            layer.register_forward_hook(lambda layer, x, out: heard.append(out))
    for i, frame in enumerate(frames):
        nn.utils.vector_to_parameters(torch.from_numpy(frame.weights), model.parameters())
        heard.clear()
        with torch.no_grad():
            expected = model.eval()(places)
        torch.testing.assert_close(outputs[i], expected, rtol=1e-4, atol=1e-5)
        assert len(heard) == len(hidden)
        if heard:
            said = torch.cat(heard, dim=1).T.reshape(-1, 40, 40)[:, 2::4, 2::4].numpy()
            assert_close(neurons[i].numpy(), levels(said))


def test_weights_of_a_frame_are_those_of_the_checkpoint_in_order():
    recipe = Recipe(hidden=(3, 2), data="three")
    checkpoint, frames = advance(recipe, begin(recipe)[0], 1)
    run = Run(recipe)
    run.load(checkpoint)
    layers = [layer for layer in run.model if isinstance(layer, nn.Linear)]
    for (matrix, bias), layer in zip(layers_of(recipe, frames[0].weights), layers, strict=True):
        np.testing.assert_array_equal(matrix, layer.weight.detach())
        np.testing.assert_array_equal(bias, layer.bias.detach())


@pytest.mark.parametrize("l1", [0.0, 0.05])
@pytest.mark.parametrize("data", ["three", "plane"])
def test_gradient_norms_are_those_of_finite_differences(data, l1):
    recipe = Recipe(data=data, l1=l1, batch_size=500, hidden=(4, 3), features=("x1", "sin(x2)"))
    checkpoint, before = begin(recipe)
    after = advance(recipe, checkpoint, 1)[1][0]
    (x, y), _ = points_of(recipe)
    weights = before.weights.astype(np.float64)

    def objective(at):
        matrices = [matrix for matrix, _ in layers_of(recipe, at)]
        penalty = l1 * sum(np.abs(matrix).sum() for matrix in matrices)
        return loss_of(recipe, forward(recipe, at, x)[0], y) + penalty

    slope = np.array(
        [
            (objective(weights + step) - objective(weights - step)) / 2e-6
            for step in np.eye(len(weights)) * 1e-6
        ]
    )
    parts = np.split(slope, np.cumsum(sizes_of(recipe, weights))[:-1])
    norms = [np.linalg.norm(part) for part in parts]
    np.testing.assert_allclose(after.gradients, norms, rtol=1e-3, atol=1e-6)
    # And that gradient is what SGD stepped by.
    np.testing.assert_allclose(after.weights, weights - 0.03 * slope, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("l2", [0.0, 0.5])
def test_one_step_of_a_network_without_hidden_layers_is_the_formula(l2):
    recipe = Recipe(data="four", hidden=(), batch_size=500, learning_rate=0.2, weight_decay=l2)
    checkpoint, before = begin(recipe)
    after = advance(recipe, checkpoint, 1)[1][0]
    (x, y), _ = points_of(recipe)
    ((w, b),) = layers_of(recipe, before.weights.astype(np.float64))
    surplus = (softmax(x @ w.T + b) - np.eye(4)[y]) / len(x)  # (n, 4)
    stepped_w = w - 0.2 * (surplus.T @ x + l2 * w)
    stepped_b = b - 0.2 * (surplus.sum(axis=0) + l2 * b)
    expected = np.concatenate([stepped_w.flatten(), stepped_b])
    np.testing.assert_allclose(after.weights, expected, rtol=1e-4, atol=1e-6)


def test_shades_hold_the_class_and_how_certain_it_is():
    outputs = torch.tensor([[0.0, 0.0, 0.0], [-99.0, 99.0, 0.0], [0.0, 0.0, 1.0]])
    assert shades(outputs, 3)[:2].tolist() == [0, 64 + 63]
    chance = np.exp(1) / (2 + np.exp(1))
    assert shades(outputs, 3)[2] == 128 + round((chance - 1 / 3) / (2 / 3) * 63)
    numbers = torch.tensor([[-5.0], [-1.0], [0.0], [0.5], [1.0], [9.0], [float("nan")]])
    assert shades(numbers, 0).tolist() == [0, 0, 128, 191, 255, 255, 128]
    assert shades(torch.full((1, 4), float("nan")), 4).item() % 64 == 0


def test_the_grid_has_the_features_of_its_places_row_by_row_from_below():
    recipe = Recipe(features=("x1", "x2", "x1*x2"))
    places = grid(recipe)
    assert places.shape == (1600, 3)
    torch.testing.assert_close(places[0], torch.tensor([-5.85, -5.85, 34.2225]))
    torch.testing.assert_close(places[39, :2], torch.tensor([5.85, -5.85]))
    torch.testing.assert_close(places[40, :2], torch.tensor([-5.85, -5.55]))
    torch.testing.assert_close(places, features_of(places[:, :2], recipe.features))


def test_the_untrained_frame_has_no_gradient():
    frame = begin(Recipe())[1]
    assert frame.epoch == 0
    assert not frame.gradients.any()
    assert same_frame(frame, begin(Recipe())[1])
