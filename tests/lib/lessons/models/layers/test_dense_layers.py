"""Each layer on rows against another way to compute the same."""

import numpy as np
import torch
from torch import nn

from lib.core.isolation import call_alone
from lib.lessons.models.layers.lesson import LAYERS


def test_dropout_scales_what_it_does_not_drop_and_does_nothing_in_eval():
    found = call_alone(LAYERS["Dropout"].function, {"p": 0.4, "rows": 6, "columns": 8})
    np.testing.assert_allclose(found.train[found.mask], found.x[found.mask] / 0.6, rtol=1e-6)
    assert not found.train[~found.mask].any()
    assert 0 < found.mask.sum() < found.mask.size
    np.testing.assert_array_equal(found.eval, found.x)
    assert (found.train != found.again).any()
    nothing = call_alone(LAYERS["Dropout"].function, {"p": 1.0})
    assert (nothing.train.any(), nothing.scale) == (False, 0)


def test_batch_norm_uses_its_own_numbers_first_and_the_remembered_ones_later():
    chosen = {"batch": 3, "channels": 2, "size": 3, "momentum": 0.5, "past_batches": 1}
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
    variance = first.var(axis=(0, 2, 3), ddof=1)  # what is remembered divides by n - 1
    np.testing.assert_allclose(found.running_var, 0.5 + variance / 2, rtol=1e-4)


def test_a_new_batch_norm_in_eval_does_next_to_nothing():
    found = call_alone(LAYERS["BatchNorm2d"].function, {"past_batches": 0})
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


def test_flatten_is_the_view_of_older_programs():
    found = call_alone(LAYERS["Flatten"].function, {})
    np.testing.assert_array_equal(found.y, found.x.reshape(2, -1))
    assert found.view == found.shape_out


def test_embedding_looks_rows_up():
    found = call_alone(LAYERS["Embedding"].function, {"indices": (1, 0, 1)})
    np.testing.assert_array_equal(found.y, found.weight[[1, 0, 1]])
