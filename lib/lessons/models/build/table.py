"""What else tells of a network: torchinfo's table, and the graph that torch.fx finds."""

from contextlib import suppress
from typing import Any, NamedTuple

import torch
import torchinfo
from torch import fx, nn

from lib.core.rules import checked
from lib.lessons.models.build.layers import NOTES, InputShape, Layers, Shape, UpToTenLayers, written
from lib.lessons.models.build.lesson import made
from lib.lessons.models.build.work import check_parameters
from lib.plots.graph_layout import Place, lay_out


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
def table(layers: Layers = NOTES, shape: Shape = (64, 784)) -> Table:
    """Return what torchinfo says of a network.

    Args:
        layers: the chain; all its layers can work on what arrives.
        shape: of the input.

    Raises:
        ValueError: for a setting that is not allowed.
        RuntimeError: if a layer cannot work on what arrives.

    Source: https://github.com/TylerYep/torchinfo
    """
    torch.manual_seed(0)
    network = nn.Sequential(*(made(*layer) for layer in layers))
    columns = ("output_size", "num_params", "mult_adds")
    said = torchinfo.summary(network, input_size=shape, verbose=0, col_names=columns, col_width=18)
    text = str(said)
    for unit in torchinfo.Units:  # since Python 3.11, torchinfo prints "Units.MEGABYTES" for "M"
        text = text.replace(str(unit), unit.value)
    return Table(text, int(said.total_mult_adds), int(said.total_params))


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

    def __init__(self, network: fx.GraphModule) -> None:
        super().__init__(network)
        self.found: dict[fx.Node, str] = {}

    def run_node(self, n: fx.Node) -> Any:
        """Run one node."""
        result = super().run_node(n)
        if isinstance(result, torch.Tensor) and n.op != "output":
            self.found[n] = str(tuple(result.shape))
        return result


KINDS = {"placeholder": "input", "call_module": "layer", "call_method": "method",
         "call_function": "function", "output": "output"}  # fmt: skip


@checked(layers=UpToTenLayers(), shape=InputShape())
def graph(layers: Layers = NOTES, shape: Shape = (64, 784)) -> Graph:
    """Trace a network with ``torch.fx``: layers of ``torch.nn`` stay whole, ours are opened.

    Args:
        layers: the chain.
        shape: of the input.

    Source: https://docs.pytorch.org/docs/stable/fx.html
    """
    check_parameters(layers)
    torch.manual_seed(0)
    network = nn.Sequential(*(made(*layer) for layer in layers))
    traced = fx.symbolic_trace(network)
    nodes = list(traced.graph.nodes)
    # A layer that refuses ends the shapes, not the graph.
    shapes = Shapes(traced)
    with suppress(RuntimeError, ValueError, TypeError, IndexError, AttributeError):
        shapes.run(torch.rand(shape))
    ids = {node: i for i, node in enumerate(nodes)}
    links = [(ids[each], ids[node]) for node in nodes for each in node.all_input_nodes]
    places, paths = lay_out(len(nodes), links)
    steps = tuple(
        Step(KINDS[node.op], _text(node, layers), shapes.found.get(node, ""), *place)
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
