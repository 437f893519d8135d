"""Pictures of a new tensor: its values, 10 000 draws, and the bytes of one element."""

from collections.abc import Iterator, Mapping

import numpy as np

from lib.core.i18n import Words, mark
from lib.lessons.tensors.create.distributions import GROWTH, Draws
from lib.lessons.tensors.create.lesson import Made
from lib.plots import cells
from lib.plots.figure import Figure
from lib.plots.numbers import Table, short, table
from lib.plots.palette import BACKGROUND, GRID, MUTED, NEGATIVE, POSITIVE, RAISED, TEXT
from lib.plots.traces import BLANK, Part, drawable, line, markers, note

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
    "start": mark("Memory for {count} numbers; nothing is written into it yet."),
    "one": mark("{name} = {number}"),
    "row": mark("{name} is written."),
    "memory": mark("memory: {count} elements of {size} bytes, {bytes} in all"),
    "some": mark("memory: {count} elements, one behind the other"),
    "grown": mark("{count} such numbers: mean {mean}, standard deviation {std} in theory."),
    "few": mark("the {count} numbers of x"),
}

ARROWS = "→↓⇉⇊"  # how the axes run, from the last one on: cells, then whole grids
NARROWEST = 8  # cells; with fewer, they would grow wide and say nothing more
ROOMY, CROWDED = 8, 11  # cells side by side up to which a number may be long, or short
TOP = 0.8  # cells kept free above for the axes
MEMORY = 1.1  # cells between the grids and the memory
CELL, HIGHEST = 38, 360  # pixels: from row to row, and of all rows
ONE_BY_ONE = 24  # as many numbers are written one at a time; more, one row at a time
LARGEST = 1e6  # for the colors; float16 makes infinity of a larger number
BAR = 26  # pixels from dtype to dtype
HEIGHT = 300
FILLED = "rgba(8, 119, 189, 0.5)"  # POSITIVE, seen through


# --- the values -----------------------------------------------------------------------------------


def values(
    made: Made,
    revealed: bool = True,
    sized: bool = True,
    fills: bool = True,
    words: Words = WORDS,
) -> Figure:
    """Draw a tensor as a grid of cells with its numbers written in, over the memory behind it.

    Args:
        made: what ``lib.lessons.tensors.create.lesson.make`` returns.
        revealed: whether to write the numbers; question marks instead if not.
        sized: whether to say how many bytes they take.
        fills: whether somebody writes the numbers: then they come one after the other.
        words: what the picture says, with the keys of ``WORDS``.

    Returns:
        A figure with every element in ``layout.meta["numbers"]``, if they are revealed.
    """
    if made.values is None:
        said = _middle(words["nothing"] if revealed else "?")
        return Figure(layout={**cells.layout(NARROWEST, 3), "annotations": said})
    shown, (wide, high) = made.values, cells.extent(made.values.shape)
    counts = moments(made) if revealed and fills else []
    axes = "   ".join(
        words["axis"].format(axis=axis, length=length, way=ARROWS[made.ndim - 1 - axis])
        for axis, length in enumerate(made.shape)
    )
    memory = words["memory" if sized else "some"].format(
        count=made.numel, size=made.element_size, bytes=made.nbytes
    )
    rows = [  # each number in full, as Python writes it
        (", ".join(map(str, place)), str(number.item()).strip("()"))
        for place, number in np.ndenumerate(shown)
    ]
    below = high + TOP + MEMORY
    return Figure(
        data=_filled(made, made.numel if revealed else 0, "" if revealed else "?"),
        frames=[
            {
                "name": caption,
                "data": [
                    {"type": each["type"], **{key: each[key] for key in ("z", "text")}}
                    for each in _filled(made, count)
                    if "z" in each
                ],
                "traces": [n for n, each in enumerate(_filled(made, count)) if "z" in each],
            }
            for count, caption in zip(counts, captions(made, words), strict=False)
        ],
        layout={
            **cells.layout(max(wide, NARROWEST), below + 1, min(CELL, int(HIGHEST / (below + 1)))),
            "annotations": [
                note(axes, 0, TOP / 2 - 0.1, MUTED, xanchor="left"),
                note(memory, 0, below - 0.35, MUTED, 12, xanchor="left"),
            ],
            "meta": {"numbers": table(["x[…]", words["value"]], rows)} if revealed else None,
        },
    )


def moments(made: Made) -> list[int]:
    """Return how many numbers are written at each moment, from none to all."""
    step = 1 if made.numel <= ONE_BY_ONE else made.shape[-1]
    return list(range(0, made.numel + 1, step))


def captions(made: Made, words: Words = WORDS) -> list[str]:
    """Return what is said at each of the ``moments``."""
    said = [words["start"].format(count=made.numel)]
    shown = np.zeros(0) if made.values is None else made.values
    for count in moments(made)[1:]:
        place = np.unravel_index(count - 1, made.shape)
        if made.numel <= ONE_BY_ONE:
            name = f"x[{', '.join(map(str, place))}]"
            number = _written(shown[place], 1).replace("<br>", "")
            said.append(words["one"].format(name=name, number=number))
        else:
            name = f"x[{', '.join(map(str, place[:-1]))}, :]"
            said.append(words["row"].format(name=name))
    return said


def _filled(made: Made, count: int, otherwise: str = "") -> list[dict[str, object]]:
    """Return the grids, and the memory below them, with the first ``count`` numbers written."""
    shown = np.zeros(0) if made.values is None else made.values
    wide, high = cells.extent(shown.shape)
    signs = np.nan_to_num(np.real(shown).astype(np.float64), posinf=LARGEST, neginf=-LARGEST)
    is_there = (np.arange(shown.size) < count).reshape(shown.shape)
    texts = np.array(
        [
            _written(number, wide) if there else otherwise or BLANK
            for number, there in zip(shown.flat, is_there.flat, strict=True)
        ],
        dtype=object,
    )
    largest = float(np.abs(signs).max()) or 1.0
    size = 13 - 2 * (wide > ROOMY) - np.iscomplexobj(shown)
    font = {"textfont": {"color": TEXT, "size": size}, "zmin": -largest, "zmax": largest}
    traces = cells.grid(signs * is_there, name="x", top=TOP, texts=texts.reshape(shown.shape))
    place = max(wide, NARROWEST) / shown.size
    strip = is_there.reshape(1, -1).astype(int)
    (memory,) = cells.grid(
        strip, fill=strip, colors=(RAISED, FILLED), texts=np.full(strip.shape, BLANK)
    )
    y = high + TOP + MEMORY + 0.4
    memory |= {"x0": place / 2, "dx": place, "y0": y, "dy": 0.8, "xgap": 1}
    return [*({**each, **font} if "z" in each else each for each in traces), memory]


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
    own = np.real(np.ravel([] if made.values is None else made.values)).astype(float)
    seen = slice(None if revealed else 0)
    ceiling = 0.16 if drawn.is_whole else 1.4
    curve = (theory.x[seen], drawable(theory.density[seen]), NEGATIVE)
    shape = markers(*curve) if drawn.is_whole else line(*curve, 3)
    stacked = _stacked(own, edges, ceiling)
    said, at = words["few"].format(count=own.size), {"xref": "paper", "yref": "paper"}
    few = {**note(said, 0, 1, MUTED, xanchor="left", yanchor="bottom"), **at}
    return Figure(
        data=[
            {
                "type": "bar",
                "name": words["draws"],
                "x": ((edges[:-1] + edges[1:])[seen] / 2).tolist(),
                "y": drawn.density[seen].round(4).tolist(),
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
            _own(own, None if revealed else stacked, words, ceiling),
        ],
        frames=[
            {
                "name": caption,
                "data": [
                    {"type": "bar", "y": bars[seen].round(4).tolist()},
                    {key: dots[key] for key in ("type", "y", "marker")},
                ],
                "traces": [0, 3],
            }
            for caption, bars, dots in _falling(drawn, made, own, stacked, ceiling, words)
            if revealed or not bars.any()
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
            "annotations": [few] * (not revealed),
            "showlegend": revealed,
            "meta": {"numbers": _bins(drawn, words)} if revealed else None,
        },
    )


def _falling(
    drawn: Draws, made: Made, own: np.ndarray, stacked: list[float], ceiling: float, words: Words
) -> Iterator[tuple[str, np.ndarray, Part]]:
    """Yield for each moment what is said, the bars, and the numbers of x.

    First these fall onto the line one by one, from above the picture; then the bars grow and they
    make room below it.
    """
    for count, caption in zip(moments(made), captions(made, words), strict=True):
        heights = [y if n < count else round(1.2 * ceiling, 3) for n, y in enumerate(stacked)]
        yield caption, np.zeros(drawn.density.size), _own(own, heights, words)
    mean, std = short(drawn.theory.mean), short(drawn.theory.std)
    for count, bars in zip(GROWTH, drawn.grown, strict=True):
        written = f"{count:,}".replace(",", " ")
        caption = words["grown"].format(count=written, mean=mean, std=std)
        yield caption, bars, _own(own, None, words, ceiling)


def _own(own: np.ndarray, heights: list[float] | None, words: Words, ceiling: float = 1) -> Part:
    """Return the numbers of x as dots at some heights, or as strokes below the zero line."""
    dots = {"color": POSITIVE, "size": 8}
    strokes = {"symbol": "line-ns", "size": 12, "line": {"color": TEXT, "width": 1.5}}
    y = [-0.045 * ceiling] * own.size if heights is None else heights
    return markers(
        own.tolist(),
        y,
        marker=strokes if heights is None else dots,
        name=words["yours"],
        hovertemplate="%{x:.4g}<extra></extra>",
    )


def _stacked(own: np.ndarray, edges: np.ndarray, ceiling: float) -> list[float]:
    """Return the heights of numbers that fall into bins, one upon the other."""
    bins = np.digitize(own, edges).tolist()
    most = max(map(bins.count, bins))
    step = ceiling / max(16, most + 2)
    return [round((bins[:n].count(each) + 0.5) * step, 4) for n, each in enumerate(bins)]


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
        revealed: whether to say which of them is that of the tensor.
        words: what the picture says, with the keys of ``WORDS``.

    Returns:
        A figure with every dtype in ``layout.meta["numbers"]``.
    """
    most = max(each.values())
    filled = [
        [(byte < size) * (2 if revealed and name == chosen else 1) for byte in range(most)]
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
            "meta": {"numbers": numbers},
        },
    )
