"""Words that ``lib`` holds and a page shows: marked where they stand, translated where shown.

`make words` finds what stands in ``mark(...)``, in ``_(...)`` and in a few decorators. A function
that makes words for a reader takes a ``Translate`` and calls it ``_``.
"""

import gettext
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple, Protocol

# A marked template, and what to fill into it once it is translated.
Sentence = tuple[str, Mapping[str, object]]
# What a picture says: a marked text by its name, or several, such as the columns of a table.
Words = Mapping[str, Any]

LOCALES = Path(__file__).parents[2] / "locale"
ENGLISH = "en"


class Translate(Protocol):
    """Returns words in a reader's language, with their fields filled in."""

    def __call__(self, words: str, /, **fields: object) -> str:
        """Return ``words``; braces stay as they are where no fields are given."""


def mark(words: str) -> str:
    """Return ``words`` as they are; the page translates them when it shows them.

    >>> mark("step")
    'step'
    """
    return words


@cache
def languages(folder: Path = LOCALES) -> tuple[str, ...]:
    """Return the codes of the languages there are words for; English, the source, is first.

    >>> languages()[0]
    'en'
    """
    return (ENGLISH, *sorted(file.parts[-3] for file in folder.glob("*/LC_MESSAGES/messages.mo")))


@cache
def translator(language: str = ENGLISH, folder: Path = LOCALES) -> Translate:
    """Return what translates into a language; words nobody translated stay English.

    >>> translator()("{n} steps", n=3)
    '3 steps'
    """
    messages = gettext.translation("messages", folder, [language], fallback=True)

    def translate(words: str, /, **fields: object) -> str:
        here = messages.gettext(words) if words else ""
        return here.format(**fields) if fields else here

    return translate


def translated(words: Words, translate: Translate) -> dict[str, Any]:
    """Return the words a picture is made of in the reader's language.

    >>> translated({"columns": ("x", "y")}, translator())
    {'columns': ('x', 'y')}
    """
    return {
        name: tuple(map(translate, each)) if isinstance(each, tuple) else translate(each)
        for name, each in words.items()
    }


english = translator()


class Message(NamedTuple):
    """One thing to say: ``_(template).format(**fields)``.

    The fields hold what a visitor wrote: a page shows them literally, not as Markdown.
    """

    template: str
    fields: Mapping[str, object]

    def __str__(self) -> str:
        """Return it in English."""
        return self.template.format(**self.fields)
