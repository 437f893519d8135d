"""The page of a lesson: the order of its parts, the same for all, and where to go from it."""

from collections.abc import Callable
from typing import TypeVar

import streamlit as st

from lib import catalogue
from lib.core.bugs import bugs_of, outdated_of
from pages.parts import lesson_context
from pages.parts.bugs import bugs
from pages.parts.share import share, title
from pages.parts.text import _
from pages.parts.then_and_now import then_and_now

S = TypeVar("S")
Part = Callable[[S], None]

CONTROLS_LEFT, PICTURE_LEFT = (1, 2), (2, 1)


def lesson(
    slug: str,
    *,
    controls: Callable[[], S],
    picture: Part[S],
    questions: Part[S],
    numbers: Part[S] | None = None,
    program: Part[S] | None = None,
    more: Part[S] | None = None,
    challenge: Part[S] | None = None,
    columns: tuple[int, int] = CONTROLS_LEFT,
) -> None:
    """Show the lesson ``slug`` of the catalogue.

    Its parts stand on the page in this order, whatever order they are given in: questions,
    controls beside the picture, numbers, program, more, challenge, mistakes, then and now. Moving
    a control draws them again, and nothing around them.

    Args:
        slug: the lesson.
        controls: shows the controls; returns what they say and what comes of it, for the others.
        picture: draws it.
        questions: asks what is to be predicted.
        numbers: shows the numbers.
        program: shows the program that ran.
        more: what this lesson alone has.
        challenge: sets it.
        columns: how wide the two columns are, where there is room for both; the picture stands
            in the wider one.
    """
    row = catalogue.find(slug)
    place = title(_(row.title))
    st.markdown(f"{_(row.goal)} :gray[{row.minutes} {_('minutes')}]")

    @st.fragment
    def steered() -> None:
        lesson_context.begin(slug)
        above = st.container()
        left, right = st.columns(columns, gap="medium")
        beside, seen = (right, left) if columns[0] > columns[1] else (left, right)
        with beside:
            state = controls()
        with seen:
            picture(state)
        with above:
            questions(state)
        for part in (numbers, program, more, challenge):
            if part:
                part(state)

    @st.fragment
    def unsteered() -> None:
        bugs(bugs_of(row.package))
        for each in outdated_of(row.package):
            then_and_now(each)

    steered()
    unsteered()
    _where_next(row)
    share(place, lesson_context.last())


def _where_next(row: catalogue.Lesson) -> None:
    st.divider()
    with st.container(horizontal=True):
        if following := catalogue.after(row.slug):
            st.page_link(
                f"{following.section}/{following.slug}.py",
                label=f"{_('Next lesson')}: {_(following.title)}",
                icon=":material/arrow_forward:",
            )
        st.page_link(row.docs, label=_("PyTorch's own page on this"), icon=":material/menu_book:")
        if not st.context.is_embedded:
            st.page_link("home.py", label=_("All lessons"), icon=":material/home:")
