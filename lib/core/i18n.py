"""Words that ``lib`` holds and a page shows: marked, so that `make words` finds them."""

from collections.abc import Mapping
from typing import Any

# A marked template, and what to fill into it once it is translated.
Sentence = tuple[str, Mapping[str, object]]
# What a picture says: a marked text by its name, or several, such as the columns of a table.
Words = Mapping[str, Any]


def mark(words: str) -> str:
    """Return ``words`` as they are; the page translates them when it shows them."""
    return words
