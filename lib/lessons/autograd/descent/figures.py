"""The walks of optimizers, on a map or on a relief of the landscape they walk across."""

from collections.abc import Mapping

import numpy as np

from lib.core.i18n import Words
from lib.lessons.autograd.descent.axes_figures import (
    BELOW,
    CURVES,
    GAP,
    LEGEND,
    MAP,
    across,
    band,
    curve_axes,
)
from lib.lessons.autograd.descent.lesson import Walk
from lib.lessons.autograd.descent.metrics import Landscape
from lib.lessons.autograd.descent.walk_figures import (
    FLOOR,
    WORDS,
    assemble,
    curves_of,
    height_of,
    path_of,
    routes,
    seen,
)
from lib.plots.figure import Figure
from lib.plots.palette import BACKGROUND, GRID, MUTED, RAISED, TEXT
from lib.plots.traces import Part, markers

# The landscape is gray, so that the walks keep their colors; it deepens downhill.
GROUND = ((0.0, MUTED), (0.5, RAISED), (1.0, BACKGROUND))
RELIEF = ((0.0, MUTED), (0.6, GRID), (1.0, RAISED))
MARGIN = {"l": 4, "r": 4, "t": 12, "b": 4}
CENTER = {"x": 0, "y": 0, "z": -0.15}
LIFT = 0.06  # how far above the ground a walk is drawn, or it would sink in
FINE = 8000  # steps of height for each power of ten on the map


def on_map(
    land: Landscape, walks: Mapping[str, Walk], revealed: bool = True, words: Words = WORDS
) -> Figure:
    """Draw the walks on a contour map; below it their losses and learning rates.

    The frames move a head along each walk, with the last few places behind it: early steps one
    by one, later ones several at a time.

    Args:
        land: what ``lib.lessons.autograd.descent.metrics.landscape`` returns.
        walks: up to three walks of equally many steps, by name.
        revealed: whether more may be seen of them than where they begin.
        words: what the picture says, with the keys of ``WORDS``.

    Returns:
        A figure with the losses of every frame in ``layout.meta["numbers"]``.
    """
    walks = seen(walks, revealed)
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
        "opacity": 0.7,
        "hoverinfo": "skip",
    }
    lowest = markers(
        [x for x, _ in land.lowest],
        [y for _, y in land.lowest],
        marker={"symbol": "x-thin", "size": 11, "line": {"color": TEXT, "width": 2}},
        name=words["lowest"],
        hoverinfo="skip",
    )
    span = [-land.half, land.half]
    plain = {"range": span, "constrain": "range", "zeroline": False, "showgrid": False}
    axes = {
        "xaxis": {**across(0), **plain, "nticks": 8},
        "yaxis": {
            "domain": band(0),
            **plain,
            # Equal lengths look equal: downhill is at right angles to the lines.
            "scaleanchor": "x",
        },
    }
    paths = [path_of(walk.path) for walk in walks.values()]
    layers = [routes("scatter", [ground, lowest], paths, walks), curves_of(walks)]
    height = LEGEND + MAP + GAP + CURVES + BELOW
    below = curve_axes(walks, words, above=MAP + GAP)
    return assemble(layers, walks, words, height, {**axes, **below})


def in_relief(
    land: Landscape, walks: Mapping[str, Walk], revealed: bool = True, words: Words = WORDS
) -> Figure:
    """Draw the walks on the landscape seen from above and aside, with frames like ``on_map``.

    Heights are logarithms: the sides of Rosenbrock's valley are a thousand times as high as its
    floor.

    Args:
        land: what ``lib.lessons.autograd.descent.metrics.landscape`` returns for ``relief=True``.
        walks: up to three walks of equally many steps, by name.
        revealed: whether more may be seen of them than where they begin.
        words: what the picture says, with the keys of ``WORDS``.
    """
    walks = seen(walks, revealed)
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
        "camera": {"eye": {"x": 0.8, "y": -1.4, "z": 1.45}, "center": CENTER},
    }
    paths = []
    for walk in walks.values():
        path = path_of(walk.path, land.half)
        lift = height_of(np.where(np.isfinite(walk.losses), walk.losses, np.nan)) + LIFT
        paths.append(np.column_stack([path, np.where(np.isnan(path[:, 0]), np.nan, lift)]))
    layer = routes("scatter3d", [ground], paths, walks)
    return assemble([layer], walks, words, LEGEND + MAP, {"scene": scene, "margin": MARGIN})


def curves(walks: Mapping[str, Walk], revealed: bool = True, words: Words = WORDS) -> Figure:
    """Draw losses and learning rates alone, to stand below ``in_relief``.

    They need no WebGL, so they are there even where a browser cannot draw the relief. The heads
    stay on the relief.
    """
    walks = seen(walks, revealed)
    return assemble(
        [curves_of(walks)],
        walks,
        words,
        MARGIN["t"] + CURVES + BELOW,
        {**curve_axes(walks, words, above=0), "margin": {**MARGIN, "l": 52, "r": 10, "b": BELOW}},
        moves=False,
    )
