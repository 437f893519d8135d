"""The layers a network may be made of, what their arguments may be, and how they are written.

A layer is a tuple: the name of its class in ``torch.nn``, then its arguments in PyTorch's order,
as in ``("Conv2d", 1, 16, 3, 2, 1)``.
"""

from collections.abc import Sequence
from math import prod
from typing import Any, NamedTuple

from lib.core.rules import Between, OneOf, Rule

Layer = tuple[Any, ...]
Layers = tuple[Layer, ...]
Shape = tuple[int, ...]

MOST_LAYERS = 10
MOST_AXES = 4
MOST_INPUT = 1_000_000  # numbers in the input

COUNT = Between(1, 100_000)  # channels and features
KERNEL = Between(1, 64)
PADDING = Between(0, 64)
AXIS = Between(-4, 3)
PART = Between(0.0, 1.0)
LENGTH = Between(1, 1024)  # of an axis of the input
ON_OFF = OneOf(True, False)
FUNCTIONS = ("preprocess", "flatten", "last_step")  # what a Lambda may hold


class Stride:
    """A number, or None: as long as the kernel."""

    def check(self, name: str, value: object) -> None:
        """Raise ``ValueError`` unless it is."""
        if value is not None:
            KERNEL.check(name, value)

    def __str__(self) -> str:
        """Say what is allowed, in a line."""
        return f"{KERNEL}, or None"


class Argument(NamedTuple):
    """One argument of a layer: its name, what it may be, and what it is if nobody gives it."""

    name: str
    rule: Rule
    default: Any = ...


class Kind(NamedTuple):
    """One class of layers.

    Attributes:
        arguments: in PyTorch's order.
        positional: how many of them are written without their names.
        example: the layer somebody gets who adds one.
    """

    arguments: tuple[Argument, ...] = ()
    positional: int = 9
    example: Layer = ()


def _counts(*names: str) -> tuple[Argument, ...]:
    """Return arguments that count features or channels."""
    return tuple(Argument(name, COUNT) for name in names)


KERNEL_SIZE, BIAS = Argument("kernel_size", KERNEL), Argument("bias", ON_OFF, True)
PADDED = Argument("padding", PADDING, 0)
CONVOLUTION = (
    *_counts("in_channels", "out_channels"), KERNEL_SIZE, Argument("stride", KERNEL, 1), PADDED,
)  # fmt: skip
POOLING = (KERNEL_SIZE, Argument("stride", Stride(), None), PADDED)
LSTM_ARGUMENTS = (
    *_counts("input_size", "hidden_size"), Argument("num_layers", Between(1, 4), 1), BIAS,
    Argument("batch_first", ON_OFF, False),
)  # fmt: skip
AXES = (Argument("start_dim", AXIS, 1), Argument("end_dim", AXIS, -1))

KINDS: dict[str, Kind] = {
    "Linear": Kind((*_counts("in_features", "out_features"), BIAS), 2, ("Linear", 10, 10)),
    "Conv2d": Kind(CONVOLUTION, 2, ("Conv2d", 16, 16, 3, 1, 1)),
    "ConvTranspose2d": Kind(CONVOLUTION, 2, ("ConvTranspose2d", 16, 8, 2, 2)),
    "MaxPool2d": Kind(POOLING, 1, ("MaxPool2d", 2)),
    "AvgPool2d": Kind(POOLING, 1, ("AvgPool2d", 2)),
    "BatchNorm1d": Kind(_counts("num_features"), 9, ("BatchNorm1d", 10)),
    "BatchNorm2d": Kind(_counts("num_features"), 9, ("BatchNorm2d", 16)),
    "LayerNorm": Kind(_counts("normalized_shape"), 9, ("LayerNorm", 10)),
    "LSTM": Kind(LSTM_ARGUMENTS, 2, ("LSTM", 28, 64, 1, True, True)),
    "Dropout": Kind((Argument("p", PART, 0.5),), 0, ("Dropout", 0.4)),
    "Flatten": Kind(AXES, 0, ("Flatten",)),
    "ReLU": Kind(example=("ReLU",)),
    "LeakyReLU": Kind((Argument("negative_slope", PART, 0.01),), 1, ("LeakyReLU", 0.1)),
    "Tanh": Kind(example=("Tanh",)),
    "Sigmoid": Kind(example=("Sigmoid",)),
    "Softmax": Kind((Argument("dim", AXIS),), 0, ("Softmax", 1)),
    "Lambda": Kind((Argument("func", OneOf(*FUNCTIONS)),), 9, ("Lambda", "flatten")),
}


# --- layers -> text -------------------------------------------------------------------------------


def written(layer: Layer) -> str:
    """Return a layer as programs write it: ``Conv2d(1, 16, kernel_size=3, stride=2)``.

    Arguments after the first ones have their names; those that are as usual are left out.
    """
    name, *values = layer
    kind = KINDS[name]
    words = []
    for i, (argument, each) in enumerate(zip(kind.arguments, values, strict=False)):
        text = each if name == "Lambda" else repr(each)
        if i < kind.positional:
            words.append(text)
        elif each != argument.default:
            words.append(f"{argument.name}={text}")
    return f"{name}({', '.join(words)})"


def short(layer: Layer) -> str:
    """Return a layer in few signs: its arguments in PyTorch's order, without their names."""
    name, *arguments = layer
    return f"{name}({', '.join(map(str, arguments))})"


def signature(name: str) -> str:
    """Return a class with the names of its arguments: ``Linear(in_features, ...)``."""
    return f"{name}({', '.join(each.name for each in KINDS[name].arguments)})"


def layers_text(layers: Layers) -> str:
    """Return layers as ``read_layers`` reads them."""
    return ", ".join(map(written, layers))


def shape_text(shape: Sequence[int]) -> str:
    """Return a shape as ``read_shape`` reads it."""
    return ", ".join(map(str, shape))


# --- rules ----------------------------------------------------------------------------------------


def check_layer(layer: object) -> None:
    """Raise ``ValueError`` unless ``layer`` is one of the layers with arguments it may have."""
    if not isinstance(layer, tuple) or not layer or layer[0] not in KINDS:
        raise ValueError(f"{layer!r} is not a layer, such as ('Linear', 784, 10)")
    name, *values = layer
    arguments = KINDS[name].arguments
    needed = sum(each.default is ... for each in arguments)
    if not needed <= len(values) <= len(arguments):
        raise ValueError(f"{layer!r}: {name} takes {needed} to {len(arguments)} arguments")
    for argument, each in zip(arguments, values, strict=False):
        argument.rule.check(f"{name}: {argument.name}", each)


class UpToTenLayers:
    """One to ten layers."""

    def check(self, name: str, value: object) -> None:
        """Raise ``ValueError`` unless ``value`` is a tuple of so many layers."""
        if not isinstance(value, tuple):
            raise ValueError(f"{name}={value!r} is not a tuple such as (('ReLU',),)")
        if not 1 <= len(value) <= MOST_LAYERS:
            raise ValueError(f"{name} has {len(value)} layers: 1 to {MOST_LAYERS} are allowed")
        for layer in value:
            check_layer(layer)

    def __str__(self) -> str:
        """Say what is allowed, in a line."""
        return f"1 to {MOST_LAYERS} layers: {', '.join(KINDS)}"


class InputShape:
    """The shape of an input: up to four axes, the first one counts the samples."""

    def check(self, name: str, value: object) -> None:
        """Raise ``ValueError`` unless ``value`` is such a shape."""
        if not isinstance(value, tuple) or not 1 <= len(value) <= MOST_AXES:
            raise ValueError(f"{name}={value!r} is not a tuple of 1 to {MOST_AXES} whole numbers")
        for length in value:
            LENGTH.check(name, length)
        if prod(value) > MOST_INPUT:
            raise ValueError(f"{name}={value!r} is {prod(value)} numbers: up to {MOST_INPUT}")

    def __str__(self) -> str:
        """Say what is allowed, in a line."""
        return f"1 to {MOST_AXES} axes, each {LENGTH} long, with up to {MOST_INPUT} numbers"


# --- where to start -------------------------------------------------------------------------------


class Preset(NamedTuple):
    """A network to start from, and the shape of what it takes."""

    shape: Shape
    layers: Layers


CONVOLUTIONAL: Layers = (
    ("Lambda", "preprocess"),
    ("Conv2d", 1, 16, 3, 2, 1), ("ReLU",),
    ("Conv2d", 16, 16, 3, 2, 1), ("ReLU",),
    ("Conv2d", 16, 10, 3, 2, 1), ("ReLU",),
    ("AvgPool2d", 4),
    ("Lambda", "flatten"),
)  # fmt: skip
LENET: Layers = (
    ("Conv2d", 1, 6, 5, 1, 2), ("ReLU",), ("MaxPool2d", 2),
    ("Conv2d", 6, 16, 5), ("ReLU",), ("MaxPool2d", 2),
    ("Flatten",),
    ("Linear", 400, 120), ("ReLU",),
    ("Linear", 120, 10),
)  # fmt: skip
RECURRENT: Layers = (("LSTM", 28, 64, 1, True, True), ("Lambda", "last_step"), ("Linear", 64, 10))
PRESETS: dict[str, Preset] = {
    "convolutional": Preset((64, 784), CONVOLUTIONAL),
    "two-layer": Preset((64, 1000), (("Linear", 1000, 100), ("ReLU",), ("Linear", 100, 10))),
    "LeNet-like": Preset((64, 1, 28, 28), LENET),
    "LSTM": Preset((64, 28, 28), RECURRENT),
}
