"""A picture that is drawn in place: zoom and camera survive, nothing flashes."""

import pickle
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import streamlit as st

from lib.figures import plotly_script
from lib.figures.figure import Figure
from pages.parts import outline
from pages.parts.browser.component import component
from pages.parts.text import _

_picture = component("chart", "plotly", "element")


# How many drawn figures are kept for all visitors.
KEPT = 1000


def chart(
    draw: Callable[..., Figure], *what: Any, key: str, alt: str, still: bool = False
) -> None:
    """Draw a picture of ``lib.figures``.

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
    _picture(
        key=f"{lesson.slug}.{key}",
        data={
            "figure": _drawn(draw, pickle.dumps(what), still),
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


@lru_cache(maxsize=KEPT)
def _drawn(draw: Callable[..., Figure], packed: bytes, still: bool) -> str:
    """Return the figure as JSON; results do not hash, so they come packed."""
    figure = draw(*pickle.loads(packed))
    if still:
        figure = Figure(figure.data, {**(figure.layout or {}), "meta": None})
    return figure.to_json()
