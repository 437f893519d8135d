"""TensorBoard's smoothing, and the lines a chart draws with it."""

from collections.abc import Sequence
from math import isfinite
from typing import NamedTuple

import numpy as np

from lib.tensorboard.records import Curve

AXES = ("step", "relative", "wall")


def smooth(values: Sequence[float], weight: float) -> list[float]:
    """Smooth as TensorBoard does: a moving average, divided by the weights it has had so far."""
    if weight == 0 or len(set(values)) == 1:
        return list(values)
    smoothed, last, count = [], 0.0, 0
    for value in values:
        if not isfinite(value):
            smoothed.append(value)
            continue
        last = weight * last + (1 - weight) * value
        count += 1
        # It began with 0. Without this division, the first points would be drawn down to it.
        smoothed.append(last / (1 - weight**count))
    return smoothed


class Line(NamedTuple):
    """One run's curve as it is drawn.

    Attributes:
        name: the run's.
        x: steps, seconds since the run's first point, or milliseconds since 1970, (n,).
        raw: the numbers that were written, float32, (n,).
        smooth: the same, smoothed, float32, (n,).
        steps: the steps, whatever the axis is, (n,).
    """

    name: str
    x: np.ndarray
    raw: np.ndarray
    smooth: np.ndarray
    steps: np.ndarray


def line(name: str, curve: Curve, weight: float, axis: str = "step") -> Line:
    """Return a curve as it is drawn.

    Raises:
        ValueError: for an axis or a weight that there is not.
    """
    if axis not in AXES:
        raise ValueError(f"axis={axis!r} is not one of: {', '.join(AXES)}")
    if not 0 <= weight < 1:
        raise ValueError(f"weight={weight} is out of range: 0 to below 1")
    x = {
        "step": curve.steps.astype(np.float64),
        "relative": curve.walls - curve.walls[0],
        "wall": curve.walls * 1000,
    }[axis]
    smoothed = np.array(smooth(curve.values.tolist(), weight), np.float32)
    return Line(name, x, curve.values, smoothed, curve.steps)


def without_outliers(lines: Sequence[Line]) -> tuple[float, float] | None:
    """Return the range in which all but the least and the largest 5 % of the numbers are."""
    if not lines:
        return None
    values = np.concatenate([part for each in lines for part in (each.raw, each.smooth)])
    values = np.sort(values[np.isfinite(values)])
    if not values.size:
        return None
    last = len(values) - 1
    return float(values[int(np.floor(last * 0.05))]), float(values[int(np.ceil(last * 0.95))])
