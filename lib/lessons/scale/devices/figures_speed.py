"""Measured speed against the size of the matrices, both on logarithmic axes."""

from collections.abc import Mapping, Sequence

from lib.core.i18n import mark
from lib.lessons.scale.devices.speed import THREADS, Measured, Timed, line
from lib.plots.figure import Figure
from lib.plots.palette import CATEGORIES, GRID, TEXT

# What is written in the picture; a page passes its own, in its own language.
WORDS = {
    "x": mark("size n of the n × n matrices"),
    "y": mark("GFLOP/s, measured"),
    "one": mark("{dtype}, {device}, 1 thread"),
    "more": mark("{dtype}, {device}, {threads} threads"),
    "gpu": mark("{dtype}, {device}"),
    "hover": mark("n = {size}: {rate} GFLOP/s<br>{best} in the fastest block, median {median}"),
    "columns": mark("dtype, device, threads, n, fastest, median, GFLOP/s, blocks"),
}

SYMBOLS = {1: "circle", 2: "diamond"}
LEGEND = 21  # pixels a row of the legend takes


def speeds(measured: Sequence[Measured], words: Mapping[str, str] = WORDS) -> Figure:
    """Draw operations a second against size: a color for each dtype, dashed for two threads.

    Args:
        measured: what ``measure`` returns, of each dtype.
        words: what the picture says, with the keys and fields of ``WORDS``.

    Returns:
        A figure with every measurement in ``layout.meta["numbers"]``.
    """
    traces = []
    for number, each in enumerate(measured):
        lanes = dict.fromkeys((x.device, x.threads) for x in each.timed)
        color = CATEGORIES[number]
        traces += [_line(each.dtype, line(each, *lane), color, words) for lane in lanes]
    sizes = sorted({x.size for each in measured for x in each.timed})
    below = LEGEND * len(traces) + 62
    return Figure(
        data=traces,
        layout={
            "height": 320 + below,
            "margin": {"l": 62, "r": 12, "t": 10, "b": below},
            "hovermode": "closest",
            "showlegend": True,
            "legend": {
                "orientation": "v",
                "x": 0,
                "y": 0,
                "yref": "container",
                "yanchor": "bottom",
                "font": {"size": 12, "color": TEXT},
            },
            "xaxis": {
                "type": "log",
                "tickvals": sizes,
                "ticktext": [str(size) for size in sizes],
                "title": {"text": words["x"], "font": {"size": 13}, "standoff": 8},
                "gridcolor": GRID,
                "zeroline": False,
            },
            "yaxis": {
                "type": "log",
                "dtick": 1,
                "exponentformat": "none",
                "title": {"text": words["y"], "font": {"size": 13}, "standoff": 6},
                "gridcolor": GRID,
                "zeroline": False,
            },
            "meta": {"numbers": _numbers(measured, words)},
        },
    )


def _line(
    dtype: str, timed: Sequence[Timed], color: str, words: Mapping[str, str]
) -> dict[str, object]:
    """Return the line of one device with so many threads."""
    device, threads = timed[0].device, timed[0].threads
    is_cpu = device == "cpu"
    name = words["gpu"] if not is_cpu else words["one"] if threads == 1 else words["more"]
    dash = ("solid" if threads == THREADS[0] else "dash") if is_cpu else "dot"
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": name.format(dtype=dtype, device=device, threads=threads),
        "x": [x.size for x in timed],
        "y": [x.per_second / 1e9 for x in timed],
        "line": {"color": color, "width": 2, "dash": dash},
        "marker": {"color": color, "size": 8, "symbol": SYMBOLS[threads] if is_cpu else "star"},
        "hovertext": [
            words["hover"].format(
                size=x.size,
                rate=f"{x.per_second / 1e9:.3g}",
                best=duration(x.best),
                median=duration(x.median),
            )
            for x in timed
        ],
        "hovertemplate": "%{hovertext}<extra></extra>",
    }


def duration(seconds: float) -> str:
    """Return a time as one reads it: three digits, in µs, ms or s."""
    for unit, scale in (("µs", 1e6), ("ms", 1e3)):
        if seconds * scale < 1000:
            return f"{seconds * scale:.3g} {unit}"
    return f"{seconds:.3g} s"


def _numbers(measured: Sequence[Measured], words: Mapping[str, str]) -> dict[str, object]:
    """Return every measurement as a table."""
    rows = [
        [
            each.dtype, x.device, x.threads, x.size, duration(x.best), duration(x.median),
            f"{x.per_second / 1e9:.4g}", x.blocks,
        ]
        for each in measured
        for x in each.timed
    ]  # fmt: skip
    return {"columns": words["columns"].split(", "), "rows": rows}
