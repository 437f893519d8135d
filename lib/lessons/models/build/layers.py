"""The layers a chain may be made of, what their arguments may be, and how they are written.

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


class Argument(NamedTuple):
    """One argument of a layer: its name, what it may be, and what it is if nobody gives it."""

    name: str
    rule: Rule
    default: Any = ...


class Kind(NamedTuple):
    """One class of layers.

    Attributes:
        arguments: in PyTorch's order.
        named: which of them are written with their names, counted from 0.
        begin: the layer somebody gets who adds one.
    """

    arguments: tuple[Argument, ...] = ()
    named: int = 9
    begin: Layer = ()


KERNEL_ARGUMENTS = (
    Argument("kernel_size", KERNEL),
    Argument("stride", KERNEL, 1),
    Argument("padding", PADDING, 0),
)
CHANNELS = (Argument("in_channels", COUNT), Argument("out_channels", COUNT))
POOLING = (KERNEL_ARGUMENTS[0], Argument("stride", Stride(), None), KERNEL_ARGUMENTS[2])

KINDS: dict[str, Kind] = {
    "Linear": Kind(
        (
            Argument("in_features", COUNT),
            Argument("out_features", COUNT),
            Argument("bias", ON_OFF, True),
        ),
        2,
        ("Linear", 10, 10),
    ),
    "Conv2d": Kind((*CHANNELS, *KERNEL_ARGUMENTS), 2, ("Conv2d", 16, 16, 3, 1, 1)),
    "ConvTranspose2d": Kind((*CHANNELS, *KERNEL_ARGUMENTS), 2, ("ConvTranspose2d", 16, 8, 2, 2)),
    "MaxPool2d": Kind(POOLING, 1, ("MaxPool2d", 2)),
    "AvgPool2d": Kind(POOLING, 1, ("AvgPool2d", 2)),
    "BatchNorm1d": Kind((Argument("num_features", COUNT),), 9, ("BatchNorm1d", 10)),
    "BatchNorm2d": Kind((Argument("num_features", COUNT),), 9, ("BatchNorm2d", 16)),
    "LayerNorm": Kind((Argument("normalized_shape", COUNT),), 9, ("LayerNorm", 10)),
    "LSTM": Kind(
        (
            Argument("input_size", COUNT),
            Argument("hidden_size", COUNT),
            Argument("num_layers", Between(1, 4), 1),
            Argument("bias", ON_OFF, True),
            Argument("batch_first", ON_OFF, False),
        ),
        2,
        ("LSTM", 28, 64, 1, True, True),
    ),
    "Dropout": Kind((Argument("p", PART, 0.5),), 0, ("Dropout", 0.4)),
    "Flatten": Kind(
        (Argument("start_dim", AXIS, 1), Argument("end_dim", AXIS, -1)), 0, ("Flatten",)
    ),
    "ReLU": Kind(begin=("ReLU",)),
    "LeakyReLU": Kind((Argument("negative_slope", PART, 0.01),), 1, ("LeakyReLU", 0.1)),
    "Tanh": Kind(begin=("Tanh",)),
    "Sigmoid": Kind(begin=("Sigmoid",)),
    "Softmax": Kind((Argument("dim", AXIS),), 0, ("Softmax", 1)),
    "Lambda": Kind((Argument("func", OneOf(*FUNCTIONS)),), 9, ("Lambda", "flatten")),
}


# --- layers -> text -------------------------------------------------------------------------------


def written(layer: Layer) -> str:
    """Return a layer as the notes write it: ``Conv2d(1, 16, kernel_size=3, stride=2)``.

    Arguments after the first ones have their names; those that are as usual are left out.
    """
    name, *values = layer
    kind = KINDS[name]
    words = []
    for i, (argument, each) in enumerate(zip(kind.arguments, values, strict=False)):
        if i >= kind.named and each == argument.default:
            continue
        text = each if name == "Lambda" else repr(each)
        words.append(f"{argument.name}={text}" if i >= kind.named else text)
    return f"{name}({', '.join(words)})"


def short(layer: Layer) -> str:
    """Return a layer in few signs: its arguments in PyTorch's order, without their names."""
    name, *arguments = layer
    return f"{name}({', '.join(map(str, arguments))})"


def signature(name: str) -> str:
    """Return a class with the names of its arguments: ``Linear(in_features, ...)``."""
    return f"{name}({', '.join(each.name for each in KINDS[name].arguments)})"


def chain_text(layers: Layers) -> str:
    """Return a chain as ``lib/lessons/models/build/grammar.py`` reads it."""
    return ", ".join(map(written, layers))


def shape_text(shape: Sequence[int]) -> str:
    """Return a shape as ``lib/lessons/models/build/grammar.py`` reads it."""
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


# --- where to start -------------------------------------------------------------------------------


class Preset(NamedTuple):
    """A network to start from, and the shape of what it takes."""

    shape: Shape
    layers: Layers


NOTES: Layers = (
    ("Lambda", "preprocess"),
    ("Conv2d", 1, 16, 3, 2, 1),
    ("ReLU",),
    ("Conv2d", 16, 16, 3, 2, 1),
    ("ReLU",),
    ("Conv2d", 16, 10, 3, 2, 1),
    ("ReLU",),
    ("AvgPool2d", 4),
    ("Lambda", "flatten"),
)
PRESETS: dict[str, Preset] = {
    "notes": Preset((64, 784), NOTES),
    "two-layer": Preset((64, 1000), (("Linear", 1000, 100), ("ReLU",), ("Linear", 100, 10))),
    "LeNet-like": Preset(
        (64, 1, 28, 28),
        (
            ("Conv2d", 1, 6, 5, 1, 2),
            ("ReLU",),
            ("MaxPool2d", 2),
            ("Conv2d", 6, 16, 5),
            ("ReLU",),
            ("MaxPool2d", 2),
            ("Flatten",),
            ("Linear", 400, 120),
            ("ReLU",),
            ("Linear", 120, 10),
        ),
    ),
    "LSTM": Preset(
        (64, 28, 28),
        (("LSTM", 28, 64, 1, True, True), ("Lambda", "last_step"), ("Linear", 64, 10)),
    ),
}
