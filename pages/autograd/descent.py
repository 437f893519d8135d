"""Descent: the optimizers of torch.optim on one landscape."""

from typing import Any

import streamlit as st

from lib.lessons.autograd.descent import messages, runs
from lib.lessons.autograd.descent.lesson import SURFACES
from lib.lessons.autograd.descent.questions import (
    ANSWERS,
    FIRST_FEEDBACK,
    LARGEST_RATE,
    WHERE_FEEDBACK,
    first,
    reaches,
    where,
)
from lib.lessons.autograd.descent.scene import WALKED, formula
from pages import parts
from pages.parts import Goal, Hints, Program, Question, Settings, _
from pages.parts.prediction import revealed


def controls() -> Settings:
    """Show the landscape, the optimizers and the first one's learning rate; the rest under More."""
    labels = {"surface": _("landscape"), "optimizers": _("optimizers, up to three")}
    values = parts.shown(labels)
    names = values["optimizers"]
    rates = {f"{name}.lr": _("lr of {name}", name=name) for name in names}
    values |= parts.shown(dict(list(rates.items())[:1]))
    with parts.more():
        values |= parts.shown(dict(list(rates.items())[1:]))
        values |= memory(names)
        values |= pair({"start_x": _("start x"), "start_y": _("start y")})
        values |= parts.shown(
            {"steps": _("steps"), "schedule": _("schedule of lr"), "view": _("picture")}
        )
    return values


def memory(names: tuple[str, ...]) -> Settings:
    """Show the controls for what the optimizers remember of earlier slopes."""
    values: Settings = {}
    if runs.taken("momentum", names):
        values |= parts.shown({"momentum": "momentum"})
    if runs.taken("beta1", names):
        values |= pair({"beta1": "beta1", "beta2": "beta2"})
    return values


def pair(labels: dict[str, str]) -> Settings:
    """Show two controls side by side."""
    values: Settings = {}
    for place, (name, label) in zip(st.columns(2), labels.items(), strict=True):
        with place:
            values |= parts.shown({name: label})
    return values


def walked(settings: Settings) -> Any:
    """Return the walks at some settings, by the optimizers' names."""
    return parts.run(runs.walks, **{name: settings[name] for name in WALKED})


def questions(settings: Settings) -> list[Question]:
    """Ask where the first walk ends, and which walk arrives first."""
    names = {name: settings[name] for name in WALKED}
    walks, limits = walked(settings), parts.run(runs.limits, **names)
    name, lr = settings["optimizers"][0], settings["rates"][0]
    fields = {
        "name": name,
        "lr": f"{lr:g}",
        "steps": settings["steps"],
        "formula": formula(settings["surface"]),
        "x": settings["start_x"],
        "y": settings["start_y"],
    }
    height = _(
        "{name} with lr = {lr} walks from ({x:g}, {y:g}) on `loss = {formula}`. How high is the "
        "loss after {steps} steps?",
        **fields,
    )
    rates = zip(settings["optimizers"], settings["rates"], strict=True)
    winner = _(
        "On {surface}, {walkers}: whose loss is the first to come below 0.001 for good?",
        surface=next(n for n, each in SURFACES.items() if each is settings["surface"]),
        walkers=", ".join(f"{each} (lr {rate:g})" for each, rate in rates),
    )
    ends = parts.options(where(walks[name], lr, limits[name]), WHERE_FEEDBACK, ANSWERS, sort=False)
    return [
        parts.question("where", height, ends),
        parts.question("first", winner, parts.options(first(walks), FIRST_FEEDBACK, ANSWERS)),
    ]


def challenge(settings: Settings) -> Goal:
    """Ask for a walk through Rosenbrock's valley with momentum."""
    surface, walk = settings["surface"], walked(settings).get("momentum")
    asked = "where" if settings["optimizers"][0] == "momentum" else "first"
    may_see = asked in revealed("descent")
    return Goal(
        _("On Rosenbrock, from (-1.5, 2), bring plain momentum below a loss of 0.001 in at most "
          "200 steps, with an lr of at most {lr:g}. How much momentum does it take?",
          lr=LARGEST_RATE),
        walk is not None and reaches(walk, surface),
        parts.sentence(messages.progress(surface, walk, may_see)),
        _("The valley floor is flat and its sides are steep: the sides keep lr small, so only a "
          "long memory of many small steps along the floor gets you through in time."),
    )  # fmt: skip


def program(settings: Settings) -> Program:
    """Return the program of the optimizer that was chosen first."""
    calls = runs.calls(**{name: settings[name] for name in WALKED})
    run = next(iter(calls.values()))
    return Program(run.walk, run.settings)


def hints(_settings: Settings) -> Hints:
    """Say which way through the valley is short enough."""
    return Hints(
        _("Choose Rosenbrock, momentum alone, and 200 steps. Then begin with a small lr, so that "
          "the steep sides do not throw the walk out."),
        _("A small lr is slow along the flat floor. More momentum adds many small steps up: try "
          "0.95."),
        {"surface": "Rosenbrock", "optimizers": ["momentum"], "steps": 200, "momentum": 0.95,
            "momentum.lr": "0.001", "start_x": -1.5, "start_y": 2.0},
    )  # fmt: skip


parts.page(
    "descent",
    controls=controls,
    questions=questions,
    challenge=challenge,
    hints=hints,
    program_of=program,
)
