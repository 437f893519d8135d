"""A chain of operations that the visitor builds, one row of controls a step."""

from collections.abc import Callable, Mapping, Sequence

import streamlit as st

from lib.core.rules import Between
from pages.parts import control
from pages.parts.parsed_input import parsed_input
from pages.parts.text import _

NONE = "none"
Numbers = tuple[int, ...]


def steps(
    operations: Sequence[str],
    with_number: Sequence[str],
    rule: Between,
    presets: Sequence[tuple[str, float]],
) -> tuple[str, ...]:
    """Show a row for each preset; return the steps chosen, such as ``("+ 2", "sin")``.

    Args:
        operations: what a step may do; it may also do nothing.
        with_number: those that take a number.
        rule: what that number may be.
        presets: the operation and the number each row begins with.
    """
    chosen = []
    options = {name: name for name in (NONE, *operations)}
    for place, (operation, number) in enumerate(presets, start=1):
        left, right = st.columns(2)
        with left:
            name = control.choice(f"step{place}", f"{_('step')} {place}", options, operation)
        with right:
            value = control.number(f"number{place}", _("number"), rule, number, 0.5)
        if name != NONE:
            chosen.append(f"{name} {value:g}" if name in with_number else name)
    return tuple(chosen)


def typed_steps(
    operations: Mapping[str, str],
    presets: Sequence[str],
    examples: Sequence[str],
    read: Callable[[str], Numbers],
) -> tuple[tuple[str, Numbers], ...]:
    """Show a row for each preset; return the steps chosen, such as ``("view", (2, 8))``.

    Every operation keeps a text field of its own, so that each one begins with what suits it.
    A text that cannot be read is told below its row, and its last good text counts.

    Args:
        operations: what a step may do, and the text it begins with; one without text has none.
        presets: the operation each row begins with.
        examples: texts, good and bad, that tests type.
        read: returns the numbers in a text, or raises ``ValueError``.
    """
    chosen: list[tuple[str, Numbers]] = []
    options = {name: name for name in (NONE, *operations)}
    for place, operation in enumerate(presets, start=1):
        (left, right), below = st.columns(2), st.container()
        with left:
            name = control.choice(f"step{place}", f"{_('step')} {place}", options, operation)
        numbers: Numbers = ()
        if begins := operations.get(name):
            with right:
                field = f"step{place}.{name}"
                numbers = parsed_input(field, f".{name}( )", begins, examples, read, 30, below)
        if name != NONE:
            chosen.append((name, numbers))
    return tuple(chosen)
