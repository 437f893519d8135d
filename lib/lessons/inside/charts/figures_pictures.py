"""The graph that add_graph wrote; and a PNG as the browser reads it."""

import base64
from collections.abc import Mapping, Sequence
from typing import Any

from lib.core.i18n import mark
from lib.plots.figure import Figure
from lib.plots.graph_layout import lay_out
from lib.plots.palette import MUTED, RAISED, TEXT
from lib.tensorboard.records import Op

# What is written in the pictures; a page passes its own, in its own language.
WORDS = {
    "name": mark("name"),
    "kind": mark("what it does"),
    "shape": mark("shape"),
    "inputs": mark("takes"),
    "input": mark("input"),
    "output": mark("output"),
}


def png(data: bytes) -> str:
    """Return a PNG as the browser reads it."""
    return f"data:image/png;base64,{base64.b64encode(data).decode()}"


ROW = 74  # pixels from row to row
WIDE, TALL = 0.46, 0.33  # half a card, in columns and in rows


def graph(ops: Sequence[Op], words: Mapping[str, str] = WORDS) -> Figure:
    """Draw the operations from the input, on top, down to the output, with what they take."""
    ordered = _inputs_first(ops)
    number = {op.name: place for place, op in enumerate(ordered)}
    links = [
        (number[name], number[op.name])
        for op in ordered
        for name in dict.fromkeys(op.inputs)
        if name in number
    ]
    places, paths = lay_out(len(ordered), links)
    rows = max((row for _, row in places), default=0) + 1
    wide = 2 * max((abs(column) for column, _ in places), default=0) + 1
    lines: list[tuple[float | None, float | None]] = []
    for path in paths:
        (x0, y0), *between, (x1, y1) = path
        lines += [(x0, y0 - TALL), *between, (x1, y1 + TALL), (None, None)]
    cards: list[tuple[float | None, float | None]] = []
    for x, y in places:
        left, right, low, high = x - WIDE, x + WIDE, y - TALL, y + TALL
        cards += [(left, low), (left, high), (right, high), (right, low), (left, low), (None, None)]
    thin = {"color": MUTED, "width": 1}
    hidden = {"visible": False, "fixedrange": True}
    return Figure(
        [
            _trace(lines, line=thin),
            _trace(cards, line=thin, fill="toself", fillcolor=RAISED),
            {
                "type": "scatter",
                "mode": "text",
                "x": [x for x, _ in places],
                "y": [y for _, y in places],
                "text": [_title(op, words) for op in ordered],
                "textfont": {"color": TEXT, "size": 12},
                "hoverinfo": "skip",
            },
        ],
        {
            "height": ROW * rows + 10,
            "margin": {"l": 4, "r": 4, "t": 4, "b": 4},
            "showlegend": False,
            "hovermode": False,
            "dragmode": False,
            "xaxis": {**hidden, "range": [-max(wide, 3) / 2, max(wide, 3) / 2]},
            "yaxis": {**hidden, "range": [-0.5, rows - 0.5]},
            "meta": {
                "numbers": {
                    "columns": [words[key] for key in ("name", "kind", "shape", "inputs")],
                    "rows": [
                        [op.name, op.kind, _sides(op.shape), ", ".join(op.inputs)] for op in ops
                    ],
                }
            },
        },
    )


def _trace(points: list[tuple[float | None, float | None]], **style: Any) -> dict[str, Any]:
    x, y = [x for x, _ in points], [y for _, y in points]
    return {"type": "scatter", "mode": "lines", "x": x, "y": y, "hoverinfo": "skip", **style}


def _inputs_first(ops: Sequence[Op]) -> list[Op]:
    """Return the nodes such that each comes after all it takes."""
    by_name = {op.name: op for op in ops}
    done: dict[str, Op] = {}

    def visit(op: Op) -> None:
        for name in op.inputs:
            if name in by_name and name not in done:
                visit(by_name[name])
        done[op.name] = op

    for op in ops:
        if op.name not in done:
            visit(op)
    return list(done.values())


def _title(op: Op, words: Mapping[str, str]) -> str:
    """Return what a card says: the layer's name as PyTorch has it, and the shape."""
    parts = op.name.split("/")
    what = parts[-2] if len(parts) > 1 else op.name
    if op.kind == "prim::GetAttr":
        return f"{parts[1]}<br><b>{what}</b>" if len(parts) > 2 else f"<b>{what}</b>"
    if op.kind == "IO Node":
        what = words.get(parts[0], parts[0])
    return f"<b>{what}</b><br>{_sides(op.shape)}"


def _sides(shape: Sequence[int]) -> str:
    return " × ".join(map(str, shape))
