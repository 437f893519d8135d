"""What an autograd function of your own is good for: a sine fitted with it, neurons that switch."""

from typing import Any, NamedTuple

import streamlit as st

from lib.lessons.autograd.custom_function import questions as asked
from lib.lessons.autograd.custom_function import sign_network, sine_fit, training_figures
from pages import parts
from pages.parts import _, control

TUTORIALS = "https://docs.pytorch.org/tutorials/beginner"


class Sine(NamedTuple):
    """The settings of the fit, and what came of it."""

    settings: dict[str, Any]
    record: sine_fit.Fit


def sine_controls() -> Sine:
    """Show the controls of the fit of PyTorch's tutorial, with a right or a wrong backward."""
    st.markdown(
        _("[PyTorch's tutorial]({one}) fits sin(x) by a + b · P(c + d x), where P is a Legendre "
          "polynomial: 2000 points, 2000 steps, learning rate 0.000005. The same training runs "
          "here. The weights a, b, c and d live in a [module]({other}).",
          one=f"{TUTORIALS}/examples_autograd/two_layer_net_custom_function.html",
          other=f"{TUTORIALS}/examples_nn/two_layer_net_module.html")
    )  # fmt: skip
    degree = control.slider("degree", _("degree of the fit"), sine_fit.DEGREE, 3)
    function = control.choice("fit_mistake", _("mistake in backward"), sine_fit.FITS)
    settings = {"autograd_function": function, "degree": degree}
    return Sine(settings, parts.run(sine_fit.fit_sine, heavy=True, **settings))


def sine_picture(sine: Sine, revealed: bool) -> None:
    """Draw the fit as it learns."""
    first, last = sine.record.losses[0], sine.record.losses[-1]
    alt = _("The fit of sin(x) as it learns. The loss begins at {first}.", first=first)
    if revealed:
        alt += " " + _("After 2000 steps it is {last}.", last=last)
    parts.chart(training_figures.fit, record=sine.record, key="fit", alt=alt, revealed=revealed)


def sine_question(sine: Sine) -> None:
    """Ask what becomes of the loss."""
    is_right = sine.settings["autograd_function"] is sine_fit.Legendre
    parts.predict(
        "fate",
        _("The loss begins at {first:.4g}. With this backward, after 2000 steps it is ...",
          first=sine.record.losses[0]),
        *parts.options(
            asked.fates(sine.record, is_right), asked.FEEDBACK_FATE, asked.FATES, sort=False
        ),
        sine.settings,
    )  # fmt: skip


def sine_numbers(sine: Sine, revealed: bool) -> None:
    """Show the loss before and after, and the weights."""
    losses, weights = sine.record.losses.tolist(), sine.record.weights[-1].tolist()
    before, after = _("loss before"), _("loss after 2000 steps")
    rows = {before: losses[0], after: losses[-1]}
    rows |= zip(("`a`", "`b`", "`c`", "`d`"), weights, strict=True)
    parts.numbers(rows, revealed, always=[before])


def sign_challenge() -> None:
    """Ask for a gradient for sign."""
    goal = st.container()
    left, right = st.columns([1, 2], gap="medium")
    with left:
        surrogate = control.choice("surrogate", _("slope for sign"), sign_network.SURROGATES)
        settings: dict[str, Any] = {"surrogate": surrogate, "width": 2.0}
        if surrogate in sign_network.WITH_WIDTH:  # the others would not move with it
            settings["width"] = control.slider(
                "width", _("width of the slope"), sign_network.WIDTH, 2.0, 0.25
            )
        settings["seed"] = control.slider("seed", _("seed"), sign_network.SEED, 0)
        result: sign_network.Learned = parts.run(
            sign_network.learn_with_sign, heavy=True, **settings
        )
        accuracy = f"{result.accuracy:.1%}"
        parts.numbers(
            {
                _("accuracy on 2000 new points"): f"`{accuracy}`",
                _("loss before"): float(result.losses[0]),
                _("loss after 200 steps"): float(result.losses[-1]),
                _("the neurons' weights moved by"): result.moved,
            }
        )
    with right:
        alt = _(
            "What eight sign neurons predict of a disk: accuracy {accuracy}.", accuracy=accuracy
        )
        parts.chart(training_figures.disk, record=result, key="disk", alt=alt)
    with goal:
        parts.challenge(
            _("Eight neurons that output only −1 or 1 are to tell a disk from what is around it. "
              "sign is flat, so with its true slope they never learn. Find a slope for backward "
              "with which their accuracy on 2000 new points reaches {goal:.0%}.", goal=asked.GOAL),
            asked.reaches(result),
            _("The accuracy is {accuracy} so far.", accuracy=accuracy),
            _("Straight through everywhere sends neurons off that are nowhere near their step. A "
              "slope near the step only tells them what a small move would change."),
        )  # fmt: skip
    parts.program(sign_network.learn_with_sign, **settings)
