"""The numbers of a normalized batch, channel by channel."""

from collections.abc import Mapping

import numpy as np

from lib.core.i18n import mark
from lib.lessons.data.preprocess.batch import Normalized
from lib.plots.figure import Figure
from lib.plots.palette import CATEGORIES, MUTED, TEXT

# What is written in the picture; a page passes its own, in its own language.
WORDS = {
    "colors": mark("red, green, blue"),
    "axis": mark("numbers of the batch after Normalize"),
    "goal": mark("goal: mean 0, spread 1"),
    "columns": mark("channel, mean, spread"),
}
RGB = (CATEGORIES[5], CATEGORIES[2], CATEGORIES[0])
CENTERS = (np.arange(40) * 0.2 - 3.9).astype(np.float32)


def histogram(result: Normalized, words: Mapping[str, str] = WORDS) -> Figure:
    """Draw how often each number occurs in each channel, and where mean and spread should be."""
    names = words["colors"].split(", ")
    top = float(result.histogram.max())
    return Figure(
        data=[
            {
                "type": "scatter",
                "mode": "lines",
                "name": name,
                "x": CENTERS,
                "y": counts.astype(np.float32),
                "line": {"color": color, "width": 2, "shape": "hvh"},
                "hoverinfo": "skip",
            }
            for name, counts, color in zip(names, result.histogram, RGB, strict=True)
        ]
        + [
            {
                "type": "scatter",
                "mode": "markers",
                "showlegend": False,
                "x": result.mean,
                "y": [-0.05 * top, -0.11 * top, -0.17 * top],
                "error_x": {
                    "type": "data",
                    "array": result.std,
                    "thickness": 2,
                    "width": 4,
                    "color": TEXT,
                },
                "marker": {"color": RGB, "size": 9, "line": {"color": TEXT, "width": 1}},
                "hoverinfo": "skip",
            }
        ],
        layout={
            "height": 300,
            "margin": {"l": 8, "r": 8, "t": 28, "b": 44},
            "hovermode": False,
            "dragmode": False,
            "legend": {"orientation": "h", "x": 0, "y": 1.0, "yanchor": "bottom"},
            "xaxis": {
                "range": [-4, 4],
                "title": {"text": words["axis"], "standoff": 8},
                "fixedrange": True,
                "zeroline": False,
            },
            "yaxis": {
                "range": [-0.22 * top, 1.18 * top],
                "visible": False,
                "fixedrange": True,
            },
            "shapes": [
                {
                    "type": "line",
                    "x0": place,
                    "x1": place,
                    "y0": -0.22 * top,
                    "y1": 1.06 * top,
                    "line": {"color": MUTED, "width": 1.5, "dash": "dot"},
                }
                for place in (-1, 0, 1)
            ],
            "annotations": [
                {
                    "text": words["goal"],
                    "x": 0,
                    "y": 1.12 * top,
                    "showarrow": False,
                    "font": {"color": TEXT, "size": 12},
                }
            ],
            "meta": {
                "numbers": {
                    "columns": words["columns"].split(", "),
                    "rows": [
                        [name, round(mean, 3), round(std, 3)]
                        for name, mean, std in zip(names, result.mean, result.std, strict=True)
                    ],
                }
            },
        },
    )
