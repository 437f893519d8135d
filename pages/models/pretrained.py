"""Pretrained: stand on a trained network."""

from typing import Any, NamedTuple

import streamlit as st

from lib.core.rules import Between
from lib.lessons.models.pretrained import figures
from lib.lessons.models.pretrained import lesson as pretrained
from lib.lessons.models.pretrained import questions as asked
from lib.lessons.models.pretrained.networks import BLOCKS
from pages import parts
from pages.parts import _, control
from pages.parts.models.pretrained_build_on import build_on
from pages.parts.models.pretrained_source import network_source
from pages.parts.models.pretrained_two_photos import two_photos
from pages.parts.picture_source import picture_source


class State(NamedTuple):
    """What the controls say, and what comes of it."""

    settings: dict[str, Any]  # of the prediction
    freezing: dict[str, Any]
    prediction: pretrained.Prediction
    counted: pretrained.Frozen
    revealed: bool


def controls() -> State:
    """Show the controls."""
    network = network_source()
    settings = {
        "network": network,
        "image": picture_source(fashion=False),
        "k": control.slider("k", _("top k"), pretrained.TOP, 5),
        "normalize": control.switch("normalize", _("normalize the picture"), True),
        "evaluate": control.switch("evaluate", "model.eval()", True),
    }
    if not settings["evaluate"]:
        settings["seed"] = control.slider("seed", _("seed of dropout"), pretrained.SEEDS, 0)
    st.divider()
    most = BLOCKS[network]
    freezing = {
        "network": network,
        "frozen": control.slider("frozen", _("blocks frozen"), Between(0, most), most - 2),
        "embed_size": int(control.scale("embed_size", "embed_size", pretrained.EMBED_SIZES, 256)),
    }
    revealed = parts.reveal(_("Show the answers"))
    return State(
        settings,
        freezing,
        parts.run(pretrained.top_classes, heavy=True, **settings),
        parts.run(pretrained.freeze, **freezing),
        revealed,
    )


def picture(state: State) -> None:
    """Draw the likeliest classes, and the blocks that are frozen."""
    prediction, where = state.prediction, _where(state)
    parts.chart(
        figures.top,
        prediction=prediction,
        seen=parts.run(pretrained.seen, **where),
        key="top",
        alt=_("The picture as the network sees it, and bars for its {count} likeliest classes.",
              count=len(prediction.classes)),
        revealed=state.revealed,
    )  # fmt: skip
    first = _("First answer: **{name}**.", name=prediction.classes[0]) if state.revealed else ""
    put_in = _("The input has mean {mean:.2f} and standard deviation {std:.2f}.",
               mean=prediction.mean, std=prediction.std)  # fmt: skip
    st.markdown(f"{first} {put_in}")
    parts.chart(
        figures.blocks,
        result=state.counted,
        key="blocks",
        alt=_("Parameters of each block as bars; {frozen} of {blocks} blocks are frozen.",
              frozen=state.freezing["frozen"], blocks=len(state.counted.parts) - 1),
        revealed=state.revealed,
    )  # fmt: skip


def questions(state: State) -> None:
    """Ask for the first class, and for how many parameters still train."""
    where = _where(state)
    careful = parts.run(pretrained.top_classes, heavy=True, **where)
    parts.ask(
        (
            "first",
            _("Out of 1000 classes, which one comes first for this picture at these settings?"),
            parts.options(
                asked.first_class(state.prediction, careful, where["image"]), asked.FEEDBACK
            ),
            {name: value for name, value in state.settings.items() if name != "k"},
        ),
        (
            "trains",
            _("{frozen} of {blocks} blocks are frozen, and the new head has {embed_size} outputs. "
              "How many parameters still train?",
              **state.freezing, blocks=BLOCKS[state.freezing["network"]]),
            parts.options(
                asked.trainable_parameters(state.counted), asked.FEEDBACK_COUNT, sort=False
            ),
            state.freezing,
        ),
    )  # fmt: skip


def program(state: State) -> None:
    """Show the program that asked the network."""
    parts.program(pretrained.top_classes, **state.settings)


def more(state: State) -> None:
    """Look closer at the network, and put a new head on it."""
    build_on(_where(state), state.freezing, state.counted, state.revealed)


def challenge(state: State) -> None:
    """Ask for a head that classifies two photos."""
    two_photos(state.settings["network"])


def _where(state: State) -> dict[str, Any]:
    """Return which network and which picture."""
    return {name: state.settings[name] for name in ("network", "image")}


parts.lesson(
    "pretrained",
    controls=controls,
    picture=picture,
    questions=questions,
    program=program,
    more=more,
    challenge=challenge,
)
