import hashlib
import os
from copy import deepcopy
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as some
from PIL import Image
from safetensors.torch import load_file
from torch import nn
from torchvision.models import get_model, mobilenet_v2

from lib.core.isolation import call_alone
from lib.datasets.assets import asset
from lib.datasets.images import PICTURES, picture
from lib.lessons.models.pretrained import features, linear_probe, two_photos
from lib.lessons.models.pretrained.lesson import (
    EMBED_SIZES,
    counted,
    freeze,
    seen,
    top_classes,
    trains_little,
    views,
)
from lib.lessons.models.pretrained.networks import (
    BLOCKS,
    WEIGHTS,
    available,
    block_shapes,
    blocks,
    cached,
    prepared,
    trained,
)
from lib.lessons.models.pretrained.questions import (
    FEEDBACK,
    FEEDBACK_COUNT,
    first_class,
    trainable_parameters,
)

FILE = "mobilenet_v2.safetensors"
SHA256 = "eaad10a53b8682c42582774329211d895e140e4fe87a90880de9685048c069d3"
FULL = os.environ.get("PLAYGROUND_MOBILENET", "")  # where the original .pth is, if it is


# --- the shipped weights --------------------------------------------------------------------------


def test_the_shipped_weights_are_those_that_were_made():
    assert hashlib.sha256(asset(FILE).read_bytes()).hexdigest() == SHA256
    assert asset(FILE).stat().st_size < 7_500_000


def test_the_shipped_weights_have_every_name_and_shape_in_16_bits():
    half, own = load_file(asset(FILE)), mobilenet_v2().state_dict()
    assert {name: x.shape for name, x in half.items()} == {n: x.shape for n, x in own.items()}
    for name, x in half.items():
        counts = name.endswith("num_batches_tracked")
        assert x.dtype == (torch.int64 if counts else torch.float16)
        assert torch.isfinite(x).all()


def test_a_network_in_use_has_32_bits():
    model = trained("mobilenet_v2")
    assert {p.dtype for p in model.parameters()} == {torch.float32}
    assert trained("mobilenet_v2") is model
    assert trained.cache_info().maxsize == 2


# What the full-precision network says; for chelsea, coffee and camera anybody can tell.
SAYS = {
    "chelsea": "Egyptian cat",
    "coffee": "espresso",
    "astronaut": "bobsled",
    "rocket": "drilling platform",
    "camera": "tripod",
    "horse": "Great Dane",
}


@pytest.mark.parametrize("photo", PICTURES)
def test_the_photos_first_class_is_that_of_the_full_precision_network(photo):
    assert top_classes(image=photo).classes[0] == SAYS[photo]


@pytest.mark.skipif(not FULL, reason="PLAYGROUND_MOBILENET names no original weights")
def test_the_shipped_network_agrees_with_the_original():
    full = mobilenet_v2()
    full.load_state_dict(torch.load(Path(FULL), weights_only=True))
    x = torch.stack([prepared("mobilenet_v2", photo) for photo in PICTURES])
    with torch.no_grad():
        ours, theirs = (m(x).softmax(dim=1) for m in (trained("mobilenet_v2"), full.eval()))
    assert torch.equal(ours.argmax(dim=1), theirs.argmax(dim=1))
    assert (ours - theirs).abs().max() < 0.02


# --- what the network predicts ------------------------------------------------------------------


@pytest.mark.parametrize("network", WEIGHTS)
@pytest.mark.parametrize("photo", ["chelsea", "fashion 3"])
def test_a_picture_is_prepared_as_the_weights_ask_for(network, photo):
    x = torch.tensor(picture(photo)).permute(2, 0, 1)
    assert torch.equal(prepared(network, photo), WEIGHTS[network].transforms()(x))
    plain = prepared(network, photo, normalize=False)
    assert plain.min() >= 0
    assert plain.max() <= 1


@settings(max_examples=6)
@given(k=some.integers(1, 10), image=some.sampled_from(["chelsea", "rocket"]))
def test_the_probabilities_are_the_largest_in_order(k, image):
    result = top_classes(image=image, k=k)
    with torch.no_grad():
        logits = trained("mobilenet_v2")(prepared("mobilenet_v2", image)[None])[0].double().numpy()
    probabilities = np.exp(logits - logits.max()) / np.exp(logits - logits.max()).sum()
    order = np.argsort(-probabilities)[:k]
    names = WEIGHTS["mobilenet_v2"].meta["categories"]
    assert result.classes == tuple(names[place] for place in order)
    np.testing.assert_allclose(result.probabilities, probabilities[order], rtol=1e-4)


def test_training_mode_draws_and_the_seed_decides():
    first = call_alone(top_classes, {"evaluate": False, "seed": 1})
    assert call_alone(top_classes, {"evaluate": False, "seed": 1}) == first
    assert call_alone(top_classes, {"evaluate": False, "seed": 2}) != first
    assert call_alone(top_classes, {"seed": 1}) == call_alone(top_classes, {"seed": 2})
    assert first.probabilities[0] < 0.1 < call_alone(top_classes, {}).probabilities[0]


def test_what_the_network_sees_is_the_middle_of_the_photo(tmp_path):
    (tmp_path / "seen.jpg").write_bytes(seen(image="coffee"))
    with Image.open(tmp_path / "seen.jpg") as image:
        shown = np.asarray(image).astype(float)
    x = prepared("mobilenet_v2", "coffee", normalize=False).permute(1, 2, 0).numpy() * 255
    assert shown.shape == (224, 224, 3)
    assert np.abs(shown - x).mean() < 5  # a JPEG is not exact; red for blue would be far off


@pytest.mark.parametrize(
    ("function", "bad", "says"),
    [
        (top_classes, {"network": "alexnet"}, "network='alexnet' is not one of: 'mobilenet_v2'"),
        (top_classes, {"image": "dog"}, "image='dog' is not one of"),
        (top_classes, {"k": 11}, "k=11 is out of range: 1 to 10"),
        (top_classes, {"normalize": 1}, "normalize=1 is not one of: True, False"),
        (freeze, {"embed_size": 3}, "embed_size=3 is not one of"),
        (freeze, {"frozen": -1}, "frozen=-1 is out of range"),
        (features.two_ways, {"embed_size": 0}, "embed_size=0 is not one of"),
        (features.plane, {"image": 3}, "image=3 is not one of"),
        (linear_probe.probe, {"count": 11}, "count=11 is not one of: 6, 12"),
        (two_photos.two_photos, {"area": 2.0}, "area=2.0 is not one of"),
    ],
)
def test_bad_settings_are_refused(function, bad, says):
    with pytest.raises(ValueError, match=says):
        function(**bad)


def test_a_network_whose_weights_are_not_here_is_refused(monkeypatch, tmp_path):
    monkeypatch.setattr(torch.hub, "get_dir", lambda: str(tmp_path))
    assert available("mobilenet_v2")
    assert not available("resnet18")
    with pytest.raises(ValueError, match="'resnet18' has no weights on this computer; there is:"):
        top_classes(network="resnet18")


def test_cached_weights_are_loaded_by_torchvision_itself(monkeypatch, tmp_path):
    monkeypatch.setattr(torch.hub, "get_dir", lambda: str(tmp_path))
    torch.manual_seed(3)
    made = get_model("resnet18")
    cached("resnet18").parent.mkdir()
    torch.save(made.state_dict(), cached("resnet18"))
    try:
        assert torch.equal(trained("resnet18").fc.weight, made.fc.weight)
        assert trained("resnet18") is trained("resnet18")
        result = call_alone(features.two_ways, {"network": "resnet18"})
        assert result.cut == (1, 512, 1, 1)  # a ResNet pools in a layer
        assert result.extracted == (1, 512)
        assert len(top_classes(network="resnet18", k=3).classes) == 3
    finally:
        trained.cache_clear()


# --- freezing -------------------------------------------------------------------------------------


@pytest.mark.parametrize("network", WEIGHTS)
def test_the_blocks_are_the_whole_network_but_its_head(network):
    with torch.device("meta"):
        model = get_model(network)
    parts = blocks(model)
    assert len(parts) == BLOCKS[network]
    inside = {id(p) for _, modules in parts for m in modules for p in m.parameters()}
    outside = [n for n, p in model.named_parameters() if id(p) not in inside]
    heads = {f"{name}.{kind}" for name in ("fc", "classifier.1") for kind in ("weight", "bias")}
    assert set(outside) <= heads
    assert len(outside) == 2


@settings(max_examples=15)
@given(some.sampled_from([*WEIGHTS]), some.integers(0, 19), some.sampled_from([2, 10, 1000]))
def test_what_trains_is_what_an_optimizer_would_get(network, frozen, size):
    result = freeze(network, frozen, size)
    with torch.device("meta"):
        model = get_model(network)
    if network == "mobilenet_v2":
        model.classifier[1] = nn.Linear(1280, size)
        stages = list(model.features)
    else:
        model.fc = nn.Linear(model.fc.in_features, size)
        stages = [nn.ModuleList([model.conv1, model.bn1])]
        stages += [model.layer1, model.layer2, model.layer3, model.layer4]
    nn.ModuleList(stages[:frozen]).requires_grad_(False)
    assert result.total == sum(p.numel() for p in model.parameters())
    assert result.trains == sum(p.numel() for p in model.parameters() if p.requires_grad)
    assert result.parts[-1].parameters == result.features * size + size
    assert (
        result.total - result.parts[-1].parameters + result.old_head
        == (WEIGHTS[network].meta["num_params"])
    )


@settings(max_examples=40)
@given(some.sampled_from([*WEIGHTS]), some.integers(0, 19), some.sampled_from(EMBED_SIZES))
def test_counting_without_a_network_gives_what_freeze_does(network, frozen, size):
    assert counted(network, frozen, size) == freeze(network, frozen, size)


def test_the_challenge_wants_all_frozen_and_a_small_head():
    met = [
        (frozen, size)
        for frozen in range(20)
        for size in EMBED_SIZES
        if trains_little(counted("mobilenet_v2", frozen, size))
    ]
    assert met == [(19, 10)]


def test_the_shapes_on_the_way_are_those_of_a_real_photo():
    x = prepared("mobilenet_v2", "coffee")[None]
    with torch.no_grad():
        for layer, shape in zip(
            trained("mobilenet_v2").features, block_shapes("mobilenet_v2"), strict=True
        ):
            x = layer(x)
            assert tuple(x.shape[1:]) == shape
    assert [len(block_shapes(each)) for each in WEIGHTS] == [*BLOCKS.values()]


@pytest.mark.parametrize("photo", PICTURES)
def test_the_views_of_a_photo(photo):
    made = views("mobilenet_v2", photo)
    assert (made.height, made.width) == picture(photo).shape[:2]
    assert made.seen == seen(image=photo)
    assert made.share == 224 / 256


# --- questions ------------------------------------------------------------------------------------


@pytest.mark.parametrize("photo", PICTURES)
@pytest.mark.parametrize("normalize", [True, False])
def test_the_first_class_is_among_four_answers(photo, normalize):
    now, careful = top_classes(image=photo, normalize=normalize), top_classes(image=photo)
    rows = first_class(now, careful, photo)
    assert len({row.value for row in rows}) == len(rows) == 4
    [right] = [row for row in rows if row.right]
    assert (right.code, right.value) == ("top", now.classes[0])
    assert {row.code for row in rows} <= FEEDBACK.keys()
    for row in rows:  # "among the next ones" is said of this picture as it is now
        assert row.code != "second" or row.value in now.classes[1:]
    assert {row.code for row in first_class(now, careful, photo, False) if row.right} == {"alone"}


@pytest.mark.parametrize("photo", PICTURES)
def test_in_training_mode_batch_norm_alone_spoils_the_answer_and_dropout_alone_does_not(photo):
    def likeliest(kind: type[nn.Module]) -> float:
        model = deepcopy(trained("mobilenet_v2"))
        for module in model.modules():
            module.training = isinstance(module, kind)
        torch.manual_seed(0)
        with torch.no_grad():
            return model(prepared("mobilenet_v2", photo)[None]).softmax(dim=1).max().item()

    assert likeliest(nn.BatchNorm2d) < 0.02
    assert likeliest(nn.Dropout) > 0.1


@settings(max_examples=20)
@given(some.integers(0, 19), some.sampled_from(EMBED_SIZES))
def test_the_count_is_among_the_answers_in_order(frozen, size):
    result = freeze(frozen=frozen, embed_size=size)
    rows = trainable_parameters(result)
    [right] = [row for row in rows if row.right]
    assert right.value == f"{result.trains:,}"
    values = [int(str(row.value).replace(",", "")) for row in rows]
    assert values == sorted(set(values))
    assert len(rows) >= 3
    assert {row.code for row in rows} <= FEEDBACK_COUNT.keys()
