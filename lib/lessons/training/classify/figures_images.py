"""Images a classifier was shown, and what it says of them: its worst mistakes, and one answer."""

from collections.abc import Mapping, Sequence
from math import isfinite
from typing import Any

import numpy as np

from lib.core.i18n import mark
from lib.lessons.training.classify.measures import Mistake
from lib.plots.figure import Figure
from lib.plots.palette import CATEGORIES, POSITIVE, TEXT

WORDS = {
    "class": mark("it is"),
    "answer": mark("the network says"),
    "sure": mark("how sure the network is, %"),
    "place": mark("test image"),
    "chance": mark("chance, %"),
    "is": mark("is"),
    "says": mark("says"),
}
GRAY = ((0.0, "#000000"), (1.0, "#ffffff"))
SIDE = 28
ACROSS = 3  # mistakes side by side: on a phone their names must fit
TILE, BELOW = 0.86, 0.5  # of a column's width: one picture, and the words under it
COLUMN = 116  # pixels, as on a phone; on a wide page the columns stay together


def mistakes(
    found: Sequence[Mistake],
    images: Sequence[np.ndarray],
    names: Sequence[str],
    words: Mapping[str, str] = WORDS,
) -> Figure:
    """Draw wrong answers, the surest first, with what each image is and what the network says.

    Args:
        found: what ``lib.lessons.training.classify.measures.worst`` returns.
        images: the image of each, (28, 28), uint8.
        names: of the classes.
        words: what the picture says, with the keys of ``WORDS``.
    """
    rows = max(1, -(-len(found) // ACROSS))
    down = TILE + BELOW
    hidden = {"visible": False, "fixedrange": True, "constrain": "domain"}
    traces: list[dict[str, Any]] = []
    notes: list[dict[str, Any]] = []
    for i, (each, image) in enumerate(zip(found, images, strict=True)):
        left, top = i % ACROSS, i // ACROSS * down
        traces.append(
            {
                "type": "heatmap",
                "z": image,
                "x0": left + (1 - TILE) / 2 + TILE / 2 / SIDE,
                "dx": TILE / SIDE,
                "y0": top + TILE / 2 / SIDE,
                "dy": TILE / SIDE,
                "zmin": 0,
                "zmax": 255,
                "colorscale": GRAY,
                "showscale": False,
                "hoverinfo": "skip",
            }
        )
        notes.append(
            {
                "x": left + 0.5,
                "y": top + TILE + 0.04,
                "yanchor": "top",
                "text": f"{words['is']} {names[each.label]}<br>"
                f"<b>{words['says']} {names[each.answer]}</b><br>{_percent(each.sure)}",
                "showarrow": False,
                "font": {"size": 11, "color": TEXT},
            }
        )
    return Figure(
        traces,
        {
            "height": round(rows * down * COLUMN) + 8,
            "margin": {"l": 0, "r": 0, "t": 4, "b": 4},
            "dragmode": False,
            "hovermode": False,
            "xaxis": {**hidden, "range": [0, ACROSS]},
            "yaxis": {**hidden, "range": [rows * down, 0], "scaleanchor": "x"},
            "annotations": notes,
            "meta": {
                "numbers": {
                    "columns": [words[name] for name in ("place", "class", "answer", "sure")],
                    "rows": [
                        [each.place, names[each.label], names[each.answer], 100 * each.sure]
                        for each in found
                    ],
                }
            },
        },
    )


def answer(
    image: np.ndarray,
    chances: Sequence[float],
    names: Sequence[str],
    words: Mapping[str, str] = WORDS,
) -> Figure:
    """Draw one image as the network sees it, and how likely it finds each class.

    Args:
        image: (28, 28), uint8.
        chances: of each class.
        names: of the classes.
        words: what the picture says, with the keys of ``WORDS``.
    """
    percent = [100 * chance if isfinite(chance) else 0.0 for chance in chances]
    first = int(np.argmax(percent))
    bars = {
        "type": "bar",
        "orientation": "h",
        "x": percent,
        "y": list(names),
        "marker": {"color": [POSITIVE if i == first else CATEGORIES[6] for i in range(len(names))]},
        "text": [f"{each:.1f}" for each in percent],
        "textposition": "outside",
        "cliponaxis": False,
        "hoverinfo": "skip",
    }
    seen = {
        "type": "heatmap",
        "z": image,
        "xaxis": "x2",
        "yaxis": "y2",
        "zmin": 0,
        "zmax": 255,
        "colorscale": GRAY,
        "showscale": False,
        "hoverinfo": "skip",
    }
    hidden = {"visible": False, "fixedrange": True}
    return Figure(
        [bars, seen],
        {
            "height": 460,
            "margin": {"l": 4, "r": 12, "t": 8, "b": 44},
            "dragmode": False,
            "hovermode": False,
            "showlegend": False,
            "xaxis": {
                "domain": [0, 1],
                "anchor": "y",
                "range": [0, 118],
                "tickvals": [0, 20, 40, 60, 80, 100],
                "fixedrange": True,
                "title": {"text": words["chance"], "standoff": 6},
            },
            "yaxis": {"domain": [0, 0.6], "autorange": "reversed", "fixedrange": True},
            "xaxis2": {**hidden, "domain": [0, 1], "anchor": "y2", "constrain": "domain"},
            "yaxis2": {
                **hidden, "domain": [0.64, 1], "autorange": "reversed", "scaleanchor": "x2",
                "constrain": "domain",
            },
            "meta": {
                "numbers": {
                    "columns": [words["class"], words["chance"]],
                    "rows": [[name, each] for name, each in zip(names, percent, strict=True)],
                }
            },
        },
    )  # fmt: skip


def _percent(part: float) -> str:
    return f"{100 * part:.0f}%" if isfinite(part) else "nan"
