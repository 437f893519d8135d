"""What the lesson on the page is made of, noted while it is drawn.

The parts ask it which lesson they belong to; the share popover asks it for the controls; the
contract test asks it whether everything a lesson needs is there.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import streamlit as st

KEY = "lesson_context"


class Control(NamedTuple):
    """A widget that sets something: its key, which is also its URL parameter, and its label.

    Attributes:
        examples: for a text field, what tests type into it.
    """

    key: str
    label: str
    examples: tuple[str, ...] = ()


@dataclass
class LessonContext:
    """One drawing of one lesson. A part that a fragment draws again is still noted once."""

    slug: str
    controls: dict[str, Control] = field(default_factory=dict)  # by key
    charts: dict[str, str] = field(default_factory=dict)  # key -> alternative text
    predictions: set[str] = field(default_factory=set)
    bugs: list[Callable[..., Any]] = field(default_factory=list)
    challenges: set[str] = field(default_factory=set)
    programs: dict[str, tuple[Callable[..., Any], dict[str, Any]]] = field(default_factory=dict)
    own: bool = False  # whether it shows a visitor's own picture
    scene: str = ""  # as JSON, where the lesson has one


def begin(slug: str) -> LessonContext:
    """Start noting a new drawing of the lesson ``slug``."""
    st.session_state[KEY] = LessonContext(slug)
    return current()


def current() -> LessonContext:
    """Return the context of the lesson being drawn."""
    context: LessonContext = st.session_state[KEY]
    return context


def end() -> None:
    """Say that the page is no lesson."""
    st.session_state[KEY] = None


def last() -> LessonContext | None:
    """Return the context of the lesson on the page, or None if the page is none."""
    context: LessonContext | None = st.session_state.get(KEY)
    return context
