"""How one output number comes about, cell by cell, computed by hand beside the layer."""

from collections.abc import Mapping
from itertools import product
from typing import Any, NamedTuple

import numpy as np

from lib.lessons.models.layers.dense_layers import Mapped
from lib.lessons.models.layers.grid import Swept

Place = tuple[int, int]  # row, column

PAD = {"zeros": "constant", "reflect": "reflect", "replicate": "edge", "circular": "wrap"}
LARGEST = 12  # rows and columns up to which the cells are stepped through
LONG = 12  # products, beyond which those that are zero are left out


class Step(NamedTuple):
    """One output number, or one output row.

    Attributes:
        reads: the cells of the input it comes from.
        weights: the cells of the weights.
        writes: the cells of the output.
        total: the sum, written out with its numbers.
    """

    reads: tuple[Place, ...]
    weights: tuple[Place, ...]
    writes: tuple[Place, ...]
    total: str


class Stepped(NamedTuple):
    """A layer at work.

    Attributes:
        x: the input, with the cells that padding adds.
        border: how many of its rows and columns on each side are added.
        weight: the weights; None if there are none.
        y: the output.
        steps: what each cell of the output comes from; empty where there are too many.
    """

    x: np.ndarray
    border: int
    weight: np.ndarray | None
    y: np.ndarray
    steps: tuple[Step, ...]


def window_steps(layer: str, result: Swept, settings: Mapping[str, Any]) -> Stepped:
    """Return how each output number of ``Conv2d``, ``MaxPool2d`` or ``AvgPool2d`` comes about.

    Args:
        layer: the name of the layer.
        result: what its lesson function returned.
        settings: those it was called with; what is missing has PyTorch's default.

    Raises:
        ValueError: if the layer refused.
    """
    y = _output(result)
    border, kernel = settings.get("padding", 0), settings["kernel_size"]
    empty = {"constant_values": -np.inf} if layer == "MaxPool2d" else {}
    mode = PAD[settings.get("padding_mode", "zeros")]
    x = np.pad(result.x, border, mode=mode, **empty)  # type: ignore[call-overload]
    seen = []
    if max(*x.shape, *y.shape) <= LARGEST:
        inner = tuple(product(range(kernel), range(kernel)))
        apart = settings.get("dilation", 1)
        for row, column in np.ndindex(*y.shape):
            top, left = row * settings["stride"], column * settings["stride"]
            reads = tuple((top + i * apart, left + j * apart) for i, j in inner)
            total = _total(layer, result, [float(x[each]) for each in reads], inner)
            weights = inner if result.weight is not None else ()
            seen.append(Step(reads, weights, ((row, column),), total))
    return Stepped(x, border, result.weight, y, tuple(seen))


def stamp_steps(result: Swept, settings: Mapping[str, Any]) -> Stepped:
    """Return from which stamps of ``ConvTranspose2d`` each output number is added up.

    Raises:
        ValueError: if the layer refused.
    """
    y, kernel = _output(result), settings["kernel_size"]
    seen = []
    if max(*result.x.shape, *y.shape) <= LARGEST:
        stride, padding = settings["stride"], settings["padding"]
        for place in np.ndindex(*y.shape):
            met = [
                (at, inner)
                for inner in product(range(kernel), range(kernel))
                if (at := _stamped_by(place, inner, stride, padding, settings["dilation"]))
                and all(0 <= a < n for a, n in zip(at, result.x.shape, strict=True))
            ]
            values = [float(result.x[at]) for at, _ in met]
            weights = tuple(inner for _, inner in met)
            total = _total("ConvTranspose2d", result, values, weights)
            here = (place[0], place[1])
            seen.append(Step(tuple(at for at, _ in met), weights, (here,), total))
    return Stepped(result.x, 0, result.weight, y, tuple(seen))


def row_steps(result: Mapped) -> Stepped:
    """Return how each output number of ``Linear``, or each row of ``Embedding``, comes about.

    Raises:
        ValueError: if the layer refused.
    """
    if result.y is None or result.weight is None:
        raise ValueError(f"there is no output: {result.refused}")
    weight, wide = result.weight, range(result.weight.shape[1])
    if result.x.ndim == 1:
        looked_up = [
            Step(
                ((place, 0),),
                tuple((index, column) for column in wide),
                tuple((place, column) for column in wide),
                f"x[{place}] = {index}: y[{place}] = weight[{index}]",
            )
            for place, index in enumerate(result.x.tolist())
        ]
        return Stepped(result.x[:, None], 0, weight, result.y, tuple(looked_up))
    weighed = []
    for row, feature in np.ndindex(*result.y.shape):
        bias = None if result.bias is None else float(result.bias[feature])
        values, weights = result.x[row].tolist(), weight[feature].tolist()
        total = sum(v * w for v, w in zip(values, weights, strict=True)) + (bias or 0)
        reads = tuple((row, column) for column in wide)
        lit = tuple((feature, column) for column in wide)
        says = f"{products(values, weights, bias)} = {number(total)}"
        weighed.append(Step(reads, lit, ((row, feature),), says))
    return Stepped(result.x, 0, weight, result.y, tuple(weighed))


def number(value: float) -> str:
    """Return a number with up to two decimals and a true minus."""
    if np.isinf(value):
        return "−∞"
    return f"{round(value, 2) + 0.0:.4g}".replace("-", "−")


def products(values: list[float], weights: list[float], bias: float | None) -> str:
    """Return a sum of products as it is written: ``0.5·1 + 2·−1 + 0.5``."""
    pairs = list(zip(values, weights, strict=True))
    kept = [pair for pair in pairs if pair[0] and pair[1]] if len(pairs) > LONG else pairs
    terms = [f"{number(value)}·{number(weight)}" for value, weight in kept]
    if len(kept) < len(pairs):
        terms.append(f"{len(pairs) - len(kept)}×0")
    return " + ".join([*terms, *([] if bias is None else [number(bias)])]) or "0"


def _output(result: Swept) -> np.ndarray:
    if result.y is None:
        raise ValueError(f"there is no output: {result.refused}")
    return result.y


def _stamped_by(
    place: tuple[int, ...], inner: Place, stride: int, padding: int, apart: int
) -> Place | None:
    """Return which input cell puts cell ``inner`` of its stamp onto ``place``; None if none."""
    before = [at + padding - i * apart for at, i in zip(place, inner, strict=True)]
    if any(each % stride for each in before):
        return None
    return before[0] // stride, before[1] // stride


def _total(layer: str, result: Swept, values: list[float], inner: tuple[Place, ...]) -> str:
    """Return how the output number follows from the numbers that were read, written out."""
    if layer == "MaxPool2d":
        return f"max({', '.join(map(number, values))}) = {number(max(values))}"
    if layer == "AvgPool2d":
        mean = sum(values) / len(values)
        return f"({' + '.join(map(number, values))}) / {len(values)} = {number(mean)}"
    weight = result.weight
    weights = [] if weight is None else [float(weight[each]) for each in inner]
    total = sum(v * w for v, w in zip(values, weights, strict=True)) + result.bias
    return f"{products(values, weights, result.bias or None)} = {number(total)}"
