"""What there is to say of a visitor's file, in one box for each kind."""

from collections.abc import Sequence

import streamlit as st

from lib.core.i18n import Message
from pages.parts.run_result import literal
from pages.parts.text import _


def tell(problems: Sequence[Message], notes: Sequence[Message]) -> None:
    """Say what could not be used and what was changed."""
    if problems:
        st.warning("  \n".join(map(_sentence, problems)), icon=":material/warning:")
    if notes:
        st.info("  \n".join(map(_sentence, notes)), icon=":material/info:")


def _sentence(message: Message) -> str:
    """Return it in the visitor's language; what a visitor wrote is no Markdown."""
    fields = {
        name: literal(_(value)) if isinstance(value, str) else value
        for name, value in message.fields.items()
    }
    return _(message.template).format(**fields)
