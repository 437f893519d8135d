"""A training run on the page: what the browser asks for, forks, and what is impossible."""

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from lib.lessons.training.loop import doctor
from lib.lessons.training.loop.config import Recipe
from lib.lessons.training.loop.runs import EPOCHS, Branch
from lib.runtime import chunks
from lib.runtime.pool import close_workers
from pages.parts.training import loop_player_payload as payload
from pages.parts.training.loop_player_events import HANDLERS, LoopPlayback, Origin

PAGE = """
import streamlit as st
from lib.lessons.training.loop.config import Recipe
from pages.parts import lesson_context
from pages.parts.training.loop_player import training
lesson_context.begin("loop")
recipe = Recipe(hidden=(2,), seed=st.number_input("seed", value=1))
shown = training(recipe, "a map", show_test=True, discrete=False)
st.text(f"{shown.epoch} {shown.branch.parent is not None} {shown.frame is not None}")
"""


@pytest.fixture(autouse=True)
def nothing_left() -> Any:
    yield
    close_workers()


def page() -> AppTest:
    return AppTest.from_string(PAGE, default_timeout=60).run()


def event(playback: LoopPlayback, name: str, **fields: Any) -> LoopPlayback:
    HANDLERS[name](playback, fields)
    return playback


def test_what_is_asked_stays_within_a_run() -> None:
    playback = LoopPlayback(Branch(Recipe()))
    longest = EPOCHS.high // Recipe().epochs_a_chunk + 1
    assert event(playback, "ask", number=3).number == 3
    assert event(playback, "ask", number=-3).number == 0
    assert event(playback, "ask", number=10**9).number == longest
    assert event(playback, "at", epoch=10**9).epoch == EPOCHS.high
    assert event(playback, "batch", epoch=7, count=1000).batch == (7, 50)
    for fields in ({}, {"epoch": "x"}, {"epoch": None}):
        with pytest.raises((KeyError, TypeError, ValueError)):
            event(playback, "at", **fields)


def test_the_doctor_speaks_of_the_epoch_that_is_shown_not_of_the_newest() -> None:
    recipe = Recipe(data="circle", hidden=(2,), train_share=0.1)
    branch = Branch(recipe)
    page()  # within which words are translated
    begun, after = (chunks.chunk(branch, number).result()[1] for number in (0, 1))
    frames, last = [*begun, *after], after[-1].epoch
    assert frames[15].epoch == 15 < last
    (shown, words), (newest, later) = payload.findings(branch, last, 15)
    assert (shown, newest) == (15, last)
    for said, until in ((words, 15), (later, last)):
        told = doctor.examine(recipe, frames[: until + 1])
        assert said == [doctor.WORDS[each.code].format(**each.numbers) for each in told] != []
    assert words != later
    assert payload.findings(branch, last + 1) == [(last + 1, [])]  # not trained yet


def test_a_second_weight_before_any_training_joins_the_first() -> None:
    start = Branch(Recipe())
    playback = event(LoopPlayback(start), "edit", place=1, value=0.5, epoch=4)
    assert playback.forks.origin == Origin(start, 4, ((1, 0.5),))
    edited = LoopPlayback(Branch(Recipe(), start, 4, ((1, 0.5),)), forks=playback.forks)
    event(edited, "edit", place=2, value=1.5, epoch=4)
    assert edited.forks.origin == Origin(start, 4, ((1, 0.5), (2, 1.5)))
    assert event(edited, "again").forks.origin is None


def test_a_fork_is_shown_and_start_over_leaves_it() -> None:
    app = page()
    assert app.text[0].value == "0 False True"
    playback = app.session_state["playbacks"]["loop"]
    event(playback, "fork", epoch=0)
    app.run()
    assert app.text[0].value == "0 True True"
    forked = app.session_state["playbacks"]["loop"]
    assert forked.run.parent == playback.run
    event(forked, "again")
    app.run()
    assert app.text[0].value == "0 False True"
    assert not app.exception


def test_a_weight_that_cannot_be_is_refused_until_something_else_is_tried() -> None:
    app = page()
    event(app.session_state["playbacks"]["loop"], "edit", place=0, value=1e30, epoch=0)
    app.run()
    assert "That did not work" in app.error[0].value
    assert app.text[0].value == "0 False True"
    assert app.session_state["playbacks"]["loop"].forks.origin is None
    app.number_input[0].set_value(2).run()
    assert not app.error
