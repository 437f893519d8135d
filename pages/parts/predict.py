"""A question you answer before you see: commit first, then learn why."""

from collections.abc import Iterable, Mapping
from typing import Any, Protocol
from zlib import crc32

import streamlit as st

from pages.parts import control, outline
from pages.parts.text import _

SHOW = "show"


class Guess(Protocol):
    """One possible answer: its value, whether it is right, and what its owner believes."""

    @property
    def code(self) -> str: ...  # noqa: D102
    @property
    def value(self) -> object: ...  # noqa: D102
    @property
    def right(self) -> bool: ...  # noqa: D102


def predict(
    name: str, question: str, answer: str, feedback: Mapping[str, str], about: Mapping[str, Any]
) -> None:
    """Ask a question made from the current settings; the first choice counts.

    Args:
        name: which question of this lesson it is.
        question: what is asked.
        answer: the right option.
        feedback: what to say to whoever chose an option, for every option in the order shown.
        about: the settings the question was made from. When one changes, it is asked anew.

    Raises:
        ValueError: if the answer is not among the options.
    """
    if answer not in feedback:
        raise ValueError(f"the answer {answer!r} is not among the options {list(feedback)}")
    lesson = outline.current()
    lesson.predictions.append(name)
    # The answer stays out of the URL: a link to a question must not carry its answer.
    asked = crc32(repr((sorted((k, str(v)) for k, v in about.items()), answer)).encode())
    key = f"{lesson.slug}.predict.{name}.{asked:08x}"
    chosen = st.session_state.get(key)
    st.markdown(f"**{question}**")  # not the label, which fades once the choice is made
    st.pills(
        question,
        list(feedback),
        label_visibility="collapsed",
        key=key,
        disabled=chosen is not None,
        on_change=_reveal,
        args=(lesson.slug,),
    )
    if chosen is None:
        hint = _("Your first choice counts. A wrong one teaches more than none.")
        st.markdown(f":gray[{hint}]")
    elif chosen == answer:
        st.markdown(f":green[:material/check_circle: {_('Right.')}] {feedback[answer]}")
    else:
        told = f"{feedback[chosen]} **{_('It is')} {answer}.** {feedback[answer]}"
        st.markdown(f":orange[:material/cancel: {_('Not this time.')}] {told}")


def reveal(label: str) -> bool:
    """Show the switch that uncovers what the questions ask for; answering one turns it on.

    It is a control like the others, so that a link shows the same to everybody.
    """
    return control.switch(SHOW, label)


def _reveal(slug: str) -> None:
    st.session_state[f"{slug}.{SHOW}"] = True


def options(guesses: Iterable[Guess], told: Mapping[str, str]) -> tuple[str, dict[str, str]]:
    """Return the right answer and, for every guess in order of size, what to tell its owner.

    Args:
        guesses: the possible answers, one of them right.
        told: what to say, by a guess's code, as marked in ``lib``.
    """
    rows = sorted(guesses, key=lambda guess: _in_order(guess.value))
    right = next(row for row in rows if row.right)
    return plain(right.value), {plain(row.value): _(told[row.code]) for row in rows}


def plain(value: object) -> str:
    """Return an answer as it stands on its button: four digits, equal numbers once."""
    if isinstance(value, tuple):
        return plain(value[0]) if len(set(value)) == 1 else " ".join(map(plain, value))
    return f"{value + 0.0:.4g}" if isinstance(value, int | float) else str(value)


def _in_order(value: object) -> tuple[bool, float, str]:
    value = value[0] if isinstance(value, tuple) else value
    number = isinstance(value, int | float)
    return (not number, float(value) if number else 0.0, str(value))  # type: ignore[arg-type]
