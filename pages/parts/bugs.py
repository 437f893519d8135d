"""Break it: a wrong variant of the lesson's program, run for real, beside its repair."""

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from lib.core.bugs import Bug
from lib.export import snippets
from pages.parts import lesson_context
from pages.parts.listing import listing
from pages.parts.run import attempt
from pages.parts.run_result import outcome
from pages.parts.tabs import tabs
from pages.parts.text import _


def bugs(rows: Sequence[Bug]) -> None:
    """Show the mistakes of a lesson, one at a time; only the open one is run."""
    lesson = lesson_context.current()
    lesson.bugs = [row.broken for row in rows]
    st.subheader(_("Break it"), anchor=False)
    for tab, row in zip(tabs("bug", [_(row.title) for row in rows]), rows, strict=True):
        if tab.open:
            with tab:
                _bug(row)


def _bug(row: Bug) -> None:
    left, right = st.columns(2)
    with left:
        st.markdown(f"**{_('Broken')}**")
        trial(row.broken, row.heavy)
    with right:
        st.markdown(f"**{_('Repaired')}**")
        trial(row.fixed, row.heavy)
    st.markdown(_(row.why))


def trial(function: Callable[..., Any], heavy: bool = False) -> None:
    """Run a small program that may fail; show it, the line that failed, and what came of it."""
    result = attempt(function, heavy=heavy)
    source = snippets.listing(function, helpers=True)
    listing(
        source.text,
        key=f"{lesson_context.current().slug}.program.{function.__name__}",
        name=function.__name__,
        failing=source.index(result.line) if result.line else None,
    )
    outcome(result)
