"""Histograms over the steps: ridges one behind the other, or bands."""

from collections.abc import Sequence

import numpy as np

from lib.core.i18n import Words, mark
from lib.plots.figure import Figure
from lib.plots.numbers import Table, table
from lib.plots.palette import BACKGROUND, POSITIVE
from lib.plots.traces import line
from lib.tensorboard.records import Histogram

WORDS: Words = {"step": mark("step"), "value": mark("value")}
HEIGHT = 380
MARGIN = {"l": 56, "r": 12, "t": 10, "b": 44}
RIDGE = 2.2  # how high the highest ridge is, in distances from one step to the next


def ridges(found: Sequence[Histogram], words: Words = WORDS) -> Figure:
    """Draw histograms one behind the other, the last step in front, as TensorBoard does."""
    drawn = [_rebinned(each, *_reach(found)) for each in found]
    highest = max(float(counts.max()) for _, counts in drawn) or 1.0
    traces = []
    last = len(found) - 1
    for place, (each, (x, counts)) in enumerate(zip(found, drawn, strict=True)):
        base = last - place
        y = base + RIDGE * counts / highest
        traces += [
            line(x[[0, -1]], [base, base], width=0, hoverinfo="skip", showlegend=False),
            line(x, y, POSITIVE, 1.5, fill="tonexty", fillcolor=BACKGROUND, showlegend=False,
                 customdata=counts.astype(np.float32),
                 hovertemplate=f"{words['step']} {each.step}, {words['value']} %{{x:.3g}}: "
                 "%{customdata:.0f}<extra></extra>"),
        ]  # fmt: skip
    return Figure(
        traces,
        {
            "height": HEIGHT,
            "margin": MARGIN,
            "hovermode": "closest",
            "xaxis": {"title": {"text": words["value"], "standoff": 6}, "zeroline": False},
            "yaxis": {
                "title": {"text": words["step"], "standoff": 6},
                "tickvals": [last - place for place in range(len(found))],
                "ticktext": [str(each.step) for each in found],
                "zeroline": False,
                "showgrid": False,
            },
            "meta": {"numbers": _bands(found, words)},
        },
    )


def _reach(found: Sequence[Histogram]) -> tuple[float, float]:
    """Return from where to where the numbers of all histograms go, but for the rarest."""
    return (
        min(float(each.bands[1]) for each in found) * 1.5,
        max(float(each.bands[-2]) for each in found) * 1.5,
    )


def _rebinned(found: Histogram, low: float, high: float) -> tuple[np.ndarray, np.ndarray]:
    """Return a histogram in 60 buckets of one width; numbers are taken as uniform in theirs."""
    edges = np.linspace(low, high, 61)
    left, right, counts = found.buckets.T
    ends = np.concatenate([left[:1], right])
    total = np.concatenate([[0.0], np.cumsum(counts)])
    rebinned = np.diff(np.interp(edges, ends, total))
    return ((edges[1:] + edges[:-1]) / 2).astype(np.float32), rebinned


def distributions(found: Sequence[Histogram], words: Words = WORDS) -> Figure:
    """Draw the nine numbers of each histogram as bands over the steps, as TensorBoard does."""
    steps = np.array([each.step for each in found], np.float64)
    bands = np.stack([each.bands for each in found]).astype(np.float32)  # (steps, 9)
    traces = []
    for place in range(9):
        fill = {"fill": "tonexty", "fillcolor": f"rgba(8, 119, 189, {_shade(place)})"}
        traces.append(
            line(steps, bands[:, place], POSITIVE, 2 if place == 4 else 0.5, name=BANDS[place],
                 showlegend=False, hovertemplate=f"{BANDS[place]}: %{{y:.3g}}<extra></extra>",
                 **(fill if place else {}))
        )  # fmt: skip
    return Figure(
        traces,
        {
            "height": HEIGHT,
            "margin": MARGIN,
            "hovermode": "x",
            "xaxis": {"title": {"text": words["step"], "standoff": 6}, "zeroline": False},
            "yaxis": {"title": {"text": words["value"], "standoff": 4}, "zeroline": False},
            "meta": {"numbers": _bands(found, words)},
        },
    )


# The parts of all numbers that are below each line: those of whole standard deviations.
BANDS = ("min", "7%", "16%", "31%", "50%", "69%", "84%", "93%", "max")


def _shade(place: int) -> float:
    """Return how dark the band below a line is: darkest in the middle."""
    return (0.0, 0.08, 0.15, 0.25, 0.35, 0.35, 0.25, 0.15, 0.08)[place]


def _bands(found: Sequence[Histogram], words: Words) -> Table:
    rows = [[each.step, *map(float, each.bands)] for each in found]
    return table([words["step"], *BANDS], rows)
