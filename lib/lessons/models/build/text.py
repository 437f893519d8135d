"""Layers as text: read without running it, and written as the program of a network.

Python's own parser turns the text into a tree; layers are built from the few kinds of nodes they
may have, and everything else is refused with a sentence.

Source: https://docs.python.org/3/library/ast.html
"""

import ast
from collections import Counter
from typing import Any

from lib.export.snippets import Program, assembled
from lib.export.source import Import
from lib.lessons.models.build import lesson
from lib.lessons.models.build.cost import check_parameters
from lib.lessons.models.build.layer_kinds import (
    FUNCTIONS,
    KINDS,
    InputShape,
    Layer,
    Layers,
    Shape,
    UpToTenLayers,
    check_layer,
    shape_text,
    written,
)
from lib.lessons.models.build.lesson import Built

LONGEST = 1000  # characters of all layers
# What tutorials write instead of a name.
LAMBDAS = {"lambda x: x.view(x.size(0), -1)": "flatten"}


def read_layers(text: str) -> Layers:
    """Return the layers in a text such as ``"Conv2d(1, 16, kernel_size=3), ReLU()"``.

    What stands in ``nn.Sequential(...)`` may be pasted as it is, with or without those words.

    Raises:
        ValueError: for a text that is anything else, with a sentence that says what.
    """
    if len(text) > LONGEST:
        raise ValueError(f"a text of {len(text)} characters: up to {LONGEST} are allowed")
    try:
        tree = ast.parse(f"[{text}\n]", mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        raise ValueError(
            f"{shortened(text)!r} is not a list of layers, such as Linear(784, 10), ReLU()"
        ) from None
    calls = tree.elts if isinstance(tree, ast.List) else [tree]
    if len(calls) == 1 and isinstance(calls[0], ast.Call) and class_name(calls[0]) == "Sequential":
        calls = calls[0].args
    layers = tuple(map(read_layer, calls))
    UpToTenLayers().check("layers", layers)
    check_parameters(layers)
    return layers


def read_layer(node: ast.expr) -> Layer:
    """Return one layer; arguments that nobody gives are left out, or have their default."""
    if not isinstance(node, ast.Call):
        raise ValueError(f"{shortened(ast.unparse(node))!r} is not a layer, such as ReLU()")
    name = class_name(node)
    if name not in KINDS:
        raise ValueError(f"{shortened(name)!r} is not one of the layers: {', '.join(KINDS)}")
    arguments = KINDS[name].arguments
    names = [each.name for each in arguments]
    if len(node.args) > len(arguments):
        raise ValueError(
            f"{name} has {len(node.args)} arguments: here it takes {', '.join(names) or 'none'}"
        )
    given = {names[i]: value(each) for i, each in enumerate(node.args)}
    for keyword in node.keywords:
        if keyword.arg not in names:
            raise ValueError(
                f"{name}: {keyword.arg!r} is not one of its arguments here: "
                f"{', '.join(names) or 'it takes none'}"
            )
        if keyword.arg in given:
            raise ValueError(f"{name}: {keyword.arg} is given twice")
        given[keyword.arg] = value(keyword.value)
    last = max((names.index(each) for each in given), default=-1)
    needed = [each.name for each in arguments if each.default is ... and each.name not in given]
    if needed:
        raise ValueError(f"{name} needs {', '.join(needed)}")
    layer = (name, *(given.get(each.name, each.default) for each in arguments[: last + 1]))
    check_layer(layer)
    return layer


def class_name(node: ast.Call) -> str:
    """Return the name of the class that is called, with or without ``nn.`` before it."""
    match node.func:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=ast.Name(id="nn"), attr=name):
            return name
    return ast.unparse(node.func)


def value(node: ast.expr) -> Any:
    """Return an argument: a number, True, False, None, or what a Lambda holds."""
    match node:
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() as number)):
            return -number
        case ast.Constant(value=bool() | int() | float() | None as plain):
            return plain
        case ast.Name(id=name) if name in FUNCTIONS:
            return name
        case ast.Lambda() if ast.unparse(node) in LAMBDAS:
            return LAMBDAS[ast.unparse(node)]
    raise ValueError(
        f"{shortened(ast.unparse(node))!r} is not allowed here: arguments are numbers, True and "
        f"False; a Lambda takes {', '.join(FUNCTIONS)}"
    )


def read_shape(text: str) -> Shape:
    """Return the shape in a text such as "64, 1, 28, 28".

    Raises:
        ValueError: if it is none, naming what is allowed.
    """
    words = text.strip().strip("()").replace(",", " ").split()
    for word in words:
        if not (word.isascii() and word.isdigit()) or len(word) > 9:
            raise ValueError(f"{shortened(word)!r} is not a whole number, as in 64, 1, 28, 28")
    shape = tuple(map(int, words))
    InputShape().check("shape", shape)
    return shape


def shortened(text: str) -> str:
    """Return a text, or the beginning of a long one."""
    return text if len(text) <= 40 else f"{text[:40]}…"


# --- layers -> program ----------------------------------------------------------------------------

OPTIMIZERS = {
    "SGD": "optim.SGD(model.parameters(), lr=0.1, momentum=0.9)",
    "Adam": "optim.Adam(model.parameters(), lr=0.01)",
}
# What a layer is called in a class.
NAMES = {
    "Conv2d": "conv",
    "ConvTranspose2d": "up",
    "MaxPool2d": "pool",
    "AvgPool2d": "pool",
    "BatchNorm1d": "norm",
    "BatchNorm2d": "norm",
    "LayerNorm": "norm",
    "Dropout": "drop",
    "LeakyReLU": "relu",
}


def sequential(layers: Layers, result: Built, optimizer: str, with_shapes: bool = True) -> Program:
    """Return the program that puts the layers into an ``nn.Sequential``.

    Args:
        layers: the layers.
        result: what ``build`` returned for it.
        optimizer: one of ``OPTIMIZERS``.
        with_shapes: whether the shapes stand beside the lines.
    """
    comments = _comments(layers, result, with_shapes)
    rows = [
        f"    {called(layer)},{comment}" for layer, comment in zip(layers, comments, strict=True)
    ]
    model = ["torch.manual_seed(0)", "model = nn.Sequential(", *rows, ")"]
    helpers = [lesson.Lambda] if _functions(layers) else []
    return assembled(
        [*helpers, *map(lesson.FUNCTIONS.__getitem__, _functions(layers))],
        _imports(result),
        "\n".join([*model, *_use(result, optimizer)]),
    )


def module(layers: Layers, result: Built, optimizer: str, with_shapes: bool = True) -> Program:
    """Return the program that makes the same network as a class; arguments as above."""
    comments, names = _comments(layers, result, with_shapes), _names(layers)
    made, steps = [], []
    for name, layer, comment in zip(names, layers, comments, strict=True):
        is_function = layer[0] == "Lambda"
        steps.append(f"        x = {name if is_function else f'self.{name}'}(x){comment}")
        if not is_function:
            made.append(f"        self.{name} = {called(layer)}")
    head = ["class Net(nn.Module):", "    def __init__(self):", "        super().__init__()"]
    text = [*head, *made, "", "    def forward(self, x):", *steps, "        return x"]
    use = ["torch.manual_seed(0)", "model = Net()", *_use(result, optimizer)]
    functions = [lesson.FUNCTIONS[name] for name in _functions(layers)]
    return assembled(functions, _imports(result), "\n".join(use), "\n".join(text))


# The ways to write a network, by what they are called on the page.
PROGRAMS = {"Sequential": sequential, "Module": module}


def called(layer: Layer) -> str:
    """Return a layer as a program writes it: ``nn.Linear(784, 10)``."""
    return written(layer) if layer[0] == "Lambda" else f"nn.{written(layer)}"


def shape_of(shape: Shape, states: int = 0) -> str:
    """Return a shape, and the states that come with it from an LSTM."""
    return f"({shape}, (h, c))" if states else str(shape)


def _functions(layers: Layers) -> list[str]:
    """Return the functions that the layers use, each once."""
    return list(dict.fromkeys(layer[1] for layer in layers if layer[0] == "Lambda"))


def _names(layers: Layers) -> list[str]:
    """Return what each layer is called in a class: conv1, relu1; a Lambda is its function."""
    count: Counter[str] = Counter()
    names = []
    for layer in layers:
        if layer[0] == "Lambda":
            names.append(layer[1])
            continue
        name = NAMES.get(layer[0], layer[0].lower())
        count[name] += 1
        names.append(f"{name}{count[name]}")
    return names


def _comments(layers: Layers, result: Built, with_shapes: bool) -> list[str]:
    """Return what stands beside each layer: what came out, or the kind of error."""
    if not with_shapes:
        return [""] * len(layers)
    shapes = [shape_of(*each) for each in zip(result.shapes, result.states, strict=True)]
    comments = [f"  # {shapes[0] + ' ' if i == 0 else ''}-> {shape}"
                for i, shape in enumerate(shapes[1:])]  # fmt: skip
    if result.refused:
        comments.append(f"  # {result.refused.partition(':')[0]}")
    return comments + [""] * (len(layers) - len(comments))


def _imports(result: Built) -> list[Import]:
    more = [Import("torch", "optim")] if any(result.parameters) else []
    return [Import("torch"), Import("torch", "nn"), *more]


def _use(result: Built, optimizer: str) -> list[str]:
    """Return the lines that use the model: the optimizer, and one batch."""
    opt = [f"opt = {OPTIMIZERS[optimizer]}"] if any(result.parameters) else []
    given = f"torch.rand({shape_text(result.shapes[0])})"
    y = "y, (h, c)" if result.states[-1] and not result.refused else "y"
    return [
        *opt,
        "",
        f"x = {given}",
        f"{y} = model(x)",
        "print(tuple(y.shape))",
        'print(sum(p.numel() for p in model.parameters()), "parameters")',
        "print((y if y.dim() < 2 else y[0]).flatten()[:10].tolist())",
    ]
