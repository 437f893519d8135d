"""Pictures of a new tensor: its values, 10 000 draws, and the bytes of one element."""

from collections.abc import Mapping

import numpy as np

from lib.core.i18n import Words, mark
from lib.lessons.tensors.create.distributions import Draws
from lib.lessons.tensors.create.lesson import Made
from lib.plots import cells
from lib.plots.figure import Figure
from lib.plots.numbers import Table, short, table
from lib.plots.palette import BACKGROUND, GRID, MUTED, NEGATIVE, POSITIVE, TEXT
from lib.plots.traces import Part, drawable, line, markers, note

# What is written in the pictures; a page passes its own, in its own language.
WORDS = {
    "axis": mark("axis {axis}: {length} {way}"),
    "nothing": mark("PyTorch made no tensor"),
    "value": mark("value"),
    "draws": mark("10 000 draws"),
    "theory": mark("theory"),
    "yours": mark("the numbers of x"),
    "number": mark("number"),
    "real": mark("real part"),
    "bin": mark("from"),
    "bytes": mark("bytes of one element"),
    "draws_come": mark("x holds {count} draws; 10 000 come when you answer"),
    "bytes_come": mark("the bytes come when you answer"),
}

ARROWS = "→↓⇉⇊"  # how the axes run, from the last one on: cells, then whole grids
NARROWEST = 8  # cells; with fewer, they would grow wide and say nothing more
ROOMY, CROWDED = 8, 11  # cells side by side up to which a number may be long, or short
TOP = 0.8  # cells kept free above for the axes
LARGEST = 1e6  # for the colors; float16 makes infinity of a larger number
BAR = 26  # pixels from dtype to dtype
HEIGHT = 300
FILLED = "rgba(8, 119, 189, 0.5)"  # POSITIVE, seen through


# --- the values -----------------------------------------------------------------------------------


def values(made: Made, revealed: bool = True, words: Words = WORDS) -> Figure:
    """Draw a tensor as a grid of cells with its numbers written in.

    Args:
        made: what ``lib.lessons.tensors.create.lesson.make`` returns.
        revealed: whether to write the numbers; question marks instead if not.
        words: what the picture says, with the keys of ``WORDS``.

    Returns:
        A figure with every element in ``layout.meta["numbers"]``, if they are revealed.
    """
    if made.values is None:
        said = _middle(words["nothing"])
        return Figure(layout={**cells.layout(NARROWEST, 3), "annotations": said})
    shown, (wide, high) = made.values, cells.extent(made.values.shape)
    signs = np.nan_to_num(np.real(shown).astype(np.float64), posinf=LARGEST, neginf=-LARGEST)
    texts = np.array([_written(number, wide) for number in shown.flat], dtype=object)
    size = 13 - 2 * (wide > ROOMY) - np.iscomplexobj(shown)
    traces = cells.grid(
        signs * revealed,
        name="x",
        top=TOP,
        texts=texts.reshape(shown.shape) if revealed else np.full(shown.shape, "?"),
    )
    axes = "   ".join(
        words["axis"].format(axis=axis, length=length, way=ARROWS[made.ndim - 1 - axis])
        for axis, length in enumerate(made.shape)
    )
    rows = [  # each number in full, as Python writes it
        (", ".join(map(str, place)), str(number.item()).strip("()"))
        for place, number in np.ndenumerate(shown)
    ]
    return Figure(
        data=[
            {**each, "textfont": {"color": TEXT, "size": size}} if "z" in each else each
            for each in traces
        ],
        layout={
            **cells.layout(max(wide, NARROWEST), high + TOP),
            "annotations": [note(axes, 0, TOP / 2 - 0.1, MUTED, xanchor="left")],
            "meta": {"numbers": table(["x[…]", words["value"]], rows)} if revealed else None,
        },
    )


def _written(number: complex, wide: float) -> str:
    """Return a number as it fits into a cell; a float has a point, as PyTorch prints it."""
    if isinstance(number, complex | np.complexfloating):
        imaginary = _written(number.imag, wide)
        sign = "" if imaginary.startswith("−") else "+"
        return f"{_written(number.real, wide)}<br>{sign}{imaginary}j"
    if not isinstance(number, float | np.floating):
        return short(number)
    if wide <= ROOMY and 0 < abs(number) < 0.001:
        text = f"{number:.0e}".replace("-", "−").replace("e−0", "e−")
    elif abs(number) < 100:
        places = 3 if wide <= ROOMY else 2 if wide <= CROWDED else 1
        text = short(round(float(number), places))
    else:
        whole = float(number).is_integer()
        text = short(int(number) if whole else float(number))
    return text if "." in text or not text[-1].isdigit() or "e" in text else f"{text}."


def _middle(text: str) -> list[Part]:
    """Return a text in the middle of a picture, alone in a list."""
    return [note(text, 0.5, 0.5, MUTED, xref="paper", yref="paper")]


# --- the draws ------------------------------------------------------------------------------------


def draws(drawn: Draws, made: Made, revealed: bool = True, words: Words = WORDS) -> Figure:
    """Draw 10 000 numbers as a histogram under the density that theory gives them.

    The numbers of the tensor itself are marks below the zero line; unless the rest is revealed,
    they are all there is to see. Dotted beside ``rand`` stands ``randn``, and the other way round.

    Args:
        drawn: what ``lib.lessons.tensors.create.distributions.draws`` returns.
        made: the tensor.
        revealed: whether to show the histogram and the densities.
        words: what the picture says, with the keys of ``WORDS``.

    Returns:
        A figure with every bin in ``layout.meta["numbers"]``, if they are revealed.
    """
    edges, theory, rival = drawn.theory.edges, drawn.theory, drawn.rival_theory
    own = np.real(np.ravel([] if made.values is None else made.values))
    seen = slice(None if revealed else 0)
    ceiling = 0.145 if drawn.is_whole else 1.15
    curve = (theory.x[seen], drawable(theory.density[seen]), NEGATIVE)
    shape = markers(*curve) if drawn.is_whole else line(*curve, 3)
    strokes = {"symbol": "line-ns", "size": 12, "line": {"color": TEXT, "width": 1.5}}
    return Figure(
        data=[
            {
                "type": "bar",
                "name": words["draws"],
                "x": (edges[:-1] + edges[1:])[seen] / 2,
                "y": drawable(drawn.density[seen]),
                "width": float(edges[1] - edges[0]) * (0.9 if drawn.is_whole else 1),
                "marker": {"color": FILLED, "line": {"width": 0}},
                "hovertemplate": "%{x:.4g}: %{y:.3f}<extra></extra>",
            },
            {
                **shape,
                "name": words["theory"],
                "hovertemplate": "%{x:.3g}: %{y:.3f}<extra></extra>",
            },
            line(
                rival.x[seen],
                rival.density[seen],
                MUTED,
                dash="dot",
                name=drawn.rival,
                visible=not drawn.is_whole,
                hoverinfo="skip",
            ),
            markers(
                own,
                drawable(np.full(own.size, -0.045 * ceiling)),
                marker=strokes,
                name=words["yours"],
                hovertemplate="%{x:.4g}<extra></extra>",
            ),
        ],
        layout={
            "height": HEIGHT,
            "margin": {"l": 44, "r": 8, "t": 30, "b": 44},
            "bargap": 0,
            "legend": {"orientation": "h", "x": 0, "y": 1.01, "yanchor": "bottom"},
            "xaxis": {
                "range": [float(edges[0]), float(edges[-1])],
                "dtick": 1,
                "zeroline": False,
                "title": {"text": words["real" if drawn.is_complex else "number"]},
            },
            "yaxis": {"range": [-0.09 * ceiling, ceiling], "zeroline": True, "gridcolor": GRID},
            "annotations": _middle(words["draws_come"].format(count=own.size)) * (not revealed),
            "meta": {"numbers": _bins(drawn, words)} if revealed else None,
        },
    )


def _bins(drawn: Draws, words: Words) -> Table:
    """Return the bins as a table: where each begins, its density, and that of theory."""
    theory = drawn.theory
    starts, expected = theory.x, theory.density
    if not drawn.is_whole:
        starts = theory.edges[:-1]
        expected = np.interp(starts + np.diff(theory.edges) / 2, theory.x, theory.density)
    columns = [words["number" if drawn.is_whole else "bin"], words["draws"], words["theory"]]
    rows = zip(starts.tolist(), drawn.density.tolist(), expected.tolist(), strict=True)
    return table(columns, rows)


# --- the bytes ------------------------------------------------------------------------------------


def sizes(
    each: Mapping[str, int], chosen: str, revealed: bool = True, words: Words = WORDS
) -> Figure:
    """Draw the bytes of one element of every dtype as boxes, those of the chosen one in blue.

    Args:
        each: the bytes of one element, by the name of its dtype.
        chosen: the dtype of the tensor; empty if there is none.
        revealed: whether to fill the boxes.
        words: what the picture says, with the keys of ``WORDS``.

    Returns:
        A figure with every dtype in ``layout.meta["numbers"]``, if it is revealed.
    """
    most = max(each.values())
    filled = [
        [(byte < size) * (2 if name == chosen else 1) * revealed for byte in range(most)]
        for name, size in each.items()
    ]
    numbers = table(["dtype", words["bytes"]], each.items())
    steps = [(0.0, BACKGROUND), (0.25, BACKGROUND), (0.25, GRID), (0.75, GRID)]
    return Figure(
        data=[
            {
                "type": "heatmap",
                "z": np.array(filled, dtype=np.uint8),
                "x0": 1,
                "dx": 1,
                "y": list(each),
                "colorscale": [*steps, (0.75, POSITIVE), (1.0, POSITIVE)],
                "zmin": 0,
                "zmax": 2,
                "showscale": False,
                "xgap": 3,
                "ygap": 6,
                "hoverinfo": "skip",
            }
        ],
        layout={
            "height": len(each) * BAR + 60,
            "margin": {"l": 80, "r": 8, "t": 8, "b": 48},
            "xaxis": {
                "range": [0.5, most + 0.5],
                "dtick": 1,
                "showgrid": False,
                "zeroline": False,
                "fixedrange": True,
                "title": {"text": words["bytes"], "standoff": 6},
            },
            "yaxis": {"autorange": "reversed", "showgrid": False, "fixedrange": True},
            "dragmode": False,
            "annotations": _middle(words["bytes_come"]) * (not revealed),
            "meta": {"numbers": numbers} if revealed else None,
        },
    )
