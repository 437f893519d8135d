"""The widgets a lesson is steered with: named after the setting, kept in the URL.

A link may carry ``lock=x`` or ``hide=x``: the control named so is shown but fixed, or not shown.
"""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

import streamlit as st

from lib.settings import Between
from pages.parts import outline

T = TypeVar("T")


def slider(name: str, label: str, rule: Between, default: float, step: float = 1) -> Any:
    """Show a slider over the range of ``rule``; return an int if the range is one of ints."""
    number = int if rule.whole else float
    return st.slider(
        label,
        number(rule.low),
        number(rule.high),
        number(default),
        number(step),
        **_common(name, label),
    )


def number(name: str, label: str, rule: Between, default: float, step: float = 1) -> Any:
    """Show a number field over the range of ``rule``."""
    kind = int if rule.whole else float
    return st.number_input(
        label,
        kind(rule.low),
        kind(rule.high),
        kind(default),
        kind(step),
        **_common(name, label),
    )


def choice(name: str, label: str, options: Mapping[str, T], default: str | None = None) -> T:
    """Show a menu of the names in ``options``; return what stands behind the one chosen."""
    names = list(options)
    position = names.index(default) if default is not None else 0
    return options[st.selectbox(label, names, position, **_common(name, label))]


def buttons(name: str, label: str, options: Sequence[str], default: str | None = None) -> str:
    """Show a few short options side by side; return the one chosen."""
    chosen = st.segmented_control(
        label, options, default=default or options[0], required=True, **_common(name, label)
    )
    return str(chosen)


def switch(name: str, label: str, default: bool = False) -> bool:
    """Show an on-off switch."""
    return st.toggle(label, default, **_common(name, label))


def _common(name: str, label: str) -> dict[str, Any]:
    """Note the control and return what every one of them has: key, URL, locked or not."""
    lesson = outline.current()
    key = f"{lesson.slug}.{name}"
    lesson.controls.append(outline.Control(key, label))
    if name in st.query_params.get_all("hide"):
        # The key's own CSS class is part of Streamlit's interface; the value still counts.
        st.html(f"<style>.st-key-{key.replace('.', '-')} {{ display: none }}</style>")
    return {
        "key": key,
        "bind": "query-params",
        "disabled": name in st.query_params.get_all("lock"),
    }
