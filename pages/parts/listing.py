"""A program as text: highlighted, copied with one button, with one line marked where it failed."""

from collections.abc import Mapping
from functools import lru_cache

from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from pages.parts.browser.component import component
from pages.parts.text import _

_listing = component("listing")


def listing(text: str, key: str, name: str, marks: Mapping[int, str] | None = None) -> None:
    """Show a Python program.

    Args:
        text: the program.
        key: the element's key; a line that changed since the key was last shown is marked.
        name: what the program is, for those who do not see it.
        marks: by the numbers of lines, counted from 0, what they are: "failing", "wrong", "gap"
            (something is missing after it), "removed" (from a program that this one repairs, and
            not copied) or "added".
    """
    _listing(
        key=key,
        data={
            "name": name,
            "lines": [line for block in _blocks(text) for line in _highlighted(block)],
            "marks": {str(line): mark for line, mark in (marks or {}).items()},
            "words": {
                "copy": _("Copy"),
                "copied": _("Copied"),
                "failing": _("This line fails"),
                "wrong": _("This line is wrong"),
                "gap": _("Something is missing after this line"),
                "removed": _("Removed"),
                "added": _("Added"),
            },
        },
    )


def _blocks(text: str) -> list[str]:
    """Return the program in two: all but its last block, and the call with the settings in it.

    Only the second changes with a slider, so only it is highlighted anew.
    """
    top, gap, call = text.rstrip("\n").rpartition("\n\n\n")
    return [top + "\n\n", call] if gap else [call]


@lru_cache(maxsize=500)
def _highlighted(block: str) -> tuple[str, ...]:
    html: str = highlight(block, PythonLexer(stripnl=False), HtmlFormatter(nowrap=True))
    lines = html.rstrip("\n").split("\n") if block.strip() else [""]
    missing = block.count("\n") + 1 - len(lines)
    return (*lines, *[""] * missing)
