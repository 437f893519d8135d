"""Operate: what two tensors become together, and what one becomes in another dtype."""

from functools import partial
from typing import Any

import streamlit as st

from lib.lessons.tensors.operate import figures
from lib.lessons.tensors.operate import figures_frames as story
from lib.lessons.tensors.operate import lesson as operate
from lib.lessons.tensors.operate import questions as asks
from lib.lessons.tensors.operate.broadcasting import apart, link
from lib.lessons.tensors.operate.forms import FORMS
from lib.lessons.tensors.operate.shapes import shape
from pages.parts import control
from pages.parts.challenge import challenge
from pages.parts.chart import chart
from pages.parts.lesson import lesson
from pages.parts.numbers import numbers
from pages.parts.parsed_input import parsed_input
from pages.parts.predict import ask, options, reveal
from pages.parts.program import program
from pages.parts.run import run
from pages.parts.run_result import literal
from pages.parts.tensors.operate_convert import one_number
from pages.parts.text import _, translated

BROADCAST, CONVERT = "broadcast", "convert"
TYPED = ("2, 1, 3", "(4, 1)", "", "4 2", "4, 9", "1, 1, 1, 1", "4, 3, 3", "two")


def page() -> None:
    """Show the part that is open; the other one computes nothing."""
    questions = st.container()
    left, right = st.columns([1, 2], gap="medium")
    with left:
        part = control.buttons("part", _("what to look at"), (BROADCAST, CONVERT))
    (two_tensors if part == BROADCAST else one_number)(questions, left, right)


def two_tensors(questions: Any, left: Any, right: Any) -> None:
    """Show how two tensors are lined up and combined."""
    with left:
        operation, settings = combining()
        shown = reveal(_("Show the result"))
    result: operate.Combined = run(operate.combine, **settings)
    compute, x, x_dtype, y, y_dtype = settings.values()
    matmul = operation == "matmul"
    links = run(link, x_shape=x, y_shape=y, matmul=matmul)
    # The shape of the picture would tell the shape of the result.
    seen = links if shown else run(apart, x_shape=x, y_shape=y)
    with right:
        alt = _("x of shape {x} and y of shape {y}, their axes lined up from the right.")
        drawn = (result, seen, operation, translated(story.WORDS))
        told = alt.format(x=x, y=y)
        chart(figures.broadcasting, *drawn, key="broadcast", alt=told, still=not shown)
    with questions:
        answers = asks.guesses(result, x, y, x_dtype, y_dtype, matmul)
        line = next(text for text, form in FORMS[operation].items() if form is compute)
        question = _("Which shape does `{line}` give?").format(line=line)
        dtypes = options(answers["dtype"], asks.TOLD_DTYPE)
        ask(
            ("shape", question, options(answers["shape"], asks.TOLD), settings),
            ("dtype", _("And which dtype?"), dtypes, settings),
        )
    if result.refused and shown:
        st.error(f"**{result.error}:** {literal(result.refused)}", icon=":material/error:")
    strides = f"`{links.x.stride}` `{links.y.stride}`"
    rows = {
        "`torch.result_type(x, y)`": f"`{result.promoted}`",
        "`result.dtype`": f"`{result.dtype}`" if result.dtype else "",
        "`result.shape`": f"`{result.shape}`" if result.shape is not None else "",
        _("memory of the result"): _(asks.MEMORY.get(result.memory, "")),
        _("strides of x and y as they are read; 0 reads the same again"): strides,
    }
    refused = _("none: PyTorch refuses")
    numbers({name: value or refused for name, value in rows.items()}, shown)
    program(operate.combine, **settings)
    challenge(
        _("Begin with shapes `4, 1` and `3`, and reach a result of shape `(2, 4, 3)` by changing "
          "only one of the two."),
        asks.reaches(result, x, y),
        f"x `{x}`, y `{y}`",
        _("A new axis on the left of one tensor is enough: the other one is stretched along it."),
    )  # fmt: skip


def combining() -> tuple[str, dict[str, Any]]:
    """Show the controls for two tensors; return the operation and the settings."""
    operation = control.menu("operation", _("operation"), FORMS)
    # Each operation is written in its own ways.
    compute = control.choice(f"{operation}.form", _("written as"), FORMS[operation])
    settings: dict[str, Any] = {"compute": compute}
    places, below = st.columns(2), st.container()
    for place, name, begins, dtype in zip(
        places, ("x", "y"), ("4, 1", "3"), ("float32", "int64"), strict=True
    ):
        with place:
            field, read = f"{name}_shape", partial(shape, name=f"{name}_shape")
            label = f"{_('shape of')} {name}"
            settings[field] = parsed_input(field, label, begins, TYPED, read, most=20, below=below)
            field, label = f"{name}_dtype", f"{_('dtype of')} {name}"
            settings[field] = control.menu(field, label, operate.DTYPES, dtype)
    return operation, settings


lesson("operate", page)
