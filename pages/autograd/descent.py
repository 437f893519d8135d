"""Descent: the optimizers of torch.optim on one landscape."""

from typing import Any

import streamlit as st

from lib.lessons.autograd.descent import figures
from lib.lessons.autograd.descent import lesson as descent
from lib.lessons.autograd.descent import messages as told
from lib.lessons.autograd.descent import metrics as descent_facts
from lib.lessons.autograd.descent import runs as calls
from lib.lessons.autograd.descent.figures_walks import WORDS
from lib.lessons.autograd.descent.questions import ANSWERS, TOLD, TOLD_FIRST, first, reaches, where
from pages.parts import control
from pages.parts.challenge import challenge
from pages.parts.chart import chart
from pages.parts.lesson import lesson
from pages.parts.numbers import numbers
from pages.parts.predict import ask, options, reveal
from pages.parts.program import program
from pages.parts.run import run
from pages.parts.text import _, sentence, translated

RULES = descent.descend.rules
MAP = "contour"

ENOUGH = 400  # plain steps take about 40 ms; more is work for other processes
Runs = dict[str, calls.Run]
Walks = dict[str, descent.Walk]


def page() -> None:
    """Show the lesson."""
    questions = st.container()
    left, right = st.columns([1, 2], gap="medium")
    with left:
        view = control.buttons("view", _("picture"), (MAP, "3-D"))
        surface, runs = controls()
        shown = reveal(_("Show the walks"))
        walks = walked(runs)
    with right:
        picture(surface, view, walks, shown)
    with questions:
        predictions(runs, walks)
    table(runs, walks, shown)
    name, (walk, settings) = next(iter(runs.items()))
    st.markdown(_("The program of the optimizer chosen first, {name}:").format(name=name))
    program(walk, **settings)
    goal(surface, walks, shown)


def controls() -> tuple[descent.Surface, Runs]:
    """Show the controls; return the landscape, and for each walk its function and settings."""
    surface = control.choice("surface", _("landscape"), descent.SURFACES, "ravine")
    label, preset = _("optimizers, up to three"), ("SGD", "momentum", "Adam")
    names = control.several("optimizers", label, descent.OPTIMIZERS, preset, 3) or ("SGD",)
    label, begins = _("lr of {name}"), calls.FIRST_RATES
    rates = {
        name: control.scale(f"{name}.lr", label.format(name=name), descent.RATES, begins[name])
        for name in names
    }
    settings: dict[str, Any] = {"surface": surface}
    if calls.taken("momentum", names):
        settings["momentum"] = control.slider("momentum", "momentum", RULES["momentum"], 0.9, 0.01)
    if calls.taken("beta1", names):
        one, two = st.columns(2)
        with one:
            settings["beta1"] = control.slider("beta1", "beta1", RULES["beta1"], 0.9, 0.01)
        with two:
            settings["beta2"] = control.scale("beta2", "beta2", descent.BETA2S, 0.999)
    one, two = st.columns(2)
    with one:
        settings["start_x"] = control.slider("start_x", _("start x"), RULES["start_x"], -1.5, 0.25)
    with two:
        settings["start_y"] = control.slider("start_y", _("start y"), RULES["start_y"], 2.0, 0.25)
    settings["steps"] = control.slider("steps", _("steps"), RULES["steps"], 100, 10)
    settings["schedule"] = control.choice("schedule", _("schedule of lr"), descent.SCHEDULES)
    return surface, {name: calls.run_of(name, rates[name], settings) for name in names}


def walked(runs: Runs) -> Walks:
    """Return the walks, each kept by itself; those that are long come from a worker process."""
    heavy = calls.effort(runs) > ENOUGH
    return {name: run(each.walk, heavy=heavy, **each.settings) for name, each in runs.items()}


def picture(surface: descent.Surface, view: str, walks: Walks, shown: bool) -> None:
    """Draw the landscape, the walks, and their losses and learning rates."""
    solid = view != MAP
    land = run(descent_facts.landscape, surface=surface, solid=solid)
    alt, words = sentence(told.picture(walks, shown)), translated(WORDS)
    if not shown:
        walks = {name: descent_facts.begun(walk) for name, walk in walks.items()}
    if not solid:
        chart(figures.on_map, land, walks, words, key="map", alt=alt)
        return
    chart(figures.in_relief, land, walks, words, key="relief", alt=alt)
    alt = _("The loss and the learning rate of {names}, step by step.")
    chart(figures.curves, walks, words, key="curves", alt=alt.format(names=" ".join(walks)))


def predictions(runs: Runs, walks: Walks) -> None:
    """Ask where the first walk ends, and which walk arrives first."""
    about = {name: sorted(each.settings.items(), key=str) for name, each in runs.items()}
    name, (_walk, settings) = next(iter(runs.items()))
    height = _("With lr = {lr:g}, how high is the loss of {name} after {steps} steps?")
    height = height.format(lr=settings["lr"], name=name, steps=settings["steps"])
    winner = _("Which one is the first whose loss comes below 0.001 for good?")
    limit = run(descent_facts.limit, **calls.limit_settings(name, settings))
    ends = where(walks[name], settings["lr"], limit)
    ask(
        ("where", height, options(ends, TOLD, ANSWERS, sort=False), {name: about[name]}),
        ("first", winner, options(first(walks), TOLD_FIRST, ANSWERS), about),
    )


def table(runs: Runs, walks: Walks, shown: bool) -> None:
    """Show what came of each walk, and from which learning rate on it would fly away."""
    limits = {
        name: run(descent_facts.limit, **calls.limit_settings(name, each.settings))
        for name, each in runs.items()
    }
    curvature = next(iter(limits.values())).curvature
    rows = {_("largest curvature L"): _("without bound") if curvature is None else curvature}
    for name, walk in walks.items():
        pieces = told.ended(walk, runs[name].settings["lr"], limits[name].rate)
        rows[_("loss of {name} at the end").format(name=name)] = "".join(map(sentence, pieces))
    numbers(rows, shown, always=list(rows)[:1])
    if curvature is not None:
        st.markdown(_(told.LIMIT))
    for warning in told.broken(walks) if shown else ():
        st.warning(sentence(warning))


def goal(surface: descent.Surface, walks: Walks, shown: bool) -> None:
    """Set the challenge."""
    walk = walks.get("momentum")
    challenge(
        _("On Rosenbrock, from (-1.5, 2), bring plain momentum below a loss of 0.001 in at most "
          "200 steps. Which counts more, the learning rate or the momentum?"),
        walk is not None and reaches(walk, surface),
        sentence(told.progress(surface, walk, shown)),
        _("The valley floor is flat and its sides are steep: the sides keep lr small, so only a "
          "long memory of many small steps along the floor gets you through in time."),
    )  # fmt: skip


lesson("descent", page)
