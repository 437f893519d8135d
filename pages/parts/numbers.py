"""The numbers of a lesson, each with a word on what it is."""

from typing import Any

import streamlit as st

from pages.parts.outcome import table, written
from pages.parts.text import _


def numbers(rows: dict[str, Any]) -> None:
    """Show names and values as a table that keeps its place; strings are shown as they are."""
    shown = {
        name: value if isinstance(value, str) else written(value) for name, value in rows.items()
    }
    st.markdown(table(shown, (_("Number"), _("Value"))))
