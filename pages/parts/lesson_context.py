"""What the lesson on the page is made of, noted while it is drawn.

The parts ask it which lesson they belong to; the share popover asks it for the controls; the
contract test asks it whether everything a lesson needs is there.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import streamlit as st

KEY = "outline"


class Control(NamedTuple):
    """A widget that sets something: its key, which is also its URL parameter, and its label.

    Attributes:
        examples: for a text field, what tests type into it.
    """

    key: str
    label: str
    examples: tuple[str, ...] = ()


@dataclass
class Outline:
    """One drawing of one lesson. A part that a fragment draws again is still noted once."""

    slug: str
    controls: dict[str, Control] = field(default_factory=dict)  # by key
    charts: dict[str, str] = field(default_factory=dict)  # key -> alternative text
    predictions: set[str] = field(default_factory=set)
    bugs: list[Callable[..., Any]] = field(default_factory=list)
    challenges: set[str] = field(default_factory=set)
    programs: dict[str, tuple[Callable[..., Any], dict[str, Any]]] = field(default_factory=dict)
    own: bool = False  # whether it shows a visitor's own picture


def begin(slug: str) -> Outline:
    """Start noting a new drawing of the lesson ``slug``."""
    st.session_state[KEY] = Outline(slug)
    return current()


def current() -> Outline:
    """Return the outline of the lesson being drawn."""
    outline: Outline = st.session_state[KEY]
    return outline


def end() -> None:
    """Say that the page is no lesson."""
    st.session_state[KEY] = None


def last() -> Outline | None:
    """Return the outline of the lesson on the page, or None if the page is none."""
    outline: Outline | None = st.session_state.get(KEY)
    return outline
