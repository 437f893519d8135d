from itertools import pairwise

import numpy as np
import pytest
import torch
from torch import nn

from lib.lessons.training.loop.network import (
    ACTIVATIONS,
    FEATURES,
    OPTIMIZERS,
    features_of,
    linear_layers,
    make_model,
)

BY_FORMULA = {
    "x1": lambda a, b: a,
    "x2": lambda a, b: b,
    "x1^2": lambda a, b: a**2,
    "x2^2": lambda a, b: b**2,
    "x1*x2": lambda a, b: a * b,
    "sin(x1)": lambda a, b: np.sin(a),
    "sin(x2)": lambda a, b: np.sin(b),
}
CURVES = {
    "tanh": np.tanh,
    "ReLU": lambda x: np.maximum(x, 0),
    "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
    "linear": lambda x: x,
}


def test_features_are_what_they_are_named():
    x = torch.linspace(-6, 6, 40).reshape(20, 2)
    a, b = x.double().numpy().T
    assert list(FEATURES) == list(BY_FORMULA)
    features = features_of(x, list(FEATURES))
    assert features.shape == (20, 7)
    expected = np.stack([formula(a, b) for formula in BY_FORMULA.values()], axis=1)
    np.testing.assert_allclose(features, expected, rtol=1e-5, atol=1e-5)
    np.testing.assert_allclose(
        features_of(x, ("sin(x2)", "x1")), expected[:, [6, 0]], rtol=1e-5, atol=1e-5
    )


@pytest.mark.parametrize("activation", CURVES)
def test_a_network_computes_what_numpy_does(activation):
    torch.manual_seed(0)
    model = make_model(2, (5, 3), 4, activation)
    x = torch.randn(7, 2)
    h = x.double().numpy()
    layers = linear_layers(model)
    for layer in layers:
        h = h @ layer.weight.detach().double().numpy().T + layer.bias.detach().double().numpy()
        if layer is not layers[-1]:
            h = CURVES[activation](h)
    np.testing.assert_allclose(model(x).detach(), h, rtol=1e-4, atol=1e-6)


def test_gelu_is_among_the_activations_and_nothing_is_untested():
    assert set(ACTIVATIONS) == {*CURVES, "GELU"}
    x = torch.linspace(-3, 3, 20)
    normal = torch.distributions.Normal(0.0, 1.0)
    np.testing.assert_allclose(ACTIVATIONS["GELU"]()(x), x * normal.cdf(x), rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("hidden", [(), (1,), (4, 2), (16,) * 6])
def test_layers_have_the_widths_asked_for(hidden):
    widths = [3, *hidden, 2]
    model = make_model(3, hidden, 2, "tanh", 0.5)
    layers = linear_layers(model)
    assert [tuple(layer.weight.shape) for layer in layers] == [
        (after, before) for before, after in pairwise(widths)
    ]
    assert sum(isinstance(layer, nn.Dropout) for layer in model) == len(hidden)
    assert isinstance(model[-1], nn.Linear)


def test_dropout_drops_its_part_only_in_training():
    torch.manual_seed(0)
    model = make_model(1, (16,), 1, "sigmoid", 0.25)
    hidden = nn.Sequential(*list(model)[:-1])
    x = torch.zeros(1000, 1)
    dropped = (hidden.train()(x) == 0).float().mean().item()
    assert dropped == pytest.approx(0.25, abs=0.02)
    assert (hidden.eval()(x) != 0).all()


# --- one step of each optimizer, by its formula ------------------------------------------------


def two_steps(name, decay=0.0):
    """The weight after two steps from 1.0, with gradients 0.5 and -0.2 and rate 0.1."""
    weight = nn.Parameter(torch.tensor([1.0], dtype=torch.float64))
    optimizer = OPTIMIZERS[name]([weight], lr=0.1, weight_decay=decay)
    for gradient in (0.5, -0.2):
        weight.grad = torch.tensor([gradient], dtype=torch.float64)
        optimizer.step()
    return weight.item()


def by_formula(name, decay=0.0):
    w, rate, v, m, s = 1.0, 0.1, 0.0, 0.0, 0.0
    for t, slope in enumerate((0.5, -0.2), start=1):
        if name == "AdamW":
            w, g = w * (1 - rate * decay), slope
        else:
            g = slope + decay * w
        if name == "SGD":
            w -= rate * g
        elif name == "momentum":
            v = 0.9 * v + g
            w -= rate * v
        elif name == "RMSprop":
            s = 0.99 * s + 0.01 * g * g
            w -= rate * g / (s**0.5 + 1e-8)
        elif name == "Adagrad":
            s += g * g
            w -= rate * g / (s**0.5 + 1e-10)
        else:
            m, s = 0.9 * m + 0.1 * g, 0.999 * s + 0.001 * g * g
            w -= rate * (m / (1 - 0.9**t)) / ((s / (1 - 0.999**t)) ** 0.5 + 1e-8)
    return w


@pytest.mark.parametrize("decay", [0.0, 0.3])
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_each_optimizer_steps_by_its_formula(name, decay):
    assert two_steps(name, decay) == pytest.approx(by_formula(name, decay), rel=1e-9)
