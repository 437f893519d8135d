"""What the lesson looks like: elements slide out of x into y, over the memory behind both."""

from typing import Any

import numpy as np

from lib.core.controls import Buttons, Control, Menu, Typed
from lib.core.i18n import Translate, english, mark, translated
from lib.core.scene import ALL, Line, Picture, Revealed, Row, Scene
from lib.lessons.tensors.index import figures
from lib.lessons.tensors.index.grammar import index_text, read_numbers
from lib.lessons.tensors.index.lesson import (
    METHODS,
    SHAPES,
    Method,
    Picked,
    gather,
    index_select,
    pick,
    written_out,
)
from lib.lessons.tensors.index.numpy_answers import ANSWERS, COMPARISON, Answer, difference

IDEA = mark(
    "`x[...]` picks as in NumPy. A number takes its axis away, a slice keeps it, `None` adds one "
    "of length 1: they give a **view**, a window on the memory of :blue[**x**], and what you "
    "write through it you find in :blue[**x**]. Lists, masks, `index_select` and `gather` give a "
    "**copy**, a photo: it stays as it is, and so does :blue[**x**]."
)
SYMBOLS = {"x": "blue"}
EXAMPLE = {"index": "x[:, 2]"}

GOOD = ("x[:, 1]", "x[1:, None, ..., [0, 2]]", "x[(x > 3) & ~(x == 8)]", "x[::-1]", "x[7]", "x[()]")
BAD = ("x[f(0)]", "x.data", "x[9**99]", "__import__('os')", "x[y]", "", "x" + "[(" * 45, "x" * 999)
LISTS = ("[2, 0]", "[[0, 1], [2, 0]]", "[-1]", "[[0], [1, 2]]", "[x]", "[" * 99)
ROOM = 2000  # characters a field takes: far more than are read, so that a refusal can say why
AXES = {str(axis): axis for axis in range(max(map(len, SHAPES)))}
# Each of the two begins with an axis and an index of its own.
FIRST: dict[Method, tuple[str, str]] = {
    index_select: ("0", "[2, 0]"),
    gather: ("1", "[[2], [0], [3]]"),
}

CONTROLS: dict[str, Control] = {
    "method": Buttons(METHODS),
    "shape": Menu({str(shape): shape for shape in SHAPES}, "(3, 4)"),
    "index": Typed("x[1:, None]", index_text, (*GOOD, *BAD), ROOM),
    **{f"{method.__name__}.dim": Buttons(AXES, dim) for method, (dim, _index) in FIRST.items()},
    **{
        f"{method.__name__}.index": Typed(index, read_numbers, LISTS, ROOM)
        for method, (_dim, index) in FIRST.items()
    },
}


def axes_of(shape: tuple[int, ...]) -> tuple[str, ...]:
    """Return the axes that x has, by their names on the page."""
    return tuple(AXES)[: len(shape)]


def first_axis(method: Method, shape: tuple[int, ...]) -> str:
    """Return the axis that a method begins with, or the last that x has."""
    return min(FIRST[method][0], axes_of(shape)[-1])


def settings(**chosen: Any) -> dict[str, Any]:
    """Take the settings of the method that is chosen; an axis that x does not have is not taken."""
    values = {name: each.default for name, each in CONTROLS.items()} | chosen
    method, shape = values["method"], values["shape"]
    if method is pick:
        return {"method": method, "shape": shape, "index": values["index"]}
    name, dim = method.__name__, values[f"{method.__name__}.dim"]
    if str(dim) not in axes_of(shape):
        dim = AXES[first_axis(method, shape)]
    return {"method": method, "shape": shape, "dim": dim, "index": values[f"{name}.index"]}


def scene(
    method: Method = pick,
    shape: tuple[int, ...] = (3, 4),
    index: Any = "x[1:, None]",
    dim: int = 0,
    *,
    revealed: Revealed = ALL,
    _: Translate = english,
) -> Scene:
    """Return what is seen at these settings; the questions are "shape" and "write"."""
    chosen = {"shape": shape, "index": index} | ({} if method is pick else {"dim": dim})
    result, theirs = method(**chosen), ANSWERS[method](**chosen)
    picture = figures.picked(
        shape,
        result,
        None if method is pick else index,
        dim,
        revealed="shape" in revealed,
        owned="write" in revealed,
        touch=touch(method, shape, dim),
        words=translated(figures.WORDS, _),
    )
    error = result.error.partition(":")[0]
    fills = "shape" in revealed and "write" in revealed and result.values.size > 0
    last = "shape" if "write" in revealed else "write"
    alt = _("x of shape {shape}, and its memory.", shape=shape)
    if "shape" in revealed:
        alt += " " + (
            _("PyTorch refuses the index.")
            if error
            else _("y of shape {shape} holds {values}.",
                   shape=result.shape, values=result.values.flatten().tolist())
        )  # fmt: skip
    caption = _("Click a cell to pick it, or write an index.")
    if method is gather:
        caption = _("y gets the shape of the index: each entry says where along axis {dim}.",
                    dim=dim)  # fmt: skip
    if error and "shape" in revealed:
        caption = result.error
    return Scene(
        pictures={"picked": Picture(picture, alt)},
        code=code(method, chosen, len(picture.frames), fills),
        caption=caption,
        numbers=rows(method, result, theirs, last, _),
        rest=-1 if not fills else len(picture.frames) - 2,
        pause=max(250, min(900, 12_000 // max(1, len(picture.frames)))),
        error=error,
    )


def rows(
    method: Method, result: Picked, theirs: Answer, last: str, _: Translate
) -> tuple[Row, ...]:
    """Return the numbers of y with NumPy's beside them; what tells both answers waits for both.

    ``last`` is a question that is still open, if one is.
    """

    def both(ours: object, other: object) -> str:
        no = _("none")
        return f"{no if result.error else f'`{ours}`'} {no if theirs.error else f'`{other}`'}"

    differs = difference(method, result, theirs)
    made = [
        Row(_("shape of y: in PyTorch, in NumPy"), both(result.shape, theirs.shape), "shape"),
        Row(_("lies in x's memory: in PyTorch, in NumPy"),
            both(result.shared, theirs.shared), "write"),
        Row(_("stride: in elements, in NumPy's bytes"),
            both(result.stride, theirs.strides), last),
    ]  # fmt: skip
    if not result.error:
        made.append(Row("`y.storage_offset()`", f"`{result.offset}`", last))
        made.append(Row(_("x after `y.fill_(-1)`"), f"`{list(result.x_after)}`", "write"))
    if differs not in {"same", "both_refuse"} and not theirs.error:
        made.append(Row(_("y in NumPy"), f"`{theirs.values.tolist()}`", "shape"))
    if result.error:
        made.append(Row("PyTorch", result.error, "shape"))
    if theirs.error:
        made.append(Row("NumPy", theirs.error, "shape"))
    return (*made, Row(_("PyTorch and NumPy"), _(COMPARISON[differs]), last))


def touch(method: Method, shape: tuple[int, ...], dim: int) -> list[dict[str, str]]:
    """Return for each element of x the index that picks it, or the slice that it lies in."""
    if method is pick:
        return [{"index.index": figures.named("x", at)} for at in np.ndindex(*shape)]
    if method is index_select and dim < len(shape):
        return [{"index.index_select.index": f"[{at[dim]}]"} for at in np.ndindex(*shape)]
    return []


def code(method: Method, chosen: dict[str, Any], moments: int, fills: bool) -> tuple[Line, ...]:
    """Return what a student would write for exactly these settings; ``fills`` in the last frame."""
    made, picks, shows = written_out(method, **chosen).splitlines()[2:]
    shown = moments - 1 - fills
    return (
        Line(made, (0,)),
        Line(picks, tuple(range(1, shown))),
        Line(shows, (shown,)),
        Line("y.fill_(-1)  # does that reach x?", (moments - 1,) if fills else ()),
        Line("print(x)"),
    )
