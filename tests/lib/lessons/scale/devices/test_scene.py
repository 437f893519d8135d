"""The scene of the lesson: its code puts tensors where they are drawn, and hides what is asked."""

import json
from itertools import product
from typing import Any

import pytest

from lib.core.scene import Revealed
from lib.lessons.scale.devices.lesson import IMAGES_LINES, MODEL_LINES, Y_LINES, contents, follow
from lib.lessons.scale.devices.questions import works_there
from lib.lessons.scale.devices.scene import CONTROLS, scene
from lib.plots.numbers import short
from lib.runtime.scenes import scene_json
from tests.lib.core.scene_code import run_code

EVERY = list(product(("meta", "cpu"), MODEL_LINES, IMAGES_LINES, Y_LINES))


@pytest.mark.parametrize(("device", "model", "images", "y"), EVERY)
def test_the_code_puts_everything_where_it_is_drawn(device, model, images, y):
    made = scene(device, model, images, y)
    ran = run_code(made)
    assert ran.error == made.error
    shown = {row.name: row.value for row in made.numbers}
    assert shown["`model.weight.device`"] == f"`{ran.names['model'].weight.device}`"
    for name in ("images", "y"):
        assert shown[f"`{name}.device`"] == f"`{ran.names[name].device}`"
    if ran.error:
        assert ran.message in made.pictures["memories"].figure.frames[-1]["name"]
    else:
        assert shown["out is computed on"] == f"`{ran.printed[-1]}`"


def test_the_code_holds_the_numbers_in_the_cells():
    made = scene("cpu")
    ran = run_code(made)
    weight = ran.names["model"].weight.tolist()
    assert weight == contents()["model"][:3]
    written = made.pictures["memories"].figure.frames[-1]["data"][0]["text"]
    assert written[:3] == [short(round(each, 1)) for each in weight[0]]
    assert short(round(ran.names["loss"].item(), 1)) in written


@pytest.mark.parametrize(("device", "model", "images", "y"), EVERY)
def test_every_line_is_lit_in_its_frame(device, model, images, y):
    made = scene(device, model, images, y)
    lit = [line.text for frame in range(8) for line in made.code if frame in line.frames]
    assert lit == [line.text for line in made.code[:-1]]  # the last one prints the end


def sent(revealed: tuple[str, ...], **changed: Any) -> dict[str, Any]:
    settings = {name: control.default for name, control in CONTROLS.items()}
    return json.loads(scene_json("devices", {**settings, **changed}, Revealed(revealed)))


def captions(*revealed: str) -> list[str]:
    return [each["name"] for each in sent(revealed)["pictures"][0]["figure"]["frames"]]


def test_the_beginning_is_the_first_frame_and_each_answer_uncovers_its_own():
    whole = captions("images", "model", "fate")
    assert whole[0] == "meta is chosen. Nothing is made yet."
    assert captions() == whole[:3]
    assert captions("model") == whole[:4]
    assert captions("images")[4] == whole[4]
    assert captions("images")[3] == "Where is model now? A question asks for it."
    assert "RuntimeError" in whole[-1]
    assert "device" not in captions("fate")[-1]  # it stops here; why is asked elsewhere
    for shown in ((), ("model",), ("fate",)):
        assert "no name holds it" not in json.dumps(sent(shown))
    for shown in ((), ("images",), ("fate",)):
        assert "the module itself" not in json.dumps(sent(shown))
        assert "model: meta" not in json.dumps(sent(shown))


@pytest.mark.parametrize(("device", "model", "images", "y"), EVERY)
def test_what_is_hidden_is_nowhere(device, model, images, y):
    chosen = {"device": device, "model": model, "images": images, "y": y}
    for hidden in ("model", "images"):
        text = sent(tuple({"model", "images", "fate"} - {hidden}), **chosen)
        table = text["pictures"][0]["figure"]["layout"]["meta"]["numbers"]["rows"]
        line = chosen[hidden]
        after = [row for row in table if row[0] == line and row[1] == hidden]
        assert after == []
        name = "`model.weight.device`" if hidden == "model" else "`images.device`"
        assert name not in dict(text["numbers"])


def test_the_challenge_is_not_solved_at_the_start():
    start = {name: control.default for name, control in CONTROLS.items()}
    names = ("model", "images", "y")
    lines = [table[start[name]] for table, name in zip(
        (MODEL_LINES, IMAGES_LINES, Y_LINES), names, strict=True)]  # fmt: skip
    assert not works_there(follow(start["device"], *lines), start["y"])
