"""The scene of the lesson: its code makes the shapes of the picture, and it hides what is asked."""

import json
from contextlib import suppress

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from lib.core.isolation import alone, call_alone
from lib.core.scene import Revealed
from lib.lessons.models.build.layer_kinds import CONVOLUTIONAL, PRESETS
from lib.lessons.models.build.lesson import build
from lib.lessons.models.build.questions import reaches
from lib.lessons.models.build.scene import CONTROLS, EXAMPLE, asked_edge, scene, window
from lib.lessons.models.build.scene import settings as joined
from lib.lessons.models.build.text import read_layers
from lib.runtime.scenes import scene_json
from tests.lib.core.scene_code import run_code
from tests.pages.strategies import strategy

BROKEN = read_layers("Flatten(), Linear(100, 10), ReLU()")
rules = build.rules
networks = some.fixed_dictionaries({name: strategy(rule) for name, rule in rules.items()})


def made(network):
    """Return the scene; None for a network that is too large."""
    with suppress(ValueError):
        return call_alone(scene, network)
    return None


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(networks)
def test_each_line_makes_the_shape_on_its_edge(network):
    seen = made(network)
    if seen is None:
        return
    result = call_alone(build, network)
    assert run_code(seen).error == seen.error == result.refused.partition(":")[0]
    names = {"torch": torch, "nn": torch.nn}
    with alone():
        for number, shape in enumerate(result.shapes):
            for line in seen.code:
                if line.frames == (number,):
                    exec(line.text, names)
            x = names["x"]
            assert tuple((x if isinstance(x, torch.Tensor) else x[0]).shape) == shape


@pytest.mark.parametrize("preset", PRESETS)
def test_the_numbers_are_those_of_the_real_network(preset):
    network = PRESETS[preset]._asdict()
    numbers = {row.name: row.value for row in call_alone(scene, network).numbers}
    model = torch.nn.ModuleList(
        getattr(torch.nn, name)(*given) for name, *given in network["layers"] if name != "Lambda"
    )
    count = sum(each.numel() for each in model.parameters())
    assert numbers["parameters"] == f"`{count:,}`"
    assert numbers["memory of the parameters, float32"] == f"`{4 * count:,}` bytes"


def test_what_is_asked_is_not_sent():
    hidden = scene_json("build", {}, Revealed(())).decode()
    for answer in ("(64, 16, 7, 7)", "(64, 10, 4, 4)", "3,930", "2,320", "multiply-adds"):
        assert answer not in hidden
    assert "(64, 16, 14, 14)" in hidden


def test_one_answer_does_not_uncover_the_other():
    shape = scene_json("build", {}, Revealed(("shape",))).decode()
    total = scene_json("build", {}, Revealed(("total",))).decode()
    assert "(64, 16, 7, 7)" in shape
    assert "3,930" not in shape
    assert "2,320" not in shape
    assert "3,930" in total
    assert "(64, 16, 7, 7)" not in total


def test_a_misfit_is_seen_at_once_and_the_question_is_about_a_layer_that_runs():
    network = {"layers": BROKEN, "shape": (4, 1, 28, 28), "edge": 3}
    hidden = json.loads(scene_json("build", network, Revealed(())))
    [picture] = hidden["pictures"]
    assert "does not fit" in json.dumps(picture["figure"])
    assert "Layer 2 does not fit" in picture["alt"]
    assert "784" not in json.dumps(hidden)  # what arrives there is still asked for
    assert asked_edge(call_alone(build, {"layers": BROKEN, "shape": (4, 1, 28, 28)}), 3) == 1


@given(some.integers(1, 9), some.integers(1, 4), some.integers(0, 4), some.integers(9, 30))
def test_the_sum_of_a_window_is_what_comes_out(kernel, stride, padding, side):
    layer = ("Conv2d", 1, 2, kernel, stride, padding)
    with alone():
        after = torch.nn.Conv2d(*layer[1:])(torch.zeros(1, 1, side, side)).shape[-1]
    assert window(layer, (1, 1, side, side)).endswith(f"+ 1 = {after}")
    assert window(("MaxPool2d", kernel), (1, 1, side, side)).endswith(f"= {side // kernel}")


def test_the_example_and_the_start_do_not_give_the_answers():
    values = {name: each.default for name, each in CONTROLS.items()}
    first, example = joined(**values), joined(**{**values, **EXAMPLE})
    assert first["layers"] == CONVOLUTIONAL != example["layers"]
    assert "(64, 16, 7, 7)" not in scene_json("build", example).decode()
    count = 3930
    assert not reaches(count, 1.0, count, 1.0)


def test_the_edge_is_one_of_the_network():
    values = {name: each.default for name, each in CONTROLS.items()}
    assert joined(**{**values, "preset": "LSTM", "edge": 9})["edge"] == 3
