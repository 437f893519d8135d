"""Index: pick elements, and know whether they are a view or a copy."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from lib.lessons.tensors.index import figures
from lib.lessons.tensors.index import lesson as picks
from lib.lessons.tensors.index import questions as asked
from lib.lessons.tensors.index.grammar import index_text, read_numbers
from lib.lessons.tensors.index.numpy import ANSWERS, TOLD, parting
from lib.lessons.tensors.index.snippet import written_out
from pages.parts import control
from pages.parts.challenge import challenge
from pages.parts.chart import chart
from pages.parts.lesson import lesson
from pages.parts.listing import listing
from pages.parts.numbers import numbers
from pages.parts.parsed_input import parsed_input
from pages.parts.predict import ask, options, reveal
from pages.parts.program import program
from pages.parts.run import run
from pages.parts.run_result import literal
from pages.parts.text import _, translated

GOOD = ("x[:, 1]", "x[1:, None, ..., [0, 2]]", "x[(x > 3) & ~(x == 8)]", "x[::-1]", "x[7]", "x[()]")
BAD = ("x[f(0)]", "x.data", "x[9**99]", "__import__('os')", "x[y]", "", "x" + "[(" * 45, "x" * 999)
LISTS = ("[2, 0]", "[[0, 1], [2, 0]]", "[-1]", "[[0], [1, 2]]", "[x]", "[" * 99)
ROOM = 2000  # characters a field takes: far more than are read, so that a refusal can say why

Way = Callable[..., picks.Picked]


def page() -> None:
    """Show the lesson."""
    questions = st.container()
    left, right = st.columns([1, 2], gap="medium")
    with left:
        way, settings = controls()
        shown = reveal(_("Show what is picked"))
    result: picks.Picked = run(way, **settings)
    with right:
        picture(settings, result, shown)
    with questions:
        predictions(way, settings, result)
    table(way, settings, result, shown)
    short = written_out(way, **settings)
    listing(short, key="index.short", name=_("The same as you would write it"))
    program(way, **settings)
    held = literal(str(result.values.flatten().tolist()))
    challenge(
        _("Make x 5 by 5 and pick its four corners, each once, with one index in brackets."),
        asked.reaches(way, settings["shape"], result),
        _("y holds {values}.").format(values=held) if shown else _("What y holds is hidden."),
        _("`x[::4, ::4]` picks them as a view. Lists copy, and are paired: `x[[0, -1], [0, -1]]` "
          "is only two corners, all four need four pairs."),
    )  # fmt: skip


def controls() -> tuple[Way, dict[str, Any]]:
    """Show the controls; return the way to pick and the settings of its function."""
    name = control.buttons("way", _("pick with"), tuple(picks.WAYS))
    shapes = {str(shape): shape for shape in picks.SHAPES}
    shape = control.choice("shape", _("shape of x"), shapes, str((3, 4)))
    way = picks.WAYS[name]
    if way is picks.pick:
        text = parsed_input("index", _("y ="), "x[1:, None]", (*GOOD, *BAD), index_text, ROOM)
        return way, {"shape": shape, "index": text}
    # Each of the two begins with an index of its own.
    dim, default = ("0", "[2, 0]") if way is picks.index_select else ("1", "[[2], [0], [3]]")
    dim = control.buttons(f"{name}.dim", "dim", ("0", "1", "2"), dim)
    index = parsed_input(f"{name}.index", _("index"), default, LISTS, read_numbers, ROOM)
    return way, {"shape": shape, "dim": int(dim), "index": index}


def picture(settings: dict[str, Any], result: picks.Picked, shown: bool) -> None:
    """Draw x, what is picked from it, and the memory behind both."""
    if not shown:
        alt = _("x of shape {shape}, and its memory. What is picked is hidden until you answer.")
    elif result.error:
        alt = _("x of shape {shape}. PyTorch refuses the index.")
    elif result.shared:
        alt = _("x of shape {shape} and y of shape {y}, which lies in x's memory: {values}.")
    else:
        alt = _("x of shape {shape} and y of shape {y}, a copy in memory of its own: {values}.")
    values = result.values.flatten().tolist()
    alt = alt.format(shape=settings["shape"], y=result.shape, values=values)
    index = settings["index"] if "dim" in settings else None
    what = (settings["shape"], result, index, settings.get("dim", 0), not shown)
    words = translated(figures.WORDS)
    chart(figures.picked, *what, words, key="picked", alt=alt, still=not shown)


def predictions(way: Way, settings: dict[str, Any], result: picks.Picked) -> None:
    """Ask for the shape of y, and whether writing into it changes x."""
    answers = asked.guesses(way, settings, result)
    line = written_out(way, **settings).splitlines()[-2]
    about = {"way": way.__name__, **settings}
    shape = _("x has the shape {shape}. What is the shape of y after `{line}`?")
    shape = shape.format(shape=settings["shape"], line=line)
    write = _("Then you write into y: `y.fill_(-1)`. How many elements of x change?")
    ask(
        ("shape", shape, options(answers["shape"], asked.TOLD), about),
        ("write", write, options(answers["write"], asked.TOLD_WRITE), about),
    )


def table(way: Way, settings: dict[str, Any], result: picks.Picked, shown: bool) -> None:
    """Show the numbers of y, and NumPy's answer beside them."""
    theirs = run(ANSWERS[way], **settings)
    no = _("none")
    rows = {
        _("shape of y: in PyTorch, in NumPy"): (result.shape, theirs.shape),
        _("stride: in elements, in NumPy's bytes"): (result.stride, theirs.strides),
        _("lies in x's memory: in PyTorch, in NumPy"): (result.shared, theirs.shared),
    }
    both = {
        name: f"{no if result.error else f'`{ours}`'} {no if theirs.error else f'`{other}`'}"
        for name, (ours, other) in rows.items()
    }
    both["`y.storage_offset()`"] = no if result.error else f"`{result.offset}`"
    both[_("x after `y.fill_(-1)`")] = no if result.error else f"`{list(result.x_after)}`"
    told = parting(way, result, theirs)
    if shown and told not in {"same", "both_refuse"} and not theirs.error:
        both[_("y in NumPy")] = f"`{theirs.values.tolist()}`"
    numbers(both, shown)
    if shown:
        if result.error:
            st.warning(f"PyTorch: {literal(result.error)}")
        if theirs.error:
            st.warning(f"NumPy: {literal(theirs.error)}")
        st.markdown(_(TOLD[told]))


lesson("index", page)
