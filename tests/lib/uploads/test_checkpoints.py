"""Checkpoints from visitors: good ones are explained, hostile ones refused, and nothing runs."""

import pickle
import re
import resource
import zipfile
from io import BytesIO

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as some

from lib.plots.weight_thumbnails import ZERO, small_picture
from lib.uploads.checkpoint_reader import read
from lib.uploads.checkpoints import NOTES, PROBLEMS, checkpoint_from
from lib.uploads.pickles import scan_pickle
from tests.lib.uploads.checkpoint_files import GOOD, hostile, moved, saved, weights

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
