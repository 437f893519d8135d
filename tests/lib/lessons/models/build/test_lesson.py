from math import floor, prod

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from torch import nn

from lib.core.isolation import call_alone
from lib.lessons.models.build import lesson
from lib.lessons.models.build.cost import cost, parameter_count
from lib.lessons.models.build.layer_kinds import (
    PRESETS,
    InputShape,
    UpToTenLayers,
    written,
)
from lib.lessons.models.build.lesson import graph, table
from lib.lessons.models.build.text import read_layers
from tests.pages.strategies import strategy

every_preset = pytest.mark.parametrize("preset", PRESETS.values(), ids=PRESETS)
quick = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


def built(text: str, *shape: int) -> lesson.Built:
    return call_alone(lesson.build, {"layers": read_layers(text), "shape": shape})


def convolutional_network() -> nn.Sequential:
    """The network as the tutorial writes it."""
    return nn.Sequential(
        lesson.Lambda(lambda x: x.view(-1, 1, 28, 28)),
        nn.Conv2d(1, 16, kernel_size=3, stride=2, padding=1),
        nn.ReLU(),
        nn.Conv2d(16, 16, kernel_size=3, stride=2, padding=1),
        nn.ReLU(),
        nn.Conv2d(16, 10, kernel_size=3, stride=2, padding=1),
        nn.ReLU(),
        nn.AvgPool2d(4),
        lesson.Lambda(lambda x: x.view(x.size(0), -1)),
    )


# --- the forward pass -----------------------------------------------------------------------------


def test_the_first_preset_is_the_network_of_the_tutorial():
    result = call_alone(lesson.build, {})
    torch.manual_seed(0)
    theirs = convolutional_network()
    y = theirs(torch.rand(64, 784))
    assert result.output == tuple(round(number, 4) for number in y[0].tolist())
    assert result.shapes[-1] == (64, 10)
    assert sum(result.parameters) == sum(p.numel() for p in theirs.parameters()) == 3930


@every_preset
def test_a_preset_runs_to_ten_numbers_a_sample(preset):
    result = call_alone(lesson.build, preset._asdict())
    assert (result.refused, result.shapes[-1]) == ("", (64, 10))
    assert len(result.shapes) == len(preset.layers) + 1


def test_same_settings_same_numbers():
    assert built("Dropout(0.5), Linear(4, 3)", 2, 4) == built("Dropout(0.5), Linear(4, 3)", 2, 4)


@pytest.mark.parametrize("side", [7, 8, 28])
@pytest.mark.parametrize(("kernel", "stride", "padding"), [(3, 2, 1), (5, 1, 0), (2, 3, 1)])
def test_a_convolution_has_the_side_of_the_formula(side, kernel, stride, padding):
    result = built(f"Conv2d(2, 5, {kernel}, {stride}, {padding})", 3, 2, side, side)
    wanted = floor((side + 2 * padding - kernel) / stride) + 1
    assert result.shapes[1] == (3, 5, wanted, wanted)


def test_what_pytorch_refuses_ends_the_shapes_and_is_reported():
    result = built("Flatten(), Linear(100, 10), ReLU()", 4, 1, 28, 28)
    assert result.shapes == ((4, 1, 28, 28), (4, 784))
    assert "(4x784 and 100x10)" in result.refused
    assert result.parameters == (0, 1010, 0)


def test_an_lstm_gives_its_states_as_well():
    result = built("LSTM(5, 3, batch_first=True)", 2, 4, 5)
    assert (result.shapes[-1], result.states) == ((2, 4, 3), (0, 2))
    assert "must be Tensor, not tuple" in built("LSTM(5, 3), Linear(3, 1)", 2, 4, 5).refused


@quick
@given(strategy(UpToTenLayers()), strategy(InputShape()))
def test_any_network_ends_in_shapes_or_in_a_sentence(layers, shape):
    result = call_alone(lesson.build, {"layers": layers, "shape": shape})
    assert bool(result.refused) == (len(result.shapes) <= len(layers))
    assert [parameter_count(layer) for layer in layers] == list(result.parameters)
    for layer, before, after in zip(layers, result.shapes, result.shapes[1:], strict=False):
        if layer != ("Lambda", "last_step"):  # keeps a part, and may keep all
            assert cost(layer, before).numbers == prod(after)


# --- too large, or not allowed --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "shape", "words"),
    [
        ("Linear(3000, 3000)", (1, 10), "9,003,000 parameters; here it may have up to 5,000,000"),
        ("Conv2d(1, 64, 1)", (1, 1, 1000, 1000), "MB of numbers; here up to 64 MB"),
        ("MaxPool2d(64, 1, 32)", (4, 4, 200, 200), "million multiplications; here up to 500"),
    ],
)
def test_what_is_too_large_is_refused(text, shape, words):
    with pytest.raises(ValueError, match=words):
        lesson.build(read_layers(text), shape)


@pytest.mark.parametrize("layers", [(), "ReLU()", (("Sigmod",),), (("Linear", 1),), (("ReLU", 1),)])
def test_bad_settings_are_refused(layers):
    with pytest.raises(ValueError, match=r"layer|arguments"):
        lesson.build(layers)


# --- other views ----------------------------------------------------------------------------------


@every_preset
def test_torchinfo_counts_the_same(preset):
    result = call_alone(lesson.build, preset._asdict())
    said = call_alone(table, preset._asdict())
    assert said.parameters == sum(result.parameters)
    assert f"{said.parameters:,}" in said.text
    assert "Total mult-adds (M): " in said.text
    assert said.mult_adds == pytest.approx(sum(result.multiply_adds), rel=0.03)
    assert said.mult_adds > sum(result.multiply_adds)  # the biases


@pytest.mark.parametrize(
    ("text", "shape", "times"),
    [
        ("Linear(5, 3)", (2, 5), 2),
        ("Linear(5, 3)", (2, 4, 5), 2),
        ("BatchNorm1d(5)", (2, 5), 2),
        ("LayerNorm(5)", (2, 4, 5), 2),
        ("Conv2d(1, 2, 3)", (2, 1, 6, 6), 2 * 4 * 4),
        ("ConvTranspose2d(1, 2, 2, 2)", (2, 1, 6, 6), 2 * 12 * 12),
        ("LSTM(5, 3, batch_first=True)", (2, 4, 5), 2 * 4),
    ],
)
def test_torchinfo_counts_parameters_as_the_page_says(text, shape, times):
    """Times the samples, the places in the output of a convolution, the steps of an LSTM."""
    network = {"layers": read_layers(text), "shape": shape}
    said = call_alone(table, network)
    assert said.mult_adds == said.parameters * times


@every_preset
def test_the_graph_has_every_layer_and_its_shape(preset):
    result = call_alone(lesson.build, preset._asdict())
    found = call_alone(graph, preset._asdict())
    layers = [step.text for step in found.steps if step.kind == "layer"]
    assert layers == [written(layer) for layer in preset.layers if layer[0] != "Lambda"]
    shapes = [step.shape for step in found.steps if step.shape]
    assert shapes == [str(shape) for shape in result.shapes]
    assert [step.kind for step in found.steps][:: len(found.steps) - 1] == ["input", "output"]


def test_the_graph_of_a_network_that_breaks_ends_its_shapes():
    found = call_alone(graph, {"layers": (("Linear", 3, 4),), "shape": (2, 2)})
    assert [step.shape for step in found.steps] == ["(2, 2)", "", ""]
