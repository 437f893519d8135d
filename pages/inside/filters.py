"""Filters: one kernel over a picture, and what the filters of trained networks see."""

from typing import Any

import streamlit as st

from lib.lessons.inside.filters import (
    edges as filters_edges,
)
from lib.lessons.inside.filters import figures
from lib.lessons.inside.filters import figures_steps as step_figures
from lib.lessons.inside.filters import (
    kernels as filters_kernels,
)
from lib.lessons.inside.filters import (
    lesson as filters,
)
from lib.lessons.inside.filters import questions as asked
from lib.lessons.inside.filters import (
    steps as filters_steps,
)
from pages.parts import control
from pages.parts.challenge import challenge
from pages.parts.chart import chart
from pages.parts.inside.filters_numbers import border_table, differences
from pages.parts.inside.filters_views import look_closer
from pages.parts.lesson import lesson
from pages.parts.parsed_input import parsed_input
from pages.parts.picture_source import picture_source
from pages.parts.predict import options, predict, reveal
from pages.parts.program import program
from pages.parts.run import run
from pages.parts.text import _, translated

TEXTS = ("0 1 0; 1 -4 1; 0 1 0", "1, 2; 3, 4", "1/0, 0, 0; 0, 1, 0; 0, 0, x", "")
DIAGONAL = "0, 1, 2; -1, 0, 1; -2, -1, 0"


def page() -> None:
    """Show the lesson."""
    questions = st.container()
    left, right = st.columns([1, 2], gap="medium")
    with left:
        preset, settings, place = controls()
        shown = reveal(_("Show the answers"))
    result: filters.Compared = run(filters.compare, **settings)
    walked: filters_steps.Walk = run(filters_steps.walk, **settings, **place)
    with right:
        pictures(result, walked, settings["kernel"])
    with questions:
        predictions(result, settings, preset)
    differences(result, settings, shown)
    border_table(settings)
    program(filters.compare, **settings)
    look_closer(settings["image"])
    diagonals()


def controls() -> tuple[str, dict[str, Any], dict[str, Any]]:
    """Show the controls; return the preset, the settings of ``compare``, and the place."""
    image = picture_source(default="camera", drawing=True)
    size = int(control.buttons("size", _("kernel size"), tuple(map(str, filters_kernels.SIZES))))
    preset = control.menu("preset", _("preset"), filters_kernels.NAMES, "sobel_x")
    kernel = parsed_input(
        f"kernel{size}.{preset}",
        _("kernel: a comma between two numbers, a semicolon between rows"),
        filters_kernels.PRESETS[size][preset],
        TEXTS if (size, preset) == (3, "sobel_x") else (),
        filters_kernels.parse,
        filters_kernels.LONGEST,
    )
    border = control.menu("border", _("border"), filters.BORDERS)
    place = {
        "down": control.slider("down", _("look closer: % down"), filters_steps.PERCENT, 30),
        "across": control.slider("across", _("% across"), filters_steps.PERCENT, 50),
    }
    return preset, {"image": image, "kernel": kernel, "border": border}, place


def pictures(
    result: filters.Compared, walked: filters_steps.Walk, kernel: filters_kernels.Kernel
) -> None:
    """Draw the ways side by side, and the kernel on its way over a few pixels."""
    edges = filters_kernels.finds_edges(kernel)
    alt = _("A picture, and what filter2D, conv2d, uint8 and true convolution make of it; "
            "convolution is off by {apart:.2g}.")  # fmt: skip
    told = alt.format(apart=result.convolution_apart)
    words = translated(figures.WORDS)
    chart(figures.compared, result, walked, edges, words, key="compared", alt=told)
    st.markdown(
        _("The kernel's numbers add up to 0, so an even surface gives 0. Orange is below zero, "
          "blue above.") if edges
        else _("Gray as `imshow` draws it: the smallest number black, the largest white.")
    )  # fmt: skip
    alt = _("The kernel steps over the pixels in the green frame: row {row}, column {column}.")
    told = alt.format(row=walked.top, column=walked.left)
    words = translated(step_figures.WORDS)
    chart(step_figures.steps, walked, words, key="steps", alt=told)


def predictions(result: filters.Compared, settings: dict[str, Any], preset: str) -> None:
    """Ask which preset made a picture, and what size comes out of a layer."""
    size = len(settings["kernel"])
    about = {"image": settings["image"], "border": settings["border"], "size": size}
    hidden: asked.Mystery = run(asked.mystery, **about, chosen=preset)
    answer, told = options(hidden.guesses, asked.TOLD, sort=False)
    first, second = st.columns(2, gap="medium")
    with first:
        edges = filters_kernels.finds_edges(
            filters_kernels.parse(filters_kernels.PRESETS[size][hidden.name])
        )
        words = translated(figures.WORDS)
        alt = _("What one of the presets made of your picture.")
        chart(figures.asked, hidden, edges, words, key="mystery", alt=alt)
        question = _("Another preset made this of your picture. Which one?")
        predict("preset", question, answer, told, {**about, "chosen": preset})
    with second:
        height, width = result.picture.shape
        question = _("The picture has {height} × {width} pixels. What shape comes out of "
                     "`nn.Conv2d(1, 10, kernel_size={size})`?")  # fmt: skip
        answer, told = options(asked.size_guesses(height, width, size), asked.TOLD_SIZE)
        shape = question.format(height=height, width=width, size=size)
        predict("size", shape, answer, told, {"height": height, "width": width, "size": size})


def diagonals() -> None:
    """Set the challenge."""
    goal = st.container()
    label = _("your kernel for diagonal edges")
    kernel = parsed_input(
        "diagonal", label, DIAGONAL, TEXTS, filters_kernels.parse, filters_kernels.LONGEST
    )
    result: filters_edges.Answers = run(filters_edges.answer_edges, kernel=kernel)
    alt = _("Four edges and the kernel's answers: level {level:.3g}, upright {upright:.3g}, "
            "falling {falling:.3g}, rising {rising:.3g}.")  # fmt: skip
    named = result._asdict()
    words = translated(figures.WORDS)
    chart(figures.answered, result, words, key="edges", alt=alt.format(**named))
    program(filters_edges.answer_edges, kernel=kernel)
    with goal:
        now = _("Answers: level {level:.3g}, upright {upright:.3g}, falling {falling:.3g}, rising "
                "{rising:.3g}.")  # fmt: skip
        challenge(
            _("Find a kernel that answers both diagonal edges, and neither level nor upright ones "
              "(at most a twentieth)."),
            filters_edges.reaches(result),
            now.format(**named),
            _("Every row and every column of it adds up to 0, or nearly: then a level or an "
              "upright edge cancels out wherever the kernel lies. A Sobel kernel turned by 45° "
              "does not do that."),
        )  # fmt: skip


lesson("filters", page)
