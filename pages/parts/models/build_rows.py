"""The layers of a network that the visitor builds: rows to edit and move, and the same as text."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lib.lessons.models.build.layer_kinds import (
    KINDS,
    MOST_LAYERS,
    PRESETS,
    Layers,
    Shape,
    layers_text,
    shape_text,
    short,
    signature,
)
from lib.lessons.models.build.text import LONGEST
from pages.parts import control, lesson_context
from pages.parts.browser.component import component
from pages.parts.text import _

_rows = component("chain_rows")


def layer_rows(place: DeltaGenerator, name: str, layers: Layers, failing: int | None) -> None:
    """Show the layers as rows: each is edited in place, moved, removed; a menu adds one.

    Args:
        place: where to show them.
        name: the setting that holds them as one line of text.
        layers: the layers as they are.
        failing: the layer that cannot work on what arrives.
    """
    if control.is_hidden(name):
        return
    key = f"{lesson_context.current().slug}.{name}"

    def changed() -> None:
        sent = st.session_state[f"{key}.rows"].get("layers")
        if isinstance(sent, list) and all(isinstance(each, str) for each in sent):
            set_layers(key, ", ".join(sent))

    with place:
        _rows(
            key=f"{key}.rows",
            data={
                "layers": [*map(short, layers)],
                "kinds": [[signature(name), short(kind.example)] for name, kind in KINDS.items()],
                "failing": -1 if failing is None else failing,
                "most": MOST_LAYERS,
                "disabled": control.is_locked(name),
                "words": {
                    "layer": _("layer"),
                    "add": _("add a layer"),
                    "choose": _("choose one"),
                    "full": _("{most} layers are the most", most=MOST_LAYERS),
                    "up": _("Move up"),
                    "down": _("Move down"),
                    "remove": _("Remove"),
                },
            },
            on_layers_change=changed,
        )


def bring_back(preset: str, layers: Layers, shape: Shape) -> None:
    """Offer a preset as it was, once its network is another one."""
    start = PRESETS[preset]
    if (layers, shape) != (start.layers, start.shape) and not control.is_locked(f"{preset}.layers"):
        st.button(
            _("Bring back: {name}", name=preset),
            key="build.bring_back",
            type="tertiary",
            icon=":material/undo:",
            on_click=restore,
            args=(preset,),
        )


def restore(preset: str) -> None:
    """Set the fields of a preset to what it is."""
    start = PRESETS[preset]
    st.session_state[f"build.{preset}.layers"] = layers_text(start.layers)
    st.session_state[f"build.{preset}.input"] = shape_text(start.shape)


def set_layers(key: str, text: str) -> None:
    """Write layers into their field, as if the visitor had typed it."""
    st.session_state[key] = text[:LONGEST]
