"""What TensorBoard shows, as plain values: curves, pictures, histograms, a graph, points."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np


class Curve(NamedTuple):
    """The numbers under one tag.

    Attributes:
        tag: its name.
        steps: the ``global_step`` of each, int64, (n,).
        walls: when each was written, in seconds since 1970, float64, (n,).
        values: the numbers, float32 as ``add_scalar`` writes them, (n,).
    """

    tag: str
    steps: np.ndarray
    walls: np.ndarray
    values: np.ndarray


class Picture(NamedTuple):
    """A picture written at a step, as the PNG that stands in the file."""

    step: int
    wall: float
    width: int
    height: int
    png: bytes


class Histogram(NamedTuple):
    """A histogram written at a step.

    Attributes:
        step: its ``global_step``.
        wall: when it was written.
        buckets: from, to, and how many numbers are between, (k, 3).
        bands: the nine numbers that TensorBoard's distributions draw, from least to largest.
    """

    step: int
    wall: float
    buckets: np.ndarray
    bands: np.ndarray


class Op(NamedTuple):
    """A node of the graph: its name, what it does, whose results it takes, and its shape."""

    name: str
    kind: str
    inputs: tuple[str, ...]
    shape: tuple[int, ...]


class Embedding(NamedTuple):
    """What ``add_embedding`` has written.

    Attributes:
        features: a row of numbers for each point, (n, d).
        labels: the name of each.
        sprite: the pictures of all points in rows, as one PNG.
        side: the width of each picture in pixels.
    """

    features: np.ndarray
    labels: tuple[str, ...]
    sprite: bytes
    side: int


class Run(NamedTuple):
    """One run: what was read back from its folder.

    Attributes:
        name: its folder's name.
        curves: one for each tag of ``add_scalar``.
        images: by tag.
        histograms: by tag.
        graph: the nodes that ``add_graph`` has written.
        settings: the hyperparameters that ``add_hparams`` has written.
        embedding: the last one, None if there is none.
    """

    name: str
    curves: tuple[Curve, ...] = ()
    images: Mapping[str, tuple[Picture, ...]] = {}
    histograms: Mapping[str, tuple[Histogram, ...]] = {}
    graph: tuple[Op, ...] = ()
    settings: Mapping[str, Any] = {}
    embedding: Embedding | None = None

    def curve(self, tag: str) -> Curve | None:
        """Return the curve of this tag, None if there is none."""
        return next((curve for curve in self.curves if curve.tag == tag), None)
