"""The options of a question: made from possible answers, shown, and marked once one is chosen."""

from collections.abc import Callable, Iterable, Mapping
from typing import Protocol

import streamlit as st

from pages.parts.text import _

Options = tuple[str, dict[str, str]]  # the right one, and what to say to whoever chose one


class Guess(Protocol):
    """One possible answer: its value, whether it is right, and what its owner believes."""

    @property
    def code(self) -> str: ...  # noqa: D102
    @property
    def value(self) -> object: ...  # noqa: D102
    @property
    def right(self) -> bool: ...  # noqa: D102


def options(
    guesses: Iterable[Guess],
    told: Mapping[str, str],
    names: Mapping[str, str] | None = None,
    sort: bool = True,
) -> Options:
    """Return the right answer and, for every guess, what to tell its owner.

    Args:
        guesses: the possible answers, one of them right.
        told: what to say, by a guess's code, as marked in ``lib``.
        names: how to write values that are words, as marked in ``lib``.
        sort: whether to put the answers in order of size; else they stay as they come.
    """
    rows = sorted(guesses, key=lambda guess: _in_order(guess.value)) if sort else [*guesses]
    right = next(row for row in rows if row.right)
    words = names or {}
    told_of = {named(row.value, words): _(told[row.code]) for row in rows}
    return named(right.value, words), told_of


def named(value: object, names: Mapping[str, str]) -> str:
    """Return an answer as it stands on its button, in the visitor's language if it is a word."""
    return _(names[value]) if isinstance(value, str) and value in names else plain(value)


def plain(value: object) -> str:
    """Return an answer as it stands on its button: four digits, equal numbers once."""
    if isinstance(value, tuple):
        return plain(value[0]) if len(set(value)) == 1 else " ".join(map(plain, value))
    return f"{value + 0.0:.4g}" if isinstance(value, int | float) else str(value)


def choose(
    label: str,
    names: Mapping[str, str],
    key: str,
    chosen: str | None,
    right: str | None,
    on_choice: Callable[[], None],
) -> None:
    """Show the options of a question; once one is chosen, it and the right one are marked.

    Args:
        label: the question, for those who do not see it.
        names: how the options are written.
        key: where the session holds the choice.
        chosen: the option that counts, if there is one.
        right: the right one, where it may be told.
        on_choice: called when one is chosen.
    """
    if chosen:
        st.session_state[key] = chosen

    def shown(option: str) -> str:
        if chosen and option == right:
            return f":green[✓ {names[option]}]"
        return f":orange[✗ {names[option]}]" if right and option == chosen else names[option]

    st.pills(
        label,
        list(names),
        format_func=shown,
        label_visibility="collapsed",
        wrap=True,
        key=key,
        disabled=chosen is not None,
        on_change=on_choice,
    )


def _in_order(value: object) -> tuple[bool, float, str]:
    value = value[0] if isinstance(value, tuple) else value
    number = isinstance(value, int | float)
    return (not number, float(value) if number else 0.0, str(value))  # type: ignore[arg-type]
