"""Where a model and its tensors live: one box a name, in the column of its device."""

from collections.abc import Mapping, Sequence

from lib.core.i18n import mark
from lib.lessons.scale.devices.lesson import Course
from lib.plots.figure import Figure
from lib.plots.palette import BACKGROUND, CATEGORIES, GRID, MUTED, NEGATIVE, RAISED, TEXT

# What is written in the picture; a page passes its own, in its own language.
WORDS = {
    "whole": mark("The end of the program. Play it from the beginning."),
    "cpu": mark("<b>cpu</b>: ordinary memory"),
    "meta": mark("<b>meta</b>: shapes, no numbers"),
    "other": mark("<b>{device}</b>: its own memory"),
    "copy": mark("a copy without a name"),
    "refused": mark("{name}: refused, two devices meet"),
    "columns": mark("after the line, name, device"),
    "nobody": mark("(no name)"),
}

NAMES = ("model", "images", "y", "out", "loss")
SHAPES = {"model": "Linear(3, 3)", "images": "(4, 3)", "y": "(4, 3)", "out": "(4, 3)", "loss": "()"}
FEEDS = {"out": ("model", "images"), "loss": ("out", "y")}  # what meets what
ROW, HIGH, TOP, BOTTOM = 44, 34, 34, 6
FILLS = {True: "rgba(0, 114, 178, 0.28)", False: "rgba(0, 158, 115, 0.28)"}  # on the CPU, elsewhere
LINES = {True: CATEGORIES[0], False: CATEGORIES[2]}
FAILED = "rgba(245, 147, 34, 0.5)"
UNSEEN = "rgba(0, 0, 0, 0)"
# Plotly forgets to draw a text that was empty in the frame before: so none is ever empty.
BLANK = " "


def places(
    result: Course,
    device: str,
    lines: Sequence[str],
    words: Mapping[str, str] = WORDS,
    hidden: bool = False,
) -> Figure:
    """Draw the memory of the CPU and of the device as columns, with a box for every name there.

    The end comes first, to be seen without a click, then a frame for each line of the program. A
    copy that no name holds is an empty box; where two devices meet, a bar lies across both.

    Args:
        result: what ``follow`` returns.
        device: the device that was chosen.
        lines: the lines of the program, one for each look and one more if it failed.
        words: what the picture says, with the keys and fields of ``WORDS``.
        hidden: whether only the first line may be seen, because what follows is asked for.

    Returns:
        A figure with every name at every moment in ``layout.meta["numbers"]``.
    """
    columns = ["cpu"] if device == "cpu" else ["cpu", device]
    frames = []
    for number, line in enumerate(lines):
        look = result.looks[min(number, len(result.looks) - 1)]
        failed = number >= len(result.looks)
        lost = not result.same_images and line.strip().startswith("images.to(")
        frames.append({"name": line, "data": [_boxes(look, columns, lost, failed, words)]})
    frames = frames[:1] if hidden else [{**frames[-1], "name": words["whole"]}, *frames]
    return Figure(
        data=[{**_still(), **frames[0]["data"][0]}],  # type: ignore[dict-item]
        frames=[] if hidden else [{**frame, "traces": [0]} for frame in frames],
        layout={
            "height": ROW * len(NAMES) + TOP + BOTTOM,
            "margin": {"l": 4, "r": 4, "t": TOP, "b": BOTTOM},
            "showlegend": False,
            "hovermode": False,
            "dragmode": False,
            "barmode": "overlay",
            "xaxis": {"visible": False, "fixedrange": True, "range": [0, len(columns)]},
            "yaxis": {"visible": False, "fixedrange": True, "range": [ROW * len(NAMES), 0]},
            "shapes": [_ground(number) for number in range(len(columns))],
            "annotations": [_title(number, name, words) for number, name in enumerate(columns)],
            "meta": None if hidden else {"numbers": _numbers(result, lines, words), "pause": 1700},
        },
    )


def _still() -> dict[str, object]:
    """Return what stays of the boxes from frame to frame."""
    return {
        "type": "bar",
        "orientation": "h",
        "width": HIGH,
        "y": [ROW * (row + 0.5) for row in (*range(len(NAMES)), 1)],  # the last is the lost copy
        "textposition": "inside",
        "insidetextanchor": "middle",
        "textangle": 0,
        "constraintext": "none",
        "insidetextfont": {"size": 13, "color": TEXT},
        "hoverinfo": "skip",
    }


def _boxes(
    look: Mapping[str, str], columns: Sequence[str], lost: bool, failed: bool,
    words: Mapping[str, str],
) -> dict[str, object]:  # fmt: skip
    """Return the boxes as they look after one line: those of the names, and that of a lost copy."""
    base, wide, texts, fills, edges = [], [], [], [], []

    def box(left: float, right: float, text: str, fill: str, edge: str) -> None:
        base.append(left)
        wide.append(right - left)
        texts.append(text)
        fills.append(fill)
        edges.append(edge)

    refused = next((name for name in FEEDS if name not in look), "") if failed else ""
    for name in NAMES:
        if name in look:
            column = 0 if look[name] == "cpu" else len(columns) - 1
            own = f"<b>{name}</b> {SHAPES[name]}"
            is_cpu = column == 0
            fill, edge = FILLS[is_cpu], LINES[is_cpu]
            if name in FEEDS.get(refused, ()):
                edge = NEGATIVE
            box(column + 0.06, column + 0.94, own, fill, edge)
        elif name == refused:
            text = words["refused"].format(name=f"<b>{name}</b>")
            box(0.06, len(columns) - 0.06, text, FAILED, NEGATIVE)
        else:
            box(0, 0, BLANK, UNSEEN, UNSEEN)
    column = len(columns) - 1
    if lost:
        box(column + 0.06, column + 0.94, f"<i>{words['copy']}</i>", BACKGROUND, MUTED)
    else:
        box(0, 0, BLANK, UNSEEN, UNSEEN)
    return {
        "type": "bar",
        "base": base,
        "x": wide,
        "text": texts,
        "marker": {"color": fills, "line": {"color": edges, "width": 2}},
    }


def _ground(number: int) -> dict[str, object]:
    """Return the ground of a column."""
    return {
        "type": "rect",
        "layer": "below",
        "x0": number + 0.02,
        "x1": number + 0.98,
        "y0": 0,
        "y1": ROW * len(NAMES),
        "fillcolor": RAISED,
        "line": {"color": GRID, "width": 1},
    }


def _title(number: int, device: str, words: Mapping[str, str]) -> dict[str, object]:
    """Return the name above a column."""
    return {
        "x": number + 0.5,
        "y": 1,
        "yref": "paper",
        "yanchor": "bottom",
        "yshift": 6,
        "showarrow": False,
        "text": words.get(device, words["other"]).format(device=device),
        "font": {"size": 13, "color": TEXT},
    }


def _numbers(result: Course, lines: Sequence[str], words: Mapping[str, str]) -> dict[str, object]:
    """Return every name's device after every line."""
    rows = [
        [line, name, device]
        for line, look in zip(lines, result.looks, strict=False)
        for name, device in look.items()
    ]
    if result.error:
        rows.append([lines[-1], words["nobody"], result.error])
    return {"columns": words["columns"].split(", "), "rows": rows}
