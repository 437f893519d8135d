"""The points that add_embedding wrote, and the pictures of those near one of them."""

import struct
from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np

from lib.core.i18n import Words, mark
from lib.lessons.inside.charts.figures import png
from lib.lessons.inside.charts.projection import Neighbors
from lib.plots.figure import Figure
from lib.plots.numbers import table
from lib.plots.palette import CATEGORIES, POSITIVE, TEXT
from lib.plots.traces import drawing, text
from lib.tensorboard.records import Embedding

WORDS: Words = {
    "point": mark("point"),
    "columns": (mark("point"), mark("label"), mark("distance")),
    "chosen": mark("chosen"),
    "neighbors": mark("its neighbors"),
}
SYMBOLS = ("circle", "diamond")  # there are more labels than colors


def projector(
    embedding: Embedding,
    places: np.ndarray,
    colored: bool,
    point: int,
    neighbors: Neighbors,
    words: Words = WORDS,
) -> Figure:
    """Draw the points in two or three dimensions; on hover, the browser shows their pictures.

    Args:
        embedding: whose points they are.
        places: where each is, (n, 2) or (n, 3).
        colored: whether each label has its color.
        point: the one that is chosen.
        neighbors: the points nearest to it.
        words: what the picture says, with the keys of ``WORDS``.
    """
    labels = np.array(embedding.labels)
    names = list(dict.fromkeys(embedding.labels)) if colored else [""]
    kind = "scatter3d" if places.shape[1] == 3 else "scatter"
    small = 4 if kind == "scatter3d" else 8
    traces = []
    for place, name in enumerate(sorted(names)):
        which = np.flatnonzero(labels == name) if colored else np.arange(len(labels))
        color = CATEGORIES[place % len(CATEGORIES)] if colored else POSITIVE
        symbol = SYMBOLS[place // len(CATEGORIES) % len(SYMBOLS)]
        traces.append(
            {"type": kind, "mode": "markers", "name": name, **_at(places, which),
             "marker": {"size": small, "color": color, "symbol": symbol, "opacity": 0.85},
             "customdata": which.astype(np.int32), "text": [embedding.labels[i] for i in which],
             "hovertemplate": "%{text}, " + words["point"] + " %{customdata}<extra></extra>"}
        )  # fmt: skip
    rings = (
        ("chosen", np.array([point]), 2.4, 4), ("neighbors", np.array(neighbors.points), 1.9, 2),
    )  # fmt: skip
    for key, which, size, width in rings:
        if not which.size:
            continue
        hollow = {"size": small * size, "color": TEXT, "symbol": "circle-open"}
        traces.append(
            {"type": kind, "mode": "markers", "name": words[key], **_at(places, which),
             "marker": {**hollow, "line": {"width": width, "color": TEXT}}, "hoverinfo": "skip"}
        )  # fmt: skip
    hidden = {"title": {"text": ""}, "showticklabels": False, "zeroline": False}
    flat = {"xaxis": hidden, "yaxis": {**hidden, "scaleanchor": "x"}}
    solid = {"scene": {"xaxis": hidden, "yaxis": hidden, "zaxis": hidden, "aspectmode": "data"}}
    return Figure(
        traces,
        {
            "height": 500,
            "margin": {"l": 8, "r": 8, "t": 8, "b": 8},
            "legend": {"orientation": "h", "x": 0, "y": -0.02, "yanchor": "top"},
            "showlegend": True,
            "hovermode": "closest",
            **(solid if kind == "scatter3d" else flat),
            "meta": {
                "sprite": _sprite(embedding),
                "numbers": table(
                    words["columns"],
                    [
                        (place, embedding.labels[place], distance)
                        for place, distance in zip(
                            (point, *neighbors.points), (0.0, *neighbors.distances), strict=True
                        )
                    ],
                ),
            },
        },
    )


def _at(places: np.ndarray, which: np.ndarray) -> dict[str, np.ndarray]:
    return {
        axis: places[which, column].astype(np.float32)
        for axis, column in zip("xyz", range(places.shape[1]), strict=False)
    }


def _sprite(embedding: Embedding) -> dict[str, Any]:
    """Return the pictures of all points, and how many stand in a row."""
    width, _ = struct.unpack(">II", embedding.sprite[16:24])  # of the PNG
    across = max(1, width // embedding.side)
    return {"source": png(embedding.sprite), "side": embedding.side, "across": across}


SHOWN = 84  # pixels of a neighbor's picture


def neighbors(embedding: Embedding, which: Sequence[int], distances: Sequence[float]) -> Figure:
    """Draw the pictures of a few points, each with its label and how far away it is.

    Args:
        embedding: whose points they are.
        which: the points, the chosen one first.
        distances: of each from the chosen one.
    """
    across = 3  # on a phone, too
    sheet = _cut(embedding, which)
    rows = -(-len(which) // across)
    high = SHOWN + 44
    corners = [((i % across) / across, (i // across) * high) for i in range(len(which))]
    return Figure(
        [
            text(
                [left + 0.5 / across for left, _ in corners],
                [top + SHOWN + 20 for _, top in corners],
                [
                    f"{embedding.labels[point]}<br>{point}: {distance:.3g}"
                    for point, distance in zip(which, distances, strict=True)
                ],
            )
        ],
        {
            **drawing(rows * high + 8, (0, 1), (rows * high, 0)),
            "images": [
                {"source": source, "xref": "x", "yref": "y", "x": left + 0.5 / across, "y": top,
                 "sizex": 0.9 / across, "sizey": SHOWN, "xanchor": "center", "yanchor": "top",
                 "sizing": "contain"}
                for source, (left, top) in zip(sheet, corners, strict=True)
            ],
        },
    )  # fmt: skip


def _cut(embedding: Embedding, which: Sequence[int]) -> list[str]:
    """Return the pictures of some points, cut out of the sheet of all."""
    pixels = cv2.imdecode(np.frombuffer(embedding.sprite, np.uint8), cv2.IMREAD_COLOR)
    if pixels is None:
        raise ValueError("the sheet of pictures cannot be read")
    side = embedding.side
    across = max(1, pixels.shape[1] // side)
    found = []
    for point in which:
        top, left = point // across * side, point % across * side
        _, packed = cv2.imencode(".png", pixels[top : top + side, left : left + side])
        found.append(png(packed.tobytes()))
    return found
