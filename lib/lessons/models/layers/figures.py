"""The picture of each layer, by the kind that ``lesson.LAYERS`` says it has."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from lib.core.i18n import Words, mark
from lib.core.rules import Between
from lib.lessons.models.layers.step_figures import WORDS as STEP_WORDS
from lib.lessons.models.layers.step_figures import lstm, steps
from lib.plots.cells import CAPTION, grid, layout
from lib.plots.figure import Figure
from lib.plots.numbers import digits, table
from lib.plots.palette import CATEGORIES, GRID, MUTED, NEGATIVE, POSITIVE, RAISED, TEXT
from lib.plots.traces import Part, line, markers, note, text

WORDS: Words = {
    **STEP_WORDS,
    "before": mark("x"),
    "train": mark("training"),
    "again": mark("training, called again"),
    "eval": mark("after eval()"),
    "dropped": mark("dropped numbers are gray"),
    "logits": mark("logits"),
    "probabilities": mark("probabilities"),
    "group": mark("group"),
    "mean": mark("mean"),
    "std": mark("standard deviation"),
    "norm": mark("value; a color for each group, a line at its mean"),
    "value": mark("value"),
    "loss": mark("loss of one prediction"),
    "slope": mark("gradient"),
    "difference": mark("finite difference"),
}  # fmt: skip
CELL, GAP, NAME = 30, 0.9, 0.8  # pixels of a row; cells between grids, and for a grid's name
HIGH, SMALL, FOLD = 330, 20, 12  # pixels of all rows, of a small one; cells in a row of a batch
# One color for each sample, pale enough for the numbers to be read.
SAMPLES = ("rgba(0, 114, 178, 0.35)", "rgba(230, 159, 0, 0.4)", "rgba(0, 158, 115, 0.35)")
NOT_DROPPED = "rgba(8, 119, 189, 0.35)"
SLOPE = CATEGORIES[2]
EVERY = 10  # places from one row of a curve's table to the next


def draggable(figure: Figure, control: str, rule: Between) -> Figure:
    """Return a curve whose place is dragged: where the finger is along x is what a control says."""
    layout = figure.layout or {}
    touch = {"x": {"control": control, "low": rule.low, "high": rule.high, "step": 0.1}}
    return Figure(figure.data, {**layout, "meta": {**(layout["meta"] or {}), "touch": touch}})


def picture(kind: str, result: Any, revealed: bool = True, words: Words = WORDS) -> Figure:
    """Draw a layer.

    Args:
        kind: which kind of picture it has.
        result: what ``lesson.apply`` says is drawn.
        revealed: whether what the visitor is to guess is shown.
        words: what is written, with the keys and fields of ``WORDS``.
    """
    return DRAW[kind](result, revealed, words)


# --- numbers before and after ---------------------------------------------------------------------


def flat(result: Any, revealed: bool = True, words: Words = WORDS) -> Figure:
    """Draw a batch as grids whose numbers move into the rows of their new shape."""
    batch, channels, high, wide = result.x.shape
    spot = np.indices(result.x.shape).reshape(4, -1)
    before = (
        spot[3] + spot[1] * (wide + GAP) + 0.5,
        spot[2] + spot[0] * (high + GAP + CAPTION) + CAPTION + 0.5,
    )
    long = result.y.reshape(-1, result.y.shape[-1])
    # A row of all numbers is folded, so that every number stays large enough to read.
    fold = max(channels * (wide + 1), FOLD)
    rows_each = -(-long.shape[1] // fold)
    owner, place = np.divmod(np.arange(result.x.size), long.shape[1])
    after = (place % fold + 0.5, owner * (rows_each + 0.4) + place // fold + CAPTION + 0.5)
    across = max(before[0].max(), after[0].max() if revealed else 0) + 0.5
    down = max(before[1].max(), after[1].max() if revealed else 0) + 0.5
    colors = [SAMPLES[each] for each in spot[0]]
    cell = min(CELL, int(HIGH / down))
    square = {"symbol": "square", "size": cell - 3, "color": colors, "line": {"width": 0}}
    tiles = text(
        before[0].tolist(),
        before[1].tolist(),
        list(map(str, result.x.ravel().tolist())),
        size=12 if cell > SMALL else 9,
        mode="markers+text",
        marker={**square, "opacity": 1},
    )
    heads = [
        note(f"x[{i}, {j}]", j * (wide + GAP), i * (high + GAP + CAPTION) + CAPTION / 2, MUTED,
             xanchor="left")
        for i in range(batch) for j in range(channels)
    ]  # fmt: skip
    frames = []
    meta = None
    if revealed:
        moved = {
            "type": "scatter",
            **dict(zip("xy", (each.tolist() for each in after), strict=True)),
        }
        end = [note(f"y {result.shape_out}", 0, CAPTION / 2, MUTED, xanchor="left")]
        frames = [
            {"name": f"x {result.shape_in}", "data": [tiles], "traces": [0],
             "layout": {"annotations": heads}},
            {"name": f"y {result.shape_out}", "data": [{**tiles, **moved}], "traces": [0],
             "layout": {"annotations": end}},
        ]  # fmt: skip
        tiles, heads = {**tiles, **moved}, end
        rows = [
            [str(index.tolist()), int(value)]
            for index, value in zip(np.argwhere(result.y >= 0), result.y.flat, strict=True)
        ]
        meta = {"numbers": table(["y", "x"], rows)}
    return Figure(
        [tiles], {**layout(across, down, cell), "annotations": heads, "meta": meta}, frames
    )


def dropout(result: Any, revealed: bool = True, words: Words = WORDS) -> Figure:
    """Draw the input and, below, what two calls in training and one after ``eval()`` make of it."""
    nothing = np.zeros(result.x.shape)
    scaled = f"×{result.scale:.3g}, {words['dropped']}"
    outputs = [
        (f"{words['train']}: {scaled}", result.train),
        (f"{words['again']}: {scaled}", result.again),
    ]
    if revealed:
        outputs.append((words["eval"], result.eval))
    below = len(result.x) + 1.0
    rows = below + len(result.x) + NAME
    cell = min(CELL, int(HIGH / rows))
    data: list[Part] = grid(result.x, top=NAME, fill=nothing, colors=(RAISED, NOT_DROPPED))
    frames: list[dict[str, Any]] = []
    for name, values in outputs:
        mask = (values != 0).astype(float) if values is not result.eval else nothing
        [cells] = grid(values, top=below + NAME, fill=mask, colors=(RAISED, NOT_DROPPED))
        heads = text([0, 0], [NAME / 2, below + NAME / 2], [words["before"], f"y, {name}"],
                     MUTED, 13, "middle right")  # fmt: skip
        frames.append({"name": name, "data": [cells, heads], "traces": [1, 2]})
    data = [*data, *frames[-1 if revealed else 0]["data"]]
    columns = [words["before"], words["train"], words["eval"]]
    numbers = zip(*(each.ravel().tolist() for each in (result.x, result.train, result.eval)),
                  strict=True)  # fmt: skip
    meta = {"numbers": table(columns, numbers)} if revealed else None
    return Figure(data, {**layout(max(result.x.shape[1], 6), rows, cell), "meta": meta}, frames)


def softmax(result: Any, _revealed: bool = True, words: Words = WORDS) -> Figure:
    """Draw logits as bars, and the probabilities that softmax makes of them."""
    places = ["0", "1", "2"]
    axes = (("x", "logits", MUTED), ("x2", "probabilities", POSITIVE))
    bars = [
        {
            "type": "bar",
            "orientation": "h",
            "x": getattr(result, name).astype(np.float32),
            "y": places,
            "xaxis": axis,
            "text": [digits(value, 3) for value in getattr(result, name).tolist()],
            "textposition": "auto",
            "marker": {"color": color},
            "hoverinfo": "skip",
        }
        for axis, name, color in axes
    ]
    titles = [words[name] for _, name, _ in axes]
    rows = zip(places, result.logits.tolist(), result.probabilities.tolist(), strict=True)
    return Figure(
        data=bars,
        layout={
            "height": 260,
            "margin": {"l": 30, "r": 10, "t": 10, "b": 46},
            "showlegend": False,
            "xaxis": {"domain": [0, 0.46], "range": [-4.5, 4.5], "title": {"text": titles[0]}},
            "xaxis2": {"domain": [0.54, 1], "range": [0, 1.05], "title": {"text": titles[1]}},
            "yaxis": {"type": "category", "autorange": "reversed", "fixedrange": True},
            "meta": {"numbers": table(["", *titles], rows)},
        },
    )


def norm(result: Any, _revealed: bool = True, words: Words = WORDS) -> Figure:
    """Draw every number as a dot, a color for each group: before, while training, afterwards."""
    names = [words["before"], words["train"], words["eval"]]
    groups = [
        (place, group, numbers)
        for place, values in enumerate((result.x, result.train, result.eval))
        for group, numbers in enumerate(values)
    ]
    off = (len(result.x) - 1) / 2
    owners = [group for _, group, numbers in groups for _ in numbers]
    dots = markers(
        [], [],
        marker={"color": [CATEGORIES[group] for group in owners], "size": 9, "opacity": 0.6},
        customdata=owners,
        hovertemplate=f"{words['group']} %{{customdata}}: %{{x:.3g}}<extra></extra>",
    )  # fmt: skip
    means = markers(
        [], [],
        marker={"symbol": "line-ns", "size": 16, "line": {"color": TEXT, "width": 2.5}},
        hovertemplate=f"{words['mean']}: %{{x:.3g}}<extra></extra>",
    )  # fmt: skip
    frames = []
    for last, name in enumerate(names):
        # What is normalized later still lies where it comes from.
        at = [(min(place, last), group) for place, group, _ in groups]
        values = [(result.x, result.train, result.eval)[place][group] for place, group in at]
        heights = [place + (group - off) * 0.18 for place, group in at]
        moved = {"x": np.concatenate(values).round(4).tolist(),
                 "y": np.repeat(heights, result.x.shape[1]).tolist()}  # fmt: skip
        line_at = {"x": [float(each.mean()) for each in values], "y": heights}
        moved_all = [{**dots, **moved}, {**means, **line_at}]
        frames.append({"name": name, "data": moved_all, "traces": [0, 1]})
    rows = [
        [names[place], group, f"{numbers.mean():.3g}", f"{numbers.std():.3g}"]
        for place, group, numbers in groups
    ]
    columns = ["", words["group"], words["mean"], words["std"]]
    title = {"text": words["norm"], "font": {"size": 12}}
    seen = np.concatenate([numbers for *_, numbers in groups])
    room = 0.05 * float(np.ptp(seen)) or 1.0
    ends = [float(seen.min()) - room, float(seen.max()) + room]
    return Figure(
        data=frames[-1]["data"],
        frames=frames,
        layout={
            "height": 330,
            "margin": {"l": 86, "r": 10, "t": 10, "b": 48},
            "showlegend": False,
            "xaxis": {
                "range": ends,
                "gridcolor": GRID,
                "zeroline": True,
                "zerolinecolor": MUTED,
                "title": title,
            },
            "yaxis": {
                "tickvals": [0, 1, 2],
                "ticktext": names,
                "range": [2.6, -0.6],
                "showgrid": False,
                "zeroline": False,
                "fixedrange": True,
            },
            "meta": {"numbers": table(columns, rows)},
        },
    )


# --- curves of activations and losses -------------------------------------------------------------


def slope(result: Any, revealed: bool, words: Words, name: str) -> Figure:
    """Draw a curve with its tangent, and its gradient below; ``name`` says what it shows."""
    curve, title = result.curve, words[name]
    hover: dict[str, Any] = {"hovertemplate": "%{x:.3g}: %{y:.4g}<extra></extra>"}
    below = {"yaxis": "y2", **hover}
    at, dot = [curve.at], {"size": 11, "cliponaxis": False}
    data = [line(curve.x, curve.y, **hover), markers(at, [curve.value], **dot, **hover)]
    notes = [_heading(title, 1.0), _heading(words["slope"], 0.4, SLOPE)]
    meta = None
    if revealed:
        reach = np.array([curve.at - 1.2, curve.at + 1.2])
        tangent = curve.value + curve.slope * (reach - curve.at)
        data.insert(1, line(reach, tangent, SLOPE, 4, **hover))
        data.append(line(curve.x, curve.gradient, SLOPE, 3, **below))
        data.append(markers(at, [curve.slope], SLOPE, **dot, **below))
        ring = {"symbol": "circle-open", "size": 16, "color": NEGATIVE, "line": {"width": 2.5}}
        data.append(markers(at, [curve.difference], marker=ring, cliponaxis=False, **below))
        notes.append(_heading(f"○ {words['difference']}", 0.4, NEGATIVE, "right"))
        shown = (curve.x[::EVERY], curve.y[::EVERY], curve.gradient[::EVERY])
        rows = [[digits(each) for each in row] for row in zip(*shown, strict=True)]
        meta = {"numbers": table(["x", title, words["slope"]], rows)}
    else:
        data.append(line([0], [None], **below))
        notes.append(note("?", 0.5, 0.2, MUTED, xref="paper", yref="paper"))
    return Figure(
        data=data,
        layout={
            "height": 340,
            "margin": {"l": 44, "r": 10, "t": 26, "b": 36},
            "showlegend": False,
            "xaxis": {"range": [-4.1, 4.1], "dtick": 1, "anchor": "y2", "title": {"text": "x"}},
            "yaxis": {"domain": [0.54, 1], "range": _range(curve.y), "gridcolor": GRID},
            "yaxis2": {
                "domain": [0, 0.4],
                "range": _range(curve.gradient) if revealed else [-1, 1],
                "gridcolor": GRID,
                "showticklabels": revealed,
            },
            "annotations": notes,
            "meta": meta,
        },
    )


def _range(values: np.ndarray) -> list[float]:
    """Return the ends of an axis that holds all values and zero, with some room."""
    low, high = min(0.0, float(values.min())), max(0.0, float(values.max()))
    room = 0.08 * max(high - low, 0.5)
    return [low - room, high + room]


def _heading(words: str, y: float, color: str = MUTED, side: str = "left") -> Part:
    """Return what stands above a curve, at one of its sides."""
    x, paper = float(side == "right"), "paper"
    return note(words, x, y, color, xref=paper, yref=paper, xanchor=side, yanchor="bottom")


DRAW: dict[str, Callable[..., Figure]] = {
    "steps": steps,
    "flat": flat,
    "dropout": dropout,
    "softmax": softmax,
    "norm": norm,
    "lstm": lstm,
    "curve": partial(slope, name="value"),
    "loss": partial(slope, name="loss"),
}
