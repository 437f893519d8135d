"""Devices: what this machine has, where a tensor lives, and how fast it is."""

from typing import Any

import streamlit as st

from lib.lessons.scale.devices import figures
from lib.lessons.scale.devices import lesson as devices
from lib.lessons.scale.devices import metrics as facts
from lib.lessons.scale.devices import questions as asked
from pages.parts import control
from pages.parts.challenge import challenge
from pages.parts.chart import chart
from pages.parts.lesson import lesson
from pages.parts.listing import listing
from pages.parts.numbers import numbers
from pages.parts.predict import ask, options, reveal
from pages.parts.program import program
from pages.parts.run import run
from pages.parts.run_result import literal
from pages.parts.scale.devices_machine import machine
from pages.parts.scale.devices_measured import gpu, speed
from pages.parts.tabs import tabs
from pages.parts.text import _, sentence, translated


def page() -> None:
    """Show the lesson."""
    questions = st.container()
    titles = (_("Where things live"), _("This machine"), _("Speed, measured"), _("GPU, measured"))
    living, here, fast, on_gpu = tabs("view", titles)
    measured, said = None, "?"
    if living.open:
        with living:
            lives(questions)
    elif here.open:
        with here:
            machine(questions)
    elif fast.open:
        with fast:
            measured, said = speed()
    elif on_gpu.open:
        with on_gpu:
            gpu()
    challenge(
        _("From which size on do two threads pay? Measure it, and say it within a factor of two. "
          "They pay where they need less than nine tenths of one thread's time, there and at all "
          "larger sizes."),
        measured is not None and asked.reaches(measured, said),
        sentence(asked.progress(measured, said)),
        _(asked.learned(measured)),
    )  # fmt: skip


def lives(questions: Any) -> None:
    """Show where every name lives, line by line."""
    left, right = st.columns([1, 2], gap="medium")
    with left:
        chosen = {
            "device": control.menu("device", "device", devices.choices()),
            "model": control.menu("model", _("the model's line"), devices.MODEL_LINES),
            "images": control.menu(
                "images", _("the images' line"), devices.IMAGES_LINES, "images.to(device)"
            ),
            "y": control.menu("y", _("the target's line"), devices.Y_LINES),
        }
        shown = reveal(_("Show where they live"))
    settings = facts.settings(**chosen)
    result: devices.Course = run(devices.follow, **settings)
    with right:
        alt = _("Two columns, the CPU and {device}, with the model, the images, y, out and loss.")
        lines, words = facts.lines(result, **chosen), translated(figures.WORDS)
        alt = alt.format(device=chosen["device"])
        what = (result, chosen["device"], lines, words, not shown)
        chart(figures.places, *what, key="places", alt=alt)
        failing = len(lines) if shown and result.error else None
        listing(facts.program(**chosen), "devices.lines", _("The program"), failing)
        if failing is not None:
            st.error(f"**RuntimeError:** {literal(result.error)}", icon=":material/error:")
    with questions:
        predictions(result, chosen)
    held = run(facts.held)
    end = result.looks[-1]
    rows = {
        "`model.to(device) is model`": result.same_model,
        "`images.to(device) is images`": result.same_images,
        _("device of model, images, y at the end"): " ".join(
            f"`{end[name]}`" for name in ("model", "images", "y")
        ),
        _("computed on"): f"`{end['out']}`" if "out" in end else _("no device: an error"),
        _("tensors in CrossEntropyLoss(), and with class weights"): (
            f"`{held.plain}` `{held.weighted}`"
        ),
    }
    numbers(rows, shown, always=[list(rows)[-1]])
    if chosen["device"] == devices.PRACTICE:
        st.caption(
            _(
                "meta is a device of PyTorch that every machine has, good to practice on: its "
                "tensors know shape and dtype and hold no numbers. The errors are real."
            )
        )
    program(devices.follow, **settings)


def predictions(result: devices.Course, chosen: dict[str, str]) -> None:
    """Ask where the images and the model are, and whether the program runs."""
    answers = asked.guesses(result, chosen["device"])
    after = _("After `{line}`, where does `{name}` live?")
    images = after.format(line=chosen["images"], name="images")
    model = after.format(line=chosen["model"], name="model.weight")
    last = _("Does the program run to its end? If not, where does it stop?")
    places, fates = translated(asked.PLACES), translated(asked.FATES)
    ask(
        ("images", images, options(answers["images"], asked.TOLD, places), chosen),
        ("model", model, options(answers["model"], asked.TOLD_MODEL, places), chosen),
        ("fate", last, options(answers["fate"], asked.TOLD_FATE, fates, sort=False), chosen),
    )


lesson("devices", page)
