"""A question you answer before you see: commit first, then learn why."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Protocol
from zlib import crc32

import streamlit as st

from lib.core.rules import known_by
from pages.parts import control, lesson_context
from pages.parts.text import _

SHOW = "show"
ANSWERED = "answered"  # key of a question -> the choice

Options = tuple[str, dict[str, str]]  # the right one, and what to say to whoever chose one


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
    _check(answer, feedback)
    if (chosen := _choice(name, question, list(feedback), (about, answer))) is not None:
        _verdict(chosen, answer, feedback)


def ask(*questions: tuple[str, str, Options, Mapping[str, Any]]) -> None:
    """Ask two or more questions side by side.

    Args:
        questions: for each what ``predict`` takes: its name, what is asked, the right option with
            what to say to whoever chose an option, as ``options`` returns them, and the settings
            it was made from.
    """
    places = st.columns(len(questions), gap="medium")
    for place, (name, question, (answer, feedback), about) in zip(places, questions, strict=True):
        with place:
            predict(name, question, answer, feedback, about)


def predict_later(
    name: str,
    question: str,
    choices: Sequence[str],
    find: Callable[[], tuple[str, Mapping[str, str]] | None],
    about: Mapping[str, Any],
) -> None:
    """Ask a question whose answer takes long to find: it is found after the choice.

    Args:
        name: which question of this lesson it is.
        question: what is asked.
        choices: the options, in the order shown.
        find: returns the right option, and what to say to whoever chose an option; None as long
            as nobody can know.
        about: the settings the question was made from. When one changes, it is asked anew.

    Raises:
        ValueError: if the answer is not among the options.
    """
    if (chosen := _choice(name, question, choices, (about,))) is not None:
        if (found := find()) is None:
            hint = _("Your answer stands. What really happens is told when the run is over.")
            st.markdown(f":material/hourglass_empty: {hint}")
            return
        answer, feedback = found
        _check(answer, choices)
        _verdict(chosen, answer, feedback)


def _choice(
    name: str, question: str, choices: Sequence[str], made_from: tuple[Any, ...]
) -> str | None:
    """Show the question and return what was chosen, None for nothing yet."""
    lesson = lesson_context.current()
    lesson.predictions.add(name)
    # The answer stays out of the URL: a link to a question must not carry its answer.
    about, *more = made_from
    asked = crc32(repr((sorted((k, _short(v)) for k, v in about.items()), *more)).encode())
    key = f"{lesson.slug}.predict.{name}.{asked:08x}"
    # Streamlit forgets what a disabled widget holds, so the choice is kept apart.
    answered: dict[str, str] = st.session_state.setdefault(ANSWERED, {})
    if (chosen := answered.get(key)) is not None:
        st.session_state[key] = chosen
    st.markdown(f"**{question}**")  # not the label, which fades once the choice is made
    st.pills(
        question,
        list(choices),
        label_visibility="collapsed",
        wrap=True,
        key=key,
        disabled=chosen is not None,
        on_change=_commit,
        args=(lesson.slug, key),
    )
    if chosen is None and lesson.predictions == {name}:  # said once, at the first question
        hint = _("Your first choice counts. A wrong one teaches more than none.")
        st.markdown(f":gray[{hint}]")
    return chosen


def _short(value: object) -> str:
    """Return a setting as text; of a visitor's own picture, which is long, what it is known by."""
    return known_by(value) if isinstance(value, bytes) else str(value)


def _verdict(chosen: str, answer: str, feedback: Mapping[str, str]) -> None:
    """Say whether the choice was right, and why."""
    if chosen == answer:
        st.markdown(f":green[:material/check_circle: {_('Right.')}] {feedback[answer]}")
    else:
        told = f"{feedback[chosen]} **{_('It is')} {answer}.** {feedback[answer]}"
        st.markdown(f":orange[:material/cancel: {_('Not this time.')}] {told}")


def _check(answer: str, choices: Iterable[str]) -> None:
    """Raise unless the answer can be chosen."""
    if answer not in choices:
        raise ValueError(f"the answer {answer!r} is not among the options {list(choices)}")


def reveal(label: str) -> bool:
    """Show the switch that uncovers what the questions ask for; answering one turns it on.

    It is a control like the others, so that a link shows the same to everybody.
    """
    return control.switch(SHOW, label)


def _commit(slug: str, key: str) -> None:
    """Keep the first choice, and uncover what the question asked for."""
    if (chosen := st.session_state[key]) is not None:
        st.session_state[ANSWERED].setdefault(key, chosen)
        st.session_state[f"{slug}.{SHOW}"] = True


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


def _in_order(value: object) -> tuple[bool, float, str]:
    value = value[0] if isinstance(value, tuple) else value
    number = isinstance(value, int | float)
    return (not number, float(value) if number else 0.0, str(value))  # type: ignore[arg-type]
