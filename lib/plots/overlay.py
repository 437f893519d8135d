"""Colors that lie over a grid while it is stepped through: what is lit, what is not yet written."""

from lib.plots.palette import BACKGROUND

CLEAR = "rgba(0, 0, 0, 0)"
READY, COVERED, NOW = 0, 1, 2  # what stands in "z": as it is, not yet written, lit


def overlay(left: float, top: float, strength: float) -> dict[str, object]:
    """Return a heat map without its "z", to lie over a grid of ``lib.plots.cells``.

    Args:
        left: the grid's left edge, in cells.
        top: its upper edge.
        strength: how strongly green covers a lit cell, from 0 to 1.
    """
    lit = f"rgba(0, 158, 115, {strength:g})"
    return {
        "type": "heatmap",
        "x0": left + 0.5,
        "dx": 1,
        "y0": top + 0.5,
        "dy": 1,
        "colorscale": [
            (0.0, CLEAR),
            (0.25, CLEAR),
            (0.25, BACKGROUND),
            (0.75, BACKGROUND),
            (0.75, lit),
            (1.0, lit),
        ],
        "zmin": READY,
        "zmax": NOW,
        "showscale": False,
        "hoverinfo": "skip",
    }
