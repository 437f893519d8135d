"""Programs that a lesson wrote for the visitor: one of them to read, all of them to download."""

from collections.abc import Callable, Mapping
from functools import partial

import streamlit as st

from lib.export import snippets
from pages.parts import lesson_context
from pages.parts.listing import listing
from pages.parts.text import _

WAYS: dict[str, tuple[Callable[..., str], str]] = {
    "py": (snippets.as_script, "text/x-python"),
    "ipynb": (snippets.as_notebook, "application/x-ipynb+json"),
}


def generated(programs: Mapping[str, snippets.Program], chosen: str, title: str) -> None:
    """Show one of a few programs that do the same, and the buttons that download each of them.

    Args:
        programs: by the name of their file.
        chosen: which of them to show.
        title: what they are.
    """
    slug = lesson_context.current().slug
    listing(programs[chosen].text, key=f"{slug}.generated", name=title)
    with st.container(horizontal=True):
        for name, program in programs.items():
            needs = f"{_('Needs:')} pip install {' '.join(program.packages)}"
            for ending, (make, mime) in WAYS.items():
                st.download_button(
                    f"{name}.{ending}",
                    partial(make, program, (title, needs)),  # made when somebody clicks
                    file_name=f"{slug}_{name.lower()}.{ending}",
                    mime=mime,
                    key=f"{slug}.{ending}.generated.{name}",
                    on_click="ignore",
                    icon=":material/download:",
                )
