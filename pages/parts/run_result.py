"""What came of running a program: its numbers, its warnings or PyTorch's own error."""

import re
from typing import Any

import numpy as np
import streamlit as st

from lib.core.isolation import Attempt
from pages.parts.text import _

FEW = 5  # numbers that are written one by one, even if they are all the same


def outcome(attempt: Attempt) -> None:
    """Show what an ``Attempt`` gave, with the error in PyTorch's own words."""
    for warning in attempt.warnings:
        st.warning(literal(warning), icon=":material/warning:")
    if attempt.error:
        st.error(f"**{attempt.error}:** {literal(attempt.message)}", icon=":material/error:")
    else:
        st.markdown(_returned(attempt.result))


def table(rows: dict[str, str], head: tuple[str, str]) -> str:
    """Return two columns as Markdown: names and values as they are, a row for each line of a value.

    A cell of a Markdown table holds one line, and Streamlit shows HTML such as ``<br>`` as text.
    """
    lines = [f"| {head[0]} | {head[1]} |", "|---|---|"]
    for name, value in rows.items():
        first, *others = value.split("\n")
        lines += [f"| {name} | {first} |", *(f"| | {other} |" for other in others)]
    return "\n".join(lines)


def literal(words: str) -> str:
    """Return ``words`` so that Markdown shows every sign of them as it is."""
    return re.sub(r"([\\`*_{}\[\]()#+!|<>~$:-])", r"\\\1", words).replace("\n", "  \n")


def quoted(text: str) -> str:
    """Return a text as code in Markdown, on one line; no backtick in it can end it."""
    line = " ".join(text.split())
    fence = "`" * (1 + max(map(len, re.findall("`+", line)), default=0))
    space = " " * (line[:1] == "`" or line[-1:] == "`")
    return f"{fence}{space}{line}{space}{fence}"


def written(value: Any) -> str:
    """Return a value as the pages write it: six digits, an array row by row, equal ones once.

    Each row of an array is a line, for ``table`` to put below one another. Whole numbers are
    written in full.
    """
    if isinstance(value, bool | str) or value is None:
        return f"`{value}`"
    if isinstance(value, float):
        return f"`{value:.6g}`"
    if isinstance(value, tuple | list) and value and all(isinstance(v, int | float) for v in value):
        if len(value) < FEW:  # a shape, say: 28 28 and not 28, every one of 2
            return f"`{' '.join(map(_entry, value))}`"
        return _array(np.array(value, dtype=object))  # a float beside an int changes neither
    if hasattr(value, "ndim"):
        return _array(value)
    return f"`{value}`"


def _array(array: Any) -> str:
    entries = array.flatten().tolist()
    if array.ndim == 0:
        return written(entries[0])
    if len(entries) > 1 and all(entry == entries[0] for entry in entries):
        shape = " × ".join(str(length) for length in array.shape)
        return f"{written(entries[0])} ({_('every one of')} {shape})"
    if array.ndim == 1:
        return f"`{' '.join(map(_entry, entries))}`"
    return "\n".join(_array(row) for row in array)


def _entry(number: Any) -> str:
    return f"{number:d}" if isinstance(number, int) else f"{number:.6g}"


def _returned(result: Any) -> str:
    """Return a table of what a program returned: a row for each field, or the bare value."""
    if not hasattr(result, "_asdict"):
        rows = "\n".join(f"| {line} |" for line in written(result).split("\n"))
        return f"| {_('It returns')} |\n|---|\n{rows}"
    fields = {f"`{name}`": written(value) for name, value in result._asdict().items()}
    return table(fields, (_("It returns"), ""))
