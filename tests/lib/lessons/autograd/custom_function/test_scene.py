"""The scene of the lesson: its code gives its numbers, and it hides what is asked."""

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.core.scene import Revealed
from lib.lessons.autograd.custom_function.functions import FUNCTIONS, MISTAKES
from lib.lessons.autograd.custom_function.gradcheck import jacobians
from lib.lessons.autograd.custom_function.lesson import check_backward
from lib.lessons.autograd.custom_function.scene import CONTROLS, EXAMPLE, code, names_of, scene
from lib.lessons.autograd.custom_function.scene import settings as joined
from lib.runtime.scenes import scene_json
from tests.lib.core.scene_code import run_code

choices = st.fixed_dictionaries(
    {
        "function": st.sampled_from([*FUNCTIONS]),
        "mistake": st.sampled_from(MISTAKES),
        "x": st.integers(-8, 8).map(lambda quarters: quarters / 4),
        "grad_output": st.integers(-4, 4).map(lambda halves: halves / 2),
        "negative_slope": st.integers(-10, 20).map(lambda steps: steps / 20),
    }
).map(lambda values: joined(**values))

# The slope of each right function, by hand, away from corners and jumps.
SLOPES = {
    "Legendre P3": lambda x, slope: 7.5 * x**2 - 1.5,
    "ReLU": lambda x, slope: 1.0 if x > 0 else 0.0,
    "leaky ReLU": lambda x, slope: 1.0 if x > 0 else slope,
    "clamp": lambda x, slope: 1.0 if -1 < x < 1 else 0.0,
    "round": lambda x, slope: 1.0,
}


@settings(max_examples=150, deadline=None)
@given(choices)
def test_the_code_leaves_and_raises_what_is_shown(choice):
    made = scene(**choice)
    ran, at = run_code(made), check_backward(**choice)
    assert ran.error == made.error == ("" if at.accepted else "GradcheckError")
    x = ran.names["x"]
    np.testing.assert_allclose(x.detach().numpy(), at.x, atol=1e-6)
    np.testing.assert_allclose(x.grad.numpy(), at.grad, rtol=1e-6, atol=1e-9)
    written = dict(row[:2] for row in made.numbers)["`x.grad`"]
    shown = [float(each.replace("−", "-")) for each in written.strip("`").split()]
    assert shown == pytest.approx(at.grad.tolist(), rel=1e-5, abs=1e-9)
    name, mistake = names_of(choice["autograd_function"])
    if mistake == "none":
        slopes = [SLOPES[name](each, choice["negative_slope"]) for each in x.tolist()]
        expected = [choice["grad_output"] * each for each in slopes]
        assert shown == pytest.approx(expected, rel=1e-5, abs=1e-9)  # six digits are written


@pytest.mark.parametrize("function", [each for row in FUNCTIONS.values() for each in row.values()])
def test_the_class_is_short_and_no_line_of_it_is_unused(function):
    lines = [line.text for line in code(function, 1.0, 1.0, 0.1)]
    assert len(lines) <= 12
    saves = any("save_for_backward" in each for each in lines)
    assert saves == any("saved_tensors" in each for each in lines)
    assert not any("negative_slope" in each for each in lines)


def first(**changed: Any) -> dict[str, Any]:
    return joined(**{**{name: each.default for name, each in CONTROLS.items()}, **changed})


def sent(*revealed: str, **changed: Any) -> dict[str, Any]:
    return json.loads(scene_json("custom_function", first(**changed), Revealed(revealed)))


@settings(deadline=None)
@given(choices)
def test_what_is_asked_is_nowhere_in_what_is_sent(choice):
    made = json.loads(scene_json("custom_function", choice, Revealed(())))
    assert {name for name, _value in made["numbers"]} == {"`y`", "`y.grad_fn`", "gradcheck allows"}
    assert not any(each["figure"]["frames"] for each in made["pictures"])


@pytest.mark.parametrize("name", FUNCTIONS)
def test_before_the_answers_a_mistake_changes_no_picture(name):
    seen = [sent(function=name, mistake=mistake)["pictures"] for mistake in MISTAKES]
    assert all(each == seen[0] for each in seen)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_one_answer_does_not_uncover_the_other(name):
    # The finite differences, and the numbers in gradcheck's tables, wait for both answers.
    made = sent("count", function=name, mistake="factor")
    assert "`x.grad`" not in dict(made["numbers"])
    assert len(made["pictures"][0]["figure"]["data"]) == 2
    cells = [row for each in made["pictures"][1]["figure"]["data"][:2] for row in each["text"]]
    assert {text for row in cells for text in row} == {" "}
    made = sent("grad", function=name, mistake="factor")
    assert "`gradcheck`" not in dict(made["numbers"])
    assert "by central finite differences" not in dict(made["numbers"])
    figure = made["pictures"][0]["figure"]
    assert "iffer" not in json.dumps([figure["frames"], figure["layout"]])
    assert "in its own words" not in dict(made["numbers"])


def test_the_sticks_follow_the_slider():
    def gaps(x: float) -> list[Any]:
        figure = sent("grad", "count", mistake="term", x=x)["pictures"][0]["figure"]
        return [figure["data"][1], figure["frames"][-1]["data"][5]]

    one, other = gaps(0.5), gaps(0.75)
    assert one[0]["x"] == [-0.2, 0.5, 1.2]
    assert other[0]["x"] == [0.05, 0.75, 1.45]
    assert one[1]["x"] == [0.5]
    assert other[1]["x"] == [0.75]


def test_the_example_does_not_show_the_first_answer():
    shown, asked = first(**EXAMPLE), first()
    assert shown["autograd_function"] is not asked["autograd_function"]
    grads = [check_backward(**each).grad[1] for each in (shown, asked)]
    assert grads[0] != grads[1]
    function = {name: each for name, each in shown.items() if name != "grad_output"}
    assert 0 < (~jacobians(**function).agrees).sum() < 9  # it shows both: agreeing and differing


def test_the_last_frame_is_seen_at_rest():
    for change in ({}, {"function": "round"}, {"x": -1.0}):
        made = sent("grad", "count", **change)
        frames = [len(each["figure"]["frames"]) for each in made["pictures"]]
        assert made["rest"] == -1
        assert frames[0] == frames[1] > 1
