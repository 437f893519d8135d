"""The walks of optimizers: on a map or a relief of the landscape, and their losses over the steps.

Each picture draws the walks it is given as far as they go: of one that a question still asks for,
``metrics.start_of`` leaves the first place.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from lib.core.i18n import Words
from lib.lessons.autograd.descent.lesson import START, Walk
from lib.lessons.autograd.descent.metrics import GOAL, Landscape
from lib.lessons.autograd.descent.walk_figures import (
    FLOOR,
    LEAST,
    WORDS,
    drawn_losses,
    grow,
    height_of,
    losses_of,
    path_of,
    route,
)
from lib.plots.figure import Figure
from lib.plots.palette import BACKGROUND, CATEGORIES, GRID, MUTED, RAISED, TEXT
from lib.plots.traces import Part, line, markers, note

# The deeper, the stronger the color; it is none of those the walks have.
VIOLET = "#7352d1"
GROUND = ((0.0, VIOLET), (1.0, BACKGROUND))
RELIEF = ((0.0, VIOLET), (0.5, GRID), (1.0, RAISED))
CENTER = {"x": 0, "y": 0, "z": -0.15}
LIFT = 0.06  # how far above the ground a walk is drawn, or it would sink in
FINE = 8000  # steps of height for each power of ten on the map
LEGEND: Part = {
    "orientation": "h",
    "x": 0,
    "y": 1,
    "yanchor": "bottom",
    "itemclick": False,
    "itemdoubleclick": False,
}
# Where the map is touched, the walks begin.
TOUCHED = {"low": START.low, "high": START.high, "step": 0.25}
TOUCH = {axis: {"control": f"descent.start_{axis}", **TOUCHED} for axis in "xy"}


def on_map(land: Landscape, walks: Mapping[str, Walk], words: Words = WORDS) -> Figure:
    """Draw the walks on a contour map; a touch on it sets where they begin.

    Args:
        land: what ``lib.lessons.autograd.descent.metrics.landscape`` returns.
        walks: up to three walks, by name.
        words: what the picture says, with the keys of ``WORDS``.

    Returns:
        A figure with the losses of every frame in ``layout.meta["numbers"]``.
    """
    ground: Part = {
        "type": "contour",
        "x": land.x,
        "y": land.y,
        # Half as long as float32, and more than fine enough.
        "z": ((height_of(land.heights) + 1) * FINE).astype(np.uint16),
        "colorscale": GROUND,
        "zmin": (np.log10(FLOOR) + 1) * FINE,
        "zmax": 4.5 * FINE,
        "showscale": False,
        "contours": {"start": 0.5 * FINE, "end": 5 * FINE, "size": 0.25 * FINE},
        "line": {"color": MUTED, "width": 0.5},
        "opacity": 0.65,
        "hoverinfo": "skip",
    }
    lowest = markers(
        [x for x, _ in land.lowest],
        [y for _, y in land.lowest],
        marker={"symbol": "x-thin", "size": 11, "line": {"color": TEXT, "width": 2}},
        name=words["lowest"],
        hoverinfo="skip",
    )
    axis = {
        "range": [-land.half, land.half],
        "constrain": "range",
        "zeroline": False,
        "showgrid": False,
        "fixedrange": True,
        "nticks": 8,
    }
    lines = [
        route("scatter", path_of(walk.path), name, place)
        for place, (name, walk) in enumerate(walks.items())
    ]
    layout = {
        "margin": {"l": 32, "r": 8, "t": 44, "b": 28},
        "hovermode": "closest",
        "legend": LEGEND,
        "xaxis": axis,
        # Equal lengths look equal: downhill is at right angles to the lines.
        "yaxis": {**axis, "scaleanchor": "x"},
        "meta": {"numbers": losses_of(walks, words), "touch": TOUCH, "share": 1.35},
    }
    return grow([ground, lowest], lines, walks, words, layout)


def in_relief(land: Landscape, walks: Mapping[str, Walk], words: Words = WORDS) -> Figure:
    """Draw the walks on the landscape seen from above and aside.

    Heights are logarithms: the sides of Rosenbrock's valley are a thousand times as high as its
    floor.

    Args:
        land: what ``lib.lessons.autograd.descent.metrics.landscape`` returns for ``relief=True``.
        walks: up to three walks, by name.
        words: what the picture says, with the keys of ``WORDS``.
    """
    ground: Part = {
        "type": "surface",
        "x": land.x,
        "y": land.y,
        "z": height_of(land.heights),
        "colorscale": RELIEF,
        "showscale": False,
        "hoverinfo": "skip",
        "lighting": {"ambient": 0.75, "diffuse": 0.45, "specular": 0.05},
        "contours": {"z": {"show": True, "start": -1, "end": 5, "size": 0.25, "color": MUTED}},
    }
    span = [-land.half, land.half]
    ticks = [0, 1, 2, 3, 4]
    small = {"tickfont": {"size": 11}}
    scene = {
        "dragmode": "turntable",
        "xaxis": {"title": {"text": "x"}, "range": span, **small, "nticks": 6},
        "yaxis": {"title": {"text": "y"}, "range": span, **small, "nticks": 6},
        "zaxis": {
            "title": {"text": words["loss"]},
            **small,
            "tickvals": ticks,
            "ticktext": [f"{10.0**tick:g}" for tick in ticks],
        },
        "aspectmode": "manual",
        "aspectratio": {"x": 1, "y": 1, "z": 0.65},
        "camera": {"eye": {"x": 0.84, "y": -1.47, "z": 1.52}, "center": CENTER},
    }
    lines = []
    for place, (name, walk) in enumerate(walks.items()):
        path = path_of(walk.path, land.half)
        lift = height_of(np.where(np.isfinite(walk.losses), walk.losses, np.nan)) + LIFT
        high = np.column_stack([path, np.where(np.isnan(path[:, 0]), np.nan, lift)])
        lines.append(route("scatter3d", high, name, place))
    layout = {
        "margin": {"l": 4, "r": 4, "t": 30, "b": 4},
        "legend": LEGEND,
        "scene": scene,
        "meta": {"numbers": losses_of(walks, words), "share": 1.35},
    }
    return grow([ground], lines, walks, words, layout)


def curves(walks: Mapping[str, Walk], words: Words = WORDS) -> Figure:
    """Draw the losses of the walks over the steps, and below them their learning rates."""
    rates = [
        _curve(walk.learning_rates.tolist(), name, place, "hv", "y2")
        for place, (name, walk) in enumerate(walks.items())
    ]
    losses = [
        _curve(drawn_losses(walk.losses), name, place)
        for place, (name, walk) in enumerate(walks.items())
    ]
    layout = {
        "margin": {"l": 48, "r": 10, "t": 44, "b": 40},
        "hovermode": "closest",
        "showlegend": False,
        **_curve_axes(walks, words),
        "meta": {"share": 0.65},
    }
    return grow(rates, losses, walks, words, layout)


def _curve(
    values: Sequence[float | None], name: str, place: int, shape: str = "linear", axis: str = "y"
) -> Part:
    """Return values over the steps as a line."""
    return line(
        list(range(len(values))),
        values,
        line={"color": CATEGORIES[place], "width": 2, "shape": shape},
        hovertemplate=f"{name} %{{x}}: %{{y:.3g}}<extra></extra>",
        yaxis=axis,
    )


def _curve_axes(walks: Mapping[str, Walk], words: Words) -> Part:
    """Return the axes of losses and learning rates, and the line that marks an arrival."""
    steps = max((len(walk.learning_rates) for walk in walks.values()), default=1)
    highest = max((float(walk.losses[0]) for walk in walks.values()), default=1.0)
    begins = [float(walk.learning_rates[0]) for walk in walks.values()] or [1.0]
    # Whole powers of ten around the learning rates that the walks begin with.
    low, high = np.floor(np.log10(min(begins))) - 1, np.ceil(np.log10(max(begins))) + 0.3
    power: Part = {
        "type": "log",
        "exponentformat": "power",
        "gridcolor": GRID,
        "fixedrange": True,
        "tickfont": {"size": 11},
    }
    place: Part = {"xref": "x domain", "yref": "y", "xanchor": "left", "yanchor": "top"}
    return {
        "xaxis": {
            "range": [-0.02 * steps, 1.02 * steps],
            "zeroline": False,
            "fixedrange": True,
            "anchor": "y2",
            "nticks": 5,
            "title": {"text": words["step"], "standoff": 6},
        },
        "yaxis": {
            **power,
            "domain": [0.36, 1],
            "range": [np.log10(LEAST), float(np.log10(max(highest, 1.0))) + 1.5],
            "dtick": 2,
            "title": {"text": words["loss"], "standoff": 4},
        },
        "yaxis2": {
            **power,
            "domain": [0, 0.26],
            "range": [low, high],
            "dtick": 1 if high - low < 4 else 2,
            "title": {"text": "lr", "standoff": 4},
        },
        "shapes": [
            {
                "type": "line",
                "xref": "x domain",
                "x0": 0,
                "x1": 1,
                "yref": "y",
                "y0": GOAL,
                "y1": GOAL,
                "line": {"color": MUTED, "width": 1, "dash": "dash"},
            }
        ],
        "annotations": [{**note(words["goal"], 0.01, np.log10(GOAL), MUTED, 11), **place}],
    }
