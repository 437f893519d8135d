"""Activations, softmax and losses against another way to compute the same."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from lib.core.isolation import call_alone
from lib.lessons.models.layers.lesson import LAYERS
from tests.pages.strategies import strategy


def random_settings(layer):
    rules = LAYERS[layer].function.rules
    return some.fixed_dictionaries({name: strategy(rule) for name, rule in rules.items()})


@pytest.mark.parametrize("kind", ["ReLU", "LeakyReLU", "GELU", "Sigmoid", "Tanh"])
def test_the_slope_of_an_activation_is_its_finite_difference(kind):
    curve = call_alone(LAYERS["activation"].function, {"kind": kind, "at": 0.7}).curve
    assert curve.slope == pytest.approx(curve.difference, abs=1e-6)
    inner = slice(1, -1)
    away = np.abs(curve.x[inner]) > 0.1  # ReLU has a corner at 0
    rises = np.gradient(curve.y, curve.x)[inner]
    np.testing.assert_allclose(curve.gradient[inner][away], rises[away], atol=1e-3)


def test_softmax_gives_probabilities():
    found = call_alone(LAYERS["Softmax"].function, {})
    by_hand = np.exp(found.logits) / np.exp(found.logits).sum()
    np.testing.assert_allclose(found.probabilities, by_hand, rtol=1e-5)
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
        divisor = chosen["batch"] if chosen["reduction"] == "mean" else 1
        assert found.gradient == pytest.approx(found.curve.slope / divisor, abs=1e-6)
