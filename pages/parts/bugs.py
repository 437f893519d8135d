"""Break it: a wrong variant of the lesson's program, beside its repair.

The visitor first guesses what PyTorch will say; then both are run for real.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st

from lib.core.bugs import Bug
from lib.core.isolation import Attempt
from lib.export import snippets
from lib.export.difference import Difference, difference
from pages.parts import lesson_context
from pages.parts.listing import listing
from pages.parts.options import choose
from pages.parts.prediction import answers_shown
from pages.parts.run import attempt
from pages.parts.run_result import outcome
from pages.parts.tabs import tabs
from pages.parts.text import _

GUESSES = "guesses"  # the program -> what the visitor guessed


def bugs(rows: Sequence[Bug]) -> None:
    """Show the mistakes of a lesson, one at a time; one is run once its outcome is guessed."""
    lesson = lesson_context.current()
    lesson.bugs = [row.broken for row in rows]
    for tab, row in zip(tabs("bug", [_(row.title) for row in rows]), rows, strict=True):
        if tab.open:
            with tab:
                _bug(row)


def _bug(row: Bug) -> None:
    guesses: dict[str, str] = st.session_state.setdefault(GUESSES, {})
    name = row.broken.__name__
    guess = guesses.get(name)
    result = attempt(row.broken, heavy=row.heavy) if guess or answers_shown() else None
    st.markdown(f"**{_('What will PyTorch say?')}**")
    options = {
        "error": _("It raises an error"),
        "warning": _("It warns, and goes on"),
        "nothing": _("Nothing: it runs, and what comes out is wrong"),
    }
    key = f"{lesson_context.current().slug}.guess.{name}"
    right = _said(result) if result else None

    def note() -> None:
        guesses[name] = st.session_state[key]

    choose(_("What will PyTorch say?"), options, key, guess, right, note)
    here, beside = st.columns(2)
    here.markdown(f"**{_('Broken')}**")
    if result is None:
        with here:
            program(row.broken)
        return
    found = _difference(row)
    with here:
        _broken(row, result, found)
    with beside:
        st.markdown(f"**{_('Repaired')}**")
        _repaired(row, found)
    st.markdown(_(row.why))


def _said(result: Attempt) -> str:
    return "error" if result.error else "warning" if result.warnings else "nothing"


def _broken(row: Bug, result: Attempt, found: Difference) -> None:
    """Show the program with the line that failed, or, where none did, those that are wrong."""
    if result.error:
        program(row.broken, result)
    else:
        wrong = {**dict.fromkeys(found.gaps, "gap"), **dict.fromkeys(found.wrong, "wrong")}
        program(row.broken, marks=wrong)
    outcome(result)


def _repaired(row: Bug, found: Difference) -> None:
    """Show the repair, with what it takes away and what it adds."""
    listing(
        found.text,
        key=_key(row.fixed),
        name=row.fixed.__name__,
        marks=dict.fromkeys(found.removed, "removed") | dict.fromkeys(found.added, "added"),
    )
    outcome(attempt(row.fixed, heavy=row.heavy))


def _difference(row: Bug) -> Difference:
    broken = snippets.listing(row.broken, helpers=True).text
    renamed = broken.replace(row.broken.__name__, row.fixed.__name__)
    return difference(renamed, snippets.listing(row.fixed, helpers=True).text)


def trial(function: Callable[..., Any], heavy: bool = False) -> None:
    """Run a small program that may fail; show it, the line that failed, and what came of it."""
    result = attempt(function, heavy=heavy)
    program(function, result)
    outcome(result)


def program(
    function: Callable[..., Any],
    result: Attempt | None = None,
    marks: Mapping[int, str] | None = None,
) -> None:
    """Show a small program, and the line that failed once it has run."""
    source = snippets.listing(function, helpers=True)
    line = source.index(result.line) if result and result.line else None
    failing = {} if line is None else {line: "failing"}
    listing(source.text, _key(function), function.__name__, marks or failing)


def _key(function: Callable[..., Any]) -> str:
    return f"{lesson_context.current().slug}.program.{function.__name__}"
