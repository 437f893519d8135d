"""The numbers of a lesson, each with a word on what it is."""

from collections.abc import Container
from typing import Any

import streamlit as st

from pages.parts.run_result import table, written
from pages.parts.text import _


def numbers(rows: dict[str, Any], revealed: bool = True, always: Container[str] = ()) -> None:
    """Show names and values as a table; strings are shown as they are.

    Args:
        rows: the names, and the value of each.
        revealed: whether what the questions ask for may be seen; if not, only ``always`` is.
        always: the names of the rows that no question asks for.
    """
    cells = {
        name: value if isinstance(value, str) else written(value)
        for name, value in rows.items()
        if revealed or name in always
    }
    if cells:
        st.markdown(table(cells, (_("Number"), _("Value"))))
    if len(cells) < len(rows):
        st.markdown(f":gray[{more_come()}]")


def more_come() -> str:
    """Say that numbers are hidden, and until when."""
    return _("More numbers come when you have answered.")
