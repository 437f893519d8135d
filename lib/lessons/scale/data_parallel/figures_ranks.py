"""Real processes: which samples each one sees, and its gradients before and after all-reduce."""

from collections.abc import Mapping, Sequence

import numpy as np

from lib.core.i18n import mark
from lib.lessons.scale.data_parallel.train import Trained
from lib.plots.cells import SIGNED
from lib.plots.figure import Figure
from lib.plots.numbers import short
from lib.plots.palette import CATEGORIES, MUTED, RAISED, TEXT

# What is written in the pictures; a page passes its own, in its own language.
WORDS = {
    "process": mark("process {number}"),
    "one": mark("one process,<br>whole batch"),
    "axis": mark("sample"),
    "axis_weights": mark("the last gradients of the network, one column each"),
    "before": mark("Before all-reduce: the gradients of its own samples in each process."),
    "after": mark("After all-reduce: every process holds the average."),
    "seen": mark("process; samples"),
    "columns": mark("process; before; after"),
}
LANE, LEFT = 40, 82


def seen(
    batches: Sequence[Sequence[int]],
    batch: int,
    words: Mapping[str, str] = WORDS,
    guess: bool = False,
) -> Figure:
    """Draw a row for every process, with a mark for each sample it sees in the first step.

    Args:
        batches: for each process, its samples.
        batch: how many samples there are in all.
        words: what the picture says, with the keys of ``WORDS``.
        guess: draw nothing into the rows: the visitor is to guess.

    Returns:
        A figure with the samples of each process in ``layout.meta["numbers"]``.
    """
    marks = np.zeros((len(batches), batch), dtype=np.uint8)
    for process, places in enumerate([] if guess else batches):
        marks[process, list(places)] = process + 1
    colors = [RAISED, *CATEGORIES[: len(batches)]]
    last = len(colors) - 1
    rows = [[str(i), " ".join(map(str, places))] for i, places in enumerate(batches)]
    return Figure(
        data=[
            {
                "type": "heatmap",
                "z": marks,
                "zmin": 0,
                "zmax": last,
                "colorscale": [(i / last, color) for i, color in enumerate(colors)],
                "showscale": False,
                "xgap": 1,
                "ygap": 8,
                "hoverinfo": "skip",
            }
        ],
        layout={
            "height": len(batches) * LANE + 52,
            "margin": {"l": LEFT, "r": 8, "t": 4, "b": 44},
            "hovermode": False,
            "dragmode": False,
            "xaxis": {
                "title": {"text": words["axis"], "font": {"size": 13}},
                "showgrid": False,
                "zeroline": False,
                "fixedrange": True,
                "nticks": 8,
            },
            "yaxis": _rows(_names(len(batches), words)),
            "meta": None
            if guess
            else {"numbers": {"columns": words["seen"].split("; "), "rows": rows}},
        },
    )


def gradients(result: Trained, words: Mapping[str, str] = WORDS) -> Figure:
    """Draw the gradients of every process, before and after they are averaged.

    Args:
        result: what ``train_on_processes`` returns.
        words: what the picture says, with the keys of ``WORDS``.

    Returns:
        A figure with the gradients in ``layout.meta["numbers"]``.
    """
    names = [*_names(len(result.before), words), words["one"]]
    moments = [np.array([*each, result.one_process]) for each in (result.before, result.after)]
    largest = max(float(abs(each).max()) for each in moments) or 1.0
    drawn = [
        {
            "type": "heatmap",
            "z": each.astype(np.float32),
            "text": [[short(number) for number in row] for row in each.tolist()],
        }
        for each in moments
    ]
    fixed = {
        "zmin": -largest,
        "zmax": largest,
        "colorscale": SIGNED,
        "showscale": False,
        "texttemplate": "%{text}",
        "textfont": {"color": TEXT, "size": 12},
        "xgap": 2,
        "ygap": 6,
        "hoverinfo": "skip",
    }
    table = zip((*result.before, result.one_process), (*result.after, result.one_process))  # noqa: B905
    rows = [
        [name.replace("<br>", " "), *(" ".join(f"{number:.6g}" for number in row) for row in pair)]
        for name, pair in zip(names, table, strict=True)
    ]
    edge = len(result.before) - 0.5
    return Figure(
        data=[{**fixed, **drawn[0]}],
        frames=[
            {"name": words["before"], "data": [drawn[0]]},
            {"name": words["after"], "data": [drawn[1]]},
        ],
        layout={
            "height": len(names) * LANE + 36,
            "margin": {"l": LEFT, "r": 8, "t": 4, "b": 28},
            "hovermode": False,
            "dragmode": False,
            "xaxis": {
                "title": {"text": words["axis_weights"], "font": {"size": 12}, "standoff": 4},
                "showticklabels": False,
                "showgrid": False,
                "zeroline": False,
                "fixedrange": True,
            },
            "yaxis": _rows(names),
            "shapes": [
                {
                    "type": "line",
                    "xref": "paper",
                    "x0": 0,
                    "x1": 1,
                    "y0": edge,
                    "y1": edge,
                    "line": {"color": MUTED, "width": 1},
                }
            ],
            "meta": {
                "numbers": {"columns": words["columns"].split("; "), "rows": rows},
                "pause": 2500,
            },
        },
    )


def _names(processes: int, words: Mapping[str, str]) -> list[str]:
    return [words["process"].format(number=number) for number in range(processes)]


def _rows(names: Sequence[str]) -> dict[str, object]:
    """Return an axis with a row for each name, the first one on top."""
    return {
        "range": [len(names) - 0.5, -0.5],
        "tickvals": list(range(len(names))),
        "ticktext": list(names),
        "showgrid": False,
        "zeroline": False,
        "fixedrange": True,
    }
