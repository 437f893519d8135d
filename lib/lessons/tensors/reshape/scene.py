"""What the lesson looks like: the memory of x and how each step reads it; strides of your own."""

import math
from typing import Any

from lib.core.controls import Control, Menu, Slider, Typed
from lib.core.i18n import Translate, english, mark, translated
from lib.core.scene import ALL, Line, Picture, Revealed, Row, Scene
from lib.lessons.tensors.reshape import figures
from lib.lessons.tensors.reshape.lesson import Chain, follow, refusal
from lib.lessons.tensors.reshape.rotation import START, STRIDE, read_memory
from lib.lessons.tensors.reshape.steps import (
    METHODS,
    MOST_AXES,
    MOST_SHOWN,
    MOST_STEPS,
    Numbers,
    Steps,
    call,
    start_shape,
    whole_numbers,
)
from lib.lessons.tensors.reshape.steps import START as SHAPE

IDEA = mark(
    "A tensor is one row of numbers in memory and a way to read it: its :orange[**strides**], how "
    "many places one step along each axis jumps. :blue[**x**] of shape (4, 4) jumps 4 for a row "
    "and 1 for a column. `transpose` swaps the :orange[**strides**] and copies nothing, as in "
    "NumPy. When no strides can describe what you ask for, `reshape` copies and `view` refuses."
)
SYMBOLS = {"x": "blue", "y": "violet", "stride": "orange"}
EXAMPLE = {"shape": (2, 3), "step1": "transpose", "step2": "contiguous"}

NONE = "none"
FIRST = ("transpose", "reshape", NONE, NONE)  # the steps the page begins with
EXAMPLES = ("16", "-1, -1", "2, 0, 1", "", "two, 8", "1000")
SHAPES = ("2, 3, 4", "6", "1, 12", "0, 4", "5, 5", "four", "1, 1, 1, 1, 1")
CONTROLS: dict[str, Control] = {
    "shape": Typed(SHAPE, start_shape, SHAPES, 30),
    "start": Slider(START, 0),
    "down": Slider(STRIDE, 1),
    "right": Slider(STRIDE, 4),
    **{
        f"step{place}": Menu({name: name for name in (NONE, *METHODS)}, method)
        for place, method in enumerate(FIRST, start=1)
    },
    **{
        f"step{place}.{method}": Typed(text, whole_numbers, EXAMPLES, 30)
        for place in range(1, MOST_STEPS + 1)
        for method, text in METHODS.items()
        if text
    },
}


def settings(shape: Numbers, start: int, down: int, right: int, **chosen: Any) -> dict[str, Any]:
    """Join the menus and fields of the steps."""
    names = [chosen[f"step{place}"] for place in range(1, MOST_STEPS + 1)]
    steps = tuple(
        (name, chosen.get(f"step{place}.{name}", ()))
        for place, name in enumerate(names, start=1)
        if name != NONE
    )
    return {"shape": shape, "steps": steps, "start": start, "down": down, "right": right}


def scene(
    shape: Numbers = (4, 4),
    steps: Steps = (("transpose", (0, 1)), ("reshape", (2, 8))),
    start: int = 0,
    down: int = 1,
    right: int = 4,
    *,
    revealed: Revealed = ALL,
    _: Translate = english,
) -> Scene:
    """Return what is seen at these settings; the questions are "strides" and "view"."""
    whole = follow(shape, steps)
    seen = uncovered(whole, revealed)
    read = read_memory(start, down, right)
    words = translated(figures.WORDS, _)
    last = seen.layouts[-1]
    alt = _("The memory of x as a strip, and x, of shape {shape}, read from it.", shape=shape)
    strip = figures.memory(seen, words)
    rows = [
        Row("`x.stride()`", f"`{whole.layouts[0].stride}`"),
        Row("`y.shape`", f"`{whole.layouts[-1].shape}`", "view"),
        Row("`y.stride()`", f"`{whole.layouts[-1].stride}`", "view"),
        Row("`y.storage_offset()`", f"`{whole.layouts[-1].storage_offset}`", "view"),
        Row("`y.is_contiguous()`", f"`{whole.layouts[-1].is_contiguous}`", "view"),
        Row(_("y reads the memory of x"), f"`{whole.layouts[-1].shares_memory}`", "view"),
        Row(_("NumPy with your strides"),
            _("would leave the memory") if read.shares_memory is None else _("reads it, no copy")),
        Row(_("PyTorch with your strides"), read.error or _("reads it, no copy")),
    ]  # fmt: skip
    caption = _("Play the steps: the same memory, read with other strides.")
    if "view" in revealed and (whole.error or whole.too_large):
        caption = whole.error or _(
            "{code}: drawn are up to {axes} axes and {elements} elements.",
            code=whole.too_large,
            axes=MOST_AXES,
            elements=MOST_SHOWN,
        )
    return Scene(
        pictures={
            "memory": Picture(strip, f"{alt} {last.call}: {last.shape}, {last.stride}."),
            "reading": Picture(
                figures.reading(read, words),
                _("The memory of 12 numbers read as 4 by 3 from {start} with strides {down}, "
                  "{right}.", start=start, down=down, right=right),
            ),
        },
        code=code(shape, steps),
        caption=caption,
        numbers=tuple(rows),
        pause=2000,
        error=refusal(shape, steps),
    )  # fmt: skip


def uncovered(whole: Chain, revealed: Revealed) -> Chain:
    """Return as much of the chain as the answered questions have uncovered."""
    if "view" in revealed:
        return whole
    return Chain(whole.layouts[: 2 if "strides" in revealed else 1], "", "")


def code(shape: Numbers, steps: Steps) -> tuple[Line, ...]:
    """Return what a student would write for exactly these settings."""
    sizes = ", ".join(map(str, shape))
    lines = [Line(f"x = torch.arange({math.prod(shape)}).view({sizes})", (0,))]
    name = "x"
    for number, step in enumerate(steps, start=1):
        lines.append(Line(f"y = {name}{call(step)}", (number,)))
        name = "y"
    if not steps:
        lines.append(Line("y = x"))
    return (*lines, Line("print(y.shape, y.stride())"), Line("print(y.is_contiguous())"))
