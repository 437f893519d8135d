"""Python code as HTML: colored by Pygments, with the symbols of a lesson in its own colors."""

from collections.abc import Mapping
from functools import lru_cache
from html import escape

from pygments.lexers import PythonLexer
from pygments.token import STANDARD_TYPES, Name, Token


def highlighted(line: str, symbols: Mapping[str, str] | None = None) -> str:
    """Return a line of code as HTML; all of its text is escaped.

    Args:
        line: the code.
        symbols: names that have a color of their own in the lesson, and which one.

    >>> highlighted("y = x < 2", {"x": "blue"})
    '<span class="n">y</span> <span class="o">=</span> <b class="symbol-blue">x</b> \
<span class="o">&lt;</span> <span class="mi">2</span>'
    """
    return _highlighted(line, tuple((symbols or {}).items()))


@lru_cache(maxsize=4000)
def _highlighted(line: str, symbols: tuple[tuple[str, str], ...]) -> str:
    colors = dict(symbols)
    parts = []
    for kind, text in PythonLexer(stripnl=False, ensurenl=False).get_tokens(line):
        if kind in Name and text in colors:
            parts.append(f'<b class="symbol-{colors[text]}">{escape(text)}</b>')
            continue
        while kind not in STANDARD_TYPES and kind is not Token:
            kind = kind.parent  # noqa: PLW2901 - a kind without a class looks like its parent
        name = STANDARD_TYPES.get(kind, "")
        is_plain = not name or name == "w" or not text.strip()
        parts.append(escape(text) if is_plain else f'<span class="{name}">{escape(text)}</span>')
    return "".join(parts)
