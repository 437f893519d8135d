"""What the lesson looks like: the chain of layers with its shapes, and its code line by line."""

from collections.abc import Iterator
from typing import Any

from lib.core.controls import Control, Menu, Slider, Typed
from lib.core.i18n import Translate, english, mark, translated
from lib.core.rules import Between
from lib.core.scene import ALL, Line, Picture, Revealed, Row, Scene
from lib.lessons.models.build import figures
from lib.lessons.models.build.cost import numbers_made
from lib.lessons.models.build.layer_kinds import (
    CONVOLUTIONAL,
    MOST_LAYERS,
    PRESETS,
    Layer,
    Layers,
    Shape,
    layers_text,
    shape_text,
    short,
)
from lib.lessons.models.build.lesson import Built, build
from lib.lessons.models.build.questions import REASONS, SHAPE_FEEDBACK
from lib.lessons.models.build.text import LONGEST, called, read_layers, read_shape

IDEA = mark(
    "A network is layers in a row: `nn.Sequential(a, b)` computes `b(a(`:blue[**x**]`))`. What "
    "comes out of one must fit the next, as in NumPy's `x @ A @ B`; the first axis counts the "
    "samples and stays. `Conv2d(1, 16, 3, 2, 1)` has 1 channel in, 16 out, a window of 3, stride "
    "2 and padding 1, which turns a side of 28 into 14."
)
SYMBOLS = {"x": "blue"}

# What tests type, good and bad.
SHAPES = ("64, 1, 28, 28", "(8, 784)", "64, 28, 28", "1", "0, 4", "four", "1024, 1024")
LINES = (
    "Lambda(preprocess), Conv2d(1, 8, 3, stride=2, padding=1), ReLU(), Flatten(), Linear(784, 10)",
    "nn.Sequential(nn.Linear(784, 32), nn.ReLU(), Lambda(lambda x: x.view(x.size(0), -1)))",
    "LSTM(28, 64, batch_first=True), Linear(64, 10)",
    "Dropout(0.4)",
    "Conv2d(1, 2)",
    "__import__('os')",
    "Linear(99999, 99999)",
    "",
)
EDGES = Between(1, MOST_LAYERS)
CONTROLS: dict[str, Control] = {
    "preset": Menu({name: name for name in PRESETS}),
    # Each preset has fields of its own, which begin with what it is.
    **{
        f"{name}.input": Typed(shape_text(preset.shape), read_shape, SHAPES)
        for name, preset in PRESETS.items()
    },
    **{
        f"{name}.layers": Typed(layers_text(preset.layers), read_layers, LINES, LONGEST)
        for name, preset in PRESETS.items()
    },
    "edge": Slider(EDGES, 4),
}
# Played once before the first question, with other layers than the question's.
EXAMPLE = {"preset": "LeNet-like"}

SHAPE, TOTAL = "shape", "total"
WINDOWS = {"Conv2d": 3, "MaxPool2d": 1, "AvgPool2d": 1}  # where the kernel's size stands
# What a function does to what arrives, as a line.
FUNCTIONS = {
    "preprocess": ("x = x.view(-1, 1, 28, 28)",),
    "flatten": ("x = x.view(x.size(0), -1)",),
    "last_step": ("x, _ = x", "x = x[:, -1]"),
}


def settings(**values: Any) -> dict[str, Any]:
    """Return the network of the chosen preset."""
    preset = values["preset"]
    layers = values[f"{preset}.layers"]
    edge = min(values["edge"], len(layers))
    return {"layers": layers, "shape": values[f"{preset}.input"], "edge": edge}


def asked_edge(result: Built, edge: int) -> int:
    """Return the edge that is asked about: one that is reached, where there is any."""
    return min(edge, max(1, len(result.shapes) - 1))


def scene(
    layers: Layers = CONVOLUTIONAL,
    shape: Shape = (64, 784),
    edge: int = 4,
    *,
    revealed: Revealed = ALL,
    _: Translate = english,
) -> Scene:
    """Return what is seen of a network; the questions are "shape" and "total"."""
    result = build(layers, shape)
    asked = asked_edge(result, edge)
    seen = SHAPE in revealed
    sentences = tuple(_sentences(layers, result, asked, seen, _))
    figure = figures.network(
        layers,
        result,
        asked,
        seen,
        TOTAL in revealed,
        translated(figures.WORDS, _),
        sentences,
    )
    alt = _("{count} layers from top to bottom, with the shape on every edge; the input is "
            "{shape}.", count=len(layers), shape=shape)  # fmt: skip
    if result.refused:
        failing = _("Layer {number} does not fit what arrives.", number=len(result.shapes))
        alt = f"{alt} {failing}"
    return Scene(
        pictures={"network": Picture(figure, alt)},
        code=code(layers, result),
        caption=sentences[-1],
        numbers=tuple(_rows(result, shape[0], _)),
        pause=1400,
        error=result.refused.partition(":")[0],
    )


def _sentences(
    layers: Layers, result: Built, asked: int, seen: bool, _: Translate
) -> Iterator[str]:
    """Yield what each frame is called."""
    yield _("The input: {shape}. The first axis counts the samples.", shape=result.shapes[0])
    last = len(result.shapes) - 1 if seen else asked - 1
    for number in range(1, last + 1):
        layer = layers[number - 1]
        why = SHAPE_FEEDBACK[REASONS.get(layer[0], "same")]
        before, after = result.shapes[number - 1], result.shapes[number]
        yield f"{short(layer)}: {before} → {after}. {window(layer, before) or _(why)}"
    if result.refused and len(result.shapes) - 1 <= last:
        layer = layers[len(result.shapes) - 1]
        yield _("{layer} does not fit {shape}.", layer=short(layer), shape=result.shapes[-1])


def window(layer: Layer, shape: Shape) -> str:
    """Return how a window makes a side shorter, with its numbers; nothing for other layers."""
    name = layer[0]
    if name not in WINDOWS or len(shape) < 3:
        return ""
    place = WINDOWS[name]
    kernel, *rest = layer[place:]
    stride, padding = (*rest, *(1 if name == "Conv2d" else None, 0)[len(rest) :])[:2]
    stride = stride or kernel
    made = [(side + 2 * padding - kernel) // stride + 1 for side in shape[-2:]]
    sums = [
        f"⌊({side} + 2·{padding} − {kernel}) / {stride}⌋ + 1 = {after}"
        for side, after in zip(shape[-2:], made, strict=True)
    ]
    return ", ".join(dict.fromkeys(sums))


def _rows(result: Built, samples: int, _: Translate) -> Iterator[Row]:
    """Yield the network in numbers."""
    parameters, products = sum(result.parameters), sum(result.multiply_adds)
    activations = 4 * numbers_made(result.shapes)
    unit = _("bytes")
    yield Row(_("parameters"), f"`{parameters:,}`", TOTAL)
    yield Row(_("memory of the parameters, float32"), f"`{4 * parameters:,}` {unit}", TOTAL)
    yield Row(
        _("memory of what the layers return, for {count} samples", count=samples),
        f"`{activations:,}` {unit}",
        SHAPE,
    )
    yield Row(_("multiply-adds for {count} samples", count=samples), f"`{products:,}`", SHAPE)
    yield Row(_("multiply-adds for one sample"), f"`{products // samples:,}`", SHAPE)


def code(layers: Layers, result: Built) -> tuple[Line, ...]:
    """Return what ``nn.Sequential`` does with the layers, a line for each."""
    lines = [Line(f"x = torch.rand({shape_text(result.shapes[0])})", (0,))]
    for number, layer in enumerate(layers, start=1):
        written = [f"x = {called(layer)}(x)"]
        if layer[0] == "Lambda":
            written = [*FUNCTIONS[layer[1]]]
        lines += [Line(each, (number,)) for each in written]
    end = "x[0]" if result.states[-1] else "x"
    return (*lines, Line(f"print(tuple({end}.shape))"))
