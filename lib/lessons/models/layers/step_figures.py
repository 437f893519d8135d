"""A layer stepped cell by cell: what is read, with which weights, and what is written."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from lib.core.i18n import Words, mark
from lib.lessons.models.layers.reference import LSTMCell, Place, Step, Steps, number
from lib.plots.cells import COVERED, NOW, READY, grid, layout, overlay
from lib.plots.figure import Figure
from lib.plots.numbers import table
from lib.plots.palette import CATEGORIES, MUTED, RAISED, TEXT
from lib.plots.traces import BLANK, Part, drawing, line, text

WORDS: Words = {
    "input": mark("x, the input"),
    "weight": mark("weight"),
    "output": mark("y, the output"),
    "guess": mark("which shape?"),
    "refused": mark("PyTorch refuses it"),
    "begin": mark("Nothing is computed yet."),
    "end": mark("All {rows} × {columns} numbers are there. Play, and each is computed in turn."),
    "sums": (mark("output"), mark("how it comes about")),
    "first": mark("The sequence: {steps} steps of {size} numbers each."),
    "step": mark(
        "layer {layer}, step {step}: reads {size} numbers and its hidden state of {hidden}, "
        "outputs {out}"
    ),
    "both": mark(
        "layer {layer}, step {step} forward and {back} backward: read {size} numbers each and "
        "their hidden states of {hidden}, output {out} together"
    ),
    "lstm_columns": (
        mark("layer"), mark("step"), mark("reads"), mark("hidden state"), mark("outputs"),
    ),
    "inside": mark("inside the green cell"),
    "gates": (
        mark("i, input gate"), mark("f, forget gate"), mark("g, new"), mark("o, output gate"),
        mark("c = f·c + i·g"), mark("h = o·tanh(c)"),
    ),
}  # fmt: skip

CELL, NAME, GAP = 30, 0.8, 1.0  # pixels of a row; cells above a grid for its name; between grids
HIGH = 330  # pixels that rows are made smaller for
ROOMY, IMAGE = 16, 11  # cells across up to which numbers are large; how wide an image is drawn
LIT = 0.3  # how strongly the cells of a step are covered with green
Corner = tuple[float, float]  # a grid's left and upper edge
Clicks = Sequence[Sequence[Mapping[str, str] | None]]  # what a click on each cell sets


def steps(drawn: Steps, revealed: bool = True, words: Words = WORDS) -> Figure:
    """Draw input, weight and output as grids; a frame for each step, the cells in it green.

    The first frame is before the first step, and the last one after the last.

    Args:
        drawn: what ``output_steps`` returns. Without steps, input and output are drawn as images.
        revealed: whether the output is shown, and with it its shape; if not, only how its first
            number comes about.
        words: what is written, with the keys of ``WORDS``.

    Returns:
        A figure with every step in ``layout.meta["numbers"]``, unless they are hidden. The input
        is its first trace.
    """
    if not drawn.steps:
        return _images(drawn, revealed, words)
    right = drawn.x.shape[1] + GAP
    weight, below = drawn.weight, NAME
    grids = [("input", drawn.x, 0.0, NAME)]
    if weight is not None:
        grids.append(("weight", weight, right, NAME))
        below = weight.shape[0] + GAP + 2 * NAME
    if revealed:
        grids.append(("output", drawn.y, right, below))
    high, wide = drawn.y.shape if revealed else (2, 4)
    across = right + max(wide, 0 if weight is None else weight.shape[1])
    names = [(words[name], left, top - NAME) for name, _, left, top in grids]
    data = [each for _, values, left, top in grids for each in _cells(values, left, top, across)]
    frames: list[dict[str, Any]] = []
    if revealed:
        data.append(_names(names))
        marks = [overlay(left, top, LIT) for _, _, left, top in grids]
        marks[-1]["x0"] = right - 0.5  # its colors have a column more on each side
        marks += [_ring(), _ring()]
        frames = list(_frames(drawn, len(data), ((0, NAME), (right, below)), words))
        data += [{**still, **moves} for still, moves in zip(marks, frames[-1]["data"], strict=True)]
    else:
        names += [(words["output"], right, below - NAME), (f"? {words['guess']}", right, below + 1)]
        data += [_names(names), *_first(drawn, (right, below))]
    rows = max(NAME + drawn.x.shape[0], below + high)
    numbers = table(words["sums"], [(str(each.writes[0]), each.total) for each in drawn.steps])
    return Figure(
        data=data,
        frames=frames,
        layout={
            **layout(across, rows, min(CELL, int(HIGH / rows))),
            "shapes": _inside(drawn),
            "meta": {"numbers": numbers} if revealed else None,
        },
    )


def refused(x: np.ndarray, revealed: bool = True, words: Words = WORDS) -> Figure:
    """Draw the input of a layer that refuses it.

    Args:
        x: the input, of one or two axes.
        revealed: whether it is said that the layer refuses it.
        words: what is written, with the keys of ``WORDS``.
    """
    grown = x.reshape(-1, 1) if x.ndim == 1 else x
    if max(grown.shape) > ROOMY + 2:
        return _images(Steps(grown, 0, None, grown, ()), False, words)
    high, wide = grown.shape
    said = words["refused"] if revealed else f"? {words['guess']}"
    names = [(words["input"], 0.0, 0.0), (said, wide + GAP, 1.0)]
    data = [*_cells(grown, 0, NAME, wide + 6), _names(names)]
    rows = NAME + max(high, 2)
    return Figure(data, layout=layout(wide + 6, rows, min(CELL, int(HIGH / rows))))


def touchable(figure: Figure, clicks: Clicks) -> Figure:
    """Return the picture with an input whose cells can be clicked.

    Args:
        figure: what ``steps`` returns.
        clicks: for each cell of the input the controls it sets, and to what.
    """
    first, *rest = figure.data
    drawn = figure.layout or {}
    meta = {**(drawn["meta"] or {}), "touch": {"points": True}}
    return Figure(
        [{**first, "customdata": clicks, "hoverinfo": "none"}, *rest],
        {**drawn, "meta": meta, "hovermode": "closest"},
        figure.frames,
    )


def _cells(values: np.ndarray, left: float, top: float, across: float) -> list[Part]:
    """Return a grid with its numbers written in; minus infinity is drawn like zero."""
    roomy = across <= ROOMY
    texts = np.vectorize(lambda each: _short(float(each), roomy), otypes=[object])(values)
    finite = np.where(np.isinf(values), 0, values)
    font = {"color": TEXT, "size": 12 if roomy else 9}
    return [{**trace, "textfont": font} for trace in grid(finite, left=left, top=top, texts=texts)]


def _short(value: float, roomy: bool) -> str:
    """Return a number as it fits into a cell; where it is narrow, without a zero at the front."""
    if abs(value) >= 1:
        return number(round(value, 1 if roomy or abs(value) < 10 else 0))
    return number(value) if roomy else number(value).replace("0.", ".")


def _names(names: Iterable[tuple[str, float, float]]) -> Part:
    """Return the names of the grids, each at the left edge of its grid."""
    texts, lefts, tops = zip(*names, strict=True)
    return text(lefts, [top + NAME / 2 for top in tops], texts, MUTED, 13, "middle right")


def _frames(
    drawn: Steps, first: int, corners: tuple[Corner, Corner], words: Words
) -> Iterator[dict[str, Any]]:
    """Yield a frame for each step, the cells that are read and written now; one more around it."""
    covered = np.full(drawn.y.shape, COVERED, dtype=np.uint8)
    start, end = drawn.steps[0], drawn.steps[-1]
    size = {"rows": drawn.y.shape[0], "columns": drawn.y.shape[1]}
    yield _frame(words["begin"], first, _colors(drawn, None, covered), _points(start, corners))
    for step in drawn.steps:
        now = covered.copy()
        for place in step.writes:
            now[place], covered[place] = NOW, READY
        where = ", ".join(map(str, step.writes[0]))
        is_row = len(step.writes) > 1
        name = step.total if is_row else f"y[{where}] = {step.total}"
        rings = _rings(step, corners)
        yield _frame(name, first, _colors(drawn, step, now), rings)
    done = np.full(drawn.y.shape, READY, dtype=np.uint8)
    name = words["end"].format(**size)
    yield _frame(name, first, _colors(drawn, None, done), _points(end, corners))


def _frame(
    name: str, first: int, colors: list[np.ndarray], rings: list[dict[str, Any]]
) -> dict[str, Any]:
    data = [*({"type": "heatmap", "z": each} for each in colors), *rings]
    return {"name": name, "data": data, "traces": list(range(first, first + len(data)))}


def _colors(drawn: Steps, step: Step | None, output: np.ndarray) -> list[np.ndarray]:
    """Return what lies over input, weights and output."""
    colors = [_lit(drawn.x.shape, step.reads if step else ())]
    if drawn.weight is not None:
        colors.append(_lit(drawn.weight.shape, step.weights if step else ()))
    return [*colors, _with_sides(output)]


def _first(drawn: Steps, corner: Corner) -> list[Part]:
    """Return how the first number of the output comes about, where nothing else may be seen."""
    step = drawn.steps[0]
    if len(step.writes) > 1:
        return []
    rings = _rings(step, ((0, NAME), corner))
    value = _short(float(drawn.y[step.writes[0]]), True)
    return [
        text([corner[0] + 0.5], [corner[1] + 0.5], [value], size=12),
        *({**_ring(), **each} for each in rings),
    ]


def _with_sides(now: np.ndarray) -> np.ndarray:
    """Add a column on each side that hides what a covered number writes beside its cell."""
    wide = np.pad(now, ((0, 0), (1, 1)), mode="edge")
    wide[:, [0, -1]] = np.where(wide[:, [0, -1]] == COVERED, COVERED, READY)
    return wide


def _ring() -> Part:
    return line([], [], CATEGORIES[2], 3, hoverinfo="skip")


def _rings(step: Step, corners: Iterable[Corner]) -> list[dict[str, Any]]:
    """Return a line around what is read, and one around what is written."""
    rings = []
    for cells, (left, top) in zip((step.reads or step.writes, step.writes), corners, strict=True):
        rows, columns = zip(*cells, strict=True)
        low, high = float(top + min(rows)), float(top + max(rows) + 1)
        start, end = float(left + min(columns)), float(left + max(columns) + 1)
        if not step.reads:  # nothing is added to this cell of the output
            high, end = low, start
        x, y = [start, end, end, start, start], [low, low, high, high, low]
        rings.append({"type": "scatter", "x": x, "y": y})
    return rings


def _points(step: Step, corners: Iterable[Corner]) -> list[dict[str, Any]]:
    """Return the same lines drawn together to points: nothing is read, nothing written."""
    return [
        {**ring, "x": [ring["x"][0]] * 5, "y": [ring["y"][0]] * 5} for ring in _rings(step, corners)
    ]


def _lit(shape: tuple[int, ...], places: Iterable[Place]) -> np.ndarray:
    lit = np.full(shape, READY, dtype=np.uint8)
    for place in places:
        lit[place] = NOW
    return lit


def _inside(drawn: Steps) -> list[Part]:
    """Return a frame around the image itself, where padding lies around it."""
    if not drawn.border:
        return []
    high, wide = drawn.x.shape
    return [
        {
            "type": "rect",
            "x0": drawn.border,
            "x1": wide - drawn.border,
            "y0": NAME + drawn.border,
            "y1": NAME + high - drawn.border,
            "line": {"color": TEXT, "width": 1.5, "dash": "dot"},
        }
    ]


def _images(drawn: Steps, revealed: bool, words: Words) -> Figure:
    """Draw input and output as images side by side, a cell of each as large as it fits."""
    high, wide = drawn.x.shape
    border = drawn.border
    names = [(words["input"], 0.0, 0.0), (words["output"], IMAGE + GAP, 0.0)]
    data = [_image(drawn.x[border : high - border, border : wide - border], 0)]
    if revealed and drawn.y.size:  # a transposed convolution may leave no cell
        data.append(_image(drawn.y, IMAGE + GAP))
    else:
        names.append((f"? {words['guess']}", IMAGE + GAP, 1.0))
    return Figure(
        data=[*data, _names(names)],
        layout={**layout(2 * IMAGE + GAP, NAME + IMAGE, CELL), "meta": None},
    )


def _image(values: np.ndarray, left: float) -> Part:
    """Return a grid without numbers, as wide as every other image."""
    [trace] = grid(values, texts=np.full(values.shape, " ", dtype=object))
    across, down = IMAGE / values.shape[1], IMAGE / values.shape[0]
    gap = 1 if max(values.shape) <= IMAGE else 0
    return {
        **{name: each for name, each in trace.items() if name not in ("text", "texttemplate")},
        "x0": left + across / 2,
        "dx": across,
        "y0": NAME + down / 2,
        "dy": down,
        "xgap": gap,
        "ygap": gap,
    }


# --- an LSTM unrolled, and the inside of one cell -------------------------------------------------

ROW, BOX = 54, 34  # of an unrolled LSTM: from row to row, and a cell
NOW_AT_WORK, DONE = CATEGORIES[2], "rgba(0, 158, 115, 0.25)"
LSTM_HIGH = 300  # pixels


def lstm(
    result: Any, revealed: bool = True, words: Words = WORDS, cells: Sequence[LSTMCell] = ()
) -> Figure:
    """Draw the cells as they work, one frame a step, layer after layer.

    Args:
        result: what ``dense_layers.lstm`` returns.
        revealed: whether the shape of the output is shown.
        words: what is written, with the keys and fields of ``WORDS``.
        cells: for each frame after the first, the cell whose first number it writes out.
    """
    steps, size = result.x.shape
    rows, _, hidden = result.shape_h
    out = result.output.shape[1]
    directions = out // hidden
    layers = rows // directions
    row = min(ROW, LSTM_HIGH / (rows + 2))
    frames = list(_lstm_frames((layers, directions, steps), (size, hidden, out), revealed, words))
    for frame, cell in zip(frames[1:], cells, strict=False):
        frame["name"] = f"{frame['name']}. {_state_sums(cell)}"
    box = text(
        list(range(steps)) * rows,
        [row for row in range(rows) for _ in range(steps)],
        ["←" if row % directions else "→" for row in range(rows) for _ in range(steps)],
        size=16,
        mode="markers+text",
    )
    across, shown = list(range(steps)), out if revealed else "?"
    middles = [layer * directions + (directions - 1) / 2 for layer in range(layers)]
    numbers = [
        [layer + 1, step + 1, out if layer else size, hidden, out]
        for layer in range(layers)
        for step in range(steps)
    ]
    for frame in frames:
        frame["data"][0]["marker"]["size"] = BOX * row / ROW
    return Figure(
        data=[
            text(across, [-1] * steps, [f"x<br>({size})"] * steps, size=13),
            text(across, [rows] * steps, [f"y<br>({shown})"] * steps, size=13),
            {**box, **frames[-1]["data"][0]},
            text([-0.85] * layers, middles, [f"l{layer}" for layer in range(layers)], MUTED, 13),
        ],
        frames=frames,
        layout=drawing(
            (rows + 2) * row + 20,
            (-1.1, steps - 0.4),
            (-1.5, rows + 0.5),
            annotations=list(_arrows(steps, layers, directions, 0.56 * BOX * row / ROW)),
            meta={"numbers": table(words["lstm_columns"], numbers)} if revealed else None,
        ),
    )


def _state_sums(cell: LSTMCell) -> str:
    """Return how the first number of a cell's two states comes about, with its numbers."""
    i, f, g, o, c, h = (number(float(each[0])) for each in cell.rows)
    before = number(float(cell.before[0]))
    return f"c[0] = {f}·{before} + {i}·{g} = {c}, h[0] = {o}·tanh({c}) = {h}"


def _lstm_frames(
    counts: tuple[int, int, int], sizes: tuple[int, int, int], revealed: bool, words: Words
) -> Iterator[dict[str, Any]]:
    """Yield what changes: first nothing is done, then a step of a layer in each frame."""
    (layers, directions, steps), (size, hidden, out) = counts, sizes
    done = np.full((layers * directions, steps), RAISED, dtype=object)
    yield _lstm_frame(words["first"].format(steps=steps, size=size), done)
    for layer in range(layers):
        for step in range(steps):
            now = done.copy()
            for direction in range(directions):
                place = (layer * directions + direction, steps - 1 - step if direction else step)
                now[place], done[place] = NOW_AT_WORK, DONE
            caption = words["both" if directions > 1 else "step"].format(
                layer=layer + 1, step=step + 1, back=steps - step, hidden=hidden,
                size=out if layer else size, out=out if revealed else "?",
            )  # fmt: skip
            yield _lstm_frame(caption, now)


def _lstm_frame(name: str, colors: np.ndarray) -> dict[str, Any]:
    border = {"color": MUTED, "width": 1.5}
    fill = colors.ravel().tolist()
    marker = {"symbol": "square", "size": BOX, "color": fill, "opacity": 1, "line": border}
    return {"name": name, "data": [{"type": "scatter", "marker": marker}], "traces": [2]}


def _arrows(steps: int, layers: int, directions: int, off: float) -> Iterator[Part]:
    """Yield the arrows: hidden states along the steps, numbers from layer to layer."""
    for row in range(layers * directions):
        for step in range(steps - 1):
            ends = (step + 1, step) if row % directions else (step, step + 1)
            yield _arrow(ends[0], row, ends[1], row, off)
    for step in range(steps):
        for layer in range(layers + 1):
            yield _arrow(step, layer * directions - 1, step, layer * directions, off)


def _arrow(x0: float, y0: float, x1: float, y1: float, off: float) -> Part:
    """Return an arrow between two places that begins and ends ``off`` pixels away from them."""
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
        "standoff": off,
        "startstandoff": off,
        "showarrow": True,
        "arrowhead": 2,
        "arrowsize": 0.9,
        "arrowwidth": 1.4,
        "arrowcolor": MUTED,
        "opacity": 1,
    }


def cell(cells: Sequence[LSTMCell], words: Words = WORDS) -> Figure:
    """Draw the numbers inside the cell that works: four gates, and the states they make.

    Args:
        cells: one for each frame after the first, in which the cell is empty.
        words: what is written, with the keys of ``WORDS``.
    """
    shape = cells[0].rows.shape
    frames = [
        _cell_frame(np.zeros(shape), np.full(shape, BLANK)),
        *(_cell_frame(each.rows) for each in cells),
    ]
    names = words["gates"]
    places = [row + 0.5 for row in range(len(names))]
    wide = max(shape[1], 4)
    return Figure(
        data=[
            frames[-1]["data"][0],
            text([-0.2] * len(names), places, names, TEXT, 13, "middle left"),
            text([shape[1] / 2], [-0.5], [words["inside"]], NOW_AT_WORK, 13),
        ],
        frames=frames,
        layout=drawing(LSTM_HIGH, (-wide, shape[1]), (6.2, -1.2)),
    )


def _cell_frame(rows: np.ndarray, texts: np.ndarray | None = None) -> dict[str, Any]:
    """Return a frame with the numbers of a cell."""
    written = np.vectorize(lambda each: number(float(each)), otypes=[object])(rows)
    [trace] = grid(rows, texts=written if texts is None else texts)
    font = {"color": TEXT, "size": 12 if rows.shape[1] < 7 else 9}
    return {"name": "", "data": [{**trace, "zmin": -1, "zmax": 1, "textfont": font}], "traces": [0]}
