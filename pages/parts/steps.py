"""A chain of operations that the visitor builds, one row of controls a step."""

from collections.abc import Sequence

import streamlit as st

from lib.settings import Between
from pages.parts import control
from pages.parts.text import _

NONE = "none"


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
