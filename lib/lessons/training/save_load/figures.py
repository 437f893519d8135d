"""Weights key by key with small pictures; accuracy, sizes and fits as bars; losses as curves."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from lib.core.i18n import Words, mark
from lib.lessons.training.save_load.files import Fit, Inside
from lib.lessons.training.save_load.lesson import Key, Loaded
from lib.lessons.training.save_load.resume import Resumed
from lib.plots.figure import Figure
from lib.plots.numbers import Table, table
from lib.plots.palette import BACKGROUND, CATEGORIES, GRID, MUTED, NEGATIVE, POSITIVE, TEXT
from lib.plots.traces import BLANK, LEGEND_ABOVE, Part, axis, drawing, line, note, plain, text
from lib.plots.weight_thumbnails import COLUMNS, ROWS

WORDS = {
    "file": mark("in the file"),
    "net": mark("in the network"),
    "loaded": mark("loaded"),
    "fits": mark("fits"),
    "missing": mark("missing"),
    "unexpected": mark("unexpected"),
    "shape differs": mark("shape differs"),
    "absent": mark("not there"),
    "begins": mark("Left, what the file holds. Right, the new network: random numbers so far."),
    "told loaded": mark("{name}: both have it, in the same shape. Its numbers are copied."),
    "told missing": mark("{name}: missing in the file. The network keeps its random numbers."),
    "told unexpected": mark("{name}: the network has no such key, so there is no place for it."),
    "told shape differs": mark("{name}: the same name, but {in_file} does not fit {in_net}."),
    "ends": mark("That is the network now. What has no → is still random."),
    "more": mark("and {count} more"),
    "columns": (
        mark("key"), mark("in the file"), mark("in the network"), mark("what became of it"),
    ),
    "saved": mark("the saved network"),
    "before": mark("new, before loading"),
    "after": mark("new, after loading"),
    "accuracy": mark("test accuracy"),
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
    "ranking": (
        mark("network"), mark("equal"), mark("missing"), mark("unexpected"), mark("shape differs"),
    ),
}  # fmt: skip
PLAIN = {"zeroline": False}
ACCURACIES_SHARE = 0.8  # of a picture's width, beside the keys
SIGNS = {"loaded": "→", "fits": "=", "missing": "✗", "unexpected": "✗", "shape differs": "≠"}
COLORS = {
    "loaded": CATEGORIES[2],
    "fits": CATEGORIES[2],
    "missing": CATEGORIES[5],
    "unexpected": CATEGORIES[1],
    "shape differs": CATEGORIES[3],
}
# x, y, words, position, color, size
Text = tuple[float, float, str, str, str, int]

MOST_ROWS = 24
CELL = 4  # pixels from row to row of a small picture
LONGEST = 60  # signs of a key in a picture
LINE, GAP, BETWEEN = 5, 2, 8  # cells for the name, below a picture, and between two pictures
STEP = LINE + ROWS + GAP
WIDE = 2 * COLUMNS + BETWEEN
HEAD = 5
LOW, PER_KEY = 330, 34  # pixels: a picture of up to nine keys, and what each of more takes
# 0 is no picture at all.
SHADES = (
    (0.0, "rgba(0,0,0,0)"), (0.5 / 255, "rgba(0,0,0,0)"), (0.5 / 255, NEGATIVE),
    (128 / 255, BACKGROUND), (1.0, POSITIVE),
)  # fmt: skip


class Drawn(NamedTuple):
    """What is drawn of some keys: cells, texts, the frames around pictures, how many cells high."""

    cells: np.ndarray
    texts: list[Text]
    frames: list[Part]
    high: int


def keys(
    rows: Sequence[Key],
    in_file: Mapping[str, np.ndarray],
    in_net: Mapping[str, np.ndarray],
    revealed: bool = True,
    words: Words = WORDS,
) -> Figure:
    """Draw every key with its picture on both sides, and what became of it.

    Args:
        rows: the keys.
        in_file: small pictures of the file's weights, by key.
        in_net: the same of the network's; those without one show their shape.
        revealed: whether what became of each is shown.
        words: what the picture says, with the keys of ``WORDS``.
    """
    drawn = _drawn(rows, in_file, in_net, len(rows) if revealed else 0, words)
    meta: Part | None = {"numbers": _table(rows, words)} if revealed else None
    return Figure([_heatmap(drawn), _texts(drawn)], _layout(drawn, drawn.high * CELL + 12, meta))


def loading(
    rows: Sequence[Key],
    in_file: Mapping[str, np.ndarray],
    start: Mapping[str, np.ndarray],
    in_net: Mapping[str, np.ndarray],
    words: Words = WORDS,
) -> Figure:
    """Draw how one key after the other finds its place, or finds none.

    Args:
        rows: the keys.
        in_file: small pictures of the file's weights, by key.
        start: the same of the network before loading.
        in_net: and after it.
        words: what the picture says, with the keys of ``WORDS``.
    """
    steps = []
    for done in range(len(rows) + 1):
        after = {key.name for key in rows[:done]}
        seen = {name: (in_net if name in after else start)[name] for name in start}
        steps.append(_drawn(rows, in_file, seen, done, words, always=True))
    told = [
        words["begins"],
        *(
            words[f"told {key.fate}"].format(
                name=key.name, in_file=_shape(key.in_file), in_net=_shape(key.in_net)
            )
            for key in rows
        ),
    ]
    frames = [
        {"name": name, "data": [_heatmap(drawn), _texts(drawn), _copied(rows, done)]}
        for done, (name, drawn) in enumerate(zip(told, steps, strict=True))
    ]
    end = _heatmap(steps[-1]), _texts(steps[-1]), _copied(rows, len(rows) + 1)
    frames.append({"name": words["ends"], "data": end})
    height = min(steps[0].high * CELL, max(LOW, PER_KEY * len(rows)))
    meta = {"numbers": _table(rows, words), "share": 1.4}
    return Figure(frames[0]["data"], _layout(steps[0], height, meta), frames)


def _drawn(
    rows: Sequence[Key],
    in_file: Mapping[str, np.ndarray],
    in_net: Mapping[str, np.ndarray],
    done: int,
    words: Words,
    always: bool = False,
) -> Drawn:
    """Draw keys, ``done`` of which show what became of them.

    Args:
        rows: the keys.
        in_file: small pictures of the file's weights, by key.
        in_net: the same of the network's.
        done: how many show what became of them.
        words: what the picture says.
        always: whether the network's pictures are there for the others, too.
    """
    seen = rows[:MOST_ROWS]
    right = COLUMNS + BETWEEN
    high = HEAD + STEP * len(seen) + (LINE if len(rows) > MOST_ROWS else 0)
    cells = np.zeros((max(high, 1), WIDE), np.uint8)
    frames: list[Part] = []
    texts: list[Text] = [
        (0, HEAD / 2, words["file"], "middle right", MUTED, 13),
        (right, HEAD / 2, words["net"], "middle right", MUTED, 13),
    ]
    for place, key in enumerate(seen):
        top = HEAD + place * STEP
        middle = top + LINE + ROWS / 2
        fate, sign, color = BLANK, "?", MUTED
        if place < done:
            fate, sign, color = words[key.fate], SIGNS[key.fate], COLORS[key.fate]
        name = f"<b>{plain(_short(key.name))}</b>  {_shapes(key)}"
        texts.append((0, top + LINE / 2, name, "middle right", TEXT, 12))
        texts.append((WIDE, top + LINE / 2, fate, "middle left", TEXT, 12))
        texts.append((COLUMNS + BETWEEN / 2, middle, sign, "middle center", color, 18))
        for left, shape, pictures in ((0, key.in_file, in_file), (right, key.in_net, in_net)):
            may_see = always or not left or place < done
            picture = pictures.get(key.name) if may_see else None
            instead = BLANK
            if picture is not None and picture.size:
                cells[top + LINE : top + LINE + ROWS, left : left + COLUMNS] = _filled(picture)
            elif shape is None or may_see:
                instead = words["absent"] if shape is None else _shape(shape)
            texts.append((left + COLUMNS / 2, middle, instead, "middle center", MUTED, 12))
            frames.append(_frame(left, top + LINE, dotted=shape is None))
    if len(rows) > MOST_ROWS:
        more = words["more"].format(count=len(rows) - MOST_ROWS)
        texts.append((0, high - LINE / 2, more, "middle right", MUTED, 12))
    return Drawn(cells, texts, frames, high)


def _short(name: str) -> str:
    """Return a name with its middle left out if it is too long; ends differ more often."""
    return name if len(name) <= LONGEST else f"{name[: LONGEST // 2]}…{name[-LONGEST // 2 :]}"


def _heatmap(drawn: Drawn) -> Part:
    """Return the small pictures."""
    return {
        "type": "heatmap", "z": drawn.cells, "x0": 0.5, "dx": 1, "y0": 0.5, "dy": 1,
        "zmin": 0, "zmax": 255, "colorscale": SHADES, "showscale": False, "hoverinfo": "skip",
    }  # fmt: skip


def _texts(drawn: Drawn) -> Part:
    """Return all that is written."""
    x, y, written, positions, colors, sizes = map(list, zip(*drawn.texts, strict=True))
    return text(x, y, written, position=positions, textfont={"color": colors, "size": sizes})


def _copied(rows: Sequence[Key], done: int) -> Part:
    """Return a shade over each key's place that moves from file to network where it is copied."""
    moved = [i for i, key in enumerate(rows) if key.fate == "loaded"]
    right = COLUMNS + BETWEEN
    return {
        "type": "bar",
        "orientation": "h",
        "base": [right if i < done else 0 for i in moved],
        "x": [COLUMNS] * len(moved),
        "y": [HEAD + i * STEP + LINE + ROWS / 2 for i in moved],
        "width": [ROWS] * len(moved),
        "marker": {
            "color": COLORS["loaded"],
            "opacity": [0.45 if i == done - 1 else 0 for i in moved],
        },
        "hoverinfo": "skip",
    }


def _layout(drawn: Drawn, height: float, meta: Part | None) -> Part:
    return drawing(
        height,
        (-0.5, WIDE + 0.5),
        (drawn.high, 0),
        margin={"l": 6, "r": 6, "t": 6, "b": 6},
        shapes=drawn.frames,
        meta=meta,
    )


def _table(rows: Sequence[Key], words: Words) -> Table:
    numbers = [(key.name, _shape(key.in_file), _shape(key.in_net), words[key.fate]) for key in rows]
    return table(words["columns"], numbers)


def _filled(picture: np.ndarray) -> np.ndarray:
    """Return a small picture stretched to its full size."""
    rows = np.arange(ROWS) * picture.shape[0] // ROWS
    columns = np.arange(COLUMNS) * picture.shape[1] // COLUMNS
    filled: np.ndarray = np.maximum(picture[np.ix_(rows, columns)], 1)
    return filled


def _frame(left: float, top: float, dotted: bool) -> Part:
    line = {"color": GRID if dotted else MUTED, "width": 1, "dash": "dot" if dotted else "solid"}
    return {
        "type": "rect", "x0": left, "x1": left + COLUMNS, "y0": top, "y1": top + ROWS, "line": line,
    }  # fmt: skip


def _shapes(key: Key) -> str:
    """Return the shape of a key, or both where they differ."""
    both = dict.fromkeys(shape for shape in (key.in_file, key.in_net) if shape is not None)
    return " ≠ ".join(map(_shape, both))


def _shape(shape: tuple[int, ...] | None) -> str:
    if shape is None:
        return "–"
    return "×".join(map(str, shape)) or "1"


# --- bars and curves ------------------------------------------------------------------------------


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
        return _bars(bars, ["?", *texts[1:]], percent, None, ACCURACIES_SHARE)
    return _bars(bars, texts, percent, table(words["accuracies"], rows), ACCURACIES_SHARE)


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
    return _bars(bars, texts, percent, table(words["ranking"], rows))


def _bars(
    bars: Sequence[tuple[str, float, str]],
    texts: Sequence[str],
    x: Part,
    numbers: Table | None,
    share: float = 1.0,
) -> Figure:
    """Draw bars from left to right, the first at the bottom: name, length and color of each."""
    meta: dict[str, object] = {"share": share}
    if numbers:
        meta["numbers"] = numbers
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
            "meta": meta,
        },
    )
