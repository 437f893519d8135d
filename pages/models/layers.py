"""Layers: what each one does to the numbers that go through it."""

from itertools import islice

import streamlit as st

from lib.lessons.models.layers import lesson, questions
from lib.lessons.models.layers.reference import shape_formula
from lib.lessons.models.layers.scene import NUMBER, SHAPE, called, defaults, own_names
from pages import parts
from pages.parts import Goal, Program, Question, Settings, _, control
from pages.parts.prediction import revealed

# The settings of each family that stand beside the picture; the others are under More.
FIRST = {
    "conv": ("kernel_size", "stride", "padding", "out_channels"),
    "pool": ("kernel_size", "stride", "padding"),
    "dropout": ("p", "seed"),
    "batch_norm": ("past_batches", "momentum", "channels", "size"),
    "layer_norm": ("batch", "features"),
    "lstm": ("steps", "hidden_size", "num_layers", "bidirectional"),
    "activation": ("kind", "at"),
    "regression": ("at", "target"),
    "cross_entropy": ("at", "other", "label"),
    "bce": ("at", "target"),
}


def controls() -> Settings:
    """Show the menu of layers and the chosen one's own settings."""
    left, right = st.columns(2)
    with left:
        name = control.show("layer", _("layer"))
    layer = lesson.LAYERS[name]
    st.markdown(_(layer.summary))
    rules = layer.function.rules
    labels = parts.translated({**lesson.LABELS, **lesson.OWN_LABELS.get(name, {})})
    own = {each: f"{layer.family}.{each}" for each in own_names(name)}
    first = FIRST.get(layer.family, tuple(own))
    values: Settings = {"layer": name}
    with right:
        if "indices" in rules:
            values |= parts.shown({"indices": labels["indices"]})
        if "image" in rules:
            values |= parts.shown({"image": labels["image"]})
    typed = {"rows": _(lesson.TYPED_ROWS)} if "image" in rules else {}
    if typed and values["image"] is None:
        values |= parts.shown(typed)
    values |= in_pairs({own[each]: labels.get(each, each) for each in first})
    rest = {own[each]: labels.get(each, each) for each in own if each not in first}
    if typed and values["image"] is not None:
        rest = {"size": labels["size"], **rest}
    if rest:
        with parts.more():
            values |= in_pairs(rest)
            if typed and values["image"] is not None:  # there already when a click changes it
                parts.shown(typed)
    return values


def in_pairs(labels: dict[str, str]) -> Settings:
    """Show controls, two side by side."""
    values: Settings = {}
    rest = iter(labels.items())
    while pair := dict(islice(rest, 2)):
        for place, (name, label) in zip(st.columns(2), pair.items(), strict=False):
            with place:
                values |= parts.shown({name: label})
    return values


def full(settings: Settings) -> tuple[str, Settings]:
    """Return the name of the layer, and all settings of its lesson function."""
    name = settings["layer"]
    own = {each: value for each, value in settings.items() if each != "layer"}
    return name, {**defaults(name), **own}


def ask(settings: Settings) -> list[Question]:
    """Ask for the shape, and for what is most worth asking of this layer."""
    name, own = full(settings)
    result = parts.run(lesson.LAYERS[name].function, **own)
    feedback = {
        **questions.SHAPE_FEEDBACK,
        "right": _(
            "By the formula: {words}.", words=shape_formula(name, result.shape_in, own).words
        ),
    }
    shapes = questions.shape_answers(name, result, own)
    asked = [
        parts.question(
            SHAPE,
            _("`{layer}` gets `{shape}`. Which shape comes out?",
              layer=called(name, own), shape=result.shape_in),
            parts.options(shapes, feedback, questions.LABELS),
        )
    ]  # fmt: skip
    if not getattr(result, "refused", ""):
        second = questions.second(name, result, own)
        found = parts.options(second.answers, second.feedback)
        asked.append(parts.question(NUMBER, _(second.words, **second.fields), found))
    return asked


def challenge(settings: Settings) -> Goal:
    """Ask for a convolution that shrinks an image with few parameters."""
    name, own = full(settings)
    result = parts.run(lesson.LAYERS[name].function, **own)
    progress = f"`{name}` `{result.shape_in}`"
    seen = revealed("layers")
    if SHAPE in seen and NUMBER in seen and not getattr(result, "refused", ""):
        progress += f" → `{result.shape_out}`, {result.parameters} {_('parameters')}"
    return Goal(
        _("Turn 28 by 28 into 7 by 7 with one `Conv2d` that has at least 16 output channels and "
          "at most 200 parameters."),
        questions.reaches(name, result),
        progress,
        _("Stride makes the image small for free. What costs is the window: with 16 filters "
          "one of 3 by 3 fits the budget, one of 4 by 4 does not."),
    )  # fmt: skip


def program(settings: Settings) -> Program:
    """Return the program that applied the layer."""
    name, own = full(settings)
    return Program(lesson.LAYERS[name].function, own)


def lines(_settings: Settings) -> None:
    """Show the cheat sheet's lines on layers, run."""
    with st.expander(
        _("The cheat sheet, line by line"), key="layers.lines", on_change="rerun"
    ) as section:
        if section.open:
            found = parts.run(lesson.run_lines).items()
            st.markdown(
                "\n".join(f"- `{line}`: {_(lesson.LINES[line])} `{says}`" for line, says in found)
            )


parts.page(
    "layers",
    controls=controls,
    questions=ask,
    challenge=challenge,
    program_of=program,
    below=lines,
)
