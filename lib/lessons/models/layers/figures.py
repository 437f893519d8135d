"""The picture of each layer, by the kind that ``lesson.LAYERS`` says it has."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np

from lib.core.i18n import Words, mark
from lib.lessons.models.layers.step_figures import WORDS as STEP_WORDS
from lib.lessons.models.layers.step_figures import steps
from lib.plots.cells import CAPTION, extent, grid, layout
from lib.plots.figure import Figure
from lib.plots.numbers import digits, table
from lib.plots.palette import CATEGORIES, GRID, MUTED, NEGATIVE, POSITIVE, RAISED, TEXT
from lib.plots.traces import Part, drawing, line, markers, note, text

WORDS: Words = {
    **STEP_WORDS,
    "eval_guess": mark("and after eval()?"),
    "before": mark("x"),
    "train": mark("training"),
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
}  # fmt: skip
CELL, GAP = 30, 0.9
# One color for each sample, pale enough for the numbers to be read.
SAMPLES = ("rgba(0, 114, 178, 0.35)", "rgba(230, 159, 0, 0.4)", "rgba(0, 158, 115, 0.35)")
NOT_DROPPED = "rgba(8, 119, 189, 0.35)"
SLOPE = CATEGORIES[2]
EVERY = 10  # places from one row of a curve's table to the next
ROW, LIT, DONE = 54, CATEGORIES[2], "rgba(0, 158, 115, 0.25)"  # of an LSTM


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
    """Draw a batch as grids and, below, the same numbers in their new shape."""
    sample = np.broadcast_to(np.arange(len(result.x)).reshape(-1, 1, 1, 1), result.x.shape)
    colors = SAMPLES[: len(result.x)]
    data = grid(result.x, name="x", fill=sample, colors=colors)
    wide, high = extent(result.x.shape)
    top = high + GAP
    if not revealed:
        data.append(_name(f"y: ? {words['guess']}", top + 0.4))
        return Figure(data=data, layout=layout(wide, top + 1, CELL))
    data.append(_name(f"y {result.shape_out}", top + 0.2))
    # A row of all numbers is folded, so that every number stays large enough to read.
    fold, row = int(max(wide, 9)), top + CAPTION
    long = result.y.reshape(-1, result.y.shape[-1])
    for values, owner in zip(long, sample.reshape(long.shape), strict=True):
        for start in range(0, len(values), fold):
            piece = slice(start, start + fold)
            data += grid(values[None, piece], top=row, fill=owner[None, piece], colors=colors)
            row += 1
        row += 0.3
    rows = [
        [str(index.tolist()), int(value)]
        for index, value in zip(np.argwhere(result.y >= 0), result.y.flat, strict=True)
    ]
    meta = {"numbers": table(["y", "x"], rows)}
    return Figure(data=data, layout={**layout(max(wide, 9), row, CELL), "meta": meta})


def dropout(result: Any, revealed: bool = True, words: Words = WORDS) -> Figure:
    """Draw the input, what training makes of it, and what comes out after ``eval()``."""
    nothing = np.zeros(result.x.shape)
    grids = [(words["before"], result.x, nothing)]
    scaled = f"{words['train']}: ×{result.scale:.3g}, {words['dropped']}"
    grids.append((scaled, result.train, result.mask.astype(float)))
    if revealed:
        grids.append((words["eval"], result.eval, nothing))
    step, data = len(result.x) + 1.0, []
    for place, (name, values, mask) in enumerate(grids):
        data += grid(values, top=place * step + 0.8, fill=mask, colors=(RAISED, NOT_DROPPED))
        data.append(_name(name, place * step + 0.4))
    high = 3 * step
    if not revealed:
        data.append(_name(words["eval_guess"], 2 * step + 0.4))
        high = 2 * step + 0.8
    rows = zip(*(each.ravel().tolist() for each in (result.x, result.train, result.eval)),
               strict=True)  # fmt: skip
    columns = [words["before"], words["train"], words["eval"]]
    meta = {"numbers": table(columns, rows)} if revealed else None
    return Figure(data, {**layout(max(result.x.shape[1], 6), high, CELL), "meta": meta})


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
    heights = [place + (group - off) * 0.18 for place, group, _ in groups]
    owners = [group for _, group, numbers in groups for _ in numbers]
    dots = markers(
        np.concatenate([numbers for *_, numbers in groups]),
        np.repeat(heights, result.x.shape[1]),
        marker={"color": [CATEGORIES[group] for group in owners], "size": 9, "opacity": 0.6},
        customdata=owners,
        hovertemplate=f"{words['group']} %{{customdata}}: %{{x:.3g}}<extra></extra>",
    )
    means = markers(
        [float(numbers.mean()) for *_, numbers in groups],
        heights,
        marker={"symbol": "line-ns", "size": 16, "line": {"color": TEXT, "width": 2.5}},
        hovertemplate=f"{words['mean']}: %{{x:.3g}}<extra></extra>",
    )
    rows = [
        [names[place], group, f"{numbers.mean():.3g}", f"{numbers.std():.3g}"]
        for place, group, numbers in groups
    ]
    columns = ["", words["group"], words["mean"], words["std"]]
    title = {"text": words["norm"], "font": {"size": 12}}
    return Figure(
        data=[dots, means],
        layout={
            "height": 380,
            "margin": {"l": 86, "r": 10, "t": 10, "b": 48},
            "showlegend": False,
            "xaxis": {"gridcolor": GRID, "zeroline": True, "zerolinecolor": MUTED, "title": title},
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


def _name(words: str, y: float) -> Part:
    """Return the name of what stands below it."""
    return text([0], [y], [words], MUTED, 13, "middle right")


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
            "height": 430,
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


# --- an LSTM unrolled: a cell for each layer, direction and step ----------------------------------


def lstm(result: Any, revealed: bool = True, words: Words = WORDS) -> Figure:
    """Draw the cells as they work, one frame a step, layer after layer."""
    steps, size = result.x.shape
    rows, _, hidden = result.shape_h
    out = result.output.shape[1]
    directions = out // hidden
    layers = rows // directions
    frames = list(_lstm_frames((layers, directions, steps), (size, hidden, out), revealed, words))
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
    meta = {"numbers": table(words["lstm_columns"], numbers), "pause": 900}
    return Figure(
        data=[
            text(across, [-1] * steps, [f"x<br>({size})"] * steps, size=13),
            text(across, [rows] * steps, [f"y<br>({shown})"] * steps, size=13),
            {**box, **frames[0]["data"][0]},
            text([-0.85] * layers, middles, [f"l{layer}" for layer in range(layers)], MUTED, 13),
        ],
        frames=frames,
        layout=drawing(
            (rows + 2) * ROW + 20,
            (-1.1, steps - 0.4),
            (-1.5, rows + 0.5),
            annotations=list(_arrows(steps, layers, directions)),
            meta=meta if revealed else None,
        ),
    )


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
                now[place], done[place] = LIT, DONE
            caption = words["both" if directions > 1 else "step"].format(
                layer=layer + 1, step=step + 1, back=steps - step, hidden=hidden,
                size=out if layer else size, out=out if revealed else "?",
            )  # fmt: skip
            yield _lstm_frame(caption, now)


def _lstm_frame(name: str, colors: np.ndarray) -> dict[str, Any]:
    border = {"color": MUTED, "width": 1.5}
    fill = colors.ravel().tolist()
    marker = {"symbol": "square", "size": 34, "color": fill, "opacity": 1, "line": border}
    return {"name": name, "data": [{"type": "scatter", "marker": marker}], "traces": [2]}


def _arrows(steps: int, layers: int, directions: int) -> Iterator[Part]:
    """Yield the arrows: hidden states along the steps, numbers from layer to layer."""
    for row in range(layers * directions):
        for step in range(steps - 1):
            ends = (step + 1, step) if row % directions else (step, step + 1)
            yield _arrow(ends[0], row, ends[1], row)
    for step in range(steps):
        for layer in range(layers + 1):
            yield _arrow(step, layer * directions - 1, step, layer * directions)


def _arrow(x0: float, y0: float, x1: float, y1: float) -> Part:
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
