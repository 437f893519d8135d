"""The scene of saving and loading: its code loads what the picture says; answers stay hidden."""

import time
from itertools import pairwise, product

import orjson
import pytest
import torch

from lib.core.isolation import call_alone
from lib.core.scene import Revealed
from lib.lessons.training.save_load import scene as shown
from lib.lessons.training.save_load.lesson import FILTERS, WAYS, illustrated, same_shapes
from lib.lessons.training.save_load.networks import (
    SOURCES,
    TARGETS,
    net,
    parallel,
    renamed,
    three_classes,
)
from lib.lessons.training.save_load.questions import loaded, own_keys, reaches
from lib.runtime.scenes import scene_json
from tests.lib.core.scene_code import run_code


def made(revealed: Revealed | None = None, **settings):
    return call_alone(
        shown.scene, {**settings, **({"revealed": revealed} if revealed is not None else {})}
    )


CHOICES = [
    dict(zip(("source", "target", "strip", "key_filter", "strict"), each, strict=True))
    for each in product(
        SOURCES.values(), TARGETS.values(), (False, True), FILTERS.values(), (True, False)
    )
][::5]


@pytest.mark.parametrize("choice", CHOICES)
def test_the_code_loads_the_keys_that_the_page_counts(choice):
    scene = made(**choice)
    result = shown.loading(**choice).result
    ran = run_code(scene)
    assert ran.error == scene.error
    own, file = ran.names["new"].state_dict(), ran.names["net"].state_dict()
    if choice["strip"]:
        file = {name.removeprefix("module."): each for name, each in file.items()}
    came = [k for k, each in own.items() if k in file and torch.equal(file[k], each)]
    assert [key.name for key in result.keys if key.fate == "loaded"] == came
    counted = next(row.value for row in scene.numbers if "hold the file" in row.name)
    assert counted == f"{len(came)} of {len(own)}"


@pytest.mark.parametrize("way", WAYS)
def test_every_way_gives_the_same_and_its_own_size(way):
    exact = call_alone(illustrated, {"way": way, "target": renamed})
    assert shown.loading(way, target=renamed).result == exact.result


def test_the_new_network_of_the_code_begins_with_the_numbers_of_the_picture():
    ran = run_code(made(target=renamed, seed=3, source=parallel))  # where nothing is copied
    seen = shown.loading(source=parallel, target=renamed, seed=3)
    fresh = call_alone(_fresh, {"seed": 3})
    for name, each in ran.names["new"].state_dict().items():
        assert torch.equal(each, fresh[name])
        assert (seen.start[name] == seen.in_net[name]).all()


def _fresh(seed):
    torch.manual_seed(seed)
    return renamed().state_dict()


def test_each_frame_copies_one_key():
    picture = made(target=net).pictures["keys"].figure
    count = len(shown.loading(target=net).result.keys)
    assert len(picture.frames) == count + 2
    moved = [sum(base > 0 for base in frame["data"][2]["base"]) for frame in picture.frames]
    assert moved == [*range(count + 1), count]
    cells = [frame["data"][0]["z"] for frame in picture.frames]
    assert all((one != other).any() for one, other in pairwise(cells[:-1]))
    assert made(target=net).rest == 0


def test_what_is_asked_is_nowhere_in_the_scene():
    hidden = scene_json("save_load", {}, Revealed(()))
    for word in (b"loaded<", b'"missing"', b"unexpected", b"Error", b"4 of 6", b"copied", b"told"):
        assert word not in hidden, word
    pictures = [each["figure"] for each in orjson.loads(hidden)["pictures"]]
    assert not any(each["frames"] or (each["layout"].get("meta") or {}).get("numbers")
                   for each in pictures)  # fmt: skip
    keys = orjson.loads(scene_json("save_load", {}, Revealed(("keys",))))["numbers"]
    assert not any("raises" in name for name, value in keys)
    outcome = orjson.loads(scene_json("save_load", {}, Revealed(("outcome",))))["numbers"]
    assert [value for name, value in outcome if "raises" in name] == ["RuntimeError"]
    assert not any("hold the file" in name for name, value in outcome)


def test_the_challenge_does_not_begin_solved():
    first = shown.loading().result
    assert not reaches(first)
    assert (loaded(first), own_keys(first)) == (4, 6)
    assert reaches(shown.loading(target=three_classes, key_filter=same_shapes).result)


def test_what_is_known_is_not_computed_again():
    made(seed=2)
    spans = []
    for _ in range(5):
        begin = time.perf_counter()
        made(seed=2)
        spans.append(time.perf_counter() - begin)
    assert min(spans) < 0.03
