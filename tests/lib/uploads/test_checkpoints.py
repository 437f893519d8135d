"""Checkpoints from visitors: good ones are explained, hostile ones refused, and nothing runs."""

import pickle
import re
import resource
import struct
import zipfile
from io import BytesIO

import numpy as np
import pytest
import safetensors.torch
import torch
from hypothesis import given, settings
from hypothesis import strategies as some
from torch import nn

from lib.plots.weight_thumbnails import ZERO, small_picture
from lib.uploads.checkpoint_reader import read
from lib.uploads.checkpoints import NOTES, PROBLEMS, checkpoint_from
from lib.uploads.pickles import scan_pickle
from tests.lib.uploads.checkpoint_files import (
    GOOD,
    OPTIMIZER,
    hostile,
    moved,
    prefixed,
    rewritten,
    saved,
    weights,
)

NAMES = list(hostile("trap"))


@pytest.mark.parametrize("name", GOOD)
def test_good_files_are_recognized_and_explained(name):
    data, words = GOOD[name]
    found = checkpoint_from(data)
    assert found.problems == ()
    assert {each.name: each.shape for each in found.entries} == {
        name: tuple(each.shape) for name, each in weights().items()
    }
    notes = " ".join(map(str, found.notes))
    for word in words:
        assert word in notes


def test_the_numbers_are_those_of_the_file():
    found = {each.name: each for each in checkpoint_from(saved(weights())).entries}
    for name, tensor in weights().items():
        numbers = tensor.numpy().astype(np.float64)
        expected = (numbers.min(), numbers.max(), numbers.mean(), numbers.std())
        assert found[name].statistics == pytest.approx(expected)
        assert found[name].dtype == str(tensor.dtype)[6:]
        np.testing.assert_array_equal(found[name].picture, small_picture(numbers))


def test_a_file_from_a_gpu_is_opened_without_one():
    found = checkpoint_from(moved(saved(weights())))
    assert len(found.entries) == len(weights())
    assert "Saved on cuda:0" in " ".join(map(str, found.notes))


@pytest.mark.parametrize("name", NAMES)
def test_hostile_files_are_refused_and_nothing_runs(name, tmp_path):
    data, words = hostile(tmp_path / "trap")[name]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    found = checkpoint_from(data)
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert found.entries == found.notes == ()
    (problem,) = found.problems
    assert re.search(words, str(problem).replace("\N{NO-BREAK SPACE}", " "))
    assert not (tmp_path / "trap").exists()
    assert after - before < 50_000  # kB; the file itself may be 5 MB


def test_the_trap_would_have_sprung(tmp_path):
    trap = tmp_path / "trap"
    data, _ = hostile(trap)["open"]
    torch.load(BytesIO(data), weights_only=False)
    assert trap.exists()


@given(some.data())
@settings(max_examples=80)
def test_no_damage_to_a_file_raises_anything(data):
    whole = bytearray(data.draw(some.sampled_from([each for each, _ in GOOD.values()])))
    for _ in range(data.draw(some.integers(1, 4))):
        place = data.draw(some.integers(0, len(whole) - 1))
        whole[place] = data.draw(some.integers(0, 255))
    cut = data.draw(some.integers(1, len(whole)) | some.just(len(whole)))
    answer = read(bytes(whole[:cut]))
    assert "entries" in answer or PROBLEMS[answer["problem"]].format(**answer["fields"])
    for name, fields in answer.get("notes", []):
        assert NOTES[name].format(**fields)


@given(some.recursive(some.none() | some.integers() | some.text() | some.binary(), some.lists))
@settings(max_examples=50)
def test_plain_pickles_ask_for_nothing(value):
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        names = scan_pickle(pickle.dumps(value, protocol)).names
        assert set(names) <= {"_codecs.encode", "__builtin__.bytes", "builtins.bytes"}


# --- sound files that are not read, and odd numbers -----------------------------------------------


def attributed():
    parameter = nn.Parameter(torch.ones(2))
    parameter.shared = True
    return parameter


def protocol_4(legacy):
    file = BytesIO()
    torch.save(weights(), file, pickle_protocol=4, _use_new_zipfile_serialization=not legacy)
    return file.getvalue()


UNREAD = {
    "attributes": (lambda: saved({"w": attributed()}), "a parameter with attributes of its own"),
    "quantized": (
        lambda: saved({"w": torch.quantize_per_tensor(torch.ones(4), 0.1, 0, torch.qint8)}),
        "quantized tensors",
    ),
    "sparse": (lambda: saved({"w": torch.eye(2).to_sparse()}), "sparse tensors"),
    "NumPy": (lambda: saved({"w": torch.ones(2), "best": np.float64(0.5)}), "numbers of NumPy's"),
    "protocol 4": (lambda: protocol_4(False), "pickle protocol 4"),
    "1.x protocol 4": (lambda: protocol_4(True), "pickle protocol 4"),
    "a list": (lambda: saved([weights(), OPTIMIZER]), "a list of 2 entries"),
    "many": (
        lambda: safetensors.torch.save({str(n): torch.ones(1) for n in range(3001)}),
        "3 001 entries",
    ),
    "very many": (lambda: saved({str(n): torch.tensor(n) for n in range(3001)}), "3 00. entries"),
    "whole model, 1.x": (lambda: saved(nn.Linear(2, 2), legacy=True), "a whole model"),
}


@pytest.mark.parametrize("name", UNREAD)
@pytest.mark.filterwarnings("ignore")
def test_what_is_sound_but_not_read_is_called_what_it_is(name):
    make, words = UNREAD[name]
    found = checkpoint_from(make())
    [problem] = [str(each).replace("\N{NO-BREAK SPACE}", " ") for each in found.problems]
    assert re.search(words, problem)
    assert not re.search("damaged|A call can do anything", problem)


def test_float8_is_read():
    values = torch.tensor([1.0, -2.0, 0.5])
    found = checkpoint_from(saved({"w": values.to(torch.float8_e4m3fn)}))
    [entry] = found.entries
    assert (entry.dtype, entry.shape) == ("float8_e4m3fn", (3,))
    assert entry.statistics[:2] == (-2.0, 1.0)


def test_what_is_not_finite_is_counted_and_marked():
    nan, inf = float("nan"), float("inf")
    found = checkpoint_from(
        saved({"w": torch.tensor([nan, 1, inf, -2, -inf]), "all": torch.full((2,), nan)})
    )
    assert "w (3), all (2)" in " ".join(map(str, found.notes))
    w, all_nan = found.entries
    assert w.picture.tolist() == [[0, 192, 255, 1, 1]]
    assert w.statistics == (-2.0, 1.0, -0.5, 1.5)
    assert (all_nan.picture.tolist(), all_nan.statistics) == ([[0, 0]], ())


@pytest.mark.parametrize("prefix", ["_orig_mod.module.", "module._orig_mod.", "module.module."])
def test_prefixes_are_taken_off_until_none_is_left(prefix):
    found = checkpoint_from(saved(prefixed(prefix)))
    assert {each.name for each in found.entries} == {*weights()}


def test_a_tensor_that_is_called_like_a_prefix_keeps_its_name():
    assert [each.name for each in checkpoint_from(saved({"module.": torch.ones(1)})).entries] == [
        "module."
    ]


def test_no_two_keys_become_one_and_all_are_text():
    names = [f"{'deep.' * 30}{n}" for n in range(20)] + [f"{'x' * 600}{n}" for n in range(3)]
    names += ["\ud800", "\ud801", "?", "é"]
    found = checkpoint_from(saved({name: torch.ones(1) for name in names}))
    assert len({each.name for each in found.entries}) == len(names)
    assert {*names[:20], "?", "é"} <= {each.name for each in found.entries}
    assert all(each.name.encode("utf-8") for each in found.entries)


def two_tables():
    """An archive whose end for large files tells of another table than the one Python reads."""
    data, other = saved({"shown": torch.ones(1)}), saved({"opened": torch.ones(1)})
    start = len(data) - 98
    place = struct.pack("<Q", len(other) - 98)
    both = other[: len(other) - 22] + data[start:]
    return both[:-34] + place + both[-26:]


def inside_another(data):
    """An archive with something before it."""
    return b"PK\x03\x04" + bytes(40) + data


def with_comment(data):
    return data[:-2] + struct.pack("<H", 5) + b"hello"


@pytest.mark.parametrize(
    "data",
    [two_tables(), inside_another(saved(weights())), with_comment(saved(weights()))],
    ids=["two tables", "something before", "a comment"],
)
def test_an_archive_that_two_could_read_differently_is_refused(data):
    found = checkpoint_from(data)
    assert found.entries == ()
    assert re.search("Two programs could read|says it has|damaged", str(found.problems[0]))


def test_names_that_differ_in_case_only_are_refused():
    data = rewritten(saved(weights()), lambda name, each: (name.replace("version", "Data/0"), each))
    assert "Two programs could read" in str(checkpoint_from(data).problems[0])


def test_what_other_writers_of_zip_write_is_read():
    data = rewritten(saved(weights()), lambda name, each: (name, each))  # by Python, without zip64
    assert len(checkpoint_from(data).entries) == len(weights())


def test_names_are_found_however_they_are_written():
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        (name,) = scan_pickle(pickle.dumps(re.compile, protocol)).names
        assert name == "re.compile"


def test_pieces_of_memory_are_read_from_the_plan():
    with zipfile.ZipFile(BytesIO(saved(weights()))) as file:
        plan = scan_pickle(file.read("archive/data.pkl"))
    sizes = [each.numel() * each.element_size() for each in weights().values()]
    assert [each.size for each in plan.storages] == sizes
    assert {each.location for each in plan.storages} == {"cpu"}


def test_small_pictures_keep_the_sign_and_the_largest():
    picture = small_picture(np.array([[-2.0, 0.0, 1.0]]))
    assert picture.tolist() == [[1, ZERO, 192]]
    assert small_picture(np.zeros((100, 5, 5))).shape == (8, 24)
    assert small_picture(np.array(3.0)).tolist() == [[255]]
    assert small_picture(np.zeros((0, 4))).size == 0
