"""Elements drawn by our own few lines in the browser: a name.html, name.css and name.js each."""

from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

if TYPE_CHECKING:
    from streamlit.components.v2.types import ComponentRenderer


def component(name: str, *helpers: str) -> "ComponentRenderer":
    """Declare the element ``name`` from the files of that name beside this one.

    Args:
        name: of its .html, .css and .js.
        helpers: further .js files, put above its own; Streamlit takes a single script.
    """
    html, css = (_read(f"{name}.{ending}") for ending in ("html", "css"))
    js = "\n".join(_read(f"{each}.js") for each in (*helpers, name))
    # No shadow root: Plotly puts its style sheet into the document.
    return st.components.v2.component(name, html=html, css=css, js=js, isolate_styles=False)


def _read(file: str) -> str:
    return (Path(__file__).parent / file).read_text("utf-8")
