"""How much work a layer is, from its arguments and the shape that arrives: before it is done."""

from collections.abc import Sequence
from math import prod
from typing import NamedTuple

from lib.lessons.models.build.layers import Layer, Layers, Shape

MOST_PARAMETERS = 5_000_000
MOST_NUMBERS = 16_000_000  # in all activations together: 64 MB of float32
MOST_PRODUCTS = 500_000_000  # in one layer


class Work(NamedTuple):
    """What a layer makes: how many numbers, and of how many products each.

    Attributes:
        numbers: how many numbers come out.
        products: how many multiplications with a weight, all together.
        looks: how many numbers are looked at; more than ``products`` where there are no weights.
    """

    numbers: int
    products: int
    looks: int


def work(layer: Layer, shape: Shape) -> Work:
    """Return what ``layer`` would do to an input of ``shape``, as far as it can work on it."""
    name, *arguments = layer
    if name in {"Linear", "LSTM"} and shape[-1:] != (arguments[0],):
        return Work(0, 0, 0)  # it will refuse
    if name == "Linear":
        numbers = prod(shape[:-1]) * arguments[1]
        return Work(numbers, numbers * arguments[0], numbers * arguments[0])
    if name == "LSTM":
        inputs, hidden, layers = (*arguments, 1)[:3]
        steps = prod(shape[:-1])
        weights = 4 * hidden * (inputs + hidden + (layers - 1) * 2 * hidden)
        return Work(steps * hidden, steps * weights, steps * weights)
    if "Conv" in name or "Pool" in name:
        return _window(layer, shape)
    return Work(prod(shape), 0, prod(shape))


def _window(layer: Layer, shape: Shape) -> Work:
    """Return the work of a layer that moves a small window over pictures."""
    name, *arguments = layer
    if len(shape) < 3:
        return Work(0, 0, 0)  # no pictures: it will refuse them
    inputs, outputs, *window = arguments if "Conv" in name else [0, shape[-3], *arguments]
    kernel = window[0]
    stride = window[1] if len(window) > 1 else None
    padding = window[2] if len(window) > 2 else 0
    if "Conv" in name and shape[-3] != inputs:
        return Work(0, 0, 0)
    if stride is None:
        stride = 1 if "Conv" in name else kernel
    if name == "ConvTranspose2d":
        sides = [(side - 1) * stride - 2 * padding + kernel for side in shape[-2:]]
        products = prod(shape) * outputs * kernel**2
    else:
        sides = [(side + 2 * padding - kernel) // stride + 1 for side in shape[-2:]]
        products = 0
    places = prod(shape[:-3]) * max(0, sides[0]) * max(0, sides[1])
    if name == "Conv2d":
        products = places * outputs * inputs * kernel**2
    return Work(places * outputs, products, max(products, places * outputs * kernel**2))


def multiply_adds(layer: Layer, shape: Shape) -> int:
    """Return how many products a layer adds up, biases and what has no weights not counted."""
    return work(layer, shape).products


def weights(layer: Layer) -> int:
    """Return how many weights and biases a layer has, from its arguments alone."""
    name, *arguments = layer
    if name == "Linear":
        inputs, outputs, bias = (*arguments, True)[:3]
        return int(inputs * outputs + (outputs if bias else 0))
    if "Conv" in name:
        inputs, outputs, kernel = arguments[:3]
        return int(inputs * outputs * kernel**2 + outputs)
    if name == "LSTM":
        inputs, hidden, layers, bias = (*arguments, *(1, True)[len(arguments) - 2 :])[:4]
        biases = 8 * hidden * layers if bias else 0
        return int(4 * hidden * (inputs + hidden + (layers - 1) * 2 * hidden) + biases)
    return 2 * int(arguments[0]) if "Norm" in name else 0


def numbers_made(shapes: Sequence[Shape]) -> int:
    """Return how many numbers all layers make together; the first shape is the input's."""
    return sum(map(prod, shapes[1:]))


def check_parameters(layers: Layers) -> None:
    """Refuse a network that is too large, before it is built.

    Raises:
        ValueError: naming how large it is and how large it may be.
    """
    total = sum(map(weights, layers))
    if total > MOST_PARAMETERS:
        raise ValueError(
            f"this network has {total:,} parameters; here it may have up to {MOST_PARAMETERS:,}"
        )


def check_work(layer: Layer, shape: Shape, numbers: int) -> int:
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
    more = work(layer, shape)
    total = numbers + more.numbers
    if total > MOST_NUMBERS:
        raise ValueError(
            f"with {layer[0]} on {shape} the layers make {4 * total / 1e6:,.0f} MB of numbers; "
            f"here up to {4 * MOST_NUMBERS / 1e6:,.0f} MB are allowed"
        )
    if more.looks > MOST_PRODUCTS:
        raise ValueError(
            f"{layer[0]} on {shape} would take {more.looks / 1e6:,.0f} million multiplications; "
            f"here up to {MOST_PRODUCTS / 1e6:,.0f} million are allowed"
        )
    return total
