"""Index: pick elements, and know whether they are a view or a copy."""

import streamlit as st

from lib.lessons.tensors.index import lesson as picks
from lib.lessons.tensors.index import questions as asked
from lib.lessons.tensors.index.scene import AXES, axes_of, first_axis
from pages import parts
from pages.parts import Goal, Hints, Program, Question, Settings, _, control


def controls() -> Settings:
    """Show the controls of the chosen method."""
    values = parts.shown({"method": _("pick with"), "shape": _("shape of x")})
    method = values["method"]
    if method is picks.pick:
        return values | parts.shown({"index": "y ="})
    name, shape = method.__name__, values["shape"]
    axes, first = axes_of(shape), first_axis(method, shape)
    # An axis chosen for another x may not be one of this.
    if st.session_state.get(f"index.{name}.dim", first) not in axes:
        st.session_state[f"index.{name}.dim"] = first
    values[f"{name}.dim"] = AXES[control.buttons(f"{name}.dim", "dim", axes, first)]
    return values | parts.shown({f"{name}.index": _("index")})


def picked(settings: Settings) -> tuple[picks.Picked, Settings]:
    """Return what was picked, and the settings of the lesson function."""
    chosen = {name: value for name, value in settings.items() if name != "method"}
    result: picks.Picked = parts.run(settings["method"], **chosen)
    return result, chosen


def questions(settings: Settings) -> list[Question]:
    """Ask for the shape of y, and whether writing into it changes x."""
    method = settings["method"]
    result, chosen = picked(settings)
    answers = asked.picked_answers(method, chosen, result)
    line = picks.written_out(method, **chosen).splitlines()[-2]
    fields = {"shape": chosen["shape"], "line": line}
    shape = _("x has the shape {shape}. What is the shape of y after `{line}`?", **fields)
    write = _("x has the shape {shape}. After `{line}` you write into y: `y.fill_(-1)`. How many "
              "elements of x change?", **fields)  # fmt: skip
    return [
        parts.question(name, text, parts.options(answers[name], told, asked.LABELS))
        for name, text, told in (
            ("shape", shape, asked.SHAPE_FEEDBACK),
            ("write", write, asked.WRITE_FEEDBACK),
        )
    ]


def challenge(settings: Settings) -> Goal:
    """Ask for the corners of a square."""
    result, chosen = picked(settings)
    progress = _("x is {shape}.", shape=chosen["shape"])
    if chosen["shape"] == (5, 5):
        found, others = asked.corners(result)
        progress = _("{found} of the 4 corners, and {others} others.", found=found, others=others)
    return Goal(
        _("Make x 5 by 5 and pick its four corners, each once, with one index in brackets."),
        asked.reaches(settings["method"], chosen["shape"], result),
        progress,
        _("`x[::4, ::4]` picks them as a view. Lists copy, and are paired: `x[[0, -1], [0, -1]]` "
          "is only two corners. All four take four pairs, or, in a program of yours, lists that "
          "stretch to a grid: `x[[[0], [-1]], [0, -1]]`."),
    )  # fmt: skip


def program(settings: Settings) -> Program:
    """Return the program that picked."""
    return Program(settings["method"], picked(settings)[1])


def hints(_settings: Settings) -> Hints:
    """Say how to reach four corners at once."""
    return Hints(
        _("The corners lie in the first and in the last row, and in the first and the last "
          "column."),
        _("A slice may have a step: `start:stop:step`. From 0 to 4 is a step of 4."),
        {"method": "x[...]", "shape": "(5, 5)", "index": "x[::4, ::4]"},
    )  # fmt: skip


parts.page(
    "index",
    controls=controls,
    questions=questions,
    challenge=challenge,
    hints=hints,
    program_of=program,
)
