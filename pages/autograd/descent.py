"""Descent: the optimizers of torch.optim on one landscape."""

from typing import Any

import streamlit as st

from lib.autograd import descent, descent_facts
from lib.autograd import descent_bugs as wrong
from lib.autograd.descent_questions import ANSWERS, TOLD, TOLD_FIRST, first, reaches, where
from lib.autograd.descent_runs import FIRST_RATES, Run, all_walks, effort, run_of, taken
from lib.figures.autograd import descent as figures
from lib.figures.autograd.descent_walks import WORDS
from pages.parts import control
from pages.parts.challenge import challenge
from pages.parts.chart import chart
from pages.parts.code import code
from pages.parts.lesson import lesson
from pages.parts.numbers import numbers
from pages.parts.predict import options, predict, reveal
from pages.parts.run import run
from pages.parts.text import _, translated

RULES = descent.descend.rules  # type: ignore[attr-defined]
MAP = "contour"

ENOUGH = 400  # plain steps take about 40 ms; more is work for other processes
Runs = dict[str, Run]


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
    code(walk, **settings)
    goal(surface, walks)


def controls() -> tuple[descent.Surface, Runs]:
    """Show the controls; return the landscape, and for each walk its function and settings."""
    surface = control.choice("surface", _("landscape"), descent.SURFACES, "ravine")
    every = {name: name for name in descent.OPTIMIZERS}
    preset = ("SGD", "momentum", "Adam")
    names = control.several("optimizers", _("optimizers, up to three"), every, preset, 3)
    names = names or ("SGD",)
    label = _("lr of {name}")
    rates = {
        name: control.scale(f"{name}.lr", label.format(name=name), descent.RATES, FIRST_RATES[name])
        for name in names
    }
    settings: dict[str, Any] = {"surface": surface}
    if taken("momentum", names):
        settings["momentum"] = control.slider("momentum", "momentum", RULES["momentum"], 0.9, 0.01)
    if taken("beta1", names):
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
    return surface, {name: run_of(name, rates[name], settings) for name in names}


def walked(runs: Runs) -> dict[str, descent.Walk]:
    """Return the walks: each kept by itself if they are short, else all from a worker process."""
    if effort(runs) <= ENOUGH:
        return {name: run(each.walk, **each.settings) for name, each in runs.items()}
    calls = tuple((each.walk, tuple(each.settings.items())) for each in runs.values())
    return dict(zip(runs, run(all_walks, heavy=True, runs=calls), strict=True))


def picture(
    surface: descent.Surface, view: str, walks: dict[str, descent.Walk], shown: bool
) -> None:
    """Draw the landscape, the walks, and their losses and learning rates."""
    solid = view != MAP
    land = run(descent_facts.landscape, surface=surface, solid=solid)
    names = " ".join(walks)
    if shown:
        losses = ", ".join(f"{name} {walk.losses[-1]:.3g}" for name, walk in walks.items())
        alt = _("The walks of {names} across the landscape. Their losses at the end: {losses}.")
        told = alt.format(names=names, losses=losses)
    else:
        walks = {name: descent_facts.begun(walk) for name, walk in walks.items()}
        told = _("The landscape, and where {names} begin.").format(names=names)
    words = translated(WORDS)
    if solid:
        chart(figures.in_relief, land, walks, words, key="relief", alt=told)
        told = _("The loss and the learning rate of {names}, step by step.").format(names=names)
        chart(figures.curves, walks, words, key="curves", alt=told)
    else:
        chart(figures.on_map, land, walks, words, key="map", alt=told)


def predictions(runs: Runs, walks: dict[str, descent.Walk]) -> None:
    """Ask where the first walk ends, and which walk arrives first."""
    words = translated(ANSWERS)
    about = {name: sorted(each.settings.items(), key=str) for name, each in runs.items()}
    name, (_walk, settings) = next(iter(runs.items()))
    one, two = st.columns(2, gap="medium")
    with one:
        question = _("With lr = {lr:g}, how high is the loss of {name} after {steps} steps?")
        asked = question.format(lr=settings["lr"], name=name, steps=settings["steps"])
        answers = where(walks[name], settings["lr"], bound(name, settings))
        named = [each._replace(value=words[str(each.value)]) for each in answers]
        predict("where", asked, *options(named, TOLD), {name: about[name]})
    with two:
        question = _("Which one is the first whose loss comes below 0.001 for good?")
        named = [
            each._replace(value=words.get(str(each.value), each.value)) for each in first(walks)
        ]
        predict("first", question, *options(named, TOLD_FIRST), about)


def bound(name: str, settings: dict[str, Any]) -> descent_facts.Limit:
    """Return from which learning rate on an optimizer flies away, as far as a formula tells."""
    momentum = {key: value for key, value in settings.items() if key == "momentum"}
    limit: descent_facts.Limit = run(
        descent_facts.limit,
        method=descent.OPTIMIZERS[name],
        surface=settings["surface"],
        **momentum,
    )
    return limit


def table(runs: Runs, walks: dict[str, descent.Walk], shown: bool) -> None:
    """Show what came of each walk, and from which learning rate on it would fly away."""
    hidden = f":gray[{_('hidden until you answer')}]"
    bounds = {name: bound(name, each.settings) for name, each in runs.items()}
    curvature = next(iter(bounds.values())).curvature
    rows: dict[str, Any] = {
        _("largest curvature L"): _("without bound") if curvature is None else curvature
    }
    broken = []
    for name, walk in walks.items():
        end = descent_facts.end(walk)
        said = f"`{end.loss:.4g}` {_('at')} `({end.place[0]:.4g}, {end.place[1]:.4g})`"
        if end.arrived is not None:
            said += f", {_('below 0.001 since step')} {end.arrived}"
        elif end.fate == "no lower":
            said += f", {_('no lower than it began')}"
        if (rate := bounds[name].rate) is not None:
            formula = _("lr = {lr:g}, limit {limit:.4g}")
            said += f"; {formula.format(lr=runs[name].settings['lr'], limit=rate)}"
        rows[_("loss of {name} at the end").format(name=name)] = said if shown else hidden
        if end.broken is not None:
            broken.append(
                _("After step {step} the loss of {name} is no finite number any more: the steps "
                  "grew until float32, which ends at 3.4e38, could not hold them. Choose a "
                  "smaller lr.").format(name=name, step=end.broken)
            )  # fmt: skip
    numbers(rows)
    if curvature is not None:
        st.markdown(
            _("With SGD one step multiplies the distance along the steepest axis by 1 − lr·L. "
              "It shrinks as long as lr is below the limit 2/L. Momentum moves the limit to "
              "2(1 + momentum)/L, Nesterov to 2(1 + momentum)/((1 + 2 momentum)·L).")
        )  # fmt: skip
    for sentence in broken if shown else ():
        st.warning(sentence)


def goal(surface: descent.Surface, walks: dict[str, descent.Walk]) -> None:
    """Set the challenge."""
    walk = walks.get("momentum")
    if surface is not descent.rosenbrock:
        progress = _("This is another landscape.")
    elif walk is None:
        progress = _("Momentum is not among the optimizers.")
    else:
        steps = len(walk.rates)
        told = _("The loss of momentum after {steps} steps is {loss:.4g}.")
        progress = told.format(steps=steps, loss=walk.losses[-1])
    challenge(
        _("On Rosenbrock, from (-1.5, 2), bring plain momentum below a loss of 0.001 in at most "
          "200 steps. Which counts more, the learning rate or the momentum?"),
        walk is not None and reaches(walk, surface),
        progress,
        _("The valley floor is flat and its sides are steep: the sides keep lr small, so only a "
          "long memory of many small steps along the floor gets you through in time."),
    )  # fmt: skip


lesson("descent", page, wrong.BUGS)
