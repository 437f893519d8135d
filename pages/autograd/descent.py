"""Descent: the optimizers of torch.optim on one landscape."""

from typing import Any, NamedTuple

import streamlit as st

from lib.lessons.autograd.descent import figures, messages, metrics, runs
from lib.lessons.autograd.descent import lesson as descent
from lib.lessons.autograd.descent.questions import (
    ANSWERS,
    FIRST_FEEDBACK,
    WHERE_FEEDBACK,
    first,
    reaches,
    where,
)
from pages import parts
from pages.parts import _, control

MAP = "contour"
ENOUGH = 400  # plain steps take about 40 ms; more is work for other processes


class State(NamedTuple):
    """What the controls say, and what comes of it; of each walk by the optimizer's name."""

    view: str
    surface: descent.Surface
    runs: dict[str, runs.Run]
    walks: dict[str, descent.Walk]
    limits: dict[str, metrics.Limit]
    revealed: bool


def controls() -> State:
    """Show the controls; walks that are long come from a worker process."""
    view = control.buttons("view", _("picture"), (MAP, "3-D"))
    surface = control.choice("surface", _("landscape"), descent.SURFACES, "ravine")
    label, preset = _("optimizers, up to three"), ("SGD", "momentum", "Adam")
    names = control.several("optimizers", label, descent.OPTIMIZERS, preset, 3) or ("SGD",)
    rates = {name: learning_rate(name) for name in names}
    settings = {"surface": surface, **memory(names)}
    one, two = st.columns(2)
    with one:
        settings["start_x"] = control.slider("start_x", _("start x"), descent.START, -1.5, 0.25)
    with two:
        settings["start_y"] = control.slider("start_y", _("start y"), descent.START, 2.0, 0.25)
    settings["steps"] = control.slider("steps", _("steps"), descent.STEPS, 100, 10)
    settings["schedule"] = control.choice("schedule", _("schedule of lr"), descent.SCHEDULES)
    calls = {name: runs.run_of(name, rates[name], settings) for name in names}
    revealed = parts.reveal(_("Show the walks"))
    heavy = runs.effort(calls) > ENOUGH
    walks = {n: parts.run(each.walk, heavy=heavy, **each.settings) for n, each in calls.items()}
    limits = {
        name: parts.run(metrics.limit, **runs.limit_settings(name, each.settings))
        for name, each in calls.items()
    }
    return State(view, surface, calls, walks, limits, revealed)


def learning_rate(name: str) -> float:
    """Show the control for the learning rate of one optimizer."""
    begins = runs.DEFAULT_LEARNING_RATES[name]
    rate: float = control.scale(
        f"{name}.lr", _("lr of {name}", name=name), descent.LEARNING_RATES, begins
    )
    return rate


def memory(names: tuple[str, ...]) -> dict[str, Any]:
    """Show the controls for what the optimizers remember of earlier slopes."""
    settings: dict[str, Any] = {}
    if runs.taken("momentum", names):
        settings["momentum"] = control.slider("momentum", "momentum", descent.MOMENTUM, 0.9, 0.01)
    if runs.taken("beta1", names):
        one, two = st.columns(2)
        with one:
            settings["beta1"] = control.slider("beta1", "beta1", descent.BETA1, 0.9, 0.01)
        with two:
            settings["beta2"] = control.scale("beta2", "beta2", descent.BETA2S, 0.999)
    return settings


def picture(state: State) -> None:
    """Draw the landscape, the walks, and their losses and learning rates."""
    relief = state.view != MAP
    parts.chart(
        figures.in_relief if relief else figures.on_map,
        land=parts.run(metrics.landscape, surface=state.surface, relief=relief),
        walks=state.walks,
        key="relief" if relief else "map",
        alt=parts.sentence(messages.picture(state.walks, state.revealed)),
        revealed=state.revealed,
    )
    if relief:
        names = " ".join(state.walks)
        alt = _("The loss and the learning rate of {names}, step by step.", names=names)
        parts.chart(
            figures.curves, walks=state.walks, key="curves", alt=alt, revealed=state.revealed
        )


def questions(state: State) -> None:
    """Ask where the first walk ends, and which walk arrives first."""
    about = {name: sorted(each.settings.items(), key=str) for name, each in state.runs.items()}
    name, run = next(iter(state.runs.items()))
    lr, steps = run.settings["lr"], run.settings["steps"]
    height = _("With lr = {lr}, how high is the loss of {name} after {steps} steps?",
               lr=f"{lr:g}", name=name, steps=steps)  # fmt: skip
    winner = _("Which one is the first whose loss comes below 0.001 for good?")
    ends = parts.options(
        where(state.walks[name], lr, state.limits[name]), WHERE_FEEDBACK, ANSWERS, sort=False
    )
    parts.ask(
        ("where", height, ends, {name: about[name]}),
        ("first", winner, parts.options(first(state.walks), FIRST_FEEDBACK, ANSWERS), about),
    )


def numbers(state: State) -> None:
    """Show what came of each walk, and from which learning rate on it would diverge."""
    curvature = next(iter(state.limits.values())).curvature
    rows = {_("largest curvature L"): _("without bound") if curvature is None else curvature}
    for name, walk in state.walks.items():
        limit = state.limits[name].learning_rate
        pieces = messages.ended(walk, state.runs[name].settings["lr"], limit)
        rows[_("loss of {name} at the end", name=name)] = "".join(map(parts.sentence, pieces))
    parts.numbers(rows, state.revealed, always=list(rows)[:1])
    if curvature is not None:
        st.markdown(_(messages.LIMIT))
    for warning in messages.diverged(state.walks) if state.revealed else ():
        st.warning(parts.sentence(warning))


def program(state: State) -> None:
    """Show the program of the first walk."""
    name, run = next(iter(state.runs.items()))
    st.markdown(_("The program of the optimizer chosen first, {name}:", name=name))
    parts.program(run.walk, **run.settings)


def challenge(state: State) -> None:
    """Ask for a walk through Rosenbrock's valley with momentum."""
    walk = state.walks.get("momentum")
    parts.challenge(
        _("On Rosenbrock, from (-1.5, 2), bring plain momentum below a loss of 0.001 in at most "
          "200 steps. Which counts more, the learning rate or the momentum?"),
        walk is not None and reaches(walk, state.surface),
        parts.sentence(messages.progress(state.surface, walk, state.revealed)),
        _("The valley floor is flat and its sides are steep: the sides keep lr small, so only a "
          "long memory of many small steps along the floor gets you through in time."),
    )  # fmt: skip


parts.lesson(
    "descent",
    controls=controls,
    picture=picture,
    questions=questions,
    numbers=numbers,
    program=program,
    challenge=challenge,
)
