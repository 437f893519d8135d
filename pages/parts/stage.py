"""The stage of a lesson: its pictures, player, code and numbers, drawn by one element."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from lib.core.controls import Scale, Slider, Switch
from lib.core.scene import ALL
from lib.plots import plotly_script
from lib.runtime.scenes import EVERYTHING, module_of, scene_json, settings_of
from pages.parts import lesson_context
from pages.parts.browser.component import component
from pages.parts.browser.serve import address
from pages.parts.chart import player_words
from pages.parts.numbers import more_come
from pages.parts.prediction import predictions, revealed
from pages.parts.text import _, language

_stage = component("stage")

SEEN = "examples_seen"


def stage(settings: Mapping[str, Any]) -> None:
    """Draw the scene of the current lesson.

    While a control is moved or the picture is touched, the browser asks for the scene itself; a
    lesson that shows a visitor's own picture follows when the control is let go.

    Args:
        settings: what the lesson's ``scene`` takes.
    """
    context = lesson_context.current()
    slug, module = context.slug, module_of(context.slug)
    may_be_seen = revealed(slug)
    memory = predictions(slug)
    own = context.own or any(isinstance(value, bytes) for value in settings.values())
    names = [EVERYTHING] if may_be_seen.names is None else list(may_be_seen.names)
    text = scene_json(slug, settings, may_be_seen, language(), forget=own).decode()
    _stage(
        key=f"{slug}.stage",
        data={
            "scene": text,
            "example": _example(slug, module),
            "plays": memory.plays,
            "answer": ""
            if memory.played is None
            else scene_json(slug, memory.played, may_be_seen, language(), forget=own).decode(),
            "live": None
            if own
            else {
                "address": address(f"/live/{slug}"),
                "controls": {f"{slug}.{n}": _kind(each) for n, each in module.CONTROLS.items()},
                "revealed": names,
            },
            "plotly": address(plotly_script.PATH),
            "words": {
                **player_words(),
                "numbers": _("All numbers"),
                "asked": more_come(),
                "example": _("An example:"),
            },
        },
        on_touch_change=lambda: _touched(slug),
    )
    context.scene = text


def _example(slug: str, module: Any) -> str:
    """Return the lesson's worked example until the visitor has seen it."""
    seen: set[str] = st.session_state.setdefault(SEEN, set())
    if slug in seen or not hasattr(module, "EXAMPLE"):
        return ""
    seen.add(slug)
    defaults = {name: control.default for name, control in module.CONTROLS.items()}
    settings = settings_of(module, {**defaults, **module.EXAMPLE})
    return scene_json(slug, settings, ALL, language()).decode()


def _kind(control: Any) -> str:
    """Return how the browser reads the value of a control that is being moved."""
    if isinstance(control, Switch):
        return "switch"
    return "option" if isinstance(control, Scale) else "number"


def _touched(slug: str) -> None:
    """Set the controls that the picture was touched for."""
    values = st.session_state[f"{slug}.stage"].get("touch") or {}
    controls = module_of(slug).CONTROLS
    for key, value in values.items():
        control = controls.get(key.removeprefix(f"{slug}."))
        if control is None:
            continue
        try:
            setting = control.read([str(value)])
        except ValueError:  # what a browser sends may be anything
            continue
        # A slider holds its number, everything else the text of what is chosen.
        st.session_state[key] = setting if isinstance(control, Slider | Switch) else str(value)
