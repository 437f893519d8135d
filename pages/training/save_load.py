"""Save and load: keep what a network learned."""

import streamlit as st

from lib.lessons.training.save_load import lesson as saving
from lib.lessons.training.save_load import questions as asked
from lib.lessons.training.save_load import scene
from lib.lessons.training.save_load.lesson import FILTERS
from lib.lessons.training.save_load.networks import SOURCES, TARGETS
from pages import parts
from pages.parts import Goal, Hints, Program, Question, Settings, _
from pages.parts.prediction import revealed
from pages.parts.training.save_load_closer import look_closer


def controls() -> Settings:
    """Show where the file goes to, and with what care; then what is saved."""
    return parts.shown(
        {
            "target": _("network to load into"),
            "filter": _("filter the keys"),
            "strict": "strict=True",
        },
        {
            "source": _("network that is saved"),
            "way": _("what to save"),
            "strip": _("remove `module.` from the file's keys"),
            "seed": _("seed of the new network"),
        },
    )


def questions(settings: Settings) -> list[Question]:
    """Ask which keys load, and what is raised."""
    result = parts.run(scene.loading, **settings).result
    answers = asked.loading_answers(result)
    told = subject(settings)
    return [
        parts.question(
            "keys",
            _("{told} The new network has {own} keys. How many hold the file's numbers after "
              "loading?", told=told, own=asked.own_keys(result)),
            parts.options(answers["keys"], asked.FEEDBACK),
        ),
        parts.question(
            "outcome",
            _("{told} What does `load_state_dict` raise?", told=told),
            parts.options(answers["outcome"], asked.FEEDBACK_OUTCOME, asked.OUTCOMES, sort=False),
        ),
    ]  # fmt: skip


def subject(settings: Settings) -> str:
    """Return what is loaded into what, as the questions name it."""
    source, target, key_filter = (
        next(name for name, each in table.items() if each is settings[key])
        for key, table in (("source", SOURCES), ("target", TARGETS), ("key_filter", FILTERS))
    )
    told = _("Saved network: {source}. Loaded into: {target}. strict={strict}, {filter}.",
             source=source, target=target, filter=key_filter,
             strict=settings["strict"])  # fmt: skip
    if settings["strip"]:
        told += " " + _("`module.` is removed.")
    return told


def challenge(settings: Settings) -> Goal:
    """Ask for the body of a network in one with another head."""
    result = parts.run(scene.loading, **settings).result
    may_see = revealed("save_load")
    progress = _("what was loaded is hidden until you have answered both questions.")
    if "keys" in may_see and "outcome" in may_see:
        fields = {"loaded": asked.loaded(result), "count": asked.own_keys(result)}
        progress = _("{loaded} of {count} keys are loaded.", **fields)
        if result.error:
            progress = _("{loaded} of {count} keys are loaded, and there was an error.", **fields)
    return Goal(
        _("Load the body of a ten-class network into one with **three classes**: every key but "
          "those of the head, and no error."),
        asked.reaches(result),
        progress,
        _("The body came with what it learned, and the head keeps its random start: train it "
          "next. That is how most networks begin today."),
    )  # fmt: skip


def program(settings: Settings) -> Program:
    """Return the program that saved and loaded."""
    return Program(saving.save_and_load, settings)


def below(_settings: Settings) -> None:
    """Show the files, going on with a training, and files of the visitor's own."""
    # An address that names a part leads to it.
    named = "save_load.part" in st.query_params
    label = _("Look closer: go on with a training, look inside a file, your own files")
    with parts.folded("closer", label, named) as is_open:
        if is_open:
            look_closer()


def hints(_settings: Settings) -> Hints:
    """Say which keys cannot fit."""
    return Hints(
        _("Three classes need a head of another size, so two keys of the file cannot fit."),
        _("`strict=False` forgives keys that are missing, but no wrong shapes: filter those out "
          "first."),
        {"target": "three classes", "filter": "same shape, too", "strict": False, "source": "net"},
    )  # fmt: skip


parts.page(
    "save_load",
    controls=controls,
    questions=questions,
    challenge=challenge,
    hints=hints,
    program_of=program,
    below=below,
)
