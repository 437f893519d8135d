"""The settings of a lesson function as controls, each by the rule the function checks it with."""

from collections.abc import Callable, Iterable, Mapping
from inspect import signature
from typing import Any

import streamlit as st

from lib.core.rules import Between, OneOf
from pages.parts import control


def arguments(
    function: Callable[..., Any],
    names: Iterable[str],
    labels: Mapping[str, str],
    family: str,
    options: Mapping[str, Mapping[str, Any]],
) -> dict[str, Any]:
    """Show a control for each of the named settings, two side by side; return what is chosen.

    Args:
        function: a lesson function.
        names: which of its settings.
        labels: what they are called on the page; others have their name in the code.
        family: what the controls' names begin with; functions of one family share them.
        options: the names of what can be chosen, for settings that are functions.
    """
    rules: dict[str, Any] = function.rules
    defaults = signature(function).parameters
    chosen: dict[str, Any] = {}
    places: list[Any] = []
    for name in names:
        if not places:
            places = list(st.columns(2))
        with places.pop(0):
            label = labels.get(name, name)
            default, rule = defaults[name].default, rules[name]
            chosen[name] = _control(f"{family}.{name}", label, rule, default, options.get(name))
    return chosen


def _control(
    name: str, label: str, rule: Any, default: Any, options: Mapping[str, Any] | None
) -> Any:
    """Show the control that suits a rule."""
    if options:
        first = next(word for word, value in options.items() if value is default)
        return control.choice(name, label, options, first)
    if isinstance(rule, Between):
        return control.slider(name, label, rule, default, 1 if rule.whole else 0.1)
    if isinstance(rule, OneOf) and isinstance(default, bool):
        return control.switch(name, label, default)
    if isinstance(rule, OneOf) and isinstance(default, str):
        return control.menu(name, label, rule.options, default)
    return control.scale(name, label, rule.options, default)
