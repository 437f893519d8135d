"""Save and load: keep what a network learned."""

from typing import Any, NamedTuple

import streamlit as st

from lib.lessons.training.save_load import bar_figures, figures
from lib.lessons.training.save_load import lesson as saving
from lib.lessons.training.save_load import questions as asked
from lib.lessons.training.save_load.networks import SOURCES, TARGETS, three_classes
from pages import parts
from pages.parts import _, control
from pages.parts.training.save_load_closer import look_closer


class State(NamedTuple):
    """What the controls say, and what comes of it."""

    settings: dict[str, Any]
    seen: saving.Illustrated
    revealed: bool


def controls() -> State:
    """Show the controls."""
    settings = {
        "way": control.menu("way", _("what to save"), saving.WAYS),
        "source": control.choice("source", _("network that is saved"), SOURCES),
        "target": control.choice("target", _("network to load into"), TARGETS),
        "strip": control.switch("strip", _("remove `module.` from the file's keys")),
        "key_filter": control.choice("filter", _("filter the keys"), saving.FILTERS),
        "strict": control.switch("strict", "strict=True", True),
        "seed": control.slider("seed", _("seed of the new network"), saving.SEEDS, 1),
    }
    revealed = parts.reveal(_("Show what was loaded"))
    return State(settings, parts.run(saving.illustrated, heavy=True, **settings), revealed)


def picture(state: State) -> None:
    """Show both sets of keys, the accuracy, and the numbers."""
    result, revealed = state.seen.result, state.revealed
    parts.chart(
        figures.keys,
        rows=result.keys,
        in_file=state.seen.in_file,
        in_net=state.seen.in_net,
        key="keys",
        alt=_("{count} keys, in the file and in the network, with small pictures of their weights.",
              count=len(result.keys)),
        revealed=revealed,
    )  # fmt: skip
    if revealed and result.error:
        st.error(f"**RuntimeError:** {parts.literal(result.error)}", icon=":material/error:")
    parts.chart(
        bar_figures.accuracies,
        result=result,
        key="accuracy",
        alt=_("Accuracy on test images: the saved network {trained:.1%}, the new one before "
              "loading {before:.1%}.",
              trained=result.trained_accuracy, before=result.accuracy_before),
        revealed=revealed,
    )  # fmt: skip
    if state.settings["target"] is three_classes:
        st.caption(
            _("The new network is tested on images of its three classes only: a third of them is "
              "what guessing gets right.")
        )  # fmt: skip
    size = _("bytes of the file")
    parts.numbers(
        {
            size: result.file_bytes,
            _("keys of the network that hold the file's numbers"): asked.loaded(result),
            _("outputs the same, bit for bit"): result.same,
        },
        revealed,
        always=[size],
    )


def questions(state: State) -> None:
    """Ask which keys load, and what is raised."""
    result, settings = state.seen.result, state.settings
    answers = asked.loading_answers(result)
    parts.ask(
        (
            "keys",
            _("The new network has {own} keys, the names of its weights and biases. How many hold "
              "the file's numbers after loading?", own=asked.own_keys(result)),
            parts.options(answers["keys"], asked.FEEDBACK),
            settings,
        ),
        (
            "outcome",
            _("What does `load_state_dict` raise?"),
            parts.options(answers["outcome"], asked.FEEDBACK_OUTCOME, asked.OUTCOMES, sort=False),
            settings,
        ),
    )  # fmt: skip


def program(state: State) -> None:
    """Show the program that saved and loaded."""
    parts.program(saving.save_and_load, **state.settings)


def challenge(state: State) -> None:
    """Ask for the body of a network in one with another head."""
    result = state.seen.result
    progress = _("What was loaded is hidden until you answer.")
    if state.revealed:
        fields = {"loaded": asked.loaded(result), "count": asked.own_keys(result)}
        progress = _("{loaded} of {count} keys are loaded.", **fields)
        if result.error:
            progress = _("{loaded} of {count} keys are loaded, and there was an error.", **fields)
    parts.challenge(
        _("Load the body of a ten-class network into one with **three classes**: every key but "
          "those of the head, and no error."),
        asked.reaches(result),
        progress,
        _("The body came with what it learned, and the head keeps its random start: train it "
          "next. That is how most networks begin today."),
    )  # fmt: skip


parts.lesson(
    "save_load",
    controls=controls,
    picture=picture,
    questions=questions,
    program=program,
    more=look_closer,
    challenge=challenge,
)
