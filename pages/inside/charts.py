"""Charts: what TensorBoard shows, from event files that a SummaryWriter really wrote."""

from typing import Any

import streamlit as st

from lib.core.rules import Between
from lib.lessons.inside.charts import log as charts_log
from lib.lessons.inside.charts import questions as asked
from lib.lessons.inside.charts import runs as charts_runs
from lib.tensorboard.records import Run
from pages.parts import control
from pages.parts.challenge import challenge
from pages.parts.inside import charts as views
from pages.parts.inside.charts_one_run import one_run
from pages.parts.lesson import lesson
from pages.parts.numbers import numbers
from pages.parts.predict import ask, options, reveal
from pages.parts.program import program
from pages.parts.run import run
from pages.parts.text import _

NAMES = charts_runs.NAMES
TAGS = ("training loss", "test accuracy")
PARTS = ("scalars", "images", "histograms", "graph", "projector", "hparams", "own file")
NONE = "none"


def page() -> None:
    """Show the lesson."""
    questions = st.container()
    part = control.buttons("part", _("What TensorBoard shows"), PARTS)
    left, right = st.columns([1, 2], gap="medium")
    with left:
        trained = {
            "batch_size": int(control.buttons("batch_size", "batch_size", ("16", "64"))),
            "seed": control.number("seed", _("seed"), charts_runs.SEEDS, 0),
        }
        weight = control.slider("smoothing", _("smoothing"), Between(0.0, 0.99), 0.6, 0.01)
        steered = st.container()
        shown = reveal(_("Show what becomes of a spike"))
    below, bottom = st.container(), st.container()
    with bottom:
        place = st.container()
        best = control.buttons("best", _("your answer"), (NONE, *NAMES))
    six: charts_runs.Runs = run(charts_runs.six_runs, heavy=True, **trained)
    first = charts_runs.opened(six.packed[0])
    with questions:
        predictions(first, weight, trained)
    if part == "scalars":
        scalars(six, weight, steered, right)
    elif part == "own file":
        views.own_file(weight, steered, right)
    elif part == "hparams":
        with right:
            hyperparameters(six, best != NONE)
    else:
        with steered:
            name = control.menu("run", _("run"), NAMES)
        chosen = charts_runs.opened(six.packed[NAMES.index(name)])
        one_run(part, chosen, trained, steered, right)
    with below:
        if shown:
            views.spike(first.curve(TAGS[0]), weight)
        views.folder(six)
        program(charts_log.log_run, rate=first.settings["learning rate"], **trained)
    with place:
        goal(six, best)


def predictions(first: Run, weight: float, trained: dict[str, Any]) -> None:
    """Ask what smoothing does to a spike, and what it begins with."""
    curve = first.curve(TAGS[0])
    if curve is None:
        return
    answers = asked.guesses(curve, weight)
    about = {**trained, "weight": weight}
    words = {"weight": weight, "value": float(curve.values[0])}
    height = _("Smoothing is {weight:g}. Halfway, one number of run_1's training loss is too high "
               "by 1. By how much is the smoothed line too high there?")  # fmt: skip
    half = _("After how many points is half of that left, or less?")
    begin = _("The first training loss is {value:.3f}. What does the smoothed line begin with?")
    told = [
        {key: _(text).format(**words) for key, text in each.items()}
        for each in (asked.TOLD, asked.TOLD_LENGTH, asked.TOLD_FIRST)
    ]
    ask(
        ("height", height.format(**words), options(answers["height"], told[0]), about),
        ("half", half, options(answers["half"], told[1], asked.NAMES), about),
        ("first", begin.format(**words), options(answers["first"], told[2]), about),
    )


def scalars(six: charts_runs.Runs, weight: float, steered: Any, place: Any) -> None:
    """Compare the runs by one tag."""
    with steered:
        tag = control.buttons("tag", _("tag"), TAGS)
        chosen = control.several("runs", _("runs"), NAMES, NAMES, len(NAMES))
        how = views.drawn_as()
    runs = [charts_runs.opened(six.packed[NAMES.index(name)]) for name in sorted(chosen)]
    with place:
        views.scalars(runs, NAMES, tag, weight, how)


def goal(six: charts_runs.Runs, best: str) -> None:
    """Set the challenge."""
    progress = _("Look at the test accuracy, and mind where the curves end.")
    if best != NONE:
        words = _("{run} ends with {percent} of the test pictures right. Another one has more.")
        percent = f"{six.accuracy[NAMES.index(best)]:.1%}"
        progress = words.format(run=best, percent=percent)
    challenge(
        _("Six runs, six learning rates. Find the run with the best one from the charts alone: "
          "the most test pictures right, over the last three measurements."),
        asked.reaches(six.accuracy, NAMES, best),
        progress,
        _("A small rate is slow; a large one jumps about or gets nowhere. Choose hparams above "
          "to see the rates."),
    )  # fmt: skip


def hyperparameters(six: charts_runs.Runs, shown: bool) -> None:
    """Show the table of settings and results; before the challenge, it keeps the secret."""
    st.markdown(
        _("What `add_hparams` wrote, and the test accuracy at the end. It would give the challenge "
          "away, so it opens once you have answered that, further down.")
    )  # fmt: skip
    rows = {}
    for packed, accuracy in zip(six.packed, six.accuracy, strict=True):
        found = charts_runs.opened(packed)
        told = ", ".join(f"{name} `{value:g}`" for name, value in sorted(found.settings.items()))
        rows[found.name] = f"{told}, {_('accuracy')} `{accuracy:.1%}`"
    numbers(rows, shown)


lesson("charts", page)
