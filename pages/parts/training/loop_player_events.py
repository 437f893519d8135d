"""What the browser asks of a training run: the next chunk, another epoch, a fork, a weight."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import streamlit as st

from lib.lessons.training.loop.config import Recipe
from lib.lessons.training.loop.runs import EPOCHS, Branch
from pages.parts.chunk_player import PLAYBACKS, Playback
from pages.parts.text import _

MOST_BATCHES = 50  # single batches that are watched in a row


class Origin(NamedTuple):
    """Where a visitor forked off, and the weights set by hand there."""

    parent: Branch
    epoch: int
    edits: tuple[tuple[int, float], ...] = ()


@dataclass
class Forks:
    """Where a visitor's run comes from; it outlasts the runs themselves.

    Attributes:
        origin: where it forked off; None for the recipe's own run.
        previous: the origin before, in case that the new one is impossible.
        refused: the recipe for which an origin was impossible, and why.
    """

    origin: Origin | None = None
    previous: Origin | None = None
    refused: tuple[Recipe, ValueError] | None = None

    def move(self, origin: Origin | None) -> None:
        """Go on from another place."""
        self.origin, self.previous, self.refused = origin, self.origin, None

    def step_back(self, recipe: Recipe, error: ValueError) -> None:
        """Return to the previous origin, since this one is impossible."""
        self.origin, self.previous, self.refused = self.previous, None, (recipe, error)


@dataclass
class LoopPlayback(Playback):
    """How far a visitor has come in a training run.

    Attributes:
        run: the run.
        epoch: the epoch the visitor looks at.
        batch: the epoch after which single batches are watched, and how many; None for none.
        forks: where the run comes from.
    """

    run: Branch
    epoch: int = 0
    batch: tuple[int, int] | None = None
    forks: Forks = field(default_factory=Forks)

    def epoch_of(self, event: dict[str, Any]) -> int:
        """Return an event's epoch, within what a run can have."""
        return max(self.run.epoch, min(int(event["epoch"]), int(EPOCHS.high)))


def _ask(playback: LoopPlayback, event: dict[str, Any]) -> None:
    """Note the chunk that is wanted next; not further ahead than a run is long."""
    longest = EPOCHS.high // playback.run.recipe.epochs_a_chunk + 1
    playback.number = max(0, min(int(event["number"]), int(longest)))


def _at(playback: LoopPlayback, event: dict[str, Any]) -> None:
    playback.epoch = playback.epoch_of(event)


def _batch(playback: LoopPlayback, event: dict[str, Any]) -> None:
    count = max(1, min(int(event["count"]), MOST_BATCHES))
    playback.batch = (playback.epoch_of(event), count)


def _fork(playback: LoopPlayback, event: dict[str, Any]) -> None:
    playback.forks.move(Origin(playback.run, playback.epoch_of(event)))


def _edit(playback: LoopPlayback, event: dict[str, Any]) -> None:
    branch, edit = playback.run, (int(event["place"]), float(event["value"]))
    epoch = playback.epoch_of(event)
    if branch.parent and epoch == branch.epoch:  # one weight more, before any training
        playback.forks.move(Origin(branch.parent, epoch, (*branch.edits, edit)))
    else:
        playback.forks.move(Origin(branch, epoch, (edit,)))


def _again(playback: LoopPlayback, event: dict[str, Any]) -> None:
    playback.forks.move(None)


HANDLERS: dict[str, Callable[[LoopPlayback, dict[str, Any]], None]] = {
    "ask": _ask, "at": _at, "batch": _batch, "fork": _fork, "edit": _edit, "again": _again,
}  # fmt: skip


def handle(slug: str, name: str) -> None:
    """Handle an event of the browser's, unless it is about a run that is not shown any more."""
    event = st.session_state[f"{slug}.training"].get(name)
    playback = st.session_state[PLAYBACKS][slug]
    if event and event.get("branch") == playback.name:
        try:
            HANDLERS[name](playback, event)
        except (KeyError, TypeError, ValueError):
            st.toast(_("That could not be understood."))
