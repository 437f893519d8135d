"""What an autograd function of your own is good for: a sine fitted with it, neurons that switch."""

from typing import Any

import streamlit as st

from lib.core.controls import Control, Menu, Slider
from lib.lessons.autograd.custom_function import questions as asked
from lib.lessons.autograd.custom_function import sign_network, sine_fit, training_figures
from pages import parts
from pages.parts import Goal, Question, _, control
from pages.parts.options import Options
from pages.parts.prediction import revealed

SLUG = "custom_function"
TUTORIALS = "https://docs.pytorch.org/tutorials/beginner"
DEGREE = 3  # the tutorial's
# The controls of the network, which the challenge above them reads.
CONTROLS: dict[str, Control] = {
    "surrogate": Menu(sign_network.SURROGATES),
    "width": Slider(sign_network.WIDTH, 2.0, 0.25),
    "seed": Slider(sign_network.SEED, 0),
}


def fate_question(mistake: str) -> Question:
    """Ask what a mistake does to the loss of PyTorch's tutorial; a worker finds the answer."""
    function = sine_fit.FITS[mistake]

    def find() -> Options:
        record = parts.run(sine_fit.fit_sine, heavy=True, autograd_function=function, degree=DEGREE)
        fates = asked.fates(record, function is sine_fit.Legendre)
        return parts.options(fates, asked.FEEDBACK_FATE, asked.FATES, sort=False)

    words = _(
        "PyTorch's tutorial fits sin(x) by a + b · P3(c + d x). With the mistake {mistake} in the "
        "backward of P3, after 2000 steps the loss is ...",
        mistake=mistake,
    )
    return Question("fate", words, [_(each) for each in asked.FATES.values()], find)


def sine() -> None:
    """Show the fit of PyTorch's tutorial as it learns, with a right or a wrong backward."""
    st.markdown(
        _("[PyTorch's tutorial]({one}) fits sin(x) by a + b · P(c + d x), where P is a Legendre "
          "polynomial: 2000 points, 2000 steps, learning rate 0.000005. The same training runs "
          "here. The weights a, b, c and d live in a [module]({other}).",
          one=f"{TUTORIALS}/examples_autograd/two_layer_net_custom_function.html",
          other=f"{TUTORIALS}/examples_nn/two_layer_net_module.html")
    )  # fmt: skip
    left, right = st.columns([1, 2], gap="medium")
    may_see = "fate" in revealed(SLUG)
    with left:
        degree = control.slider("degree", _("degree of the fit"), sine_fit.DEGREE, DEGREE)
        function = control.choice("fit_mistake", _("mistake in backward"), sine_fit.FITS)
        settings = {"autograd_function": function, "degree": degree}
        record: sine_fit.Fit = parts.run(sine_fit.fit_sine, heavy=True, **settings)
        losses, weights = record.losses.tolist(), record.weights[-1].tolist()
        rows = {_("loss before"): losses[0], _("loss after 2000 steps"): losses[-1]}
        rows |= zip(("`a`", "`b`", "`c`", "`d`"), weights, strict=True)
        parts.numbers(rows, may_see, always=[_("loss before")])
    with right:
        alt = _("The fit of sin(x) as it learns. The loss begins at {first}.", first=losses[0])
        if may_see:
            alt += " " + _("After 2000 steps it is {last}.", last=losses[-1])
        parts.chart(training_figures.fit, record=record, key="fit", alt=alt, revealed=may_see)
        if not may_see:
            st.caption(_("The third question asks how it ends."))
    parts.program(sine_fit.fit_sine, **settings)


def sign_goal() -> Goal:
    """Ask for a gradient for sign; the network is trained once somebody has opened it below."""
    goal = _(
        "Eight neurons that output only −1 or 1, below, learn nothing with the true slope of sign, "
        "which is 0. Find a slope for backward with which they tell a disk from what is around it "
        "on {goal:.0%} of new points.",
        goal=asked.GOAL,
    )
    learned = _(
        "Straight through everywhere sends neurons off that are nowhere near their step. A slope "
        "near the step only tells them what a small move would change."
    )
    if not st.session_state.get(f"{SLUG}.neurons.open"):
        return Goal(goal, False, _("the neurons below have not been trained yet."), learned)
    result = _learned()
    progress = _("the accuracy is {accuracy}.", accuracy=f"{result.accuracy:.1%}")
    return Goal(goal, asked.reaches(result), progress, learned)


def _setting(name: str) -> Any:
    """Return what a control of the network says, which stands farther down on the page."""
    key, spec = f"{SLUG}.{name}", CONTROLS[name]
    text = st.session_state.get(key, st.query_params.get(key))
    try:
        return spec.default if text is None else spec.read([str(text)])
    except ValueError:  # an address may hold anything
        return spec.default


def _settings() -> dict[str, Any]:
    settings = {name: _setting(name) for name in CONTROLS}
    if settings["surrogate"] not in sign_network.WITH_WIDTH:  # the others would not move with it
        settings["width"] = CONTROLS["width"].default
    return settings


def _learned() -> sign_network.Learned:
    result: sign_network.Learned = parts.run(
        sign_network.learn_with_sign, heavy=True, **_settings()
    )
    return result


def neurons() -> None:
    """Show the network of the challenge, with the slope of your choice."""
    left, right = st.columns([1, 2], gap="medium")
    with left:
        surrogate = control.choice("surrogate", _("slope for sign"), sign_network.SURROGATES)
        if surrogate in sign_network.WITH_WIDTH:
            control.slider("width", _("width of the slope"), sign_network.WIDTH, 2.0, 0.25)
        control.slider("seed", _("seed"), sign_network.SEED, 0)
        result = _learned()
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
    parts.program(sign_network.learn_with_sign, **_settings())
