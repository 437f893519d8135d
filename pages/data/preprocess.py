"""Preprocess: from pixels to tensors, step by step, and the notes' WrappedDataLoader."""

from typing import Any

import streamlit as st

from lib.lessons.data.preprocess import batch as batches
from lib.lessons.data.preprocess import figures
from lib.lessons.data.preprocess import figures_batch as batch_figures
from lib.lessons.data.preprocess import lesson as preprocess
from lib.lessons.data.preprocess import questions as asked
from lib.lessons.data.preprocess import steps as chains
from lib.lessons.data.preprocess.text import composed
from pages.parts import control
from pages.parts.challenge import challenge
from pages.parts.chart import chart
from pages.parts.data.preprocess import closer
from pages.parts.lesson import lesson
from pages.parts.listing import listing
from pages.parts.numbers import numbers
from pages.parts.picture_source import picture_source
from pages.parts.predict import ask, options, reveal
from pages.parts.program import program
from pages.parts.run import run
from pages.parts.run_result import literal
from pages.parts.text import _, translated

NONE = "none"


def page() -> None:
    """Show the lesson."""
    questions = st.container()
    left, right = st.columns([1, 2], gap="medium")
    with left:
        settings = controls()
        shown = reveal(_("Show every step"))
    chain: preprocess.Chain = run(preprocess.follow, **settings)
    with right:
        alt = _("A picture of shape {shape} before and after a chain of {count} steps, and the "
                "histogram of its numbers after every step.")  # fmt: skip
        told = alt.format(shape=chain.looks[0].shape, count=len(chain.steps))
        chart(figures.strip, chain, shown, translated(figures.WORDS), key="strip", alt=told)
        if shown and chain.refused:
            failing = chain.steps[len(chain.looks) - 1]
            st.error(f"`v2.{failing}`: {literal(chain.refused)}", icon=":material/error:")
    with questions:
        predictions(chain, settings)
    table(chain, shown)
    st.markdown(_("The chain as you would write it:"))
    text = composed(chain, settings["image"], settings["seed"], shown)
    listing(text, "preprocess.chain", _("Your chain as one v2.Compose"))
    program(preprocess.follow, **settings)
    st.subheader(_("Eight draws, wrong views, and the notes' loader"), anchor=False)
    closer(settings)
    whiten(settings["image"])


def controls() -> dict[str, Any]:
    """Show the controls and return the settings."""
    image = picture_source()
    names = {name: name for name in (NONE, *chains.STEPS)}
    begin = [*chains.FIRST_CHAIN, *[NONE] * (chains.MOST_STEPS - len(chains.FIRST_CHAIN))]
    steps = [
        control.choice(f"step{place}", f"{_('step')} {place}", names, name)
        for place, name in enumerate(begin, start=1)
    ]
    return {
        "image": image,
        "steps": tuple(step for step in steps if step != NONE),
        "seed": control.slider("seed", _("seed of the random steps"), preprocess.SEEDS, 0),
    }


def predictions(chain: preprocess.Chain, settings: dict[str, Any]) -> None:
    """Ask for mean and spread after Normalize, and for the shape that comes out."""
    answers = asked.guesses(chain, settings["image"])
    before, after = asked.subject(chain, settings["image"])
    normalized = _("Red has a mean of {mean:.2f} and a spread of {std:.2f}. What are they after "
                   "`{call}`, which works with {subtracted} and {divided} for red?")  # fmt: skip
    subtracted, divided = asked.RED[after.call]
    fields = {"mean": before.mean[0], "std": before.std[0], "call": after.call}
    shape = _("The picture is an array of shape `{shape}`. What comes out of the whole chain?")
    ask(
        ("normalized", normalized.format(**fields, subtracted=subtracted, divided=divided),
         options(answers["normalized"], asked.TOLD), settings),
        ("shape", shape.format(shape=chain.looks[0].shape),
         options(answers["shape"], asked.TOLD_SHAPE, asked.LABELS, sort=False), settings),
    )  # fmt: skip


def table(chain: preprocess.Chain, shown: bool) -> None:
    """Show the end of the chain in numbers."""
    last = chain.looks[-1]
    rows = {
        _("what it is"): f"`{last.kind}`",
        "`x.shape`": f"`{last.shape}`",
        "`x.dtype`": f"`{last.dtype}`",
        _("smallest, largest"): (last.low, last.high),
        _("mean of each channel"): last.mean,
        _("spread of each channel"): last.std,
        _("cut off by a viewer"): f"{last.clipped:.1%}",
    }
    numbers(rows, shown)


def whiten(image: str | bytes) -> None:
    """Set the challenge."""
    goal = st.container()
    left, right = st.columns([1, 2], gap="medium")
    with left:
        colors = {"red": _("red"), "green": _("green"), "blue": _("blue")}
        first, second = st.columns(2)
        settings = {}
        ranges = {"mean": (batches.MEANS, 0.5), "std": (batches.STDS, 0.25)}
        for place, (kind, (rule, start)) in zip((first, second), ranges.items(), strict=True):
            with place:
                for color, word in colors.items():
                    name = f"{kind}_{color}"
                    settings[name] = control.slider(name, f"{kind} {word}", rule, start, 0.01)
    result: batches.Normalized = run(batches.normalize_batch, image=image, **settings)
    with right:
        alt = _("Histograms of red, green and blue of a batch with the means {mean}.")
        told = alt.format(mean=", ".join(f"{mean:.2f}" for mean in result.mean))
        words = translated(batch_figures.WORDS)
        chart(batch_figures.histogram, result, words, key="whitened", alt=told)
    with goal:
        means, stds = (" ".join(f"{x:.2f}" for x in each) for each in (result.mean, result.std))
        now = _("After Normalize the means are {means} and the spreads {stds}.")
        flat = _("One channel of this picture is the same everywhere: nothing can spread it. "
                 "Choose another.")  # fmt: skip
        challenge(
            _("Eight pieces of your picture are one batch. Choose mean and std of `Normalize` so "
              "that every channel has mean 0 and spread 1, up to {near}.").format(
                near=batches.NEAR
            ),
            batches.reaches(result),
            flat if result.flat else now.format(means=means, stds=stds),
            _("Mean and std of Normalize are those of your data, measured before: with mean 0 and "
              "std 1 it changes nothing, so the numbers you see are the ones to write."),
        )  # fmt: skip


lesson("preprocess", page)
