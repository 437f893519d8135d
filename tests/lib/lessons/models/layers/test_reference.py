"""What is computed by hand, against the real layers."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as some
from torch import nn

from lib.core.isolation import call_alone
from lib.lessons.models.layers.lesson import LAYERS, apply
from lib.lessons.models.layers.reference import output_steps, parameter_formula, shape_formula
from lib.lessons.models.layers.window_layers import FILTERS
from tests.pages.strategies import strategy

STEPPED = [name for name, layer in LAYERS.items() if layer.kind == "steps"]


def random_settings(layer):
    rules = LAYERS[layer].function.rules
    return some.fixed_dictionaries({name: strategy(rule) for name, rule in rules.items()})


# --- shapes and parameters ------------------------------------------------------------------------


@pytest.mark.parametrize("layer", LAYERS)
@settings(max_examples=25)
@given(data=some.data())
def test_the_formulas_agree_with_the_real_layer(layer, data):
    chosen = data.draw(random_settings(layer))
    result = call_alone(LAYERS[layer].function, chosen)
    if getattr(result, "refused", ""):
        assert result.refused.partition(":")[0] in {"RuntimeError", "ValueError", "IndexError"}
        return
    shape = shape_formula(layer, result.shape_in, chosen)
    parameters = parameter_formula(layer, chosen)
    assert shape.value == result.shape_out
    assert parameters.value == result.parameters
    assert parameters.words.endswith(str(result.parameters))


@settings(max_examples=100)
@given(
    n=some.tuples(some.integers(1, 30), some.integers(1, 30)),
    kernel=some.integers(1, 7),
    stride=some.integers(1, 5),
    padding=some.integers(0, 6),
    dilation=some.integers(1, 3),
    groups=some.sampled_from([1, 2, 3]),
    each=some.tuples(some.integers(1, 3), some.integers(1, 3)),
    bias=some.booleans(),
    mode=some.sampled_from(["zeros", "reflect", "replicate", "circular"]),
    kind=some.sampled_from(["Conv2d", "ConvTranspose2d", "MaxPool2d", "AvgPool2d"]),
)
def test_the_formulas_hold_beyond_the_controls(
    n, kernel, stride, padding, dilation, groups, each, bias, mode, kind
):
    into, out = (groups * count for count in each)
    window = {"kernel_size": kernel, "stride": stride, "padding": padding}
    if kind != "AvgPool2d":
        window["dilation"] = dilation
    if "Conv" in kind:
        more = {"groups": groups, "bias": bias}
        mode = "zeros" if kind == "ConvTranspose2d" else mode
        layer = getattr(nn, kind)(into, out, **window, **more, padding_mode=mode)
        chosen = {"in_channels": into, "out_channels": out, **window, **more}
    else:
        layer, chosen = getattr(nn, kind)(**window), {"channels": into, **window}
    formula = shape_formula(kind, (1, into, *n), chosen)
    assert parameter_formula(kind, chosen).value == sum(p.numel() for p in layer.parameters())
    try:
        y = layer(torch.zeros(1, into, *n))
    except (RuntimeError, ValueError):
        return  # the padding does not fit, or nothing would come out
    assert formula.value == tuple(y.shape)


@settings(max_examples=25)
@given(
    sizes=some.tuples(*[some.integers(1, 6)] * 2),
    layers=some.integers(1, 4),
    both=some.booleans(),
    first=some.booleans(),
)
def test_the_formulas_hold_for_any_lstm(sizes, layers, both, first):
    chosen = {"input_size": sizes[0], "hidden_size": sizes[1], "num_layers": layers}
    chosen |= {"bidirectional": both, "batch_first": first}
    layer = nn.LSTM(**chosen)
    output, _ = layer(torch.zeros(3, 2, sizes[0]))
    assert shape_formula("LSTM", (3, 2, sizes[0]), chosen).value == tuple(output.shape)
    numbers = sum(p.numel() for p in layer.parameters())
    assert parameter_formula("LSTM", chosen).value == numbers


def test_a_formula_shows_its_numbers():
    chosen = {"kernel_size": 3, "stride": 2, "padding": 1, "out_channels": 16, "in_channels": 4}
    chosen |= {"groups": 2, "bias": True}
    words = shape_formula("Conv2d", (1, 4, 28, 28), chosen).words
    assert words == "⌊(28 + 2·1 − 1·(3 − 1) − 1) / 2⌋ + 1 = 14"
    assert parameter_formula("Conv2d", chosen).words == "16·(4/2)·3·3 + 16 = 304"


# --- output numbers -------------------------------------------------------------------------------


def said(total):
    """The number at the end of a written sum, and what its products add up to."""
    left, _, right = total.replace("−", "-").replace("-∞", "-inf").rpartition(" = ")
    return left, float(right)


@pytest.mark.parametrize("layer", STEPPED)
@settings(max_examples=25)
@given(data=some.data())
def test_the_sum_by_hand_is_what_the_layer_returned(layer, data):
    chosen = data.draw(random_settings(layer))
    if "size" in chosen:
        chosen["size"] = min(chosen["size"], 7)
    result = call_alone(LAYERS[layer].function, chosen)
    if result.refused:
        with pytest.raises(ValueError, match="no output"):
            output_steps(layer, result, chosen)
        return
    seen = call_alone(apply, {"layer": layer, **chosen}).drawn
    np.testing.assert_array_equal(seen.y, result.y)
    written = [place for step in seen.steps for place in step.writes]
    if seen.steps:
        assert written == list(np.ndindex(*result.y.shape))
    for step in seen.steps:
        assert all(0 <= r < seen.x.shape[0] and 0 <= c < seen.x.shape[1] for r, c in step.reads)
        if layer == "Embedding":
            continue
        _, number = said(step.total)
        assert number == pytest.approx(result.y[step.writes[0]], rel=2e-3, abs=0.006)
        read = np.array([seen.x[place] for place in step.reads])
        if layer == "MaxPool2d":
            assert read.max() == result.y[step.writes[0]]
        elif layer == "AvgPool2d":
            assert read.mean() == pytest.approx(result.y[step.writes[0]], rel=1e-4, abs=1e-5)
        else:
            weights = np.array([seen.weight[place] for place in step.weights])
            bias = 0 if result.bias is None else result.bias
            bias = bias[step.writes[0][1]] if np.ndim(bias) else bias
            by_hand = float(read @ weights + bias) if read.size else bias
            assert by_hand == pytest.approx(result.y[step.writes[0]], rel=1e-4, abs=1e-4)


def test_a_sum_is_written_with_its_numbers():
    chosen = {"rows": ((1, 2), (3, 4)), "weight": FILTERS["blur"], "kernel_size": 2, "stride": 1}
    chosen |= {"padding": 0}
    seen = apply("Conv2d", **chosen).drawn
    assert [step.total for step in seen.steps] == ["1·0.25 + 2·0.25 + 3·0.25 + 4·0.25 + 0.5 = 3"]
    mean = apply("AvgPool2d", rows=((1, 2), (3, 4)), kernel_size=2, stride=1).drawn
    assert mean.steps[0].total == "(1 + 2 + 3 + 4) / 4 = 2.5"
    largest = apply("MaxPool2d", rows=((1, -2),), kernel_size=2, stride=2, padding=1).drawn
    assert largest.steps[0].total == "max(−∞, −∞, −∞, 1) = 1"
    looked_up = apply("Embedding", indices=(1, 0)).drawn
    assert looked_up.steps[0].total == "x[0] = 1: y[0] = weight[1]"


def test_a_long_sum_leaves_out_what_is_zero():
    chosen = {"rows": ((0,) * 5,) * 4 + ((0, 0, 0, 0, 2),), "kernel_size": 5, "stride": 1}
    seen = apply("Conv2d", **chosen, padding=0).drawn
    assert seen.steps[0].total == "2·1 + 24×0 + 0.5 = 2.5"


def test_too_many_cells_are_not_stepped_through():
    chosen = {"size": 28, "kernel_size": 3, "stride": 1, "padding": 0}
    assert apply("Conv2d", **chosen).drawn.steps == ()
