"""What every picture of the walks has: routes that grow step by step, and a head on each."""

import math
from collections.abc import Mapping

import numpy as np

from lib.core.i18n import Words, mark
from lib.lessons.autograd.descent.lesson import Walk
from lib.plots.figure import Figure
from lib.plots.numbers import Table, table
from lib.plots.palette import BACKGROUND, CATEGORIES
from lib.plots.traces import Part

# What is written in the picture; a page passes its own, in its own language.
WORDS = {
    "step": mark("step"),
    "loss": mark("loss"),
    "goal": mark("below 0.001: arrived"),
    "lowest": mark("lowest"),
    "overflow": mark("The steps grew past what float32 can hold: choose a smaller lr."),
}

HEIGHT = 330
FRAMES = 36
SYMBOLS = ("circle", "square", "diamond")
FAR = 1e4  # a place farther out than this is not drawn
MOST = 1e30  # the highest loss that is drawn
FLOOR = 0.3  # added to a height before its logarithm is taken
LEAST = 1e-8  # the lowest loss that is drawn


def grow(
    still: list[Part],
    routes: list[Part],
    walks: Mapping[str, Walk],
    words: Words,
    layout: Mapping[str, object],
) -> Figure:
    """Return a picture whose routes are drawn as they are walked, with a head at the end of each.

    A frame says of each route up to which of its points it is drawn, and nothing more: the browser
    (pages/parts/browser/stage_growth.js) has the points, and goes along them from frame to frame.

    Args:
        still: the traces that stay through all frames.
        routes: a line for each walk, one point a step.
        walks: what they show, by name; one that is hidden has no steps.
        words: ``WORDS``, translated.
        layout: its own properties of the layout.
    """
    lasts = [len(walk.losses) - 1 for walk in walks.values()]
    steps = frames_of(max(lasts, default=0))
    heads = [_head(route, place) for place, route in enumerate(routes)]
    moving = list(range(len(still), len(still) + 2 * len(routes)))
    return Figure(
        data=[
            *still,
            *(each | _until(last) for each, last in zip(routes, lasts, strict=True)),
            *(each | _until(last, tip=True) for each, last in zip(heads, lasts, strict=True)),
        ],
        frames=[
            {
                "name": _caption(step, walks, words),
                "data": [
                    {"type": route["type"], **_until(min(step, last), tip)}
                    for tip in (False, True)
                    for route, last in zip(routes, lasts, strict=True)
                ],
                "traces": moving,
            }
            for step in (steps if len(steps) > 1 else ())
        ],
        layout={"height": HEIGHT, **layout},
    )


def _until(last: int, tip: bool = False) -> Part:
    """Return up to which point a trace is drawn; with ``tip`` that point alone is."""
    return {"meta": {"upto": last, **({"tip": True} if tip else {})}}


def losses_of(walks: Mapping[str, Walk], words: Words) -> Table:
    """Return the losses of every frame as a table, without the walks that are hidden."""
    walks = {n: walk for n, walk in walks.items() if len(walk.losses) > 1} or walks
    steps = frames_of(max((len(walk.losses) - 1 for walk in walks.values()), default=0))
    return table(
        [words["step"], *(f"{words['loss']} {name}" for name in walks)],
        [
            (step, *(f"{loss:.4g}" for walk in walks.values() for loss in walk.losses[step:][:1]))
            for step in steps
        ],
    )


def height_of(heights: np.ndarray) -> np.ndarray:
    """Return heights as they are drawn: their logarithms, the lowest ones lifted."""
    lifted: np.ndarray = np.log10(np.minimum(heights, MOST) + FLOOR)
    return lifted.astype(np.float32)


def path_of(path: np.ndarray, far: float = FAR) -> np.ndarray:
    """Return a path without the places that are too far out to be drawn."""
    outside = ~(np.abs(path).max(axis=1) <= far)  # nan is outside, too
    return np.where(outside[:, None], np.nan, path)


def route(kind: str, path: np.ndarray, name: str, place: int) -> Part:
    """Return a whole walk as a thin line with a dot for every step.

    Args:
        kind: "scatter" on a map, "scatter3d" on a relief.
        path: where it went, (steps + 1, 2), on a relief with the heights, (steps + 1, 3).
        name: the optimizer's.
        place: which walk it is, from 0.
    """
    # Plain numbers, which the browser can go along; four places are finer than a pixel.
    axes = zip("xyz", path.astype(float).round(4).T.tolist(), strict=False)
    return {
        "type": kind,
        "mode": "lines+markers",
        **dict(axes),
        "name": name,
        "line": {"color": CATEGORIES[place], "width": 1.5 if kind == "scatter" else 6},
        "marker": {
            "color": CATEGORIES[place],
            "size": 4 if kind == "scatter" else 2,
            "symbol": SYMBOLS[place],
        },
        "hovertemplate": f"{name} %{{pointNumber}}: (%{{x:.3g}}, %{{y:.3g}})<extra></extra>",
    }


def drawn_losses(losses: np.ndarray) -> list[float | None]:
    """Return losses that fit a logarithmic axis, with a few digits; none where none is."""
    bounded = np.clip(np.where(np.isfinite(losses), losses, np.nan), LEAST / 1e4, MOST)
    return [None if math.isnan(each) else float(f"{each:.4g}") for each in bounded.tolist()]


def _head(route: Part, place: int) -> Part:
    """Return the mark at the end of a route."""
    flat = route["type"] == "scatter"
    return {
        **route,
        "mode": "markers",
        "marker": {
            "size": 13 if flat else 9,
            "color": CATEGORIES[place],
            "symbol": SYMBOLS[place],
            "opacity": 1,
            "line": {"color": BACKGROUND, "width": 1.5 if flat else 1},
        },
        "showlegend": False,
        "hoverinfo": "skip",
        "hovertemplate": None,
    }


def frames_of(last: int) -> list[int]:
    """Return the steps that become frames: every early one, and ever fewer of the later ones."""
    if last < FRAMES:
        return list(range(last + 1))
    strides = (np.linspace(0, 1, FRAMES) ** 2 * last).round()
    return sorted({int(step) for step in strides})


def _caption(step: int, walks: Mapping[str, Walk], words: Words) -> str:
    """Return a frame in words: the step, and the loss of each walk that goes on."""
    losses = {name: walk.losses[step] for name, walk in walks.items() if len(walk.losses) > 1}
    written = ", ".join(f"{name} {loss:.3g}" for name, loss in losses.items())
    caption = f"{words['step']} {step} · {words['loss']}: {written}"
    return caption if np.isfinite([*losses.values()]).all() else f"{caption}. {words['overflow']}"
