"""A picture on its way through a chain: before and after, and the numbers after every step."""

from collections.abc import Mapping, Sequence

from lib.core.i18n import mark
from lib.lessons.data.preprocess.figures_histograms import BASE, LEFT, ROW, TOP, histograms, zeros
from lib.lessons.data.preprocess.figures_images import embedded
from lib.lessons.data.preprocess.lesson import Chain
from lib.lessons.data.preprocess.look import Look
from lib.plots.figure import Figure
from lib.plots.palette import GRID, MUTED, NEGATIVE, TEXT

# What is written in the picture; a page passes its own, in its own language.
WORDS = {
    "before": mark("before"),
    "after": mark("after: what a viewer shows"),
    "waiting": mark("after: answer first"),
    "stopped": mark("after: no result"),
    "start": mark("the picture"),
    "hidden": mark("hidden until you answer"),
    "failed": mark("refused here"),
    "skipped": mark("not reached"),
    "columns": mark(
        "step, kind, shape, dtype, smallest, largest, mean, spread, cut off by a viewer"
    ),
}

NAME, LARGE = 20, 168  # pixels: a name, and a large picture below it
THUMB = 0.2  # of the width

Text = tuple[float, float, str, str, str, int]  # x, y, words, position, color, size


def strip(chain: Chain, told: bool = True, words: Mapping[str, str] = WORDS) -> Figure:
    """Draw the picture before and after, and below it every step with its histogram.

    Args:
        chain: what ``follow`` returns.
        told: whether what comes of the steps is shown, or only which steps there are.
        words: what the picture says, with the keys of ``WORDS``.

    Returns:
        A figure with every step in ``layout.meta["numbers"]`` if ``told``.
    """
    shown = chain.looks if told else chain.looks[:1]
    height = TOP + ROW * (len(chain.steps) + 1)
    texts = _heads(chain, told, words)
    for row, call in enumerate(("", *chain.steps)):
        look = shown[row] if row < len(shown) else None
        texts += _row(row, call, look, _state(row, chain, told, words), words)
    return Figure(
        data=[*histograms(shown), zeros(shown), *_written(texts)],
        layout={
            "height": height + 12,
            "margin": {"l": 4, "r": 4, "t": 4, "b": 8},
            "showlegend": False,
            "hovermode": False,
            "dragmode": False,
            "xaxis": {"visible": False, "fixedrange": True, "range": [0, 1]},
            "yaxis": {"visible": False, "fixedrange": True, "range": [height, 0]},
            "images": _images(chain, shown, told),
            "shapes": [_line(TOP + ROW * row) for row in range(len(chain.steps) + 1)],
            "meta": {"numbers": _numbers(shown, words)} if told else {},
        },
    )


# --- pictures -------------------------------------------------------------------------------------


def _images(chain: Chain, shown: Sequence[Look], told: bool) -> list[dict[str, object]]:
    """Return the two large pictures, and a small one for each step."""
    large = [_image(shown[0], 0.245, NAME, 0.49, LARGE)]
    if told and not chain.refused:
        large.append(_image(shown[-1], 0.755, NAME, 0.49, LARGE))
    small = [
        _image(look, THUMB / 2, TOP + ROW * row + 6, THUMB, ROW - 12)
        for row, look in enumerate(shown)
    ]
    return large + small


def _image(look: Look, middle: float, top: float, wide: float, high: float) -> dict[str, object]:
    return {
        "source": embedded(look.seen),
        "xref": "x",
        "yref": "y",
        "x": middle,
        "y": top,
        "sizex": wide,
        "sizey": high,
        "xanchor": "center",
        "yanchor": "top",
        "sizing": "contain",
    }


# --- words ----------------------------------------------------------------------------------------


def _heads(chain: Chain, told: bool, words: Mapping[str, str]) -> list[Text]:
    """Return the names of the two large pictures."""
    after = "waiting" if not told else "stopped" if chain.refused else "after"
    return [
        (0.245, NAME / 2, words["before"], "middle center", TEXT, 13),
        (0.755, NAME / 2, words[after], "middle center", TEXT, 13),
    ]


def _state(row: int, chain: Chain, told: bool, words: Mapping[str, str]) -> str:
    """Return what to say of a step that has nothing to show."""
    if not told:
        return words["hidden"]
    return words["failed"] if row == len(chain.looks) else words["skipped"]


def _row(
    row: int, call: str, look: Look | None, state: str, words: Mapping[str, str]
) -> list[Text]:
    """Return what is written beside one step."""
    top = TOP + ROW * row
    name = f"{row}  {call}" if call else words["start"]
    if look is None:
        failed = state == words["failed"]
        return [
            (LEFT, top + 14, name, "middle right", NEGATIVE if failed else MUTED, 13),
            (LEFT, top + 36, state, "middle right", NEGATIVE if failed else MUTED, 12),
        ]
    low, high = look.ends
    about = (
        f"{'×'.join(map(str, look.shape))}  {look.dtype}  {short(look.low)} … {short(look.high)}"
    )
    return [
        (LEFT, top + 12, name, "middle right", TEXT, 13),
        (LEFT, top + 28, about, "middle right", MUTED, 12),
        (LEFT, top + BASE + 12, short(low), "middle right", MUTED, 11),
        (1, top + BASE + 12, short(high), "middle left", MUTED, 11),
    ]


def _written(texts: Sequence[Text]) -> list[dict[str, object]]:
    """Return one trace with all texts."""
    x, y, said, places, colors, sizes = (list(each) for each in zip(*texts, strict=True))
    return [
        {
            "type": "scatter",
            "mode": "text",
            "x": x,
            "y": y,
            "text": said,
            "textposition": places,
            "textfont": {"color": colors, "size": sizes},
            "cliponaxis": False,
        }
    ]


# --- numbers --------------------------------------------------------------------------------------


def _line(top: float) -> dict[str, object]:
    return {
        "type": "line",
        "x0": 0,
        "x1": 1,
        "y0": top,
        "y1": top,
        "line": {"color": GRID, "width": 1},
    }


def _numbers(shown: Sequence[Look], words: Mapping[str, str]) -> dict[str, object]:
    """Return the picture as a table: one row for each step."""
    rows = [
        [
            look.call or words["start"],
            look.kind,
            str(look.shape),
            look.dtype,
            short(look.low),
            short(look.high),
            "  ".join(map(short, look.mean)),
            "  ".join(map(short, look.std)),
            f"{look.clipped:.1%}",
        ]
        for look in shown
    ]
    return {"columns": words["columns"].split(", "), "rows": rows}


def short(number: float) -> str:
    """Return a number with three digits and a true minus."""
    return f"{round(number, 6) + 0.0:.3g}".replace("-", "−")
