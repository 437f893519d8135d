"""Build: layers put together, edited in place, with the shape on every edge."""

from typing import Any, NamedTuple

import streamlit as st

from lib.core.rules import Between
from lib.lessons.models.build import figures, lesson, questions
from lib.lessons.models.build.cost import numbers_made
from lib.lessons.models.build.layer_kinds import (
    MOST_LAYERS,
    PRESETS,
    Layers,
    Shape,
    shape_text,
    written,
)
from lib.lessons.models.build.text import OPTIMIZERS, PROGRAMS, read_shape
from pages import parts
from pages.parts import _, control
from pages.parts.models.build_network import built, refusal, views
from pages.parts.models.build_rows import layer_rows, layers_line
from pages.parts.models.build_trained import trained

SHAPES = ("64, 1, 28, 28", "(8, 784)", "64, 28, 28", "1", "0, 4", "four", "1024, 1024")
LINK = "https://docs.pytorch.org/tutorials/beginner/examples_nn/two_layer_net_module.html"
EDGES = Between(1, MOST_LAYERS)


class State(NamedTuple):
    """What the controls say, and what comes of it."""

    name: str  # of the setting that holds the layers
    layers: Layers
    shape: Shape
    style: str
    optimizer: str
    edge: int
    result: lesson.Built
    revealed: bool

    @property
    def settings(self) -> dict[str, Any]:
        """What the lesson functions take."""
        return {"layers": self.layers, "shape": self.shape}


def controls() -> State:
    """Show the controls."""
    captions = {
        "convolutional": _("Three convolutions and a mean, as in the tutorial on torch.nn."),
        "two-layer": _("As in PyTorch's examples: [a network of one's own]({link}).", link=LINK),
        "LeNet-like": _("Like LeNet, which read the amounts on checks in the nineties."),
        "LSTM": _("Reads an image row by row, and classifies it after the last one."),
    }
    preset = control.menu("preset", _("start from"), PRESETS)
    start = PRESETS[preset]
    st.caption(captions[preset])
    # Each preset keeps fields of its own, which begin with what it is.
    label = _("shape of the input; the first axis counts the samples")
    text = shape_text(start.shape)
    wanted = parts.parsed_input(f"{preset}.input", label, text, SHAPES, read_shape)
    rows, name = st.container(), f"{preset}.layers"
    line = layers_line(name, start.layers)
    layers, shape, result = built(name, line, wanted)
    with st.container(horizontal=True):
        style = control.buttons("style", _("written as"), tuple(PROGRAMS))
        optimizer = control.buttons("optimizer", _("optimizer"), tuple(OPTIMIZERS))
    edge = control.slider("edge", _("ask me about the shape after layer"), EDGES, 4)
    if edge > len(layers):
        edge = len(layers)
        st.caption(_("The network ends after layer {edge}, so you are asked about that one.",
                     edge=edge))  # fmt: skip
    revealed = parts.reveal(_("Show shapes and parameters"))
    failing = len(result.shapes) - 1 if result.refused and revealed else None
    layer_rows(rows, name, layers, failing)
    return State(name, layers, shape, style, optimizer, edge, result, revealed)


def picture(state: State) -> None:
    """Draw the network; say why it ends early, if it does, in PyTorch's own words."""
    parts.chart(
        figures.network,
        layers=state.layers,
        result=state.result,
        edge=state.edge,
        key="network",
        alt=_("{count} layers from top to bottom, with the shape on every edge; the input is "
              "{shape}.", count=len(state.layers), shape=state.shape),
        revealed=state.revealed,
    )  # fmt: skip
    if state.revealed and state.result.refused:
        refusal(state.name, state.settings, state.result)


def ask(state: State) -> None:
    """Ask for the shape after a layer, and for the number of parameters."""
    layers, result, edge = state.layers, state.result, state.edge
    found: Any = questions.total_answers(layers, result)
    totals = sorted(found, key=lambda each: each.value)
    written_out = [each._replace(value=f"{each.value:,}") for each in totals]
    parts.ask(
        (
            "shape",
            _("The input has the shape {shape}. Which shape comes out of layer {edge}, "
              "`{layer}`?", shape=state.shape, edge=edge, layer=written(layers[edge - 1])),
            parts.options(questions.shape_answers(layers, result, edge),
                          questions.SHAPE_FEEDBACK, questions.LABELS),
            {**state.settings, "edge": edge},
        ),
        (
            "total",
            _("How many parameters, weights and biases, does the whole network have?"),
            parts.options(written_out, questions.TOTAL_FEEDBACK, sort=False),
            state.settings,
        ),
    )  # fmt: skip


def numbers(state: State) -> None:
    """Show the network in numbers."""
    result, samples = state.result, state.shape[0]
    parameters, products = sum(result.parameters), sum(result.multiply_adds)
    activations = 4 * numbers_made(result.shapes)
    rows = {
        _("parameters"): f"`{parameters:,}`",
        _("memory of the parameters, float32"): f"`{4 * parameters:,}` {_('bytes')}",
        _("memory of what the layers return, for {count} samples", count=samples):
            f"`{activations:,}` {_('bytes')}",
        _("multiply-adds for {count} samples", count=samples): f"`{products:,}`",
        _("multiply-adds for one sample"): f"`{products // samples:,}`",
    }  # fmt: skip
    parts.numbers(rows, state.revealed)


def program(state: State) -> None:
    """Show the network as a program and as other tools see it; then what made the numbers."""
    views(state.settings, state.result, state.style, state.optimizer, state.revealed)
    parts.program(lesson.build, **state.settings)


def challenge(state: State) -> None:
    """Ask for a network with half the parameters that is nearly as accurate."""
    trained(state.layers, state.shape, state.optimizer)


parts.lesson(
    "build",
    controls=controls,
    picture=picture,
    questions=ask,
    numbers=numbers,
    program=program,
    challenge=challenge,
    columns=(4, 5),
)
