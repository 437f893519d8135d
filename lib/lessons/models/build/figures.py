"""A network as a sequence of layers with the shape on every edge, and as torch.fx traced it."""

from collections.abc import Sequence
from typing import Any

from lib.core.i18n import Words, mark
from lib.lessons.models.build.layer_kinds import Layers, short
from lib.lessons.models.build.lesson import Built, Graph
from lib.plots.figure import Figure
from lib.plots.numbers import Table, table
from lib.plots.palette import BACKGROUND, CATEGORIES, MUTED, POSITIVE, RAISED, TEXT
from lib.plots.traces import BLANK, Part, drawing, line, markers, note, text

WORDS: Words = {
    "refused": mark("does not fit"),
    "never": mark("never reached"),
    "states": mark("+ h, c"),
    "parameters": mark("parameters"),
    "columns": (
        mark("layer"), mark("shape after it"), mark("parameters"), mark("percent of all"),
        mark("multiply-adds"),
    ),
}  # fmt: skip
RED = CATEGORIES[5]
TALL, HIGH = 56, 336  # pixels from layer to layer, and all of them where there are many
THICK = 0.34  # half a layer's height, in rows
TOP, BOTTOM = 24, 8  # pixels
LEFT, RIGHT = 0.02, 0.5  # where layers begin and end
BARS, BAR = 0.76, 0.08  # where bars begin, and how long a bar of all parameters is
MOVING = (1, 4)  # the traces that a frame changes: the shapes, and the dot


def network(
    layers: Layers,
    result: Built,
    edge: int,
    shapes_seen: bool = True,
    total_seen: bool = True,
    words: Words = WORDS,
    sentences: Sequence[str] = (),
) -> Figure:
    """Draw the layers from top to bottom, with the shape on each edge between two of them.

    The input moves down, a layer a frame, and each edge gets its shape. The edge that does not fit
    is red. To the right, a bar for the parameters of each layer.

    Args:
        layers: the network.
        result: what ``build`` returned for it.
        edge: the edge that is asked about; it has a question mark.
        shapes_seen: whether the shape there and on the edges below it is shown.
        total_seen: whether the parameters are shown.
        words: what the picture says, with the keys of ``WORDS``.
        sentences: what each frame is called: the input, then a layer that works in each, and where
            one does not, that one.
    """
    count, middle = len(layers), (LEFT + RIGHT) / 2
    row = min(TALL, HIGH / count)
    failed = len(result.shapes) - 1 if result.refused else None
    rows = [i + 0.5 for i in range(count)]
    total = max(1, sum(result.parameters))
    parts = [parameters / total if total_seen else 0.0 for parameters in result.parameters]
    boxes = [
        _rectangle(LEFT, RIGHT, y, THICK, fillcolor=RAISED, line=_border(i == failed, 3, 1))
        for i, y in enumerate(rows)
    ]
    bars = [
        _rectangle(BARS, BARS + BAR * part, y, 0.14, fillcolor=POSITIVE, line={"width": 0})
        for y, part in zip(rows, parts, strict=True)
        if part
    ]
    names = text(
        [middle] * count,
        rows,
        [f"<b>{short(layer)}</b>" for layer in layers],
        [TEXT if failed is None or i <= failed else MUTED for i in range(count)],
    )
    edges = [_edge(result, i, shapes_seen or i < edge, words) for i in range(count + 1)]
    shapes = text(
        [RIGHT + 0.06] * (count + 1),
        [*range(count + 1)],
        edges,
        [RED if i == failed else TEXT for i in range(count + 1)],
        position="middle right",
    )
    numbers = text(
        [BARS + 0.02 + BAR * part for part in parts],
        rows,
        [f"{each:,}" if total_seen else "" for each in result.parameters],
        [TEXT if each else MUTED for each in result.parameters],
        position="middle right",
    )
    ring = text(
        [RIGHT + 0.028],
        [edge],
        ["?"],
        "#000000",
        mode="markers+text",
        marker={"color": CATEGORIES[1], "size": 17},
    )
    heading = words["parameters"] if total_seen else f"{words['parameters']}: ?"
    notes = [note(heading, 1, 1, MUTED, 12, yref="paper", xanchor="right", yanchor="bottom")]
    last = len(result.shapes) - 1 if shapes_seen else min(edge, len(result.shapes)) - 1
    stops = [*range(last + 1)]
    if failed is not None and failed == last:
        stops.append(failed)  # the dot waits before the layer that refuses it
    frames = []
    for number, stop in enumerate(stops):
        is_last = number == len(stops) - 1
        seen = [each if i <= stop or is_last else BLANK for i, each in enumerate(edges)]
        data = [{"type": "scatter", "text": seen}, _dot(middle, stop)]
        name = sentences[number] if number < len(sentences) else ""
        frames.append({"name": name, "data": data, "traces": list(MOVING)})
    meta = {"numbers": _numbers(layers, result, words)} if shapes_seen and total_seen else None
    return Figure(
        [names, shapes, numbers, ring, {**_dot(middle, stops[-1])}],
        drawing(
            TOP + BOTTOM + row * count + 20,
            (0, 1),
            (count + 14 / row, -14 / row),
            margin={"l": 0, "r": 0, "t": TOP, "b": BOTTOM},
            shapes=[*(_line(middle, i, i == failed) for i in range(count + 1)), *boxes, *bars],
            annotations=notes,
            meta=meta,
        ),
        frames,
    )


def _dot(x: float, stop: int) -> Part:
    """Return the dot that stands for the batch on its way down."""
    return markers([x], [float(stop)], POSITIVE, 12, hoverinfo="skip", cliponaxis=False)


def _edge(result: Built, place: int, seen: bool, words: Words) -> str:
    """Return what stands on an edge."""
    last = len(result.shapes) - 1
    if place > last:
        return str(words["never"])
    states = f" {words['states']}" if result.states[place] else ""
    shape = f"{result.shapes[place]}{states}" if seen or not place else "?"
    is_refused = place == last and result.refused
    return f"<b>{shape}: {words['refused']}</b>" if is_refused else shape


def _border(failed: bool, thick: float, thin: float) -> Part:
    """Return the style of a line, red and thick where something does not fit."""
    return {"color": RED if failed else MUTED, "width": thick if failed else thin}


def _rectangle(left: float, right: float, y: float, half: float, **more: object) -> Part:
    place = {"x0": left, "x1": right, "y0": y - half, "y1": y + half}
    return {"type": "rect", "layer": "below", **place, **more}


def _line(x: float, place: int, failed: bool) -> Part:
    """Return the line of an edge: from the layer above it to the layer below."""
    above, below = 0.5 - THICK if place else 0.25, 0.5 - THICK
    ends = {"x0": x, "x1": x, "y0": place - above, "y1": place + below}
    return {"type": "line", **ends, "line": _border(failed, 4, 1.5)}


def _numbers(layers: Layers, result: Built, words: Words) -> Table:
    total = max(1, sum(result.parameters))
    shapes = [str(shape) for shape in result.shapes[1:]]
    shapes += [words["refused"]] * bool(result.refused)
    shapes += [words["never"]] * (len(layers) - len(shapes))
    products = [*result.multiply_adds, *[""] * (len(layers) - len(result.multiply_adds))]
    rows = [
        [short(layer), shape, parameters, 100 * parameters / total, product]
        for layer, shape, parameters, product in zip(
            layers, shapes, result.parameters, products, strict=True
        )
    ]
    return table(words["columns"], rows)


# --- the graph of torch.fx ------------------------------------------------------------------------

GRAPH_WORDS: Words = {
    "input": mark("input"),
    "layer": mark("layer of torch.nn"),
    "method": mark("method of a tensor"),
    "function": mark("function"),
    "output": mark("output"),
    "columns": (mark("kind"), mark("step"), mark("shape")),
}
GRAPH_ROW = 50
COLORS = {
    "input": CATEGORIES[6],
    "layer": CATEGORIES[0],
    "method": CATEGORIES[1],
    "function": CATEGORIES[2],
    "output": CATEGORIES[6],
}


def graph(result: Graph, words: Words = GRAPH_WORDS) -> Figure:
    """Draw every step as a point with its name, in the order from top to bottom.

    Args:
        result: what ``lesson.graph`` returns.
        words: what the picture says, with the keys of ``GRAPH_WORDS``.
    """
    last = max(step.row for step in result.steps)
    across = max(abs(step.column) for step in result.steps)
    places = [place for path in result.lines for place in (*path, None)]
    lines = line(
        [place and place[0] for place in places],
        [place and last - place[1] for place in places],
        MUTED,
        1.5,
        hoverinfo="skip",
        showlegend=False,
    )
    points = []
    for kind, color in COLORS.items():
        if steps := [step for step in result.steps if step.kind == kind]:
            points.append(
                markers(
                    [step.column for step in steps],
                    [last - step.row for step in steps],
                    color,
                    12,
                    name=words[kind],
                    hoverinfo="skip",
                    cliponaxis=False,
                    showlegend=kind not in {"input", "output"},
                )
            )
    box: dict[str, Any] = {"xshift": 12, "xanchor": "left", "align": "left"}
    box |= {"bgcolor": BACKGROUND, "borderpad": 0}
    labels = [
        note(_label(step.text, step.shape), step.column, last - step.row, size=12, **box)
        for step in result.steps
    ]
    rows = [[words[step.kind], step.text, step.shape] for step in result.steps]
    return Figure(
        [lines, *points],
        drawing(
            GRAPH_ROW * (last + 1) + 60,
            (-across - 0.1, across + 2.4),
            (last + 0.5, -0.5),
            margin={"l": 8, "r": 0, "t": 36, "b": 8},
            showlegend=True,
            legend={"orientation": "h", "x": 0, "y": 1, "yanchor": "bottom"},
            annotations=labels,
            meta={"numbers": table(words["columns"], rows)},
        ),
    )


def _label(name: str, shape: str) -> str:
    below = f"<br><span style='font-size: 11px'>{shape}</span>" if shape else ""
    return f"{name}{below}"
