"""A run on the page, played chunk by chunk while it is computed.

The browser asks for what is new, twice a second, and only while the run plays in an open tab.
Nobody watching, nothing running: a few chunks are on their way at most.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar
from zlib import crc32

import streamlit as st

from lib.runtime import chunks
from pages.parts import lesson_context
from pages.parts.jobs import chunk
from pages.parts.run import explain
from pages.parts.text import _

POLL = 0.5  # seconds between two questions of the browser
AHEAD = 4  # chunks that are computed beyond the one that is shown, so that no worker waits
PLAYBACKS = "playbacks"  # a visitor's, by lesson


@dataclass
class Playback:
    """How far a visitor has come in a run that is computed in chunks.

    Attributes:
        run: the run.
        number: of the last chunk that is shown.
    """

    run: chunks.ChunkedRun
    number: int = 0

    @property
    def name(self) -> str:
        """What tells the run from others, in a few letters."""
        return f"{crc32(repr(self.run).encode()):08x}"

    def chunk(self) -> tuple[Any, Any]:
        """Return the shown chunk's state and result; wait for it if it is not there any more."""
        return chunk(self.run, self.number)

    def prefetch(self, number: int) -> chunks.ChunkFuture:
        """Let the workers compute up to a chunk that has not been asked for yet."""
        return chunks.chunk(self.run, number)


P = TypeVar("P", bound=Playback)


def resumed(start: P) -> P:
    """Return how far the visitor had come in this run; another run takes its place and starts."""
    playbacks: dict[str, P] = st.session_state.setdefault(PLAYBACKS, {})
    slug = lesson_context.current().slug
    before = playbacks.get(slug)
    if before is None or before.name != start.name:
        playbacks[slug] = start
    return playbacks[slug]


class Shown(NamedTuple):
    """What the page shows of a run.

    Attributes:
        number: of the last chunk that is shown.
        state: where the run stands after it, as ``ChunkedRun.advance`` returns it.
        result: what came of it.
        over: whether it is the last one.
    """

    number: int
    state: Any
    result: Any
    over: bool


@dataclass
class _Player(Playback):
    """A run with its buttons: whether it plays, what it waits for, and why it stopped."""

    playing: bool = False
    awaited: chunks.ChunkFuture | None = None
    error: Exception | None = None

    def play(self, on: bool) -> None:
        """Play or pause."""
        self.playing, self.awaited, self.error = on, None, None

    def restart(self) -> None:
        """Go back to the start, and wait there for Play."""
        self.number = 0
        self.play(False)


class _View(NamedTuple):
    """How the page shows a run: the number of its last chunk, what to draw, how far it is."""

    last: int
    draw: Callable[[Shown], None]
    caption: Callable[[Shown], str]


def chunk_player(
    run: chunks.ChunkedRun,
    last: int,
    draw: Callable[[Shown], None],
    caption: Callable[[Shown], str],
) -> Shown:
    """Show a run with its buttons, and what came of it so far.

    Call it once in a lesson, from the page's own fragment: the buttons draw the lesson anew, the
    chunks that come only what ``draw`` draws. When the last one has come, all is drawn anew.

    Args:
        run: the run. Another one begins anew, and waits for Play.
        last: the number of its last chunk.
        draw: draws what came so far; called twice a second while the run plays, so what it draws
            has to be cheap.
        caption: returns how far the run is, in words.

    Returns:
        What is shown at this moment.
    """
    player, view = resumed(_Player(run)), _View(last, draw, caption)
    slug = lesson_context.current().slug
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            _("Pause") if player.playing else _("Play"),
            key=f"{slug}.player.play",
            icon=":material/pause:" if player.playing else ":material/play_arrow:",
            disabled=player.number >= last,
            on_click=player.play,
            args=(not player.playing,),
        )
        st.button(
            _("Start over"),
            key=f"{slug}.player.again",
            icon=":material/replay:",
            disabled=not player.number,
            on_click=player.restart,
        )
    if player.error:
        explain(player.error)
    # Two functions, so that Streamlit takes them for two fragments: one asks again, one does not.
    fragment = st.fragment(_play, run_every=POLL) if player.playing else st.fragment(_draw)
    fragment(player, view)
    return _shown(player, last)


def _play(player: _Player, view: _View) -> None:
    """Show what has come, and ask for more; once there is no more, draw all of the page anew."""
    for number in range(player.number + 1, min(player.number + AHEAD, view.last) + 1):
        if chunks.finished_result(player.run, number) is None:
            break
        player.number = number
    if (error := _failure(player.awaited)) or player.number >= view.last or not player.playing:
        player.play(False)
        player.error = error
        st.rerun(scope="app")
    player.awaited = player.prefetch(min(player.number + AHEAD, view.last))
    _draw(player, view)


def _failure(future: chunks.ChunkFuture | None) -> Any:
    """Return why a chunk could not be computed; None if it was, or will be."""
    return future.exception() if future and future.done() and not future.cancelled() else None


def _draw(player: _Player, view: _View) -> None:
    """Show what has come."""
    shown = _shown(player, view.last)
    words = view.caption(shown)
    if player.playing and (waiting := chunks.tasks_ahead(player.prefetch(player.number + 1))):
        words = f"{words} :gray[{_('In the queue before you:')} {waiting}.]"
    st.progress(shown.number / max(1, view.last), words)
    view.draw(shown)


def _shown(player: _Player, last: int) -> Shown:
    """Return what is shown."""
    state, result = player.chunk()
    return Shown(player.number, state, result, player.number >= last)
