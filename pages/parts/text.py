"""The words a visitor reads, in the visitor's language."""

from typing import Any

import streamlit as st

from lib.core import i18n
from lib.core.i18n import Sentence, Words

LANGUAGE_KEY = "language"


def language() -> str:
    """Return the code of the visitor's language."""
    return str(st.session_state.get(LANGUAGE_KEY, i18n.ENGLISH))


def _(words: str, /, **fields: object) -> str:
    """Return ``words`` in the visitor's language, or as they are if nobody translated them.

    Args:
        words: a text, with ``{name}`` where a field goes.
        fields: what goes there; without any, braces stay as they are.
    """
    return i18n.translator(language())(words, **fields)


def sentence(chosen: Sentence) -> str:
    """Return a sentence that ``lib`` chose, in the visitor's language and with its fields."""
    template, fields = chosen
    return _(template, **fields)


def translated(words: Words) -> dict[str, Any]:
    """Return the words a picture is made of in the visitor's language."""
    return i18n.translated(words, _)


def language_selector() -> None:
    """Let the visitor choose a language in the sidebar, once there are two to choose from."""
    if len(i18n.languages()) > 1:
        st.sidebar.selectbox(
            _("Language"),
            i18n.languages(),
            format_func=lambda code: code,  # the URL carries what this returns
            key=LANGUAGE_KEY,
            bind="query-params",
        )
