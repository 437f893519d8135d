"""The lesson functions against formulas, sums by hand, NumPy, and freshly built layers."""

import contextlib
import inspect
import io

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as some
from torch import nn

from lib.core.isolation import attempt, call_alone
from lib.export import snippets
from lib.lessons.models.layers.formulas import parameter_formula, shape_formula
from lib.lessons.models.layers.images import FILTERS, IMAGES
from lib.lessons.models.layers.lesson import LABELS, LAYERS
from lib.lessons.models.layers.settings import parse_indices, parse_rows
from tests.pages.strategies import strategy

every_layer = pytest.mark.parametrize("layer", LAYERS)


def rules(layer):
    return LAYERS[layer].function.rules


def random_settings(layer):
    return some.fixed_dictionaries({name: strategy(rule) for name, rule in rules(layer).items()})


def defaults(function):
    return {name: each.default for name, each in inspect.signature(function).parameters.items()}


# --- shapes and parameters ------------------------------------------------------------------------


@every_layer
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


# --- settings and downloads -----------------------------------------------------------------------


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
