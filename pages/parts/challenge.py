"""A goal to reach with the controls, checked from the result."""

from typing import NamedTuple

import streamlit as st

from pages.parts import lesson_context
from pages.parts.hints import Hints, show_hints
from pages.parts.text import _

FINISHED = "finished"


class Goal(NamedTuple):
    """A goal to reach with the controls.

    Attributes:
        text: what to reach.
        reached: whether the settings reach it.
        progress: where the visitor stands, in numbers.
        learned: what to take from it, shown once it is reached.
    """

    text: str
    reached: bool
    progress: str
    learned: str


def goal(aim: Goal, hints: Hints | None = None) -> None:
    """Show a goal and hints beside the controls; once it is reached, say what was learned."""
    lesson = lesson_context.current()
    lesson.challenges.add(aim.text)
    if aim.reached:
        if lesson.slug not in finished():
            st.toast(_("Challenge met!"), icon=":material/flag:")
        finished().add(lesson.slug)
        st.success(f"**{_('Challenge met.')}** {aim.learned}", icon=":material/flag:")
    else:
        words = f"**{_('Challenge.')}** {aim.text} **{_('Now:')}** {aim.progress}"
        st.info(words, icon=":material/flag:")
        if hints:
            show_hints(hints)


def finished() -> set[str]:
    """Return the slugs of the lessons whose challenge this visitor has met."""
    slugs: set[str] = st.session_state.setdefault(FINISHED, set())
    return slugs
