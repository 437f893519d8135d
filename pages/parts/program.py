"""The program behind the numbers: the very function that ran, and the call that was just made."""

from collections.abc import Callable
from functools import partial
from typing import Any

import streamlit as st

from lib import catalogue
from lib.export import snippets
from pages.parts import lesson_context
from pages.parts.listing import listing
from pages.parts.text import _


def program(function: Callable[..., Any], **settings: Any) -> None:
    """Show the program that computes ``function(**settings)``, to copy and to download.

    The data files it reads are there for download as well.
    """
    lesson = lesson_context.current()
    lesson.programs[function.__name__] = (function, settings)
    name = f"{lesson.slug}_{function.__name__}"
    source = catalogue.find(lesson.slug).docs
    made = snippets.program(function, settings)
    listing(
        made.text,
        key=f"{lesson.slug}.code.{function.__name__}",
        name=_("The program that made these numbers"),
    )
    # Built when somebody clicks, not on every move of a slider.
    with st.container(horizontal=True):
        st.download_button(
            _("Download .py"),
            lambda: snippets.script(function, settings, source),
            file_name=f"{name}.py",
            mime="text/x-python",
            key=f"{lesson.slug}.py.{function.__name__}",
            on_click="ignore",
            icon=":material/download:",
        )
        st.download_button(
            _("Download .ipynb"),
            lambda: snippets.notebook(function, settings, source),
            file_name=f"{name}.ipynb",
            mime="application/x-ipynb+json",
            key=f"{lesson.slug}.ipynb.{function.__name__}",
            on_click="ignore",
            icon=":material/download:",
        )
        for file in made.files:
            st.download_button(
                file,
                partial(snippets.data_file, file, settings),
                file_name=file,
                key=f"{lesson.slug}.data.{function.__name__}.{file}",
                help=_("The program reads this file: put both into one folder."),
                on_click="ignore",
                icon=":material/database:",
            )
