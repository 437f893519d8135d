"""A run on the page, played chunk by chunk while it is computed.

The browser asks for what is new, twice a second, and only while the run plays in an open tab.
Nobody watching, nothing running: a few chunks are on their way at most.
"""

from collections.abc import Callable
from typing import Any, NamedTuple
from zlib import crc32

import streamlit as st

from lib.runtime import chunks
from pages.parts import lesson_context
from pages.parts.jobs import chunk
from pages.parts.run import explain
from pages.parts.text import _

POLL = 0.5  # seconds between two questions of the browser
AHEAD = 4  # chunks that are computed beyond the one that is shown, so that no worker waits
KEY = "live"


class Shown(NamedTuple):
    """What the page shows of a run.

    Attributes:
        number: of the last chunk that is shown.
        state: where the run stands after it, as ``Chain.advance`` returns it.
        result: what came of it.
        over: whether it is the last one.
    """

    number: int
    state: Any
    result: Any
    over: bool


def live(
    run_of: chunks.ChunkedRun,
    last: int,
    draw: Callable[[Shown], None],
    told: Callable[[Shown], str],
) -> Shown:
    """Show a run with its buttons, and what came of it so far.

    Call it once in a lesson, from the page's own fragment: the buttons draw the lesson anew, the
    chunks that come only what ``draw`` draws. When the last one has come, all is drawn anew.

    Args:
        run_of: the run. Another one begins anew, and waits for Play.
        last: the number of its last chunk.
        draw: draws what came so far; called twice a second while the run plays, so what it draws
            has to be cheap.
        told: returns how far the run is, in words.

    Returns:
        What is shown at this moment.
    """
    slug = lesson_context.current().slug
    name = f"{crc32(repr(run_of).encode()):08x}"
    states = st.session_state.setdefault(KEY, {})
    if states.get(slug, {}).get("name") != name:
        states[slug] = {"name": name, "number": 0, "playing": False, "asked": None, "error": None}
    state = states[slug]
    with st.container(horizontal=True, vertical_alignment="center"):
        playing = state["playing"]
        st.button(
            _("Pause") if playing else _("Play"),
            key=f"{slug}.live.play",
            icon=":material/pause:" if playing else ":material/play_arrow:",
            disabled=state["number"] >= last,
            on_click=_play,
            args=(state, not playing),
        )
        st.button(
            _("Start over"),
            key=f"{slug}.live.again",
            icon=":material/replay:",
            disabled=not state["number"],
            on_click=_again,
            args=(state,),
        )
    if state["error"]:
        explain(state["error"])
    # Two functions, so that Streamlit takes them for two fragments: one asks again, one does not.
    fragment = st.fragment(_playing, run_every=POLL) if playing else st.fragment(_draw)
    fragment(run_of, last, draw, told, state)
    return _shown(run_of, last, state)


def _playing(
    run_of: chunks.ChunkedRun,
    last: int,
    draw: Callable[[Shown], None],
    told: Callable[[Shown], str],
    state: dict[str, Any],
) -> None:
    """Show what has come, and ask for more; once there is no more, draw all of the page anew."""
    for number in range(state["number"] + 1, min(state["number"] + AHEAD, last) + 1):
        if chunks.finished_result(run_of, number) is None:
            break
        state["number"] = number
    link = state["asked"]
    failed = link.exception() if link and link.done() and not link.cancelled() else None
    if failed or state["number"] >= last or not state["playing"]:
        state.update(playing=False, asked=None, error=failed)
        st.rerun(scope="app")
    state["asked"] = chunks.chunk(run_of, min(state["number"] + AHEAD, last))
    _draw(run_of, last, draw, told, state)


def _draw(
    run_of: chunks.ChunkedRun,
    last: int,
    draw: Callable[[Shown], None],
    told: Callable[[Shown], str],
    state: dict[str, Any],
) -> None:
    """Show what has come."""
    shown = _shown(run_of, last, state)
    words = told(shown)
    if state["playing"] and (waiting := _before(run_of, state["number"] + 1)):
        words = f"{words} :gray[{_('In the queue before you:')} {waiting}.]"
    st.progress(shown.number / max(1, last), words)
    draw(shown)


def _shown(run_of: chunks.ChunkedRun, last: int, state: dict[str, Any]) -> Shown:
    """Return the chunk that is shown; it is computed again should nobody have kept it."""
    number = state["number"]
    left, result = chunk(run_of, number)
    return Shown(number, left, result, number >= last)


def _before(run_of: chunks.ChunkedRun, number: int) -> int:
    """Return how many tasks of other visitors wait before the chunk that comes next."""
    return chunks.tasks_ahead(chunks.chunk(run_of, number))


def _play(state: dict[str, Any], on: bool) -> None:
    state.update(playing=on, asked=None, error=None)


def _again(state: dict[str, Any]) -> None:
    state.update(number=0, playing=False, asked=None, error=None)
