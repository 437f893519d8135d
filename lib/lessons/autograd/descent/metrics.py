"""What can be computed of a landscape, and of a walk across it."""

from typing import NamedTuple

import numpy as np
import torch

from lib.core.rules import OneOf, checked
from lib.lessons.autograd.descent.lesson import (
    MOMENTUM,
    OPTIMIZERS,
    SURFACE,
    Method,
    Surface,
    Walk,
    bowl,
    heavy_ball,
    himmelblau,
    nesterov,
    ravine,
    rosenbrock,
    saddle,
    sgd,
)

GOAL = 1e-3  # who stays below this has arrived

LOWEST: dict[Surface, tuple[tuple[float, float], ...]] = {
    bowl: ((0.0, 0.0),),
    ravine: ((0.0, 0.0),),
    saddle: ((0.0, 1.0), (0.0, -1.0)),
    rosenbrock: ((1.0, 1.0),),
    himmelblau: ((3.0, 2.0), (-2.80512, 3.13131), (-3.77931, -3.28319), (3.58443, -1.84813)),
}
QUADRATIC = (bowl, ravine)  # equally curved everywhere


class Landscape(NamedTuple):
    """A landscape as it is drawn.

    Attributes:
        x: places along the first weight.
        y: places along the second.
        heights: how high it is there, (len(y), len(x)).
        lowest: the lowest places, as (x, y).
        half: x and y are drawn from -half to half; there is more, for wide and narrow screens.
    """

    x: np.ndarray
    y: np.ndarray
    heights: np.ndarray
    lowest: tuple[tuple[float, float], ...]
    half: float


@checked(surface=SURFACE, relief=OneOf(False, True))
def landscape(surface: Surface = bowl, relief: bool = False) -> Landscape:
    """Return how high the landscape is, place by place.

    Args:
        surface: one of ``SURFACES``.
        relief: only the square in the middle, as for a picture in three dimensions.
    """
    half = 5.2 if surface is himmelblau else 3.2
    columns, wide, rows, tall = (65, 1.0, 65, 1.0) if relief else (117, 2.0, 81, 1.4)
    x = torch.linspace(-wide * half, wide * half, columns)  # (columns,)
    y = torch.linspace(-tall * half, tall * half, rows)  # (rows,)
    places = torch.stack(torch.meshgrid(x, y, indexing="xy"))  # (2, rows, columns)
    return Landscape(x.numpy(), y.numpy(), surface(places).numpy(), LOWEST[surface], half)


class Limit(NamedTuple):
    """From which learning rate on an optimizer diverges.

    Attributes:
        curvature: L, the largest curvature anywhere; None where it has no bound.
        learning_rate: the limit; None if there is none, or none that a formula gives.
    """

    curvature: float | None
    learning_rate: float | None


@checked(method=OneOf(*OPTIMIZERS.values()), surface=SURFACE, momentum=MOMENTUM)
def limit(method: Method = sgd, surface: Surface = bowl, momentum: float = 0.9) -> Limit:
    """Return the largest curvature L, and the learning rate at which SGD ceases to get lower.

    Without momentum the limit is 2 / L: one step multiplies the distance along the direction of
    largest curvature by 1 - lr L, and from lr = 2 / L on that is no shrinking. Momentum widens
    it to 2 (1 + momentum) / L; Nesterov's looking ahead narrows that by 1 + 2 momentum.

    Args:
        method: one of ``OPTIMIZERS``.
        surface: one of ``SURFACES``; only the bowl and the ravine are equally curved everywhere.
        momentum: for momentum and Nesterov.
    """
    if surface not in QUADRATIC:
        return Limit(None, None)
    hessian = torch.autograd.functional.hessian(surface, torch.zeros(2))  # (2, 2)
    curvature = float(torch.linalg.eigvalsh(hessian).max())
    rates: dict[Method, float] = {
        sgd: 2 / curvature,
        heavy_ball: 2 * (1 + momentum) / curvature,
        nesterov: 2 * (1 + momentum) / ((1 + 2 * momentum) * curvature),
    }
    return Limit(curvature, rates.get(method))


class End(NamedTuple):
    """What came of a walk.

    Attributes:
        loss: how high it ended.
        place: where.
        arrived: the step from which on it was below ``GOAL``; None if it is not at the end.
        diverged: the step after which the loss was NaN or infinite for the first time, if ever.
        outcome: "arrived", "on the way" (lower than it began) or "no lower".
    """

    loss: float
    place: tuple[float, float]
    arrived: int | None
    diverged: int | None
    outcome: str


def end(walk: Walk) -> End:
    """Return what came of a walk."""
    with np.errstate(invalid="ignore"):
        above = np.flatnonzero(~(walk.losses < GOAL))  # nan is not below anything
    last, first = float(walk.losses[-1]), float(walk.losses[0])
    arrived = int(above[-1]) + 1 if above.size else 0
    not_finite = np.flatnonzero(~np.isfinite(walk.losses))
    there = arrived < len(walk.losses)
    x, y = walk.path[-1].tolist()
    return End(
        loss=last,
        place=(x, y),
        arrived=arrived if there else None,
        diverged=int(not_finite[0]) if not_finite.size else None,
        outcome="arrived" if there else "on the way" if last < first else "no lower",
    )


def start_of(walk: Walk) -> Walk:
    """Return what is known of a walk before the first step: where it begins, and the schedule."""
    return Walk(walk.path[:1], walk.losses[:1], walk.learning_rates)
