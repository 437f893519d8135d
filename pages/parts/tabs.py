"""Tabs of which one is open, and the address says which."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from pages.parts import lesson_context


def tabs(name: str, titles: Sequence[str]) -> Sequence[Any]:
    """Show tabs; what stands in one is to be drawn only if its ``open`` says so.

    Args:
        name: what the tabs choose; part of the address.
        titles: what stands on each, translated.
    """
    key = f"{lesson_context.current().slug}.{name}"
    return st.tabs(titles, key=key, on_change="rerun", bind="query-params")
