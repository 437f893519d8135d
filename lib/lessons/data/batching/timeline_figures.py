"""The measured timeline: which process loaded which sample when, and how long the loop waited."""

from collections.abc import Sequence

import numpy as np

from lib.core.i18n import Words, mark
from lib.lessons.data.batching.figures import COLORS
from lib.lessons.data.batching.workers import Timeline
from lib.plots.figure import Figure
from lib.plots.numbers import Table, table
from lib.plots.palette import BACKGROUND, GRID
from lib.plots.traces import Part, note

WORDS = {
    "title": mark("<b>num_workers={workers}</b>: {rate} samples per second"),
    "worker": mark("worker {number}"),
    "main": mark("main"),
    "axis": mark("measured: ms since the loop began"),
    "load": mark("sample {sample}, batch {batch}, process {pid}<br>{start} to {end} ms"),
    "wait": mark("waits for batch {batch}<br>{start} to {end} ms"),
    "step": mark("training step on batch {batch}<br>{start} to {end} ms"),
    "columns": (
        mark("workers"), mark("process"), mark("what"), mark("batch"), mark("sample"),
        mark("from ms"), mark("to ms"),
    ),
    "loads": mark("loads"),
    "waits": mark("waits"),
    "trains": mark("trains"),
}  # fmt: skip

LANE, HEAD, TOP, BOTTOM = 42, 30, 4, 48

Bar = tuple[float, float, float, int, str]  # lane, start, end, batch, what it is


def timeline(timelines: Sequence[Timeline], words: Words = WORDS) -> Figure:
    """Draw one epoch for each number of workers, below each other on one axis of time.

    A thin bar is a sample being loaded, a thick one a step of training, a gray line a wait. The
    color is that of the batch.

    Args:
        timelines: what ``measure_all`` returns, of each number of workers.
        words: what the picture says, with the keys of ``WORDS``.

    Returns:
        A figure with every stretch of time in ``layout.meta["numbers"]``.
    """
    lanes: list[tuple[float, str]] = []
    titles: list[Part] = []
    loads: list[Bar] = []
    steps: list[Bar] = []
    waits: list[Bar] = []
    y = 0.0
    for each in timelines:
        title = words["title"].format(workers=each.num_workers, rate=f"{each.per_second:.0f}")
        titles.append(note(title, 0, y + HEAD / 2, xref="paper", xanchor="left"))
        y += HEAD
        named = "worker" if each.num_workers else "main"
        names = {pid: words[named].format(number=i) for i, pid in enumerate(workers(each))}
        names.setdefault(each.main, words["main"])
        places = {pid: y + LANE * (i + 0.5) for i, pid in enumerate(names)}
        lanes += [(places[pid], f"{name}<br><sub>pid {pid}</sub>") for pid, name in names.items()]
        y += LANE * len(names) + 6
        for load in each.loads:
            about = words["load"].format(**load._asdict())
            loads.append((places[load.pid], load.start, load.end, load.batch, about))
        for bars, name, spans in ((waits, "wait", each.waits), (steps, "step", each.steps)):
            for batch, span in enumerate(spans):
                about = words[name].format(batch=batch, **span._asdict())
                bars.append((places[each.main], *span, batch, about))
    last = max(each.milliseconds for each in timelines)
    return Figure(
        data=[_bars(waits, 6, GRID), _bars(loads, 13), _bars(steps, 26)],
        layout={
            "height": round(y) + TOP + BOTTOM,
            "margin": {"l": 76, "r": 8, "t": TOP, "b": BOTTOM},
            "showlegend": False,
            "barmode": "overlay",
            "hovermode": "closest",
            "xaxis": {
                "range": [-0.01 * last, last * 1.02],
                "title": {"text": words["axis"], "font": {"size": 13}},
                "gridcolor": GRID,
                "zeroline": False,
            },
            "yaxis": {
                "range": [y, 0],
                "tickvals": [place for place, _ in lanes],
                "ticktext": [name for _, name in lanes],
                "showgrid": False,
                "zeroline": False,
                "fixedrange": True,
            },
            "annotations": titles,
            "meta": {"numbers": _numbers(timelines, words)},
        },
    )


def workers(each: Timeline) -> list[int]:
    """Return the processes that loaded, in the order in which they were given work."""
    # Batches are handed out in turn, so the first batches name the workers one after the other.
    return list(dict.fromkeys(load.pid for load in each.loads))


def _bars(bars: Sequence[Bar], high: int, color: str | None = None) -> Part:
    """Return bars lying on their lanes."""
    lanes, starts, ends, batches, about = zip(*bars, strict=True)
    start, end = (np.array(each, dtype=np.float32) for each in (starts, ends))
    colors = color or [COLORS[batch % len(COLORS)] for batch in batches]
    return {
        "type": "bar",
        "orientation": "h",
        "y": np.array(lanes, dtype=np.float32),
        "base": start,
        "x": end - start,
        "width": high,
        "marker": {"color": colors, "line": {"color": BACKGROUND, "width": 0.5}},
        "hovertext": about,
        "hovertemplate": "%{hovertext}<extra></extra>",
    }


def _numbers(timelines: Sequence[Timeline], words: Words) -> Table:
    """Return every stretch of time as a table."""
    rows: list[tuple[object, ...]] = []
    for each in timelines:
        workers = each.num_workers
        rows += [
            (workers, load.pid, words["loads"], load.batch, load.sample, load.start, load.end)
            for load in each.loads
        ]
        for name, spans in (("waits", each.waits), ("trains", each.steps)):
            rows += [
                (workers, each.main, words[name], batch, "", *span)
                for batch, span in enumerate(spans)
            ]
    written = [[*map(str, row[:5]), *(f"{time:.1f}" for time in row[5:])] for row in rows]
    return table(words["columns"], written)
