"""Gradients: what backward() leaves in x.grad."""

import streamlit as st

from lib.lessons.autograd.gradients import lesson as gradients
from lib.lessons.autograd.gradients import reference
from lib.lessons.autograd.gradients.questions import SLOPE_FEEDBACK, TWICE_FEEDBACK, guesses
from lib.lessons.autograd.gradients.scene import PLACES
from pages import parts
from pages.parts import Goal, Hints, Program, Question, Settings, _, control

FORWARD = ("expression", "x", "n", "steps")  # what the value of out depends on
ONCE = (*FORWARD, "detach", "no_grad")  # what one backward depends on


def controls() -> Settings:
    """Show the controls; the steps of a chain only where there is one."""
    values = parts.shown(
        {
            "x": _("every element of x"),
            "n": _("x is n by n"),
            "calls": _("times forward and backward"),
        }
    )
    with parts.more():
        values["expression"] = control.show("expression", _("out is"))
        if values["expression"] is gradients.chain:
            values |= chain()
        values |= parts.shown(
            {
                "zero_between": _("zero x.grad before each backward"),
                "detach": _("detach"),
                "no_grad": _("forward under torch.no_grad()"),
            }
        )
    return values


def chain() -> Settings:
    """Show the controls of an expression you build."""
    values: Settings = {}
    for place in range(1, len(PLACES) + 1):
        left, right = st.columns(2)
        with left:
            values |= parts.shown({f"step{place}": _("step {place}", place=place)})
        with right:
            values |= parts.shown({f"number{place}": _("number")})
    return values | parts.shown({"end": _("then")})


def questions(settings: Settings) -> list[Question]:
    """Ask for the slope, for what a second backward makes of it, and why a mean makes it small."""
    exact = parts.run(reference.formula, **{name: settings[name] for name in FORWARD})
    once = parts.run(gradients.what_backward_leaves, **{name: settings[name] for name in ONCE})
    answers = guesses(exact, settings["n"], once.grad)
    slope = _(
        "x is {x:g}, {n} by {n}. What is every element of `x.grad` after one `backward()`?",
        x=settings["x"],
        n=settings["n"],
    )
    twice = _(
        "x is {x:g}, {n} by {n}. And after a second forward and backward, if nobody zeroes it?",
        x=settings["x"],
        n=settings["n"],
    )
    because = _("out is the mean of n² elements")
    why = {
        _("x is smaller"): _("Every element of x is what you set it to, for any n."),
        because: _("There are n² of them, so each one moves it by only 1/n² of its own slope."),
        _("backward() divides by n"): _("backward() knows no n. The mean in forward does."),
    }
    return [
        parts.question("slope", slope, parts.options(answers["slope"], SLOPE_FEEDBACK)),
        parts.question("twice", twice, parts.options(answers["twice"], TWICE_FEEDBACK)),
        parts.question(
            "why", _("out = z.mean(): why does x.grad shrink as n grows?"), (because, why)
        ),
    ]


def challenge(settings: Settings) -> Goal:
    """Ask for the notes' gradient at another n."""
    result = parts.run(gradients.what_backward_leaves, **settings)
    notes = settings["expression"] is gradients.mean_of_square and settings["calls"] == 1
    return Goal(
        _("With the mean of 3(x+2)² and one backward, make every element of `x.grad` 4.5, with an "
          "n other than 2."),
        notes and settings["n"] != 2 and reference.reaches(result),
        f"n = {settings['n']}, x = {settings['x']:g}",
        _("Each element counts 1/n². Where n is smaller it counts more, so x has to be where the "
          "curve is less steep."),
    )  # fmt: skip


def program(settings: Settings) -> Program:
    """Return the program that went forward and backward."""
    return Program(gradients.what_backward_leaves, settings)


def hints(_settings: Settings) -> Hints:
    """Say how n and x share the slope."""
    return Hints(
        _("The mean divides by n · n elements. With another n, each element counts more or less."),
        _("With n = 1 the one element counts four times as much as with n = 2, so x + 2 has to be "
          "a quarter of 3."),
        {"x": -1.25, "n": 1, "calls": 1, "expression": "mean(3(x+2)²)", "detach": "nowhere",
            "no_grad": False},
    )  # fmt: skip


parts.page(
    "gradients",
    controls=controls,
    questions=questions,
    challenge=challenge,
    hints=hints,
    program_of=program,
)
