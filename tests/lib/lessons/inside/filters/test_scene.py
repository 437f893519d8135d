"""The scene of the lesson: its code gives its numbers, and it hides what is asked."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as some
from scipy.signal import correlate2d

from lib.core.scene import Revealed, Scene
from lib.datasets.images import PictureRule
from lib.lessons.inside.filters.kernels import PRESETS, KernelRule, parse
from lib.lessons.inside.filters.lesson import BORDERS, compare
from lib.lessons.inside.filters.questions import reaches, respond_to_edges
from lib.lessons.inside.filters.scene import CONTROLS, EXAMPLE, scene
from lib.lessons.inside.filters.scene import settings as joined
from lib.lessons.inside.filters.windows import OUT, walk
from lib.runtime.scenes import scene_json
from tests.pages.strategies import strategy

CHOICES = some.fixed_dictionaries(
    {
        "image": strategy(PictureRule()),
        "kernel": strategy(KernelRule()),
        "down": some.integers(0, 100),
        "across": some.integers(0, 100),
        "border": some.sampled_from([*BORDERS]),
    }
)


def held(made: Scene) -> dict[str, object]:
    """Return what the code of a scene leaves behind."""
    names = {"torch": torch, "F": torch.nn.functional, "print": lambda *_: None}
    exec("\n".join(line.text for line in made.code), names)
    return names


@settings(max_examples=60)
@given(CHOICES)
def test_the_code_gives_the_sums_of_the_picture(choice):
    made, seen = scene(**choice), walk(**choice)
    names = held(made)
    y = names["y"].numpy()
    by_scipy = correlate2d(names["x"].numpy(), np.array(choice["kernel"]), "valid")
    assert y == pytest.approx(by_scipy, abs=1e-3)
    assert y == pytest.approx(seen.output, abs=1e-3)
    map_there = compare(choice["image"], choice["kernel"], choice["border"]).opencv
    assert y == pytest.approx(
        map_there[seen.top : seen.top + OUT, seen.left : seen.left + OUT], abs=1e-3
    )
    assert len(made.code) <= 14
    assert [line.frames for line in made.code if line.frames] == [tuple(range(OUT * OUT))]


@pytest.mark.parametrize("size", PRESETS)
def test_the_numbers_are_those_of_the_lesson_function(size):
    kernel = parse(PRESETS[size]["laplacian"])
    result = compare("chelsea", kernel)
    height, width = result.picture.shape
    values = {row.name: row.value for row in scene("chelsea", kernel).numbers}
    assert (
        values[f"`nn.Conv2d(1, 10, {size})`"] == f"`(10, {height - size + 1}, {width - size + 1})`"
    )
    assert values["all weights of the kernel added up"] == "0"
    assert values["as uint8: became 0, became 255"].startswith(f"{result.cut_low:.1%}")


def test_what_is_asked_is_hidden():
    start = joined(**{name: control.default for name, control in CONTROLS.items()})
    hidden = scene_json("filters", start, Revealed(())).decode()
    shown = scene_json("filters", start, Revealed(("size",))).decode()
    assert "(10, 94, 94)" not in hidden
    assert "weights of the kernel added up" not in shown
    assert "(10, 94, 94)" in shown
    assert (
        "weights of the kernel added up"
        in scene_json("filters", start, Revealed(("even",))).decode()
    )


def test_the_picture_of_the_question_about_presets_names_none():
    start = joined(**{name: control.default for name, control in CONTROLS.items()})
    assert not any(name in scene_json("filters", start).decode() for name in PRESETS[3])


def test_neither_start_nor_example_solve_the_challenge():
    for kernel in (CONTROLS["kernel"].default, EXAMPLE["kernel"]):
        assert not reaches(respond_to_edges(kernel))


def test_the_number_of_a_picture_of_clothes_belongs_to_its_name():
    assert joined("Fashion-MNIST", 7)["image"] == "fashion 7"
    assert joined("camera", 7)["image"] == "camera"
    assert joined(b"own")["image"] == b"own"
