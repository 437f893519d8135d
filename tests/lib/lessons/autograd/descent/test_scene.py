"""The scene of the lesson: its code walks as the picture does, and it hides what is asked."""

import json
import re
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.core.scene import Revealed
from lib.lessons.autograd.descent.lesson import (
    BETA2S,
    LEARNING_RATES,
    OPTIMIZERS,
    SCHEDULES,
    SURFACES,
)
from lib.lessons.autograd.descent.questions import reaches, where
from lib.lessons.autograd.descent.runs import limits, walks
from lib.lessons.autograd.descent.scene import CONTROLS, EXAMPLE, RELIEF, WALKED, scene
from lib.lessons.autograd.descent.scene import settings as joined
from lib.runtime.scenes import scene_json
from tests.lib.core.scene_code import run_code

quarters = st.integers(-12, 12).map(lambda quarter: quarter / 4)
choices = st.fixed_dictionaries(
    {
        "optimizers": st.lists(st.sampled_from([*OPTIMIZERS]), min_size=1, max_size=3, unique=True),
        "lr": st.sampled_from(LEARNING_RATES),
        "surface": st.sampled_from([*SURFACES.values()]),
        "momentum": st.sampled_from([0.0, 0.5, 0.9, 0.99]),
        "beta1": st.sampled_from([0.0, 0.9]),
        "beta2": st.sampled_from(BETA2S),
        "start_x": quarters,
        "start_y": quarters,
        "steps": st.integers(10, 60),
        "schedule": st.sampled_from([*SCHEDULES.values()]),
    }
).map(
    lambda made: {
        **{name: each for name, each in made.items() if name != "lr"},
        "optimizers": tuple(made["optimizers"]),
        "rates": (made["lr"],) * len(made["optimizers"]),
    }
)

# The landscapes by hand, at (x, y).
HEIGHTS = {
    "bowl": lambda x, y: x**2 + y**2,
    "ravine": lambda x, y: x**2 / 2 + 10 * y**2,
    "saddle": lambda x, y: x**2 + (y**2 - 1) ** 2,
    "Rosenbrock": lambda x, y: (1 - x) ** 2 + 100 * (y - x**2) ** 2,
    "Himmelblau": lambda x, y: (x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2,
}


@settings(max_examples=60, deadline=None)
@given(choices)
def test_the_code_ends_where_the_first_walk_ends(choice):
    made = scene(**choice)
    ran = run_code(made)
    assert ran.error == made.error == ""
    first, walk = next(iter(walks(**choice).items()))
    [w] = ran.printed
    np.testing.assert_allclose(w.detach().numpy(), walk.path[-1], rtol=1e-4, atol=1e-6)
    [end] = [row.value for row in made.numbers if row.name == f"loss of {first} at the end"]
    x, y = w.detach().double().tolist()
    if np.isfinite(walk.losses[-1]) and abs(x) + abs(y) < 100:
        name = next(n for n, each in SURFACES.items() if each is choice["surface"])
        written = float(re.match("`(.*?)`", end)[1])
        # Near the lowest place float32 holds few digits of the height.
        assert written == pytest.approx(HEIGHTS[name](x, y), rel=1e-2, abs=1e-5)


def first(**changed: Any) -> dict[str, Any]:
    return joined(**{**{name: each.default for name, each in CONTROLS.items()}, **changed})


def sent(*revealed: str, **changed: Any) -> dict[str, Any]:
    return json.loads(scene_json("descent", first(**changed), Revealed(revealed)))


def lengths(made: dict[str, Any], picture: int) -> dict[str, int]:
    data = made["pictures"][picture]["figure"]["data"]
    return {each["hovertemplate"].split(" ")[0]: len(each["x"]) for each in data
            if "meta" in each and each["mode"] != "markers"}  # fmt: skip


@pytest.mark.parametrize("picture", [0, 1])
@pytest.mark.parametrize("view", ["contour", RELIEF])
def test_each_answer_uncovers_its_own_walks(picture, view):
    def drawn(*revealed: str) -> list[int]:
        made = sent(*revealed, view=view)
        return [lengths(made, picture)[name] for name in ("SGD", "momentum", "Adam")]

    assert drawn() == [1, 1, 1]
    assert drawn("where") == [101, 1, 1]
    assert drawn("first") == [1, 101, 101]
    assert drawn("where", "first") == [101, 101, 101]


def test_what_is_asked_is_nowhere_in_what_is_sent():
    hidden = json.dumps(sent())
    ends = walks(**{name: first()[name] for name in WALKED})
    for walk in ends.values():
        assert f"{walk.losses[-1]:.3g}" not in hidden
    assert "arrived since" not in hidden
    assert "below 0.001 since" not in hidden
    assert json.loads(hidden)["pictures"][0]["figure"]["frames"] == []
    assert "below 0.001 since step 38" in json.dumps(sent("where"))
    assert "step 96" not in json.dumps(sent("where"))


def test_after_a_change_of_settings_the_whole_walk_is_seen():
    for change in ({}, {"steps": 20}, {"start_x": 0.5}, {"SGD.lr": 2.0}):
        made = sent("where", "first", **change)
        assert made["rest"] == -1
        figure = made["pictures"][0]["figure"]
        moving = [each["meta"]["upto"] for each in figure["data"] if "meta" in each]
        assert moving == [each["meta"]["upto"] for each in figure["frames"][-1]["data"]]


def test_a_walk_without_numbers_is_explained_to_whoever_answered():
    wild = {"SGD.lr": 2.0}
    assert "could not hold them" in json.dumps(sent("where", **wild))
    assert "could not hold them" not in json.dumps(sent("first", **wild))


def test_what_is_not_shown_stays_as_it_begins():
    made = joined(optimizers=("SGD",), **{"SGD.lr": 0.1})
    assert made["rates"] == (0.1,)
    assert made["momentum"] == CONTROLS["momentum"].default


def test_the_example_is_another_walk_than_the_question():
    shown, asked = first(**EXAMPLE), first()
    assert shown["surface"] is not asked["surface"]
    ends = []
    for each in (shown, asked):
        taken = {name: each[name] for name in WALKED}
        walk, bound = walks(**taken)["SGD"], limits(**taken)["SGD"]
        ends.append(next(g.value for g in where(walk, each["rates"][0], bound) if g.right))
    assert ends[0] != ends[1]


def test_the_challenge_is_not_solved_at_the_start():
    start = first()
    walk = walks(**{name: start[name] for name in WALKED})["momentum"]
    assert not reaches(walk, start["surface"])
    solved = {**start, "surface": SURFACES["Rosenbrock"], "steps": 200, "momentum": 0.95}
    solved |= {"optimizers": ("momentum",), "rates": (0.001,)}
    walk = walks(**{name: solved[name] for name in WALKED})["momentum"]
    assert reaches(walk, solved["surface"])
