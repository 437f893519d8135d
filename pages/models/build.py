"""Build: layers put together, edited in place, with the shape on every edge."""

from typing import Any

import streamlit as st

from lib.core.rules import Between
from lib.lessons.models.build import figures, work
from lib.lessons.models.build import layers as chains
from lib.lessons.models.build import lesson as networks
from lib.lessons.models.build import questions as asked
from lib.lessons.models.build import text as texts
from lib.lessons.models.build.grammar import read_shape
from pages.parts import control
from pages.parts.chart import chart
from pages.parts.lesson import lesson
from pages.parts.models.build_network import built, looks, refusal
from pages.parts.models.build_rows import layer_rows, layers_line
from pages.parts.models.build_trained import trained
from pages.parts.numbers import numbers
from pages.parts.parsed_input import parsed_input
from pages.parts.predict import ask, options, reveal
from pages.parts.program import program
from pages.parts.text import _, translated

CHAINS = (
    "Lambda(preprocess), Conv2d(1, 8, 3, stride=2, padding=1), ReLU(), Flatten(), Linear(784, 10)",
    "nn.Sequential(nn.Linear(784, 32), nn.ReLU(), Lambda(lambda x: x.view(x.size(0), -1)))",
    "LSTM(28, 64, batch_first=True), Linear(64, 10)",
    "Dropout(0.4)",
    "Conv2d(1, 2)",
    "__import__('os')",
    "Linear(99999, 99999)",
    "",
)
SHAPES = ("64, 1, 28, 28", "(8, 784)", "64, 28, 28", "1", "0, 4", "four", "1024, 1024")
LINK = "https://docs.pytorch.org/tutorials/beginner/examples_nn/two_layer_net_module.html"
EDGES = Between(1, chains.MOST_LAYERS)


def page() -> None:
    """Show the lesson."""
    questions = st.container()
    left, right = st.columns([4, 5], gap="medium")
    with left:
        key, shape, layers, rows = controls()
        settings, result = built(key, {"layers": layers, "shape": shape})
        layers, shape = settings["layers"], settings["shape"]
        with st.container(horizontal=True):
            style = control.buttons("style", _("written as"), texts.STYLES)
            optimizer = control.buttons("optimizer", _("optimizer"), tuple(texts.OPTIMIZERS))
        edge = control.slider("edge", _("ask me about the shape after layer"), EDGES, 4)
        if edge > len(layers):
            edge = len(layers)
            st.caption(_("The network ends after layer {edge}, so you are asked about that "
                         "one.").format(edge=edge))  # fmt: skip
        shown = reveal(_("Show shapes and parameters"))
    failing = len(result.shapes) - 1 if result.refused and shown else None
    layer_rows(rows, key, layers, failing)
    with right:
        alt = _("{count} layers from top to bottom, with the shape on every edge; the input is "
                "{shape}.").format(count=len(layers), shape=shape)  # fmt: skip
        words = translated(figures.WORDS)
        what = (layers, result, edge, shown, words)
        chart(figures.chain, *what, key="chain", alt=alt, still=not shown)
        if shown and result.refused:
            refusal(key, settings, result)
    with questions:
        predictions(settings, result, edge)
    table(result, shown)
    programs = {
        name: make(layers, result, optimizer, shown) for name, make in texts.PROGRAMS.items()
    }
    looks(settings, result, programs, style, shown)
    program(networks.build, **settings)
    trained(layers, shape, optimizer)


def controls() -> tuple[str, chains.Shape, chains.Layers, Any]:
    """Show the controls.

    Returns:
        The name of the setting that holds the chain, the shape of the input, the chain, and where
        its rows are to be shown.
    """
    names = {
        "notes": _("The network of the notes."),
        "two-layer": _("The notes link to it: [a network of one's own]({link}).").format(link=LINK),
        "LeNet-like": _("Like LeNet, which read the amounts on checks in the nineties."),
        "LSTM": _("Reads a picture row by row, and answers after the last one."),
    }
    preset = control.menu("preset", _("start from"), chains.PRESETS)
    start = chains.PRESETS[preset]
    st.caption(names[preset])
    # Each preset keeps fields of its own, which begin with what it is.
    name = f"{preset}.layers"
    text = chains.shape_text(start.shape)
    label = _("shape of the input; the first axis counts the samples")
    shape = parsed_input(f"{preset}.input", label, text, SHAPES, read_shape)
    rows = st.container()
    return name, shape, layers_line(name, start.layers, CHAINS), rows


def predictions(settings: dict[str, Any], result: networks.Built, edge: int) -> None:
    """Ask for the shape after a layer, and for the number of parameters."""
    layers = settings["layers"]
    answers = asked.guesses(layers, result, edge)
    shape = _("The input has the shape {shape}. Which shape comes out of layer {edge}, "
              "`{layer}`?")  # fmt: skip
    told = shape.format(shape=settings["shape"], edge=edge, layer=chains.written(layers[edge - 1]))
    total = _("How many parameters, weights and biases, does the whole network have?")
    ask(
        ("shape", told, options(answers["shape"], asked.TOLD, asked.LABELS),
         {**settings, "edge": edge}),
        ("total", total, options(exact(answers["total"]), asked.TOLD_TOTAL, sort=False), settings),
    )  # fmt: skip


def exact(guesses: Any) -> Any:
    """Return the guesses in order of size, with all digits of large numbers."""
    rows = sorted(guesses, key=lambda guess: guess.value)
    return [guess._replace(value=f"{guess.value:,}") for guess in rows]


def table(result: networks.Built, shown: bool) -> None:
    """Show the network in numbers."""
    parameters, samples = sum(result.parameters), result.shapes[0][0]
    made = work.numbers_made(result.shapes)
    products = sum(result.multiply_adds)
    numbers(
        {
            _("parameters"): f"`{parameters:,}`",
            _("memory of the parameters, float32"): f"`{4 * parameters:,}` {_('bytes')}",
            _("memory of what the layers make, for {count} samples").format(count=samples): (
                f"`{4 * made:,}` {_('bytes')}"
            ),
            _("multiply-adds for {count} samples").format(count=samples): f"`{products:,}`",
            _("multiply-adds for one sample"): f"`{products // samples:,}`",
        },
        shown,
    )


lesson("build", page)
