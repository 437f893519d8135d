"""What the lesson looks like: memory fills cell by cell; the draws under their density."""

from math import prod
from typing import Any

from lib.core.controls import Buttons, Control, Menu, Slider, Typed
from lib.core.i18n import Translate, english, mark, translated
from lib.core.rules import Between
from lib.core.scene import ALL, Line, Picture, Revealed, Row, Scene
from lib.lessons.tensors.create import figures
from lib.lessons.tensors.create import lesson as create
from lib.lessons.tensors.create.distributions import DRAWS, GROWTH, Draws, draws
from lib.lessons.tensors.create.lesson import CONSTRUCTORS, DTYPES, FILLS, RANDOM, Constructor, Made
from lib.lessons.tensors.create.questions import last
from lib.lessons.tensors.create.settings import AT_FIRST, LENGTHS, Rows, parse

IDEA = mark(
    "A tensor is what NumPy calls an array: numbers of one kind, its :orange[**dtype**], one "
    "behind the other in memory, read as a grid. :blue[**x**]` = torch.rand(5, 3)` draws 15 of "
    "them evenly from 0 up to 1. Unless you name a :orange[**dtype**], floats are float32 and take "
    "4 bytes each, half of NumPy's float64; whole numbers are int64 and take 8."
)
SYMBOLS = {"x": "blue", "dtype": "orange"}
EXAMPLE = {"constructor": create.randn, "axes2.0": 2, "axes2.1": 4}

TEXTS = ("1, 2; 3, 4", "1, 2;", "1, 2; 3", "5, x", "1e9", "")
CONTROLS: dict[str, Control] = {
    "constructor": Menu(CONSTRUCTORS, "torch.rand"),
    "dtype": Menu({name: name for name in DTYPES}),
    "rows": Typed("5.5, 3", parse, TEXTS),
    "axes": Buttons({str(axes): axes for axes in LENGTHS}, "2"),
    **{
        f"axes{axes}.{axis}": Slider(Between(1, most), AT_FIRST[axes][axis])
        for axes, lengths in LENGTHS.items()
        for axis, most in enumerate(lengths)
    },
    "fill": Menu(FILLS),
    "seed": Slider(create.SEED, 0),
}

# How a student writes each constructor; of `tensor` below, the numbers, of all others the shape.
CALLS: dict[Constructor, str] = {
    create.empty: "torch.empty({size}{dtype}, out=used)",
    create.zeros: "torch.zeros({size}{dtype})",
    create.ones: "torch.ones({size}{dtype})",
    create.full: "torch.full({shape}, {fill!r}{dtype})",
    create.rand: "torch.rand({size}{dtype})",
    create.randn: "torch.randn({size}{dtype})",
    create.randint: "torch.randint(0, 10, {shape}{dtype})",
    create.arange: "torch.arange({count}{dtype}){fold}",
    create.linspace: "torch.linspace(0, 1, {count}{dtype}){fold}",
    create.eye: "torch.eye({size}{dtype})",
    create.tensor: "torch.tensor({rows}{dtype})",
    create.new_ones: "{name}.new_ones({size}{dtype})",
    create.zeros_like: "torch.zeros_like({name}{dtype})",
    create.randn_like: "torch.randn_like({name}{dtype})",
}
# What stands in the line above, where something has to be there first.
BEFORE: dict[Constructor, str] = {
    create.empty: "used = torch.full({shape}, 7{used})  # memory given back",
    create.new_ones: "{name} = torch.tensor([5.5, 3], dtype=torch.float64)",
    create.zeros_like: "{name} = torch.full({shape}, 5.5, dtype=torch.float64)",
    create.randn_like: "{name} = torch.full({shape}, 5.5, dtype=torch.float64)",
}


def settings(**chosen: Any) -> dict[str, Any]:
    """Take what the constructor uses; join the lengths of the axes to a shape."""
    values = {name: each.default for name, each in CONTROLS.items()} | chosen
    constructor, axes = values["constructor"], values["axes"]
    used = {"constructor": constructor, "dtype": values["dtype"]}
    if constructor is create.tensor:
        used["rows"] = values["rows"]
    else:
        used["shape"] = tuple(values[f"axes{axes}.{axis}"] for axis in range(axes))
    if constructor is create.full:
        used["fill"] = values["fill"]
    if constructor in RANDOM:
        used["seed"] = values["seed"]
    return used


def scene(
    constructor: Constructor = create.rand,
    shape: tuple[int, ...] = (5, 3),
    dtype: str = "default",
    seed: int = 0,
    fill: float = 7,
    rows: Rows = (5.5, 3),
    *,
    revealed: Revealed = ALL,
    _: Translate = english,
) -> Scene:
    """Return what is seen at these settings; the questions are "bytes", and "draws" or "last"."""
    made = create.make(constructor, shape, dtype, seed, fill, rows)
    drawn = None
    if constructor in RANDOM and not made.refused:
        drawn = draws(constructor, dtype, seed)
    words = translated(figures.WORDS, _)
    grid = figures.values(
        made,
        revealed=bool(drawn) or ("bytes" if made.refused else "last") in revealed,
        sized="bytes" in revealed,
        fills=constructor is not create.empty,
        words=words,
    )
    alt = _("The values of x in a grid of shape {shape}.", shape=made.shape)
    if made.refused:
        alt = _("There is no tensor of shape {shape} in this picture.", shape=shape)
    caption = _("x is {count} numbers, one behind the other in memory.", count=made.numel)
    if constructor is create.empty:
        caption = _("empty takes memory and writes nothing: whatever lay there shows through.")
    if made.refused:
        caption = _("What will PyTorch say to these settings?")
        if "bytes" in revealed:
            caption = f"{made.refused.splitlines()[0]} {_hint(made.refused, _)}".strip()
    second = _drawn(drawn, made, revealed, words, _) if drawn else _sizes(made, revealed, words, _)
    frames = max(len(grid.frames), len(second.figure.frames))
    return Scene(
        pictures={"values": Picture(grid, alt), "draws" if drawn else "sizes": second},
        code=code(constructor, shape, dtype, seed, fill, rows, made, drawn, frames),
        caption=caption,
        numbers=_numbers(made, drawn, _),
        pause=max(350, min(900, 9000 // max(1, frames))),
        error=made.refused.partition(":")[0],
    )


def _drawn(
    drawn: Draws, made: Made, revealed: Revealed, words: dict[str, Any], _: Translate
) -> Picture:
    """Return the picture of the draws."""
    may_see = "draws" in revealed
    alt = _("The {count} numbers of x on a line.", count=made.numel)
    if may_see:
        alt = _("A histogram of 10 000 draws under the curve that theory gives: mean {mean:.3g}, "
                "standard deviation {std:.3g}.", mean=drawn.theory.mean, std=drawn.theory.std
                )  # fmt: skip
    return Picture(figures.draws(drawn, made, revealed=may_see, words=words), alt)


def _sizes(made: Made, revealed: Revealed, words: dict[str, Any], _: Translate) -> Picture:
    """Return the picture of the bytes."""
    chosen = made.dtype.removeprefix("torch.")
    picture = figures.sizes(create.element_sizes(), chosen, "bytes" in revealed, words)
    return Picture(picture, _("For every dtype, how many bytes one element takes, as boxes."))


def _hint(refused: str, _: Translate) -> str:
    """Return how to read PyTorch's words, where they name dtypes as C++ does."""
    if "implemented for" not in refused:
        return ""
    return _("In such words Long is int64, Int int32, Char int8, Byte uint8.")


def _numbers(made: Made, drawn: Draws | None, _: Translate) -> tuple[Row, ...]:
    """Return the tensor in numbers, if there is one."""
    if made.refused:
        return (Row("PyTorch", made.refused, "bytes"),)
    total = f"`{made.numel}` × `{made.element_size}` = `{made.nbytes}` {_('bytes')}"
    known = (
        Row("`x.size()`", f"`torch.Size({list(made.shape)})`"),
        Row("`x.ndim`", str(made.ndim)),
        Row("`x.numel()`", str(made.numel)),
        Row("`x.dtype`", f"`{made.dtype}`"),
        Row("`x.device`", f"`{made.device}`"),
        Row("`x.element_size()`", f"`{made.element_size}` {_('bytes')}", "bytes"),
        Row("`x.nbytes`", total, "bytes"),
    )
    if not drawn:
        return (*known, Row(_("last element"), f"`{last(made)}`", "last"))
    mean, std = f"`{drawn.theory.mean:.4g}`", f"`{drawn.theory.std:.4g}`"
    return (
        *known,
        Row(_("mean of 10 000 draws"), f"`{drawn.mean:.4f}` ({_('in theory')} {mean})", "draws"),
        Row(_("their standard deviation"), f"`{drawn.std:.4f}` ({_('in theory')} {std})", "draws"),
    )


# --- the code -------------------------------------------------------------------------------------


def code(
    constructor: Constructor,
    shape: tuple[int, ...],
    dtype: str,
    seed: int,
    fill: float,
    rows: Rows,
    made: Made,
    drawn: Draws | None,
    frames: int,
) -> tuple[Line, ...]:
    """Return what a student would write for exactly these settings."""
    seeded = [Line(f"torch.manual_seed({seed})")] if constructor in RANDOM else []
    grown = len(GROWTH) if drawn and frames > len(figures.moments(made)) else 0
    written = tuple(range(frames - grown))
    *before, line = written_as(constructor, "x", shape, dtype, fill, rows)
    lines = [
        *seeded,
        *map(Line, before),
        Line(line, written),
        Line("print(x.dtype, x.shape)"),
        Line("print(x.numel(), x.element_size(), x.nbytes)"),
    ]
    if not drawn:
        return (*lines, Line("print(x)"))
    *before, line = written_as(constructor, "many", (DRAWS,), dtype, fill, rows)
    many = "many.real" if drawn.is_complex else "many"
    if made.dtype not in ("torch.float32", "torch.float64", "torch.complex64"):
        many = "many.double()"  # whole numbers have no mean, and half floats a rough one
    return (
        *lines,
        *seeded,
        *map(Line, before),
        Line(line, tuple(range(frames - grown, frames))),
        Line(f"print({many}.mean(), {many}.std())"),
    )


def written_as(
    constructor: Constructor,
    name: str,
    shape: tuple[int, ...],
    dtype: str,
    fill: float = 7,
    rows: Rows = (5.5, 3),
) -> list[str]:
    """Return the lines that make one tensor, the constructor's own last."""
    size = ", ".join(f"{length:_}" for length in shape)
    named = "" if dtype == "default" else f"dtype=torch.{dtype}"
    fields = {
        "name": name,
        "size": size,
        "shape": f"({size},)" if len(shape) == 1 else f"({size})",
        "count": prod(shape),
        "fold": f".reshape({size})" if len(shape) > 1 else "",
        "fill": fill,
        "rows": bracketed(rows),
        "dtype": f", {named}" if named else "",
        "used": f", {named or 'dtype=torch.float32'}",
    }
    call = CALLS[constructor].format(**fields)
    above = [BEFORE[constructor].format(**fields)] if constructor in BEFORE else []
    return [*above, f"{name} = {call}"]


def bracketed(rows: Any) -> str:
    """Return numbers in brackets, as one would type them."""
    if isinstance(rows, tuple):
        return f"[{', '.join(map(bracketed, rows))}]"
    return repr(rows)
