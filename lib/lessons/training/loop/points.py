"""Points in the plane with a class or a number each: what the network of the lesson learns.

The shapes of circle, xor, gauss, spiral, plane and bumps are those of TensorFlow Playground
(https://github.com/tensorflow/playground, src/dataset.ts); the others fill what it leaves out.
"""

import math
from collections.abc import Callable
from typing import NamedTuple

import torch

from lib.uploads.points import EDGE, OwnPoints

COUNT = 500


class Points(NamedTuple):
    """Points, shuffled, and what is to be learned of each.

    Attributes:
        x: (n, 2), the coordinates.
        y: (n,), the class as int64; or (n, 1), the number as float32.
        classes: how many classes there are; 0 if ``y`` holds numbers.
    """

    x: torch.Tensor
    y: torch.Tensor
    classes: int


Maker = Callable[[torch.Generator, float], Points]


def uniform(g: torch.Generator, low: float, high: float, *shape: int) -> torch.Tensor:
    """Return random numbers, uniformly from [``low``, ``high``)."""
    return low + (high - low) * torch.rand(shape, generator=g)


def circle(g: torch.Generator, noise: float) -> Points:
    """A disk inside a ring."""
    half = COUNT // 2
    radius = torch.cat([uniform(g, 0.0, 2.5, half), uniform(g, 3.5, 5.0, half)])  # (n,)
    angle = uniform(g, 0.0, 2 * math.pi, COUNT)  # (n,)
    x = torch.stack([radius * angle.sin(), radius * angle.cos()], dim=1)  # (n, 2)
    moved = x + uniform(g, -5.0, 5.0, COUNT, 2) * noise
    return Points(x, (moved.norm(dim=1) < 2.5).long(), 2)


def xor(g: torch.Generator, noise: float) -> Points:
    """Four squares, like ones across from each other."""
    x = uniform(g, -5.0, 5.0, COUNT, 2)
    x = x + 0.3 * x.sign()  # a gap between the squares
    moved = x + uniform(g, -5.0, 5.0, COUNT, 2) * noise
    return Points(x, (moved.prod(dim=1) >= 0).long(), 2)


def clouds(g: torch.Generator, noise: float, centers: list[tuple[float, float]]) -> Points:
    """A cloud of each class around a center."""
    y = torch.arange(COUNT) % len(centers)  # (n,)
    std = math.sqrt(0.5 + 3.5 * noise)
    x = torch.tensor(centers)[y] + std * torch.randn(COUNT, 2, generator=g)
    return Points(x, y, len(centers))


def gauss(g: torch.Generator, noise: float) -> Points:
    """Two clouds."""
    return clouds(g, noise, [(-2.0, -2.0), (2.0, 2.0)])


def four(g: torch.Generator, noise: float) -> Points:
    """Four clouds."""
    return clouds(g, noise, [(-3.0, 0.0), (0.0, 3.0), (3.0, 0.0), (0.0, -3.0)])


def arms(g: torch.Generator, noise: float, classes: int, turns: float) -> Points:
    """A spiral with an arm for each class."""
    y = torch.arange(COUNT) % classes  # (n,)
    along = torch.arange(COUNT) // classes / (COUNT / classes)  # (n,), from 0 to 1
    angle = 2 * math.pi * (turns * along + y / classes)
    x = 5 * along[:, None] * torch.stack([angle.sin(), angle.cos()], dim=1)  # (n, 2)
    return Points(x + uniform(g, -1.0, 1.0, COUNT, 2) * noise, y, classes)


def spiral(g: torch.Generator, noise: float) -> Points:
    """A spiral with two arms."""
    return arms(g, noise, 2, 1.75)


def three(g: torch.Generator, noise: float) -> Points:
    """A spiral with three arms, wound less tightly."""
    return arms(g, noise, 3, 0.75)


def moons(g: torch.Generator, noise: float) -> Points:
    """Two half circles, each reaching into the other."""
    y = torch.arange(COUNT) % 2  # (n,)
    angle = uniform(g, 0.0, math.pi, COUNT)
    side = 1.0 - 2.0 * y
    x = torch.stack([3 * angle.cos() * side + 1.5 * y - 0.75, (3 * angle.sin() - 0.75) * side], 1)
    return Points(x * 1.2 + (0.2 + 2 * noise) * torch.randn(COUNT, 2, generator=g), y, 2)


def plane(g: torch.Generator, noise: float) -> Points:
    """A number that grows along the diagonal."""
    x = uniform(g, -EDGE, EDGE, COUNT, 2)
    moved = x + uniform(g, -EDGE, EDGE, COUNT, 2) * noise
    return Points(x, (moved.sum(dim=1, keepdim=True) / 10).clamp(-1, 1), 0)


def bumps(g: torch.Generator, noise: float) -> Points:
    """Three hills and three valleys."""
    x = uniform(g, -EDGE, EDGE, COUNT, 2)
    moved = x + uniform(g, -EDGE, EDGE, COUNT, 2) * noise
    peaks = torch.tensor([[-4, 2.5], [0, 2.5], [4, 2.5], [-4, -2.5], [0, -2.5], [4, -2.5]])
    signs = torch.tensor([1.0, -1.0, 1.0, -1.0, 1.0, -1.0])
    heights = (1 - (moved[:, None] - peaks).norm(dim=2) / 2).clamp(min=0) * signs  # (n, 6)
    largest = heights.abs().argmax(dim=1, keepdim=True)  # (n, 1)
    return Points(x, heights.gather(1, largest), 0)


SHAPES: dict[str, Maker] = {
    "circle": circle,
    "xor": xor,
    "gauss": gauss,
    "spiral": spiral,
    "moons": moons,
    "three": three,
    "four": four,
    "plane": plane,
    "bumps": bumps,
}


def own_points(own: OwnPoints) -> Points:
    """Return the visitor's own points."""
    rows = torch.tensor(own, dtype=torch.float32)  # (n, 3)
    y = rows[:, 2].long()
    return Points(rows[:, :2], y, int(y.max()) + 1)


def split_points(
    make: Maker, noise: float, train_share: float, seed: int, own: OwnPoints = ()
) -> tuple[Points, Points]:
    """Return the training points and the test points.

    Args:
        make: one of ``SHAPES``.
        noise: from 0 to 0.5.
        train_share: which part of the points is for training; at least one stays on each side.
        seed: for the points and for who gets into training.
        own: the visitor's points; if there are any, they are taken instead.
    """
    g = torch.Generator().manual_seed(seed)
    x, y, classes = own_points(own) if own else make(g, noise)
    order = torch.randperm(len(x), generator=g)
    cut = min(max(1, round(train_share * len(order))), len(order) - 1)
    train, test = order[:cut], order[cut:]
    return Points(x[train], y[train], classes), Points(x[test], y[test], classes)
