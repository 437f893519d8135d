"""What every picture of the walks has: routes, heads that move, and the curves below the map."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np

from lib.core.i18n import Words, mark
from lib.lessons.autograd.descent.axes_figures import BELOW, LEAST, LEGEND
from lib.lessons.autograd.descent.lesson import Walk
from lib.lessons.autograd.descent.metrics import start_of
from lib.plots.figure import Figure
from lib.plots.numbers import table
from lib.plots.palette import BACKGROUND, CATEGORIES
from lib.plots.traces import Part, line, markers

# What is written in the picture; a page passes its own, in its own language.
WORDS = {
    "step": mark("step"),
    "loss": mark("loss"),
    "goal": mark("below 0.001: arrived"),
    "lowest": mark("lowest"),
}

FRAMES = 36
TAIL = 4  # how many places behind it a head drags along
SYMBOLS = ("circle", "square", "diamond")
FAR = 1e4  # a place farther out than this is not drawn
MOST = 1e30  # the highest loss that is drawn
FLOOR = 0.3  # added to a height before its logarithm is taken
QUIET: Part = {"showlegend": False, "hoverinfo": "skip"}


class Layer(NamedTuple):
    """A part of a picture with its own moving heads.

    Attributes:
        still: the traces that stay through all frames.
        heads: how the heads look.
        at: where they are at a step.
    """

    still: list[Part]
    heads: Part
    at: Callable[[int], Part]


def routes(
    kind: str, ground: list[Part], paths: list[np.ndarray], walks: Mapping[str, Walk]
) -> Layer:
    """Return the walks on their ground: "scatter" on a map, "scatter3d" on a relief."""
    lines = [_route(kind, paths[i], name, i) for i, name in enumerate(walks)]
    heads = _heads(len(walks), kind)
    return Layer([*ground, *lines], heads, lambda step: {"type": kind, **_places(paths, step)})


def curves_of(walks: Mapping[str, Walk]) -> Layer:
    """Return losses and learning rates over the steps."""
    losses = [_drawable(walk.losses) for walk in walks.values()]
    lines: list[Part] = []
    for i, (name, walk) in enumerate(walks.items()):
        lines += [_curve(losses[i], name, i, 2), _curve(walk.learning_rates, name, i, 3)]
    edge = {"color": BACKGROUND, "width": 1.5}
    style = {"size": 11, "opacity": 1, "color": CATEGORIES, "symbol": SYMBOLS, "line": edge}
    heads = markers([], [], marker=style, xaxis="x2", yaxis="y2", **QUIET)

    def at(step: int) -> Part:
        heights = [_plain(float(loss[step])) for loss in losses]
        return {"type": "scatter", "x": [step] * len(losses), "y": heights}

    return Layer(lines, heads, at)


def assemble(
    layers: list[Layer],
    walks: Mapping[str, Walk],
    words: Words,
    height: int,
    axes: Mapping[str, object],
    moves: bool = True,
) -> Figure:
    """Put layers into one figure, with a frame for each of the steps that are shown.

    Args:
        layers: the parts of the picture.
        walks: what they show.
        words: ``WORDS``, translated.
        height: of the figure, in pixels.
        axes: further properties of the layout.
        moves: whether there are heads, and frames that move them.
    """
    steps = frames_of(max((len(walk.losses) - 1 for walk in walks.values()), default=0))
    still = [trace for layer in layers for trace in layer.still]
    moving = list(range(len(still), len(still) + len(layers)))
    heads = [{**layer.heads, **layer.at(0)} for layer in layers]
    numbers = table(
        [words["step"], *(f"{words['loss']} {name}" for name in walks)],
        [(step, *(f"{walk.losses[step]:.4g}" for walk in walks.values())) for step in steps],
    )
    return Figure(
        data=[*still, *heads] if moves else still,
        frames=[
            {
                "name": _caption(step, walks, words),
                "data": [layer.at(step) for layer in layers],
                "traces": moving,
            }
            for step in (steps if moves else ())
        ],
        layout={
            "height": height,
            "margin": {"l": 52, "r": 10, "t": LEGEND, "b": BELOW},
            "hovermode": "closest",
            "legend": {
                "orientation": "h",
                "x": 0,
                "y": 1,
                "yanchor": "bottom",
                "itemclick": False,
                "itemdoubleclick": False,
            },
            **axes,
            "meta": {"numbers": numbers, "pause": 140},
        },
    )


def seen(walks: Mapping[str, Walk], revealed: bool) -> Mapping[str, Walk]:
    """Return what may be seen of walks: where they begin, until the rest is revealed."""
    return walks if revealed else {name: start_of(walk) for name, walk in walks.items()}


def height_of(heights: np.ndarray) -> np.ndarray:
    """Return heights as they are drawn: their logarithms, the lowest ones lifted."""
    lifted: np.ndarray = np.log10(np.minimum(heights, MOST) + FLOOR)
    return lifted.astype(np.float32)


def path_of(path: np.ndarray, far: float = FAR) -> np.ndarray:
    """Return a path without the places that are too far out to be drawn."""
    outside = ~(np.abs(path).max(axis=1) <= far)  # nan is outside, too
    return np.where(outside[:, None], np.nan, path).astype(np.float32)


def _drawable(losses: np.ndarray) -> np.ndarray:
    """Return losses that fit a logarithmic axis; none where there is no number."""
    return np.clip(np.where(np.isfinite(losses), losses, np.nan), LEAST / 1e4, MOST)


def _route(kind: str, path: np.ndarray, name: str, place: int) -> Part:
    """Return a whole walk as a thin line with a dot for every step."""
    axes = dict(zip("xyz", path.T, strict=False))
    return {
        "type": kind,
        "mode": "lines+markers",
        **axes,
        "name": name,
        "line": {"color": CATEGORIES[place], "width": 1.5 if kind == "scatter" else 6},
        "marker": {
            "color": CATEGORIES[place],
            "size": 4 if kind == "scatter" else 2,
            "symbol": SYMBOLS[place],
        },
        "hovertemplate": f"{name} %{{pointNumber}}: (%{{x:.3g}}, %{{y:.3g}})<extra></extra>",
    }


def _curve(values: np.ndarray, name: str, place: int, axis: int) -> Part:
    """Return values over the steps as a line."""
    return line(
        np.arange(len(values), dtype=np.uint16),
        values,
        line={"color": CATEGORIES[place], "width": 2, **({"shape": "hv"} if axis == 3 else {})},
        xaxis=f"x{axis}",
        yaxis=f"y{axis}",
        showlegend=False,
        hovertemplate=f"{name} %{{x}}: %{{y:.3g}}<extra></extra>",
    )


def _heads(count: int, kind: str) -> Part:
    """Return the look of the heads: small marks where each comes from, and a large one on top."""
    sizes = [*range(5, 5 + TAIL), 14 if kind == "scatter" else 9]
    # Only a head has an outline, where each mark may have its own.
    outline = ([0.0] * TAIL + [1.5]) * count if kind == "scatter" else 1.0
    return {
        "type": kind,
        "mode": "markers",
        "marker": {
            "size": sizes * count,
            "color": [CATEGORIES[i] for i in range(count) for _ in sizes],
            "symbol": [SYMBOLS[i] for i in range(count) for _ in sizes],
            "opacity": 1,
            "line": {"color": BACKGROUND, "width": outline},
        },
        **QUIET,
    }


def _places(paths: list[np.ndarray], step: int) -> Part:
    """Return the places each head comes from, and where it is at a step."""
    at = [max(0, step - back) for back in range(TAIL, -1, -1)]
    places = [[_plain(value) for value in path[i].tolist()] for path in paths for i in at]
    return dict(zip("xyz", (list(each) for each in zip(*places, strict=True)), strict=False))


def _plain(value: float) -> float | None:
    """Return a number with a few digits, or None for what is no number."""
    return float(f"{value:.4g}") if np.isfinite(value) else None


def frames_of(last: int) -> list[int]:
    """Return the steps that become frames: every early one, and ever fewer of the later ones."""
    if last < FRAMES:
        return list(range(last + 1))
    strides = (np.linspace(0, 1, FRAMES) ** 2 * last).round()
    return sorted({int(step) for step in strides})


def _caption(step: int, walks: Mapping[str, Walk], words: Words) -> str:
    """Return a frame in words: the step, and the loss of each walk."""
    losses = ", ".join(f"{name} {walk.losses[step]:.3g}" for name, walk in walks.items())
    return f"{words['step']} {step} · {words['loss']}: {losses}"
