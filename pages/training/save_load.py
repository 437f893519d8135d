"""Save and load: keep what a network learned."""

from typing import Any

import streamlit as st

from lib.lessons.training.save_load import figures
from lib.lessons.training.save_load import figures_bars as bars
from lib.lessons.training.save_load import lesson as saving
from lib.lessons.training.save_load import questions as asked
from lib.lessons.training.save_load.networks import SOURCES, TARGETS, three_classes
from lib.lessons.training.save_load.weight_images import Looks, looks
from pages.parts import control
from pages.parts.challenge import challenge
from pages.parts.chart import chart
from pages.parts.lesson import lesson
from pages.parts.numbers import numbers
from pages.parts.predict import ask, options, reveal
from pages.parts.program import program
from pages.parts.run import run
from pages.parts.run_result import literal
from pages.parts.text import _, translated
from pages.parts.training import save_load as closer


def page() -> None:
    """Show the lesson."""
    questions = st.container()
    left, right = st.columns([1, 2], gap="medium")
    with left:
        settings = controls()
        shown = reveal(_("Show what was loaded"))
    result: saving.Loaded = run(saving.save_and_load, heavy=True, **settings)
    seen: Looks = run(looks, heavy=True, **settings)
    with right:
        picture(result, seen, shown, few=settings["target"] is three_classes)
    with questions:
        predictions(result, settings)
    program(saving.save_and_load, **settings)
    st.subheader(_("Look closer"), anchor=False)
    closer.SHOW[control.buttons("part", _("part"), tuple(closer.SHOW))]()
    goal(result, shown)


def controls() -> dict[str, Any]:
    """Show the controls; return the settings."""
    return {
        "way": control.menu("way", _("what to save"), saving.WAYS),
        "source": control.choice("source", _("network that is saved"), SOURCES),
        "target": control.choice("target", _("network to load into"), TARGETS),
        "strip": control.switch("strip", _("take `module.` off the file's keys")),
        "partial": control.choice("filter", _("filter the keys"), saving.FILTERS),
        "strict": control.switch("strict", "strict=True", True),
        "seed": control.slider("seed", _("seed of the new network"), saving.SEEDS, 1),
    }


def picture(result: saving.Loaded, seen: Looks, shown: bool, few: bool) -> None:
    """Show both sets of keys, the accuracy, and the numbers."""
    words = translated(figures.WORDS)
    alt = _("{count} keys, in the file and in the network, with small pictures of their weights.")
    told = alt.format(count=len(result.keys))
    drawn = (result.keys, seen.in_file, seen.in_net, shown, words)
    chart(figures.keys, *drawn, key="keys", alt=told, still=not shown)
    if shown and result.error:
        st.error(f"**RuntimeError:** {literal(result.error)}", icon=":material/error:")
    alt = _("Test images that are right: the saved network {trained}, the new one before loading "
            "{before}.")  # fmt: skip
    told = alt.format(trained=f"{result.trained:.1%}", before=f"{result.before:.1%}")
    words = translated(bars.WORDS)
    chart(bars.accuracies, result, shown, words, key="accuracy", alt=told, still=not shown)
    if few:
        st.caption(_("The new network is tested on images of its three classes only: a third of "
                     "them is what guessing gets."))  # fmt: skip
    size = _("bytes of the file")
    numbers(
        {
            size: result.file_bytes,
            _("keys of the network that hold the file's numbers"): asked.loaded(result),
            _("predictions the same, bit for bit"): result.same,
        },
        shown,
        always=(size,),
    )


def predictions(result: saving.Loaded, settings: dict[str, Any]) -> None:
    """Ask which keys load, and what is said about the others."""
    guesses = asked.guesses(result)
    own = sum(key.in_net is not None for key in result.keys)
    keys = _("The new network has {own} keys, the names of its weights and biases. How many hold "
             "the file's numbers after loading?")  # fmt: skip
    says = _("What does `load_state_dict` say?")
    names = {name: _(words) for name, words in asked.SAYS.items()}
    ask(
        ("keys", keys.format(own=own), options(guesses["keys"], asked.TOLD), settings),
        ("says", says, options(guesses["says"], asked.TOLD_SAYS, names, sort=False), settings),
    )


def goal(result: saving.Loaded, shown: bool) -> None:
    """Set the challenge."""
    words = _("{loaded} of {count} keys are loaded.")
    if result.error:
        words = _("{loaded} of {count} keys are loaded, and there was an error.")
    if not shown:
        words = _("What was loaded is hidden until you answer.")
    count = sum(key.in_net is not None for key in result.keys)
    challenge(
        _("Load the body of a ten-class network into one with **three classes**: every key but "
          "those of the head, and no error."),
        asked.reaches(result),
        words.format(loaded=asked.loaded(result), count=count),
        _("The body came with what it learned, and the head keeps its random start: train it "
          "next. That is how most networks begin today."),
    )  # fmt: skip


lesson("save_load", page)
