"""Two sets of weights key by key, with small pictures of each."""

from collections.abc import Mapping, Sequence

import numpy as np

from lib.core.i18n import Words, mark
from lib.lessons.training.save_load.lesson import Key
from lib.plots.figure import Figure
from lib.plots.numbers import table
from lib.plots.palette import BACKGROUND, CATEGORIES, GRID, MUTED, NEGATIVE, POSITIVE, TEXT
from lib.plots.traces import BLANK, Part, drawing, text
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
    "more": mark("and {count} more"),
    "columns": (
        mark("key"), mark("in the file"), mark("in the network"), mark("what became of it"),
    ),
}  # fmt: skip
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
LINE, GAP, BETWEEN = 5, 2, 8  # cells for the name, below a picture, and between two pictures
STEP = LINE + ROWS + GAP
WIDE = 2 * COLUMNS + BETWEEN
HEAD = 5
# 0 is no picture at all.
SHADES = (
    (0.0, "rgba(0,0,0,0)"), (0.5 / 255, "rgba(0,0,0,0)"), (0.5 / 255, NEGATIVE),
    (128 / 255, BACKGROUND), (1.0, POSITIVE),
)  # fmt: skip


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
        if revealed:
            fate, sign, color = words[key.fate], SIGNS[key.fate], COLORS[key.fate]
        name = f"<b>{key.name}</b>  {_shapes(key)}"
        texts.append((0, top + LINE / 2, name, "middle right", TEXT, 12))
        texts.append((WIDE, top + LINE / 2, fate, "middle left", TEXT, 12))
        texts.append((COLUMNS + BETWEEN / 2, middle, sign, "middle center", color, 18))
        for left, shape, pictures in ((0, key.in_file, in_file), (right, key.in_net, in_net)):
            picture = pictures.get(key.name) if revealed or not left else None
            if picture is not None and picture.size:
                cells[top + LINE : top + LINE + ROWS, left : left + COLUMNS] = _filled(picture)
            elif shape is None or revealed:
                instead = words["absent"] if shape is None else _shape(shape)
                texts.append((left + COLUMNS / 2, middle, instead, "middle center", MUTED, 12))
            frames.append(_frame(left, top + LINE, dotted=shape is None))
    if len(rows) > MOST_ROWS:
        more = words["more"].format(count=len(rows) - MOST_ROWS)
        texts.append((0, high - LINE / 2, more, "middle right", MUTED, 12))
    x, y, written, positions, colors, sizes = map(list, zip(*texts, strict=True))
    numbers = [(key.name, _shape(key.in_file), _shape(key.in_net), words[key.fate]) for key in rows]
    return Figure(
        data=[
            {
                "type": "heatmap", "z": cells, "x0": 0.5, "dx": 1, "y0": 0.5, "dy": 1,
                "zmin": 0, "zmax": 255, "colorscale": SHADES, "showscale": False,
                "hoverinfo": "skip",
            },
            text(x, y, written, position=positions, textfont={"color": colors, "size": sizes}),
        ],
        layout=drawing(
            high * CELL + 12,
            (-0.5, WIDE + 0.5),
            (high, 0),
            margin={"l": 6, "r": 6, "t": 6, "b": 6},
            shapes=frames,
            meta={"numbers": table(words["columns"], numbers)} if revealed else None,
        ),
    )  # fmt: skip


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
