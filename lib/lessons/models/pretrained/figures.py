"""A network's answer to a picture, and which of its blocks still train."""

import base64
from collections.abc import Mapping
from typing import Any

from lib.core.i18n import mark
from lib.lessons.models.pretrained.lesson import Frozen
from lib.lessons.models.pretrained.top import Answer
from lib.plots.figure import Figure
from lib.plots.palette import GRID, MUTED, POSITIVE, TEXT

# What is written in the pictures; a page passes its own, in its own language.
WORDS = {
    "hidden": mark("hidden until you answer"),
    "columns": mark("class, chance"),
    "blocks": mark("block, parameters, of them train"),
    "trains": mark("trains"),
    "frozen": mark("frozen"),
    "head": mark("new head"),
    "axis": mark("parameters, on a log scale"),
}
ROW, LEAST = 36, 190  # pixels for a class, and for the picture
SHEET = 160  # pixels for the examples of the challenge
LEFT = 0.36  # where the bars begin, as a share of the width


def top(
    answer: Answer, seen: bytes, shown: bool = True, words: Mapping[str, str] = WORDS
) -> Figure:
    """Draw a picture as the network sees it, and its first answers as bars.

    Args:
        answer: the network's answer.
        seen: the picture as a JPEG.
        shown: whether the answers are shown.
        words: what is written in the picture.
    """
    count = len(answer.classes)
    high = max(LEAST, ROW * count) + 16
    rows = [[name, f"{chance:.2%}"] for name, chance in zip(*answer[:2], strict=True)]
    x: list[float | None] = []
    y: list[float | None] = []
    for place, chance in enumerate(answer.chances):
        x += [LEFT, LEFT + (1 - LEFT) * (chance if shown else 0), None]
        y += [place * ROW + 26] * 2 + [None]
    bars = {
        "type": "scatter",
        "mode": "lines",
        "x": x,
        "y": y,
        "line": {"color": POSITIVE, "width": 9},
        "hoverinfo": "skip",
    }
    said = [f"{name}  {chance:.1%}" for name, chance in zip(*answer[:2], strict=True)]
    texts = {
        "type": "scatter",
        "mode": "text",
        "x": [LEFT] * count,
        "y": [place * ROW + 10 for place in range(count)],
        "text": said if shown else [words["hidden"], *[" "] * (count - 1)],
        "textposition": "middle right",
        "textfont": {"color": TEXT if shown else MUTED, "size": 13},
        "cliponaxis": False,
        "hoverinfo": "skip",
    }
    lines = [
        {
            "type": "line",
            "x0": LEFT,
            "x1": 1,
            "y0": place * ROW + 26,
            "y1": place * ROW + 26,
            "line": {"color": GRID, "width": 9},
            "layer": "below",
        }
        for place in range(count)
    ]
    numbers = {"columns": words["columns"].split(", "), "rows": rows}
    return Figure(
        data=[bars, texts],
        layout={
            "height": high,
            "margin": {"l": 4, "r": 4, "t": 4, "b": 4},
            "showlegend": False,
            "hovermode": False,
            "dragmode": False,
            "xaxis": {"visible": False, "fixedrange": True, "range": [0, 1]},
            "yaxis": {"visible": False, "fixedrange": True, "range": [high - 8, 0]},
            "shapes": lines,
            "images": [_photo(seen, LEFT - 0.03)],
            "meta": {"numbers": numbers} if shown else None,
        },
    )


def blocks(result: Frozen, shown: bool = True, words: Mapping[str, str] = WORDS) -> Figure:
    """Draw how many parameters each block has, the frozen ones gray.

    Args:
        result: the blocks.
        shown: whether the numbers beside the bars are shown.
        words: what is written in the picture.
    """
    names = [words["head"] if part.name == "head" else part.name for part in result.parts]
    amounts = [part.parameters for part in result.parts]
    traces = []
    for kind, color in (("frozen", GRID), ("trains", POSITIVE)):
        rows = [
            row for row, part in enumerate(result.parts) if (part.trains > 0) == (kind == "trains")
        ]
        traces.append(
            {
                "type": "bar",
                "orientation": "h",
                "name": words[kind],
                "x": [amounts[row] for row in rows],
                "y": rows,
                "text": [f"{amounts[row]:,}" if shown else " " for row in rows],
                "textposition": "outside",
                "textfont": {"color": TEXT, "size": 11},
                "cliponaxis": False,
                "marker": {"color": color},
                "hoverinfo": "skip",
                "showlegend": True,
            }
        )
    table = [
        [name, part.parameters, part.trains] for name, part in zip(names, result.parts, strict=True)
    ]
    numbers = {"columns": words["blocks"].split(", "), "rows": table}
    return Figure(
        data=traces,
        layout={
            "height": 84 + 20 * len(names),
            "margin": {"l": 96, "r": 64, "t": 30, "b": 44},
            "bargap": 0.25,
            "barmode": "overlay",
            "hovermode": False,
            "dragmode": False,
            "legend": {"orientation": "h", "x": 0, "y": 1.0, "yanchor": "bottom"},
            "xaxis": {
                "type": "log",
                "range": [2, 7.3],
                "fixedrange": True,
                "title": {"text": words["axis"], "standoff": 6},
                "tickvals": [100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000],
                "ticktext": ["100", "1k", "10k", "100k", "1M", "10M"],
            },
            "yaxis": {
                "range": [len(names) - 0.4, -0.6],
                "fixedrange": True,
                "tickvals": list(range(len(names))),
                "ticktext": names,
                "showgrid": False,
                "zeroline": False,
            },
            "meta": {"numbers": numbers} if shown else None,
        },
    )


def examples(sheet: bytes) -> Figure:
    """Draw the examples of the challenge.

    Args:
        sheet: all of them, as one JPEG.
    """
    hidden = {"visible": False, "fixedrange": True, "range": [0, 1]}
    return Figure(
        data=[{"type": "scatter", "x": [], "y": [], "hoverinfo": "skip"}],
        layout={
            "height": SHEET,
            "margin": {"l": 0, "r": 0, "t": 0, "b": 8},
            "showlegend": False,
            "hovermode": False,
            "dragmode": False,
            "xaxis": hidden,
            "yaxis": hidden,
            "images": [_photo(sheet, 1)],
        },
    )


def _photo(jpeg: bytes, share: float) -> dict[str, Any]:
    """Return a photo at the top left that takes up to a share of the width."""
    return {
        "source": "data:image/jpeg;base64," + base64.b64encode(jpeg).decode(),
        "xref": "paper",
        "yref": "paper",
        "x": 0,
        "y": 1,
        "sizex": share,
        "sizey": 1,
        "xanchor": "left",
        "yanchor": "top",
        "sizing": "contain",
    }
