"""The trained filters, hooks, color filters, edges and questions, against something else."""

import numpy as np
import pytest
import torch
from safetensors.torch import load_file
from scipy.signal import correlate2d
from torch import nn

from lib.datasets.assets import asset
from lib.lessons.inside.filters.color import MEAN, STD, color_filters
from lib.lessons.inside.filters.edges import answer_edges, reaches
from lib.lessons.inside.filters.kernels import NAMES, PRESETS, parse
from lib.lessons.inside.filters.lesson import compare
from lib.lessons.inside.filters.network import LAYERS, first_layer, hooked, seen_by_network, trained
from lib.lessons.inside.filters.questions import TOLD, TOLD_SIZE, mystery, size_guesses

SHORT = {"kernel_size": 3, "epochs": 1}


def test_the_maps_are_what_scipy_makes_of_the_filters():
    result = first_layer("fashion 3", **SHORT)
    assert result.before.shape == result.after.shape == (10, 3, 3)
    for each, w, layer, bias in zip(
        result.maps, result.after, result.layer, result.bias, strict=True
    ):
        inner = correlate2d(result.img, w, "valid")
        assert each[1:-1, 1:-1] == pytest.approx(inner, abs=1e-5)
        assert layer == pytest.approx(inner + bias, abs=1e-5)
    assert result.apart < 1e-5


def test_training_moves_the_filters_and_names_more_pictures():
    result, start = first_layer(**SHORT), first_layer(kernel_size=3, epochs=0)
    assert np.array_equal(result.before, start.after)
    assert start.moved == 0
    assert result.moved == pytest.approx(np.abs(result.after - result.before).mean())
    assert result.moved > 0.03
    assert result.accuracy[0] == start.accuracy[1] < 0.3
    assert result.accuracy[1] > 0.6


def test_training_twice_gives_the_same():
    first = first_layer(**SHORT)
    trained.cache_clear()
    assert np.array_equal(first.after, first_layer(**SHORT).after)


def test_hooks_catch_what_each_layer_gives():
    net = trained(3, 0)
    x = torch.from_numpy(seen_by_network("fashion 3"))[None, None]
    parts = dict(net.named_children())
    for layer in LAYERS:
        with torch.no_grad():
            x = parts[layer](x)
        result = hooked("fashion 3", layer, 3, 0)
        assert np.array_equal(result.maps, x[0].numpy())
        assert dict(result.shapes)[layer] == tuple(x[0].shape)
        assert result.zeros == pytest.approx((x == 0).float().mean().item())
    assert not any(part._forward_hooks for part in net.children())


def test_the_color_filters_are_those_of_the_file():
    weights = load_file(asset("mobilenet_v2.safetensors"))["features.0.0.weight"].float()
    result = color_filters("chelsea", 7)
    assert np.array_equal(result.filters, weights.numpy())
    layer = nn.Conv2d(3, 32, 3, stride=2, padding=1, bias=False)
    layer.weight.data = weights
    x = (torch.from_numpy(result.photo) / 255 - torch.tensor(MEAN)) / torch.tensor(STD)
    with torch.no_grad():
        expected = layer(x.permute(2, 0, 1)[None])[0, 7].numpy()
    assert result.map == pytest.approx(expected, abs=1e-4)
    assert result.apart < 1e-5
    w = weights[7].numpy()
    assert result.colorful == pytest.approx(1 - 3 * (w.mean(0) ** 2).sum() / (w**2).sum(), abs=1e-5)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: first_layer(kernel_size=4), "kernel_size=4"),
        (lambda: first_layer(epochs=4), "epochs=4 is out of range: 0 to 3"),
        (lambda: hooked(layer="fc"), "layer='fc'"),
        (lambda: color_filters(number=32), "number=32 is out of range: 0 to 31"),
        (lambda: answer_edges(((1,),)), "3 by 3 or 5 by 5"),
    ],
)
def test_bad_settings(call, words):
    with pytest.raises(ValueError, match=words):
        call()


# --- edges ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kernel", "expected"),
    [
        (((-1, 0, 1), (-2, 0, 2), (-1, 0, 1)), (0, 4, 3, 3)),
        (((0, 1, 2), (-1, 0, 1), (-2, -1, 0)), (3, 3, 4, 0)),
        (((1, 0, -1), (0, 0, 0), (-1, 0, 1)), (0, 0, 1, 1)),
        (((0, 0, 0),) * 3, (0, 0, 0, 0)),
    ],
)
def test_answers_to_edges(kernel, expected):
    answers = answer_edges(kernel)
    assert answers[:4] == expected
    for edge, made in zip(answers.edges, answers.maps, strict=True):
        assert made == pytest.approx(correlate2d(edge, np.array(kernel), "valid"))
    assert reaches(answers) == (expected == (0, 0, 1, 1))


def test_only_rows_and_columns_that_add_up_to_zero_reach_it():
    for size in PRESETS:
        assert not any(reaches(answer_edges(parse(text))) for text in PRESETS[size].values())
    corners = np.zeros((5, 5), dtype=int)
    corners[[0, 4], [0, 4]], corners[[0, 4], [4, 0]] = 1, -1
    assert reaches(answer_edges(tuple(map(tuple, corners.tolist()))))


# --- questions ------------------------------------------------------------------------------------


@pytest.mark.parametrize("chosen", NAMES)
@pytest.mark.parametrize("image", ["camera", "fashion 3"])
def test_the_mystery_is_one_of_the_other_presets(image, chosen):
    found = mystery(image, "BORDER_REPLICATE", 3, chosen)
    assert [guess.value for guess in found.guesses if guess.right] == [found.name]
    assert found.name != chosen
    assert {guess.code for guess in found.guesses} <= set(TOLD) - {chosen}
    same = compare(image, parse(PRESETS[3][found.name]), "BORDER_REPLICATE").opencv
    assert found.output == pytest.approx(same, abs=1e-5)


@pytest.mark.parametrize(("height", "width", "size"), [(96, 64, 3), (28, 28, 5), (8, 8, 5)])
def test_sizes(height, width, size):
    found = size_guesses(height, width, size)
    assert {guess.code for guess in found} <= set(TOLD_SIZE)
    [right] = [guess.value for guess in found if guess.right]
    assert right == str((10, height - size + 1, width - size + 1))
