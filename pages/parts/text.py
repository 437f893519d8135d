"""The words a visitor reads, in the visitor's language."""

import gettext
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from lib.core.i18n import Sentence, Words

LOCALES = Path(__file__).parents[2] / "locale"
LANGUAGE_KEY = "language"


@cache
def languages(folder: Path = LOCALES) -> tuple[str, ...]:
    """Return the codes of the languages there are words for; English, the source, is first."""
    return ("en", *sorted(file.parts[-3] for file in folder.glob("*/LC_MESSAGES/messages.mo")))


@cache
def _translation(language: str, folder: Path = LOCALES) -> gettext.NullTranslations:
    return gettext.translation("messages", folder, [language], fallback=True)


def _(words: str, /, **fields: object) -> str:
    """Return ``words`` in the visitor's language, or as they are if nobody translated them.

    Args:
        words: a text, with ``{name}`` where a field goes.
        fields: what goes there; without any, braces stay as they are.
    """
    language = st.session_state.get(LANGUAGE_KEY, "en")
    here = _translation(language).gettext(words) if words else ""
    return here.format(**fields) if fields else here


def sentence(told: Sentence) -> str:
    """Return a sentence that ``lib`` chose, in the visitor's language and with its fields."""
    template, fields = told
    return _(template, **fields)


def translated(words: Words) -> dict[str, Any]:
    """Return the words a picture is made of in the visitor's language."""
    return {
        name: tuple(map(_, each)) if isinstance(each, tuple) else _(each)
        for name, each in words.items()
    }


def language_selector() -> None:
    """Let the visitor choose a language in the sidebar, once there are two to choose from."""
    if len(languages()) > 1:
        st.sidebar.selectbox(
            _("Language"),
            languages(),
            format_func=lambda code: code,  # the URL carries what this returns
            key=LANGUAGE_KEY,
            bind="query-params",
        )
