"""The time of a step on several devices: in a model, and measured beside it."""

from collections.abc import Mapping, Sequence

from lib.core.i18n import mark
from lib.lessons.scale.data_parallel.model import Step
from lib.lessons.scale.data_parallel.speed import Measured, model_of
from lib.plots.figure import Figure
from lib.plots.palette import CATEGORIES, GRID, NEGATIVE, POSITIVE, TEXT

# What is written in the pictures; a page passes its own, in its own language.
WORDS = {
    "devices": mark("devices"),
    "processes": mark("processes"),
    "milliseconds": mark("ms per step, model"),
    "measured_axis": mark("ms per step"),
    "compute": mark("compute"),
    "communication": mark("communication"),
    "measured": mark("measured"),
    "model": mark("model: compute/n + communication"),
    "columns": mark("devices; compute, ms; communication, ms; together, ms"),
    "columns_measured": mark("processes; measured, ms; all-reduce alone, ms; model, ms"),
}


def modeled(steps: Sequence[Step], words: Mapping[str, str] = WORDS) -> Figure:
    """Draw the model's time for every number of devices: compute, and communication on top.

    Args:
        steps: what ``modeled`` of the model returns.
        words: what the picture says, with the keys of ``WORDS``.

    Returns:
        A figure with the times in ``layout.meta["numbers"]``.
    """
    counts = [step.devices for step in steps]
    parts = (
        (words["compute"], POSITIVE, [step.compute / 1000 for step in steps]),
        (words["communication"], NEGATIVE, [step.communication / 1000 for step in steps]),
    )
    rows = [
        [str(step.devices)]
        + [f"{time / 1000:g}" for time in (step.compute, step.communication, step.total)]
        for step in steps
    ]
    return Figure(
        data=[
            {
                "type": "bar",
                "name": name,
                "x": counts,
                "y": times,
                "marker": {"color": color},
                "hovertemplate": "%{y:.3g} ms",
            }
            for name, color, times in parts
        ],
        layout=_layout(words["devices"], words["milliseconds"])
        | {
            "barmode": "stack",
            "meta": {"numbers": {"columns": words["columns"].split("; "), "rows": rows}},
        },
    )


def measured(result: Measured, words: Mapping[str, str] = WORDS) -> Figure:
    """Draw the measured time of a step on 1 to 4 processes beside what the model says.

    Args:
        result: what ``measure_speed`` returns.
        words: what the picture says, with the keys of ``WORDS``.

    Returns:
        A figure with the times in ``layout.meta["numbers"]``.
    """
    counts = [each.processes for each in result.timed]
    predicted = model_of(result)
    rows = [
        [str(each.processes), *(f"{ms:.3g}" for ms in (each.step, each.communication, model))]
        for each, model in zip(result.timed, predicted, strict=True)
    ]
    return Figure(
        data=[
            {
                "type": "bar",
                "name": words["measured"],
                "x": counts,
                "y": [each.step for each in result.timed],
                "marker": {"color": CATEGORIES[2]},
                "hovertemplate": "%{y:.3g} ms",
            },
            {
                "type": "scatter",
                "mode": "lines+markers",
                "name": words["model"],
                "x": counts,
                "y": predicted,
                "line": {"color": TEXT, "dash": "dot", "width": 2},
                "marker": {"size": 9, "symbol": "diamond"},
                "hovertemplate": "%{y:.3g} ms",
            },
        ],
        layout=_layout(words["processes"], words["measured_axis"])
        | {"meta": {"numbers": {"columns": words["columns_measured"].split("; "), "rows": rows}}},
    )


def _layout(x: str, y: str) -> dict[str, object]:
    return {
        "height": 280,
        "margin": {"l": 52, "r": 8, "t": 34, "b": 44},
        "hovermode": "x unified",
        "legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
        "xaxis": {"title": {"text": x, "font": {"size": 13}}, "dtick": 1, "fixedrange": True},
        "yaxis": {
            "title": {"text": y, "font": {"size": 13}},
            "rangemode": "tozero",
            "gridcolor": GRID,
            "fixedrange": True,
        },
    }
