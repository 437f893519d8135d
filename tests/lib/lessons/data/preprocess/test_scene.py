"""The scene of the lesson: its code makes what is drawn, and hides what is asked."""

import json

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as some

from lib.core.isolation import call_alone
from lib.core.scene import Revealed
from lib.lessons.data.preprocess.lesson import CHAIN, STEPS, follow
from lib.lessons.data.preprocess.normalization import normalize_batch, reaches
from lib.lessons.data.preprocess.questions import guesses, subject
from lib.lessons.data.preprocess.scene import CONTROLS, scene, surely_work
from lib.lessons.data.preprocess.scene import settings as joined
from lib.runtime.scenes import scene_json
from tests.lib.core.scene_code import run_code

SCALED = "ToDtype(torch.float32, scale=True)"
REFUSED = ("ToImage()", "Normalize(MEAN, STD)", "Resize(64)")
PLAIN = ("ToImage()", "Resize(64)", "Grayscale()")
chains = some.one_of(
    some.lists(some.sampled_from([*STEPS]), max_size=8).map(tuple),
    some.lists(some.sampled_from([*STEPS]), max_size=7).map(lambda x: ("ToImage()", *x)),
)


def first():
    return joined(**{name: each.default for name, each in CONTROLS.items()})


def sent(revealed, **changed):
    return json.loads(scene_json("preprocess", {**first(), **changed}, Revealed(revealed)))


def frames(made):
    [names] = {tuple(f["name"] for f in p["figure"]["frames"]) for p in made["pictures"][1:]}
    return names


@settings(max_examples=40, deadline=None)
@given(chains, some.sampled_from(["chelsea", "fashion 3"]), some.integers(0, 99))
def test_the_code_makes_the_image_that_is_measured(steps, image, seed):
    chosen = {"image": image, "steps": steps, "seed": seed}
    made, ran = call_alone(scene, chosen), None
    ran = run_code(made)
    assert ran.error == made.error
    last, shown = ran.names["x"], {row.name: row.value for row in made.numbers}
    assert shown["`x.shape`"] == f"`{tuple(last.shape)}`"
    assert shown["`x.dtype`"] == f"`{str(last.dtype).removeprefix('torch.')}`"
    planes = last if isinstance(last, torch.Tensor) else last.transpose(2, 0, 1)
    means = np.asarray(planes, np.float64).reshape(len(planes), -1).mean(axis=1)
    told = [float(each) for each in shown["mean of each channel"].split(",")]
    np.testing.assert_allclose(told, means, atol=6e-4, rtol=1e-5)


@settings(max_examples=80, deadline=None)
@given(chains, some.sampled_from(["chelsea", "fashion 3"]))
def test_what_is_seen_before_an_answer_follows_from_the_names_alone(steps, image):
    chain = call_alone(follow, {"image": image, "steps": steps})
    assert surely_work(steps) <= len(chain.snapshots) - 1


def test_each_answer_uncovers_only_its_own():
    assert len(frames(sent(()))) == 6  # up to the step before Normalize
    assert len(frames(sent(("shape",)))) == 6
    assert len(frames(sent(("normalized",)))) == 7
    assert "112" not in " ".join(frames(sent(("normalized",)))).replace("Crop(112)", "")
    assert "(3, 112, 112)" in frames(sent(("shape",)))[-1]
    assert "mean of each channel" not in dict(sent(("shape",))["numbers"])
    assert "`x.shape`" not in dict(sent(("normalized",))["numbers"])


def test_a_refusal_is_told_only_to_whoever_answered():
    assert "Error" not in json.dumps(sent(("normalized",), steps=REFUSED))
    assert "TypeError" in frames(sent(("shape",), steps=REFUSED))[-1]


@pytest.mark.parametrize("steps", [PLAIN, (), REFUSED, ("Normalize(MEAN, STD)",)])
def test_a_step_that_is_not_in_the_chain_is_not_asked_about(steps):
    chain = call_alone(follow, {"image": "chelsea", "steps": steps})
    assert subject(chain) is None
    assert [*guesses(chain)] == ["shape"]


@given(chains)
@settings(max_examples=40, deadline=None)
def test_the_question_is_about_a_step_of_the_chain(steps):
    CHAIN.check("steps", steps)
    chain = call_alone(follow, {"image": "fashion 3", "steps": steps})
    if about := subject(chain):
        assert about.after.call == steps[about.number - 1]


def test_the_challenge_is_not_solved_at_the_start():
    assert not reaches(call_alone(normalize_batch, {}))
