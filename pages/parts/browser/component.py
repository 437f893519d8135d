"""Elements drawn by our own few lines in the browser: a name.html, name.css and name.js each."""

from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

if TYPE_CHECKING:
    from streamlit.components.v2.types import ComponentRenderer


def component(name: str) -> "ComponentRenderer":
    """Declare the element ``name`` from the files of that name beside this one."""
    html, css, js = (
        (Path(__file__).parent / f"{name}.{ending}").read_text("utf-8")
        for ending in ("html", "css", "js")
    )
    # No shadow root: Plotly puts its style sheet into the document.
    return st.components.v2.component(name, html=html, css=css, js=js, isolate_styles=False)
