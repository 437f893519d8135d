"""The graph of a computation, and the gradients on their way back through it."""

import re
from collections.abc import Mapping

import numpy as np

from lib.core.autograd_graph import Edge, Graph, Node, Step
from lib.core.i18n import mark
from lib.plots.figure import Figure
from lib.plots.graph_layout import Place
from lib.plots.palette import MUTED, NEGATIVE, POSITIVE, RAISED, TEXT

# What the captions are made of; a page passes its own, in its own language.
WORDS = {
    "forward": mark("Forward: every node holds its value."),
    "gets": mark("{node}: gets {gradient}"),
    "multiplies": mark("times the local derivative {local}, sends {sent} to {to}"),
    "sends": mark("sends {sent} to {to}"),
    "adds": mark("adds it to {to}.grad"),
    "nothing": mark("out has no grad_fn: nothing was recorded,<br>so there is no graph to walk."),
}

# Pixels from row to row, for cards of two lines and of three.
ROW, TALL_ROW = 86, 112
# Plotly forgets to draw a text that was empty in the frame before: so none is ever empty.
BLANK = " "
WIDE, TALL = 0.45, 0.27  # half a card, in columns and in rows
# Lines end upright, in rows, which leaves room for what is written beside them.
STUB = 0.25
COLORS = (POSITIVE, NEGATIVE, MUTED)
Points = list[tuple[float | None, float | None]]


def graph(record: Graph, words: Mapping[str, str] = WORDS) -> Figure:
    """Draw the graph from the leaves, on top, down to the output.

    Frame 0 shows the values after the forward pass; then each frame is one node's turn in the
    real backward pass: the gradient on its card, the lines it sends along with the local
    derivatives beside them, in the color of the sign.

    Args:
        record: what ``lib.core.autograd_graph.walk`` returns.
        words: what the captions are made of, with the keys and fields of ``WORDS``.

    Returns:
        A figure with the table of all nodes in ``layout.meta["numbers"]``.

    >>> import torch
    >>> from lib.core.autograd_graph import walk
    >>> x = torch.tensor(2.0, requires_grad=True)
    >>> for frame in graph(walk(lambda: x * x, {"x": x})).frames:
    ...     print(frame["name"].partition(",")[0])
    Forward: every node holds its value.
    MulBackward0: gets 1
    AccumulateGrad: gets 4
    """
    if not record.nodes:
        return _nothing(words["nothing"])
    nodes = {node.id: node for node in record.nodes}
    columns = 2 * max(abs(node.column) for node in record.nodes) + 1
    rows = max(node.row for node in record.nodes) + 1
    colors = _colors(record)
    states = [_state(record, nodes, colors, count) for count in range(len(record.steps) + 1)]
    still = _still(record)
    dynamic = list(range(len(still), len(still) + len(states[0])))
    captions = [words["forward"], *(_caption(step, nodes, words) for step in record.steps)]
    return Figure(
        data=[*still, *states[0]],
        frames=[
            {"name": caption, "data": [_changed(trace) for trace in state], "traces": dynamic}
            for caption, state in zip(captions, states, strict=True)
        ],
        layout={
            "height": (TALL_ROW if _varied(record) else ROW) * rows + 12,
            "margin": {"l": 4, "r": 4, "t": 6, "b": 6},
            "showlegend": False,
            "hovermode": False,
            "dragmode": False,
            "xaxis": _axis(max(columns, 2.0) / 2, 0.0),
            "yaxis": _axis(rows / 2, (rows - 1) / 2),
            "meta": {"numbers": _numbers(record, nodes), "pause": 1800},
        },
    )


def _nothing(sentence: str) -> Figure:
    """Return a picture that says there is nothing to draw, and why."""
    return Figure(
        layout={
            "height": 2 * ROW,
            "margin": {"l": 4, "r": 4, "t": 6, "b": 6},
            "xaxis": _axis(1.0, 0.0),
            "yaxis": _axis(1.0, 0.0),
            "annotations": [{"text": sentence, "x": 0, "y": 0, "showarrow": False}],
            "meta": {"numbers": {"columns": COLUMNS, "rows": []}},
        }
    )


def _axis(half: float, middle: float) -> dict[str, object]:
    """Return an axis that is not seen and cannot be moved."""
    return {"visible": False, "fixedrange": True, "range": [middle - half, middle + half]}


def _still(record: Graph) -> list[dict[str, object]]:
    """Return what stays through all frames: lines, cards, names and values."""
    whole: Points = []
    cut: Points = []
    cards: Points = []
    for edge in record.edges:
        (cut if edge.cut else whole).extend([*_line(edge), (None, None)])
    for node in record.nodes:
        cards += [*_card(node), (None, None)]
    height = 0.07 if _varied(record) else 0.11
    thin = {"color": MUTED, "width": 1}
    return [
        _drawn(whole, line=thin, opacity=0.6),
        _drawn(cut, line={**thin, "dash": "dot"}),
        _drawn(cards, line=thin, fill="toself", fillcolor=RAISED),
        _written(
            [(node.column, node.row + height) for node in record.nodes],
            [_title(node, _varied(record)) for node in record.nodes],
            "middle center",
        ),
    ]


def _varied(record: Graph) -> bool:
    """Tell whether some tensor's elements differ, so that the cards need a line more."""
    return any("…" in spread(node.value) for node in record.nodes)


def _colors(record: Graph) -> list[str]:
    """Return the colors that the backward pass needs."""
    gradients = [step.gradient for step in record.steps]
    gradients += [sent.gradient for step in record.steps for sent in step.sends]
    return sorted({_color(gradient) for gradient in gradients}, key=COLORS.index)


def _state(
    record: Graph, nodes: dict[int, Node], colors: list[str], count: int
) -> list[dict[str, object]]:
    """Return the traces that change, after ``count`` steps of the backward pass."""
    edges = {(edge.target, edge.slot): edge for edge in record.edges}
    lit: dict[str, Points] = {color: [] for color in colors}
    arrows: dict[str, list[int]] = {color: [] for color in colors}
    grads = {i: BLANK if node.op else "requires_grad=False" for i, node in nodes.items()}
    factors = dict.fromkeys(edges, BLANK)
    for i, step in enumerate(record.steps[:count]):
        grads[step.node] = f"grad {spread(step.gradient)}"
        for sent in step.sends:
            factors[step.node, sent.slot] = _factor(sent.local)
        if i < count - 1:
            continue
        outline = _card(nodes[step.node])
        color = _color(step.gradient)
        lit[color] += [*outline, (None, None)]
        arrows[color] += [0] * (len(outline) + 1)
        for sent in step.sends:
            line, color = _line(edges[step.node, sent.slot]), _color(sent.gradient)
            lit[color] += [*line, (None, None)]
            arrows[color] += [12, *[0] * len(line)]  # at the end the gradient goes to
    places = [_beside(edge) for edge in record.edges]
    below = 0.17 if _varied(record) else 0.11
    texts = [factors[edge.target, edge.slot] for edge in record.edges]
    return [
        *(
            _drawn(
                lit[color],
                mode="lines+markers",
                line={"color": color, "width": 3},
                marker={
                    "color": color,
                    "size": arrows[color],
                    "symbol": "triangle-up",
                    "opacity": 1,
                },
            )
            for color in colors
        ),
        _written(
            [
                *((node.column, node.row - below) for node in record.nodes),
                *(place for place, _ in places),
            ],
            [*grads.values(), *texts],
            ["middle center"] * len(nodes) + [f"middle {side}" for _, side in places],
        ),
    ]


def _changed(trace: dict[str, object]) -> dict[str, object]:
    """Return what a frame changes of a trace; what it leaves out stays as it is."""
    changing = ("type", "text") if "text" in trace else ("type", "x", "y", "marker")
    return {key: trace[key] for key in changing}


def _drawn(points: Points, mode: str = "lines", **style: object) -> dict[str, object]:
    """Return a trace of lines."""
    x, y = [x for x, _ in points], [y for _, y in points]
    return {"type": "scatter", "mode": mode, "x": x, "y": y, "hoverinfo": "skip", **style}


def _written(places: list[Place], texts: list[str], position: str | list[str]) -> dict[str, object]:
    """Return a trace of texts."""
    return {
        "type": "scatter",
        "mode": "text",
        "x": [x for x, _ in places],
        "y": [y for _, y in places],
        "text": texts,
        "textposition": position,
        "textfont": {"color": TEXT, "size": 13},
        "hoverinfo": "skip",
    }


def _card(node: Node) -> Points:
    """Return the outline of a node's card."""
    left, right = node.column - WIDE, node.column + WIDE
    below, above = node.row - TALL, node.row + TALL
    return [(left, below), (left, above), (right, above), (right, below), (left, below)]


def _line(edge: Edge) -> Points:
    """Return the line of an edge, from the source's lower side to the target's upper side."""
    (x0, y0), *between, (x1, y1) = edge.path
    first, last = edge.path[1][0], edge.path[-2][0]
    points: Points = [(_towards(x0, first), y0 - TALL)]
    for x, y in between:
        points += [(x, y + TALL), (x, y - TALL)] if y == int(y) else [(x, y)]
    end = _towards(x1, last)
    return [*points, (end, y1 + TALL + STUB), (end, y1 + TALL)]


def _towards(column: float, other: float) -> float:
    """Return where on its card a line to ``other`` starts."""
    return column + max(-0.25, min(0.25, other - column))


def _beside(edge: Edge) -> tuple[Place, str]:
    """Return where an edge's factor is written, and on which side of the line."""
    (x, _), (last, below) = edge.path[-2], edge.path[-1]
    near = _towards(last, x)
    start = x if len(edge.path) > 2 else _towards(x, last)
    height = TALL + STUB / 2 if near != start else 0.5
    return (near, below + height), "left" if x < last else "right"


def _title(node: Node, varied: bool) -> str:
    """Return what a card says of a tensor: what made it, its name, shape and values."""
    made = plain(node) if node.op and not node.is_leaf else ""
    bold, name = (made, f" {node.label}".rstrip()) if made else (node.label, "")
    size = f" ({'×'.join(str(length) for length in node.shape)})" if node.shape else ""
    value = spread(node.value)
    if varied:
        return f"<b>{bold}</b>{name}{size}<br>{value}"
    return f"<b>{bold}</b>{name} = {value}{size}"


def plain(node: Node) -> str:
    """Return a node's operation without "Backward" and its number; its label for a leaf.

    >>> plain(Node(0, "MulBackward0", "", (), None, False, (), 0.0, 0))
    'Mul'
    """
    return re.sub(r"Backward\d*$", "", node.op) if node.op and not node.is_leaf else node.label


def spread(values: np.ndarray | None) -> str:
    """Return an array as one number if all are the same, else from the least to the largest.

    >>> spread(np.array([1.0, 2.5])), spread(np.array([2.0, 2.0]))
    ('1 … 2.5', '2')
    """
    if values is None or not values.size:
        return "?"
    low, high = float(values.min()), float(values.max())
    same = low == high or np.isnan(low)
    return short(low) if same else f"{short(low, 3)} … {short(high, 3)}"


def short(number: float, digits: int = 4) -> str:
    """Return a number with a few digits and a true minus.

    >>> short(-0.123456)
    '−0.1235'
    """
    return f"{number + 0.0:.{digits}g}".replace("-", "−")


def _factor(local: np.ndarray | None) -> str:
    """Return a local derivative as it is written beside a line, 0.25 as 1/4."""
    if local is None:
        return BLANK
    text = spread(local)
    low = float(local.flat[0])
    if "…" not in text and 0 < low < 1 and abs(1 / low - round(1 / low)) < 1e-6 and low > 0.01:
        text = f"1/{round(1 / low)}"
    return f" × {text} "


def _color(values: np.ndarray | None) -> str:
    """Return the color of the sign; muted for zeros, both signs, or no number."""
    if values is not None and values.size and (values > 0).all():
        return POSITIVE
    return NEGATIVE if values is not None and values.size and (values < 0).all() else MUTED


def _caption(step: Step, nodes: dict[int, Node], words: Mapping[str, str]) -> str:
    """Return one step of the backward pass in words."""
    node = nodes[step.node]
    parts = [words["gets"].format(node=node.op, gradient=spread(step.gradient))]
    for sent in step.sends:
        key = "sends" if sent.local is None else "multiplies"
        to = nodes[sent.to].label or nodes[sent.to].op
        said = words[key].format(local=spread(sent.local), sent=spread(sent.gradient), to=to)
        parts.append(said)
    if node.is_leaf:
        parts.append(words["adds"].format(to=node.label))
    return ", ".join(parts)


COLUMNS = ["node", "tensor", "shape", "value", "gradient", "local derivatives"]


def _numbers(record: Graph, nodes: dict[int, Node]) -> dict[str, object]:
    """Return the table behind the picture, in the order of the forward pass."""
    steps = {step.node: step for step in record.steps}
    rows = []
    for node in record.nodes:
        step = steps.get(node.id)
        gradient = "" if step is None else spread(step.gradient)
        locals_ = [
            f"{nodes[sent.to].label or nodes[sent.to].op}:{_factor(sent.local).rstrip()}"
            for sent in (step.sends if step else ())
            if sent.local is not None
        ]
        shape = str(node.shape)
        rows.append([node.op, node.label, shape, spread(node.value), gradient, ", ".join(locals_)])
    return {"columns": COLUMNS, "rows": rows}
