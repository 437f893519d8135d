"""The scene of the lesson: its code makes the tensor that is drawn, and hides what is asked."""

import json
from typing import Any

from hypothesis import given, settings

from lib.core.scene import Revealed
from lib.lessons.tensors.reshape import rotation
from lib.lessons.tensors.reshape.lesson import follow
from lib.lessons.tensors.reshape.scene import CONTROLS, scene
from lib.lessons.tensors.reshape.scene import settings as joined
from lib.runtime.scenes import scene_json
from tests.lib.core.scene_code import run_code
from tests.lib.lessons.tensors.reshape.samples import likely


@settings(max_examples=150)
@given(likely())
def test_the_code_makes_the_tensor_that_is_drawn(choice):
    shape, steps = choice
    made = scene(shape, steps)
    ran, whole = run_code(made), follow(shape, steps)
    assert ran.error == made.error
    if ran.error or whole.too_large:
        return
    last, shown = ran.names["y"], {row.name: row.value for row in made.numbers}
    assert shown["`y.shape`"] == f"`{tuple(last.shape)}`"
    assert shown["`y.stride()`"] == f"`{last.stride()}`"
    assert shown["`y.is_contiguous()`"] == f"`{last.is_contiguous()}`"
    assert whole.layouts[-1].elements == tuple(last.flatten().tolist())


def test_a_step_behind_one_that_is_too_large_to_draw_is_refused_all_the_same():
    made = scene((4, 6), (("expand", (99, -1, -1)), ("view", (5, 5))))
    assert run_code(made).error == made.error == "RuntimeError"


def first(**changed: Any) -> dict[str, Any]:
    return joined(**{**{name: each.default for name, each in CONTROLS.items()}, **changed})


def sent(revealed: tuple[str, ...], **changed: Any) -> dict[str, Any]:
    return json.loads(scene_json("reshape", first(**changed), Revealed(revealed)))


def test_each_answer_uncovers_only_its_own_steps():
    def moments(*revealed: str) -> int:
        return len(sent(revealed)["pictures"][0]["figure"]["frames"])

    assert moments() == 0  # x alone, which does not move
    assert moments("strides") == 2
    assert moments("strides", "view") == moments("view") == 3
    assert "(1, 4)" not in json.dumps(sent(())["pictures"][0])
    assert "`y.stride()`" not in dict(sent(("strides",))["numbers"])


def test_a_refusal_is_told_only_to_whoever_answered():
    refused = {"step1": "view", "step1.view": (5, 5)}
    assert "RuntimeError" not in sent((), **refused)["caption"]
    assert sent(("view",), **refused)["caption"].startswith("RuntimeError")


def test_one_more_step_begins_at_its_own_end():
    # After a step is added, the player's last frame is that step: no frame of before is left.
    before, after = (sent(("view",), **change) for change in ({}, {"step3": "flatten"}))
    for scene_sent in (before, after):
        assert scene_sent["rest"] == -1
    names = [each["name"] for each in after["pictures"][0]["figure"]["frames"]]
    assert names[-1].startswith(".flatten(0, -1)")


def test_the_challenge_is_not_solved_at_the_start():
    settings_ = first()
    read = rotation.read_memory(*(settings_[name] for name in ("start", "down", "right")))
    assert not rotation.reaches(read)
    assert rotation.reaches(rotation.read_memory(3, -1, 4))
