import pytest
import torch
from hypothesis import HealthCheck, given, settings
from torch import nn

from lib.core.isolation import call_alone
from lib.lessons.models.build.layer_kinds import (
    CONVOLUTIONAL,
    KINDS,
    PRESETS,
    InputShape,
    UpToTenLayers,
)
from lib.lessons.models.build.lesson import build
from lib.lessons.models.build.questions import (
    LABELS,
    REASONS,
    SHAPE_FEEDBACK,
    TOTAL_FEEDBACK,
    reaches,
    shape_answers,
    total_answers,
)
from tests.pages.strategies import strategy


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(strategy(UpToTenLayers()), strategy(InputShape()))
def test_one_answer_is_right_and_every_answer_has_words(layers, shape):
    result = call_alone(build, {"layers": layers, "shape": shape})
    for edge in range(1, len(layers) + 1):
        shapes, totals = shape_answers(layers, result, edge), total_answers(layers, result)
        for found, feedback in ((shapes, SHAPE_FEEDBACK), (totals, TOTAL_FEEDBACK)):
            assert sum(guess.right for guess in found) == 1
            assert len({guess.value for guess in found}) == len(found) >= 2
            assert {guess.code for guess in found} <= set(feedback)
        (right,) = [guess.value for guess in shapes if guess.right]
        reached = edge < len(result.shapes)
        assert right == (str(result.shapes[edge]) if reached else "error")


def test_the_answers_about_the_convolutional_network():
    result = call_alone(build, {})
    values = {guess.code: guess.value for guess in shape_answers(CONVOLUTIONAL, result, 4)}
    assert values == {
        "window": "(64, 16, 7, 7)",
        "unchanged": "(64, 16, 14, 14)",
        "more": "(64, 16, 8, 8)",
        "no_batch": "(16, 7, 7)",
        "fits": "error",
    }
    totals = {guess.code: guess.value for guess in total_answers(CONVOLUTIONAL, result)}
    kernels = 16 * 9 + 16 * 16 * 9 + 16 * 10 * 9
    assert totals["total"] == kernels + 16 + 16 + 10
    assert totals["no_bias"] == kernels
    assert totals["kernels"] == (16 + 16 + 10) * 9 + 42
    assert set(LABELS) == {"error"}


def asked(layers, shape, edge=1):
    """The answers to both questions by their codes."""
    result = call_alone(build, {"layers": layers, "shape": shape})
    both = shape_answers(layers, result, edge), total_answers(layers, result)
    return tuple({guess.code: guess.value for guess in found} for found in both)


def test_where_an_error_is_right_no_wrong_answer_speaks_of_a_shape_that_comes_out():
    misfit, shape = (("Conv2d", 3, 8, 3), ("ReLU",)), (4, 1, 28, 28)
    result = call_alone(build, {"layers": misfit, "shape": shape})
    for edge, codes in ((1, {"error", "refused"}), (2, {"early", "never"})):
        assert {guess.code for guess in shape_answers(misfit, result, edge)} == codes


@pytest.mark.parametrize("preset", PRESETS)
def test_an_error_is_not_explained_where_there_is_none(preset):
    network = PRESETS[preset]
    for edge in range(1, len(network.layers) + 1):
        codes = set(asked(network.layers, network.shape, edge)[0])
        assert "fits" in codes
        assert not codes & {"error", "refused", "early", "never"}


@pytest.mark.parametrize("name", ["MaxPool2d", "AvgPool2d", "Conv2d", "ConvTranspose2d"])
def test_only_a_layer_with_channels_of_its_own_is_said_to_choose_them(name):
    layer = getattr(nn, name)(*KINDS[name].example[1:])
    codes = asked((KINDS[name].example,), (2, 16, 8, 8))[0]
    told = SHAPE_FEEDBACK[REASONS[name]]
    assert "out_channels" not in told or hasattr(layer, "out_channels")
    assert ("channels stay" in told) == ("Pool" in name)
    assert "channels" not in codes or hasattr(layer, "out_channels")


def test_sides_that_stay_are_not_put_down_to_the_stride():
    """LeNet's second convolution has stride 1: without padding, 14 becomes 10."""
    codes = asked(PRESETS["LeNet-like"].layers, (64, 1, 28, 28), 4)[0]
    assert (codes["window"], codes["full"]) == ("(64, 16, 10, 10)", "(64, 16, 14, 14)")
    assert "forgotten" not in SHAPE_FEEDBACK["full"]


EXAMPLES = {
    "BatchNorm1d": ("BatchNorm1d", 5), "BatchNorm2d": ("BatchNorm2d", 5),
    "LayerNorm": ("LayerNorm", 5), "Softmax": ("Softmax", 1), "Dropout": ("Dropout", 0.0),
    "ReLU": ("ReLU",), "LeakyReLU": ("LeakyReLU",), "Tanh": ("Tanh",), "Sigmoid": ("Sigmoid",),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(KINDS.keys() - REASONS.keys() | {
    name for name, why in REASONS.items() if why == "together"}))  # fmt: skip
def test_numbers_are_worked_on_alone_or_together_as_it_is_told(name):
    """One number goes up: does what comes out in other places change?"""
    layer = getattr(nn, name)(*EXAMPLES[name][1:])
    shape = (4, 5, 5, 5) if name == "BatchNorm2d" else (4, 5)
    x = torch.rand(shape, generator=torch.Generator().manual_seed(0))
    other = x.clone()
    other.view(-1)[0] += 1
    changed = (layer(other) != layer(x)).sum().item()
    assert (changed > 1) == (REASONS.get(name, "same") == "together")


def test_flatten_merges_the_axes_that_are_told():
    for axes, merged in (
        ((0,), "(120,)"), ((2,), "(2, 3, 20)"), ((1, 2), "(2, 12, 5)"), ((), "(2, 60)"),
    ):  # fmt: skip
        assert asked((("Flatten", *axes),), (2, 3, 4, 5))[0]["flat"] == merged
    assert "start_dim" in SHAPE_FEEDBACK["flat"]


SINGLE = {
    "Linear": ("Linear", 28, 7), "LSTM": ("LSTM", 28, 64, 2, True, True),
    "LayerNorm": ("LayerNorm", 28), "Conv2d": ("Conv2d", 4, 6, 3),
    "ConvTranspose2d": ("ConvTranspose2d", 4, 6, 3), "BatchNorm2d": ("BatchNorm2d", 4),
}  # fmt: skip


@pytest.mark.parametrize("name", SINGLE)
def test_what_is_called_the_weights_alone_is_that(name):
    layer = SINGLE[name]
    shape = (2, 4, 28, 28) if "2d" in name else (2, 28, 28)
    weights = sum(
        p.numel() for n, p in getattr(nn, name)(*layer[1:]).named_parameters() if "bias" not in n
    )
    assert asked((layer,), shape)[1]["no_bias"] == weights


def test_the_rule_names_the_kinds_of_layers_there_are():
    _, lstm = asked(PRESETS["LSTM"].layers, (64, 28, 28))
    assert lstm["total_lstm"] == 4 * 64 * (28 + 64 + 2) + 64 * 10 + 10
    assert lstm["no_bias"] == 4 * 64 * (28 + 64) + 64 * 10 == 24_192
    norms = (("LayerNorm", 28), ("LSTM", 28, 4, 1, False, True))
    assert asked(norms, (2, 3, 28))[1]["total_all"] == 2 * 28 + 4 * 4 * (28 + 4)
    assert "total_norm" in asked(norms[:1], (2, 3, 28))[1]
    assert set(asked(CONVOLUTIONAL, (64, 784))[1]) >= {"total", "no_bias"}


@pytest.mark.parametrize(
    ("parameters", "accuracy", "reached"),
    [(1965, 0.6, True), (1966, 0.6, False), (1965, 0.53, False), (100, 0.54, True)],
)
def test_the_challenge_wants_both(parameters, accuracy, reached):
    assert reaches(parameters, accuracy, 3930, 0.6) == reached
