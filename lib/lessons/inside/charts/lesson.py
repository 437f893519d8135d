"""TensorBoard's smoothing: of the losses of a short run, and of any curve that a chart draws."""

from collections.abc import Sequence
from functools import lru_cache
from math import isfinite
from typing import NamedTuple

import numpy as np
import torch
from torch import nn
from torch.utils.data import TensorDataset

from lib.core.rules import Between, OneOf, checked
from lib.datasets.fashion_mnist import fashion_mnist
from lib.tensorboard.records import Curve

AXES = ("step", "relative", "wall")
BATCH_SIZES, SEEDS = (16, 64), Between(0, 9)
SMOOTHING = Between(0.0, 0.99)
STEPS = 40  # of the short run
SPIKE = 1.0  # how much too high one loss is


def get_data(train: bool, count: int) -> TensorDataset:
    """Return pictures of clothes from 0 to 1, and their labels."""
    images, labels = fashion_mnist(train)
    x = torch.tensor(images[:count]).float() / 255  # (count, 28, 28)
    y = torch.tensor(labels[:count]).long()  # (count,)
    return TensorDataset(x, y)


@lru_cache(maxsize=32)
def short_run(batch_size: int, seed: int) -> tuple[float, ...]:
    """Train on Fashion-MNIST for a few steps; return the loss of each batch, two decimals long."""
    torch.manual_seed(seed)
    x, y = get_data(True, STEPS * batch_size).tensors  # (n, 28, 28), (n,)
    net = nn.Sequential(nn.Flatten(), nn.Linear(28 * 28, 32), nn.ReLU(), nn.Linear(32, 10))
    optimizer = torch.optim.SGD(net.parameters(), lr=0.03, momentum=0.9)
    losses = []
    for batch in torch.randperm(len(x)).split(batch_size):
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(net(x[batch]), y[batch])
        loss.backward()
        optimizer.step()
        losses.append(round(loss.item(), 2))
    return tuple(losses)


class Spike(NamedTuple):
    """A curve with a spike of 1 in its middle, and what becomes of it.

    Attributes:
        raw: the curve with the spike, (n,).
        smooth: the same, smoothed, (n,).
        plain: the curve without the spike, smoothed, (n,).
        place: where the spike is.
        height: how much of it is in the smoothed line at its place.
        half: after how many more points half of that is left; None if there are too few.
    """

    raw: np.ndarray
    smooth: np.ndarray
    plain: np.ndarray
    place: int
    height: float
    half: int | None


@checked(smoothing=SMOOTHING, batch_size=OneOf(*BATCH_SIZES), seed=SEEDS)
def smoothed_run(smoothing: float = 0.6, batch_size: int = 16, seed: int = 0) -> Spike:
    """Train a short run, add 1 to a loss in the middle, and smooth as TensorBoard does.

    Args:
        smoothing: how much the past counts, from 0 to below 1.
        batch_size: pictures in a batch.
        seed: where the random numbers begin.

    Source: https://docs.pytorch.org/docs/stable/tensorboard.html
    """
    return spike(short_run(batch_size, seed), smoothing)


def spike(values: Sequence[float], smoothing: float) -> Spike:
    """Add 1 to the number in the middle of a curve, and smooth."""
    place = len(values) // 2
    raised = [float(value) for value in values]
    plain = np.array(smooth(raised, smoothing))  # (n,)
    raised[place] += SPIKE
    smoothed = np.array(smooth(raised, smoothing))  # (n,)
    left = smoothed - plain  # (n,)
    height = float(left[place])
    # By the weights: a difference of two smoothed lines is rounded, and may miss exactly half.
    later = np.arange(len(values) - place)  # 0 at the spike, (n - place,)
    weights = smoothing**later / (1 - smoothing ** (place + 1 + later))
    faded = np.flatnonzero(weights <= weights[0] / 2)
    half = int(faded[0]) if faded.size else None
    return Spike(np.array(raised), smoothed, plain, place, height, half)


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
