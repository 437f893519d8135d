"""A chain of layers: the shape on every edge, and how many parameters each layer has."""

from collections.abc import Mapping, Sequence
from typing import Any

from lib.core.i18n import mark
from lib.lessons.models.build.layers import Layers, short
from lib.lessons.models.build.lesson import Built
from lib.plots.figure import Figure
from lib.plots.palette import CATEGORIES, MUTED, POSITIVE, RAISED, TEXT

WORDS = {
    "input": mark("input"),
    "edge": mark("edge"),
    "layer": mark("layer"),
    "shape": mark("shape after it"),
    "parameters": mark("parameters"),
    "share": mark("share, %"),
    "products": mark("multiply-adds"),
    "refused": mark("does not fit"),
    "never": mark("never reached"),
    "hidden": mark("?"),
    "states": mark("+ h, c"),
}
RED = CATEGORIES[5]
ROW, HALF = 56, 15  # pixels from layer to layer, and half a layer's height
TOP, BOTTOM = 30, 8
RIGHT = 0.62  # where layers end and bars begin
BAR = 0.14  # how long a bar of all parameters is


def chain(
    layers: Layers, result: Built, edge: int, shown: bool, words: Mapping[str, str] = WORDS
) -> Figure:
    """Draw the layers from top to bottom, with the shape on each edge between two of them.

    The edge that does not fit is red. To the right, a bar for the parameters of each layer.

    Args:
        layers: the chain.
        result: what ``build`` returned for it.
        edge: the edge that is asked about; it has a question mark.
        shown: whether shapes, parameters and errors are shown; if not, the input's shape only.
        words: what the picture says, with the keys of ``WORDS``.
    """
    worked = len(result.shapes) - 1
    failed = worked if result.refused and shown else None
    count = len(layers)
    shapes = [_edge(result, i, shown, words) for i in range(count + 1)]
    total = max(1, sum(result.parameters))
    parts = [parameters / total if shown else 0.0 for parameters in result.parameters]
    figures = [f"{each:,}" if shown else words["hidden"] for each in result.parameters]
    boxes = [_box(0.02, RIGHT, i, RAISED, RED if i == failed else MUTED) for i in range(count)]
    bars = [_box(RIGHT + 0.06, RIGHT + 0.06 + BAR * part, i, POSITIVE, None)
            for i, part in enumerate(parts) if part]  # fmt: skip
    middle = (0.02 + RIGHT) / 2
    lines = [_line(middle, i, i == failed) for i in range(count + 1)]
    ring = {
        "type": "scatter",
        "mode": "markers+text",
        "x": [middle - 0.035],
        "y": [edge * ROW],
        "text": ["?"],
        "textfont": {"size": 12, "color": "#000000"},
        "marker": {"color": CATEGORIES[1], "size": 17},
        "hoverinfo": "skip",
    }
    names = _written(
        [middle] * count,
        [_middle(i) for i in range(count)],
        [f"<b>{short(layer)}</b>" for layer in layers],
        [TEXT if failed is None or i <= failed else MUTED for i in range(count)],
        "middle center",
    )
    edges = _written(
        [middle + 0.025] * (count + 1),
        [i * ROW for i in range(count + 1)],
        shapes,
        [RED if i == failed else TEXT for i in range(count + 1)],
        "middle right",
    )
    numbers = _written(
        [RIGHT + 0.08 + BAR * part for part in parts],
        [_middle(i) for i in range(count)],
        figures,
        [TEXT if parameters or not shown else MUTED for parameters in result.parameters],
        "middle right",
    )
    return Figure(
        [names, edges, numbers, ring],
        {
            "height": TOP + BOTTOM + ROW * count + 20,
            "margin": {"l": 0, "r": 0, "t": TOP, "b": BOTTOM},
            "showlegend": False,
            "hovermode": False,
            "dragmode": False,
            "xaxis": {"visible": False, "fixedrange": True, "range": [0, 1]},
            "yaxis": {"visible": False, "fixedrange": True, "range": [count * ROW + 14, -14]},
            "shapes": [*lines, *boxes, *bars],
            "annotations": [
                {
                    "x": RIGHT + 0.06, "y": 1, "xref": "x", "yref": "paper", "yanchor": "bottom",
                    "xanchor": "left", "text": words["parameters"], "showarrow": False,
                    "font": {"size": 12, "color": MUTED},
                }
            ],
            "meta": {"numbers": _numbers(layers, result, words)},
        },
    )  # fmt: skip


def _edge(result: Built, place: int, shown: bool, words: Mapping[str, str]) -> str:
    """Return what stands on an edge."""
    worked = len(result.shapes) - 1
    if place and not shown:
        return words["hidden"]
    if place > worked:
        return words["never"]
    text = str(result.shapes[place])
    if result.states[place]:
        text = f"{text} {words['states']}"
    return f"<b>{text}: {words['refused']}</b>" if place == worked and result.refused and shown \
        else text  # fmt: skip


def _middle(place: int) -> float:
    return (place + 0.5) * ROW


def _box(left: float, right: float, place: int, fill: str, line: str | None) -> dict[str, Any]:
    """Return a layer's box, or a bar."""
    half = HALF if line else 8
    return {
        "type": "rect",
        "layer": "below", "x0": left, "x1": right,
        "y0": _middle(place) - half, "y1": _middle(place) + half,
        "fillcolor": fill, "line": {"color": line, "width": 3 if line == RED else 1} if line
        else {"width": 0},
    }  # fmt: skip


def _line(x: float, place: int, failed: bool) -> dict[str, Any]:
    """Return the line of an edge: from the layer above it to the layer below."""
    return {
        "type": "line", "x0": x, "x1": x,
        "y0": place * ROW - (ROW / 2 - HALF if place else 12),
        "y1": place * ROW + ROW / 2 - HALF,
        "line": {"color": RED if failed else MUTED, "width": 4 if failed else 1.5},
    }  # fmt: skip


def _written(
    x: Sequence[float], y: Sequence[float], text: Sequence[str], colors: Sequence[str], where: str
) -> dict[str, Any]:
    return {
        "type": "scatter", "mode": "text", "x": list(x), "y": list(y), "text": list(text),
        "textposition": where, "textfont": {"size": 12, "color": list(colors)},
        "cliponaxis": False, "hoverinfo": "skip",
    }  # fmt: skip


def _numbers(layers: Layers, result: Built, words: Mapping[str, str]) -> dict[str, Any]:
    total = max(1, sum(result.parameters))
    shapes = [str(shape) for shape in result.shapes[1:]]
    shapes += [words["refused"]] * bool(result.refused)
    shapes += [words["never"]] * (len(layers) - len(shapes))
    products = [*result.multiply_adds, *[""] * (len(layers) - len(result.multiply_adds))]
    keys = ("layer", "shape", "parameters", "share", "products")
    rows = [
        [short(layer), shape, parameters, 100 * parameters / total, product]
        for layer, shape, parameters, product in zip(
            layers, shapes, result.parameters, products, strict=True
        )
    ]
    return {"columns": [words[key] for key in keys], "rows": rows}
