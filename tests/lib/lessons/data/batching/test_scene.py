"""The scene of the lesson: its code deals the batches that are drawn, and hides what is asked."""

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as some

from lib.core.isolation import call_alone
from lib.core.scene import Revealed
from lib.lessons.data.batching import lesson as batching
from lib.lessons.data.batching.lesson import two_epochs
from lib.lessons.data.batching.scene import CONTROLS, scene
from lib.lessons.data.batching.scene import settings as joined
from lib.runtime.scenes import scene_json
from tests.lib.core.scene_code import run_code
from tests.pages.strategies import strategy

SETTINGS = some.fixed_dictionaries(
    {name: strategy(rule) for name, rule in two_epochs.rules.items()}
)
QUESTIONS = ("batches", "last", "order")


def first(**changed: Any) -> dict[str, Any]:
    return joined(**{**{name: each.default for name, each in CONTROLS.items()}, **changed})


def sent(revealed: tuple[str, ...], **changed: Any) -> dict[str, Any]:
    return json.loads(scene_json("batching", first(**changed), Revealed(revealed)))


def frames(made: dict[str, Any]) -> list[str]:
    return [frame["name"] for frame in made["pictures"][0]["figure"]["frames"]]


@settings(max_examples=60, deadline=None)
@given(SETTINGS)
def test_the_code_deals_the_batches_that_are_drawn(chosen: dict[str, Any]) -> None:
    made, result = call_alone(scene, chosen), call_alone(two_epochs, chosen)
    ran = run_code(made)
    assert not ran.error
    printed = ran.printed
    if chosen["order"] is batching.taking_turns:  # prints the epochs as one list
        printed = [batch for epoch in printed[0] for batch in epoch]
    dealt = [[result.labels[i] for i in b] for b in (*result.first, *result.second)]
    assert printed == dealt
    shown = {row.name: row.value for row in made.numbers}
    assert shown["`len(train_dl)`"] == str(len(ran.names["train_dl"]))
    assert ran.names["y"].tolist() == [*result.labels]
    rows = made.pictures["tiles"].figure.layout["meta"]["numbers"]["rows"]
    batches = [row[3] for row in rows if row[1].isdigit()]
    assert batches == [" ".join(map(str, b)) for b in (*result.first, *result.second)]


def test_each_answer_uncovers_only_what_it_was_asked_for() -> None:
    assert frames(sent(()))[1:] == [frames(sent(QUESTIONS))[1]]  # the first batch alone
    assert frames(sent(("batches",))) == frames(sent(("last",))) == frames(sent(()))
    assert [name.partition(",")[0] for name in frames(sent(("order",)))[1:]] == [
        "This epoch",
        "The next epoch",
    ]
    assert len(frames(sent(("batches", "last")))) == 8
    assert len(frames(sent(QUESTIONS))) == 15
    hidden, row = dict(sent(("last", "order"))["numbers"]), "`len(train_dl)`"
    assert row not in hidden
    assert dict(sent(("batches",))["numbers"])[row] == "7"
    assert "samples in the last batch" not in dict(sent(("batches", "order"))["numbers"])


def test_where_the_first_batch_is_the_last_it_is_not_seen_before_the_answer() -> None:
    for drop_last in (False, True):
        made = sent((), samples=8, batch_size=48, drop_last=drop_last)
        assert frames(made) == ["Nothing is loaded yet."]


def test_without_a_batch_the_order_is_not_asked_and_its_rows_are_not_kept_back() -> None:
    row = "the next epoch has the same order"
    shown = dict(sent(("batches", "last"), samples=8, batch_size=48, drop_last=True)["numbers"])
    assert row in shown
    assert row not in dict(sent(("batches", "last"))["numbers"])


def test_after_a_change_the_picture_rests_at_its_own_end() -> None:
    # The two epochs are frames of one player, so neither can keep those of other samples.
    for samples in (32, 9, 96):
        made = sent(QUESTIONS, samples=samples, drop_last=False)
        assert made["rest"] == -1
        [picture] = made["pictures"]
        last = picture["figure"]["frames"][-1]
        covers = last["data"][1]
        assert set(covers["width"]) == {0}
        assert len(covers["width"]) == 2 * -(-samples // 5)
        drawn = picture["figure"]["data"]
        for trace, moment in zip(drawn, last["data"], strict=True):  # as it stands without a frame
            assert moment.items() <= trace.items()


def test_the_challenge_is_not_solved_at_the_start() -> None:
    assert not batching.reaches(two_epochs(**first()))
