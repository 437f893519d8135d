"""What would help a layer that cannot work on what arrives: tried out, not only thought up."""

from collections.abc import Iterator
from math import prod
from typing import NamedTuple

from lib.core.i18n import Sentence, mark
from lib.lessons.models.build.layers import Layer, Layers, Shape, written
from lib.lessons.models.build.lesson import build

TOLD = {
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
        "`{old}` melts the samples of the batch into one row: write `{new}` in its place."
    ),
    "without": mark("What arrives has the shape `{shape}`: without `{old}` the chain goes on."),
}
FLATTEN: Layer = ("Flatten",)
LAST_STEP: Layer = ("Lambda", "last_step")
PREPROCESS: Layer = ("Lambda", "preprocess")
PIXELS = 28 * 28
LINES = {"BatchNorm1d": "BatchNorm2d", "BatchNorm2d": "BatchNorm1d"}


class Fix(NamedTuple):
    """A change that lets the failing layer work.

    Attributes:
        layers: the whole chain with the change.
        code: which of ``TOLD`` says what it is.
        fields: what to fill into it.
    """

    layers: Layers
    code: str
    fields: dict[str, str]

    @property
    def sentence(self) -> Sentence:
        """What to do, in words."""
        return TOLD[self.code], self.fields


class Idea(NamedTuple):
    """A change to try: new layers in the place of the failing one and some before it."""

    code: str
    new: Layers
    replaced: int = 1


def fix(layers: Layers, shape: Shape) -> Fix | None:
    """Return the first change that helps, or None if nothing is wrong or nothing helps.

    Args:
        layers: the chain.
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
        chain = (*layers[:first], *idea.new, *layers[place + 1 :])
        if _works(chain, shape) > first + len(idea.new):
            new = written(idea.new[-1]) if idea.new else ""
            old = layers[place if idea.replaced == 1 else first]
            names = {"new": new if idea.code != "batch" else written(idea.new[0])}
            names |= {"first": written(idea.new[0]) if idea.new else "", "old": written(old)}
            return Fix(chain, idea.code, {"shape": str(arrived), **names})
    return None


def _works(layers: Layers, shape: Shape) -> int:
    """Return how many shapes a chain has before it ends; 0 if no such chain is allowed."""
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
    elif name in LINES:
        yield Idea("number", (_with(layer, 1, shape[1] if len(shape) > 1 else 1),))
        yield Idea("number", ((LINES[name], shape[1] if len(shape) > 1 else 1),))
    elif "Conv" in name or "Pool" in name:
        yield from _pictures(layer, shape)
    yield Idea("without", ())


def _pictures(layer: Layer, shape: Shape) -> Iterator[Idea]:
    """Yield what might help a layer that moves a window over pictures."""
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
