"""The graph of a computation, and the gradients of the backward pass through it."""

import re
from collections.abc import Mapping

import numpy as np

from lib.core.autograd_graph import Edge, Graph, Node, Step
from lib.core.i18n import Words, mark
from lib.plots.figure import Figure
from lib.plots.graph_layout import Place
from lib.plots.numbers import Table, digits, table
from lib.plots.palette import MUTED, NEGATIVE, POSITIVE, RAISED
from lib.plots.traces import BLANK, Part, drawing, line, note, text

# What the captions are made of; a page passes its own, in its own language.
WORDS = {
    "forward": mark("Forward: every node holds its value."),
    "gets": mark("{node}: gets {gradient}"),
    "multiplies": mark("times the local derivative {local}, sends {sent} to {to}"),
    "sends": mark("sends {sent} to {to}"),
    "adds": mark("adds it to {to}.grad"),
    "nothing": mark("out has no grad_fn: nothing was recorded,<br>so there is no graph to walk."),
    "columns": (
        mark("node"), mark("tensor"), mark("shape"), mark("value"), mark("gradient"),
        mark("local derivatives"),
    ),
}  # fmt: skip

# Pixels from row to row, for cards of two lines and of three.
ROW, TALL_ROW = 66, 88
WIDE, TALL = 0.45, 0.27  # half a card, in columns and in rows
# Lines end upright, in rows, which leaves room for what is written beside them.
STUB = 0.25
COLORS = (POSITIVE, NEGATIVE, MUTED)
Points = list[tuple[float | None, float | None]]


def graph(
    record: Graph, words: Words = WORDS, collected: Mapping[str, np.ndarray | None] | None = None
) -> Figure:
    """Draw the graph from the leaves, on top, down to the output.

    Frame 0 shows the values after the forward pass; then each frame is one node's turn in the
    real backward pass: the gradient on its card, the lines it sends along with the local
    derivatives beside them, in the color of the sign.

    Args:
        record: what ``lib.core.autograd_graph.walk`` returns.
        words: what the captions are made of, with the keys and fields of ``WORDS``.
        collected: what is in the ``.grad`` of leaves at the end, by their names, where that is
            more than this one backward pass: gradients add up.

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
    numbers = {"numbers": _numbers(record, words), "pause": 1800}
    margin = {"l": 4, "r": 4, "t": 6, "b": 6}
    if not record.nodes:
        nothing = [note(words["nothing"], 0, 0)]
        empty = drawing(2 * ROW, (-1, 1), (-1, 1), margin=margin, annotations=nothing, meta=numbers)
        return Figure(layout=empty)
    nodes = {node.id: node for node in record.nodes}
    half = max(max(abs(node.column) for node in record.nodes) + 0.5, 1.0)
    rows = max(node.row for node in record.nodes) + 1
    height = (TALL_ROW if _varied(record) else ROW) * rows + 12
    colors = _colors(record)
    states = [
        _state(record, nodes, colors, count, collected or {})
        for count in range(len(record.steps) + 1)
    ]
    still = _still(record)
    dynamic = list(range(len(still), len(still) + len(states[0])))
    captions = [words["forward"], *(_caption(step, nodes, words) for step in record.steps)]
    return Figure(
        data=[*still, *states[0]],
        frames=[
            {"name": caption, "data": state, "traces": dynamic}
            for caption, state in zip(captions, states, strict=True)
        ],
        layout=drawing(height, (-half, half), (-0.5, rows - 0.5), margin=margin, meta=numbers),
    )


def _still(record: Graph) -> list[Part]:
    """Return what stays through all frames: lines, cards, names and values."""
    whole: Points = []
    cut: Points = []
    cards: Points = []
    for edge in record.edges:
        (cut if edge.cut else whole).extend([*_path(edge), (None, None)])
    for node in record.nodes:
        cards += [*_card(node), (None, None)]
    height = 0.07 if _varied(record) else 0.11
    return [
        line(*_split(whole), MUTED, 1, opacity=0.6, hoverinfo="skip"),
        line(*_split(cut), MUTED, 1, "dot", hoverinfo="skip"),
        line(*_split(cards), MUTED, 1, fill="toself", fillcolor=RAISED, hoverinfo="skip"),
        text(
            [node.column for node in record.nodes],
            [node.row + height for node in record.nodes],
            [_title(node, _varied(record)) for node in record.nodes],
            size=13,
        ),
    ]


def _varied(record: Graph) -> bool:
    """Tell whether some tensor's elements differ, so that the cards need a line more."""
    return any("…" in span(node.value) for node in record.nodes)


def _colors(record: Graph) -> list[str]:
    """Return the colors that the backward pass needs."""
    gradients = [step.gradient for step in record.steps]
    gradients += [sent.gradient for step in record.steps for sent in step.sends]
    return sorted({_color(gradient) for gradient in gradients}, key=COLORS.index)


def _state(
    record: Graph,
    nodes: dict[int, Node],
    colors: list[str],
    count: int,
    collected: Mapping[str, np.ndarray | None],
) -> list[Part]:
    """Return the traces that change, after ``count`` steps of the backward pass."""
    edges = {(edge.target, edge.slot): edge for edge in record.edges}
    lit: dict[str, Points] = {color: [] for color in colors}
    arrows: dict[str, list[int]] = {color: [] for color in colors}
    grads = {i: BLANK if node.op else "requires_grad=False" for i, node in nodes.items()}
    factors = dict.fromkeys(edges, BLANK)
    for i, step in enumerate(record.steps[:count]):
        node = nodes[step.node]
        grads[step.node] = f"grad {span(step.gradient)}"
        if node.is_leaf and collected.get(node.label) is not None:
            grads[step.node] = f"{node.label}.grad {span(collected[node.label])}"
        for sent in step.sends:
            factors[step.node, sent.slot] = _factor(sent.local)
        if i < count - 1:
            continue
        outline = _card(nodes[step.node])
        color = _color(step.gradient)
        lit[color] += [*outline, (None, None)]
        arrows[color] += [0] * (len(outline) + 1)
        for sent in step.sends:
            path, color = _path(edges[step.node, sent.slot]), _color(sent.gradient)
            lit[color] += [*path, (None, None)]
            arrows[color] += [12, *[0] * len(path)]  # at the end the gradient goes to
    places = [_beside(edge) for edge in record.edges]
    below = 0.17 if _varied(record) else 0.11
    return [
        *(
            line(
                *_split(lit[color]),
                color,
                3,
                mode="lines+markers",
                marker={
                    "color": color,
                    "size": arrows[color],
                    "symbol": "triangle-up",
                    "opacity": 1,
                },
                hoverinfo="skip",
            )
            for color in colors
        ),
        text(
            [*(node.column for node in record.nodes), *(x for (x, _), _ in places)],
            [*(node.row - below for node in record.nodes), *(y for (_, y), _ in places)],
            [*grads.values(), *factors.values()],
            size=13,
            position=["middle center"] * len(nodes) + [f"middle {side}" for _, side in places],
        ),
    ]


def _split(points: Points) -> tuple[list[float | None], list[float | None]]:
    """Return the columns and the rows of points."""
    return [x for x, _ in points], [y for _, y in points]


def _card(node: Node) -> Points:
    """Return the outline of a node's card."""
    left, right = node.column - WIDE, node.column + WIDE
    below, above = node.row - TALL, node.row + TALL
    return [(left, below), (left, above), (right, above), (right, below), (left, below)]


def _path(edge: Edge) -> Points:
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
    made = re.sub(r"Backward\d*$", "", node.op) if node.op and not node.is_leaf else ""
    bold, name = (made, f" {node.label}".rstrip()) if made else (node.label, "")
    size = f" ({'×'.join(str(length) for length in node.shape)})" if node.shape else ""
    value = span(node.value)
    if varied:
        return f"<b>{bold}</b>{name}{size}<br>{value}"
    return f"<b>{bold}</b>{name} = {value}{size}"


def span(values: np.ndarray | None) -> str:
    """Return an array as one number if all are the same, else from the least to the largest.

    >>> span(np.array([1.0, 2.5])), span(np.array([2.0, 2.0]))
    ('1 … 2.5', '2')
    """
    if values is None or not values.size:
        return "?"
    low, high = float(values.min()), float(values.max())
    same = low == high or np.isnan(low)
    return digits(low) if same else f"{digits(low, 3)} … {digits(high, 3)}"


def _factor(local: np.ndarray | None) -> str:
    """Return a local derivative as it is written beside a line, 0.25 as 1/4."""
    if local is None:
        return BLANK
    factor = span(local)
    low = float(local.flat[0])
    if "…" not in factor and 0 < low < 1 and abs(1 / low - round(1 / low)) < 1e-6 and low > 0.01:
        factor = f"1/{round(1 / low)}"
    return f" × {factor} "


def _color(values: np.ndarray | None) -> str:
    """Return the color of the sign; muted for zeros, both signs, or no number."""
    if values is not None and values.size and (values > 0).all():
        return POSITIVE
    return NEGATIVE if values is not None and values.size and (values < 0).all() else MUTED


def _caption(step: Step, nodes: dict[int, Node], words: Words) -> str:
    """Return one step of the backward pass in words."""
    node = nodes[step.node]
    parts = [words["gets"].format(node=node.op, gradient=span(step.gradient))]
    for sent in step.sends:
        key = "sends" if sent.local is None else "multiplies"
        to = nodes[sent.to].label or nodes[sent.to].op
        said = words[key].format(local=span(sent.local), sent=span(sent.gradient), to=to)
        parts.append(said)
    if node.is_leaf:
        parts.append(words["adds"].format(to=node.label))
    return ", ".join(parts)


def _numbers(record: Graph, words: Words) -> Table:
    """Return the table behind the picture, in the order of the forward pass."""
    nodes = {node.id: node for node in record.nodes}
    steps = {step.node: step for step in record.steps}
    rows = []
    for node in record.nodes:
        step = steps.get(node.id)
        gradient = "" if step is None else span(step.gradient)
        locals_ = [
            f"{nodes[sent.to].label or nodes[sent.to].op}:{_factor(sent.local).rstrip()}"
            for sent in (step.sends if step else ())
            if sent.local is not None
        ]
        shape = str(node.shape)
        rows.append([node.op, node.label, shape, span(node.value), gradient, ", ".join(locals_)])
    return table(words["columns"], rows)
