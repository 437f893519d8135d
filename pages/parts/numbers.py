"""The numbers of a lesson, each with a word on what it is."""

from collections.abc import Container
from typing import Any

import streamlit as st

from pages.parts.run_result import table, written
from pages.parts.text import _


def numbers(rows: dict[str, Any], shown: bool = True, always: Container[str] = ()) -> None:
    """Show names and values as a table that keeps its place; strings are shown as they are.

    Args:
        rows: the names, and the value of each.
        shown: whether what the questions ask for is uncovered; if not, the values are hidden.
        always: the names whose values are never hidden.
    """
    hidden = f":gray[{_('hidden until you answer')}]"
    cells = {
        name: value if isinstance(value, str) else written(value) for name, value in rows.items()
    }
    seen = {name: cell if shown or name in always else hidden for name, cell in cells.items()}
    st.markdown(table(seen, (_("Number"), _("Value"))))
