"""What a layer does, computed by hand beside it: its shape, its parameters, each output number."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from math import prod
from typing import Any, NamedTuple

import numpy as np

from lib.lessons.models.layers.dense_layers import LayerOutput
from lib.plots.numbers import digits

Shape = tuple[int, ...]
Settings = Mapping[str, Any]
Place = tuple[int, int]  # row, column

PAD = {"zeros": "constant", "reflect": "reflect", "replicate": "edge", "circular": "wrap"}
LARGEST = 12  # rows and columns up to which the cells are stepped through
LONG = 12  # products, beyond which those that are zero are left out


# --- shape and parameters -------------------------------------------------------------------------


class Formula(NamedTuple):
    """A formula with the numbers put in, empty if there is nothing to compute; and its value."""

    words: str
    value: Any


def window(n: int, kernel: int, stride: int, padding: int, dilation: int = 1) -> Formula:
    """Return how many places a window has along an axis of length ``n``."""
    value = (n + 2 * padding - dilation * (kernel - 1) - 1) // stride + 1
    words = f"⌊({n} + 2·{padding} − {dilation}·({kernel} − 1) − 1) / {stride}⌋ + 1 = {value}"
    return Formula(words, value)


def transposed(n: int, kernel: int, stride: int, padding: int, dilation: int = 1) -> Formula:
    """Return how long a transposed convolution makes an axis of length ``n``."""
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
    words, value = "", shape
    if "kernel_size" in settings:
        formula = transposed if layer == "ConvTranspose2d" else window
        names = ("kernel_size", "stride", "padding", "dilation")
        high, wide = (formula(n, *(settings.get(name, 1) for name in names)) for n in shape[2:])
        words = high.words if shape[2] == shape[3] else f"{high.words}; {wide.words}"
        value = (shape[0], settings.get("out_channels", shape[1]), high.value, wide.value)
    elif "reduction" in settings:
        words = f"reduction={settings['reduction']!r}"
        one_a_row = layer == "CrossEntropyLoss"  # the others give a loss for each number
        each = shape[:1] if one_a_row else shape
        value = each if settings["reduction"] == "none" else ()
    elif layer == "Linear":
        value = (*shape[:-1], settings["out_features"])
    elif layer == "Embedding":
        value = (*shape, settings["embedding_dim"])
    elif layer == "Flatten":
        merged = shape[settings["start_dim"] :]
        words = f"{'·'.join(map(str, merged))} = {prod(merged)}"
        value = (*shape[: settings["start_dim"]], prod(merged))
    elif layer == "LSTM":
        directions = 2 if settings["bidirectional"] else 1
        value = (*shape[:2], directions * settings["hidden_size"])
        words = f"{directions}·{settings['hidden_size']} = {value[-1]}"
    return Formula(words, value)


def parameter_formula(layer: str, settings: Settings) -> Formula:
    """Return how many numbers a layer learns."""
    words, value = "", 0
    if layer in ("Conv2d", "ConvTranspose2d"):
        # A filter for each output channel, over the input channels of its group.
        kernel, groups = settings["kernel_size"], settings["groups"]
        channels, out = settings["in_channels"], settings["out_channels"]
        words = f"{out}·({channels}/{groups})·{kernel}·{kernel}"
        value = out * channels * kernel**2 // groups
    elif layer == "Linear":
        out = settings["out_features"]
        words, value = f"{out}·{settings['in_features']}", out * settings["in_features"]
    elif layer == "Embedding":
        rows, length = settings["num_embeddings"], settings["embedding_dim"]
        words, value = f"{rows}·{length}", rows * length
    elif layer in ("BatchNorm2d", "LayerNorm"):
        # A weight and a bias for each channel or feature.
        count = settings["channels" if layer == "BatchNorm2d" else "features"]
        words, value = f"2·{count}", 2 * count
    elif layer == "LSTM":
        words, value = _lstm_parameters(settings)
    if settings.get("bias"):
        words, value = f"{words} + {out}", value + out
    return Formula(f"{words} = {value}" if words else "0", value)


def _lstm_parameters(settings: Settings) -> Formula:
    """Four gates, each with weights for input and hidden state, and two biases."""
    hidden, directions = settings["hidden_size"], 2 if settings["bidirectional"] else 1
    inputs = [settings["input_size"], *[directions * hidden] * (settings["num_layers"] - 1)]
    first, *rest = [f"4·{hidden}·({size} + {hidden} + 2)" for size in inputs]
    words = f"{first} + {len(rest)}·{rest[0]}" if len(rest) > 1 else " + ".join([first, *rest])
    value = directions * sum(4 * hidden * (size + hidden + 2) for size in inputs)
    return Formula(f"2·({words})" if directions > 1 else words, value)


# --- output numbers -------------------------------------------------------------------------------


Cells = tuple[tuple[Place, ...], tuple[Place, ...], Place]  # what is read, weights, what is written


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


class Steps(NamedTuple):
    """A layer, number by number.

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


def output_steps(layer: str, result: LayerOutput, settings: Settings) -> Steps:
    """Return how each output number of a convolution, a pooling, Linear or Embedding comes about.

    Args:
        layer: the name of the layer.
        result: what its lesson function returned.
        settings: those it was called with; what is missing has PyTorch's default.

    Raises:
        ValueError: if the layer refused.
    """
    if result.y is None:
        raise ValueError(f"there is no output: {result.refused}")
    x, border = result.x, 0
    if layer == "Embedding":
        x = x[:, None]
    elif layer not in ("Linear", "ConvTranspose2d"):
        border = settings.get("padding", 0)
        fill = {"constant_values": -np.inf} if layer == "MaxPool2d" else {}
        mode = PAD[settings.get("padding_mode", "zeros")]
        x = np.pad(x, border, mode=mode, **fill)  # type: ignore[call-overload]
    steps: tuple[Step, ...] = ()
    if layer == "Embedding":
        steps = _rows(result.x.tolist(), range(result.y.shape[1]))
    elif max(*x.shape, *result.y.shape) <= LARGEST:
        find = {"Linear": _features, "ConvTranspose2d": _transposed_places}.get(layer, _windows)
        cells = find(x.shape, result.y.shape, settings)
        steps = tuple(_step(layer, result, x, *each) for each in cells)
    return Steps(x, border, result.weight, result.y, steps)


def _windows(_: Shape, output: Shape, settings: Settings) -> Iterator[Cells]:
    """Yield the window that a convolution or a pooling reads for each output number."""
    kernel = range(settings["kernel_size"])
    inner = tuple((i, j) for i in kernel for j in kernel)
    stride, dilation = settings["stride"], settings.get("dilation", 1)
    for row, column in np.ndindex(*output):
        top, left = row * stride, column * stride
        reads = tuple((top + i * dilation, left + j * dilation) for i, j in inner)
        yield reads, inner, (row, column)


def _transposed_places(size: Shape, output: Shape, settings: Settings) -> Iterator[Cells]:
    """Yield the input numbers, and the cells of the filter, that add up to each output number."""
    stride, padding, dilation = (settings[name] for name in ("stride", "padding", "dilation"))
    for row, column in np.ndindex(*output):
        pairs = []
        for i, j in product(range(settings["kernel_size"]), repeat=2):
            down, over_down = divmod(row + padding - i * dilation, stride)
            across, over_across = divmod(column + padding - j * dilation, stride)
            is_inside = 0 <= down < size[0] and 0 <= across < size[1]
            if is_inside and not over_down and not over_across:
                pairs.append(((down, across), (i, j)))
        yield tuple(at for at, _ in pairs), tuple(cell for _, cell in pairs), (row, column)


def _features(size: Shape, output: Shape, _: Settings) -> Iterator[Cells]:
    """Yield the row of the input and the weights behind each output number of Linear."""
    columns = range(size[1])
    for row, feature in np.ndindex(*output):
        reads = tuple((row, column) for column in columns)
        yield reads, tuple((feature, column) for column in columns), (row, feature)


def _rows(indices: Sequence[int], columns: range) -> tuple[Step, ...]:
    """Return the row of the table that Embedding returns for each index."""
    return tuple(
        Step(
            ((place, 0),),
            tuple((index, column) for column in columns),
            tuple((place, column) for column in columns),
            f"x[{place}] = {index}: y[{place}] = weight[{index}]",
        )
        for place, index in enumerate(indices)
    )


def _step(
    layer: str,
    result: LayerOutput,
    x: np.ndarray,
    reads: tuple[Place, ...],
    weights: tuple[Place, ...],
    place: Place,
) -> Step:
    """Return an output number with how it follows from the numbers that are read, written out."""
    values = [float(x[each]) for each in reads]
    if result.weight is None:
        largest = layer == "MaxPool2d"
        value = max(values) if largest else sum(values) / len(values)
        numbers = (", " if largest else " + ").join(map(number, values))
        words = f"max({numbers})" if largest else f"({numbers}) / {len(values)}"
        return Step(reads, (), (place,), f"{words} = {number(value)}")
    factors = [float(result.weight[each]) for each in weights]
    bias = None
    if result.bias is not None:
        bias = float(result.bias[place[1]] if result.bias.ndim else result.bias)
    value = sum(v * w for v, w in zip(values, factors, strict=True)) + (bias or 0)
    return Step(reads, weights, (place,), f"{products(values, factors, bias)} = {number(value)}")


def number(value: float) -> str:
    """Return a number with up to two decimals and a true minus."""
    return "−∞" if np.isinf(value) else digits(round(value, 2))


def products(values: Sequence[float], weights: Sequence[float], bias: float | None) -> str:
    """Return a sum of products as it is written: ``0.5·1 + 2·−1 + 0.5``."""
    pairs = list(zip(values, weights, strict=True))
    shown = [pair for pair in pairs if pair[0] and pair[1]] if len(pairs) > LONG else pairs
    terms = [f"{number(value)}·{number(weight)}" for value, weight in shown]
    if len(shown) < len(pairs):
        terms.append(f"{len(pairs) - len(shown)}×0")
    return " + ".join([*terms, *([] if bias is None else [number(bias)])]) or "0"


# --- an LSTM, cell by cell ------------------------------------------------------------------------


class LSTMCell(NamedTuple):
    """The numbers inside a cell at one step of the first sequence.

    Attributes:
        layer: which layer, from 0.
        direction: 0 for forward, 1 for backward.
        step: which step of the sequence it reads.
        before: the cell state that arrives.
        rows: input gate, forget gate, new, output gate, cell state, hidden state.
    """

    layer: int
    direction: int
    step: int
    before: np.ndarray
    rows: np.ndarray


def lstm_cells(x: np.ndarray, weights: Mapping[str, np.ndarray]) -> tuple[LSTMCell, ...]:
    """Step through an LSTM with NumPy, in the order in which its cells can work.

    Args:
        x: a sequence: a row for each step.
        weights: the weights and biases by the names that PyTorch gives them.
    """
    cells: list[LSTMCell] = []
    reads = x
    for layer in range(
        sum(each.startswith("weight_hh") and each[-1].isdigit() for each in weights)
    ):
        outputs = []
        for direction, suffix in enumerate(["", "_reverse"]):
            if f"weight_hh_l{layer}{suffix}" not in weights:
                continue
            names = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
            found = [weights[f"{name}_l{layer}{suffix}"] for name in names]
            made = list(_direction(reads, found, layer, direction))
            cells += made
            hidden = [each.rows[-1] for each in made]
            outputs.append(np.array(hidden[::-1] if direction else hidden))
        reads = np.concatenate(outputs, axis=1)
    return tuple(cells)


def _direction(
    reads: np.ndarray, weights: Sequence[np.ndarray], layer: int, direction: int
) -> Iterator[LSTMCell]:
    """Yield the cells of one chain, in the order it reads the sequence."""
    of_input, of_hidden, input_bias, hidden_bias = weights
    h = c = np.zeros(of_hidden.shape[1])
    order = range(len(reads))
    for step in reversed(order) if direction else order:
        sums = of_input @ reads[step] + input_bias + of_hidden @ h + hidden_bias
        i, f, g, o = np.split(sums, 4)
        i, f, o, g = *(1 / (1 + np.exp(-each)) for each in (i, f, o)), np.tanh(g)
        before, c = c, f * c + i * g
        h = o * np.tanh(c)
        yield LSTMCell(layer, direction, step, before, np.array([i, f, g, o, c, h]))
