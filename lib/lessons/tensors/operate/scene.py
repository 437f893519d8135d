"""What the lesson looks like: two tensors stretched and combined, or one number converted."""

from functools import partial
from math import prod
from typing import Any

import torch

from lib.core.controls import Buttons, Control, Field, Menu, Typed
from lib.core.i18n import Translate, english, mark, translated
from lib.core.scene import ALL, Line, Picture, Revealed, Row, Scene
from lib.lessons.tensors.operate import conversion_figures, figures, frames
from lib.lessons.tensors.operate.broadcasting import Shape, link, shape
from lib.lessons.tensors.operate.conversion import SHORTER, SOURCES, TARGETS, VALUE, convert, route
from lib.lessons.tensors.operate.forms import (
    FORMS,
    Compute,
    add_operator,
    line_of,
    operation_of,
)
from lib.lessons.tensors.operate.lesson import DTYPES, combine
from lib.lessons.tensors.operate.questions import AROUND, MEMORY, written

IDEA = mark(
    ":green[**x**] `+` :violet[**y**] adds number to number. Lined up from the right, two lengths "
    "fit if they are equal, or if one is 1 or missing: it is then read again and again, without a "
    "copy, as in NumPy. So shapes (2, 1) and (5,) make a :blue[**result**] of shape (2, 5). A "
    "float and an integer make a float. `x.to(dtype)` converts, and what does not fit is lost."
)
SYMBOLS = {"x": "green", "y": "violet", "result": "blue"}
EXAMPLE = {"operation": "mul", "x_shape": (3,), "y_shape": (2, 1)}

BROADCAST, CONVERT, MATMUL = "broadcast", "convert", "matmul"
TENSORS = ("x_shape", "y_shape", "x_dtype", "y_dtype")
EXAMPLES = ("2, 1, 3", "(4, 1)", "", "4 2", "4, 9", "1, 1, 1, 1", "4, 3, 3", "two")
NAMES = {name: name for name in DTYPES}


def _tensors(prefix: str, x_shape: str, y_shape: str, y_dtype: str) -> dict[str, Control]:
    """Return the controls of two tensors."""
    read = {name: partial(shape, name=f"shape of {name}") for name in "xy"}
    return {
        f"{prefix}x_shape": Typed(x_shape, read["x"], EXAMPLES, 20),
        f"{prefix}y_shape": Typed(y_shape, read["y"], EXAMPLES, 20),
        f"{prefix}x_dtype": Menu(NAMES, "float32"),
        f"{prefix}y_dtype": Menu(NAMES, y_dtype),
    }


CONTROLS: dict[str, Control] = {
    "part": Buttons({name: name for name in (BROADCAST, CONVERT)}),
    "operation": Menu({name: name for name in FORMS}),
    **{f"{name}.form": Menu(forms) for name, forms in FORMS.items()},
    **_tensors("", "4, 1", "3", "int64"),
    # Shapes and dtypes that go together by number seldom do as matrices: these begin apart.
    **_tensors("matmul.", "2, 3", "3, 4", "float32"),
    "value": Field(VALUE, 300.0, 0.1),
    "source": Menu({name: name for name in SOURCES}, "float32"),
    "target": Menu({name: name for name in TARGETS}),
}


def prefix_of(operation: str) -> str:
    """Return what the names of an operation's own controls begin with."""
    return "matmul." if operation == MATMUL else ""


def settings(**chosen: Any) -> dict[str, Any]:
    """Take the settings of the part, the operation and its form that are chosen."""
    values = {name: each.default for name, each in CONTROLS.items()} | chosen
    if values["part"] == CONVERT:
        return {name: values[name] for name in ("part", "value", "source", "target")}
    operation = values["operation"]
    prefix = prefix_of(operation)
    return {
        "part": BROADCAST,
        "compute": values[f"{operation}.form"],
        **{name: values[f"{prefix}{name}"] for name in TENSORS},
    }


def scene(
    part: str = BROADCAST,
    *,
    revealed: Revealed = ALL,
    _: Translate = english,
    **chosen: Any,
) -> Scene:
    """Return what is seen at these settings: those of ``combine``, or those of ``convert``.

    The questions are "shape" and "dtype", or "value" and "bytes".
    """
    draw = one_number if part == CONVERT else two_tensors
    return draw(revealed, _, **chosen)


# --- two tensors ----------------------------------------------------------------------------------


def two_tensors(
    revealed: Revealed,
    _: Translate,
    compute: Compute = add_operator,
    x_shape: Shape = (4, 1),
    y_shape: Shape = (3,),
    x_dtype: str = "float32",
    y_dtype: str = "int64",
) -> Scene:
    """Return how two tensors are lined up, stretched and combined."""
    result = combine(compute, x_shape, y_shape, x_dtype, y_dtype)
    operation = operation_of(compute)
    links = link(x_shape, y_shape, operation == MATMUL)
    film = figures.broadcasting(
        result,
        links,
        operation,
        revealed="shape" in revealed,
        valued="dtype" in revealed,
        words=translated(frames.WORDS, _),
    )
    refused = _("none: PyTorch refuses")
    shapes = f"`{links.x.stride}` `{links.y.stride}`"
    rows = [
        Row("`result.shape`", f"`{result.shape}`" if not result.error else refused, "shape"),
        Row("`torch.result_type(x, y)`", f"`{result.promoted}`", "dtype"),
        Row("`result.dtype`", f"`{result.dtype}`" if not result.error else refused, "dtype"),
        Row(_("memory of the result"), _(MEMORY.get(result.memory, "")) or refused, "dtype"),
        Row(_("strides of x and y once stretched; along a 0 the same number is read again"),
            shapes, "shape"),
    ]  # fmt: skip
    if result.error:
        rows.insert(0, Row(_("PyTorch"), f"{result.error}: {result.refused}", "shape"))
    fields = {"x": x_shape, "y": y_shape, "line": line_of(compute)}
    return Scene(
        pictures={
            "broadcast": Picture(
                film,
                _("x of shape {x} and y of shape {y}, their axes lined up from the right.",
                  **fields),
            )
        },
        code=_combined_code(compute, x_shape, y_shape, x_dtype, y_dtype, len(film.frames)),
        caption=_("x has the shape {x} and y {y}. Lined up from the right: what comes of {line}?",
                  **fields),
        numbers=tuple(rows),
        pause=1300,
        error=result.error,
    )  # fmt: skip


def _combined_code(
    compute: Compute, x_shape: Shape, y_shape: Shape, x_dtype: str, y_dtype: str, moments: int
) -> tuple[Line, ...]:
    """Return what a student would write for exactly these settings."""
    line, operation = line_of(compute), operation_of(compute)
    moved = tuple(range(1, moments))
    lines = [
        Line(f"x = {_filled(x_shape, x_dtype, '10 * ')}", (0,)),
        Line(f"y = {_filled(y_shape, y_dtype)}", (0,)),
    ]
    if "out=" in line:
        room = "0" if operation == MATMUL else "torch.broadcast_shapes(x.shape, y.shape)"
        lines += [Line(f"result = torch.empty({room})"), Line(line, moved)]
    else:
        lines.append(Line(f"result = {line}", moved))
    return (*lines, Line("print(result.shape, result.dtype)"), Line("print(result)"))


def _filled(size: Shape, dtype: str, times: str = "") -> str:
    """Return the code of a tensor that counts, in a shape and a dtype."""
    text = f"{times}torch.arange(1, {prod(size) + 1})"
    if len(size) != 1:
        text = f"({text})" if times else text
        text += f".reshape({', '.join(map(str, size)) or '()'})"
    if dtype == "int64":
        return text
    bracketed = f"({text})" if times and len(size) == 1 else text
    return f"{bracketed}.to(torch.{dtype})"


# --- one number -----------------------------------------------------------------------------------


def one_number(
    revealed: Revealed,
    _: Translate,
    value: float = 300.0,
    source: str = "float32",
    target: str = "uint8",
) -> Scene:
    """Return a number on its way from one dtype to another."""
    made, way = convert(value, source, target), route(value, source, target)
    words = translated(conversion_figures.WORDS, _)
    caption = f"{_('Drag the number along the line.')} {_hint(value, target, _)}"
    if way is None:
        picture = conversion_figures.refusal(words)
        caption = _("torch.tensor looks at every number before it takes it.")
        if "value" in revealed:
            caption = f"RuntimeError: {made.refused}"
        rows = [Row("`x`", f"RuntimeError: {made.refused}", "value")]
    else:
        picture = conversion_figures.number_line(
            way, source, target, revealed="value" in revealed, words=words
        )
        around = way.kind == "wrapped" and "float" in source
        rows = [
            Row("`x`", f"`{made.stored}`"),
            Row(_("least and largest {target}", target=target), f"`{way.low:g}` `{way.high:g}`"),
            Row(f"`y = x.to(torch.{target})`", f"`{made.became}`", "value"),
            Row("`y.to(x.dtype)`", f"`{made.back}`", "value"),
            Row(_("bytes of new memory"), str(made.new_bytes), "bytes"),
            Row(_("shorter"), f"`{SHORTER[target]}`"),
            Row(_("as old programs write it"), f"`x.type({made.old_name!r})`"),
            *([Row(_("past the range"), _(AROUND), "value")] if around else []),
        ]
    return Scene(
        pictures={
            "line": Picture(
                picture,
                _("A number line with {value} as {source}, and the range of {target}.",
                  value=written(value), source=source, target=target),
            )
        },
        code=(
            Line(f"x = torch.tensor([{value!r}], dtype=torch.{source})", (0,)),
            Line(f"y = x.to(torch.{target})", tuple(range(1, len(picture.frames)))),
            Line("print(x.item(), y.item())"),
            Line("print(y.to(x.dtype).item())  # and back"),
            Line("print(y.nbytes, y.data_ptr() == x.data_ptr())"),
        ),
        caption=caption,
        numbers=tuple(rows),
        pause=2000,
        error="RuntimeError" if way is None else "",
    )  # fmt: skip


def _hint(value: float, target: str, _: Translate) -> str:
    """Return what a dtype does to a number, for whoever has not seen it yet."""
    if target == "bool":
        return _("bool asks one thing only: is it zero?")
    dtype = getattr(torch, target)
    if dtype.is_floating_point:
        return _("A float takes the nearest number it has, as far as it reaches: {target} has "
                 "{bits} bits for all of them.",
                 target=target, bits=8 * dtype.itemsize)  # fmt: skip
    whole, bits = int(value), 8 * dtype.itemsize
    if whole < 0 or bits > 16:
        return _("{target} drops the fraction and keeps the last {bits} bits.",
                 target=target, bits=bits)  # fmt: skip
    return _("{target} drops the fraction and keeps the last {bits} bits; {whole} is {binary}.",
             target=target, bits=bits, whole=whole, binary=f"{whole:b}")  # fmt: skip
