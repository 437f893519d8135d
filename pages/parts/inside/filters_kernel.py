"""The kernel of the lesson on filters: cells to type in, presets that fill them, and its text."""

import streamlit as st

from lib.lessons.inside.filters.kernels import (
    LARGEST,
    NAMES,
    PRESETS,
    SIZES,
    Kernel,
    parse,
    preset_of,
    resized,
    text_of,
    words_of,
)
from pages.parts import control
from pages.parts.browser.component import component
from pages.parts.text import _

_cells = component("kernel_cells")

KEY = "filters.kernel"  # the control that holds the whole kernel as text
CELLS = "filters.cells"


def kernel_cells(kernel: Kernel) -> None:
    """Show the cells of a kernel, with the presets and sizes that fill all of them."""
    preset, size = preset_of(kernel), len(kernel)
    _cells(
        key=CELLS,
        data={
            "cells": words_of(kernel),
            "presets": [
                {"name": name, "text": PRESETS[size][name], "chosen": name == preset}
                for name in NAMES
            ],
            "sizes": [
                {"name": f"{each} × {each}", "text": text_of(resized(kernel, each)),
                 "chosen": each == size}
                for each in SIZES
            ],
            "control": KEY,
            "largest": LARGEST,
            "disabled": control.is_locked("kernel"),
            "words": {
                "cell": _("kernel"),
                "refused": _("A cell holds a number from {low} to {high}, such as -1, 0.5 or 1/9.",
                             low=-LARGEST, high=LARGEST),
            },
        },
        on_kernel_change=_changed,
    )  # fmt: skip


def _changed() -> None:
    """Put what the cells hold into the control; what a browser sends may be anything."""
    text = str(st.session_state[CELLS].get("kernel") or "")
    try:
        parse(text)
    except ValueError:
        return
    if not control.is_locked("kernel"):
        st.session_state[KEY] = text
