"""The scene of the lesson: its code picks what is shown, and what is asked stays hidden."""

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.core.scene import Revealed
from lib.lessons.tensors.index import lesson as picks
from lib.lessons.tensors.index.numpy_answers import ANSWERS
from lib.lessons.tensors.index.questions import corners, reaches
from lib.lessons.tensors.index.scene import CONTROLS, FIRST, axes_of, scene, touch
from lib.lessons.tensors.index.scene import settings as joined
from lib.runtime.scenes import live_scene, scene_json
from tests.lib.core.scene_code import run_code
from tests.lib.lessons.tensors.index.samples import INDEX_TEXTS, NESTED_NUMBERS

SHAPES = st.sampled_from(picks.SHAPES)
LISTS = st.tuples(st.sampled_from([picks.index_select, picks.gather]), NESTED_NUMBERS)
CHOICES = st.one_of(
    st.tuples(SHAPES, st.just(picks.pick), INDEX_TEXTS, st.just(0)),
    st.builds(
        lambda shape, chosen, dim: (shape, *chosen, min(dim, len(shape) - 1)),
        SHAPES,
        LISTS,
        st.integers(0, 2),
    ),
)


def sent(revealed: tuple[str, ...], **changed: Any) -> dict[str, Any]:
    return json.loads(scene_json("index", joined(**changed), Revealed(revealed)))


@settings(max_examples=150, deadline=None)
@given(CHOICES)
def test_the_code_picks_what_is_shown(choice):
    shape, method, index, dim = choice
    made = scene(method, shape, index, dim)
    ran, rows = run_code(made), {row.name: row.value for row in made.numbers}
    assert ran.error == made.error
    if ran.error:
        assert rows["PyTorch"] == f"{ran.error}: {ran.message}"
        return
    x, y = ran.names["x"], ran.names["y"]
    assert rows["x after `y.fill_(-1)`"] == f"`{x.flatten().tolist()}`"
    assert rows["`y.storage_offset()`"] == f"`{y.storage_offset()}`"
    chosen = {"shape": shape, "index": index} | ({} if method is picks.pick else {"dim": dim})
    theirs = ANSWERS[method](**chosen)
    other = "none" if theirs.error else f"`{theirs.shape}`"
    assert rows["shape of y: in PyTorch, in NumPy"] == f"`{tuple(y.shape)}` {other}"


@pytest.mark.parametrize("shape", picks.SHAPES)
def test_a_click_on_a_cell_picks_it(shape):
    x = np.arange(np.prod(shape)).reshape(shape)
    for number, values in enumerate(touch(picks.pick, shape, 0)):
        [(key, text)] = values.items()
        index = CONTROLS[key.removeprefix("index.")].read([text])
        assert picks.pick(shape, index).values == number == eval(text, {"x": x})
    for dim in range(len(shape)):
        for number, values in enumerate(touch(picks.index_select, shape, dim)):
            [(key, text)] = values.items()
            index = CONTROLS[key.removeprefix("index.")].read([text])
            assert number in picks.index_select(shape, dim, index).values


def test_the_cells_carry_what_a_click_sets():
    picture = sent(())["pictures"][0]["figure"]
    assert picture["layout"]["meta"]["touch"] == {"points": True}
    [clicked] = [trace for trace in picture["data"] if trace.get("customdata")]
    assert clicked["customdata"][6] == {"index.index": "x[1, 2]"}
    assert len(clicked["x"]) == 12


@pytest.mark.parametrize("method", FIRST)
@pytest.mark.parametrize("shape", picks.SHAPES)
@pytest.mark.parametrize("dim", [0, 1, 2])
def test_only_axes_that_x_has_are_taken(method, shape, dim):
    name = method.__name__
    made = joined(**{"method": method, "shape": shape, f"{name}.dim": dim})
    assert str(made["dim"]) in axes_of(shape)
    assert made["dim"] == dim or dim >= len(shape)
    address = {"method": [name], "shape": [str(shape)], f"{name}.dim": [str(dim)]}
    query = {f"index.{key}": each for key, each in address.items()}
    assert live_scene("index", query) == scene_json("index", made, Revealed(()))


def test_neither_answer_uncovers_the_other():
    nothing, shape, write = sent(()), sent(("shape",)), sent(("write",))
    assert nothing["numbers"] == []
    assert not nothing["pictures"][0]["figure"]["frames"]
    assert write["pictures"] == nothing["pictures"]
    assert set(dict(write["numbers"])) == {
        "lies in x's memory: in PyTorch, in NumPy",
        "x after `y.fill_(-1)`",
    }
    drawn = json.dumps(shape["pictures"][0])
    assert "(2, 1, 4)" in drawn
    assert not any(word in drawn for word in ("a copy", "a view", "fill_"))
    both = sent(("shape", "write"))
    assert both["asked"] == 0
    assert both["rest"] == len(both["pictures"][0]["figure"]["frames"]) - 2


def test_a_refusal_is_told_only_to_whoever_answered():
    assert "IndexError" not in json.dumps(sent((), index="x[9]"))
    assert sent(("shape",), index="x[9]")["caption"].startswith("IndexError: ")


def test_the_challenge_is_not_solved_at_the_start():
    first = joined()
    result = picks.pick(first["shape"], first["index"])
    assert not reaches(picks.pick, first["shape"], result)
    solved = picks.pick((5, 5), "x[::4, ::4]")
    assert reaches(picks.pick, (5, 5), solved)
    assert corners(solved) == (4, 0)
    assert corners(picks.pick((5, 5), "x[0]")) == (2, 3)
