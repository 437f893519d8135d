"""What the lesson looks like: the chosen layer at work, number by number, and its code."""

from collections.abc import Iterator, Mapping
from inspect import signature
from math import prod
from typing import Any, NamedTuple

import numpy as np

from lib.core.controls import Control, Menu, Scale, Slider, Switch, Typed
from lib.core.i18n import Translate, english, mark, translated
from lib.core.rules import Between, OneOf, Rule
from lib.core.scene import ALL, Line, Picture, Revealed, Row, Scene
from lib.lessons.models.layers import figures, step_figures
from lib.lessons.models.layers.curves import PLACE
from lib.lessons.models.layers.dense_layers import parse_indices
from lib.lessons.models.layers.lesson import LAYERS, apply, metrics
from lib.lessons.models.layers.reference import (
    LARGEST,
    Settings,
    lstm_cells,
    parameter_formula,
    shape_formula,
)
from lib.lessons.models.layers.step_figures import Clicks
from lib.lessons.models.layers.window_layers import (
    FILTERS,
    IMAGES,
    MOST_CELLS,
    Rows,
    blur,
    cross,
    edge,
    left_right,
    middle,
    noise,
    parse_rows,
    ramp,
)

IDEA = mark(
    "A layer is a function with numbers of its own, which training adjusts: "
    ":green[**y**] = `conv`(:blue[**x**]). `Conv2d` slides a window of weights over an image. In "
    "each place it multiplies, adds up and writes one number of :green[**y**], as two loops around "
    "NumPy's `(window * weight).sum() + bias` would. Along 4 cells, a window of 2 has 3 places."
)
SYMBOLS = {"x": "blue", "y": "green"}

TYPED = "typed"  # an image of one's own numbers
INDICES = "0, 1, 1"
START = "0, 0, 5, 0; 0, 5, 0, 0; 5, 0, 0, 0; 9, 9, 9, 9"
OF_INPUT = {"image", "rows", "size", "indices"}  # what the layers of several families share


def own_names(layer: str) -> list[str]:
    """Return the settings of a layer that have controls of its own family."""
    names = LAYERS[layer].function.rules
    shared = OF_INPUT if {"image", "indices"} & names.keys() else set()
    return [name for name in names if name not in shared]


def _control(rule: Rule, default: Any) -> Control:
    """Return the control that suits a rule."""
    if isinstance(rule, Between):
        return Slider(rule, default, 1 if rule.whole else 0.1)
    if not isinstance(rule, OneOf):
        raise TypeError(f"no control for {rule}")
    if isinstance(default, bool):
        return Switch(default)
    if isinstance(default, str):
        return Menu({each: each for each in rule.options}, default)
    if callable(default):
        return Menu(FILTERS)
    return Scale(rule.options, default)


def defaults(layer: str) -> dict[str, Any]:
    """Return the settings of a layer that nobody has changed."""
    parameters = signature(LAYERS[layer].function).parameters
    return {name: each.default for name, each in parameters.items()}


CONTROLS: dict[str, Control] = {
    "layer": Menu({name: name for name in LAYERS}),
    "image": Menu({**IMAGES, TYPED: None}),
    "rows": Typed(
        START, parse_rows, ("0, 0, 9; 0, 9, 0; 9, 0, 0", "1, 2; 3", "1, x", "0.5", ""), 600
    ),
    "size": Scale((3, 4, 5, 6, 7, 14, 28), 6),
    "indices": Typed(INDICES, parse_indices, ("1, 0", "0, 5", "a", "-1"), 20),
    # The layers of a family share their controls.
    **{
        f"{row.family}.{name}": _control(row.function.rules[name], defaults(layer)[name])
        for layer, row in reversed(LAYERS.items())
        for name in own_names(layer)
    },
}
# Played once before the first question, with another window on another image than the question's.
EXAMPLE = {"image": cross, "size": 4, "conv.weight": blur, "conv.kernel_size": 2}

# The question about a layer's own number; which one it is depends on the layer.
SHAPE, NUMBER = "shape", "number"
# The question that asks for what a picture of some kind shows.
ASKED = {"steps": SHAPE, "flat": SHAPE, "lstm": SHAPE, "dropout": NUMBER, "curve": NUMBER,
         "loss": NUMBER}  # fmt: skip
# The question that asks for one of ``lesson.metrics``.
ASKED_OF = {"shape_h": SHAPE, "view": SHAPE, "gradient": NUMBER, "difference": NUMBER}
FASTEST, SLOWEST, TOGETHER = 250, 700, 12_000  # milliseconds a frame, and of all frames


def settings(**values: Any) -> dict[str, Any]:
    """Return the chosen layer with its own settings and no others."""
    row = LAYERS[values["layer"]]
    own = {name: values[f"{row.family}.{name}"] for name in own_names(values["layer"])}
    if "indices" in row.function.rules:
        own["indices"] = values["indices"]
    if "image" in row.function.rules:
        is_typed = values["image"] is None
        own |= {name: values[name] for name in (("rows",) if is_typed else ("image", "size"))}
    return {"layer": values["layer"], **own}


def scene(
    layer: str = "Conv2d", *, revealed: Revealed = ALL, _: Translate = english, **chosen: Any
) -> Scene:
    """Return what is seen of a layer; the questions are "shape" and "number".

    Args:
        layer: its name.
        revealed: the questions whose answers may be seen.
        _: translates.
        chosen: settings of its lesson function that are other than usual.
    """
    own = {**defaults(layer), **chosen}
    applied = apply(layer, **own)
    result, kind = applied.result, LAYERS[layer].kind
    asked = ASKED.get(kind, "")
    may_see = not asked or asked in revealed
    words = translated(figures.WORDS, _)
    refused = getattr(result, "refused", "")
    alt = _("What {layer} does to an input of shape {shape}.", layer=layer, shape=result.shape_in)
    if refused:
        seen = SHAPE in revealed
        drawn = step_figures.refused(result.x, seen, words)
        pictures = {"input": Picture(drawn, alt)}
        caption = refused if seen else _("The input, {shape}.", shape=result.shape_in)
    else:
        pictures = _pictures(layer, own, applied, may_see, words, alt)
        caption = _caption(layer, applied, may_see, _)
        if SHAPE in revealed:
            more = _("The output has the shape {shape}.", shape=result.shape_out)
            pictures = {name: each._replace(alt=f"{each.alt} {more}")
                        for name, each in pictures.items()}  # fmt: skip
    frames = max(len(each.figure.frames) for each in pictures.values())
    return Scene(
        pictures=pictures,
        code=_code(layer, own, frames, kind),
        caption=caption,
        numbers=() if refused else tuple(_rows(layer, result, own, _)),
        pause=max(FASTEST, min(SLOWEST, TOGETHER // max(frames, 1))),
        error=refused.partition(":")[0],
    )


def _pictures(
    layer: str, own: Mapping[str, Any], applied: Any, revealed: bool, words: Any, alt: str
) -> dict[str, Picture]:
    """Return the picture of a layer; an LSTM has one of the inside of a cell besides."""
    result, row = applied.result, LAYERS[layer]
    if row.kind == "lstm":
        cells = [each for each in lstm_cells(result.x, result.weights) if not each.direction]
        chain = step_figures.lstm(result, revealed, words, cells)
        inside = step_figures.cell(cells, words)
        return {"chain": Picture(chain, alt), "cell": Picture(inside, alt)}
    figure = figures.picture(row.kind, applied.drawn, revealed, words)
    if hasattr(result, "curve"):
        figure = figures.draggable(figure, f"layers.{row.family}.at", PLACE)
    elif "image" in own and max(result.x.shape) <= MOST_CELLS and applied.drawn.steps:
        figure = step_figures.touchable(figure, _image_clicks(result.x, applied.drawn.border))
    elif layer == "Embedding":
        figure = step_figures.touchable(figure, _index_clicks(own))
    return {"picture": Picture(figure, alt)}


def _image_clicks(x: np.ndarray, border: int) -> Clicks:
    """Return what a click on each cell does: a dark cell becomes bright, a bright one dark."""
    bright = float(x.max()) or 1.0
    rows = x.tolist()
    clicks: list[list[dict[str, str] | None]] = []
    for i, row in enumerate(rows):
        clicks.append([None] * border)
        for j, value in enumerate(row):
            row[j] = 0.0 if value == bright else bright
            text = "; ".join(", ".join(f"{each:g}" for each in every) for every in rows)
            clicks[i].append({"layers.image": TYPED, "layers.rows": text})
            row[j] = value
        clicks[i] += [None] * border
    added: Clicks = [[None] * len(clicks[0])] * border
    return [*added, *clicks, *added]


def _index_clicks(own: Mapping[str, Any]) -> Clicks:
    """Return what a click on each index does: it becomes the next one that has a row."""
    indices = list(own["indices"])
    clicks = []
    for place, index in enumerate(indices):
        after = [*indices[:place], (index + 1) % own["num_embeddings"], *indices[place + 1 :]]
        clicks.append([{"layers.indices": ", ".join(map(str, after))}])
    return clicks


def _caption(layer: str, applied: Any, revealed: bool, _: Translate) -> str:
    """Say what is seen where nothing plays."""
    kind = LAYERS[layer].kind
    if kind in ("curve", "loss"):
        return _("Drag along x to look at another place.")
    if kind == "softmax":
        return _("Move one logit: all probabilities follow, and their sum stays 1.")
    if kind == "steps" and not revealed and applied.drawn.steps:
        first = applied.drawn.steps[0]
        if len(first.writes) == 1:
            return _("The first number of y: {sum}", sum=first.total)
    if kind == "steps" and not applied.drawn.steps:
        return _("Beyond {count} rows or columns it is drawn whole, without steps.", count=LARGEST)
    return _(LAYERS[layer].summary)


def _rows(layer: str, result: Any, own: Mapping[str, Any], _: Translate) -> Iterator[Row]:
    """Yield the formulas with the numbers put in, beside what the real layer returns."""
    shape = shape_formula(layer, result.shape_in, own)
    parameters = parameter_formula(layer, own)
    is_asked = LAYERS[layer].kind not in ("dropout", "curve", "loss")
    yield Row(_("shape that goes in"), f"`{result.shape_in}`")
    yield Row(_("shape that comes out, by the formula"), f"{shape.words} `{shape.value}`", SHAPE)
    yield Row(_("shape of the real output"), f"`{result.shape_out}`", SHAPE)
    for name, value in (
        (_("parameters, by the formula"), parameters.words),
        (_("parameters of the real layer"), f"{result.parameters}"),
    ):
        yield Row(name, value, NUMBER if is_asked else "")
    for each in metrics(result):
        yield Row(_(each.label), each.text, ASKED_OF.get(each.name, ""))


def _code(layer: str, own: Mapping[str, Any], frames: int, kind: str) -> tuple[Line, ...]:
    """Return the lines for these settings; what they do decides the frames they belong to."""
    last = frames - 1
    lit: dict[str, tuple[int, ...]] = {}
    if kind == "steps":
        lit = {"input": (0,), "layer": (0,), "apply": tuple(range(1, last)), "print": (last,)}
    elif kind == "lstm":
        lit = {"input": (0,), "apply": tuple(range(1, frames))}
    elif kind == "flat":
        lit = {"input": (0,), "apply": (1,)}
    elif kind == "norm":
        lit = {"input": (0,), "apply": (1,), "eval": (2,)}
    elif kind == "dropout":
        lit = {"apply": (0,), "again": (1,), "eval": (2,)}
    return tuple(
        Line(line.text, lit.get(line.does, ()) if frames else ()) for line in code_lines(layer, own)
    )


# --- each layer as a student would write it for exactly some settings ---------------------------

WIDEST = 76  # signs of a line

# What each layer is called with, in PyTorch's order: names, and what PyTorch takes if none is
# given. What has no such default is written without its name, except where that would be riddles.
GIVEN: dict[str, dict[str, Any]] = {
    "Conv2d": {"in_channels": ..., "out_channels": ..., "kernel_size": ..., "stride": 1,
               "padding": 0, "dilation": 1, "groups": 1, "bias": True, "padding_mode": "zeros"},
    "ConvTranspose2d": {"in_channels": ..., "out_channels": ..., "kernel_size": ..., "stride": 1,
                        "padding": 0, "dilation": 1, "groups": 1, "bias": True},
    "MaxPool2d": {"kernel_size": ..., "stride": ..., "padding": 0, "dilation": 1},
    "AvgPool2d": {"kernel_size": ..., "stride": ..., "padding": 0},
    "Linear": {"in_features": ..., "out_features": ..., "bias": True},
    "Flatten": {"start_dim": 1},
    "Embedding": {"num_embeddings": ..., "embedding_dim": ...},
    "Dropout": {"p": ...},
    "BatchNorm2d": {"channels": ..., "momentum": 0.1},
    "LayerNorm": {"features": ...},
    "LSTM": {"input_size": ..., "hidden_size": ..., "num_layers": 1, "batch_first": False,
             "bidirectional": False},
    "MSELoss": {"reduction": "mean"},
    "L1Loss": {"reduction": "mean"},
    "CrossEntropyLoss": {"reduction": "mean"},
    "BCEWithLogitsLoss": {"reduction": "mean"},
}  # fmt: skip
NAMED = {"kernel_size", "stride", "p"}
# What the layer is called in the code.
NAMES = {"Conv2d": "conv", "ConvTranspose2d": "conv", "MaxPool2d": "pool", "AvgPool2d": "pool",
         "BatchNorm2d": "norm", "LayerNorm": "norm"}  # fmt: skip


class CodeLine(NamedTuple):
    """A line, and what it does: "input", "layer", "apply", "again", "eval" or "print"."""

    text: str
    does: str


def called(layer: str, settings: Settings) -> str:
    """Return the call that makes a layer: ``nn.Conv2d(1, 1, kernel_size=3)``."""
    if layer == "activation":
        return f"nn.{settings['kind']}()"
    if layer == "Softmax":
        return "nn.Softmax(dim=1)"
    words = []
    for name, usual in GIVEN[layer].items():
        value = settings[name]
        if usual is ... and name not in NAMED:
            words.append(repr(value))
        elif value != usual:
            words.append(f"{name}={value!r}")
    return f"nn.{layer}({', '.join(words)})"


def code_lines(layer: str, settings: Settings) -> tuple[CodeLine, ...]:
    """Return the lines that make the input and the layer, apply it, and print what came of it.

    Args:
        layer: the name of the layer.
        settings: all those of its lesson function.
    """
    if "image" in settings:
        return tuple(_window_layer(layer, settings))
    if "reduction" in settings or layer == "activation":
        return tuple(_with_gradient(layer, settings))
    find = {"Dropout": _dropout, "BatchNorm2d": _batch_norm, "LayerNorm": _layer_norm}
    return tuple(find.get(layer, _plain_layer)(layer, settings))


def _made(name: str, layer: str, settings: Settings) -> Iterator[CodeLine]:
    """Yield the line that makes the layer, folded where it is long."""
    words = called(layer, settings)
    line = f"{name} = {words}"
    if len(line) > WIDEST:
        cut = line.rindex(", ", 0, WIDEST) + 1
        yield CodeLine(line[:cut], "layer")
        line = f"{' ' * (line.index('(') + 1)}{line[cut + 1 :]}"
    yield CodeLine(line, "layer")


def _ends(name: str, learns: bool = True) -> CodeLine:
    """Return the line that prints the shape and the number of parameters."""
    count = f", sum(p.numel() for p in {name}.parameters())" if learns else ""
    return CodeLine(f"print(tuple(y.shape){count})", "print")


# --- windows --------------------------------------------------------------------------------------


def _window_layer(layer: str, settings: Settings) -> Iterator[CodeLine]:
    name, rows = NAMES[layer], settings["rows"]
    high, wide = (len(rows), len(rows[0])) if rows else (settings["size"],) * 2
    channels = settings.get("in_channels", settings.get("channels"))
    yield CodeLine(f"x = torch.zeros(1, {channels}, {high}, {wide})", "input")
    for line in _typed(rows) if rows else _image(settings["image"], settings["size"]):
        yield CodeLine(line, "input")
    yield from _made(name, layer, settings)
    if "weight" in settings:
        yield CodeLine("with torch.no_grad():", "layer")
        for line in _filter(name, settings["weight"], settings["kernel_size"]):
            yield CodeLine(f"    {line}", "layer")
        if settings["bias"]:
            yield CodeLine(f"    {name}.bias[0] = 0.5", "layer")
    yield CodeLine(f"y = {name}(x)", "apply")
    yield _ends(name)


def _image(make: Any, size: int) -> list[str]:
    half = size // 2
    if make is noise:
        return [
            "draw = torch.Generator().manual_seed(1)",
            f"x[0, 0] = torch.randint(0, 10, ({size}, {size}), generator=draw)",
        ]
    return [
        {
            edge: f"x[0, 0, :, {half}:] = 1",
            cross: f"x[0, 0, {half}, :] = x[0, 0, :, {half}] = 1",
            ramp: f"x[0, 0] = torch.arange({float(size)})",
        }[make]
    ]


def _typed(rows: Rows) -> list[str]:
    """Return typed rows as lists, as many in a line as fit."""
    start, lines = "x[0, 0] = torch.tensor([", []
    line = start
    for row in rows:
        text = f"[{', '.join(map(str, row))}]"
        if line.strip() and line != start and len(line) + len(text) > WIDEST:
            lines.append(line.rstrip())
            line = " " * len(start)
        line += f"{text}, "
    return [*lines, f"{line.removesuffix(', ')}])"]


def _filter(name: str, make: Any, size: int) -> list[str]:
    """Return what sets the first filter."""
    place = f"{name}.weight[0, 0]"
    if make is blur:
        return [f"{place} = 1 / {size**2}"]
    if make is middle:
        return [f"{place} = 0", f"{place}[{size // 2}, {size // 2}] = 1"]
    if make is left_right:
        row = [0.0] if size == 1 else [-1.0, *[0] * (size - 2), 1]
        return [f"{place} = torch.tensor({row})"]
    return [
        "draw = torch.Generator().manual_seed(1)",
        f"nn.init.uniform_({place}, -1 / {size}, 1 / {size}, draw)",
    ]


# --- rows of numbers ------------------------------------------------------------------------------


def _plain_layer(layer: str, settings: Settings) -> Iterator[CodeLine]:
    """Yield the lines of a layer that is applied once to an input that one line makes."""
    name = layer.lower()
    for line in _input(layer, settings):
        yield CodeLine(line, "input")
    yield from _made(name, layer, settings)
    returned = "y, (h_n, c_n)" if layer == "LSTM" else "y"
    yield CodeLine(f"{returned} = {name}(x)", "apply")
    if layer == "Softmax":
        yield CodeLine("print(y, y.sum())", "print")
    else:
        yield _ends(name, layer != "Flatten")


def _input(layer: str, settings: Settings) -> list[str]:
    if layer == "Linear":
        shape = (settings["batch"], settings["in_features"])
        return ["torch.manual_seed(0)", f"x = torch.randint(0, 10, {shape}).float()"]
    if layer == "Embedding":
        return ["torch.manual_seed(0)", f"x = torch.tensor({list(settings['indices'])})"]
    if layer == "Flatten":
        shape = tuple(settings[each] for each in ("batch", "channels", "height", "width"))
        return [f"x = torch.arange({prod(shape)}).reshape{shape}"]
    if layer == "Softmax":
        logits = [settings[each] for each in ("first", "second", "third")]
        return [f"x = torch.tensor([{logits}])"]
    shape = tuple(settings[each] for each in ("batch", "steps", "input_size"))
    turned = "" if settings["batch_first"] else ".transpose(0, 1)"
    return ["torch.manual_seed(0)", f"x = torch.randn{shape}{turned}"]


def _dropout(layer: str, settings: Settings) -> Iterator[CodeLine]:
    rows, columns = settings["rows"], settings["columns"]
    yield CodeLine(f"torch.manual_seed({settings['seed']})", "input")
    count = f"torch.arange(1.0, {rows * columns + 1})"
    yield CodeLine(f"x = {count}.reshape({rows}, {columns})", "input")
    yield from _made("dropout", layer, settings)
    yield CodeLine("y = dropout(x)", "apply")
    yield CodeLine("again = dropout(x)", "again")
    yield CodeLine("dropout.eval()", "eval")
    yield CodeLine("later = dropout(x)", "eval")
    yield CodeLine("print(tuple(y.shape), y, later)", "print")


def _batch_norm(layer: str, settings: Settings) -> Iterator[CodeLine]:
    channels, past = settings["channels"], settings["past_batches"]
    shape = (past + 1, settings["batch"], channels, settings["size"], settings["size"])
    yield CodeLine(f"torch.manual_seed({settings['seed']})", "input")
    yield CodeLine(f"channel = torch.arange({float(channels)}).view(1, -1, 1, 1)", "input")
    yield CodeLine(f"*past, x = torch.randn{shape} * (channel + 1) + 3 * channel", "input")
    yield from _made("norm", layer, settings)
    if past:
        yield CodeLine("for batch in past:", "layer")
        yield CodeLine("    norm(batch)", "layer")
    yield CodeLine("later = norm.eval()(x)  # by the running mean and variance", "eval")
    yield CodeLine("y = norm.train()(x)  # by the batch's own", "apply")
    yield _ends("norm")


def _layer_norm(layer: str, settings: Settings) -> Iterator[CodeLine]:
    batch, features = settings["batch"], settings["features"]
    yield CodeLine(f"torch.manual_seed({settings['seed']})", "input")
    yield CodeLine(f"sample = torch.arange({float(batch)}).view(-1, 1)", "input")
    yield CodeLine(f"x = torch.randn({batch}, {features}) * (sample + 1) + 3 * sample", "input")
    yield from _made("norm", layer, settings)
    yield CodeLine("y = norm(x)", "apply")
    yield CodeLine("norm.eval()", "eval")
    yield CodeLine("later = norm(x)  # the same", "eval")
    yield _ends("norm")


# --- curves ---------------------------------------------------------------------------------------


def _with_gradient(layer: str, settings: Settings) -> Iterator[CodeLine]:
    """Yield the lines of an activation or a loss, with the slope by autograd."""
    name, batch = ("activation" if layer == "activation" else "loss"), settings["batch"]
    shape = (batch, settings["features"]) if layer == "activation" else (batch,)
    yield CodeLine(f"x = torch.full({shape}, {settings['at']}, requires_grad=True)", "input")
    takes = "x" if layer == "activation" else "x, target"
    if layer == "CrossEntropyLoss":
        other = f"torch.full_like(x, {settings['other']})"
        yield CodeLine(f"logits = torch.stack([x, {other}, torch.zeros_like(x)], dim=1)", "input")
        yield CodeLine(f"target = torch.full({shape}, {settings['label']})", "input")
        takes = "logits, target"
    elif layer != "activation":
        yield CodeLine(f"target = torch.full_like(x, {settings['target']})", "input")
    yield from _made(name, layer, settings)
    yield CodeLine(f"y = {name}({takes})", "apply")
    yield CodeLine("y.sum().backward()" if layer == "activation" or
                   settings["reduction"] == "none" else "y.backward()", "apply")  # fmt: skip
    yield CodeLine("print(tuple(y.shape), y, x.grad)", "print")
