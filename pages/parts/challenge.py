"""A goal to reach with the controls, checked from the result."""

import streamlit as st

from pages.parts import lesson_context
from pages.parts.text import _

FINISHED = "finished"


def challenge(goal: str, reached: bool, progress: str, learned: str) -> bool:
    """Set a goal; once it is reached, say what was learned and mark the lesson as finished.

    Args:
        goal: what to reach.
        reached: whether the result at the current settings reaches it.
        progress: where the visitor stands, in numbers.
        learned: what to take from it, shown once it is reached.

    Returns:
        Whether it is reached now.
    """
    lesson = lesson_context.current()
    lesson.challenges.add(goal)
    st.subheader(_("Challenge"), anchor=False)
    st.markdown(goal)
    if reached:
        finished().add(lesson.slug)
        st.success(f"{_('You made it.')} {learned}", icon=":material/flag:")
    else:
        st.info(f"{_('Not yet.')} {progress}", icon=":material/flag:")
    return reached


def finished() -> set[str]:
    """Return the slugs of the lessons whose challenge this visitor has met."""
    slugs: set[str] = st.session_state.setdefault(FINISHED, set())
    return slugs
