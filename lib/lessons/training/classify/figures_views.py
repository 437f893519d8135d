"""What a trained classifier gets wrong, and how sure it is: drawn once an epoch."""

from collections.abc import Mapping, Sequence
from math import isfinite

import numpy as np

from lib.core.i18n import mark
from lib.lessons.training.classify.measures import BINS, Calibration
from lib.plots.cells import SIGNED
from lib.plots.figure import Figure
from lib.plots.palette import GRID, MUTED, NEGATIVE, POSITIVE, TEXT

WORDS = {
    "class": mark("it is"),
    "answer": mark("the network says"),
    "count": mark("images"),
    "sure": mark("how sure the network is, %"),
    "right": mark("how often it is right, %"),
    "honest": mark("as sure as it is right"),
    "from": mark("from, %"),
    "to": mark("to, %"),
}


def matrix(
    counts: Sequence[Sequence[int]], names: Sequence[str], words: Mapping[str, str] = WORDS
) -> Figure:
    """Draw how many test images of each class were taken for which.

    Right answers are blue, wrong ones orange; the more, the stronger.

    Args:
        counts: by class (rows) and answer (columns).
        names: of the classes.
        words: what the picture says, with the keys of ``WORDS``.
    """
    table = np.array(counts)
    wrong = table * (1 - np.eye(len(table), dtype=int))
    full = max(1, table.sum(axis=1).max())
    shades = np.diag(np.diag(table)) / full - wrong / max(1, wrong.max())
    return Figure(
        [
            {
                "type": "heatmap",
                "z": shades.astype(np.float32),
                "x": list(names),
                "y": list(names),
                "text": [[str(count) if count else " " for count in row] for row in table.tolist()],
                "texttemplate": "%{text}",
                "textfont": {"color": TEXT, "size": 12},
                "colorscale": SIGNED,
                "zmin": -1,
                "zmax": 1,
                "showscale": False,
                "xgap": 2,
                "ygap": 2,
                "hovertemplate": (
                    f"{words['class']} %{{y}}, {words['answer']} %{{x}}: %{{text}}<extra></extra>"
                ),
            }
        ],
        {
            "height": 470,
            "margin": {"l": 4, "r": 4, "t": 8, "b": 4},
            "dragmode": False,
            "xaxis": {
                "title": {"text": words["answer"], "standoff": 6},
                "tickangle": -90,
                "fixedrange": True,
                "showgrid": False,
            },
            "yaxis": {
                "title": {"text": words["class"], "standoff": 6},
                "autorange": "reversed",
                "fixedrange": True,
                "showgrid": False,
            },
            "meta": {
                "numbers": {
                    "columns": ["", *names],
                    "rows": [[name, *row] for name, row in zip(names, table.tolist(), strict=True)],
                }
            },
        },
    )


def reliability(result: Calibration, words: Mapping[str, str] = WORDS) -> Figure:
    """Draw how often a network is right, by how sure it is, beside a line where both agree.

    Args:
        result: what ``lib.lessons.training.classify.measures.calibration`` returns.
        words: what the picture says, with the keys of ``WORDS``.
    """
    width = 100 / BINS
    middles = [width * (i + 0.5) for i in range(BINS)]
    right = [100 * r if count else 0 for r, count in zip(result.right, result.counts, strict=True)]
    bars = {
        "type": "bar",
        "name": words["right"],
        "x": middles,
        "y": right,
        "width": width * 0.94,
        "marker": {"color": POSITIVE},
        "hovertemplate": f"{words['right']}: %{{y:.1f}}<extra></extra>",
    }
    counts = {
        "type": "scatter",
        "mode": "text",
        "x": middles,
        "y": [107] * BINS,
        "text": [str(count) if count else " " for count in result.counts],
        "textfont": {"size": 11, "color": MUTED},
        "hoverinfo": "skip",
        "showlegend": False,
    }
    there = [i for i, count in enumerate(result.counts) if count and isfinite(result.sure[i])]
    points = {
        "type": "scatter",
        "mode": "markers",
        "name": words["honest"],
        "x": [100 * result.sure[i] for i in there],
        "y": [100 * result.sure[i] for i in there],
        "marker": {"color": NEGATIVE, "size": 9, "symbol": "diamond"},
        "hovertemplate": f"{words['sure']}: %{{x:.1f}}<extra></extra>",
    }
    return Figure(
        [bars, points, counts],
        {
            "height": 400,
            "margin": {"l": 56, "r": 12, "t": 40, "b": 46},
            "legend": {"orientation": "h", "x": 0, "y": 1.03, "yanchor": "bottom"},
            "dragmode": False,
            "xaxis": {
                "title": {"text": words["sure"], "standoff": 6},
                "range": [0, 100],
                "dtick": 20,
                "fixedrange": True,
                "gridcolor": GRID,
            },
            "yaxis": {
                "title": {"text": words["right"], "standoff": 4},
                "range": [0, 113],
                "dtick": 20,
                "fixedrange": True,
            },
            "shapes": [
                {
                    "type": "line", "x0": 0, "y0": 0, "x1": 100, "y1": 100,
                    "line": {"color": MUTED, "width": 1.5, "dash": "dash"},
                }
            ],
            "meta": {
                "numbers": {
                    "columns": [
                        words[name] for name in ("from", "to", "count", "sure", "right")
                    ],
                    "rows": [
                        [
                            round(width * i),
                            round(width * (i + 1)),
                            count,
                            *(
                                (100 * result.sure[i], 100 * result.right[i])
                                if i in there
                                else ("", "")
                            ),
                        ]
                        for i, count in enumerate(result.counts)
                    ],
                }
            },
        },
    )  # fmt: skip
