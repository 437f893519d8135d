"""A run on a page: played, paused, begun anew; nobody asking, nothing running."""

import time
from dataclasses import dataclass
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from lib.runtime import chunks
from lib.runtime.pool import close_workers, workers

HERE = "tests.pages.test_chunk_player"
LAST = 6


@dataclass(frozen=True)
class Count:
    """Counts on from a number."""

    start: int
    fails: int = -1  # the state at which it refuses to go on

    @property
    def source(self) -> None:
        return None

    def begin(self, state: Any) -> tuple[int, int]:
        return self.start, self.start

    def advance(self, state: int) -> tuple[int, int]:
        if state == self.fails:
            raise ValueError(f"state={state} is refused")
        return state + 1, state + 1


PAGE = f"""
import streamlit as st
from {HERE} import Count, LAST
from pages.parts import lesson_context
from pages.parts.chunk_player import chunk_player
lesson_context.begin("gradients")
start = st.number_input("start", value={{start}})
shown = chunk_player(
    Count(start, {{fails}}), LAST, lambda now: st.text(f"drawn {{{{now.result}}}}"),
    lambda now: f"step {{{{now.number}}}}",
)
st.text(f"below {{{{shown.number}}}} {{{{shown.over}}}}")
"""


@pytest.fixture(autouse=True)
def nothing_left() -> Any:
    yield
    close_workers()


def page(start: int, fails: int = -1) -> AppTest:
    return AppTest.from_string(PAGE.format(start=start, fails=fails), default_timeout=60).run()


def texts(app: AppTest) -> list[str]:
    return [each.value for each in app.text]


def button(app: AppTest, name: str) -> Any:
    return next(each for each in app.button if each.key == f"gradients.player.{name}")


def played(app: AppTest) -> AppTest:
    """Do as a browser does while a run plays: ask again and again, until it does so no more."""
    button(app, "play").click().run()
    for _ in range(600):
        if not app.session_state["playbacks"]["gradients"].playing:
            return app
        time.sleep(0.05)
        app.run()
    raise AssertionError("it never ended")


def test_it_waits_for_play() -> None:
    app = page(10)
    assert texts(app) == ["drawn 10", "below 0 False"]
    assert button(app, "again").disabled
    assert chunks.finished_result(Count(10), 1) is None


def test_it_plays_to_the_end_and_stops() -> None:
    app = played(page(20))
    assert texts(app) == ["drawn 26", "below 6 True"]
    assert button(app, "play").disabled
    assert button(app, "play").label == "Play"
    assert not app.exception


def test_it_begins_anew() -> None:
    app = played(page(30))
    button(app, "again").click().run()
    assert texts(app) == ["drawn 30", "below 0 False"]
    assert texts(played(app)) == ["drawn 36", "below 6 True"]


def test_another_run_waits_for_play() -> None:
    app = played(page(40))
    app.number_input[0].set_value(50).run()
    assert texts(app) == ["drawn 50", "below 0 False"]
    assert not button(app, "play").disabled


def test_a_paused_run_asks_for_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    app = page(60)
    button(app, "play").click().run()
    asked = chunks.chunk(Count(60), 4)
    asked.result(timeout=60)
    button(app, "play").click().run()
    assert button(app, "play").label == "Play"
    given: list[Any] = []
    submit = workers().submit
    monkeypatch.setattr(workers(), "submit", lambda *a, **k: given.append(a) or submit(*a, **k))
    app.run()
    app.run()
    assert given == []


def test_an_error_ends_it_and_is_shown() -> None:
    app = played(page(70, fails=72))
    assert "state=72 is refused" in app.error[0].value
    assert not app.session_state["playbacks"]["gradients"].playing
    assert texts(app)[1] in {f"below {n} False" for n in (0, 1, 2)}
    assert not button(app, "play").disabled
