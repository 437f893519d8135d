"""Pictures of a new tensor: its values, 10 000 draws, and the bytes of one element."""

from collections.abc import Mapping

import numpy as np

from lib.core.i18n import mark
from lib.lessons.tensors.create.lesson import Made
from lib.lessons.tensors.create.metrics import Draws
from lib.plots import cells
from lib.plots.figure import Figure
from lib.plots.numbers import short
from lib.plots.palette import BACKGROUND, GRID, MUTED, NEGATIVE, POSITIVE, TEXT

# What is written in the pictures; a page passes its own, in its own language.
WORDS = {
    "axis": mark("axis {axis}: {length} {way}"),
    "nothing": mark("PyTorch made no tensor"),
    "place": mark("place"),
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

WAYS = "→↓⇉⇊"  # how the axes run, from the last one on: cells, then whole grids
NARROWEST = 8  # cells; with fewer, they would grow wide and say nothing more
ROOMY, CROWDED = 8, 11  # cells side by side up to which a number may be long, or short
TOP = 0.8  # cells kept free above for the axes
LARGEST = 1e6  # for the colors; float16 makes infinity of a larger number
BAR = 26  # pixels from dtype to dtype
HEIGHT = 300
FILLED = "rgba(8, 119, 189, 0.5)"  # POSITIVE, seen through


# --- the values -----------------------------------------------------------------------------------


def values(made: Made, hidden: bool = False, words: Mapping[str, str] = WORDS) -> Figure:
    """Draw a tensor as a grid of cells with its numbers written in.

    Args:
        made: what ``lib.lessons.tensors.create.lesson.make`` returns.
        hidden: write question marks: the visitor is to guess.
        words: what the picture says, with the keys of ``WORDS``.

    Returns:
        A figure with every element in ``layout.meta["numbers"]``, unless they are hidden.
    """
    if made.values is None:
        note = _middle(words["nothing"])
        return Figure(layout={**cells.layout(NARROWEST, 3), "annotations": note})
    shown, (wide, high) = made.values, cells.extent(made.values.shape)
    signs = np.nan_to_num(np.real(shown).astype(np.float64), posinf=LARGEST, neginf=-LARGEST)
    texts = np.array([_written(number, wide) for number in shown.flat], dtype=object)
    traces = cells.grid(
        signs * (not hidden),
        name="x",
        top=TOP,
        texts=np.full(shown.shape, "?") if hidden else texts.reshape(shown.shape),
    )
    small = 2 * (wide > ROOMY) + np.iscomplexobj(shown)
    for trace in traces:
        if trace["type"] == "heatmap":
            trace["textfont"] = {"color": TEXT, "size": 13 - small}
    axes = "   ".join(
        words["axis"].format(axis=axis, length=length, way=WAYS[made.ndim - 1 - axis])
        for axis, length in enumerate(made.shape)
    )
    rows = [[_place(place), _exact(number)] for place, number in np.ndenumerate(shown)]
    table = {"columns": ["x[…]", words["value"]], "rows": rows}
    return Figure(
        data=traces,
        layout={
            **cells.layout(max(wide, NARROWEST), high + TOP),
            "annotations": [{**_note(axes, 0, TOP / 2 - 0.1), "xanchor": "left"}],
            "meta": None if hidden else {"numbers": table},
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


def _exact(number: np.generic) -> str:
    """Return a number in full, as Python writes it."""
    return str(number.item()).strip("()")


def _place(place: tuple[int, ...]) -> str:
    """Return an index as it is written between brackets."""
    return ", ".join(map(str, place))


def _note(text: str, x: float, y: float) -> dict[str, object]:
    """Return a text that stands at a place."""
    font = {"size": 13, "color": MUTED}
    return {"text": text, "x": x, "y": y, "showarrow": False, "font": font}


def _middle(text: str) -> list[dict[str, object]]:
    """Return a text in the middle of a picture, alone in a list."""
    return [{**_note(text, 0.5, 0.5), "xref": "paper", "yref": "paper"}]


# --- the draws ------------------------------------------------------------------------------------


def draws(
    drawn: Draws, made: Made, hidden: bool = False, words: Mapping[str, str] = WORDS
) -> Figure:
    """Draw 10 000 numbers as a histogram under the density that theory gives them.

    The numbers of the tensor itself are marks below the zero line; when ``hidden``, they are all
    there is to see. Dotted beside ``rand`` stands ``randn``, and the other way round.

    Args:
        drawn: what ``lib.lessons.tensors.create.metrics.draws`` returns.
        made: the tensor.
        hidden: leave out what the visitor is to guess.
        words: what the picture says, with the keys of ``WORDS``.

    Returns:
        A figure with every bin in ``layout.meta["numbers"]``, unless they are hidden.
    """
    edges, theory = drawn.law.edges, drawn.law
    middles = (edges[:-1] + edges[1:]) / 2
    own = np.real(np.ravel(made.values if made.values is not None else np.zeros(0)))
    seen = slice(0, 0) if hidden else slice(None)
    ceiling = 0.145 if drawn.is_whole else 1.15
    law = {"line": {"color": NEGATIVE, "width": 3}, "mode": "lines"}
    if drawn.is_whole:
        law = {"marker": {"color": NEGATIVE, "size": 9}, "mode": "markers"}
    floor = {"symbol": "line-ns", "size": 12, "line": {"color": TEXT, "width": 1.5}}
    return Figure(
        data=[
            {
                "type": "bar",
                "name": words["draws"],
                "x": middles[seen].astype(np.float32),
                "y": drawn.density[seen].astype(np.float32),
                "width": float(edges[1] - edges[0]) * (0.9 if drawn.is_whole else 1),
                "marker": {"color": FILLED, "line": {"width": 0}},
                "hovertemplate": "%{x:.4g}: %{y:.3f}<extra></extra>",
            },
            {
                "type": "scatter",
                "name": words["theory"],
                "x": theory.x[seen].astype(np.float32),
                "y": theory.density[seen].astype(np.float32),
                "hovertemplate": "%{x:.3g}: %{y:.3f}<extra></extra>",
                **law,
            },
            {
                "type": "scatter",
                "mode": "lines",
                "name": drawn.rival,
                "x": drawn.rival_law.x[seen].astype(np.float32),
                "y": drawn.rival_law.density[seen].astype(np.float32),
                "line": {"color": MUTED, "width": 2, "dash": "dot"},
                "visible": not drawn.is_whole,
                "hoverinfo": "skip",
            },
            {
                "type": "scatter",
                "mode": "markers",
                "name": words["yours"],
                "x": own.astype(np.float32),
                "y": np.full(own.size, -0.045 * ceiling, dtype=np.float32),
                "marker": floor,
                "hovertemplate": "%{x:.4g}<extra></extra>",
            },
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
            "annotations": _middle(words["draws_come"].format(count=own.size)) * hidden,
            "meta": None if hidden else {"numbers": _bins(drawn, words)},
        },
    )


def _bins(drawn: Draws, words: Mapping[str, str]) -> dict[str, object]:
    """Return the bins as a table: where each begins, its density, and that of theory."""
    edges, theory = drawn.law.edges, drawn.law
    if drawn.is_whole:
        starts, expected = theory.x, theory.density
    else:
        starts = edges[:-1]
        expected = np.interp(starts + np.diff(edges) / 2, theory.x, theory.density)
    columns = [words["number" if drawn.is_whole else "bin"], words["draws"], words["theory"]]
    rows = zip(starts.tolist(), drawn.density.tolist(), expected.tolist(), strict=True)
    return {"columns": columns, "rows": [list(row) for row in rows]}


# --- the bytes ------------------------------------------------------------------------------------


def sizes(
    each: Mapping[str, int], chosen: str, hidden: bool = False, words: Mapping[str, str] = WORDS
) -> Figure:
    """Draw the bytes of one element of every dtype as boxes, those of the chosen one in blue.

    Args:
        each: the bytes of one element, by the name of its dtype.
        chosen: the dtype of the tensor; empty if there is none.
        hidden: draw no box filled: the visitor is to guess.
        words: what the picture says, with the keys of ``WORDS``.

    Returns:
        A figure with every dtype in ``layout.meta["numbers"]``, unless it is hidden.
    """
    most = max(each.values())
    filled = [
        [0 if hidden or byte >= size else 2 if name == chosen else 1 for byte in range(most)]
        for name, size in each.items()
    ]
    steps = [(0.0, BACKGROUND), (0.25, BACKGROUND), (0.25, GRID), (0.75, GRID)]
    table = {"columns": ["dtype", words["bytes"]], "rows": list(map(list, each.items()))}
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
            "annotations": _middle(words["bytes_come"]) * hidden,
            "meta": None if hidden else {"numbers": table},
        },
    )
