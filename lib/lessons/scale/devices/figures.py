"""Where a model and its tensors live: one box a name, in the column of its device."""

from collections.abc import Mapping, Sequence

from lib.core.i18n import Words, mark
from lib.lessons.scale.devices.lesson import Trace
from lib.plots.figure import Figure
from lib.plots.numbers import Table, table
from lib.plots.palette import BACKGROUND, CATEGORIES, GRID, MUTED, NEGATIVE, RAISED, TEXT
from lib.plots.traces import BLANK, Part, drawing, note

WORDS = {
    "whole": mark("The end of the program. Play it from the beginning."),
    "cpu": mark("<b>cpu</b>: ordinary memory"),
    "meta": mark("<b>meta</b>: shapes, no numbers"),
    "other": mark("<b>{device}</b>: its own memory"),
    "copy": mark("a copy without a name"),
    "refused": mark("{name}: refused, two devices meet"),
    "columns": (mark("after the line"), mark("name"), mark("device")),
    "nobody": mark("(no name)"),
}

SHAPES = {"model": "Linear(3, 3)", "images": "(4, 3)", "y": "(4, 3)", "out": "(4, 3)", "loss": "()"}
FEEDS = {"out": ("model", "images"), "loss": ("out", "y")}  # the inputs of an operation
ROW, HIGH, TOP, BOTTOM = 44, 34, 34, 6
FILLS = {True: "rgba(0, 114, 178, 0.28)", False: "rgba(0, 158, 115, 0.28)"}  # on the CPU, elsewhere
LINES = {True: CATEGORIES[0], False: CATEGORIES[2]}
FAILED = "rgba(245, 147, 34, 0.5)"
UNSEEN = "rgba(0, 0, 0, 0)"

Box = tuple[float, float, str, str, str]  # left, right, text, fill, edge
NO_BOX: Box = (0, 0, BLANK, UNSEEN, UNSEEN)


def places(
    result: Trace,
    device: str,
    lines: Sequence[str],
    revealed: bool = True,
    words: Words = WORDS,
) -> Figure:
    """Draw the memory of the CPU and of the device as columns, with a box for every name there.

    The end comes first, to be seen without a click, then a frame for each line of the program. A
    copy that no name holds is an empty box; where two devices meet, a bar lies across both.

    Args:
        result: what ``follow`` returns.
        device: the device that was chosen.
        lines: the lines of the program, one for each step and one more if it failed.
        revealed: whether more than the first line may be seen.
        words: what the picture says, with the keys and fields of ``WORDS``.
    """
    columns = ["cpu"] if device == "cpu" else ["cpu", device]
    frames = []
    for number, line in enumerate(lines):
        step = result.steps[min(number, len(result.steps) - 1)]
        failed = number >= len(result.steps)
        lost = not result.same_images and line.strip().startswith("images.to(")
        boxes = _boxes(step, len(columns), lost, failed, words)
        frames.append({"name": line, "data": [boxes], "traces": [0]})
    if revealed:
        frames.insert(0, {**frames[-1], "name": words["whole"]})
    high = ROW * len(SHAPES)
    return Figure(
        data=[{**_still(), **frames[0]["data"][0]}],  # type: ignore[dict-item]
        frames=frames if revealed else [],
        layout=drawing(
            high + TOP + BOTTOM,
            (0, len(columns)),
            (high, 0),
            margin={"l": 4, "r": 4, "t": TOP, "b": BOTTOM},
            barmode="overlay",
            shapes=[
                {
                    "type": "rect",
                    "layer": "below",
                    "x0": number + 0.02,
                    "x1": number + 0.98,
                    "y0": 0,
                    "y1": high,
                    "fillcolor": RAISED,
                    "line": {"color": GRID, "width": 1},
                }
                for number in range(len(columns))
            ],
            annotations=[
                note(
                    words.get(name, words["other"]).format(device=name),
                    number + 0.5,
                    1,
                    yref="paper",
                    yanchor="bottom",
                    yshift=6,
                )
                for number, name in enumerate(columns)
            ],
            meta={"numbers": _numbers(result, lines, words), "pause": 1700} if revealed else None,
        ),
    )


def _still() -> Part:
    """Return what stays of the boxes from frame to frame."""
    return {
        "type": "bar",
        "orientation": "h",
        "width": HIGH,
        "y": [ROW * (row + 0.5) for row in (*range(len(SHAPES)), 1)],  # the last is the lost copy
        "textposition": "inside",
        "insidetextanchor": "middle",
        "textangle": 0,
        "constraintext": "none",
        "insidetextfont": {"size": 13, "color": TEXT},
        "hoverinfo": "skip",
    }


def _boxes(step: Mapping[str, str], columns: int, lost: bool, failed: bool, words: Words) -> Part:
    """Return the boxes as they are after one line: those of the names, and that of a lost copy."""
    refused = next((name for name in FEEDS if name not in step), "") if failed else ""
    boxes = [_box(name, step, columns, refused, words) for name in SHAPES]
    copy = f"<i>{words['copy']}</i>"
    boxes.append((columns - 0.94, columns - 0.06, copy, BACKGROUND, MUTED) if lost else NO_BOX)
    lefts, rights, texts, fills, edges = zip(*boxes, strict=True)
    return {
        "type": "bar",
        "base": list(lefts),
        "x": [right - left for left, right in zip(lefts, rights, strict=True)],
        "text": list(texts),
        "marker": {"color": list(fills), "line": {"color": list(edges), "width": 2}},
    }


def _box(name: str, step: Mapping[str, str], columns: int, refused: str, words: Words) -> Box:
    """Return the box of a name: in its column, across both where devices meet, or none yet."""
    if name == refused:
        text = words["refused"].format(name=f"<b>{name}</b>")
        return 0.06, columns - 0.06, text, FAILED, NEGATIVE
    if name not in step:
        return NO_BOX
    on_cpu = step[name] == "cpu"
    column = 0 if on_cpu else columns - 1
    edge = NEGATIVE if name in FEEDS.get(refused, ()) else LINES[on_cpu]
    text = f"<b>{name}</b> {SHAPES[name]}"
    return column + 0.06, column + 0.94, text, FILLS[on_cpu], edge


def _numbers(result: Trace, lines: Sequence[str], words: Words) -> Table:
    """Return every name's device after every line."""
    rows = [
        [line, name, device]
        for line, step in zip(lines, result.steps, strict=False)
        for name, device in step.items()
    ]
    if result.error:
        rows.append([lines[-1], words["nobody"], result.error])
    return table(words["columns"], rows)
