"""The widgets a lesson is steered with: named after the setting, kept in the URL.

A link may carry ``lock=x`` or ``hide=x``: the control named so is shown but fixed, or not shown.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from math import isinf
from typing import Any, TypeVar

import streamlit as st
from streamlit.errors import StreamlitAPIException

from lib.core import controls
from lib.core.rules import Between
from lib.runtime.scenes import module_of
from pages.parts import lesson_context

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
    common = _common(name, label)
    if rule.whole and _is_endless(common["key"]):
        # Streamlit would make a whole number of it and fail: left out of the link, it is ignored.
        common["bind"] = None
        with suppress(StreamlitAPIException):  # a link that was gone back to is bound already
            del st.query_params[common["key"]]
    return st.number_input(
        label, kind(rule.low), kind(rule.high), kind(default), kind(step), **common
    )


def _is_endless(key: str) -> bool:
    """Tell whether the link says that a number is infinite, such as ``inf`` or ``1e999``."""
    for text in st.query_params.get_all(key):
        with suppress(ValueError):
            if isinf(float(text)):
                return True
    return False


def choice(name: str, label: str, options: Mapping[str, T], default: str | None = None) -> T:
    """Show a menu of the names in ``options``; return what stands behind the one chosen."""
    names = list(options)
    position = names.index(default) if default is not None else 0
    return options[st.selectbox(label, names, position, **_common(name, label))]


def menu(name: str, label: str, options: Iterable[str], default: str | None = None) -> str:
    """Show a menu of words; return the one chosen."""
    return choice(name, label, {word: word for word in options}, default)


def buttons(name: str, label: str, options: Sequence[str], default: str | None = None) -> str:
    """Show a few short options side by side; return the one chosen."""
    chosen = st.segmented_control(
        label, options, default=default or options[0], required=True, **_common(name, label)
    )
    return str(chosen)


def scale(name: str, label: str, options: Sequence[float], default: float) -> Any:
    """Show a slider over a few numbers that need not be evenly spaced, such as learning rates."""
    names = {f"{value:g}": value for value in options}
    return names[st.select_slider(label, [*names], f"{default:g}", **_common(name, label))]


def several(
    name: str, label: str, options: Iterable[str], default: Sequence[str], most: int
) -> tuple[str, ...]:
    """Show short options of which up to ``most`` count: those chosen first, in that order."""
    chosen = st.pills(
        label,
        list(options),
        selection_mode="multi",
        default=list(default),
        wrap=True,
        **_common(name, label),
    )
    return tuple(chosen[:most])


def text(name: str, label: str, default: str, examples: Sequence[str], most: int = 100) -> str:
    """Show a text field of up to ``most`` characters.

    Args:
        name: which setting it is.
        label: what it is called on the page.
        default: what stands in it at first.
        examples: texts, good and bad, that tests put into it.
        most: how many characters fit.
    """
    common = _common(name, label, tuple(examples))
    return str(st.text_input(label, default, max_chars=most, **common))


def switch(name: str, label: str, default: bool = False) -> bool:
    """Show an on-off switch."""
    return st.toggle(label, default, **_common(name, label))


def show(name: str, label: str) -> Any:
    """Show a control of the lesson's ``CONTROLS``; return the setting it says."""
    spec = module_of(lesson_context.current().slug).CONTROLS[name]
    if type(spec) not in WIDGETS:
        raise TypeError(f"no widget for {type(spec).__name__}")
    return WIDGETS[type(spec)](name, label, spec)


def _several(name: str, label: str, spec: controls.Several) -> tuple[str, ...]:
    return several(name, label, spec.options, spec.default, spec.most) or spec.default


def _typed(name: str, label: str, spec: controls.Typed) -> Any:
    # Imported here, since a parsed field is itself made of this module's text field.
    from pages.parts.parsed_input import parsed_input  # noqa: PLC0415

    return parsed_input(name, label, spec.text, spec.examples, spec.parse, spec.most)


# How each kind of control is shown.
WIDGETS: dict[type, Callable[[str, str, Any], Any]] = {
    controls.Slider: lambda name, label, c: slider(name, label, c.rule, c.default, c.step),
    controls.Field: lambda name, label, c: number(name, label, c.rule, c.default, c.step),
    controls.Scale: lambda name, label, c: scale(name, label, c.options, c.default),
    controls.Buttons: lambda name, label, c: c.options[
        buttons(name, label, [*c.options], c.first or None)
    ],
    controls.Menu: lambda name, label, c: choice(name, label, c.options, c.first or None),
    controls.Switch: lambda name, label, c: switch(name, label, c.default),
    controls.Several: _several,
    controls.Typed: _typed,
}


def is_locked(name: str) -> bool:
    """Tell whether the link fixes the control of this name."""
    return name in st.query_params.get_all("lock")


def is_hidden(name: str) -> bool:
    """Tell whether the link hides the control of this name."""
    return name in st.query_params.get_all("hide")


def _common(name: str, label: str, examples: tuple[str, ...] = ()) -> dict[str, Any]:
    """Note the control and return what every one of them has: key, URL, locked or not."""
    lesson = lesson_context.current()
    key = f"{lesson.slug}.{name}"
    lesson.controls[key] = lesson_context.Control(key, label, examples)
    if is_hidden(name):
        # The key's own CSS class is part of Streamlit's interface; the value still counts.
        st.html(f"<style>.st-key-{key.replace('.', '-')} {{ display: none }}</style>")
    return {
        "key": key,
        "bind": "query-params",
        "disabled": is_locked(name),
    }
