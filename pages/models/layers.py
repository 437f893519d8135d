"""Layers: what each one does to the numbers that go through it."""

from collections.abc import Mapping

import streamlit as st

from lib.lessons.models.layers import lesson, questions
from lib.lessons.models.layers.reference import shape_formula
from lib.lessons.models.layers.scene import NUMBER, SHAPE, called, defaults, own_names
from pages import parts
from pages.parts import Goal, Hints, Program, Question, Settings, _, control
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
PAIRS = """<style>
[class*="st-key-pairs_"] > * { flex: 1 1 calc(50% - 1rem); max-width: calc(50% - 0.5rem);
  min-width: 0; }
</style>"""


def controls() -> Settings:
    """Show the menu of layers and the chosen one's own settings."""
    st.html(PAIRS)
    with st.container(horizontal=True, key="pairs_input"):
        name = control.show("layer", _("layer"))
        layer = lesson.LAYERS[name]
        rules = layer.function.rules
        labels = parts.translated({**lesson.LABELS, **lesson.OWN_LABELS.get(name, {})})
        taken = [each for each in ("image", "indices") if each in rules]
        values = {"layer": name, **parts.shown({each: labels[each] for each in taken})}
    st.markdown(_(layer.summary))
    own = {each: f"{layer.family}.{each}" for each in own_names(name)}
    first = FIRST.get(layer.family, tuple(own))
    typed = {"rows": _(lesson.TYPED_ROWS)} if "image" in rules else {}
    if typed and values["image"] is None:
        values |= parts.shown(typed)
    values |= in_pairs("first", {own[each]: labels.get(each, each) for each in first})
    rest = {own[each]: labels.get(each, each) for each in own if each not in first}
    if typed and values["image"] is not None:
        rest = {"size": labels["size"], **rest}
    if rest:
        with parts.more():
            values |= in_pairs("more", rest)
            if typed and values["image"] is not None:  # there already when a click changes it
                parts.shown(typed)
    return values


def in_pairs(name: str, labels: Mapping[str, str]) -> Settings:
    """Show controls, two side by side; ``name`` is that of their place."""
    with st.container(horizontal=True, key=f"pairs_{name}"):
        return parts.shown(labels)


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


def hints(_settings: Settings) -> Hints:
    """Say what makes the image small, and what costs."""
    return Hints(
        _("7 is a quarter of 28. Which setting skips places?"),
        _("16 filters share 200 parameters: at most 12 each, and one of them is the bias."),
        {"layer": "Conv2d", "size": "28", "conv.in_channels": "1", "conv.out_channels": "16",
            "conv.kernel_size": 3, "conv.stride": 4, "conv.padding": 0},
    )  # fmt: skip


parts.page(
    "layers",
    controls=controls,
    questions=ask,
    challenge=challenge,
    hints=hints,
    program_of=program,
    below=lines,
)
