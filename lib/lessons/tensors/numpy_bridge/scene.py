"""What the lesson looks like: pieces of memory, the names that stand for them, what changes."""

from collections.abc import Callable
from typing import Any

from lib.core.controls import Buttons, Control, Menu, Slider
from lib.core.i18n import Translate, english, mark, translated
from lib.core.scene import ALL, Line, Picture, Revealed, Row, Scene
from lib.lessons.tensors.numpy_bridge import figures
from lib.lessons.tensors.numpy_bridge.lesson import (
    CHANGES,
    CONVERSIONS,
    DTYPES,
    METHODS,
    SIZES,
    TO_NUMPY,
    TO_TORCH,
)
from lib.lessons.tensors.numpy_bridge.metrics import addresses

IDEA = mark(
    ":green[**t**]` = torch.from_numpy(`:blue[**a**]`)` copies nothing: one piece of memory gets a "
    "second name, like two people with keys to one mailbox. What you write through "
    ":blue[**a**] is read through :green[**t**]. `torch.tensor(`:blue[**a**]`)` copies, into "
    "memory of its own. Writing (`a += 1`) changes the mailbox; `a = a + 1` makes a new one and "
    "moves the name there."
)
SYMBOLS = {"a": "blue", "t": "green"}
EXAMPLE = {"to_torch.change": CHANGES[TO_TORCH]["a += 1"], "size": 3}

PREFIX = {TO_TORCH: "to_torch", TO_NUMPY: "to_numpy"}  # each direction has its own controls
CONTROLS: dict[str, Control] = {
    "direction": Buttons({name: name for name in METHODS}),
    **{f"{prefix}.method": Menu(METHODS[name]) for name, prefix in PREFIX.items()},
    **{f"{prefix}.change": Menu(CHANGES[name]) for name, prefix in PREFIX.items()},
    "dtype": Menu({name: name for name in DTYPES}),
    "size": Slider(SIZES, 5),
}


def settings(direction: str, dtype: str, size: int, **chosen: Any) -> dict[str, Any]:
    """Take the conversion and the change of the direction that is chosen."""
    prefix = PREFIX[direction]
    return {
        "direction": direction,
        "method": chosen.get(f"{prefix}.method", CONTROLS[f"{prefix}.method"].default),
        "change": chosen.get(f"{prefix}.change", CONTROLS[f"{prefix}.change"].default),
        "dtype": dtype,
        "size": size,
    }


def scene(
    direction: str = TO_TORCH,
    method: Callable[[Any], Any] = CONTROLS["to_torch.method"].default,
    change: Callable[[Any], Any] = CONTROLS["to_torch.change"].default,
    dtype: str = "float64",
    size: int = 5,
    *,
    revealed: Revealed = ALL,
    _: Translate = english,
) -> Scene:
    """Return what is seen at these settings; the questions are "bytes" and "numbers"."""
    chosen: dict[str, Any] = {"method": method, "change": change, "dtype": dtype, "size": size}
    result = CONVERSIONS[direction](**chosen)
    before, after = result.before, result.after
    # The conversion tells whether it copied, and the change shows that again.
    moments = 1 + ("bytes" in revealed) * (1 + ("numbers" in revealed))
    at = addresses(**chosen)
    changed = "numbers" if moments == 3 else "both"
    sides = {"a": after.array, "t": after.tensor}
    other = "t" if result.source == "a" else "a"
    rows = (
        Row("`a.dtype`", f"`{before.array_dtype}`", "bytes"),
        Row("`t.dtype`", f"`{before.tensor_dtype}`", "bytes"),
        Row(_("address of a, of t, after the conversion"),
            f"`{at.array_before:#x}` `{at.tensor_before:#x}`", "bytes"),
        Row(_("one memory after the conversion"), f"`{before.shared}`", "bytes"),
        *(Row(_("{name} after the change", name=name), f"`{sides[name]}`",
              "numbers" if name == other else "") for name in "at"),
        Row(_("one memory after the change"), f"`{after.shared}`", changed),
        Row("`t[0].item()`", f"`{result.first}`", "numbers"),
    )  # fmt: skip
    return Scene(
        pictures={
            "memory": Picture(
                figures.memory(result, translated(figures.WORDS, _), moments),
                _("Pieces of memory, and the names a and t that stand for them: {count} numbers "
                  "of {dtype}.", count=size, dtype=dtype),
            )
        },
        code=code(direction, method, change, dtype, size),
        caption=_("One piece of memory, or two? The names say who reads which."),
        numbers=rows,
        pause=2000,
    )  # fmt: skip


def code(
    direction: str, method: Callable[..., Any], change: Callable[..., Any], dtype: str, size: int
) -> tuple[Line, ...]:
    """Return what a student would write for exactly these settings."""
    converts = next(text for text, each in METHODS[direction].items() if each is method)
    changes = next(text for text, each in CHANGES[direction].items() if each is change)
    if direction == TO_TORCH:
        made, target = f"a = np.ones({size}, dtype=np.{dtype})", "t"
    else:
        made, target = f"t = torch.ones({size}, dtype=torch.{dtype})", "a"
    return (
        Line(made, (0,)),
        Line(f"{target} = {converts}", (1,)),
        Line(changes, (2,)),
        Line("print(a, t)"),
        Line("print(np.shares_memory(a, t.numpy()))"),
    )
