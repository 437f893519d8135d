"""The measured timeline: which process loaded which sample when, and how long the loop waited."""

from collections.abc import Mapping, Sequence

import numpy as np

from lib.core.i18n import mark
from lib.lessons.data.batching.workers import Timeline
from lib.plots.figure import Figure
from lib.plots.palette import BACKGROUND, CATEGORIES, GRID, TEXT

# What is written in the picture; a page passes its own, in its own language.
WORDS = {
    "title": mark("<b>num_workers={workers}</b>: {rate} samples per second"),
    "worker": mark("worker {number}"),
    "main": mark("main"),
    "axis": mark("measured: ms since the loop began"),
    "load": mark("sample {sample}, batch {batch}, process {pid}<br>{start} to {end} ms"),
    "wait": mark("waits for batch {batch}<br>{start} to {end} ms"),
    "step": mark("training step on batch {batch}<br>{start} to {end} ms"),
    "columns": mark("workers, process, what, batch, sample, from ms, to ms"),
    "loads": mark("loads"),
    "waits": mark("waits"),
    "trains": mark("trains"),
}

COLORS = CATEGORIES[:6]
LANE, HEAD, TOP, BOTTOM = 42, 30, 4, 48


def timeline(timelines: Sequence[Timeline], words: Mapping[str, str] = WORDS) -> Figure:
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
    titles: list[dict[str, object]] = []
    loads: list[tuple[float, ...]] = []
    steps: list[tuple[float, ...]] = []
    waits: list[tuple[float, ...]] = []
    said: dict[str, list[str]] = {"load": [], "step": [], "wait": []}
    y = 0.0
    for each in timelines:
        titles.append(_title(each, y, words))
        y += HEAD
        places = {}
        for number, pid in enumerate(pids := workers(each)):
            places[pid] = y + LANE / 2
            name = words["worker"].format(number=number) if each.num_workers else words["main"]
            lanes.append((places[pid], f"{name}<br><sub>pid {pid}</sub>"))
            y += LANE
        if each.main not in pids:
            places[each.main] = y + LANE / 2
            lanes.append((places[each.main], f"{words['main']}<br><sub>pid {each.main}</sub>"))
            y += LANE
        for load in each.loads:
            loads.append((places[load.pid], load.start, load.end, load.batch))
            said["load"].append(words["load"].format(**load._asdict()))
        for batch, (wait, step) in enumerate(zip(each.waits, each.steps, strict=True)):
            waits.append((places[each.main], *wait, batch))
            steps.append((places[each.main], *step, batch))
            said["wait"].append(words["wait"].format(batch=batch, start=wait.start, end=wait.end))
            said["step"].append(words["step"].format(batch=batch, start=step.start, end=step.end))
        y += 6
    last = max(each.milliseconds for each in timelines)
    return Figure(
        data=[
            _bars(waits, 6, GRID, said["wait"]),
            _bars(loads, 13, None, said["load"]),
            _bars(steps, 26, None, said["step"]),
        ],
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


def _title(each: Timeline, y: float, words: Mapping[str, str]) -> dict[str, object]:
    """Return the line above the lanes of one number of workers."""
    return {
        "xref": "paper",
        "x": 0,
        "xanchor": "left",
        "y": y + HEAD / 2,
        "showarrow": False,
        "text": words["title"].format(workers=each.num_workers, rate=f"{each.per_second:.0f}"),
        "font": {"size": 13, "color": TEXT},
    }


def _bars(
    spans: Sequence[tuple[float, ...]], high: int, color: str | None, said: list[str]
) -> dict[str, object]:
    """Return bars lying on their lanes: (lane, start, end, batch) each."""
    table = np.array(spans, dtype=np.float32).reshape(-1, 4)
    colors = color or [COLORS[int(batch) % len(COLORS)] for batch in table[:, 3]]
    return {
        "type": "bar",
        "orientation": "h",
        "y": table[:, 0],
        "base": table[:, 1],
        "x": table[:, 2] - table[:, 1],
        "width": high,
        "marker": {"color": colors, "line": {"color": BACKGROUND, "width": 0.5}},
        "hovertext": said,
        "hovertemplate": "%{hovertext}<extra></extra>",
    }


def _numbers(timelines: Sequence[Timeline], words: Mapping[str, str]) -> dict[str, object]:
    """Return every stretch of time as a table."""
    rows = []
    for each in timelines:
        workers = str(each.num_workers)
        for load in each.loads:
            where = [str(load.batch), str(load.sample), f"{load.start:.1f}", f"{load.end:.1f}"]
            rows.append([workers, str(load.pid), words["loads"], *where])
        for name, spans in (("waits", each.waits), ("trains", each.steps)):
            for batch, span in enumerate(spans):
                where = [str(batch), "", f"{span.start:.1f}", f"{span.end:.1f}"]
                rows.append([workers, str(each.main), words[name], *where])
    return {"columns": words["columns"].split(", "), "rows": rows}
