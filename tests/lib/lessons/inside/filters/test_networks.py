"""The trained filters, hooks and color filters, against something else."""

import numpy as np
import pytest
import torch
from safetensors.torch import load_file
from scipy.signal import correlate2d
from torch import nn

from lib.datasets.assets import asset
from lib.lessons.inside.filters.networks import (
    LAYERS,
    MEAN,
    STD,
    color_filters,
    first_layer,
    hooked,
    seen_by_network,
    trained,
)

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
    assert result.difference < 1e-5


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
    assert result.difference < 1e-5
    w = weights[7].numpy()
    assert result.colorful == pytest.approx(1 - 3 * (w.mean(0) ** 2).sum() / (w**2).sum(), abs=1e-5)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: first_layer(kernel_size=4), "kernel_size=4"),
        (lambda: first_layer(epochs=4), "epochs=4 is out of range: 0 to 3"),
        (lambda: hooked(layer="fc"), "layer='fc'"),
        (lambda: color_filters(number=32), "number=32 is out of range: 0 to 31"),
    ],
)
def test_bad_settings(call, words):
    with pytest.raises(ValueError, match=words):
        call()
