"""What the browser tells of a run: what it wants next, where the visitor is, what to change."""

from collections.abc import Callable
from typing import Any, NamedTuple

import streamlit as st

from lib.lessons.training.loop.runs import EPOCHS, Branch
from pages.parts.text import _

STATE = "loop.run"


class Origin(NamedTuple):
    """Where a visitor forked off, and the weights set by hand there."""

    parent: Branch
    epoch: int
    edits: tuple[tuple[int, float], ...] = ()


def _ask(state: dict[str, Any], told: dict[str, Any]) -> None:
    """Note the chunk that is wanted next; not further ahead than a run is long."""
    longest = EPOCHS.high // state["branch"].recipe.epochs_a_chunk + 1
    state["number"] = max(0, min(int(told["number"]), int(longest)))


def _at(state: dict[str, Any], told: dict[str, Any]) -> None:
    state["at"] = _epoch(state, told)


def _batch(state: dict[str, Any], told: dict[str, Any]) -> None:
    state["batch"] = (_epoch(state, told), max(1, min(int(told["count"]), 50)))


def _fork(state: dict[str, Any], told: dict[str, Any]) -> None:
    _leave(state, Origin(state["branch"], _epoch(state, told)))


def _edit(state: dict[str, Any], told: dict[str, Any]) -> None:
    branch, edit = state["branch"], (int(told["place"]), float(told["value"]))
    epoch = _epoch(state, told)
    if branch.parent and epoch == branch.epoch:  # one weight more, before any training
        _leave(state, Origin(branch.parent, epoch, (*branch.edits, edit)))
    else:
        _leave(state, Origin(branch, epoch, (edit,)))


def _again(state: dict[str, Any], told: dict[str, Any]) -> None:
    _leave(state, None)


def _leave(state: dict[str, Any], origin: Origin | None) -> None:
    """Go on from another place; the last one is kept in case that is impossible."""
    state.update(before=state.get("origin"), origin=origin, refused=None)


TOLD: dict[str, Callable[[dict[str, Any], dict[str, Any]], None]] = {
    "ask": _ask, "at": _at, "batch": _batch, "fork": _fork, "edit": _edit, "again": _again,
}  # fmt: skip


def told_by_browser(slug: str, name: str) -> None:
    """Take what the browser told, unless it speaks of a run that is not shown any more."""
    told = st.session_state[f"{slug}.training"].get(name)
    state = st.session_state[STATE]
    if told and told.get("branch") == state.get("name"):
        try:
            TOLD[name](state, told)
        except (KeyError, TypeError, ValueError):
            st.toast(_("That could not be understood."))


def _epoch(state: dict[str, Any], told: dict[str, Any]) -> int:
    """Return the epoch told, within what a run can have."""
    branch: Branch = state["branch"]
    return max(branch.epoch, min(int(told["epoch"]), int(EPOCHS.high)))
