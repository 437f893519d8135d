"""Custom function: write your own layer, and let gradcheck judge its way back."""

from typing import Any

import streamlit as st

from lib.autograd import custom_function as own
from lib.autograd import custom_function_bugs as wrong
from lib.autograd import custom_function_fit as fits
from lib.autograd import custom_function_questions as asked
from lib.autograd import custom_function_sign as signs
from lib.autograd import custom_function_views as views
from lib.autograd import custom_function_words as told
from lib.autograd.custom_function import Checked
from lib.autograd.custom_function_layers import Layer
from lib.autograd.custom_function_views import Curves, Jacobians
from lib.autograd.custom_function_wrong import LAYERS
from lib.figures.autograd import custom_function as figures
from lib.figures.autograd import custom_function_learning as learning
from pages.parts import control
from pages.parts.challenge import challenge
from pages.parts.chart import chart
from pages.parts.code import code
from pages.parts.lesson import lesson
from pages.parts.numbers import numbers
from pages.parts.predict import ask, options, predict, reveal
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
        "`y.grad_fn`": result.grad_fn,
        _("backward returns"): f"`{views.returned(layer)}`",
        "`x.grad`": result.grad,
        _("by central finite differences"): result.difference,
        _("largest distance in gradcheck's tables"): tables.distance,
        _("gradcheck allows"): _("0.00001, and a thousandth of the finite difference"),
        "`gradcheck`": result.accepted if result.accepted else "`GradcheckError`",
    }
    numbers(rows, shown, always=list(rows)[:3])
    if shown:
        verdict(result, views.odd(layer, slope, drawn, tables))
    code(own.check_backward, **settings)
    return shown


def controls() -> dict[str, Any]:
    """Show the controls and return the settings."""
    row = control.choice("layer", _("layer"), LAYERS)
    layer: Layer = control.choice("mistake", _("mistake in backward"), row)
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


def sine(shown: bool) -> None:
    """Show the fit of PyTorch's tutorial, with a right or a wrong backward."""
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
        answers = options(asked.fates(record), asked.TOLD_FATE, asked.FATES, sort=False)
        predict("fate", fate.format(first=first), *answers, settings)
    if shown:
        with under:
            names = (_("loss before"), _("loss after 2000 steps"), "`a`", "`b`", "`c`", "`d`")
            values = (float(first), float(last), *record.weights[-1].tolist())
            numbers(dict(zip(names, values, strict=True)))
    code(fits.fit_sine, **settings)


def goal() -> None:
    """Set the challenge: a gradient for sign."""
    place = st.container()
    left, right = st.columns([1, 2], gap="medium")
    with left:
        settings = {
            "surrogate": control.choice("surrogate", _("slope for sign"), signs.SURROGATES),
            "width": control.slider("width", _("width of the slope"), signs.WIDTH, 2.0, 0.25),
            "seed": control.slider("seed", _("seed"), signs.SEED, 0),
        }
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
    code(signs.learn_with_sign, **settings)


lesson("custom_function", page, wrong.BUGS, wrong.THEN)
