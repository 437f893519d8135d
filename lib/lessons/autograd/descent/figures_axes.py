"""Where the pictures of a walk stand: the map on top, losses and learning rates below it."""

from collections.abc import Mapping

import numpy as np

from lib.lessons.autograd.descent.lesson import Walk
from lib.lessons.autograd.descent.metrics import GOAL
from lib.plots.palette import GRID, MUTED

Trace = dict[str, object]

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


def across(place: int) -> Trace:
    """Return what every horizontal axis has."""
    anchor = ("y", "y2", "y3")[place]
    return {"anchor": anchor, "domain": [0, 1], "gridcolor": GRID}


def curve_axes(walks: Mapping[str, Walk], words: Mapping[str, str], above: int) -> Trace:
    """Return the axes of losses and learning rates, and the line that marks an arrival."""
    steps = max((len(walk.rates) for walk in walks.values()), default=1)
    rates = _rate_range(walks)
    span = [-0.02 * steps, 1.02 * steps]
    return {
        "xaxis2": {**across(1), "range": span, "showticklabels": False, "zeroline": False},
        "yaxis2": {
            "domain": band(1, above),
            "anchor": "x2",
            "type": "log",
            "range": [np.log10(LEAST), _top(walks)],
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
            "range": rates,
            "exponentformat": "power",
            "dtick": 1 if rates[1] - rates[0] < 4 else 2,
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
            {
                "text": words["goal"],
                "xref": "x2 domain",
                "x": 0.01,
                "xanchor": "left",
                "yref": "y2",
                "y": np.log10(GOAL),
                "yanchor": "top",
                "showarrow": False,
                "font": {"size": 11, "color": MUTED},
            }
        ],
    }


def _top(walks: Mapping[str, Walk]) -> float:
    """Return how far up the axis of losses reaches: a little higher than where the walks begin."""
    begins = max((float(walk.losses[0]) for walk in walks.values()), default=1.0)
    return float(np.log10(max(begins, 1.0))) + 1.5


def _rate_range(walks: Mapping[str, Walk]) -> list[float]:
    """Return the axis of learning rates: whole powers of ten around where they begin."""
    begins = [float(walk.rates[0]) for walk in walks.values()] or [1.0]
    return [np.floor(np.log10(min(begins))) - 1, np.ceil(np.log10(max(begins))) + 0.3]
