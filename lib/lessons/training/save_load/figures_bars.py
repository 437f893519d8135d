"""Accuracy, loss, sizes and fits as bars and curves."""

from collections.abc import Mapping, Sequence
from typing import Any

from lib.core.i18n import mark
from lib.lessons.training.save_load.fits import Fit
from lib.lessons.training.save_load.inside import Inside
from lib.lessons.training.save_load.lesson import Loaded
from lib.lessons.training.save_load.resume import Resumed
from lib.plots.figure import Figure
from lib.plots.palette import CATEGORIES, MUTED, POSITIVE, TEXT

WORDS = {
    "saved": mark("the saved network"),
    "before": mark("new, before loading"),
    "after": mark("new, after loading"),
    "right": mark("test images that are right"),
    "accuracies": mark("network, right"),
    "whole": mark("never interrupted"),
    "resumed": mark("from the full checkpoint"),
    "weights_only": mark("from the weights alone"),
    "stop": mark("saved here"),
    "step": mark("step"),
    "loss": mark("test loss"),
    "losses": mark("step, never interrupted, from the full checkpoint, from the weights alone"),
    "bytes": mark("bytes"),
    "entries": mark("entry, bytes"),
    "share": mark("keys equal in name and shape"),
    "fits": mark("network, equal, missing, unexpected, shape differs"),
}
FIXED = {"fixedrange": True, "zeroline": False}


def accuracies(result: Loaded, shown: bool = True, words: Mapping[str, str] = WORDS) -> Figure:
    """Draw how much of the test images is right: of the saved network, and before and after."""
    rows = [("after", result.after), ("before", result.before), ("saved", result.trained)]
    rows = rows if shown else [("after", 0.0), *rows[1:]]
    texts = [f" {part:.1%}" if name != "after" or shown else " ?" for name, part in rows]
    table = [[words[name], text.strip()] for (name, _), text in zip(rows, texts, strict=True)]
    colors = [POSITIVE, MUTED, CATEGORIES[2]]
    return _bars(
        [words[name] for name, _ in rows],
        [part for _, part in rows],
        texts,
        colors,
        {"title": {"text": words["right"]}, "range": [0, 1.12], "tickformat": ".0%"},
        {"columns": words["accuracies"].split(", "), "rows": table},
    )


def curves(result: Resumed, words: Mapping[str, str] = WORDS) -> Figure:
    """Draw the loss of the training that was never interrupted, and of those that were resumed."""
    steps, start = len(result.whole), len(result.whole) - len(result.resumed)
    lines = (
        ("whole", 1, result.whole, {"color": MUTED, "width": 7}),
        ("resumed", start + 1, result.resumed, {"color": POSITIVE, "width": 2}),
        ("weights_only", start + 1, result.weights_only, {"color": CATEGORIES[5], "width": 2}),
    )
    gap = [None] * start
    rows = zip(
        range(1, steps + 1), result.whole, [*gap, *result.resumed], [*gap, *result.weights_only],
        strict=True,
    )  # fmt: skip
    return Figure(
        data=[
            {
                "type": "scatter", "mode": "lines", "name": words[name], "line": line,
                "opacity": 0.45 if name == "whole" else 1,
                "x": list(range(first, steps + 1)), "y": list(losses),
                "hovertemplate": "%{x}: %{y:.3f}",
            }
            for name, first, losses, line in lines
        ],
        layout={
            "height": 330,
            "margin": {"l": 48, "r": 10, "t": 64, "b": 42},
            "legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
            "xaxis": {**FIXED, "title": {"text": words["step"]}, "range": [0, steps + 1]},
            "yaxis": {**FIXED, "title": {"text": words["loss"]}, "rangemode": "tozero"},
            "shapes": [
                {"type": "line", "x0": start, "x1": start, "yref": "paper", "y0": 0, "y1": 1,
                 "line": {"color": MUTED, "width": 1, "dash": "dot"}}
            ],
            "annotations": [
                {"x": start, "y": 1, "yref": "paper", "yanchor": "top", "xanchor": "right",
                 "text": words["stop"], "showarrow": False, "font": {"color": MUTED, "size": 12}}
            ],
            "meta": {
                "numbers": {"columns": words["losses"].split(", "), "rows": [list(r) for r in rows]}
            },
        },
    )  # fmt: skip


def entries(result: Inside, words: Mapping[str, str] = WORDS) -> Figure:
    """Draw what a file holds as bars, as long as the bytes of each."""
    rows = result.entries[::-1]
    table = {"columns": words["entries"].split(", "), "rows": [list(row) for row in result.entries]}
    most = max(size for _, size in rows)
    axis = {"title": {"text": words["bytes"]}, "range": [0, most * 1.2]}
    texts = [f" {size}" for _, size in rows]
    colors = [POSITIVE if _is_tensor(name) else MUTED for name, _ in rows]
    return _bars([n for n, _ in rows], [size for _, size in rows], texts, colors, axis, table)


def _is_tensor(entry: str) -> bool:
    """Tell whether an entry holds a tensor's numbers; the others say what the numbers are."""
    in_archive = "/" in entry  # else it is a safetensors file: a header, then tensors by name
    return "/data/" in entry if in_archive else entry != "header"


def fits(found: Sequence[Fit], chosen: str, words: Mapping[str, str] = WORDS) -> Figure:
    """Draw how well a file fits each network, the chosen one in color."""
    rows = found[::-1]
    table = [[each.network, f"{each.share:.0%}", *list(each.counts.values())[1:]] for each in found]
    return _bars(
        [each.network for each in rows],
        [each.share for each in rows],
        [f" {each.share:.0%}" for each in rows],
        [POSITIVE if each.network == chosen else MUTED for each in rows],
        {"title": {"text": words["share"]}, "range": [0, 1.15], "tickformat": ".0%"},
        {"columns": words["fits"].split(", "), "rows": table},
    )


def _bars(
    names: Sequence[str],
    lengths: Sequence[float],
    texts: Sequence[str],
    colors: Sequence[str],
    axis: Mapping[str, Any],
    table: Mapping[str, Any],
) -> Figure:
    """Draw bars from left to right, the first at the bottom."""
    return Figure(
        data=[
            {
                "type": "bar", "orientation": "h", "x": list(lengths), "y": list(range(len(names))),
                "text": list(texts), "textposition": "outside", "cliponaxis": False,
                "textfont": {"color": TEXT, "size": 13}, "textangle": 0,
                "marker": {"color": list(colors)}, "hoverinfo": "skip",
            }
        ],
        layout={
            "height": 26 * len(names) + 62,
            "margin": {"l": 8, "r": 12, "t": 6, "b": 48},
            "showlegend": False,
            "xaxis": {**FIXED, **axis},
            "yaxis": {
                **FIXED, "automargin": True, "showgrid": False, "ticks": "outside",
                "ticklen": 6,
                "tickcolor": "rgba(0,0,0,0)",
                "tickvals": list(range(len(names))), "ticktext": list(names),
            },
            "meta": {"numbers": table},
        },
    )  # fmt: skip
