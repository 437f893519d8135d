"""A picture that is drawn in place: zoom and camera survive, nothing flashes."""

import pickle
from collections.abc import Callable
from hashlib import sha256
from inspect import signature
from typing import Any

from lib.plots import plotly_script
from lib.plots.figure import Figure
from lib.runtime.cache import SizedCache
from pages.parts import lesson_context
from pages.parts.browser.component import component
from pages.parts.browser.serve import address
from pages.parts.text import _, translated

_picture = component("chart")


_figures = SizedCache(100_000_000)  # bytes of drawn figures, for all visitors together


def chart(
    draw: Callable[..., Figure], *, key: str, alt: str, revealed: bool = True, **what: Any
) -> None:
    """Draw a figure of a lesson.

    Its frames, if it has any, are played and scrubbed in the browser; the table under
    ``layout.meta["numbers"]`` opens below it.

    Args:
        draw: a function that returns a figure with a ``height``. If it takes ``words``, it gets
            the ones it has by default, in the visitor's language.
        key: which picture of this lesson it is; kept for as long as the same one is meant.
        alt: what it shows, for those who do not see it: a sentence with the main numbers.
        revealed: whether what the questions ask for may be seen. A function that takes
            ``revealed`` hides it itself; of others, the first frame is shown, and no table.
        what: what it draws, by the names of its parameters.
    """
    lesson = lesson_context.current()
    lesson.charts[key] = alt
    parameters = signature(draw).parameters
    if "words" in parameters and "words" not in what:
        what["words"] = translated(parameters["words"].default)
    still = not revealed and "revealed" not in parameters
    if "revealed" in parameters:
        what["revealed"] = revealed
    if lesson.own:  # what shows a visitor's own picture is not kept for others
        drawn = _drawn(draw, what, still)
    else:
        name = (draw, sha256(pickle.dumps(what)).digest(), still)  # results do not hash
        drawn = _figures.get(name, lambda: _drawn(draw, what, still))
    _picture(
        key=f"{lesson.slug}.{key}",
        data={
            "figure": drawn.decode(),
            "alt": alt,
            "plotly": address(plotly_script.PATH),
            "words": {**player_words(), "numbers": _("The numbers behind the picture")},
        },
    )


def player_words() -> dict[str, str]:
    """Return what a picture says whose steps are played in the browser, wherever it stands."""
    return {
        "play": _("Play"),
        "pause": _("Pause"),
        "back": _("One step back"),
        "forward": _("One step forward"),
        "step": _("Step"),
        "reset": _("Reset view"),
        "failed": _("The picture could not be loaded. What it shows:"),
    }


def _drawn(draw: Callable[..., Figure], what: dict[str, Any], still: bool) -> bytes:
    """Return the figure as JSON."""
    figure = draw(**what)
    if still:
        figure = Figure(figure.data, {**(figure.layout or {}), "meta": None})
    return figure.to_json().encode()
