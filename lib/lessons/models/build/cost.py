"""What a layer costs, from its arguments and the shape that arrives: before it runs."""

from collections.abc import Sequence
from math import prod
from typing import NamedTuple

from lib.lessons.models.build.layer_kinds import Layer, Layers, Shape

MOST_PARAMETERS = 5_000_000
MOST_NUMBERS = 16_000_000  # in all activations together: 64 MB of float32
MOST_PRODUCTS = 500_000_000  # in one layer


class Cost(NamedTuple):
    """What a layer makes: how many numbers, and of how many products each.

    Attributes:
        numbers: how many numbers come out.
        products: how many multiplications with a weight, all together.
        reads: how many numbers are read; more than ``products`` where there are no weights.
    """

    numbers: int
    products: int
    reads: int


NOTHING = Cost(0, 0, 0)  # what a layer costs that will refuse what arrives


def cost(layer: Layer, shape: Shape) -> Cost:
    """Return what ``layer`` would cost on an input of ``shape``, as far as it can work on it."""
    name = layer[0]
    if "Conv" in name or "Pool" in name:
        return _window(layer, shape)
    if name not in {"Linear", "LSTM"}:
        return Cost(prod(shape), 0, prod(shape))
    if shape[-1:] != (layer[1],):
        return NOTHING
    rows, weights = prod(shape[:-1]), layer[1] * layer[2]
    if name == "LSTM":
        weights = _lstm_weights(*layer[1:4])
    return Cost(rows * layer[2], rows * weights, rows * weights)


def _window(layer: Layer, shape: Shape) -> Cost:
    """Return the cost of a layer that moves a small window over images."""
    name, *arguments = layer
    is_pooling = "Pool" in name
    if len(shape) < 3 or not (is_pooling or shape[-3] == arguments[0]):
        return NOTHING
    outputs, *window = [shape[-3], *arguments] if is_pooling else arguments[1:]
    kernel, padding = window[0], window[2] if len(window) > 2 else 0
    stride = (window[1] if len(window) > 1 else None) or (kernel if is_pooling else 1)
    sides = [(side + 2 * padding - kernel) // stride + 1 for side in shape[-2:]]
    if name == "ConvTranspose2d":
        sides = [(side - 1) * stride - 2 * padding + kernel for side in shape[-2:]]
    numbers = prod(shape[:-3]) * outputs * max(0, sides[0]) * max(0, sides[1])
    pairs = {"Conv2d": numbers * shape[-3], "ConvTranspose2d": prod(shape) * outputs}.get(name, 0)
    products = pairs * kernel**2
    return Cost(numbers, products, max(products, numbers * kernel**2))


def _lstm_weights(inputs: int, hidden: int, layers: int = 1) -> int:
    """Return how many weights an LSTM has in its four gates, without biases."""
    return 4 * hidden * (inputs + hidden + (layers - 1) * 2 * hidden)


def multiply_adds(layer: Layer, shape: Shape) -> int:
    """Return how many products a layer adds up, biases and what has no weights not counted."""
    return cost(layer, shape).products


def parameter_count(layer: Layer) -> int:
    """Return how many weights and biases a layer has, from its arguments alone."""
    name, *arguments = layer
    if name == "Linear":
        inputs, outputs, bias = (*arguments, True)[:3]
        return int((inputs + bias) * outputs)
    if "Conv" in name:
        inputs, outputs, kernel = arguments[:3]
        return int((inputs * kernel**2 + 1) * outputs)
    if name == "LSTM":
        inputs, hidden, layers, bias = (*arguments, *(1, True)[len(arguments) - 2 :])[:4]
        return _lstm_weights(inputs, hidden, layers) + int(8 * hidden * layers * bias)
    return 2 * int(arguments[0]) if "Norm" in name else 0


def numbers_made(shapes: Sequence[Shape]) -> int:
    """Return how many numbers all layers make together; the first shape is the input's."""
    return sum(map(prod, shapes[1:]))


def check_parameters(layers: Layers) -> None:
    """Refuse a network that is too large, before it is built.

    Raises:
        ValueError: naming how large it is and how large it may be.
    """
    total = sum(map(parameter_count, layers))
    if total > MOST_PARAMETERS:
        raise ValueError(
            f"this network has {total:,} parameters; here it may have up to {MOST_PARAMETERS:,}"
        )


def check_cost(layer: Layer, shape: Shape, numbers: int) -> int:
    """Refuse a layer that would make too much, before it runs.

    Args:
        layer: the layer.
        shape: of what arrives there.
        numbers: how many numbers the layers before it made.

    Returns:
        How many numbers there are with those of this layer.

    Raises:
        ValueError: naming the layer, how much it would make and how much it may.
    """
    more = cost(layer, shape)
    total = numbers + more.numbers
    if total > MOST_NUMBERS:
        raise ValueError(
            f"with {layer[0]} on {shape} the layers make {4 * total / 1e6:,.0f} MB of numbers; "
            f"here up to {4 * MOST_NUMBERS / 1e6:,.0f} MB are allowed"
        )
    if more.reads > MOST_PRODUCTS:
        raise ValueError(
            f"{layer[0]} on {shape} would take {more.reads / 1e6:,.0f} million multiplications; "
            f"here up to {MOST_PRODUCTS / 1e6:,.0f} million are allowed"
        )
    return total
