"""Elements drawn by our own few lines in the browser: a name.html, name.css and name.js each."""

from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from pages.parts.browser.serve import FOLDER, address

if TYPE_CHECKING:
    from streamlit.components.v2.types import ComponentRenderer

# Streamlit takes a single script and loads it from a blob, which has no address that an import
# could begin from. It waits for this import before it calls the default export.
LOAD = """\
const module = await import(new URL("{address}", window.location.origin).href);
export default module.default;
"""


def component(name: str) -> "ComponentRenderer":
    """Declare the element ``name`` from the files of that name beside this one."""
    html, css = (_read(f"{name}.{ending}") for ending in ("html", "css"))
    js = LOAD.format(address=address(f"{FOLDER}/{name}.js"))
    # No shadow root: Plotly puts its style sheet into the document.
    return st.components.v2.component(name, html=html, css=css, js=js, isolate_styles=False)


def _read(file: str) -> str:
    return (Path(__file__).parent / file).read_text("utf-8")
