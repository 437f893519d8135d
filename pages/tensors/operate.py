"""Operate: what two tensors become together, and what one becomes in another dtype."""

from typing import Any

import streamlit as st

from lib.lessons.tensors.operate import conversion
from lib.lessons.tensors.operate import lesson as operate
from lib.lessons.tensors.operate import questions as asked
from lib.lessons.tensors.operate.forms import line_of
from lib.lessons.tensors.operate.scene import BROADCAST, CONVERT, prefix_of
from pages import parts
from pages.parts import Goal, Hints, Program, Question, Settings, _


def controls() -> Settings:
    """Show the controls of the part that is open."""
    values = parts.shown({"part": _("what to look at")})
    if values["part"] == CONVERT:
        return values | one_number()
    left, right = st.columns(2)
    with left:
        values |= parts.shown({"operation": _("operation")})
    operation = values["operation"]
    with right:
        values |= parts.shown({f"{operation}.form": _("written as")})
    prefix = prefix_of(operation)
    for kind, place in (("shape", st.container()), ("dtype", parts.more())):
        for name, column in zip("xy", place.columns(2), strict=True):
            label = f"{_('shape of') if kind == 'shape' else _('dtype of')} {name}"
            with column:
                values |= parts.shown({f"{prefix}{name}_{kind}": label})
    return values


def one_number() -> Settings:
    """Show the controls of a conversion."""
    values = parts.shown({"value": _("value")})
    left, right = st.columns(2)
    with left:
        values |= parts.shown({"source": _("from dtype")})
    with right:
        values |= parts.shown({"target": _("to dtype")})
    return values


def chosen(settings: Settings) -> Settings:
    """Return the settings of the lesson function: all but which part is open."""
    return {name: value for name, value in settings.items() if name != "part"}


def questions(settings: Settings) -> list[Question]:
    """Ask for shape and dtype, or for number and cost."""
    if settings["part"] == BROADCAST:
        return combined_questions(**chosen(settings))
    made = parts.run(conversion.convert, **chosen(settings))
    route = parts.run(conversion.route, **chosen(settings))
    answers = asked.conversion_answers(made, route, **chosen(settings))
    value = _("What does `{value:g}` as {source} become as {target}?", **settings)
    cost = _("`{value:g}` as {source} becomes {target}: how many bytes of new memory does each "
             "such number take?", **settings)  # fmt: skip
    return [
        parts.question(name, text, parts.options(answers[name], told, asked.LABELS))
        for name, text, told in (
            ("value", value, asked.VALUE_FEEDBACK),
            ("bytes", cost, asked.COST_FEEDBACK),
        )
    ]


def combined_questions(compute: Any, **tensors: Any) -> list[Question]:
    """Ask which shape two tensors make together, and which dtype."""
    result = parts.run(operate.combine, compute=compute, **tensors)
    x, y, x_dtype, y_dtype = tensors.values()
    answers = asked.combined_answers(result, compute, x, y, x_dtype, y_dtype)
    fields = {**tensors, "line": line_of(compute)}
    shape = _("`x` is {x_dtype} of shape {x_shape}, `y` {y_dtype} of shape {y_shape}. Which shape "
              "does `{line}` give?", **fields)  # fmt: skip
    dtype = _("`x` is {x_dtype} of shape {x_shape}, `y` {y_dtype} of shape {y_shape}. Which dtype "
              "does `{line}` give?", **fields)  # fmt: skip
    return [
        parts.question("shape", shape,
                       parts.options(answers["shape"], asked.SHAPE_FEEDBACK, asked.LABELS)),
        parts.question("dtype", dtype,
                       parts.options(answers["dtype"], asked.DTYPE_FEEDBACK, asked.LABELS)),
    ]  # fmt: skip


def challenge(settings: Settings) -> Goal:
    """Ask for a shape reached by changing one tensor, or for another number that wraps to 44."""
    if settings["part"] == BROADCAST:
        result = parts.run(operate.combine, **chosen(settings))
        x, y = settings["x_shape"], settings["y_shape"]
        return Goal(
            _("Begin with shapes `4, 1` and `3`, and reach a result of shape `(2, 4, 3)` by "
              "changing only one of the two."),
            asked.reaches(result, x, y),
            f"x `{x}`, y `{y}`",
            _("A new axis on the left of one tensor is enough: the other one is stretched along "
              "it."),
        )  # fmt: skip
    made = parts.run(conversion.convert, **chosen(settings))
    return Goal(
        _("Find a number above 1000 that becomes the same uint8 as 300 does."),
        asked.wraps_to_44(made, settings["target"]),
        f"`{settings['value']:g}` → {settings['target']}",
        _("Numbers that differ by a multiple of 256 have the same last 8 bits, all a uint8 keeps."),
    )


def program(settings: Settings) -> Program:
    """Return the program that combined the two, or converted the one."""
    is_one = settings["part"] == CONVERT
    return Program(conversion.convert if is_one else operate.combine, chosen(settings))


def hints(settings: Settings) -> Hints:
    """Say which axis is missing, or how far apart numbers are that become the same."""
    if settings["part"] == BROADCAST:
        return Hints(
            _("Shapes line up from the right. Which length does neither of the two have yet?"),
            _("Write an axis of length 2 in front of the shape of x."),
            {"operation": "add", "x_shape": "2, 4, 1", "y_shape": "3"},
        )
    return Hints(
        _("A uint8 counts up to 255 and begins again at 0."),
        _("So numbers that are 256 apart become the same: add 256 to 300 until it is above 1000."),
        {"value": 1068.0, "source": "float32", "target": "uint8"},
    )


parts.page(
    "operate",
    controls=controls,
    questions=questions,
    challenge=challenge,
    hints=hints,
    program_of=program,
)
