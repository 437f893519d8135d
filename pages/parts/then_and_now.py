"""What the notes or old tutorials say, what it does today, and what to write instead."""

import streamlit as st

from lib.core.bugs import Outdated
from pages.parts.bugs import trial
from pages.parts.text import _


def then_and_now(row: Outdated) -> None:
    """Run the old way and today's side by side."""
    st.markdown(_(row.claim))
    left, right = st.columns(2)
    with left:
        st.markdown(f"**{_('Then')}**")
        trial(row.then, row.heavy)
    with right:
        st.markdown(f"**{_('Now')}**")
        trial(row.now, row.heavy)
    st.markdown(_(row.truth))
