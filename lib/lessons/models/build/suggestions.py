"""What would help a layer that cannot work on what arrives: tried out, not only thought up."""

from collections.abc import Iterator
from math import prod
from typing import NamedTuple

from lib.core.i18n import Sentence, mark
from lib.lessons.models.build.layer_kinds import Layer, Layers, Shape, written
from lib.lessons.models.build.lesson import build

MESSAGES = {
    "number": mark("What arrives has the shape `{shape}`: write `{new}`."),
    "before": mark("What arrives has the shape `{shape}`: put `{first}` before it."),
    "both": mark(
        "What arrives has the shape `{shape}`: put `{first}` before it and write `{new}`."
    ),
    "steps": mark("An LSTM gives a tuple, its output and its states: put `{first}` before it."),
    "steps_both": mark(
        "An LSTM gives a tuple, its output and its states: put `{first}` before it and write "
        "`{new}`."
    ),
    "batch": mark(
        "`{old}` flattens the batch, too, all samples into one row: write `{new}` in its place."
    ),
    "without": mark("What arrives has the shape `{shape}`: without `{old}` the network goes on."),
}
FLATTEN: Layer = ("Flatten",)
LAST_STEP: Layer = ("Lambda", "last_step")
PREPROCESS: Layer = ("Lambda", "preprocess")
PIXELS = 28 * 28
OTHER_NORM = {"BatchNorm1d": "BatchNorm2d", "BatchNorm2d": "BatchNorm1d"}


class Suggestion(NamedTuple):
    """A change that lets the failing layer work.

    Attributes:
        layers: all layers with the change.
        code: which kind of change it is.
        sentence: what to do, in words.
    """

    layers: Layers
    code: str
    sentence: Sentence


class Idea(NamedTuple):
    """A change to try: new layers in the place of the failing one and some before it."""

    code: str
    new: Layers
    replaced: int = 1


def suggest(layers: Layers, shape: Shape) -> Suggestion | None:
    """Return the first change that helps, or None if nothing is wrong or nothing helps.

    Args:
        layers: the network.
        shape: of its input.

    Raises:
        ValueError: as ``build`` does.
    """
    result = build(layers, shape)
    if not result.refused:
        return None
    place, arrived = len(result.shapes) - 1, result.shapes[-1]
    is_tuple, before = result.states[-1] > 0, layers[place - 1] if place else None
    for idea in _ideas(layers[place], arrived, is_tuple, before):
        first = place + 1 - idea.replaced
        changed = (*layers[:first], *idea.new, *layers[place + 1 :])
        if _reached(changed, shape) > first + len(idea.new):
            new = [written(layer) for layer in idea.new] or [""]
            fields = {
                "shape": str(arrived),
                "old": written(layers[first]),
                "first": new[0],
                "new": new[0 if idea.code == "batch" else -1],
            }
            return Suggestion(changed, idea.code, (MESSAGES[idea.code], fields))
    return None


def _reached(layers: Layers, shape: Shape) -> int:
    """Return how many shapes a network has before it ends; 0 if no such network is allowed."""
    try:
        return len(build(layers, shape).shapes)
    except ValueError:
        return 0


def _ideas(layer: Layer, shape: Shape, is_tuple: bool, before: Layer | None) -> Iterator[Idea]:
    """Yield what might help, the best guess first."""
    name, *arguments = layer
    if is_tuple:
        yield Idea("steps", (LAST_STEP, layer))
        yield Idea("steps_both", (LAST_STEP, _with(layer, 1, shape[-1])))
    elif before and before[0] == "Flatten" and before[1:2] == (0,):
        yield Idea("batch", (FLATTEN, layer), 2)
        yield Idea("batch", (FLATTEN,), 1)
    elif name in {"Linear", "LSTM", "LayerNorm"}:
        rows = prod(shape[1:])
        if len(shape) > 2 and name == "Linear" and rows == arguments[0]:
            yield Idea("before", (FLATTEN, layer))
        if len(shape) > 3 and name == "Linear":
            yield Idea("both", (FLATTEN, _with(layer, 1, rows)))
        yield Idea("number", (_with(layer, 1, shape[-1]),))
        yield Idea("both", (("Flatten", 2), _with(layer, 1, prod(shape[2:]))))
    elif name in OTHER_NORM:
        yield Idea("number", (_with(layer, 1, shape[1] if len(shape) > 1 else 1),))
        yield Idea("number", ((OTHER_NORM[name], shape[1] if len(shape) > 1 else 1),))
    elif "Conv" in name or "Pool" in name:
        yield from _windows(layer, shape)
    yield Idea("without", ())


def _windows(layer: Layer, shape: Shape) -> Iterator[Idea]:
    """Yield what might help a layer that moves a window over images."""
    name = layer[0]
    if len(shape) < 3:
        if prod(shape) % PIXELS == 0:
            yield Idea("before", (PREPROCESS, layer))
            if "Conv" in name:
                yield Idea("both", (PREPROCESS, _with(layer, 1, 1)))
        return
    place = 3 if "Conv" in name else 1
    kernel, padding = layer[place], layer[place + 2] if len(layer) > place + 2 else 0
    fitting = _with(layer, 1, shape[-3]) if "Conv" in name else layer
    yield Idea("number", (fitting,))
    largest = min(shape[-2:]) + 2 * padding
    if kernel > largest:
        yield Idea("number", (_with(fitting, place, largest),))
    if padding > kernel // 2:
        yield Idea("number", (_with(fitting, place + 2, kernel // 2),))


def _with(layer: Layer, place: int, argument: int) -> Layer:
    """Return the layer with one argument changed."""
    return (*layer[:place], argument, *layer[place + 1 :])
