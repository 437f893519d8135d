"""Numbers before and after a layer, side by side: Flatten, Dropout, Softmax, normalization."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from lib.core.i18n import mark
from lib.plots.cells import CAPTION, extent, grid, layout
from lib.plots.figure import Figure
from lib.plots.palette import CATEGORIES, GRID, MUTED, POSITIVE, RAISED, TEXT

WORDS = {
    "guess": mark("which shape?"),
    "eval_guess": mark("and after eval()?"),
    "before": mark("x"),
    "train": mark("training"),
    "eval": mark("after eval()"),
    "kept": mark("dropped numbers are gray"),
    "scores": mark("scores"),
    "shares": mark("shares"),
    "group": mark("group"),
    "mean": mark("mean"),
    "spread": mark("spread"),
    "norm": mark("value; a color for each group, a line at its mean"),
}
CELL, GAP = 30, 0.9
# One color for each sample, pale enough for the numbers to be read.
SAMPLES = ("rgba(0, 114, 178, 0.35)", "rgba(230, 159, 0, 0.4)", "rgba(0, 158, 115, 0.35)")
KEPT = "rgba(8, 119, 189, 0.35)"


def flat(result: Any, hidden: bool = False, words: Mapping[str, str] = WORDS) -> Figure:
    """Draw a batch as grids and, below, the same numbers in their new shape."""
    sample = np.broadcast_to(np.arange(len(result.x)).reshape(-1, 1, 1, 1), result.x.shape)
    colors = SAMPLES[: len(result.x)]
    data = grid(result.x, name="x", fill=sample, colors=colors)
    wide, high = extent(result.x.shape)
    top = high + GAP
    if hidden:
        data.append(_text(f"y: ? {words['guess']}", 0, top + 0.4))
        return Figure(data=data, layout=layout(wide, top + 1, CELL))
    # A row of all numbers is folded, so that every number stays large enough to read.
    long = result.y.reshape(-1, result.y.shape[-1])
    owner = sample.reshape(long.shape)
    across = max(wide, 9)
    fold = int(across)
    row = top + CAPTION
    data.append(_text(f"y {result.shape_out}", 0, top + 0.2))
    for values, belongs in zip(long, owner, strict=True):
        for start in range(0, len(values), fold):
            piece = slice(start, start + fold)
            data += grid(
                values[None, piece], left=0, top=row, fill=belongs[None, piece], colors=colors
            )
            row += 1
        row += 0.3
    rows = [
        [str(index.tolist()), int(value)]
        for index, value in zip(np.argwhere(result.y >= 0), result.y.flat, strict=True)
    ]
    table = {"columns": ["y", "x"], "rows": rows}
    return Figure(data=data, layout={**layout(across, row, CELL), "meta": {"numbers": table}})


def dropout(result: Any, hidden: bool = False, words: Mapping[str, str] = WORDS) -> Figure:
    """Draw the input, what training makes of it, and what comes out after ``eval()``."""
    names = [words["before"], f"{words['train']}: ×{result.scale:.3g}, {words['kept']}"]
    grids = [(result.x, np.zeros(result.x.shape)), (result.train, result.kept.astype(float))]
    if hidden:
        names.append(words["eval_guess"])
    else:
        names.append(words["eval"])
        grids.append((result.eval, np.zeros(result.x.shape)))
    data, step = [], len(result.x) + 1.0
    for place, (values, kept) in enumerate(grids):
        colors = (RAISED, KEPT)
        data += grid(values, top=place * step + 0.8, fill=kept, colors=colors)
    data += [_text(name, 0, place * step + 0.4) for place, name in enumerate(names)]
    rows = [
        [float(x), float(train), float(later)]
        for x, train, later in zip(result.x.flat, result.train.flat, result.eval.flat, strict=True)
    ]
    table = {"columns": [words["before"], words["train"], words["eval"]], "rows": rows}
    high = 3 * step if not hidden else 2 * step + 0.8
    made = layout(max(result.x.shape[1], 6), high, CELL)
    return Figure(data=data, layout={**made, "meta": None if hidden else {"numbers": table}})


def shares(result: Any, hidden: bool = False, words: Mapping[str, str] = WORDS) -> Figure:
    """Draw scores as bars, and the shares that softmax makes of them."""
    places = ["0", "1", "2"]
    rows = [
        [place, float(score), float(share)]
        for place, score, share in zip(places, result.scores, result.shares, strict=True)
    ]
    bars = []
    for values, axis, color in (
        (result.scores, "x", MUTED),
        (result.shares, "x2", POSITIVE),
    ):
        bars.append(
            {
                "type": "bar",
                "orientation": "h",
                "x": values.astype(np.float32),
                "y": places,
                "xaxis": axis,
                "text": [f"{value:.3g}".replace("-", "−") for value in values],
                "textposition": "auto",
                "marker": {"color": color},
                "hoverinfo": "skip",
            }
        )
    titles = {"x": words["scores"], "x2": words["shares"]}
    table = {"columns": ["", *titles.values()], "rows": rows}
    return Figure(
        data=bars,
        layout={
            "height": 260,
            "margin": {"l": 30, "r": 10, "t": 10, "b": 46},
            "showlegend": False,
            "xaxis": {"domain": [0, 0.46], "range": [-4.5, 4.5], "title": {"text": titles["x"]}},
            "xaxis2": {"domain": [0.54, 1], "range": [0, 1.05], "title": {"text": titles["x2"]}},
            "yaxis": {"type": "category", "autorange": "reversed", "fixedrange": True},
            "meta": {"numbers": table},
        },
    )


def norm(result: Any, hidden: bool = False, words: Mapping[str, str] = WORDS) -> Figure:
    """Draw every number as a dot, a color for each group: before, while training, afterwards."""
    rows = [words["before"], words["train"], words["eval"]]
    groups = [
        (place, group, numbers)
        for place, values in enumerate((result.x, result.train, result.eval))
        for group, numbers in enumerate(values)
    ]
    off = (len(result.x) - 1) / 2
    heights = [place + (group - off) * 0.18 for place, group, _ in groups]
    long = result.x.shape[1]
    data = [
        {
            "type": "scatter",
            "mode": "markers",
            "x": np.concatenate([numbers for *_, numbers in groups]).astype(np.float32),
            "y": np.repeat(heights, long).astype(np.float32),
            "marker": {
                "color": [CATEGORIES[group] for _, group, _ in groups for _ in range(long)],
                "size": 9,
                "opacity": 0.6,
            },
            "customdata": [group for _, group, _ in groups for _ in range(long)],
            "hovertemplate": f"{words['group']} %{{customdata}}: %{{x:.3g}}<extra></extra>",
        },
        {
            "type": "scatter",
            "mode": "markers",
            "x": [float(numbers.mean()) for *_, numbers in groups],
            "y": heights,
            "marker": {"symbol": "line-ns", "size": 16, "line": {"color": TEXT, "width": 2.5}},
            "hovertemplate": f"{words['mean']}: %{{x:.3g}}<extra></extra>",
        },
    ]
    table = [
        [rows[place], group, f"{numbers.mean():.3g}", f"{numbers.std():.3g}"]
        for place, group, numbers in groups
    ]
    columns = ["", words["group"], words["mean"], words["spread"]]
    return Figure(
        data=data,
        layout={
            "height": 380,
            "margin": {"l": 86, "r": 10, "t": 10, "b": 48},
            "showlegend": False,
            "xaxis": {
                "gridcolor": GRID,
                "zeroline": True,
                "zerolinecolor": MUTED,
                "title": {"text": words["norm"], "font": {"size": 12}},
            },
            "yaxis": {
                "tickvals": [0, 1, 2],
                "ticktext": rows,
                "range": [2.6, -0.6],
                "showgrid": False,
                "zeroline": False,
                "fixedrange": True,
            },
            "meta": {"numbers": {"columns": columns, "rows": table}},
        },
    )


def _text(text: str, x: float, y: float) -> dict[str, object]:
    return {
        "type": "scatter",
        "mode": "text",
        "x": [x],
        "y": [y],
        "text": [text],
        "textposition": "middle right",
        "textfont": {"color": MUTED, "size": 13},
        "hoverinfo": "skip",
    }
