"""An LSTM unrolled: a cell for each layer, direction and step, and what flows between them."""

from collections.abc import Iterator, Mapping
from typing import Any

from lib.core.i18n import mark
from lib.plots.figure import Figure
from lib.plots.palette import CATEGORIES, MUTED, RAISED, TEXT

WORDS = {
    "first": mark("The sequence: {steps} steps of {into} numbers each."),
    "step": mark(
        "layer {layer}, step {step}: reads {into} numbers and its memory of {hidden}, says {out}"
    ),
    "both": mark(
        "layer {layer}, step {step} forward and {back} backward: read {into} numbers each and "
        "their memories of {hidden}, say {out} together"
    ),
    "lstm_columns": mark("layer, step, reads, memory, says"),
}
ROW, LIT, DONE = 54, CATEGORIES[2], "rgba(0, 158, 115, 0.25)"


def lstm(result: Any, hidden: bool = False, words: Mapping[str, str] = WORDS) -> Figure:
    """Draw the cells as they work, one frame a step, layer after layer.

    Args:
        result: what ``lib.lessons.models.layers.sequence.lstm`` returns.
        hidden: leave out what the output is: the visitor is to guess its shape.
        words: what is written, with the keys and fields of ``WORDS``.

    Returns:
        A figure with every step in ``layout.meta["numbers"]``.
    """
    steps, into = result.x.shape
    size = result.shape_h[2]
    ways = result.output.shape[1] // size
    layers = result.shape_h[0] // ways
    rows = layers * ways
    says = "?" if hidden else str(ways * size)
    cells = [(step, row) for row in range(rows) for step in range(steps)]
    ends = [(step, rows) for step in range(steps)]
    starts = [(step, -1) for step in range(steps)]
    texts = [f"{'→' if row % ways == 0 else '←'}" for _, row in cells]
    frames = list(_frames(steps, layers, ways, (into, size), hidden, words))
    table = [
        [layer + 1, step + 1, into if layer == 0 else ways * size, size, ways * size]
        for layer in range(layers)
        for step in range(steps)
    ]
    box = {
        "type": "scatter",
        "mode": "markers+text",
        "x": [step for step, _ in cells],
        "y": [row for _, row in cells],
        "text": texts,
        "textfont": {"size": 16, "color": TEXT},
        "hoverinfo": "skip",
    }
    return Figure(
        data=[
            _labels([*starts], [f"x<br>({into})"] * steps),
            _labels([*ends], [f"y<br>({says})"] * steps),
            {**box, **frames[0]["data"][0]},
            _side(layers, ways, steps),
        ],
        frames=frames,
        layout={
            "height": (rows + 2) * ROW + 20,
            "margin": {"l": 4, "r": 4, "t": 6, "b": 6},
            "showlegend": False,
            "hovermode": False,
            "dragmode": False,
            "xaxis": {"visible": False, "fixedrange": True, "range": [-1.1, steps - 0.4]},
            "yaxis": {"visible": False, "fixedrange": True, "range": [-1.5, rows + 0.5]},
            "annotations": list(_arrows(steps, layers, ways)),
            "meta": None
            if hidden
            else {
                "numbers": {"columns": words["lstm_columns"].split(", "), "rows": table},
                "pause": 900,
            },
        },
    )


def _frames(
    steps: int,
    layers: int,
    ways: int,
    sizes: tuple[int, int],
    hidden: bool,
    words: Mapping[str, str],
) -> Iterator[dict[str, Any]]:
    """Yield what changes: first nothing is done, then a step of a layer in each frame."""
    total = layers * ways * steps
    into, size = sizes
    done = [RAISED] * total
    yield _frame(words["first"].format(steps=steps, into=into), done)
    for layer in range(layers):
        for step in range(steps):
            now = list(done)
            for way in range(ways):
                column = step if way == 0 else steps - 1 - step
                place = (layer * ways + way) * steps + column
                now[place], done[place] = LIT, DONE
            fields = {
                "layer": layer + 1,
                "step": step + 1,
                "back": steps - step,
                "into": into if layer == 0 else ways * size,
                "hidden": size,
                "out": "?" if hidden else ways * size,
            }
            yield _frame(words["both" if ways > 1 else "step"].format(**fields), now)


def _frame(name: str, colors: list[str]) -> dict[str, Any]:
    line = {"color": MUTED, "width": 1.5}
    marker = {"symbol": "square", "size": 34, "color": colors, "opacity": 1, "line": line}
    return {"name": name, "data": [{"type": "scatter", "marker": marker}], "traces": [2]}


def _labels(places: list[tuple[int, int]], texts: list[str]) -> dict[str, object]:
    return {
        "type": "scatter",
        "mode": "text",
        "x": [step for step, _ in places],
        "y": [row for _, row in places],
        "text": texts,
        "textfont": {"size": 13, "color": TEXT},
        "hoverinfo": "skip",
    }


def _side(layers: int, ways: int, steps: int) -> dict[str, object]:
    """Return the names of the layers, left of their cells."""
    middles = [layer * ways + (ways - 1) / 2 for layer in range(layers)]
    return {
        "type": "scatter",
        "mode": "text",
        "x": [-0.85] * layers,
        "y": middles,
        "text": [f"l{layer}" for layer in range(layers)],
        "textfont": {"size": 13, "color": MUTED},
        "hoverinfo": "skip",
    }


def _arrows(steps: int, layers: int, ways: int) -> Iterator[dict[str, object]]:
    """Yield the arrows: memory along the steps, numbers from layer to layer."""
    rows = layers * ways
    for row in range(rows):
        forward = row % ways == 0
        for step in range(steps - 1):
            ends = (step, step + 1) if forward else (step + 1, step)
            yield _arrow(ends[0], row, ends[1], row)
    for step in range(steps):
        for layer in range(layers + 1):
            low = layer * ways
            yield _arrow(step, low - 1, step, low)


def _arrow(x0: float, y0: float, x1: float, y1: float) -> dict[str, object]:
    """Return an arrow between two places that begins and ends outside their boxes."""
    return {
        "x": x1,
        "y": y1,
        "ax": x0,
        "ay": y0,
        "xref": "x",
        "yref": "y",
        "axref": "x",
        "ayref": "y",
        "text": "",
        "standoff": 19,
        "startstandoff": 19,
        "showarrow": True,
        "arrowhead": 2,
        "arrowsize": 0.9,
        "arrowwidth": 1.4,
        "arrowcolor": MUTED,
        "opacity": 1,
    }
