"""Where the pictures of a walk stand: the map on top, losses and learning rates below it."""

from collections.abc import Mapping

import numpy as np

from lib.core.i18n import Words
from lib.lessons.autograd.descent.lesson import Walk
from lib.lessons.autograd.descent.metrics import GOAL
from lib.plots.palette import GRID, MUTED
from lib.plots.traces import Part, note

# Pixels from top to bottom: a legend, three pictures and the gaps between them.
LEGEND, MAP, GAP, LOSS, SMALL_GAP, RATE, BELOW = 58, 380, 44, 170, 26, 80, 44
CURVES = LOSS + SMALL_GAP + RATE

LEAST = 1e-8  # the lowest loss that is drawn


def band(place: int, above: int = MAP + GAP) -> list[float]:
    """Return from where to where a picture reaches, of the height inside the margins.

    Args:
        place: 0 for the map, 1 for the losses, 2 for the learning rates.
        above: how many pixels the map takes with the gap below it; 0 if it is not there.
    """
    tops = (0, above, above + LOSS + SMALL_GAP)
    heights = (MAP, LOSS, RATE)
    inner = above + LOSS + SMALL_GAP + RATE
    return [max(0.0, 1 - (tops[place] + heights[place]) / inner), 1 - tops[place] / inner]


def across(place: int) -> Part:
    """Return what every horizontal axis has."""
    anchor = ("y", "y2", "y3")[place]
    return {"anchor": anchor, "domain": [0, 1], "gridcolor": GRID}


def curve_axes(walks: Mapping[str, Walk], words: Words, above: int) -> Part:
    """Return the axes of losses and learning rates, and the line that marks an arrival."""
    steps = max((len(walk.learning_rates) for walk in walks.values()), default=1)
    highest = max((float(walk.losses[0]) for walk in walks.values()), default=1.0)
    begins = [float(walk.learning_rates[0]) for walk in walks.values()] or [1.0]
    # Whole powers of ten around the learning rates that the walks begin with.
    low, high = np.floor(np.log10(min(begins))) - 1, np.ceil(np.log10(max(begins))) + 0.3
    span = [-0.02 * steps, 1.02 * steps]
    return {
        "xaxis2": {**across(1), "range": span, "showticklabels": False, "zeroline": False},
        "yaxis2": {
            "domain": band(1, above),
            "anchor": "x2",
            "type": "log",
            "range": [np.log10(LEAST), float(np.log10(max(highest, 1.0))) + 1.5],
            "exponentformat": "power",
            "dtick": 2,
            "title": {"text": words["loss"], "standoff": 4},
            "gridcolor": GRID,
        },
        "xaxis3": {
            **across(2),
            "range": span,
            "zeroline": False,
            "title": {"text": words["step"], "standoff": 6},
        },
        "yaxis3": {
            "domain": band(2, above),
            "anchor": "x3",
            "type": "log",
            "range": [low, high],
            "exponentformat": "power",
            "dtick": 1 if high - low < 4 else 2,
            "title": {"text": "lr", "standoff": 4},
            "gridcolor": GRID,
        },
        "shapes": [
            {
                "type": "line",
                "xref": "x2 domain",
                "x0": 0,
                "x1": 1,
                "yref": "y2",
                "y0": GOAL,
                "y1": GOAL,
                "line": {"color": MUTED, "width": 1, "dash": "dash"},
            }
        ],
        "annotations": [
            note(words["goal"], 0.01, np.log10(GOAL), MUTED, 11, xref="x2 domain", xanchor="left",
                 yref="y2", yanchor="top")
        ],
    }  # fmt: skip
