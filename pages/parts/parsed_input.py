"""A text field whose bad texts lose nothing: the page keeps what could be read last."""

from collections.abc import Callable, Sequence
from typing import TypeVar

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.parts import control, lesson_context
from pages.parts.run_result import literal, quoted
from pages.parts.text import _

T = TypeVar("T")

KEPT = "typed"  # key of a text field -> its last text that could be read


def parsed_input(
    name: str,
    label: str,
    default: str,
    examples: Sequence[str],
    read: Callable[[str], T],
    most: int = 100,
    below: DeltaGenerator | None = None,
) -> T:
    """Show a text field; return what is read from it, or from its last text that could be read.

    Args:
        name: which setting it is.
        label: what it is called on the page.
        default: what stands in it at first; it can be read.
        examples: texts, good and bad, that tests put into it.
        read: makes of a text what it stands for, or raises ``ValueError`` that tells why not.
        most: how many characters fit.
        below: where to tell why, if there is more room for it than right below the field.
    """
    text = control.text(name, label, default, examples, most)
    kept: dict[str, str] = st.session_state.setdefault(KEPT, {})
    key = f"{lesson_context.current().slug}.{name}"
    try:
        value = read(text)
    except ValueError as error:
        last = kept.get(key, default)
        still = _("The page still shows {last}.").format(last=quoted(last))
        if not last.strip():
            still = _("The page still shows what an empty field stands for.")
        told = f"{literal(str(error))}. {still}"
        (below or st).warning(told, icon=":material/block:")
        return read(last)
    kept[key] = text
    return value
