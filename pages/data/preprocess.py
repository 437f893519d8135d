"""Preprocess: from pixels to tensors, step by step, and the notes' WrappedDataLoader."""

from typing import Any, NamedTuple

import streamlit as st

from lib.lessons.data.preprocess import figures, normalization
from lib.lessons.data.preprocess import lesson as preprocess
from lib.lessons.data.preprocess import questions as asked
from lib.lessons.data.preprocess import steps as chains
from lib.lessons.data.preprocess.composed import composed
from pages import parts
from pages.parts import _, control
from pages.parts.data.preprocess_closer import closer
from pages.parts.listing import listing
from pages.parts.picture_source import picture_source

NONE = "none"


class State(NamedTuple):
    """What the controls say, and what comes of it."""

    settings: dict[str, Any]
    chain: preprocess.Chain
    revealed: bool


def controls() -> State:
    """Show the controls."""
    image = picture_source()
    names = {name: name for name in (NONE, *chains.STEPS)}
    begin = [*chains.FIRST_CHAIN, *[NONE] * (chains.MOST_STEPS - len(chains.FIRST_CHAIN))]
    steps = [
        control.choice(f"step{place}", f"{_('step')} {place}", names, name)
        for place, name in enumerate(begin, start=1)
    ]
    settings = {
        "image": image,
        "steps": tuple(step for step in steps if step != NONE),
        "seed": control.slider("seed", _("seed of the random steps"), preprocess.SEEDS, 0),
    }
    revealed = parts.reveal(_("Show every step"))
    return State(settings, parts.run(preprocess.follow, **settings), revealed)


def picture(state: State) -> None:
    """Draw the image after every step; say why the chain ended early, if it did."""
    chain = state.chain
    alt = _("An image of shape {shape} before and after a chain of {count} steps, and the "
            "histogram of its numbers after every step.",
            shape=chain.snapshots[0].shape, count=len(chain.steps))  # fmt: skip
    parts.chart(figures.strip, chain=chain, key="strip", alt=alt, revealed=state.revealed)
    if state.revealed and chain.error:
        failing = chain.steps[len(chain.snapshots) - 1]
        st.error(f"`v2.{failing}`: {parts.literal(chain.error)}", icon=":material/error:")


def questions(state: State) -> None:
    """Ask for mean and std after Normalize, and for the shape that comes out."""
    chain, settings = state.chain, state.settings
    answers = asked.guesses(chain, settings["image"])
    before, after = asked.subject(chain, settings["image"])
    subtracted, divided = asked.RED[after.call]
    parts.ask(
        (
            "normalized",
            _("Red has a mean of {mean:.2f} and a std of {std:.2f}. What are they after `{call}`, "
              "which works with {subtracted} and {divided} for red?",
              mean=before.mean[0], std=before.std[0], call=after.call,
              subtracted=subtracted, divided=divided),
            parts.options(answers["normalized"], asked.FEEDBACK),
            settings,
        ),
        (
            "shape",
            _("The image is an array of shape `{shape}`. What comes out of the whole chain?",
              shape=chain.snapshots[0].shape),
            parts.options(answers["shape"], asked.FEEDBACK_SHAPE, asked.LABELS, sort=False),
            settings,
        ),
    )  # fmt: skip


def numbers(state: State) -> None:
    """Show the end of the chain in numbers, and the chain as one writes it."""
    last = state.chain.snapshots[-1]
    rows = {
        _("what it is"): f"`{last.kind}`",
        "`x.shape`": f"`{last.shape}`",
        "`x.dtype`": f"`{last.dtype}`",
        _("smallest, largest"): (last.low, last.high),
        _("mean of each channel"): last.mean,
        _("std of each channel"): last.std,
        _("clipped when shown"): f"{last.clipped:.1%}",
    }
    parts.numbers(rows, state.revealed)
    st.markdown(_("The chain as you would write it:"))
    image, seed = state.settings["image"], state.settings["seed"]
    text = composed(state.chain, image, seed, state.revealed)
    listing(text, "preprocess.chain", _("Your chain as one v2.Compose"))


def program(state: State) -> None:
    """Show the program that took the steps."""
    parts.program(preprocess.follow, **state.settings)


def challenge(state: State) -> None:
    """Ask for the mean and std of a batch."""
    goal = st.container()
    left, right = st.columns([1, 2], gap="medium")
    with left:
        colors = {"red": _("red"), "green": _("green"), "blue": _("blue")}
        settings = {}
        ranges = {"mean": (normalization.MEANS, 0.5), "std": (normalization.STDS, 0.25)}
        for place, (kind, (rule, start)) in zip(st.columns(2), ranges.items(), strict=True):
            with place:
                for color, word in colors.items():
                    name = f"{kind}_{color}"
                    settings[name] = control.slider(name, f"{kind} {word}", rule, start, 0.01)
    result: normalization.Normalized = parts.run(
        normalization.normalize_batch, image=state.settings["image"], **settings
    )
    means, stds = (" ".join(f"{x:.2f}" for x in each) for each in (result.mean, result.std))
    with right:
        alt = _("Histograms of red, green and blue of a batch with the means {mean}.", mean=means)
        parts.chart(figures.histogram, result=result, key="whitened", alt=alt)
    with goal:
        flat = _("One channel of this image is the same everywhere: no std can scale it. Choose "
                 "another.")  # fmt: skip
        now = _("After Normalize the means are {means} and the stds {stds}.",
                means=means, stds=stds)  # fmt: skip
        parts.challenge(
            _("Eight pieces of your image are one batch. Choose mean and std of `Normalize` so "
              "that every channel has mean 0 and std 1, up to {near}.", near=normalization.NEAR),
            normalization.reaches(result),
            flat if result.flat else now,
            _("Mean and std of Normalize are those of your data, measured before: with mean 0 and "
              "std 1 it changes nothing, so the numbers you see are the ones to write."),
        )  # fmt: skip


parts.lesson(
    "preprocess",
    controls=controls,
    picture=picture,
    questions=questions,
    numbers=numbers,
    program=program,
    more=lambda state: closer(state.settings),
    challenge=challenge,
)
