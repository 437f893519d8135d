"""The scene of the lesson: its code makes the numbers shown, and what is asked stays hidden."""

import json
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.core.scene import Revealed
from lib.lessons.tensors.create import lesson as create
from lib.lessons.tensors.create.questions import reaches, spelled
from lib.lessons.tensors.create.scene import CONTROLS, EXAMPLE, scene
from lib.lessons.tensors.create.scene import settings as joined
from lib.runtime.scenes import scene_json
from tests.lib.core.scene_code import run_code
from tests.pages.strategies import strategy

CHOICES = st.fixed_dictionaries({n: strategy(rule) for n, rule in create.make.rules.items()})


def shown(made: Any) -> dict[str, str]:
    return {row.name: row.value for row in made.numbers}


def sent(revealed: tuple[str, ...], **changed: Any) -> dict[str, Any]:
    return json.loads(scene_json("create", joined(**changed), Revealed(revealed)))


@settings(max_examples=200, deadline=None)
@given(CHOICES)
def test_the_code_makes_the_tensor_that_is_shown(chosen):
    made, tensor = scene(**chosen), create.make(**chosen)
    ran, rows = run_code(made), shown(made)
    assert ran.error == made.error
    if ran.error:
        # PyTorch lists the arguments of a call it cannot match, also those that are None.
        message = rows["PyTorch"].replace(", dtype=NoneType", "")
        assert message == f"{ran.error}: {ran.message}"
        return
    x = ran.names["x"]
    assert rows["`x.dtype`"] == f"`{x.dtype}`"
    assert rows["`x.size()`"] == f"`{x.size()}`"
    bytes_of_one = len(bytes(x.flatten()[:1].untyped_storage())) // x.numel()
    assert rows["`x.nbytes`"] == f"`{x.numel()}` × `{bytes_of_one}` = `{x.nbytes}` bytes"
    numbers = (x.float() if x.dtype == torch.bfloat16 else x).numpy()
    np.testing.assert_array_equal(numbers, tensor.values)
    if chosen["constructor"] in create.RANDOM:
        many = ran.names["many"]
        many = (many.real if many.is_complex() else many).double()
        assert rows["mean of 10 000 draws"].startswith(f"`{float(many.mean()):.4f}`")
        assert rows["their standard deviation"].startswith(f"`{float(many.std(correction=0)):.4f}`")
    else:
        assert rows["last element"] == f"`{spelled(numbers.flat[-1].item())}`"


def test_the_bytes_are_hidden_until_they_are_asked():
    for changed in ({}, {"constructor": create.arange}):
        count = {float: 60, int: 120}[int if changed else float]
        hidden = sent(("draws", "last"), **changed)
        assert "`x.nbytes`" not in dict(hidden["numbers"])
        notes = [each["text"] for each in hidden["pictures"][0]["figure"]["layout"]["annotations"]]
        assert not any(str(count) in note for note in notes)
        seen = sent(("bytes",), **changed)
        notes = [each["text"] for each in seen["pictures"][0]["figure"]["layout"]["annotations"]]
        assert any(f"{count} in all" in note for note in notes)


def test_the_draws_are_hidden_until_they_are_asked():
    hidden, seen = sent(("bytes",)), sent(("draws",))
    for words in ("0.289", "0.2887", "10 000"):
        assert words not in json.dumps(hidden["pictures"], ensure_ascii=False).replace(
            '"name": "10 000 draws"', ""
        )
    assert "mean of 10 000 draws" not in dict(hidden["numbers"])
    assert "0.289" in seen["pictures"][1]["figure"]["frames"][-1]["name"]
    assert len(seen["pictures"][1]["figure"]["frames"]) == 1 + 15 + 3


def test_the_numbers_of_others_are_hidden_until_the_last_one_is_asked():
    hidden = sent(("bytes",), constructor=create.linspace)
    grid = hidden["pictures"][0]["figure"]
    assert not grid["frames"]
    assert {text for row in grid["data"][0]["text"] for text in row} == {"?"}
    assert "last element" not in dict(hidden["numbers"])
    assert len(sent(("last",), constructor=create.linspace)["pictures"][0]["figure"]["frames"]) > 1


def test_what_pytorch_refuses_is_told_only_to_whoever_answered():
    refused = {"dtype": "int64"}
    assert "Error" not in json.dumps(sent((), **refused))
    caption = sent(("bytes",), **refused)["caption"]
    assert caption.startswith("NotImplementedError: ")
    assert "Long is int64" in caption


@pytest.mark.parametrize("constructor", create.CONSTRUCTORS.values(), ids=create.CONSTRUCTORS)
def test_only_what_the_constructor_uses_is_a_setting(constructor):
    made = joined(constructor=constructor)
    assert ("rows" in made) == (constructor is create.tensor) == ("shape" not in made)
    assert ("fill" in made) == (constructor is create.full)
    assert ("seed" in made) == (constructor in create.RANDOM)
    assert create.make(**made).refused == ""


def test_the_example_is_not_what_is_asked():
    example = create.make(**joined(**EXAMPLE))
    assert example.nbytes != create.make(**joined()).nbytes


def test_the_challenge_is_not_solved_at_the_start():
    first = {name: each.default for name, each in CONTROLS.items()}
    assert not reaches(create.make(**joined(**first)))
    assert reaches(create.make(**joined(**{"dtype": "float16", "axes2.0": 6, "axes2.1": 4})))
