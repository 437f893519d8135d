"""A link to exactly this state, and a snippet that embeds it in a lesson page."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lib import catalogue
from pages.parts import lesson_context
from pages.parts.browser.component import component
from pages.parts.text import _

_share = component("share")


def title(words: str, status: str = "") -> DeltaGenerator:
    """Show the title of a page, and its status; return the place beside it for ``share``."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.title(words, anchor=False)
        if status:
            st.markdown(status, width="content")
        return st.empty()


def share(place: DeltaGenerator, lesson: lesson_context.LessonContext | None) -> None:
    """Show the share popover for a lesson, or for a page that is none; nothing where embedded.

    Called once the page is drawn: only then is it known what can be locked or hidden. The browser
    makes the links, from the address bar: they are true even after a fragment moved a control
    that the rest of the page has not heard of.
    """
    if st.context.is_embedded:
        return
    with place, st.popover(_("Share"), icon=":material/share:"):
        _share(
            key="share",
            data={
                "title": catalogue.find(lesson.slug).title if lesson else "PyTorch Playground",
                "controls": [
                    {"name": control.key.removeprefix(f"{lesson.slug}."), "label": control.label}
                    for control in lesson.controls.values()
                ]
                if lesson
                else [],
                "words": {
                    "link": _("Link to exactly this state"),
                    "embed": _("Embed it in your own page"),
                    "copy": _("Copy"),
                    "copied": _("Copied"),
                    "choose": _("Lock or hide controls in the link"),
                    "answers": _("With the answers to the questions"),
                    "show": _("show"),
                    "lock": _("lock"),
                    "hide": _("hide"),
                },
            },
        )
