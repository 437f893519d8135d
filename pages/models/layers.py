"""Layers: what each one does to the numbers that go through it."""

from typing import Any, NamedTuple

import streamlit as st

from lib.lessons.models.layers import figures, lesson, questions
from lib.lessons.models.layers.reference import parameter_formula, shape_formula
from pages import parts
from pages.parts import _, control
from pages.parts.models.layers_arguments import arguments, inputs


class State(NamedTuple):
    """What the controls say, and what comes of it."""

    name: str
    layer: lesson.Layer
    settings: dict[str, Any]
    applied: lesson.Applied
    refused: str
    revealed: bool


def controls() -> State:
    """Show the menu of layers and the chosen one's own arguments."""
    name = control.menu("layer", _("layer"), lesson.LAYERS, "Conv2d")
    layer = lesson.LAYERS[name]
    settings = {**inputs(layer), **arguments(name, layer)}
    revealed = parts.reveal(_("Show the answers"))
    applied = parts.run(lesson.apply, layer=name, **settings)
    refused = getattr(applied.result, "refused", "")
    return State(name, layer, settings, applied, refused, revealed)


def picture(state: State) -> None:
    """Draw the layer, or say in PyTorch's own words why it refuses these settings."""
    st.markdown(_(state.layer.summary))
    if state.refused:
        st.warning(parts.literal(state.refused), icon=":material/block:")
        return
    parts.chart(
        figures.picture,
        kind=state.layer.kind,
        result=state.applied.drawn,
        key=state.layer.kind,
        alt=_(
            "What {layer} does to an input of shape {shape}.",
            layer=state.name,
            shape=state.applied.result.shape_in,
        ),
        revealed=state.revealed,
    )


def ask(state: State) -> None:
    """Ask for the shape, and for what is most worth asking of this layer."""
    if state.refused:
        st.info(_("PyTorch refuses these settings. Below it says why, in its own words."))
        return
    name, settings, result = state.name, state.settings, state.applied.result
    about = {"layer": name, **settings}
    shapes = questions.shape_answers(name, result, settings)
    second = questions.second(name, result, settings)
    parts.ask(
        (
            "shape",
            _("`{layer}` gets `{shape}`. Which shape comes out?",
              layer=name, shape=result.shape_in),
            parts.options(shapes, questions.SHAPE_FEEDBACK),
            about,
        ),
        (
            second.name,
            _(second.words, **second.fields),
            parts.options(second.answers, second.feedback),
            about,
        ),
    )  # fmt: skip


def numbers(state: State) -> None:
    """Show the formulas with the numbers put in, beside what the real layer returns."""
    if state.refused:
        return
    result = state.applied.result
    shape = shape_formula(state.name, result.shape_in, state.settings)
    parameters = parameter_formula(state.name, state.settings)
    rows = {
        _("shape that goes in"): f"`{result.shape_in}`",
        _("shape that comes out, by the formula"): f"{shape.words} `{shape.value}`",
        _("shape of the real output"): f"`{result.shape_out}`",
        _("parameters, by the formula"): parameters.words,
        _("parameters of the real layer"): result.parameters,
    }
    more = {_(label): value for label, value in lesson.metrics(result).items()}
    parts.numbers(rows | more, state.revealed, always=list(rows)[:1])


def program(state: State) -> None:
    """Show the program that applied the layer."""
    parts.program(state.layer.function, **state.settings)


def lines(_state: State) -> None:
    """Show the cheat sheet's lines on layers, run."""
    st.markdown(f"**{_('The cheat sheet, line by line')}**")
    found = parts.run(lesson.run_lines).items()
    st.markdown("\n".join(f"- `{line}`: {_(lesson.LINES[line])} `{says}`" for line, says in found))


def challenge(state: State) -> None:
    """Ask for a convolution that shrinks an image with few parameters."""
    result = state.applied.result
    progress = f"{state.name} `{result.shape_in}`"
    if state.revealed and not state.refused:
        progress += f" → `{result.shape_out}`, {result.parameters} {_('parameters')}"
    parts.challenge(
        _("Turn 28 by 28 into 7 by 7 with one `Conv2d` that has at least 16 output channels and "
          "at most 200 parameters."),
        questions.reaches(state.name, result),
        progress,
        _("Stride makes the image small for free. What costs is the window: with 16 filters "
          "one of 3 by 3 fits the budget, one of 4 by 4 does not."),
    )  # fmt: skip


parts.lesson(
    "layers",
    controls=controls,
    picture=picture,
    questions=ask,
    numbers=numbers,
    program=program,
    more=lines,
    challenge=challenge,
)
