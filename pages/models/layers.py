"""Layers: what each one does to the numbers that go through it."""

from typing import Any

import streamlit as st

from lib.lessons.models.layers import figures
from lib.lessons.models.layers import lesson as layers
from lib.lessons.models.layers import notes as layers_notes
from lib.lessons.models.layers import questions as asked
from lib.lessons.models.layers.formulas import parameter_formula, shape_formula
from lib.lessons.models.layers.images import FILTERS, IMAGES
from lib.lessons.models.layers.settings import parse_indices, parse_rows
from pages.parts import control
from pages.parts.challenge import challenge
from pages.parts.chart import chart
from pages.parts.lesson import lesson
from pages.parts.models.layers_arguments import arguments
from pages.parts.numbers import numbers
from pages.parts.parsed_input import parsed_input
from pages.parts.predict import ask, options, reveal
from pages.parts.program import program
from pages.parts.run import run
from pages.parts.run_result import literal
from pages.parts.text import _, translated

TYPED = "typed"
ROWS = ("0, 0, 9; 0, 9, 0; 9, 0, 0", "1, 2; 3", "1, x", "0.5", "")
INDICES = ("1, 0", "0, 5", "a", "-1")
OPTIONS: dict[str, dict[str, Any]] = {"weight": FILTERS}


def page() -> None:
    """Show the lesson."""
    questions = st.container()
    left, right = st.columns([1, 2], gap="medium")
    with left:
        name, settings = controls()
        shown = reveal(_("Show the answers"))
    layer = layers.LAYERS[name]
    result = run(layer.function, **settings)
    refused = getattr(result, "refused", "")
    with right:
        st.markdown(_(layer.does))
        if refused:
            st.warning(literal(refused), icon=":material/block:")
        else:
            drawn = run(layers.at_work, layer=name, **settings) if layer.kind == "steps" else result
            words = translated(figures.WORDS)
            alt = _("What {layer} does to an input of shape {shape}.")
            told = alt.format(layer=name, shape=result.shape_in)
            chart(figures.picture, layer.kind, drawn, not shown, words, key=layer.kind, alt=told)
    with questions:
        if refused:
            st.info(_("PyTorch refuses these settings. Below it says why, in its own words."))
        else:
            predictions(name, result, settings)
    if not refused:
        facts(name, result, settings, shown)
    notes()
    program(layer.function, **settings)
    stands = f"{name} `{result.shape_in}`"
    if shown and not refused:
        stands += f" → `{result.shape_out}`, {result.parameters} {_('parameters')}"
    challenge(
        _("Turn 28 by 28 into 7 by 7 with one `Conv2d` that has at least 16 output channels and "
          "at most 200 parameters."),
        asked.reaches(name, result),
        stands,
        _("Stride makes the picture small for free. What costs is the window: with 16 filters "
          "one of 3 by 3 fits the budget, one of 4 by 4 does not."),
    )  # fmt: skip


def controls() -> tuple[str, dict[str, Any]]:
    """Show the menu of layers and the chosen one's own arguments; return both."""
    name = control.menu("layer", _("layer"), layers.LAYERS, "Conv2d")
    layer = layers.LAYERS[name]
    rest = list(layer.function.rules)  # type: ignore[attr-defined]
    settings: dict[str, Any] = {}
    if "rows" in rest and "image" in rest:
        rest = [each for each in rest if each not in ("image", "rows", "size")]
        settings = image(layer)
    if "indices" in rest:
        rest.remove("indices")
        label = _(layers.LABELS["indices"])
        settings["indices"] = parsed_input("indices", label, "0, 1, 1", INDICES, parse_indices, most=20)
    labels = translated({**layers.LABELS, **layers.OWN_LABELS.get(name, {})})
    return name, settings | arguments(layer.function, rest, labels, layer.family, OPTIONS)


def image(layer: layers.Layer) -> dict[str, Any]:
    """Show the controls for the input of a layer that slides over an image."""
    choices: dict[str, Any] = {**IMAGES, TYPED: None}
    chosen = control.choice("image", _(layers.LABELS["image"]), choices, "edge")
    if chosen is None:
        label = _(layers.TYPED)
        start = "0, 0, 5, 0; 0, 5, 0, 0; 5, 0, 0, 0; 9, 9, 9, 9"
        return {"rows": parsed_input("rows", label, start, ROWS, parse_rows)}
    sizes = layer.function.rules["size"].options  # type: ignore[attr-defined]
    return {
        "image": chosen,
        "size": control.scale("size", _(layers.LABELS["size"]), sizes, 6),
    }


def predictions(name: str, result: Any, settings: dict[str, Any]) -> None:
    """Ask for the shape, and for what is most worth asking of this layer."""
    about = {"layer": name, **settings}
    shape = _("`{layer}` gets `{shape}`. Which shape comes out?")
    shapes = options(asked.shape_guesses(name, result, settings), asked.TOLD_SHAPE)
    question = asked.second(name, result, settings)
    words = _(question.words).format(**question.fields)
    ask(
        ("shape", shape.format(layer=name, shape=result.shape_in), shapes, about),
        (question.name, words, options(question.guesses, question.told), about),
    )


def facts(name: str, result: Any, settings: dict[str, Any], shown: bool) -> None:
    """Show the formulas with the numbers put in, beside what the real layer says."""
    shape = shape_formula(name, result.shape_in, settings)
    parameters = parameter_formula(name, settings)
    rows = {
        _("shape that goes in"): f"`{result.shape_in}`",
        _("shape that comes out, by the formula"): f"{shape.words} `{shape.value}`",
        _("shape of the real output"): f"`{result.shape_out}`",
        _("parameters, by the formula"): parameters.words,
        _("parameters of the real layer"): result.parameters,
    }
    more = {_(label): value for label, value in layers_notes.more(result).items()}
    numbers(rows | more, shown, always=list(rows)[:1])


def notes() -> None:
    """Show the notes' lines on layers, run."""
    st.markdown(f"**{_('The notes, line by line')}**")
    lines = [
        f"- `{line.code}`: {_(layers_notes.TOLD[line.code])} `{line.says}`"
        for line in run(layers_notes.notes)
    ]
    st.markdown("\n".join(lines))


lesson("layers", page)
