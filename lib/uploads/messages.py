"""What there is to say of a visitor's file: a sentence to translate, and what to fill into it."""

from collections.abc import Mapping
from typing import NamedTuple


class Message(NamedTuple):
    """One thing to say: ``_(template).format(**fields)``.

    The fields hold what a visitor wrote: a page shows them literally, not as Markdown.
    """

    template: str
    fields: Mapping[str, object]

    def __str__(self) -> str:
        """Return it in English."""
        return self.template.format(**self.fields)
