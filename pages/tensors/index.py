"""Index: pick elements, and know whether they are a view or a copy."""

from typing import Any, NamedTuple

import streamlit as st

from lib.lessons.tensors.index import figures
from lib.lessons.tensors.index import lesson as picks
from lib.lessons.tensors.index import questions as asked
from lib.lessons.tensors.index.grammar import index_text, read_numbers
from lib.lessons.tensors.index.numpy_answers import ANSWERS, COMPARISON, difference
from pages import parts
from pages.parts import _, control
from pages.parts.listing import listing

GOOD = ("x[:, 1]", "x[1:, None, ..., [0, 2]]", "x[(x > 3) & ~(x == 8)]", "x[::-1]", "x[7]", "x[()]")
BAD = ("x[f(0)]", "x.data", "x[9**99]", "__import__('os')", "x[y]", "", "x" + "[(" * 45, "x" * 999)
LISTS = ("[2, 0]", "[[0, 1], [2, 0]]", "[-1]", "[[0], [1, 2]]", "[x]", "[" * 99)
ROOM = 2000  # characters a field takes: far more than are read, so that a refusal can say why


class State(NamedTuple):
    """What the controls say, and what comes of it."""

    method: picks.Method
    settings: dict[str, Any]
    result: picks.Picked
    revealed: bool


def controls() -> State:
    """Show the controls."""
    name = control.buttons("method", _("pick with"), tuple(picks.METHODS))
    shapes = {str(shape): shape for shape in picks.SHAPES}
    shape = control.choice("shape", _("shape of x"), shapes, str((3, 4)))
    method = picks.METHODS[name]
    settings: dict[str, Any] = {"shape": shape}
    if method is picks.pick:
        settings["index"] = parts.parsed_input(
            "index", _("y ="), "x[1:, None]", (*GOOD, *BAD), index_text, ROOM
        )
    else:
        # Each of the two begins with an index of its own.
        select = method is picks.index_select
        dim, start = ("0", "[2, 0]") if select else ("1", "[[2], [0], [3]]")
        settings["dim"] = int(control.buttons(f"{name}.dim", "dim", ("0", "1", "2"), dim))
        settings["index"] = parts.parsed_input(
            f"{name}.index", _("index"), start, LISTS, read_numbers, ROOM
        )
    revealed = parts.reveal(_("Show what is picked"))
    return State(method, settings, parts.run(method, **settings), revealed)


def picture(state: State) -> None:
    """Draw x, what is picked from it, and the memory behind both."""
    settings, result = state.settings, state.result
    if not state.revealed:
        alt = _("x of shape {shape}, and its memory. What is picked is hidden until you answer.")
    elif result.error:
        alt = _("x of shape {shape}. PyTorch refuses the index.")
    elif result.shared:
        alt = _("x of shape {shape} and y of shape {y}, which lies in x's memory: {values}.")
    else:
        alt = _("x of shape {shape} and y of shape {y}, a copy in memory of its own: {values}.")
    values = result.values.flatten().tolist()
    parts.chart(
        figures.picked,
        shape=settings["shape"],
        result=result,
        index=settings["index"] if "dim" in settings else None,
        dim=settings.get("dim", 0),
        key="picked",
        alt=alt.format(shape=settings["shape"], y=result.shape, values=values),
        revealed=state.revealed,
    )


def questions(state: State) -> None:
    """Ask for the shape of y, and whether writing into it changes x."""
    answers = asked.picked_answers(state.method, state.settings, state.result)
    line = picks.written_out(state.method, **state.settings).splitlines()[-2]
    about = {"method": state.method.__name__, **state.settings}
    parts.ask(
        (
            "shape",
            _("x has the shape {shape}. What is the shape of y after `{line}`?",
              shape=state.settings["shape"], line=line),
            parts.options(answers["shape"], asked.SHAPE_FEEDBACK),
            about,
        ),
        (
            "write",
            _("Then you write into y: `y.fill_(-1)`. How many elements of x change?"),
            parts.options(answers["write"], asked.WRITE_FEEDBACK),
            about,
        ),
    )  # fmt: skip


def numbers(state: State) -> None:
    """Show the numbers of y, and NumPy's answer beside them."""
    result, theirs = state.result, parts.run(ANSWERS[state.method], **state.settings)
    no = _("none")
    both = {
        _("shape of y: in PyTorch, in NumPy"): (result.shape, theirs.shape),
        _("stride: in elements, in NumPy's bytes"): (result.stride, theirs.strides),
        _("lies in x's memory: in PyTorch, in NumPy"): (result.shared, theirs.shared),
    }
    rows = {
        name: f"{no if result.error else f'`{ours}`'} {no if theirs.error else f'`{other}`'}"
        for name, (ours, other) in both.items()
    }
    rows["`y.storage_offset()`"] = no if result.error else f"`{result.offset}`"
    rows[_("x after `y.fill_(-1)`")] = no if result.error else f"`{list(result.x_after)}`"
    differs = difference(state.method, result, theirs)
    if differs not in {"same", "both_refuse"} and not theirs.error:
        rows[_("y in NumPy")] = f"`{theirs.values.tolist()}`"
    parts.numbers(rows, state.revealed)
    if state.revealed:
        if result.error:
            st.warning(f"PyTorch: {parts.literal(result.error)}")
        if theirs.error:
            st.warning(f"NumPy: {parts.literal(theirs.error)}")
        st.markdown(_(COMPARISON[differs]))


def program(state: State) -> None:
    """Show the program as a student would write it, and the one that ran."""
    short = picks.written_out(state.method, **state.settings)
    listing(short, key="index.short", name=_("The same as you would write it"))
    parts.program(state.method, **state.settings)


def challenge(state: State) -> None:
    """Ask for the corners of a square."""
    held = _("What y holds is hidden.")
    if state.revealed:
        values = parts.literal(str(state.result.values.flatten().tolist()))
        held = _("y holds {values}.", values=values)
    parts.challenge(
        _("Make x 5 by 5 and pick its four corners, each once, with one index in brackets."),
        asked.reaches(state.method, state.settings["shape"], state.result),
        held,
        _("`x[::4, ::4]` picks them as a view. Lists copy, and are paired: `x[[0, -1], [0, -1]]` "
          "is only two corners, all four need four pairs."),
    )  # fmt: skip


parts.lesson(
    "index",
    controls=controls,
    picture=picture,
    questions=questions,
    numbers=numbers,
    program=program,
    challenge=challenge,
)
