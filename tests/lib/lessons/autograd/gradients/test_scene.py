"""The scene of the lesson: its code gives its numbers, and it hides what is asked."""

import json

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.core.scene import Revealed
from lib.lessons.autograd.gradients.lesson import EXPRESSIONS, chain, what_backward_leaves
from lib.lessons.autograd.gradients.scene import CONTROLS, EXAMPLE, scene
from lib.lessons.autograd.gradients.scene import settings as joined
from lib.runtime.scenes import scene_json
from tests.lib.core.scene_code import run_code

STEPS = [(), ("+ 2", "pow 2", "mean"), ("sin", "* 3", "exp", "sum"), ("- 1", "/ 2", "relu", "mean")]
choices = st.fixed_dictionaries(
    {
        "expression": st.sampled_from([*EXPRESSIONS.values()]),
        "x": st.integers(-12, 12).map(lambda quarters: quarters / 4),
        "n": st.integers(1, 4),
        "calls": st.integers(1, 5),
        "zero_between": st.booleans(),
        "detach": st.sampled_from(["nowhere", "y", "z"]),
        "no_grad": st.booleans(),
        "steps": st.sampled_from(STEPS),
    }
)


@settings(max_examples=150)
@given(choices)
def test_the_code_leaves_what_the_lesson_function_leaves(choice):
    if choice["expression"] is not chain:
        choice["steps"] = ()
    made = scene(**choice)
    expected = what_backward_leaves(**choice)
    ran = run_code(made)
    assert ran.error == made.error
    grad = ran.names["x"].grad
    assert (grad is None) == (expected.grad is None)
    if grad is not None:
        assert grad.numpy() == pytest.approx(expected.grad, rel=1e-4, abs=1e-6, nan_ok=True)


@settings(max_examples=60)
@given(choices)
def test_who_requires_a_gradient_and_who_is_a_leaf_is_what_the_code_makes(choice):
    if choice["expression"] is not chain:
        choice["steps"] = ()
    made = scene(**choice)
    names = {name: each for name, each in run_code(made).names.items()
             if isinstance(each, torch.Tensor)}  # fmt: skip
    told = {row.name: {*row.value.replace("`", "").split(", ")} for row in made.numbers}
    assert told["these require a gradient"] == {
        n for n, each in names.items() if each.requires_grad
    }
    assert told["these are leaf tensors"] == {n for n, each in names.items() if each.is_leaf}
    got = {name for name, each in names.items() if each.is_leaf and each.grad is not None}
    assert got <= told["both, so these may get a `.grad`"]


@pytest.mark.parametrize("calls", [1, 2, 3])
def test_the_graph_and_the_curve_tell_the_same_gradient(calls):
    made = scene(calls=calls)
    graph, curve = (made.pictures[name].figure for name in ("graph", "curve"))
    total = f"{4.5 * calls:g}"
    assert f"x.grad {total}" in str(graph.frames[-1]["data"])
    assert curve.layout["annotations"][0]["text"] == f"x.grad[0, 0] = {total}"


@given(choices)
def test_what_is_asked_is_not_sent(choice):
    hidden = scene_json("gradients", choice, Revealed(())).decode()
    grad = what_backward_leaves(**choice).grad
    assert "x.grad`" not in hidden
    if grad is not None and np.isfinite(grad[0, 0]):
        assert f"x.grad[0, 0] = {grad[0, 0]:.4g}" not in hidden
    assert "Backward0: gets" not in hidden


def test_one_answer_does_not_uncover_the_other():
    for calls, other in ((1, "twice"), (2, "slope")):
        choice = joined(**{**{n: c.default for n, c in CONTROLS.items()}, "calls": calls})
        seen, hidden = (
            json.loads(scene_json("gradients", choice, Revealed(names))) for names in ((other,), ())
        )
        assert seen["pictures"] == hidden["pictures"]
        assert "`x.grad`" not in dict(seen["numbers"])


def test_the_example_is_not_the_question():
    defaults = {name: each.default for name, each in CONTROLS.items()}
    first, example = joined(**defaults), joined(**{**defaults, **EXAMPLE})
    grads = [what_backward_leaves(**each).grad[0, 0] for each in (first, example)]
    assert grads[0] != grads[1]


def test_a_chain_is_joined_from_its_controls():
    values = {name: each.default for name, each in CONTROLS.items()}
    assert joined(**values)["steps"] == ()
    values |= {"expression": chain, "step1": "sin", "step2": "none", "step3": "*", "number3": 2.0}
    assert joined(**values)["steps"] == ("sin", "* 2", "mean")
