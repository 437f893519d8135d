"""What the notes or old tutorials say, what it does today, and what to write instead."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from pages.parts.bug import program
from pages.parts.text import _


def then_and_now(
    claim: str, then: Callable[..., Any], now: Callable[..., Any], truth: str, **settings: Any
) -> None:
    """Run the old way and today's side by side.

    Args:
        claim: what the notes or old tutorials say.
        then: a program written their way.
        now: the same, written for today.
        truth: what running both shows.
        settings: for both programs.
    """
    st.subheader(_("Then and now"), anchor=False)
    st.markdown(claim)
    left, right = st.columns(2)
    with left:
        st.markdown(f"**{_('Then')}**")
        program(then, **settings)
    with right:
        st.markdown(f"**{_('Now')}**")
        program(now, **settings)
    st.markdown(truth)
