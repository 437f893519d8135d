"""The settings of all layers, their downloads, and what is said beside shape and parameters."""

import contextlib
import inspect
import io

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as some
from torch import nn

from lib.core.isolation import attempt, call_alone
from lib.export import snippets
from lib.lessons.models.layers.dense_layers import parse_indices
from lib.lessons.models.layers.lesson import LABELS, LAYERS, LINES, metrics, run_lines
from lib.lessons.models.layers.reference import shape_formula
from lib.lessons.models.layers.window_layers import FILTERS, IMAGES, parse_rows
from tests.pages.strategies import strategy

every_layer = pytest.mark.parametrize("layer", LAYERS)


def rules(layer):
    return LAYERS[layer].function.rules


def random_settings(layer):
    return some.fixed_dictionaries({name: strategy(rule) for name, rule in rules(layer).items()})


def defaults(function):
    return {name: each.default for name, each in inspect.signature(function).parameters.items()}


@every_layer
def test_every_setting_has_a_rule_and_a_name_on_the_page(layer):
    assert set(rules(layer)) == set(defaults(LAYERS[layer].function))
    for name in rules(layer):  # a name of the code needs no label
        assert name in LABELS or hasattr(nn, layer) or layer == "activation"


@every_layer
def test_the_same_settings_give_the_same(layer):
    first, second = (attempt(LAYERS[layer].function, {}) for _ in range(2))
    assert str(first.result) == str(second.result)
    assert first.warnings == ()


@pytest.mark.parametrize(
    ("layer", "bad", "says"),
    [
        ("Conv2d", {"kernel_size": 6}, "kernel_size=6 is out of range: 1 to 5"),
        ("Conv2d", {"rows": ((1, 2), (3,))}, "equally long, not 2, 1 numbers"),
        ("Conv2d", {"rows": ((100,),)}, "100 is out of range: -99 to 99"),
        ("Conv2d", {"rows": ((True,),)}, "True is not a number"),
        ("Conv2d", {"rows": 3}, "is not a tuple of rows"),
        ("Embedding", {"indices": ()}, "the length of indices=0 is out of range"),
        ("Dropout", {"p": 1.5}, "p=1.5 is out of range: 0.0 to 1.0"),
        ("LSTM", {"num_layers": 0}, "num_layers=0 is out of range: 1 to 3"),
        ("MSELoss", {"reduction": "max"}, "reduction='max' is not one of"),
    ],
)
def test_bad_settings_are_refused(layer, bad, says):
    with pytest.raises(ValueError, match=says):
        LAYERS[layer].function(**bad)


def test_typed_numbers_are_read():
    assert parse_rows("1, 2.5; −3, 4;") == ((1, 2.5), (-3, 4))
    assert parse_indices("0, 1,1") == (0, 1, 1)


@pytest.mark.parametrize(
    ("read", "text", "says"),
    [
        (parse_rows, "1, x", "'x' in row 1 is not a number"),
        (parse_rows, "1, 2; 3", "equally long, not 2, 1 numbers"),
        (parse_rows, "", "'' in row 1 is not a number"),
        (parse_rows, "1;" * 8, "up to 7 rows of 1 to 7 numbers"),
        (parse_rows, "100", "100 is out of range"),
        (parse_indices, "-1", "'-1' is not an index from 0 to 9"),
        (parse_indices, "0,0,0,0,0,0,0", "7 indices are too many"),
    ],
)
def test_what_cannot_be_read_is_named(read, text, says):
    with pytest.raises(ValueError, match=says):
        read(text)


def test_the_images_and_filters_have_the_size_asked_for():
    for size in (1, 3, 5):
        assert all(make(size).shape == (size, size) for make in IMAGES.values())
        assert all(make(size).shape == (size, size) for make in FILTERS.values())


@every_layer
@settings(max_examples=4)
@given(data=some.data())
def test_the_download_gives_the_numbers_of_the_page(layer, data):
    function, chosen = LAYERS[layer].function, data.draw(random_settings(layer))
    text, said_by_it = snippets.script(function, chosen), io.StringIO()
    assert "from lib" not in text
    with contextlib.redirect_stdout(said_by_it):
        exec(compile(text, layer, "exec"), {"__name__": "__main__"})
    expected = call_alone(function, chosen)._asdict().items()
    assert said_by_it.getvalue() == "".join(f"{name} = {value}\n" for name, value in expected)


def test_the_cheat_sheets_lines_come_alive():
    found = call_alone(run_lines, {})
    says = list(found.values())
    assert list(found) == list(LINES)
    assert says[:2] == ["(4, 784)", "(1, 5)"]
    assert 350 < int(says[2]) < 450
    assert says[3] == str(4 * 4 * (3 + 4 + 2) + 4 * 4 * (4 + 4 + 2))
    assert float(says[4]) == (1 + 4) / 2


def test_every_layer_has_more_to_say_or_a_formula():
    for name, layer in LAYERS.items():
        result = call_alone(layer.function, {})
        formula = shape_formula(name, result.shape_in, defaults(layer.function))
        assert formula != ("", result.shape_in) or metrics(result)


REAL = {
    "Conv2d": nn.Conv2d(1, 1, 3), "ConvTranspose2d": nn.ConvTranspose2d(1, 1, 3),
    "MaxPool2d": nn.MaxPool2d(2), "AvgPool2d": nn.AvgPool2d(2), "Linear": nn.Linear(2, 2),
    "Flatten": nn.Flatten(), "Embedding": nn.Embedding(2, 2), "Dropout": nn.Dropout(0.4),
    "BatchNorm2d": nn.BatchNorm2d(2), "LayerNorm": nn.LayerNorm(2), "Softmax": nn.Softmax(dim=1),
}  # fmt: skip


@pytest.mark.parametrize("layer", REAL)
def test_the_summary_says_that_a_bias_is_added_where_there_is_one(layer):
    has_bias = any("bias" in name for name, _ in REAL[layer].named_parameters())
    assert ("bias" in LAYERS[layer].summary) == has_bias


def test_layer_norm_works_along_the_last_axis_and_weight_and_bias_come_after():
    x = torch.rand(2, 4, 5, generator=torch.Generator().manual_seed(0))
    norm = nn.LayerNorm(5)
    assert (norm.weight.tolist(), norm.bias.tolist()) == ([1] * 5, [0] * 5)
    nn.init.constant_(norm.weight, 3)
    nn.init.constant_(norm.bias, 2)
    rows = x.numpy()
    by_hand = (rows - rows.mean(-1, keepdims=True)) / rows.std(-1, keepdims=True) * 3 + 2
    np.testing.assert_allclose(norm(x).detach().numpy(), by_hand, atol=1e-2)
    assert "along the last axis" in LAYERS["LayerNorm"].summary
