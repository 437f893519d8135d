"""Filters: one kernel slid over a picture, and what the filters of trained networks see."""

import streamlit as st

from lib.lessons.inside.filters import figures, kernels
from lib.lessons.inside.filters import lesson as filters
from lib.lessons.inside.filters import questions as asked
from pages import parts
from pages.parts import Goal, Hints, Program, Question, Settings, _
from pages.parts.inside import filters_numbers, filters_views
from pages.parts.inside.filters_kernel import kernel_cells
from pages.parts.picture_source import picture_source


def controls() -> Settings:
    """Show the kernel first, then where its windows lie."""
    cells = st.container()
    values = parts.shown({"down": _("windows: % down"), "across": _("% across")})
    with parts.more():
        values["image"] = picture_source(default="camera", drawing=True)
        label = _("the kernel as text: a comma between two numbers, a semicolon between rows")
        values |= parts.shown({"border": _("border"), "kernel": label})
    with cells:
        kernel_cells(values["kernel"])
    return values


def compared(settings: Settings) -> filters.Compared:
    """Return what the functions make of the picture; it does not depend on the windows."""
    chosen = {name: settings[name] for name in ("image", "kernel", "border")}
    result: filters.Compared = parts.run(filters.compare, **chosen)
    return result


def questions(settings: Settings) -> list[Question]:
    """Ask about an even surface, which preset made a picture, and what size a layer gives."""
    kernel, size = settings["kernel"], len(settings["kernel"])
    height, width = parts.run(filters.shape, image=settings["image"])
    even = _("Somewhere the picture is even: every pixel is {even:g}. What does the kernel "
             "`{kernel}` make of it there?",
             even=asked.EVEN, kernel=kernels.text_of(kernel))  # fmt: skip
    shape = _("The picture has {height} × {width} pixels. What shape comes out of "
              "`nn.Conv2d(1, 10, kernel_size={size})`?",
              height=height, width=width, size=size)  # fmt: skip
    about = {"image": settings["image"], "border": settings["border"], "size": size}
    hidden: asked.Mystery = parts.run(asked.mystery, **about, chosen=kernels.preset_of(kernel))
    edges = kernels.finds_edges(kernels.parse(kernels.PRESETS[size][hidden.name]))
    return [
        parts.question(
            "even", even,
            parts.options(parts.run(asked.even_guesses, kernel=kernel), asked.EVEN_FEEDBACK),
        ),
        parts.question(
            "preset", _("Another preset made this of your picture. Which one?"),
            parts.options(hidden.guesses, asked.FEEDBACK, sort=False),
            (figures.signed if edges else figures.shaded)(hidden.output),
            _("What one of the presets made of your picture."),
        ),
        parts.question(
            "size", shape,
            parts.options(
                parts.run(asked.size_guesses, height=height, width=width, size=size),
                asked.SIZE_FEEDBACK,
            ),
        ),
    ]  # fmt: skip


def responses(settings: Settings) -> asked.Responses:
    """Return how the kernel responds to edges of four directions."""
    result: asked.Responses = parts.run(asked.respond_to_edges, kernel=settings["kernel"])
    return result


def challenge(settings: Settings) -> Goal:
    """Ask for a kernel that responds to diagonal edges only."""
    result = responses(settings)
    return Goal(
        _("Type a kernel that responds to both diagonal edges, and to neither horizontal nor "
          "vertical ones (at most a twentieth)."),
        asked.reaches(result),
        _("horizontal {horizontal:.3g}, vertical {vertical:.3g}, falling {falling:.3g}, rising "
          "{rising:.3g}.", **result._asdict()),
        _("Every row and every column of it adds up to 0, or nearly: then a horizontal or "
          "vertical edge cancels out wherever the kernel lies. A Sobel kernel turned by 45° does "
          "not do that."),
    )  # fmt: skip


def program(settings: Settings) -> Program:
    """Return the program that compared the functions."""
    return Program(
        filters.compare, {name: settings[name] for name in ("image", "kernel", "border")}
    )


def below(settings: Settings) -> None:
    """Show the four edges, what other functions do, and the filters of networks."""
    with parts.folded("edges", _("The four edges of the challenge, under your kernel")) as is_open:
        if is_open:
            result = responses(settings)
            alt = _("Four edges and the kernel's responses: horizontal {horizontal:.3g}, vertical "
                    "{vertical:.3g}, falling {falling:.3g}, rising {rising:.3g}.",
                    **result._asdict())  # fmt: skip
            parts.chart(figures.responses, result=result, key="edges", alt=alt)
            parts.program(asked.respond_to_edges, kernel=settings["kernel"])
    with parts.folded("functions", _("OpenCV, PyTorch and mathematics side by side")) as is_open:
        if is_open:
            filters_numbers.functions(compared(settings), settings)
    with parts.folded("learned", _("Filters that a network learned")) as is_open:
        if is_open:
            filters_views.learned(settings["image"])


def hints(_settings: Settings) -> Hints:
    """Say what cancels a straight edge."""
    return Hints(
        _("A horizontal edge is the same all along a row: what a row of the kernel adds up must "
          "cancel. The same holds for columns and vertical edges."),
        _("Put 1 in two opposite corners, −1 in the other two, and 0 everywhere else."),
        {"kernel": "1, 0, -1; 0, 0, 0; -1, 0, 1"},
    )  # fmt: skip


parts.page(
    "filters",
    controls=controls,
    questions=questions,
    challenge=challenge,
    hints=hints,
    program_of=program,
    below=below,
)
