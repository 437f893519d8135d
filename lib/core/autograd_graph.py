"""The graph that autograd records, walked node by node with the real backward pass.

Source: https://docs.pytorch.org/docs/stable/notes/autograd.html#how-autograd-encodes-the-history
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np
import torch
from torch.overrides import TorchFunctionMode

from lib.plots.graph_layout import Place, lay_out

GradFn = Any  # torch.autograd.graph.Node, whose stubs lack what is used here
Source = Any  # a GradFn, or a named tensor that requires no gradient


class Node(NamedTuple):
    """One node of the graph.

    Attributes:
        id: its number; inputs have smaller ones.
        op: the class of its ``grad_fn``, such as "MulBackward0"; "AccumulateGrad" for a leaf, ""
            for a named tensor that takes part without requiring a gradient.
        label: the tensor's name, "" if it has none.
        shape: the tensor's shape.
        value: the tensor; None where the operation makes it inside another one.
        is_leaf: whether this is where gradients are collected.
        inputs: the node each input comes from, in order; None for a plain number or a nameless
            tensor that requires no gradient.
        column: where to draw it: 0 is the middle, 1 one card to the right.
        row: where to draw it: 0 is the output, inputs have larger ones.
    """

    id: int
    op: str
    label: str
    shape: tuple[int, ...]
    value: np.ndarray | None
    is_leaf: bool
    inputs: tuple[int | None, ...]
    column: float
    row: int


class Edge(NamedTuple):
    """One input of a node.

    Attributes:
        source: the node the input comes from.
        target: the node it is an input of.
        slot: which input of ``target`` it is.
        cut: whether no gradient flows here, since the input is detached.
        path: the (column, row) places the line passes, from ``source`` to ``target``.
    """

    source: int
    target: int
    slot: int
    cut: bool
    path: tuple[Place, ...]


class Sent(NamedTuple):
    """What a node sends to one of its inputs.

    Attributes:
        to: the input's node.
        slot: which input of the node it is.
        gradient: what is sent.
        local: what the arriving gradient was multiplied with, if the node works elementwise or
            makes one number; None otherwise, and where the input was broadcast.
    """

    to: int
    slot: int
    gradient: np.ndarray
    local: np.ndarray | None


class Step(NamedTuple):
    """One node's turn in the backward pass.

    Attributes:
        node: whose turn it is.
        gradient: what has arrived, summed over all who use its tensor; None for an operation
            with several results.
        sends: what it passes on; empty for a leaf, which adds it to its ``.grad``.
    """

    node: int
    gradient: np.ndarray | None
    sends: tuple[Sent, ...]


class Graph(NamedTuple):
    """A recorded graph; all parts are empty if nothing was recorded."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    steps: tuple[Step, ...]


def walk(forward: Callable[[], torch.Tensor], names: Mapping[str, torch.Tensor]) -> Graph:
    """Record ``forward()`` and one real backward pass through it.

    The graph is the one that ``grad_fn`` and ``next_functions`` tell of, in the order in which
    PyTorch runs it. Every ``.grad`` is put back as it was, and no hook stays.

    Args:
        forward: makes the tensor to call backward() on; one of several elements is started with
            ones.
        names: what to call the tensors; ``forward`` may fill it while it runs.

    Raises:
        RuntimeError: whatever PyTorch raises in the backward pass.

    >>> x = torch.tensor(2.0, requires_grad=True)
    >>> record = walk(lambda: x * x, {"x": x})
    >>> [node.op for node in record.nodes]
    ['AccumulateGrad', 'MulBackward0']
    >>> record.steps[-1].gradient  # of x * x at 2
    array(4., dtype=float32)
    """
    recorded = _Recorder(names)
    with recorded:
        out = forward()
    if out.grad_fn is None:
        return Graph((), (), ())
    sources = _inputs_first(out.grad_fn, recorded.inputs)
    ids = {source: i for i, source in enumerate(sources)}
    links = [
        (ids[source], target, slot)
        for target, inputs in enumerate(sources.values())
        for slot, source in enumerate(inputs)
        if source is not None
    ]
    places, paths = lay_out(len(ids), [(source, target) for source, target, _ in links])
    nodes = tuple(
        Node(
            i,
            *recorded.tensor_of(source),
            is_leaf=hasattr(source, "variable"),
            inputs=tuple(None if source is None else ids[source] for source in inputs),
            column=column,
            row=row,
        )
        for i, ((source, inputs), (column, row)) in enumerate(
            zip(sources.items(), places, strict=True)
        )
    )
    edges = tuple(
        Edge(*link, cut=not nodes[link[0]].op, path=path)
        for link, path in zip(links, paths, strict=True)
    )
    return Graph(nodes, edges, _run_backward(out, ids))


class _Recorder(TorchFunctionMode):
    """Remembers what every PyTorch function was called with and what it made."""

    def __init__(self, names: Mapping[str, torch.Tensor]) -> None:
        super().__init__()
        self.names = names
        self.values: dict[GradFn, np.ndarray] = {}
        self.arguments: dict[GradFn, tuple[Any, ...]] = {}

    def __torch_function__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: Any = None
    ) -> Any:
        """Call the function; copy its result now, since it may be changed in place later."""
        result = func(*args, **(kwargs or {}))
        if isinstance(result, torch.Tensor) and result.grad_fn is not None:
            self.arguments.setdefault(result.grad_fn, args)
            self.values[result.grad_fn] = _array(result)
        return result

    def inputs(self, source: Source) -> list[Source | None]:
        """Return a node's inputs: nodes, named tensors that require no gradient, or None."""
        if isinstance(source, torch.Tensor):
            return []
        constants = [
            argument
            for argument in self.arguments.get(source, ())
            if isinstance(argument, torch.Tensor) and not argument.requires_grad
            if any(argument is tensor for tensor in self.names.values())
        ]
        inputs: list[Source | None] = [function for function, _ in source.next_functions]
        for slot in [slot for slot, function in enumerate(inputs) if function is None]:
            inputs[slot] = constants.pop(0) if constants else None
        return inputs

    def tensor_of(self, source: Source) -> tuple[str, str, tuple[int, ...], np.ndarray | None]:
        """Return op, label, shape and value of a node."""
        tensor = source if isinstance(source, torch.Tensor) else getattr(source, "variable", None)
        if tensor is None:
            value = self.values.get(source)
            label = next((name for name, t in self.names.items() if t.grad_fn is source), "")
            return source.name(), label, () if value is None else value.shape, value
        label = next((name for name, t in self.names.items() if t is tensor), "")
        op = "" if tensor is source else "AccumulateGrad"
        return op, label, tuple(tensor.shape), _array(tensor)


def _inputs_first(
    last: GradFn, inputs_of: Callable[[Source], list[Source | None]]
) -> dict[Source, list[Source | None]]:
    """Return everything ``last`` depends on, inputs before users, each with its own inputs."""
    done: dict[Source, list[Source | None]] = {}
    waiting = [last]
    while waiting:
        inputs = inputs_of(waiting[-1])
        missing = [source for source in inputs if source is not None and source not in done]
        if missing:
            waiting.append(missing[0])
        else:
            done[waiting.pop()] = inputs
    return done


def _run_backward(out: torch.Tensor, ids: dict[Source, int]) -> tuple[Step, ...]:
    """Run the real backward pass from ``out`` and record each node's turn."""
    functions = [source for source in ids if not isinstance(source, torch.Tensor)]
    leaves = [function.variable for function in functions if hasattr(function, "variable")]
    gradients = [leaf.grad for leaf in leaves]
    steps: list[Step] = []
    hooks = []
    for function in functions:
        turn = _Turn(function, ids, steps)
        hooks += [function.register_prehook(turn.before), function.register_hook(turn.after)]
    try:
        for leaf in leaves:
            leaf.grad = None
        out.backward(None if out.numel() == 1 else torch.ones_like(out))
    finally:
        for hook in hooks:
            hook.remove()
        for leaf, gradient in zip(leaves, gradients, strict=True):
            leaf.grad = gradient
    return tuple(steps)


class _Turn:
    """The two hooks around one node's turn."""

    def __init__(self, function: GradFn, ids: dict[Source, int], steps: list[Step]) -> None:
        self.function = function
        self.ids = ids
        self.steps = steps
        self.locals: tuple[torch.Tensor | None, ...] = ()

    def before(self, arrived: tuple[torch.Tensor, ...]) -> None:
        """Ask the node for its local derivatives while what it saved is still there."""
        leaf = hasattr(self.function, "variable")
        self.locals = () if leaf or len(arrived) > 1 else _locals(self.function, arrived[0])

    def after(
        self, sent: tuple[torch.Tensor | None, ...], arrived: tuple[torch.Tensor, ...]
    ) -> None:
        """Record what arrived and what was sent."""
        sends = []
        for slot, ((source, number), gradient) in enumerate(
            zip(self.function.next_functions, sent, strict=False)
        ):
            if source is None or gradient is None:
                continue
            # The engine has summed the gradient of a broadcast input; no factor tells of that.
            shape = tuple(source._input_metadata[number].shape)
            local = self.locals[slot] if self.locals else None
            factor = None if local is None or local.shape != shape else _array(local)
            sends.append(Sent(self.ids[source], slot, _array(gradient), factor))
        gradient = arrived[0] if len(arrived) == 1 else None
        arrived_here = None if gradient is None else _array(gradient)
        self.steps.append(Step(self.ids[self.function], arrived_here, tuple(sends)))


def _locals(function: GradFn, arrived: torch.Tensor) -> tuple[torch.Tensor | None, ...]:
    """Return, for each input, what the node multiplies an arriving gradient with.

    A backward is linear: fed with ones it tells the factors, if it works element by element. Fed
    with a ramp it tells whether it does: then every factor is taken as often as the ramp says.
    """
    ramp = torch.linspace(1, 2, arrived.numel(), dtype=arrived.dtype, device=arrived.device)
    ramp = ramp.reshape(arrived.shape)
    try:
        of_ones, of_ramp = _tuple(function(torch.ones_like(arrived))), _tuple(function(ramp))
    except (RuntimeError, TypeError):  # a node written in Python may not want to be called
        return ()
    return tuple(
        one if one is not None and _is_product(one, ramp, rising) else None
        for one, rising in zip(of_ones, of_ramp, strict=True)
    )


def _is_product(one: torch.Tensor, ramp: torch.Tensor, rising: torch.Tensor) -> bool:
    """Tell whether ``rising`` is ``one`` times ``ramp``, element by element."""
    if ramp.numel() > 1 and one.shape != ramp.shape:
        return False
    return torch.allclose(one * ramp, rising, equal_nan=True)


def _tuple(result: Any) -> tuple[Any, ...]:
    """Return what a node sends as a tuple, also where it has one input only."""
    return result if isinstance(result, tuple) else (result,)


def _array(tensor: torch.Tensor) -> np.ndarray:
    """Return a copy of the tensor's values."""
    values = tensor.detach().cpu()
    half = values.dtype in (torch.float16, torch.bfloat16)  # NumPy has no bfloat16
    return np.array((values.float() if half else values).numpy())
