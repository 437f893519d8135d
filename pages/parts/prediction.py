"""Questions that a visitor answers before seeing: asked once, answered once, never forgotten.

A question is made from the settings at the time it is first shown and stays as it is, whatever the
controls do, until the visitor asks for a new one. What has been answered, and what has been looked
at before, stands in the session and not in the address.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any, NamedTuple

import streamlit as st

from lib.core.scene import Revealed
from pages.parts import lesson_context
from pages.parts.options import Options, choose
from pages.parts.text import _

KEY = "questions"
ANSWERS = "answers"  # the link's parameter that brings answers along
SHOWN = "shown"
PICTURE = "display: block; height: 8.5rem; image-rendering: pixelated"


class Question(NamedTuple):
    """A question about the current settings.

    Attributes:
        name: which question of the lesson it is; the scene hides its answer by this name.
        text: what is asked.
        choices: the options, in the order shown.
        find: returns the right option and the feedback for each; None as long as nobody can know.
        picture: what is asked about, as an address that a browser draws; empty for none.
        alt: what that picture shows, as far as it may be told.
    """

    name: str
    text: str
    choices: Sequence[str]
    find: Callable[[], Options | None]
    picture: str = ""
    alt: str = ""


def question(name: str, text: str, options: Options, picture: str = "", alt: str = "") -> Question:
    """Return a question whose answer is known; ``options`` as ``parts.options`` returns them."""
    return Question(name, text, list(options[1]), lambda: options, picture, alt)


@dataclass
class Asked:
    """What a visitor did with a question.

    Attributes:
        settings: those the question was made from.
        chosen: the first choice.
        looked: whether the answer was looked at before a choice was made.
        number: how often the question was asked anew.
    """

    settings: dict[str, Any]
    chosen: str | None = None
    looked: bool = False
    number: int = 0


@dataclass
class Predictions:
    """The questions of one lesson as one visitor knows them."""

    asked: dict[str, Asked] = field(default_factory=dict)
    open: str = ""  # the name of the question that is shown
    plays: int = 0  # how often an answer was to be played

    @property
    def played(self) -> dict[str, Any] | None:
        """The settings at which the answer is played; None as long as none is."""
        return self.asked[self.open].settings if self.plays and self.open in self.asked else None


def predictions(slug: str) -> Predictions:
    """Return what the visitor did with the questions of a lesson."""
    of_all: dict[str, Predictions] = st.session_state.setdefault(KEY, {})
    return of_all.setdefault(slug, Predictions())


def answers_shown() -> bool:
    """Tell whether the link brings all answers along."""
    return st.query_params.get(ANSWERS) == SHOWN


def revealed(slug: str) -> Revealed:
    """Return the questions whose answers the visitor may see."""
    asked = predictions(slug).asked
    if answers_shown():
        return Revealed()
    return Revealed(sorted(n for n, each in asked.items() if each.chosen or each.looked))


def predict(slug: str, ask: Callable[[dict[str, Any]], Sequence[Question]], now: dict[str, Any]
            ) -> None:  # fmt: skip
    """Show one question of a lesson, its verdict once it is answered, and the way to the others.

    Args:
        slug: the lesson.
        ask: returns the lesson's questions at some settings.
        now: the current settings.
    """
    memory = predictions(slug)
    names = [each.name for each in ask(now)]
    for name in names:
        memory.asked.setdefault(name, Asked(now))
    lesson_context.current().predictions |= set(names)
    if memory.open not in names:
        memory.open = names[0]
    if answers_shown():
        for each in memory.asked.values():
            each.looked = each.looked or each.chosen is None
    asked = memory.asked[memory.open]
    current = next(each for each in ask(asked.settings) if each.name == memory.open)
    _header(slug, memory, names)
    st.markdown(f"**{current.text}**")
    if current.picture:
        st.html(f'<img src="{current.picture}" alt="{escape(current.alt)}" style="{PICTURE}">')
    found = current.find() if asked.chosen else None
    _options(slug, memory.open, current, asked, found)
    with st.container(key="verdict"):  # its place is kept free
        _verdict(asked, found)
        _next_steps(slug, memory, now, found)


def _header(slug: str, memory: Predictions, names: list[str]) -> None:
    """Show which question it is, with a button for each where there are several."""
    marks = {
        name: "✓" if memory.asked[name].chosen else str(number)
        for number, name in enumerate(names, start=1)
    }
    st.segmented_control(
        _("Predict"),
        names,
        default=memory.open,
        required=True,
        format_func=lambda name: f"{_('Question')} {marks[name]}",
        key=f"{slug}.question",
        on_change=_open,
        args=(slug,),
    )


def _options(slug: str, name: str, current: Question, asked: Asked, found: Options | None) -> None:
    """Show the options; once answered, the right one and the chosen one are marked."""
    key = f"{slug}.predict.{name}.{asked.number}"
    names = {choice: choice for choice in current.choices}
    right = found[0] if found else None
    choose(current.text, names, key, asked.chosen, right, lambda: _choose(slug, name, key))


def _verdict(asked: Asked, found: Options | None) -> None:
    """Say whether the choice was right, and why."""
    if not asked.chosen:
        hint = _("Your first choice counts. A wrong one teaches more than none.")
        st.markdown(f":gray[{hint}]")
        return
    if found is None:
        hint = _("Your answer stands. What really happens comes when the run is over.")
        st.markdown(f":material/hourglass_empty: {hint}")
        return
    right, feedback = found
    if right not in feedback:
        raise ValueError(f"the answer {right!r} is not among the options {list(feedback)}")
    if asked.chosen == right:
        word = _("You had looked, and it is right.") if asked.looked else _("Right.")
        st.markdown(f":green[:material/check_circle: {word}] {feedback[right]}")
    else:
        told = f"{feedback[asked.chosen]} **{_('It is')} {right}.** {feedback[right]}"
        st.markdown(f":orange[:material/cancel: {_('Not this time.')}] {told}")


def _next_steps(slug: str, memory: Predictions, now: dict[str, Any], found: Options | None) -> None:
    """Show what can be done next: play the answer, ask anew, or look without answering."""
    name = memory.open
    with st.container(horizontal=True, gap="small"):
        if found:
            st.button(_("Play the answer"), key=f"{slug}.play_answer", type="tertiary",
                      icon=":material/play_arrow:", on_click=_play, args=(slug,))  # fmt: skip
            st.button(_("New question"), key=f"{slug}.ask_anew", type="tertiary",
                      icon=":material/refresh:", on_click=_ask_anew,
                      args=(slug, name, now))  # fmt: skip
        elif not memory.asked[name].chosen and not memory.asked[name].looked:
            st.button(_("Show the answer"), key=f"{slug}.look", type="tertiary",
                      icon=":material/visibility:", on_click=_look, args=(slug, name))  # fmt: skip


def _open(slug: str) -> None:
    if chosen := st.session_state[f"{slug}.question"]:
        predictions(slug).open = chosen


def _choose(slug: str, name: str, key: str) -> None:
    """Keep the first choice, and play what it was about."""
    asked = predictions(slug).asked[name]
    if asked.chosen is None and (chosen := st.session_state[key]) is not None:
        asked.chosen = chosen
        predictions(slug).plays += 1


def _play(slug: str) -> None:
    predictions(slug).plays += 1


def _look(slug: str, name: str) -> None:
    predictions(slug).asked[name].looked = True


def _ask_anew(slug: str, name: str, now: dict[str, Any]) -> None:
    memory = predictions(slug)
    memory.asked[name] = Asked(now, number=memory.asked[name].number + 1)
