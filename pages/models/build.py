"""Build: layers put together, edited in place, with the shape on every edge."""

from typing import Any

import streamlit as st

from lib.lessons.models.build import lesson, questions
from lib.lessons.models.build.layer_kinds import written
from lib.lessons.models.build.scene import SHAPE, TOTAL, asked_edge
from lib.lessons.models.build.text import OPTIMIZERS
from pages import parts
from pages.parts import Goal, Hints, Program, Question, Settings, _, control
from pages.parts.models.build_network import built, refusal, views
from pages.parts.models.build_rows import bring_back, layer_rows, restore
from pages.parts.models.build_trained import train_button, trained
from pages.parts.prediction import predictions, revealed

SMALL = "Lambda(preprocess), AvgPool2d(4), Flatten(), Linear(49, 32), ReLU(), Linear(32, 10)"
LINK = "https://docs.pytorch.org/tutorials/beginner/examples_nn/two_layer_net_module.html"
LAST, OPTIMIZER = "build.last_preset", "build.optimizer"


def controls() -> Settings:
    """Show the preset, its layers as rows, and what is wrong with them; the rest under More."""
    preset = control.show("preset", _("start from"))
    last = st.session_state.get(LAST, preset)
    if last != preset and f"build.{last}.layers" in st.session_state:  # not on another visit
        restore(preset)  # whoever chooses a preset gets it as it is
    st.session_state[LAST] = preset
    captions = {
        "convolutional": _("Three convolutions and a mean, as in the tutorial on torch.nn."),
        "two-layer": _("As in PyTorch's examples: [a network of one's own]({link}).", link=LINK),
        "LeNet-like": _("Like LeNet, which read the amounts on checks in the nineties."),
        "LSTM": _("Reads an image row by row, and classifies it after the last one."),
    }
    st.caption(captions[preset])
    name = f"{preset}.layers"
    rows, wrong = st.container(), st.container()
    more = parts.more()
    with more:
        wanted = parts.shown(
            {
                name: _("the same as one line: what stands in nn.Sequential( )"),
                f"{preset}.input": _("shape of the input; the first axis counts the samples"),
                "edge": _("ask me about the shape after layer"),
            }
        )
        control.buttons("optimizer", _("optimizer"), tuple(OPTIMIZERS))
    with wrong:
        layers, shape, result = built(name, wanted[name], wanted[f"{preset}.input"])
    if wanted["edge"] > len(layers):
        more.caption(_("The network ends after layer {edge}, so you are asked about that one.",
                       edge=len(layers)))  # fmt: skip
    layer_rows(rows, name, layers, len(result.shapes) - 1 if result.refused else None)
    with wrong:
        bring_back(preset, layers, shape)
        if result.refused:
            explained(name, {"layers": layers, "shape": shape}, result)
        train_button(layers, shape, optimizer())
    chosen: Settings = {"preset": preset, name: layers, f"{preset}.input": shape}
    return {**chosen, "edge": wanted["edge"]}


def explained(name: str, network: dict[str, Any], result: lesson.Built) -> None:
    """Say why the network ends, unless that is what is asked about this very network."""
    asked = predictions("build").asked.get(SHAPE)
    same = asked is None or all(asked.settings[each] == network[each] for each in network)
    if same and SHAPE not in revealed("build") and result.shapes[1:]:
        st.error(_("A layer does not fit what arrives. Why, and what would help, comes when you "
                   "have answered."), icon=":material/error:")  # fmt: skip
        return
    refusal(name, network, result)


def optimizer() -> str:
    """Return the optimizer that is chosen under More."""
    return str(st.session_state[OPTIMIZER])


def ask(settings: Settings) -> list[Question]:
    """Ask for the shape after a layer, and for the number of parameters."""
    layers, shape = settings["layers"], settings["shape"]
    result = parts.run(lesson.build, layers=layers, shape=shape)
    edge = asked_edge(result, settings["edge"])
    found: Any = questions.total_answers(layers, result)
    totals = sorted(found, key=lambda each: each.value)
    written_out = [each._replace(value=f"{each.value:,}") for each in totals]
    return [
        parts.question(
            SHAPE,
            _("The input has the shape {shape}. Which shape comes out of layer {edge}, "
              "`{layer}`?", shape=shape, edge=edge, layer=written(layers[edge - 1])),
            parts.options(questions.shape_answers(layers, result, edge),
                          questions.SHAPE_FEEDBACK, questions.LABELS),
        ),
        parts.question(
            TOTAL,
            _("How many parameters, weights and biases, do these {count} layers have: from "
              "`{first}` to `{last}`?",
              count=len(layers), first=written(layers[0]), last=written(layers[-1])),
            parts.options(written_out, questions.TOTAL_FEEDBACK, sort=False),
        ),
    ]  # fmt: skip


def challenge(settings: Settings) -> Goal:
    """Ask for a network with half the parameters that is nearly as accurate."""
    return trained(settings["layers"], settings["shape"], optimizer())


def program(settings: Settings) -> Program:
    """Return the program that built the network."""
    return Program(lesson.build, {each: settings[each] for each in ("layers", "shape")})


def below(settings: Settings) -> None:
    """Show the network as a program and as other tools see it."""
    seen = revealed("build")
    network = {each: settings[each] for each in ("layers", "shape")}
    views(network, optimizer(), SHAPE in seen and TOTAL in seen)


def hints(_settings: Settings) -> Hints:
    """Say where a small network saves."""
    return Hints(
        _("A layer that gets a smaller picture needs fewer weights to read all of it."),
        _("Shrink the picture first: `AvgPool2d(4)` leaves 49 of 784 numbers, enough for two "
          "small Linear layers. Then train it."),
        {"preset": "convolutional", "convolutional.layers": SMALL,
            "convolutional.input": "64, 784"},
    )  # fmt: skip


parts.page(
    "build",
    controls=controls,
    questions=ask,
    challenge=challenge,
    hints=hints,
    program_of=program,
    below=below,
)
