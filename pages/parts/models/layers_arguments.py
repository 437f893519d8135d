"""The settings of a layer as controls, each by the rule that its lesson function checks it with."""

from collections.abc import Mapping
from inspect import signature
from typing import Any

import streamlit as st

from lib.core.rules import Between, OneOf
from lib.lessons.models.layers.dense_layers import parse_indices
from lib.lessons.models.layers.lesson import LABELS, OWN_LABELS, TYPED_ROWS, Layer
from lib.lessons.models.layers.window_layers import FILTERS, IMAGES, parse_rows
from pages.parts import control
from pages.parts.parsed_input import parsed_input
from pages.parts.text import _, translated

TYPED = "typed"
START = "0, 0, 5, 0; 0, 5, 0, 0; 5, 0, 0, 0; 9, 9, 9, 9"
ROWS = ("0, 0, 9; 0, 9, 0; 9, 0, 0", "1, 2; 3", "1, x", "0.5", "")
INDICES = ("1, 0", "0, 5", "a", "-1")
OF_INPUT = {"image", "rows", "size", "indices"}  # the settings that ``inputs`` shows
OPTIONS = {"weight": FILTERS}  # the names of settings that are functions


def inputs(layer: Layer) -> dict[str, Any]:
    """Show the controls for an image or for indices, if the layer takes them."""
    rules = layer.function.rules
    if "indices" in rules:
        label = _(LABELS["indices"])
        return {
            "indices": parsed_input("indices", label, "0, 1, 1", INDICES, parse_indices, most=20)
        }
    if "image" not in rules:
        return {}
    choices: dict[str, Any] = {**IMAGES, TYPED: None}
    chosen = control.choice("image", _(LABELS["image"]), choices, "edge")
    if chosen is None:
        return {"rows": parsed_input("rows", _(TYPED_ROWS), START, ROWS, parse_rows)}
    size = control.scale("size", _(LABELS["size"]), rules["size"].options, 6)
    return {"image": chosen, "size": size}


def arguments(name: str, layer: Layer) -> dict[str, Any]:
    """Show a control for each other setting of a layer, two side by side.

    Args:
        name: the name of the layer.
        layer: its row in the register. Layers of one family share their controls.
    """
    labels = translated({**LABELS, **OWN_LABELS.get(name, {})})
    defaults = signature(layer.function).parameters
    rules = layer.function.rules
    shown = OF_INPUT if {"image", "indices"} & rules.keys() else set()
    chosen: dict[str, Any] = {}
    places: list[Any] = []
    for setting in (each for each in rules if each not in shown):
        if not places:
            places = list(st.columns(2))
        with places.pop(0):
            chosen[setting] = _control(
                f"{layer.family}.{setting}",
                labels.get(setting, setting),
                rules[setting],
                defaults[setting].default,
                OPTIONS.get(setting),
            )
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
