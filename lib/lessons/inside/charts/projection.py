"""Points with many numbers each, placed in two or three dimensions, and who is near whom."""

from typing import NamedTuple

import numpy as np
import torch

METRICS = ("cosine", "euclidean")


class Projected(NamedTuple):
    """Points on a plane or in space.

    Attributes:
        places: (n, dimensions), float32.
        explained: the ratio of the variance that is left; None where that has no meaning.
    """

    places: np.ndarray
    explained: float | None


def pca(features: np.ndarray, dimensions: int) -> Projected:
    """Return the points as seen from the side on which they differ most."""
    x = torch.from_numpy(features).double()
    x = x - x.mean(dim=0)  # (n, d)
    _, singular_values, axes = torch.linalg.svd(x, full_matrices=False)  # (n, d), (d,), (d, d)
    places = (x @ axes[:dimensions].T).float().numpy()  # (n, dimensions)
    variances = singular_values**2
    total = float(variances.sum())
    explained = float(variances[:dimensions].sum()) / total if total else 1.0
    return Projected(places, explained)


def tsne(features: np.ndarray, dimensions: int) -> np.ndarray:
    """Return the points so that near ones stay near; it takes seconds, so in a worker.

    Points that are equal, as those of a layer that is dead, are placed once and together.
    """
    from sklearn.manifold import TSNE  # noqa: PLC0415 - slow to import
    from threadpoolctl import threadpool_limits  # noqa: PLC0415

    different, which = np.unique(features, axis=0, return_inverse=True)
    if len(different) <= 2 * dimensions:  # too few to have a neighborhood
        return pca(features, dimensions).places
    near = min(30, (len(different) - 1) / 3)  # how many neighbors each point has, about
    start = TSNE(dimensions, perplexity=near, init="random", learning_rate="auto", random_state=0)
    with threadpool_limits(1):
        found = start.fit_transform(different)
    return np.asarray(found, np.float32)[which.reshape(-1)]


class Neighbors(NamedTuple):
    """The points nearest to one: which, and how far away each is."""

    points: tuple[int, ...]
    distances: tuple[float, ...]


def nearest(features: np.ndarray, point: int, count: int, metric: str = "cosine") -> Neighbors:
    """Return the ``count`` points nearest to one, by all numbers they have.

    Raises:
        ValueError: for a metric or a point that there is not.
    """
    if metric not in METRICS:
        raise ValueError(f"metric={metric!r} is not one of: {', '.join(METRICS)}")
    if not 0 <= point < len(features):
        raise ValueError(f"point={point} is out of range: 0 to {len(features) - 1}")
    x = features.astype(np.float64)
    if metric == "cosine":
        lengths = np.maximum(np.linalg.norm(x, axis=1), 1e-12)  # (n,)
        distances = 1 - x @ x[point] / (lengths * lengths[point])  # (n,)
    else:
        distances = np.linalg.norm(x - x[point], axis=1)  # (n,)
    order = np.argsort(distances, kind="stable")
    order = order[order != point][:count]
    return Neighbors(tuple(order.tolist()), tuple(distances[order].tolist()))
