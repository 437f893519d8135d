"""The graph of a network, as torch.fx traced it."""

from collections.abc import Mapping
from typing import Any

from lib.core.i18n import mark
from lib.lessons.models.build.table import Graph
from lib.plots.figure import Figure
from lib.plots.palette import BACKGROUND, CATEGORIES, MUTED, TEXT

WORDS = {
    "input": mark("input"),
    "layer": mark("layer of torch.nn"),
    "method": mark("method of a tensor"),
    "function": mark("function"),
    "output": mark("output"),
    "kind": mark("kind"),
    "text": mark("step"),
    "shape": mark("shape"),
}
ROW = 50
COLORS = {
    "input": CATEGORIES[6],
    "layer": CATEGORIES[0],
    "method": CATEGORIES[1],
    "function": CATEGORIES[2],
    "output": CATEGORIES[6],
}


def graph(result: Graph, words: Mapping[str, str] = WORDS) -> Figure:
    """Draw every step as a point with its name, in the order from top to bottom.

    Args:
        result: what ``lib.lessons.models.build.table.graph`` returns.
        words: what the picture says, with the keys of ``WORDS``.
    """
    last = max(step.row for step in result.steps)
    across = max(abs(step.column) for step in result.steps)
    line_x: list[float | None] = []
    line_y: list[float | None] = []
    for path in result.lines:
        line_x += [*(column for column, _ in path), None]
        line_y += [*(last - row for _, row in path), None]
    lines = {
        "type": "scatter", "mode": "lines", "x": line_x, "y": line_y,
        "line": {"color": MUTED, "width": 1.5}, "hoverinfo": "skip", "showlegend": False,
    }  # fmt: skip
    points: list[dict[str, Any]] = []
    for kind, color in COLORS.items():
        steps = [step for step in result.steps if step.kind == kind]
        if steps:
            points.append(
                {
                    "type": "scatter",
                    "mode": "markers",
                    "name": words[kind],
                    "x": [step.column for step in steps],
                    "y": [last - step.row for step in steps],
                    "marker": {"color": color, "size": 12},
                    "hoverinfo": "skip",
                    "cliponaxis": False,
                    "showlegend": kind not in {"input", "output"},
                }
            )
    labels = [
        {
            "x": step.column,
            "y": last - step.row,
            "xshift": 12,
            "xanchor": "left",
            "text": _label(step.text, step.shape),
            "align": "left",
            "showarrow": False,
            "font": {"size": 12, "color": TEXT},
            "bgcolor": BACKGROUND,
            "borderpad": 0,
        }
        for step in result.steps
    ]
    return Figure(
        [lines, *points],
        {
            "height": ROW * (last + 1) + 60,
            "margin": {"l": 8, "r": 0, "t": 36, "b": 8},
            "hovermode": False,
            "dragmode": False,
            "legend": {"orientation": "h", "x": 0, "y": 1, "yanchor": "bottom"},
            "xaxis": {
                "visible": False, "fixedrange": True, "range": [-across - 0.1, across + 2.4],
            },
            "yaxis": {"visible": False, "fixedrange": True, "range": [last + 0.5, -0.5]},
            "annotations": labels,
            "meta": {
                "numbers": {
                    "columns": [words[key] for key in ("kind", "text", "shape")],
                    "rows": [[words[s.kind], s.text, s.shape] for s in result.steps],
                }
            },
        },
    )  # fmt: skip


def _label(text: str, shape: str) -> str:
    below = f"<br><span style='font-size: 11px'>{shape}</span>" if shape else ""
    return f"{text}{below}"
