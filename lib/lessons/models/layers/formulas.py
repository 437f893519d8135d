"""The shape a layer returns and the numbers it learns, as formulas with the numbers put in."""

from collections.abc import Callable, Mapping, Sequence
from math import prod
from typing import Any, NamedTuple

Shape = tuple[int, ...]
Settings = Mapping[str, Any]


class Formula(NamedTuple):
    """A formula with the numbers put in, empty if there is nothing to compute; and its value."""

    words: str
    value: Any


# --- shapes ---------------------------------------------------------------------------------------


def window(n: int, kernel: int, stride: int, padding: int, dilation: int = 1) -> Formula:
    """Return how many places a window has along an axis of length ``n``."""
    value = (n + 2 * padding - dilation * (kernel - 1) - 1) // stride + 1
    words = f"⌊({n} + 2·{padding} − {dilation}·({kernel} − 1) − 1) / {stride}⌋ + 1 = {value}"
    return Formula(words, value)


def stamps(n: int, kernel: int, stride: int, padding: int, dilation: int = 1) -> Formula:
    """Return how long an axis of length ``n`` gets when every cell stamps a filter."""
    value = (n - 1) * stride - 2 * padding + dilation * (kernel - 1) + 1
    words = f"({n} − 1)·{stride} − 2·{padding} + {dilation}·({kernel} − 1) + 1 = {value}"
    return Formula(words, value)


def shape_formula(layer: str, shape: Shape, settings: Settings) -> Formula:
    """Return the shape of a layer's output.

    Args:
        layer: its name, as in PyTorch.
        shape: that of the input; for a loss, that of the predictions.
        settings: those of its lesson function.
    """
    return SHAPES.get(layer, _same)(shape, settings)


def _same(shape: Shape, _settings: Settings) -> Formula:
    return Formula("", shape)


def _sliding(place: Callable[..., Formula]) -> Callable[[Shape, Settings], Formula]:
    """Return the formula of a layer whose height and width are those that ``place`` says."""

    def formula(shape: Shape, settings: Settings) -> Formula:
        names = ("kernel_size", "stride", "padding", "dilation")
        numbers = [settings.get(name, 1) for name in names]
        high, wide = (place(n, *numbers) for n in shape[2:])
        words = high.words if shape[2] == shape[3] else f"{high.words}; {wide.words}"
        channels = settings.get("out_channels", shape[1])
        return Formula(words, (shape[0], channels, high.value, wide.value))

    return formula


def _linear(shape: Shape, settings: Settings) -> Formula:
    value = (*shape[:-1], settings["out_features"])
    return Formula("", value)


def _embedding(shape: Shape, settings: Settings) -> Formula:
    value = (*shape, settings["embedding_dim"])
    return Formula("", value)


def _flatten(shape: Shape, settings: Settings) -> Formula:
    start = settings["start_dim"]
    value = (*shape[:start], prod(shape[start:]))
    words = "·".join(map(str, shape[start:]))
    return Formula(f"{words} = {value[-1]}", value)


def _lstm(shape: Shape, settings: Settings) -> Formula:
    ways = 2 if settings["bidirectional"] else 1
    size = ways * settings["hidden_size"]
    return Formula(f"{ways}·{settings['hidden_size']} = {size}", (*shape[:2], size))


def _loss(shape: Shape, settings: Settings) -> Formula:
    value = shape[:1] if settings["reduction"] == "none" else ()
    return Formula(f"reduction={settings['reduction']!r}", value)


SHAPES: dict[str, Callable[[Shape, Settings], Formula]] = {
    "Conv2d": _sliding(window),
    "ConvTranspose2d": _sliding(stamps),
    "MaxPool2d": _sliding(window),
    "AvgPool2d": _sliding(window),
    "Linear": _linear,
    "Embedding": _embedding,
    "Flatten": _flatten,
    "LSTM": _lstm,
    **dict.fromkeys(("MSELoss", "L1Loss", "CrossEntropyLoss", "BCEWithLogitsLoss"), _loss),
}


# --- parameters -----------------------------------------------------------------------------------


def parameter_formula(layer: str, settings: Settings) -> Formula:
    """Return how many numbers a layer learns."""
    return PARAMETERS.get(layer, _nothing)(settings)


def _nothing(_settings: Settings) -> Formula:
    return Formula("0", 0)


def _conv(settings: Settings) -> Formula:
    """A filter for each output channel, over the input channels of its group."""
    kernel, groups = settings["kernel_size"], settings["groups"]
    into, out = settings["in_channels"], settings["out_channels"]
    factors = f"{out}·({into}/{groups})·{kernel}·{kernel}"
    return _with_bias(factors, out * into * kernel**2 // groups, out, settings["bias"])


def _linear_parameters(settings: Settings) -> Formula:
    into, out = settings["in_features"], settings["out_features"]
    return _with_bias(f"{out}·{into}", out * into, out, settings["bias"])


def _with_bias(factors: str, value: int, out: int, bias: bool) -> Formula:
    more, value = (f" + {out}", value + out) if bias else ("", value)
    return Formula(f"{factors}{more} = {value}", value)


def _product(*names: str) -> Callable[[Settings], Formula]:
    def formula(settings: Settings) -> Formula:
        factors = [settings[name] for name in names]
        return Formula(f"{'·'.join(map(str, factors))} = {prod(factors)}", prod(factors))

    return formula


def _twice(name: str) -> Callable[[Settings], Formula]:
    """A factor and a term for each channel or feature."""

    def formula(settings: Settings) -> Formula:
        return Formula(f"2·{settings[name]} = {2 * settings[name]}", 2 * settings[name])

    return formula


def _lstm_parameters(settings: Settings) -> Formula:
    """Four gates, each with weights for the input, weights for its memory, and two biases."""
    hidden, ways = settings["hidden_size"], 2 if settings["bidirectional"] else 1
    inputs = [settings["input_size"], *[ways * hidden] * (settings["num_layers"] - 1)]
    each = [f"4·{hidden}·({into} + {hidden} + 2)" for into in inputs]
    value = ways * sum(4 * hidden * (into + hidden + 2) for into in inputs)
    words = _times(each)
    return Formula(f"2·({words}) = {value}" if ways > 1 else f"{words} = {value}", value)


def _times(terms: Sequence[str]) -> str:
    """Return a sum, equal neighbors written as a product."""
    first, *rest = terms
    if len(rest) > 1:
        return f"{first} + {len(rest)}·{rest[0]}"
    return " + ".join(terms)


PARAMETERS: dict[str, Callable[[Settings], Formula]] = {
    "Conv2d": _conv,
    "ConvTranspose2d": _conv,
    "Linear": _linear_parameters,
    "Embedding": _product("num_embeddings", "embedding_dim"),
    "BatchNorm2d": _twice("channels"),
    "LayerNorm": _twice("features"),
    "LSTM": _lstm_parameters,
}
