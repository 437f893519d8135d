"""Put layers together: what goes in and out of each, and what other tools say of the network."""

from collections.abc import Callable
from contextlib import suppress
from math import prod
from typing import Any, NamedTuple

import torch
import torchinfo
from torch import fx, nn

from lib.core.rules import checked
from lib.lessons.models.build.cost import check_cost, check_parameters, multiply_adds
from lib.lessons.models.build.layer_kinds import (
    CONVOLUTIONAL,
    InputShape,
    Layers,
    Shape,
    UpToTenLayers,
    written,
)
from lib.plots.graph_layout import Place, lay_out


class Lambda(nn.Module):
    """A layer made of a function."""

    def __init__(self, func: Callable[[Any], torch.Tensor]) -> None:
        super().__init__()
        self.func = func

    def forward(self, x: Any) -> torch.Tensor:
        """Return what the function makes of ``x``."""
        return self.func(x)


def preprocess(x: torch.Tensor) -> torch.Tensor:
    """Make images of rows of pixels."""
    return x.view(-1, 1, 28, 28)  # (B, 784) -> (B, 1, 28, 28)


def flatten(x: torch.Tensor) -> torch.Tensor:
    """Make one row of each sample."""
    return x.view(x.size(0), -1)  # (B, C, H, W) -> (B, C * H * W)


def last_step(x: tuple[torch.Tensor, Any]) -> torch.Tensor:
    """Return what an LSTM outputs after the last step."""
    output, _ = x
    return output[:, -1]  # (B, steps, hidden) -> (B, hidden)


FUNCTIONS: dict[str, Callable[[Any], torch.Tensor]] = {
    "preprocess": preprocess,
    "flatten": flatten,
    "last_step": last_step,
}


def made(name: str, *arguments: Any) -> nn.Module:
    """Return one layer: ``made("Linear", 784, 10)`` is ``nn.Linear(784, 10)``."""
    if name == "Lambda":
        return Lambda(FUNCTIONS[arguments[0]])
    layer: nn.Module = getattr(nn, name)(*arguments)
    return layer


def network(layers: Layers) -> nn.Sequential:
    """Return the layers in an ``nn.Sequential``, with the same weights every time."""
    torch.manual_seed(0)
    return nn.Sequential(*(made(*layer) for layer in layers))


class Built(NamedTuple):
    """A network, and what came out of each of its layers.

    Attributes:
        shapes: of the input, then of what each layer gave that could work on what it got.
        states: for each of ``shapes``, how many more tensors came with it; an LSTM gives two.
        parameters: how many weights and biases each layer has, also those that did not run.
        multiply_adds: how many products each layer that ran adds up.
        refused: PyTorch's error in its own words if the next layer could not work; else empty.
        output: of the first sample, up to ten numbers of what came out at the end.
    """

    shapes: tuple[Shape, ...]
    states: tuple[int, ...]
    parameters: tuple[int, ...]
    multiply_adds: tuple[int, ...]
    refused: str
    output: tuple[float, ...]


@checked(layers=UpToTenLayers(), shape=InputShape())
def build(layers: Layers = CONVOLUTIONAL, shape: Shape = (64, 784)) -> Built:
    """Put layers into an ``nn.Sequential`` and send an input through them, one by one.

    Args:
        layers: each a class of ``torch.nn`` and its arguments, as in ``("Linear", 784, 10)``.
        shape: of the input; the first axis counts the samples.

    Raises:
        ValueError: for a network that is too large. What PyTorch refuses is part of the result.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.Sequential.html
    """
    check_parameters(layers)
    model = network(layers)
    parameters = tuple(sum(p.numel() for p in layer.parameters()) for layer in model)
    x: Any = torch.rand(shape)  # shape
    shapes, states, products, refused = [shape], [0], [], ""
    work = prod(shape)
    for layer, call in zip(model, layers, strict=True):
        work = check_cost(call, shapes[-1], work)
        try:
            x = layer(x)  # whatever shape the layer makes
        except (RuntimeError, ValueError, TypeError, IndexError, AttributeError) as error:
            refused = f"{type(error).__name__}: {error}"
            break
        tensor = x if isinstance(x, torch.Tensor) else x[0]
        products.append(multiply_adds(call, shapes[-1]))
        shapes.append(tuple(tensor.shape))
        states.append(0 if tensor is x else len(x[1]))
    tensor = x if isinstance(x, torch.Tensor) else x[0]
    first = tensor.flatten()[:10] if tensor.dim() < 2 else tensor[0].flatten()[:10]  # (up to 10,)
    output = tuple(round(number, 4) for number in first.tolist())
    return Built(tuple(shapes), tuple(states), parameters, tuple(products), refused, output)


# --- what other tools say of it -------------------------------------------------------------------


class Table(NamedTuple):
    """torchinfo's table.

    Attributes:
        text: the table.
        mult_adds: what torchinfo counts as multiply-adds.
        parameters: the total.
    """

    text: str
    mult_adds: int
    parameters: int


@checked(layers=UpToTenLayers(), shape=InputShape())
def table(layers: Layers = CONVOLUTIONAL, shape: Shape = (64, 784)) -> Table:
    """Return torchinfo's table of a network.

    Args:
        layers: the network; all its layers can work on what arrives.
        shape: of the input.

    Raises:
        RuntimeError: if a layer cannot work on what arrives.

    Source: https://github.com/TylerYep/torchinfo
    """
    torch.manual_seed(0)
    network = nn.Sequential(*(made(*layer) for layer in layers))
    columns = ("output_size", "num_params", "mult_adds")
    summary = torchinfo.summary(
        network, input_size=shape, verbose=0, col_names=columns, col_width=18
    )
    text = str(summary)
    for unit in torchinfo.Units:  # since Python 3.11, torchinfo prints "Units.MEGABYTES" for "M"
        text = text.replace(str(unit), unit.value)
    return Table(text, int(summary.total_mult_adds), int(summary.total_params))


class Step(NamedTuple):
    """One node of the graph.

    Attributes:
        kind: "input", "layer", "method", "function" or "output".
        text: what it is: a layer, or what is called.
        shape: of what comes out, as text; empty if nothing does.
        column: where to draw it.
        row: where to draw it; 0 is at the end.
    """

    kind: str
    text: str
    shape: str
    column: float
    row: int


class Graph(NamedTuple):
    """The steps of a network, and the places each line between two of them passes."""

    steps: tuple[Step, ...]
    lines: tuple[tuple[Place, ...], ...]


class Shapes(fx.Interpreter):
    """Runs a graph node by node and notes the shape of each tensor that comes out."""

    def __init__(self, model: fx.GraphModule) -> None:
        super().__init__(model)
        self.found: dict[fx.Node, str] = {}

    def run_node(self, n: fx.Node) -> Any:
        """Run one node."""
        result = super().run_node(n)
        if isinstance(result, torch.Tensor) and n.op != "output":
            self.found[n] = str(tuple(result.shape))
        return result


NODES = {"placeholder": "input", "call_module": "layer", "call_method": "method",
         "call_function": "function", "output": "output"}  # fmt: skip


@checked(layers=UpToTenLayers(), shape=InputShape())
def graph(layers: Layers = CONVOLUTIONAL, shape: Shape = (64, 784)) -> Graph:
    """Trace a network with ``torch.fx``: layers of ``torch.nn`` stay whole, ours are opened.

    Args:
        layers: the network.
        shape: of the input.

    Source: https://docs.pytorch.org/docs/stable/fx.html
    """
    check_parameters(layers)
    traced = fx.symbolic_trace(network(layers))
    nodes = list(traced.graph.nodes)
    # A layer that refuses ends the shapes, not the graph.
    shapes = Shapes(traced)
    with suppress(RuntimeError, ValueError, TypeError, IndexError, AttributeError):
        shapes.run(torch.rand(shape))
    ids = {node: i for i, node in enumerate(nodes)}
    links = [(ids[each], ids[node]) for node in nodes for each in node.all_input_nodes]
    places, paths = lay_out(len(nodes), links)
    steps = tuple(
        Step(NODES[node.op], _text(node, layers), shapes.found.get(node, ""), *place)
        for node, place in zip(nodes, places, strict=True)
    )
    return Graph(steps, tuple(paths))


def _text(node: fx.Node, layers: Layers) -> str:
    """Return what a node does."""
    if node.op == "call_module":
        return written(layers[int(str(node.target))])
    if node.op == "placeholder":
        return "x"
    if node.op == "output":
        return "return"
    rest = ", ".join("·" if isinstance(each, fx.Node) else _plain(each) for each in node.args[1:])
    name = str(getattr(node.target, "__name__", node.target))
    return f"[{rest}]" if name == "getitem" else f".{name}({rest})"


def _plain(value: Any) -> str:
    """Return an argument as Python writes it."""
    if isinstance(value, slice):
        return ":"
    if isinstance(value, tuple):
        return ", ".join(map(_plain, value))
    return str(value)
