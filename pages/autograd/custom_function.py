"""Custom function: write your own layer, and let gradcheck judge its way back."""

from typing import Any

import streamlit as st

from lib.lessons.autograd.custom_function import figures, views
from lib.lessons.autograd.custom_function import lesson as own
from lib.lessons.autograd.custom_function import messages as told
from lib.lessons.autograd.custom_function import questions as asked
from lib.lessons.autograd.custom_function.layers import Layer
from lib.lessons.autograd.custom_function.lesson import Checked
from lib.lessons.autograd.custom_function.views import Curves, Jacobians
from lib.lessons.autograd.custom_function.wrong import LAYERS
from pages.parts import control
from pages.parts.autograd.custom_function import goal, sine
from pages.parts.chart import chart
from pages.parts.lesson import lesson
from pages.parts.numbers import numbers
from pages.parts.predict import ask, options, reveal
from pages.parts.program import program
from pages.parts.run import run
from pages.parts.tabs import tabs
from pages.parts.text import _, sentence, translated


def page() -> None:
    """Show the lesson."""
    one, other = tabs("view", [_("Check one layer"), _("Fit a sine with it")])
    with one:
        shown = check()
    if other.open:
        with other:
            sine(shown)
    goal()


def check() -> bool:
    """Show a layer from all sides; return whether what the questions ask for is uncovered."""
    questions = st.container()
    left, right = st.columns([1, 2], gap="medium")
    with left:
        settings = controls()
        shown = reveal(_("Show the way back and gradcheck"))
    layer, slope = settings["layer"], settings["slope"]
    result: Checked = run(own.check_backward, **settings)
    drawn = run(views.curves, layer=layer, upstream=settings["upstream"], slope=slope)
    tables: Jacobians = run(views.jacobians, layer=layer, x=settings["x"], slope=slope)
    with right:
        pictures(drawn, result, tables, shown)
    with questions:
        predictions(settings, result, tables)
    rows = {
        "`y`": result.y,
        "`y.grad_fn`": f"`{result.grad_fn}`",
        "`x.grad`": result.grad,
        _("by central finite differences"): result.difference,
        _("largest distance in gradcheck's tables"): tables.distance,
        _("gradcheck allows"): _("0.00001, and a thousandth of the finite difference"),
        "`gradcheck`": result.accepted if result.accepted else "`GradcheckError`",
    }
    numbers(rows, shown, always=list(rows)[:2])
    if shown:
        verdict(result, views.odd(layer, slope, drawn, tables))
    program(own.check_backward, **settings)
    return shown


def controls() -> dict[str, Any]:
    """Show the controls and return the settings."""
    row = control.choice("layer", _("layer"), LAYERS)
    layer: Layer = control.choice("mistake", _("mistake in backward"), row)
    for name, method in (("forward", layer.forward), ("backward", layer.backward)):
        st.markdown(f"{name}: `return {views.returned(method)}`")
    arrives, negative = _("grad_output that arrives at y"), _("slope for negative x")
    leaky = row is LAYERS["leaky ReLU"]
    return {
        "layer": layer,
        "x": control.slider("x", _("x, the middle of three places"), own.X, 1.0, 0.25),
        "upstream": control.slider("upstream", arrives, own.UPSTREAM, 1.0, 0.5),
        "slope": control.slider("slope", negative, own.SLOPE, 0.1, 0.05) if leaky else 0.1,
    }


def pictures(drawn: Curves, result: Checked, tables: Jacobians, shown: bool) -> None:
    """Draw the layer with its two slopes, and the two tables that gradcheck compares."""
    words = translated(figures.WORDS)
    alt = sentence(told.slopes(result, shown))
    chart(figures.slopes, drawn, result, words, not shown, key="slopes", alt=alt)
    st.markdown(_("What gradcheck compares: how each output moves with each input."))
    alt = sentence(told.jacobians(tables, shown))
    chart(figures.jacobians, tables, words, not shown, key="jacobians", alt=alt)


def predictions(settings: dict[str, Any], result: Checked, tables: Jacobians) -> None:
    """Ask what lands in x.grad, and what gradcheck finds."""
    answers = asked.guesses(result, tables)
    grad = _("With this backward and grad_output {upstream:g}, what is x.grad at x = {x:g}?")
    count = _("gradcheck compares two tables of nine numbers. In how many do they differ?")
    ask(
        ("grad", grad.format(**settings), options(answers["grad"], asked.TOLD), settings),
        ("count", count, options(answers["count"], asked.TOLD_COUNT), settings),
    )


def verdict(result: Checked, odd: str) -> None:
    """Say what gradcheck said, and what to think of it."""
    if result.accepted:
        words = _("gradcheck returns True: it found no difference at these three places.")
        st.success(words, icon=":material/check_circle:")
    else:
        st.error(f"**GradcheckError**, {_('in its own words:')}", icon=":material/error:")
        st.code(result.said, language=None)
    if odd:
        st.info(_(views.WORDS[odd]))


lesson("custom_function", page)
