"""Help with a challenge: two hints, one after the other, and then settings that meet it."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import streamlit as st

from pages.parts import control, lesson_context
from pages.parts.text import _

GIVEN = "hints"  # lesson -> how many hints the visitor has asked for


class Hints(NamedTuple):
    """What helps with a challenge.

    Attributes:
        first: where to look.
        second: what to do.
        solution: settings that meet the challenge, by the names of the controls, each as its
            widget holds it: a number for a slider, the text of what is chosen for a menu.
    """

    first: str
    second: str
    solution: Mapping[str, Any]


def show_hints(hints: Hints) -> None:
    """Show the hints that were asked for, and the way to the next, or to the solution."""
    slug = lesson_context.current().slug
    given: dict[str, int] = st.session_state.setdefault(GIVEN, {})
    number = given.get(slug, 0)
    for words in (hints.first, hints.second)[:number]:
        st.markdown(f":gray[:material/lightbulb: {words}]")

    def ask() -> None:
        if number < 2:
            given[slug] = number + 1
            return
        for name, value in hints.solution.items():
            if not control.is_locked(name):
                st.session_state[f"{slug}.{name}"] = value

    labels = (_("Give me a hint"), _("One more hint"), _("Show me a solution"))
    icon = ":material/lightbulb:" if number < 2 else ":material/key:"
    key = f"{slug}.hint"
    asked = st.button(labels[number], key=key, type="tertiary", icon=icon, on_click=ask)
    if asked and number == 2:
        st.rerun()  # the controls may stand outside of the fragment that runs now
