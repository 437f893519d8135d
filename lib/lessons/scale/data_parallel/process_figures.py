"""Real processes: the samples each one sees, its gradients, and how long a step takes."""

from collections.abc import Sequence

import numpy as np

from lib.core.i18n import Words, mark
from lib.lessons.scale.data_parallel.processes import Trained
from lib.lessons.scale.data_parallel.step_time import Measured, Step, expected
from lib.plots.cells import SIGNED
from lib.plots.figure import Figure
from lib.plots.numbers import short, table
from lib.plots.palette import CATEGORIES, GRID, MUTED, NEGATIVE, POSITIVE, RAISED, TEXT
from lib.plots.traces import LEGEND_ABOVE, Part, axis, line

WORDS = {
    "process": mark("process {number}"),
    "one": mark("one process,<br>whole batch"),
    "sample": mark("sample"),
    "weights": mark("the last gradients of the network, one column each"),
    "before": mark("Before all-reduce: the gradients of its own samples in each process."),
    "after": mark("After all-reduce: every process holds the average."),
    "seen": (mark("process"), mark("samples")),
    "gradients": (mark("process"), mark("before"), mark("after")),
    "devices": mark("devices"),
    "processes": mark("processes"),
    "modeled_axis": mark("ms per step, model"),
    "measured_axis": mark("ms per step"),
    "compute": mark("compute"),
    "communication": mark("communication"),
    "measured": mark("measured"),
    "model": mark("model: compute/n + communication"),
    "modeled_columns": (
        mark("devices"), mark("compute, ms"), mark("communication, ms"), mark("together, ms"),
    ),
    "measured_columns": (
        mark("processes"), mark("measured, ms"), mark("all-reduce alone, ms"), mark("model, ms"),
    ),
}  # fmt: skip
LANE, LEFT = 40, 82
HOVER = "%{y:.3g} ms"


def seen(
    batches: Sequence[Sequence[int]], batch: int, revealed: bool = True, words: Words = WORDS
) -> Figure:
    """Draw a row for every process, with a mark for each sample it sees in the first step.

    Args:
        batches: for each process, its samples.
        batch: how many samples there are in all.
        revealed: whether the marks are drawn.
        words: what the picture says, with the keys of ``WORDS``.
    """
    marks = np.zeros((len(batches), batch), dtype=np.uint8)
    for process, places in enumerate(batches if revealed else []):
        marks[process, list(places)] = process + 1
    colors = [RAISED, *CATEGORIES[: len(batches)]]
    last = len(colors) - 1
    rows = [(str(i), " ".join(map(str, places))) for i, places in enumerate(batches)]
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
            "xaxis": axis(words["sample"], showgrid=False, zeroline=False, nticks=8),
            "yaxis": _rows(_names(len(batches), words)),
            "meta": {"numbers": table(words["seen"], rows)} if revealed else None,
        },
    )


def gradients(result: Trained, words: Words = WORDS) -> Figure:
    """Draw the gradients of every process, before and after they are averaged.

    Args:
        result: what ``train_on_processes`` returns.
        words: what the picture says, with the keys of ``WORDS``.
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
    rows = [
        [name.replace("<br>", " "), *(" ".join(f"{number:.6g}" for number in row) for row in pair)]
        for name, *pair in zip(names, *moments, strict=True)
    ]
    edge = len(result.before) - 0.5
    return Figure(
        data=[{**fixed, **drawn[0]}],
        frames=[
            {"name": words[when], "data": [each]}
            for when, each in zip(("before", "after"), drawn, strict=True)
        ],
        layout={
            "height": len(names) * LANE + 36,
            "margin": {"l": LEFT, "r": 8, "t": 4, "b": 28},
            "hovermode": False,
            "dragmode": False,
            "xaxis": axis(
                f"<span style='font-size: 12px'>{words['weights']}</span>",  # fits a phone
                showticklabels=False,
                showgrid=False,
                zeroline=False,
            ),
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
            "meta": {"numbers": table(words["gradients"], rows), "pause": 2500},
        },
    )


def modeled(steps: Sequence[Step], words: Words = WORDS) -> Figure:
    """Draw the model's time for every number of devices: compute, and communication on top.

    Args:
        steps: what ``modeled`` of the model returns.
        words: what the picture says, with the keys of ``WORDS``.
    """
    counts = [step.devices for step in steps]
    times = [[each / 1000 for each in (s.compute, s.communication, s.total)] for s in steps]
    compute, communication, _total = zip(*times, strict=True)
    rows = [
        (str(count), *(f"{each:g}" for each in row))
        for count, row in zip(counts, times, strict=True)
    ]
    return Figure(
        data=[
            _bars(words["compute"], counts, compute, POSITIVE),
            _bars(words["communication"], counts, communication, NEGATIVE),
        ],
        layout={
            **_layout(words["devices"], words["modeled_axis"]),
            "barmode": "stack",
            "meta": {"numbers": table(words["modeled_columns"], rows), "share": 0.8},
        },
    )


def measured(result: Measured, words: Words = WORDS) -> Figure:
    """Draw the measured time of a step on 1 to 4 processes beside what the model expects.

    Args:
        result: what ``measure_speed`` returns.
        words: what the picture says, with the keys of ``WORDS``.
    """
    counts = [each.processes for each in result.timed]
    model = expected(result)
    rows = [
        (str(each.processes), *(f"{ms:.3g}" for ms in (each.step, each.communication, time)))
        for each, time in zip(result.timed, model, strict=True)
    ]
    curve = line(
        counts,
        model,
        dash="dot",
        mode="lines+markers",
        name=words["model"],
        marker={"size": 9, "symbol": "diamond"},
        hovertemplate=HOVER,
    )
    return Figure(
        data=[
            _bars(words["measured"], counts, [each.step for each in result.timed], CATEGORIES[2]),
            curve,
        ],
        layout={
            **_layout(words["processes"], words["measured_axis"]),
            "meta": {"numbers": table(words["measured_columns"], rows)},
        },
    )


def _names(processes: int, words: Words) -> list[str]:
    return [words["process"].format(number=number) for number in range(processes)]


def _rows(names: Sequence[str]) -> Part:
    """Return an axis with a row for each name, the first one on top."""
    return {
        "range": [len(names) - 0.5, -0.5],
        "tickvals": list(range(len(names))),
        "ticktext": list(names),
        "showgrid": False,
        "zeroline": False,
        "fixedrange": True,
    }


def _bars(name: str, x: Sequence[int], y: Sequence[float], color: str) -> Part:
    """Return a bar of milliseconds for each number of devices."""
    color_of = {"marker": {"color": color}}
    return {"type": "bar", "name": name, "x": x, "y": y, "hovertemplate": HOVER, **color_of}


def _layout(x: str, y: str) -> Part:
    return {
        "height": 280,
        "margin": {"l": 52, "r": 8, "t": 34, "b": 44},
        "hovermode": "x unified",
        "legend": LEGEND_ABOVE,
        "xaxis": axis(x, dtick=1),
        "yaxis": axis(y, rangemode="tozero", gridcolor=GRID),
    }
