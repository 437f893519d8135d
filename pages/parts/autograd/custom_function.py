"""What a layer of your own is good for: a sine fitted with it, and neurons that say yes or no."""

from typing import Any

import streamlit as st

from lib.lessons.autograd.custom_function import figures_learning as learning
from lib.lessons.autograd.custom_function import fit as fits
from lib.lessons.autograd.custom_function import messages as told
from lib.lessons.autograd.custom_function import questions as asked
from lib.lessons.autograd.custom_function import sign as signs
from pages.parts import control
from pages.parts.challenge import challenge
from pages.parts.chart import chart
from pages.parts.numbers import numbers
from pages.parts.predict import options, predict
from pages.parts.program import program
from pages.parts.run import run
from pages.parts.text import _, sentence, translated


def sine(shown: bool) -> None:
    """Show the fit of PyTorch's tutorial, with a right or a wrong backward.

    Args:
        shown: whether what the questions ask for is uncovered.
    """
    question = st.container()
    left, right = st.columns([1, 2], gap="medium")
    with left:
        st.markdown(sentence(told.INTRODUCTION))
        degree = control.slider("degree", _("degree of the fit"), fits.DEGREE, 3)
        layer = control.choice("fit_mistake", _("mistake in backward"), fits.FITS)
        settings, under = {"layer": layer, "degree": degree}, st.container()
    record: fits.Fit = run(fits.fit_sine, heavy=True, **settings)
    first, last = record.losses[0], record.losses[-1]
    with right:
        alt, words = sentence(told.fit(record, shown)), translated(learning.WORDS)
        chart(learning.fit, record, words, not shown, key="fit", alt=alt, still=not shown)
    with question:
        fate = _("The loss begins at {first:.4g}. With this backward, after 2000 steps it is ...")
        answers = options(
            asked.fates(record, right=layer is fits.Legendre),
            asked.TOLD_FATE,
            asked.FATES,
            sort=False,
        )
        predict("fate", fate.format(first=first), *answers, settings)
    if shown:
        with under:
            names = (_("loss before"), _("loss after 2000 steps"), "`a`", "`b`", "`c`", "`d`")
            values = (float(first), float(last), *record.weights[-1].tolist())
            numbers(dict(zip(names, values, strict=True)))
    program(fits.fit_sine, **settings)


def goal() -> None:
    """Set the challenge of custom_function: a gradient for sign."""
    place = st.container()
    left, right = st.columns([1, 2], gap="medium")
    with left:
        surrogate = control.choice("surrogate", _("slope for sign"), signs.SURROGATES)
        settings: dict[str, Any] = {"surrogate": surrogate, "width": 2.0}
        if surrogate in signs.WITH_WIDTH:  # the others would not move with it
            label = _("width of the slope")
            settings["width"] = control.slider("width", label, signs.WIDTH, 2.0, 0.25)
        settings["seed"] = control.slider("seed", _("seed"), signs.SEED, 0)
        under = st.container()
    result: signs.Learned = run(signs.learn_with_sign, heavy=True, **settings)
    share = f"{result.accuracy:.1%}"
    with right:
        alt = _("What eight sign neurons say of a disk: {accuracy} right.").format(accuracy=share)
        chart(learning.disk, result, translated(learning.WORDS), key="disk", alt=alt)
    with under:
        numbers(
            {
                _("right, of 2000 new points"): f"`{share}`",
                _("loss before"): float(result.losses[0]),
                _("loss after 200 steps"): float(result.losses[-1]),
                _("the neurons' weights moved by"): result.moved,
            }
        )
    with place:
        challenge(
            sentence(told.CHALLENGE),
            asked.reaches(result),
            _("{share} right so far.").format(share=share),
            _("Straight through everywhere sends neurons off that are nowhere near their step. A "
              "slope near the step only tells them what a small move would change."),
        )  # fmt: skip
    program(signs.learn_with_sign, **settings)
