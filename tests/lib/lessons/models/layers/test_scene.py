"""The scene of the lesson: its code gives its numbers, and it hides what is asked."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from lib.core.isolation import call_alone
from lib.core.scene import Revealed
from lib.lessons.models.layers.lesson import LAYERS
from lib.lessons.models.layers.questions import reaches
from lib.lessons.models.layers.scene import CONTROLS, EXAMPLE, scene
from lib.lessons.models.layers.scene import settings as joined
from lib.lessons.models.layers.window_layers import blur, parse_rows
from lib.runtime.scenes import scene_json
from tests.lib.core.scene_code import run_code
from tests.pages.strategies import strategy

every_layer = pytest.mark.parametrize("layer", LAYERS)


def random_settings(layer):
    rules = LAYERS[layer].function.rules
    return some.fixed_dictionaries({name: strategy(rule) for name, rule in rules.items()})


def first(values, layer):
    """What the page shows of an output: of images the first channel."""
    return values[0, 0] if "image" in LAYERS[layer].function.rules else values


@every_layer
@settings(max_examples=12)
@given(data=some.data())
def test_the_code_gives_what_the_lesson_function_gives(layer, data):
    chosen = data.draw(random_settings(layer))
    made = call_alone(scene, {"layer": layer, **chosen})
    ran = run_code(made)
    assert ran.error == made.error
    expected = call_alone(LAYERS[layer].function, chosen)
    if made.error:
        assert expected.refused == f"{ran.error}: {ran.message}"
        return
    y = ran.names["y"].detach().numpy()
    assert y.shape == tuple(expected.shape_out)
    numbers = {row.name: row.value for row in made.numbers}
    assert numbers["shape of the real output"] == f"`{y.shape}`"
    for name, module in ran.names.items():
        if hasattr(module, "parameters") and name not in ("nn", "torch"):
            count = sum(p.numel() for p in module.parameters())
            assert numbers["parameters of the real layer"] == f"{count}"
    if hasattr(expected, "curve"):
        grad = ran.names["x"].grad.numpy()
        slope = getattr(expected, "gradient", expected.curve.slope)
        assert grad.flat[0] == pytest.approx(slope, rel=1e-4, abs=1e-6)
        return
    if layer == "LSTM":
        y = y[0] if chosen["batch_first"] else y[:, 0]
    if layer == "BatchNorm2d":
        y = y.swapaxes(0, 1).reshape(y.shape[1], -1)
    names = ("y", "train", "output", "probabilities")
    seen = next(getattr(expected, name) for name in names if hasattr(expected, name))
    np.testing.assert_allclose(first(y, layer).reshape(seen.shape), seen, rtol=1e-4, atol=1e-5)
    if hasattr(expected, "eval"):
        later = ran.names["later"].detach().numpy()
        if layer == "BatchNorm2d":
            later = later.swapaxes(0, 1).reshape(later.shape[1], -1)
        np.testing.assert_allclose(later, expected.eval, rtol=1e-4, atol=1e-5)


def heatmaps(figure):
    return sum(trace["type"] == "heatmap" for trace in figure["data"])


@every_layer
def test_what_is_asked_is_not_sent(layer):
    hidden = json.loads(scene_json("layers", {"layer": layer}, Revealed(())))
    shown = json.loads(scene_json("layers", {"layer": layer}))
    assert "shape of the real output" not in dict(hidden["numbers"])
    assert "The output has the shape" not in str(hidden)
    assert hidden["asked"]
    assert not shown["asked"]
    result = call_alone(LAYERS[layer].function, {})
    kind = LAYERS[layer].kind
    [first_picture, *_] = [each["figure"] for each in hidden["pictures"]]
    if kind in ("steps", "flat"):
        assert not first_picture["frames"]
        assert heatmaps(first_picture) <= 2
        assert not (first_picture["layout"]["meta"] or {}).get("numbers")
    elif kind == "dropout":
        assert len(first_picture["frames"]) == 2
    elif kind in ("curve", "loss"):
        assert first_picture["layout"]["meta"].get("numbers") is None
    elif kind == "lstm":
        assert f"({result.shape_out[2]})" not in str(first_picture)


def test_one_answer_does_not_uncover_the_other():
    for layer in LAYERS:
        only = {
            name: json.loads(scene_json("layers", {"layer": layer}, Revealed((name,))))
            for name in ("shape", "number")
        }
        assert "shape of the real output" in dict(only["shape"]["numbers"])
        assert "shape of the real output" not in dict(only["number"]["numbers"])
        both = scene_json("layers", {"layer": layer})
        assert len(json.loads(both)["numbers"]) > len(only["number"]["numbers"])


def test_a_layer_that_refuses_says_so_once_it_is_answered():
    chosen = {"layer": "Conv2d", "size": 3, "kernel_size": 5}
    hidden = scene_json("layers", chosen, Revealed(("number",))).decode()
    assert "Kernel size" not in hidden
    assert "refuses" not in hidden
    shown = scene_json("layers", chosen, Revealed(("shape",))).decode()
    assert "Kernel size" in shown
    assert scene(**chosen).error == "RuntimeError"


def test_an_output_without_a_cell_is_drawn_as_nothing():
    """PyTorch lets a transposed convolution leave one: (1 - 1) * 1 - 2 * 1 + 2 = 0."""
    channels = {"in_channels": 2, "out_channels": 2, "groups": 2}  # without groups it is refused
    edge = {"kernel_size": 2, "stride": 1, "padding": 1}
    made = scene(layer="ConvTranspose2d", rows=((0,),), **channels, **edge)
    assert not made.error
    assert run_code(made).names["y"].shape == (1, 2, 0, 0)


def test_a_click_on_a_cell_makes_it_bright_or_dark():
    made = scene(layer="Conv2d", rows=((0, 5), (9, 9)), kernel_size=1)
    clicks = made.pictures["picture"].figure.data[0]["customdata"]
    for i, j, bright in ((0, 0, 9), (0, 1, 9), (1, 0, 0)):
        rows = np.array(parse_rows(clicks[i][j]["layers.rows"]))
        expected = np.array([[0, 5], [9, 9]])
        expected[i, j] = bright
        np.testing.assert_array_equal(rows, expected)
    padded = scene(layer="MaxPool2d", size=3, padding=1).pictures["picture"].figure
    clicks = padded.data[0]["customdata"]
    assert [len(row) for row in clicks] == [5] * 5
    assert clicks[0] == clicks[-1] == [None] * 5
    assert CONTROLS["rows"].read([clicks[1][1]["layers.rows"]])


def test_a_click_on_an_index_takes_the_next_row():
    made = scene(layer="Embedding", num_embeddings=3, indices=(0, 2))
    [[one], [other]] = made.pictures["picture"].figure.data[0]["customdata"]
    assert (one["layers.indices"], other["layers.indices"]) == ("1, 2", "0, 0")


def test_only_the_chosen_layers_settings_count():
    values = {name: each.default for name, each in CONTROLS.items()}
    assert joined(**values)["layer"] == "Conv2d"
    assert joined(**{**values, "conv.stride": 3})["stride"] == 3
    typed = joined(**{**values, "image": None})
    assert typed["rows"] == CONTROLS["rows"].default
    assert "size" not in typed
    assert set(joined(**{**values, "layer": "Linear"})) == {
        "layer", "batch", "in_features", "out_features", "bias",
    }  # fmt: skip


def test_the_example_and_the_start_do_not_give_the_answers():
    values = {name: each.default for name, each in CONTROLS.items()}
    example = joined(**{**values, **EXAMPLE})
    assert example["weight"] is blur
    results = []
    for each in (joined(**values), example):
        layer, own = each["layer"], {n: v for n, v in each.items() if n != "layer"}
        results.append(call_alone(LAYERS[layer].function, own))
    assert results[0].shape_out[2:] != results[1].shape_out[2:]
    assert results[0].parameters != results[1].parameters
    assert not reaches("Conv2d", results[0])
