"""What is saved comes back bit for bit, and every key's fate is what PyTorch itself says."""

from io import BytesIO
from itertools import product

import numpy as np
import pytest
import torch
from torch import nn
from torchvision import models

from lib.core.rules import readable
from lib.lessons.training.save_load import files
from lib.lessons.training.save_load import lesson as saving
from lib.lessons.training.save_load import questions as asked
from lib.lessons.training.save_load.networks import (
    SOURCES,
    TARGETS,
    learned,
    net,
    parallel,
    three_classes,
    trained,
)
from lib.lessons.training.save_load.resume import OPTIMIZERS, resume
from lib.uploads.checkpoints import checkpoint_from

BODY = {"conv1.weight", "conv1.bias", "conv2.weight", "conv2.bias"}


@pytest.mark.parametrize("source", SOURCES.values())
@pytest.mark.parametrize("way", saving.WAYS)
def test_every_way_comes_back_bit_for_bit(way, source):
    model, file, size = saving.round_trip(way, source)
    assert file.keys() == model.state_dict().keys()
    for name, weights in model.state_dict().items():
        assert torch.equal(file[name], weights)
    assert size == len(files.saved(way, source))
    result = saving.save_and_load(way, source, source)
    assert result.same
    assert result.error == ""
    assert result.accuracy_after == result.trained_accuracy
    assert result.trained_accuracy > 0.7
    assert result.accuracy_before < 0.3


def expected(source, target, strip, key_filter, strict):
    """What PyTorch says when it is asked by hand: its error and the two lists of keys."""
    file = trained(source)[0].state_dict()
    if strip:
        file = {name.removeprefix("module."): each for name, each in file.items()}
    new = target()
    own = new.state_dict()
    different = [k for k in file if k in own and file[k].shape != own[k].shape]
    missing, unexpected = own.keys() - file.keys(), file.keys() - own.keys()
    if key_filter is saving.everything:
        fails = bool(different) or (strict and bool(missing or unexpected))
    else:
        fails = key_filter is saving.as_in_the_notes and bool(different)
    return fails, missing, unexpected, set(different)


CHOICES = list(
    product(
        SOURCES.values(), TARGETS.values(), (False, True), saving.FILTERS.values(), (True, False)
    )
)


@pytest.mark.parametrize("choice", CHOICES[::3], ids=lambda choice: " ".join(map(readable, choice)))
def test_every_key_has_its_fate(choice):
    result = saving.save_and_load("state_dict", *choice)
    fails, missing, unexpected, different = expected(*choice)
    fates = {key.name: key.fate for key in result.keys}
    assert bool(result.error) == fails
    assert {name for name, fate in fates.items() if fate == "missing"} == missing
    assert {name for name, fate in fates.items() if fate == "unexpected"} == unexpected
    assert {name for name, fate in fates.items() if fate == "shape differs"} == different
    pictures = saving.illustrated("state_dict", *choice)
    assert pictures.result == result
    for name, fate in fates.items():
        if fate == "loaded":
            np.testing.assert_array_equal(pictures.in_file[name], pictures.in_net[name])
    for answers in asked.loading_answers(result).values():
        assert len([each for each in answers if each.right]) == 1


def test_an_error_comes_after_what_fits_was_loaded():
    result = saving.save_and_load()
    assert "size mismatch for fc.weight" in result.error
    assert {key.name for key in result.keys if key.fate == "loaded"} == BODY


def test_the_notes_filter_is_silent_where_nothing_fits():
    result = saving.save_and_load("state_dict", TARGETS["DataParallel(net)"], net)
    assert "Missing key(s)" in result.error
    result = saving.save_and_load(
        "state_dict", TARGETS["DataParallel(net)"], net, key_filter=saving.as_in_the_notes
    )
    assert (result.error, asked.loaded(result), result.accuracy_after) == (
        "",
        0,
        result.accuracy_before,
    )
    [outcome] = [each.code for each in asked.loading_answers(result)["outcome"] if each.right]
    assert outcome == "silent"


def test_the_challenge_is_the_body_and_no_error():
    reached = {
        choice
        for choice in CHOICES
        if choice[1] is three_classes and asked.reaches(saving.save_and_load("state_dict", *choice))
    }
    assert reached == {
        (source, three_classes, strip, saving.same_shapes, strict)
        for source, strip in ((net, False), (net, True), (SOURCES["DataParallel(net)"], True))
        for strict in (True, False)
    }


def test_the_same_seed_gives_the_same_and_another_another():
    one, other = (saving.save_and_load(target=three_classes, seed=seed) for seed in (1, 2))
    assert saving.save_and_load(seed=1) == one
    before = [saving.illustrated(seed=seed).in_net["fc.weight"] for seed in (1, 2)]
    assert (before[0] != before[1]).any()
    assert other.trained_accuracy == one.trained_accuracy


def test_nobody_changes_what_was_learned():
    before = {name: each.clone() for name, each in learned()[0].items()}
    saving.save_and_load(target=net)
    resume(saved_at=70)
    assert all(torch.equal(each, before[name]) for name, each in learned()[0].items())


def test_what_is_wrapped_never_goes_to_a_gpu(monkeypatch):
    """On a machine with GPUs, DataParallel moves its network there and wants to compute there."""

    def forward(*_):
        raise RuntimeError("module must have its parameters and buffers on device cuda:0")

    monkeypatch.setattr(nn.DataParallel, "forward", forward)
    result = saving.save_and_load(source=parallel, target=parallel)
    assert asked.loaded(result) == asked.own_keys(result) == 6
    assert all(each.device.type == "cpu" for each in parallel().parameters())


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_a_resumed_run_equals_the_uninterrupted_one(optimizer):
    result = resume(optimizer, 60, 1)
    assert result.same
    assert result.resumed == result.whole[60:]
    assert (result.weights_only == result.resumed) == (optimizer == "SGD")
    gaps = np.subtract(result.weights_only, result.whole[60:])
    assert result.largest_rise == pytest.approx(gaps.max())
    if optimizer == "Adam":
        # Two numbers for each of 9 106 weights, 4 bytes each.
        weights = sum(each.numel() for each in net().parameters())
        assert result.checkpoint_bytes - result.weights_bytes > 2 * 4 * weights
        assert result.largest_rise > 0.1


@pytest.mark.parametrize("way", saving.WAYS)
def test_what_is_inside(way):
    found = files.look_inside(way)
    sizes = sorted(each.numel() * 4 for each in net().parameters())
    data = sorted(size for name, size in found.entries if "/data/" in name or "weight" in name
                  or "bias" in name)  # fmt: skip
    assert set(sizes) <= set(data)
    assert sum(size for _, size in found.entries) < found.file_bytes
    assert ("torch.nn.modules.linear.Linear" in found.globals) == (way == "whole model")
    assert found.error == ""


@pytest.mark.skipif(torch.cuda.is_available(), reason="here such a file opens")
def test_a_file_from_a_gpu_needs_map_location():
    found = files.look_inside("state_dict", "cuda:0", "none")
    assert "CUDA device but torch.cuda.is_available() is False" in found.error
    assert found.places == ("cuda:0",)
    assert files.look_inside("state_dict", "cuda:0", "cpu").error == ""


def test_files_of_a_visitor(tmp_path):
    for way in saving.WAYS:
        data = files.saved(way, net)
        files.store(tmp_path, files.name_of(way, net), data)
        read = checkpoint_from(data)
        assert bool(read.problems) == (way == "whole model")
    assert len(files.names_in(tmp_path)) == len(saving.WAYS)
    assert torch.load(BytesIO(files.saved("state_dict", net))).keys() == net().state_dict().keys()
    with pytest.raises(ValueError, match="no name of a file"):
        files.store(tmp_path, "../out.pt", b"")
    for number in range(files.MOST_FILES - len(saving.WAYS)):
        files.store(tmp_path, f"{number}.pt", b"")
    with pytest.raises(ValueError, match="12 files already"):
        files.store(tmp_path, "one more.pt", b"")


def test_the_best_fit_is_the_architecture_itself():
    known = files.known()
    assert known.keys() == files.NETWORKS.keys()
    for name in ("resnet18", "mobilenet_v2", "squeezenet1_0"):
        made = files.shapes_of(name)
        assert files.fits(made, known)[0] == (name, 1.0, {"fits": len(made), "missing": 0,
                                                  "unexpected": 0, "shape differs": 0})  # fmt: skip
    real = models.squeezenet1_0(num_classes=10).state_dict()
    assert files.shapes_of("squeezenet1_0").keys() == real.keys()
    shapes = {name: tuple(each.shape) for name, each in real.items()}
    best = files.fits(shapes, known)[0]
    assert (best.network, best.counts["shape differs"]) == ("squeezenet1_0", 2)
    rows = files.worst_first(shapes, files.shapes_of("squeezenet1_0"))
    assert [row.name for row in rows if row.fate != "fits"] == [
        "classifier.1.weight", "classifier.1.bias"]  # fmt: skip
    assert rows[0].fate == "shape differs"
    assert files.fits({"nothing": (1,)}, known)[0].share == 0
    # Of a file from elsewhere, its own keys are what one wants to see.
    assert files.worst_first({"nothing": (1,)}, known["resnet18"])[0].name == "nothing"


def test_networks_are_made_without_memory():
    assert "vgg11" in files.NETWORKS
    with torch.device("meta"):
        made = files.NETWORKS["vgg11"]()
    assert all(each.device.type == "meta" for each in made.parameters())
    assert isinstance(made, nn.Module)
    with pytest.raises(ValueError, match="network='vgg' is not one of: resnet18"):
        files.shapes_of("vgg")


@pytest.mark.parametrize(
    ("function", "bad"),
    [
        (saving.save_and_load, {"way": "zip"}),
        (saving.save_and_load, {"seed": 0}),
        (saving.save_and_load, {"strict": 1}),
        (resume, {"saved_at": 71}),
        (resume, {"optimizer": "LBFGS"}),
        (files.look_inside, {"saved_on": "cuda:1"}),
        (files.saved, {"way": ""}),
    ],
)
def test_bad_settings_are_refused(function, bad):
    [(name, value)] = bad.items()
    with pytest.raises(ValueError, match=f"{name}={value!r} is "):
        function(**bad)
