"""A chain of layers that the visitor builds: rows to edit and move, and the same as one line."""

from collections.abc import Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lib.lessons.models.build.grammar import LONGEST, read_layers
from lib.lessons.models.build.layers import KINDS, MOST_LAYERS, Layers, chain_text, short, signature
from pages.parts import control, lesson_context
from pages.parts.browser.component import component
from pages.parts.parsed_input import parsed_input
from pages.parts.text import _

_rows = component("chain_rows")


def layers_line(name: str, default: Layers, examples: Sequence[str]) -> Layers:
    """Show the chain as one line of text, which is what the address holds; return the layers.

    Args:
        name: which setting it is.
        default: the chain at first.
        examples: texts, good and bad, that tests type.
    """
    label = _("the same as one line: what stands in nn.Sequential( )")
    return parsed_input(name, label, chain_text(default), examples, read_layers, LONGEST)


def layer_rows(place: DeltaGenerator, name: str, layers: Layers, failing: int | None) -> None:
    """Show the chain as rows: each is edited in place, moved, removed; a menu adds one.

    Args:
        place: where to show them.
        name: the setting that ``layers_line`` holds.
        layers: the chain as it is.
        failing: the layer that cannot work on what arrives.
    """
    if control.is_hidden(name):
        return
    key = f"{lesson_context.current().slug}.{name}"

    def changed() -> None:
        told = st.session_state[f"{key}.rows"].get("layers")
        if isinstance(told, list) and all(isinstance(each, str) for each in told):
            set_layers(key, ", ".join(told))

    with place:
        _rows(
            key=f"{key}.rows",
            data={
                "layers": [*map(short, layers)],
                "kinds": [[signature(name), short(kind.begin)] for name, kind in KINDS.items()],
                "failing": -1 if failing is None else failing,
                "most": MOST_LAYERS,
                "disabled": control.is_locked(name),
                "words": {
                    "layer": _("layer"),
                    "add": _("add a layer"),
                    "choose": _("choose one"),
                    "full": _("{most} layers are the most").format(most=MOST_LAYERS),
                    "up": _("Move up"),
                    "down": _("Move down"),
                    "remove": _("Remove"),
                },
            },
            on_layers_change=changed,
        )


def set_layers(key: str, text: str) -> None:
    """Write a chain into its field, as if the visitor had typed it."""
    st.session_state[key] = text[:LONGEST]
