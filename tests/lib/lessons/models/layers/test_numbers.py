"""Each layer against another way to compute the same."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as some
from torch import nn

from lib.core.isolation import call_alone
from lib.lessons.models.layers.lesson import LAYERS
from tests.pages.strategies import strategy


def random_settings(layer):
    rules = LAYERS[layer].function.rules
    return some.fixed_dictionaries({name: strategy(rule) for name, rule in rules.items()})


def test_dropout_scales_what_it_keeps_and_does_nothing_in_eval():
    found = call_alone(LAYERS["Dropout"].function, {"p": 0.4, "rows": 6, "columns": 8})
    np.testing.assert_allclose(found.train[found.kept], found.x[found.kept] / 0.6, rtol=1e-6)
    assert not found.train[~found.kept].any()
    assert 0 < found.kept.sum() < found.kept.size
    np.testing.assert_array_equal(found.eval, found.x)
    assert (found.train != found.again).any()
    nothing = call_alone(LAYERS["Dropout"].function, {"p": 1.0})
    assert (nothing.train.any(), nothing.scale) == (False, 0)


def test_batch_norm_uses_its_own_numbers_first_and_the_remembered_ones_later():
    chosen = {"batch": 3, "channels": 2, "size": 3, "momentum": 0.5, "seen": 1}
    found = call_alone(LAYERS["BatchNorm2d"].function, chosen)
    by_hand = (found.x - found.x.mean(axis=1, keepdims=True)) / found.x.std(axis=1, keepdims=True)
    np.testing.assert_allclose(found.train, by_hand, atol=1e-4)
    mean, var = found.running_mean[:, None], found.running_var[:, None]
    np.testing.assert_allclose(found.eval, (found.x - mean) / np.sqrt(var + 1e-5), atol=1e-4)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        channel = torch.arange(2.0).view(1, -1, 1, 1)
        first = (torch.randn(2, 3, 2, 3, 3) * (channel + 1) + 3 * channel)[0].numpy()
    np.testing.assert_allclose(found.running_mean, first.mean(axis=(0, 2, 3)) / 2, rtol=1e-4)
    spread = first.var(axis=(0, 2, 3), ddof=1)  # what is remembered divides by n - 1
    np.testing.assert_allclose(found.running_var, 0.5 + spread / 2, rtol=1e-4)


def test_a_new_batch_norm_in_eval_does_next_to_nothing():
    found = call_alone(LAYERS["BatchNorm2d"].function, {"seen": 0})
    np.testing.assert_allclose(found.eval, found.x, rtol=1e-4)


def test_layer_norm_treats_each_sample_alone():
    found = call_alone(LAYERS["LayerNorm"].function, {})
    by_hand = (found.x - found.x.mean(axis=1, keepdims=True)) / found.x.std(axis=1, keepdims=True)
    np.testing.assert_allclose(found.train, by_hand, atol=1e-4)
    np.testing.assert_array_equal(found.eval, found.train)


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def test_an_lstm_of_one_layer_is_four_gates():
    found = call_alone(LAYERS["LSTM"].function, {"num_layers": 1})
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        torch.randn(2, 5, 3)
        layer = nn.LSTM(3, 4, batch_first=True)
    w, u = layer.weight_ih_l0.detach().numpy(), layer.weight_hh_l0.detach().numpy()
    bias = (layer.bias_ih_l0 + layer.bias_hh_l0).detach().numpy()
    h, c = np.zeros(4), np.zeros(4)
    for step, x in enumerate(found.x):
        take, forget, new, give = np.split(w @ x + u @ h + bias, 4)
        c = sigmoid(forget) * c + sigmoid(take) * np.tanh(new)
        h = sigmoid(give) * np.tanh(c)
        np.testing.assert_allclose(found.output[step], h, atol=1e-5)
    np.testing.assert_allclose(found.final[0], h, atol=1e-5)


def test_flatten_is_the_view_of_the_notes():
    found = call_alone(LAYERS["Flatten"].function, {})
    np.testing.assert_array_equal(found.y, found.x.reshape(2, -1))
    assert found.view == found.shape_out


def test_embedding_looks_rows_up():
    found = call_alone(LAYERS["Embedding"].function, {"indices": (1, 0, 1)})
    np.testing.assert_array_equal(found.y, found.weight[[1, 0, 1]])


@pytest.mark.parametrize("kind", ["ReLU", "LeakyReLU", "GELU", "Sigmoid", "Tanh"])
def test_the_slope_of_an_activation_is_its_finite_difference(kind):
    curve = call_alone(LAYERS["activation"].function, {"kind": kind, "at": 0.7}).curve
    assert curve.slope == pytest.approx(curve.difference, abs=1e-6)
    inner = slice(1, -1)
    away = np.abs(curve.x[inner]) > 0.1  # ReLU has a corner at 0
    rises = np.gradient(curve.y, curve.x)[inner]
    np.testing.assert_allclose(curve.gradient[inner][away], rises[away], atol=1e-3)


def test_softmax_gives_shares():
    found = call_alone(LAYERS["Softmax"].function, {})
    by_hand = np.exp(found.scores) / np.exp(found.scores).sum()
    np.testing.assert_allclose(found.shares, by_hand, rtol=1e-5)
    slopes = np.diag(by_hand) - np.outer(by_hand, by_hand)
    np.testing.assert_allclose(found.jacobian, slopes, atol=1e-6)


LOSSES = {
    "MSELoss": lambda x, s: (x - s["target"]) ** 2,
    "L1Loss": lambda x, s: np.abs(x - s["target"]),
    "CrossEntropyLoss": lambda x, s: (
        np.log(np.exp(x) + np.exp(s["other"]) + 1) - [x, s["other"] + 0 * x, 0 * x][s["label"]]
    ),
    "BCEWithLogitsLoss": lambda x, s: np.log(1 + np.exp(x)) - s["target"] * x,
}


@pytest.mark.parametrize("layer", LOSSES)
@settings(max_examples=25)
@given(data=some.data())
def test_a_loss_is_its_formula_and_its_gradient_a_finite_difference(layer, data):
    chosen = data.draw(random_settings(layer))
    found = call_alone(LAYERS[layer].function, chosen)
    alone = LOSSES[layer](np.float64(chosen["at"]), chosen)
    times = chosen["batch"] if chosen["reduction"] == "sum" else 1
    assert found.loss == pytest.approx(times * alone, abs=1e-5)
    np.testing.assert_allclose(found.curve.y, LOSSES[layer](found.curve.x, chosen), atol=1e-5)
    if layer != "L1Loss" or abs(chosen["at"] - chosen["target"]) > 1e-3:
        assert found.gradient == pytest.approx(found.difference, abs=1e-5)
        share = chosen["batch"] if chosen["reduction"] == "mean" else 1
        assert found.gradient == pytest.approx(found.curve.slope / share, abs=1e-6)
