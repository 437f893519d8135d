"""The scene of the lesson: its code leaves both sides as they are shown."""

import json
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from lib.core.scene import Revealed
from lib.lessons.tensors.numpy_bridge.lesson import CHANGES, CONVERSIONS, DTYPES, METHODS
from lib.lessons.tensors.numpy_bridge.questions import reaches
from lib.lessons.tensors.numpy_bridge.scene import CONTROLS, scene, settings
from lib.runtime.scenes import scene_json
from tests.lib.core.scene_code import run_code


@st.composite
def choices(draw: st.DrawFn) -> dict[str, Any]:
    direction = draw(st.sampled_from([*METHODS]))
    return {
        "direction": direction,
        "method": draw(st.sampled_from([*METHODS[direction].values()])),
        "change": draw(st.sampled_from([*CHANGES[direction].values()])),
        "dtype": draw(st.sampled_from(DTYPES)),
        "size": draw(st.integers(2, 8)),
    }


@given(choices())
def test_the_code_leaves_both_sides_as_shown(choice):
    made = scene(**choice)
    ran = run_code(made)
    assert ran.error == made.error == ""
    shown = {row.name: row.value for row in made.numbers}
    a, t = ran.names["a"], ran.names["t"]
    assert shown["a after the change"] == f"`{tuple(a.tolist())}`"
    assert shown["t after the change"] == f"`{tuple(t.tolist())}`"
    assert shown["one memory after the change"] == f"`{np.shares_memory(a, t.numpy())}`"
    assert ran.printed[-1] == np.shares_memory(a, t.numpy())


def sent(choice: dict[str, Any], *revealed: str) -> dict[str, Any]:
    return json.loads(scene_json("numpy_bridge", choice, Revealed(revealed)))


@given(choices())
def test_no_answer_uncovers_the_other(choice):
    frames = [
        len(sent(choice, *names)["pictures"][0]["figure"]["frames"])
        for names in ((), ("numbers",), ("bytes",), ("bytes", "numbers"))
    ]
    assert frames == [1, 1, 2, 3]
    other = "t" if choice["direction"].startswith("numpy") else "a"
    assert f"{other} after the change" not in dict(sent(choice, "bytes")["numbers"])
    assert "one memory after the conversion" not in dict(sent(choice, "numbers")["numbers"])


def test_the_challenge_is_not_solved_at_the_start():
    first = settings(**{key: each.default for key, each in CONTROLS.items()})
    solved = {**first, "change": CHANGES[first["direction"]]["a += 1"]}
    for choice, expected in ((first, False), (solved, True)):
        chosen = {key: value for key, value in choice.items() if key != "direction"}
        assert reaches(CONVERSIONS[choice["direction"]](**chosen)) == expected
