"""The page of a lesson: its head, its body, and where to go from it."""

from collections.abc import Callable, Sequence

import streamlit as st

from lib import catalogue
from lib.core.bugs import Bug, Then
from pages.parts import lesson_context as outline
from pages.parts.bugs import bugs
from pages.parts.share import share, title
from pages.parts.text import _
from pages.parts.then_and_now import then_and_now


def lesson(slug: str, body: Callable[[], None], mistakes: Sequence[Bug], *old: Then) -> None:
    """Show the lesson ``slug`` of the catalogue.

    Each part is a fragment: moving a slider runs the body again and nothing around it.

    Args:
        slug: the lesson.
        body: questions, controls, picture, numbers, code and challenge.
        mistakes: what goes wrong; it does not depend on the controls.
        old: what the notes or old tutorials say otherwise, if anything.
    """
    row = catalogue.find(slug)
    place = title(_(row.title))
    st.markdown(f"{_(row.goal)} :gray[{row.minutes} {_('minutes')}]")

    @st.fragment
    def steered() -> None:
        outline.begin(slug)
        body()

    @st.fragment
    def unsteered() -> None:
        bugs(mistakes)
        for each in old:
            then_and_now(each)

    steered()
    unsteered()
    _where_next(row)
    share(place, outline.last())


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
