"""The layers of a network that the visitor builds: rows to edit and move, and the same as text."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lib.lessons.models.build.layer_kinds import (
    KINDS,
    MOST_LAYERS,
    Layers,
    layers_text,
    short,
    signature,
)
from lib.lessons.models.build.text import LONGEST, read_layers
from pages.parts import control, lesson_context
from pages.parts.browser.component import component
from pages.parts.parsed_input import parsed_input
from pages.parts.text import _

_rows = component("chain_rows")

# What tests type into the line, good and bad.
EXAMPLES = (
    "Lambda(preprocess), Conv2d(1, 8, 3, stride=2, padding=1), ReLU(), Flatten(), Linear(784, 10)",
    "nn.Sequential(nn.Linear(784, 32), nn.ReLU(), Lambda(lambda x: x.view(x.size(0), -1)))",
    "LSTM(28, 64, batch_first=True), Linear(64, 10)",
    "Dropout(0.4)",
    "Conv2d(1, 2)",
    "__import__('os')",
    "Linear(99999, 99999)",
    "",
)


def layers_line(name: str, default: Layers) -> Layers:
    """Show the layers as one line of text, which is what the address holds; return them.

    Args:
        name: which setting it is.
        default: the layers at first.
    """
    label = _("the same as one line: what stands in nn.Sequential( )")
    return parsed_input(name, label, layers_text(default), EXAMPLES, read_layers, LONGEST)


def layer_rows(place: DeltaGenerator, name: str, layers: Layers, failing: int | None) -> None:
    """Show the layers as rows: each is edited in place, moved, removed; a menu adds one.

    Args:
        place: where to show them.
        name: the setting that ``layers_line`` holds.
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


def set_layers(key: str, text: str) -> None:
    """Write layers into their field, as if the visitor had typed it."""
    st.session_state[key] = text[:LONGEST]
