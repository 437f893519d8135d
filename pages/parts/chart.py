"""A picture that is drawn in place: zoom and camera survive, nothing flashes."""

import pickle
from collections.abc import Callable
from hashlib import sha256
from typing import Any

import streamlit as st

from lib.plots import plotly_script
from lib.plots.figure import Figure
from lib.runtime.cache import SizedCache
from pages.parts import lesson_context as outline
from pages.parts.browser.component import component
from pages.parts.text import _

_picture = component("chart", "plotly", "element")


_kept = SizedCache(100_000_000)  # bytes of drawn figures, for all visitors together


def chart(draw: Callable[..., Figure], *what: Any, key: str, alt: str, still: bool = False) -> None:
    """Draw a figure of a lesson.

    Its frames, if it has any, are played and scrubbed in the browser; the table under
    ``layout.meta["numbers"]`` opens below it.

    Args:
        draw: a function that returns a figure with a ``height``.
        what: what it draws: results and words.
        key: which picture of this lesson it is; kept for as long as the same one is meant.
        alt: what it shows, for those who do not see it: a sentence with the main numbers.
        still: show the first frame only, and no table: what comes is for the visitor to predict.
    """
    lesson = outline.current()
    lesson.charts[key] = alt
    if lesson.own:  # what shows a visitor's own picture is not kept for others
        drawn = _drawn(draw, what, still)
    else:
        name = (draw, sha256(pickle.dumps(what)).digest(), still)  # results do not hash
        drawn = _kept.get(name, lambda: _drawn(draw, what, still))
    _picture(
        key=f"{lesson.slug}.{key}",
        data={
            "figure": drawn.decode(),
            "alt": alt,
            "plotly": st.get_option("server.baseUrlPath").rstrip("/") + plotly_script.PATH,
            "words": {
                "play": _("Play"),
                "pause": _("Pause"),
                "back": _("One step back"),
                "forward": _("One step forward"),
                "step": _("Step"),
                "reset": _("Reset view"),
                "numbers": _("The numbers behind the picture"),
                "failed": _("The picture could not be loaded. What it shows:"),
            },
        },
    )


def _drawn(draw: Callable[..., Figure], what: tuple[Any, ...], still: bool) -> bytes:
    """Return the figure as JSON."""
    figure = draw(*what)
    if still:
        figure = Figure(figure.data, {**(figure.layout or {}), "meta": None})
    return figure.to_json().encode()
