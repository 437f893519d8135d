"""Measurements: shared by all who ask for the same one, and made anew when somebody asks."""

import streamlit as st

from pages.parts import lesson_context
from pages.parts.text import _


def measurement() -> int:
    """Return which measurement of this lesson the visitor wants: 0 for the first one."""
    count: int = st.session_state.setdefault(_key(), 0)
    return count


def measure_again() -> None:
    """Show the button that asks for a new one."""
    key = f"{lesson_context.current().slug}.again"
    st.button(_("Measure again"), key=key, icon=":material/timer:", on_click=_count, args=(_key(),))


def _key() -> str:
    return f"{lesson_context.current().slug}.measurements"


def _count(key: str) -> None:
    st.session_state[key] = st.session_state.get(key, 0) + 1
