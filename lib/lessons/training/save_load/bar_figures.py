"""Accuracy, sizes and fits as bars, and the loss of resumed trainings as curves."""

from collections.abc import Sequence

from lib.core.i18n import Words, mark
from lib.lessons.training.save_load.architecture_match import Fit
from lib.lessons.training.save_load.files import Inside
from lib.lessons.training.save_load.lesson import Loaded
from lib.lessons.training.save_load.resume import Resumed
from lib.plots.figure import Figure
from lib.plots.numbers import Table, table
from lib.plots.palette import CATEGORIES, MUTED, POSITIVE, TEXT
from lib.plots.traces import LEGEND_ABOVE, Part, axis, line, note

WORDS = {
    "saved": mark("the saved network"),
    "before": mark("new, before loading"),
    "after": mark("new, after loading"),
    "accuracy": mark("accuracy on test images"),
    "accuracies": (mark("network"), mark("accuracy")),
    "whole": mark("never interrupted"),
    "resumed": mark("from the full checkpoint"),
    "weights_only": mark("from the weights alone"),
    "stop": mark("saved here"),
    "step": mark("step"),
    "loss": mark("test loss"),
    "losses": (
        mark("step"), mark("never interrupted"), mark("from the full checkpoint"),
        mark("from the weights alone"),
    ),
    "bytes": mark("bytes"),
    "entries": (mark("entry"), mark("bytes")),
    "share": mark("keys equal in name and shape"),
    "fits": (
        mark("network"), mark("equal"), mark("missing"), mark("unexpected"), mark("shape differs"),
    ),
}  # fmt: skip
PLAIN = {"zeroline": False}


def accuracies(result: Loaded, revealed: bool = True, words: Words = WORDS) -> Figure:
    """Draw the accuracy of the saved network, and of the new one before and after loading."""
    bars = [
        (words["after"], result.accuracy_after if revealed else 0.0, POSITIVE),
        (words["before"], result.accuracy_before, MUTED),
        (words["saved"], result.trained_accuracy, CATEGORIES[2]),
    ]
    texts = [f"{accuracy:.1%}" for _, accuracy, _ in bars]
    rows = [(name, text) for (name, *_), text in zip(bars, texts, strict=True)]
    percent = axis(words["accuracy"], range=[0, 1.12], tickformat=".0%", **PLAIN)
    if not revealed:
        return _bars(bars, ["?", *texts[1:]], percent, None)
    return _bars(bars, texts, percent, table(words["accuracies"], rows))


def curves(result: Resumed, words: Words = WORDS) -> Figure:
    """Draw the loss of the training that was never interrupted, and of those that were resumed."""
    steps, start = len(result.whole), len(result.whole) - len(result.resumed)
    every, later = list(range(1, steps + 1)), list(range(start + 1, steps + 1))
    gap = [None] * start
    columns = (every, result.whole, [*gap, *result.resumed], [*gap, *result.weights_only])
    saved = {"type": "line", "x0": start, "x1": start, "yref": "paper", "y0": 0, "y1": 1}
    hover = "%{x}: %{y:.3f}"
    return Figure(
        data=[
            line(every, result.whole, MUTED, 7, name=words["whole"], hovertemplate=hover,
                 opacity=0.45),
            line(later, result.resumed, POSITIVE, name=words["resumed"], hovertemplate=hover),
            line(later, result.weights_only, CATEGORIES[5], name=words["weights_only"],
                 hovertemplate=hover),
        ],
        layout={
            "height": 330,
            "margin": {"l": 48, "r": 10, "t": 64, "b": 42},
            "legend": LEGEND_ABOVE,
            "xaxis": axis(words["step"], range=[0, steps + 1], **PLAIN),
            "yaxis": axis(words["loss"], rangemode="tozero", **PLAIN),
            "shapes": [{**saved, "line": {"color": MUTED, "width": 1, "dash": "dot"}}],
            "annotations": [
                note(words["stop"], start, 1, MUTED, 12, yref="paper", yanchor="top",
                     xanchor="right")
            ],
            "meta": {"numbers": table(words["losses"], zip(*columns, strict=True))},
        },
    )  # fmt: skip


def entries(result: Inside, words: Words = WORDS) -> Figure:
    """Draw what a file holds as bars, as long as the bytes of each."""
    bars = [
        (name, size, POSITIVE if _is_tensor(name) else MUTED) for name, size in result.entries[::-1]
    ]
    most = max(size for _, size in result.entries)
    sizes = axis(words["bytes"], range=[0, most * 1.2], **PLAIN)
    texts = [str(size) for _, size, _ in bars]
    return _bars(bars, texts, sizes, table(words["entries"], result.entries))


def _is_tensor(entry: str) -> bool:
    """Tell whether an entry holds a tensor's numbers; the others say what the numbers are."""
    in_archive = "/" in entry  # else it is a safetensors file: a header, then tensors by name
    return "/data/" in entry if in_archive else entry != "header"


def fits(found: Sequence[Fit], chosen: str, words: Words = WORDS) -> Figure:
    """Draw how well a file fits each network, the chosen one in color."""
    rows = [(each.network, f"{each.share:.0%}", *list(each.counts.values())[1:]) for each in found]
    bars = [
        (each.network, each.share, POSITIVE if each.network == chosen else MUTED)
        for each in found[::-1]
    ]
    texts = [f"{share:.0%}" for _, share, _ in bars]
    percent = axis(words["share"], range=[0, 1.15], tickformat=".0%", **PLAIN)
    return _bars(bars, texts, percent, table(words["fits"], rows))


def _bars(
    bars: Sequence[tuple[str, float, str]], texts: Sequence[str], x: Part, numbers: Table | None
) -> Figure:
    """Draw bars from left to right, the first at the bottom: name, length and color of each."""
    names, lengths, colors = map(list, zip(*bars, strict=True))
    return Figure(
        data=[
            {
                "type": "bar",
                "orientation": "h",
                "x": lengths,
                "y": list(range(len(names))),
                "text": [f" {each}" for each in texts],
                "textposition": "outside",
                "cliponaxis": False,
                "textfont": {"color": TEXT, "size": 13},
                "textangle": 0,
                "marker": {"color": colors},
                "hoverinfo": "skip",
            }
        ],
        layout={
            "height": 26 * len(names) + 62,
            "margin": {"l": 8, "r": 12, "t": 6, "b": 48},
            "showlegend": False,
            "xaxis": x,
            "yaxis": {
                "fixedrange": True,
                "zeroline": False,
                "automargin": True,
                "showgrid": False,
                "ticks": "outside",
                "ticklen": 6,
                "tickcolor": "rgba(0,0,0,0)",
                "tickvals": list(range(len(names))),
                "ticktext": names,
            },
            "meta": {"numbers": numbers} if numbers else None,
        },
    )
