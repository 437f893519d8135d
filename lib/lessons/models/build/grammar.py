"""Read a chain of layers from text without running it.

Python's own parser turns the text into a tree; layers are built from the few kinds of nodes they
may have, and everything else is refused with a sentence.

Source: https://docs.python.org/3/library/ast.html
"""

import ast
from typing import Any

from lib.lessons.models.build.layers import (
    FUNCTIONS,
    KINDS,
    InputShape,
    Layer,
    Layers,
    Shape,
    UpToTenLayers,
    check_layer,
)

LONGEST = 1000  # characters of a whole chain
# What the notes write instead of a name.
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
