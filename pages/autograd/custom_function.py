"""Custom function: write your own autograd function, and let gradcheck judge its backward."""

from typing import Any, NamedTuple

import streamlit as st

from lib.lessons.autograd.custom_function import figures, gradcheck, sine_fit
from lib.lessons.autograd.custom_function import lesson as custom
from lib.lessons.autograd.custom_function import questions as asked
from lib.lessons.autograd.custom_function.functions import FUNCTIONS, returned
from pages import parts
from pages.parts import _, control
from pages.parts.autograd import custom_function_training as training


class State(NamedTuple):
    """What the controls say, and what comes of it."""

    settings: dict[str, Any]
    result: custom.Comparison
    drawn: gradcheck.Curves
    tables: gradcheck.Jacobians
    revealed: bool
    sine: training.Sine | None  # if its tab is open


def controls() -> State:
    """Show the controls: of one function, or of the fit of a sine with it."""
    one, fit = parts.tabs("view", [_("Check one function"), _("Fit a sine with it")])
    with one:
        settings = _function()
    sine = None
    if fit.open:
        with fit:
            sine = training.sine_controls()
    function = {name: settings[name] for name in ("autograd_function", "negative_slope")}
    return State(
        settings,
        parts.run(custom.check_backward, **settings),
        parts.run(gradcheck.curves, grad_output=settings["grad_output"], **function),
        parts.run(gradcheck.jacobians, x=settings["x"], **function),
        parts.reveal(_("Show the backward pass and gradcheck")),
        sine,
    )


def _function() -> dict[str, Any]:
    """Show the controls of one function and return its settings."""
    row = control.choice("function", _("autograd function"), FUNCTIONS)
    function = control.choice("mistake", _("mistake in backward"), row)
    for name, method in (("forward", function.forward), ("backward", function.backward)):
        st.markdown(f"{name}: `return {returned(method)}`")
    arrives, negative = _("grad_output that arrives at y"), _("negative_slope")
    is_leaky = row is FUNCTIONS["leaky ReLU"]
    return {
        "autograd_function": function,
        "x": control.slider("x", _("x, the middle of three places"), custom.X, 1.0, 0.25),
        "grad_output": control.slider("grad_output", arrives, custom.GRAD_OUTPUT, 1.0, 0.5),
        "negative_slope": control.slider("negative_slope", negative, custom.SLOPE, 0.1, 0.05)
        if is_leaky
        else 0.1,
    }


def picture(state: State) -> None:
    """Draw the function with its two slopes, and the two tables that gradcheck compares."""
    if state.sine:
        training.sine_picture(state.sine, state.revealed)
        return
    result, revealed = state.result, state.revealed
    alt = _("The function from -2 to 2; at x = {x} it is {y}.", x=result.x[1], y=result.y[1])
    if revealed:
        alt += " " + _(
            "Below, backward gives {grad} there, the finite difference {difference:.4g}.",
            grad=result.grad[1],
            difference=result.difference[1],
        )
    parts.chart(
        figures.slopes, drawn=state.drawn, at=result, key="slopes", alt=alt, revealed=revealed
    )
    st.markdown(_("What gradcheck compares: how each output moves with each input."))
    alt = _("Two tables of nine numbers, by finite differences and by backward.")
    if revealed:
        count = int((~state.tables.agrees).sum())
        alt += " " + _("They differ in {count}.", count=count)
    parts.chart(figures.jacobians, tables=state.tables, key="jacobians", alt=alt, revealed=revealed)


def questions(state: State) -> None:
    """Ask what lands in x.grad, and what gradcheck finds."""
    if state.sine:
        training.sine_question(state.sine)
        return
    answers = asked.guesses(state.result, state.tables)
    parts.ask(
        (
            "grad",
            _("With this backward and grad_output {grad_output:g}, what is x.grad at x = {x:g}?",
              **state.settings),
            parts.options(answers["grad"], asked.FEEDBACK),
            state.settings,
        ),
        (
            "count",
            _("gradcheck compares two tables of nine numbers. In how many do they differ?"),
            parts.options(answers["count"], asked.FEEDBACK_COUNT),
            state.settings,
        ),
    )  # fmt: skip


def numbers(state: State) -> None:
    """Show the function in numbers, and gradcheck's verdict."""
    if state.sine:
        training.sine_numbers(state.sine, state.revealed)
        return
    result = state.result
    rows = {
        "`y`": result.y,
        "`y.grad_fn`": f"`{result.grad_fn}`",
        "`x.grad`": result.grad,
        _("by central finite differences"): result.difference,
        _("largest distance in gradcheck's tables"): state.tables.distance,
        _("gradcheck allows"): _("0.00001, and a thousandth of the finite difference"),
        "`gradcheck`": result.accepted if result.accepted else "`GradcheckError`",
    }
    parts.numbers(rows, state.revealed, always=["`y`", "`y.grad_fn`"])
    if state.revealed:
        _verdict(state)


def _verdict(state: State) -> None:
    """Say what gradcheck said, and what to think of it."""
    if state.result.accepted:
        words = _("gradcheck returns True: it found no difference at these three places.")
        st.success(words, icon=":material/check_circle:")
    else:
        st.error(f"**GradcheckError**, {_('in its own words:')}", icon=":material/error:")
        st.code(state.result.message, language=None)
    function = state.settings["autograd_function"], state.settings["negative_slope"]
    if why := gradcheck.explanation(*function, state.drawn, state.tables):
        st.info(_(gradcheck.EXPLANATIONS[why]))


def program(state: State) -> None:
    """Show the program that made the numbers."""
    if state.sine:
        parts.program(sine_fit.fit_sine, **state.sine.settings)
    else:
        parts.program(custom.check_backward, **state.settings)


def challenge(_state: State) -> None:
    """Ask for a gradient for sign."""
    training.sign_challenge()


parts.lesson(
    "custom_function",
    controls=controls,
    picture=picture,
    questions=questions,
    numbers=numbers,
    program=program,
    challenge=challenge,
)
