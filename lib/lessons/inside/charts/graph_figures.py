"""The graph that add_graph wrote."""

from collections.abc import Sequence

from lib.core.i18n import Words, mark
from lib.plots.figure import Figure
from lib.plots.graph_layout import lay_out
from lib.plots.numbers import table
from lib.plots.palette import MUTED, RAISED
from lib.plots.traces import Part, drawing, line, text
from lib.tensorboard.records import Op

WORDS: Words = {
    "columns": (mark("name"), mark("operation"), mark("shape"), mark("inputs")),
    "input": mark("input"),
    "output": mark("output"),
}


ROW = 74  # pixels from row to row
WIDE, TALL = 0.46, 0.33  # half a card, in columns and in rows


def graph(ops: Sequence[Op], words: Words = WORDS) -> Figure:
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

    def drawn(points: list[tuple[float | None, float | None]], **style: object) -> Part:
        x, y = zip(*points, strict=True) if points else ((), ())
        return line(x, y, MUTED, 1, "solid", hoverinfo="skip", **style)

    half = max(wide, 3) / 2
    rows_of = [(op.name, op.kind, _sides(op.shape), ", ".join(op.inputs)) for op in ops]
    return Figure(
        [
            drawn(lines),
            drawn(cards, fill="toself", fillcolor=RAISED),
            text([x for x, _ in places], [y for _, y in places],
                 [_title(op, words) for op in ordered]),
        ],
        {
            **drawing(ROW * rows + 10, (-half, half), (-0.5, rows - 0.5)),
            "meta": {"numbers": table(words["columns"], rows_of)},
        },
    )  # fmt: skip


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


def _title(op: Op, words: Words) -> str:
    """Return what a card says: the layer's name as PyTorch has it, and the shape."""
    parts = op.name.split("/")
    what = parts[-2] if len(parts) > 1 else op.name
    if op.kind == "prim::GetAttr":
        return f"{parts[1]}<br><b>{what}</b>" if len(parts) > 2 else f"<b>{what}</b>"
    if op.kind == "IO Node":
        what = str(words.get(parts[0], parts[0]))
    return f"<b>{what}</b><br>{_sides(op.shape)}"


def _sides(shape: Sequence[int]) -> str:
    return " × ".join(map(str, shape))
