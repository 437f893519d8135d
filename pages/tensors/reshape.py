"""Reshape: one memory, and the many ways to read it."""

import streamlit as st

from lib.lessons.tensors.reshape import lesson as reshape
from lib.lessons.tensors.reshape import rotation
from lib.lessons.tensors.reshape.questions import (
    LABELS,
    STRIDE_FEEDBACK,
    VIEW_FEEDBACK,
    guesses,
    subject,
)
from lib.lessons.tensors.reshape.steps import METHODS, call
from pages import parts
from pages.parts import Goal, Hints, Program, Question, Settings, _
from pages.parts.tensors.reshape_photo import photo

FEW = 2  # steps that stand beside the picture; the others are under More
STRIDES = ("start", "down", "right")  # the settings of the second picture


def controls() -> Settings:
    """Show the shape, the steps, and the strides of your own."""
    values = parts.shown({"shape": _("shape of x")})
    for place in range(1, FEW + 1):
        values |= step(place)
    values |= parts.shown({"start": _("start in memory")})
    left, right = st.columns(2)
    with left:
        values |= parts.shown({"down": _("stride of a step down")})
    with right:
        values |= parts.shown({"right": _("stride of a step right")})
    with parts.more():
        for place in range(FEW + 1, 5):
            values |= step(place)
    return values


def step(place: int) -> Settings:
    """Show a step's method and, where it takes numbers, their field."""
    name = f"step{place}"
    left, right = st.columns(2)
    with left:
        values = parts.shown({name: _("step {place}", place=place)})
    method = values[name]
    if METHODS.get(method):
        with right:
            values |= parts.shown({f"{name}.{method}": f".{method}( )"})
    return values


def questions(settings: Settings) -> list[Question]:
    """Ask for the strides after the first step, and what comes of the whole chain."""
    chain = {name: settings[name] for name in ("shape", "steps")}
    result = parts.run(reshape.follow, **chain)
    answers, asked = guesses(result), subject(result)
    steps = settings["steps"]
    taken = steps[: len(result.layouts) - 1] if result.too_large else steps
    strides = _(
        "`x` has the shape {shape}. What is `{code}.stride()`?",
        shape=settings["shape"],
        code=f"x{asked.call}",
    )
    view = _(
        "`x` has the shape {shape}. What comes of `{code}`?",
        shape=settings["shape"],
        code=f"x{''.join(map(call, taken))}.view(-1)",
    )
    return [
        parts.question("strides", strides, parts.options(answers["strides"], STRIDE_FEEDBACK)),
        parts.question(
            "view", view, parts.options(answers["view"], VIEW_FEEDBACK, LABELS, sort=False)
        ),
    ]


def challenge(settings: Settings) -> Goal:
    """Ask for a rotation without a copy."""
    read = parts.run(rotation.read_memory, **{name: settings[name] for name in STRIDES})
    copies = parts.run(rotation.who_copies)
    row = " ".join("?" if each is None else str(each) for each in read.elements[:3])
    return Goal(
        _("Turn x, 3 by 4, by 90 degrees without a copy: choose start and strides until the "
          "first row of the right picture is 3 7 11 (left) or 8 4 0 (right)."),
        rotation.reaches(read),
        _("the first row is {row}.", row=row),
        _(rotation.LEARNED, numpy=not copies.numpy_shares, torch=not copies.torch_shares),
    )  # fmt: skip


def program(settings: Settings) -> Program:
    """Return the program that took the steps."""
    return Program(reshape.follow, {name: settings[name] for name in ("shape", "steps")})


def hints(_settings: Settings) -> Hints:
    """Say where a rotated picture begins to read."""
    return Hints(
        _("The first number of the right picture is where reading starts in memory: 3 or 8."),
        _("For 3 7 11, one step to the right goes one row further in x, which is 4 places; one "
          "step down goes one place back."),
        {"start": 3, "down": -1, "right": 4},
    )  # fmt: skip


parts.page(
    "reshape",
    controls=controls,
    questions=questions,
    challenge=challenge,
    hints=hints,
    program_of=program,
    below=photo,
)
