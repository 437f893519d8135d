"""Measured speed against the size of the matrices, both on logarithmic axes."""

from collections.abc import Sequence

from lib.core.i18n import Words, mark
from lib.lessons.scale.devices.speed import THREADS, Measured, Timed, of_device
from lib.plots.figure import Figure
from lib.plots.numbers import table
from lib.plots.palette import CATEGORIES, GRID, TEXT
from lib.plots.traces import Part, axis, line

WORDS = {
    "x": mark("size n of the n × n matrices"),
    "y": mark("GFLOP/s, measured"),
    "one": mark("{dtype}, {device}, 1 thread"),
    "more": mark("{dtype}, {device}, {threads} threads"),
    "gpu": mark("{dtype}, {device}"),
    "hover": mark("n = {size}: {speed} GFLOP/s<br>{best} in the fastest block, median {median}"),
    "columns": (
        mark("dtype"), mark("device"), mark("threads"), "n", mark("fastest"), mark("median"),
        "GFLOP/s", mark("blocks"),
    ),
}  # fmt: skip

SYMBOLS = {1: "circle", 2: "diamond"}
LEGEND = 21  # pixels a row of the legend takes


def speeds(measured: Sequence[Measured], words: Words = WORDS) -> Figure:
    """Draw operations a second against size: a color for each dtype, dashed for two threads.

    Args:
        measured: what ``measure`` returns, of each dtype.
        words: what the picture says, with the keys and fields of ``WORDS``.
    """
    traces = []
    for each, color in zip(measured, CATEGORIES, strict=False):
        lanes = dict.fromkeys((x.device, x.threads) for x in each.timed)
        traces += [_curve(each.dtype, of_device(each, *lane), color, words) for lane in lanes]
    sizes = sorted({x.size for each in measured for x in each.timed})
    below = LEGEND * len(traces) + 62
    common = {"type": "log", "gridcolor": GRID, "zeroline": False, "fixedrange": False}
    rows = [
        (each.dtype, x.device, x.threads, x.size, duration(x.best), duration(x.median),
         f"{x.per_second / 1e9:.4g}", x.blocks)
        for each in measured
        for x in each.timed
    ]  # fmt: skip
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
            "xaxis": axis(words["x"], tickvals=sizes, ticktext=[*map(str, sizes)], **common),
            "yaxis": axis(words["y"], dtick=1, exponentformat="none", **common),
            "meta": {"numbers": table(words["columns"], rows)},
        },
    )


def _curve(dtype: str, timed: Sequence[Timed], color: str, words: Words) -> Part:
    """Return the line of one device with so many threads."""
    device, threads = timed[0].device, timed[0].threads
    on_cpu = device == "cpu"
    name = words["gpu"] if not on_cpu else words["one"] if threads == 1 else words["more"]
    return line(
        [x.size for x in timed],
        [x.per_second / 1e9 for x in timed],
        color,
        dash=("solid" if threads == THREADS[0] else "dash") if on_cpu else "dot",
        mode="lines+markers",
        name=name.format(dtype=dtype, device=device, threads=threads),
        marker={"color": color, "size": 8, "symbol": SYMBOLS[threads] if on_cpu else "star"},
        hovertext=[
            words["hover"].format(
                size=x.size,
                speed=f"{x.per_second / 1e9:.3g}",
                best=duration(x.best),
                median=duration(x.median),
            )
            for x in timed
        ],
        hovertemplate="%{hovertext}<extra></extra>",
    )


def duration(seconds: float) -> str:
    """Return a time as one reads it: three digits, in µs, ms or s."""
    for unit, scale in (("µs", 1e6), ("ms", 1e3)):
        if seconds * scale < 1000:
            return f"{seconds * scale:.3g} {unit}"
    return f"{seconds:.3g} s"
