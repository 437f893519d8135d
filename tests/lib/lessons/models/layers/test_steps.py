"""The sums written out cell by cell, against the real layers."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from lib.core.isolation import call_alone
from lib.lessons.models.layers.images import FILTERS
from lib.lessons.models.layers.lesson import LAYERS, at_work
from tests.pages.strategies import strategy

STEPPED = [name for name, layer in LAYERS.items() if layer.kind == "steps"]


def random_settings(layer):
    rules = LAYERS[layer].function.rules
    return some.fixed_dictionaries({name: strategy(rule) for name, rule in rules.items()})


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
            call_alone(at_work, {"layer": layer, **chosen})
        return
    seen = call_alone(at_work, {"layer": layer, **chosen})
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
    seen = at_work("Conv2d", **chosen)
    assert [step.total for step in seen.steps] == ["1·0.25 + 2·0.25 + 3·0.25 + 4·0.25 + 0.5 = 3"]
    mean = at_work("AvgPool2d", rows=((1, 2), (3, 4)), kernel_size=2, stride=1)
    assert mean.steps[0].total == "(1 + 2 + 3 + 4) / 4 = 2.5"
    largest = at_work("MaxPool2d", rows=((1, -2),), kernel_size=2, stride=2, padding=1)
    assert largest.steps[0].total == "max(−∞, −∞, −∞, 1) = 1"
    looked_up = at_work("Embedding", indices=(1, 0))
    assert looked_up.steps[0].total == "x[0] = 1: y[0] = weight[1]"


def test_a_long_sum_leaves_out_what_is_zero():
    chosen = {"rows": ((0,) * 5,) * 4 + ((0, 0, 0, 0, 2),), "kernel_size": 5, "stride": 1}
    seen = at_work("Conv2d", **chosen, padding=0)
    assert seen.steps[0].total == "2·1 + 24×0 + 0.5 = 2.5"


def test_too_many_cells_are_not_stepped_through():
    chosen = {"size": 28, "kernel_size": 3, "stride": 1, "padding": 0}
    assert at_work("Conv2d", **chosen).steps == ()
