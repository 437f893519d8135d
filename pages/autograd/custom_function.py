"""Custom function: write your own layer, and let gradcheck judge its way back."""

from typing import Any

import streamlit as st

from lib.autograd import custom_function as own
from lib.autograd import custom_function_bugs as wrong
from lib.autograd import custom_function_fit as fits
from lib.autograd import custom_function_sign as signs
from lib.autograd import custom_function_views as views
from lib.autograd.custom_function_layers import Layer
from lib.autograd.custom_function_questions import (
    FATES,
    GOAL,
    TOLD,
    TOLD_COUNT,
    TOLD_FATE,
    fates,
    guesses,
    reaches,
)
from lib.autograd.custom_function_wrong import LAYERS
from lib.figures.autograd import custom_function as figures
from lib.figures.autograd import custom_function_learning as learning
from pages.parts import control, outline
from pages.parts.challenge import challenge
from pages.parts.chart import chart
from pages.parts.code import code
from pages.parts.lesson import lesson
from pages.parts.numbers import numbers
from pages.parts.predict import options, predict, reveal
from pages.parts.run import run
from pages.parts.text import _, translated

EXAMPLES = "https://docs.pytorch.org/tutorials/beginner"
TUTORIAL = f"{EXAMPLES}/examples_autograd/two_layer_net_custom_function.html"
MODULES = f"{EXAMPLES}/examples_nn/two_layer_net_module.html"


def page() -> None:
    """Show the lesson."""
    names = [_("Check one layer"), _("Fit a sine with it")]
    key = f"{outline.current().slug}.view"
    one, other = st.tabs(names, key=key, on_change="rerun", bind="query-params")
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
    result: own.Checked = run(own.check_backward, **settings)
    drawn = run(views.curves, layer=layer, upstream=settings["upstream"], slope=slope)
    tables: views.Jacobians = run(views.jacobians, layer=layer, x=settings["x"], slope=slope)
    with right:
        pictures(drawn, result, tables, shown)
    with questions:
        predictions(settings, result, tables)
    hidden = f":gray[{_('hidden until you answer')}]"
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
    told = list(rows)[:3]
    numbers({name: value if shown or name in told else hidden for name, value in rows.items()})
    if shown:
        verdict(result, views.odd(layer, slope, drawn, tables))
    code(own.check_backward, **settings)
    return shown


def controls() -> dict[str, Any]:
    """Show the controls and return the settings."""
    row = control.choice("layer", _("layer"), LAYERS)
    layer: Layer = control.choice("mistake", _("mistake in backward"), row)
    leaky = row is LAYERS["leaky ReLU"]
    return {
        "layer": layer,
        "x": control.slider("x", _("x, the middle of three places"), own.X, 1.0, 0.25),
        "upstream": control.slider(
            "upstream", _("grad_output that arrives at y"), own.UPSTREAM, 1.0, 0.5
        ),
        "slope": control.slider("slope", _("slope for negative x"), own.SLOPE, 0.1, 0.05)
        if leaky
        else 0.1,
    }


def pictures(
    drawn: views.Curves, result: own.Checked, tables: views.Jacobians, shown: bool
) -> None:
    """Draw the layer with its two slopes, and the two tables that gradcheck compares."""
    words = translated(figures.WORDS)
    alt = _("The layer from -2 to 2; at x = {x} it is {y}.")
    if shown:
        alt += " " + _("Below, backward gives {grad} there, the finite difference {difference}.")
    numbers_of = {"x": result.x[1], "y": result.y[1], "grad": result.grad[1]}
    alt = alt.format(difference=f"{result.difference[1]:.4g}", **numbers_of)
    chart(figures.slopes, drawn, result, words, not shown, key="slopes", alt=alt)
    st.markdown(_("What gradcheck compares: how each output moves with each input."))
    alt = _("Two tables of nine numbers, by finite differences and by backward.")
    if shown:
        alt += " " + _("They differ in {count}.").format(count=int((~tables.agrees).sum()))
    chart(figures.jacobians, tables, words, not shown, key="jacobians", alt=alt)


def predictions(settings: dict[str, Any], result: own.Checked, tables: views.Jacobians) -> None:
    """Ask what lands in x.grad, and what gradcheck finds."""
    answers = guesses(result, tables)
    first, second = st.columns(2, gap="medium")
    with first:
        question = _(
            "With this backward and grad_output {upstream:g}, what is x.grad at x = {x:g}?"
        )
        predict("grad", question.format(**settings), *options(answers["grad"], TOLD), settings)
    with second:
        question = _("gradcheck compares two tables of nine numbers. In how many do they differ?")
        predict("count", question, *options(answers["count"], TOLD_COUNT), settings)


def verdict(result: own.Checked, odd: str) -> None:
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
        told = _(
            "[PyTorch's tutorial]({one}) fits sin(x) by a + b · P(c + d x), P a Legendre "
            "polynomial: 2000 points, 2000 steps, rate 0.000005. Here they are, all real; the "
            "weights live in a [module]({other})."
        )
        st.markdown(told.format(one=TUTORIAL, other=MODULES))
        degree = control.slider("degree", _("degree of the fit"), fits.DEGREE, 3)
        layer = control.choice("fit_mistake", _("mistake in backward"), fits.FITS)
        under = st.container()
    settings = {"layer": layer, "degree": degree}
    record: fits.Fit = run(fits.fit_sine, heavy=True, **settings)
    first, last = record.losses[0], record.losses[-1]
    with right:
        alt = _("The fit of sin(x) as it learns. The loss begins at {first}.").format(first=first)
        if shown:
            alt += " " + _("After 2000 steps it is {last}.").format(last=last)
        words = translated(learning.WORDS)
        chart(learning.fit, record, words, not shown, key="fit", alt=alt, still=not shown)
    with question:
        asked = _("The loss begins at {first:.4g}. With this backward, after 2000 steps it is ...")
        answers = fates(record)
        answer = next(_(FATES[each.code]) for each in answers if each.right)
        told_of = {_(FATES[each.code]): _(TOLD_FATE[each.code]) for each in answers}
        predict("fate", asked.format(first=first), answer, told_of, settings)
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
        surrogate = control.choice("surrogate", _("slope for sign"), signs.SURROGATES)
        settings = {
            "surrogate": surrogate,
            "width": control.slider("width", _("width of the slope"), signs.WIDTH, 2.0, 0.25),
            "seed": control.slider("seed", _("seed"), signs.SEED, 0),
        }
        under = st.container()
    result: signs.Learned = run(signs.learn_with_sign, heavy=True, **settings)
    with right:
        alt = _("What eight sign neurons say of a disk: {accuracy} right.")
        told = alt.format(accuracy=f"{result.accuracy:.1%}")
        chart(learning.disk, result, translated(learning.WORDS), key="disk", alt=told)
    with under:
        numbers(
            {
                _("right, of 2000 new points"): f"`{result.accuracy:.1%}`",
                _("loss before"): float(result.losses[0]),
                _("loss after 200 steps"): float(result.losses[-1]),
                _("the neurons' weights moved by"): result.moved,
            }
        )
    with place:
        challenge(
            _("Eight neurons that answer only −1 or 1 are to tell a disk from what is around it. "
              "sign is flat, so with its true slope they never learn. Find a slope for backward "
              "with which they get {goal} of 2000 new points right.").format(goal=f"{GOAL:.0%}"),
            reaches(result),
            _("{share} right so far.").format(share=f"{result.accuracy:.1%}"),
            _("Straight through everywhere sends neurons off that are nowhere near their step. A "
              "slope near the step only tells them what a small move would change."),
        )  # fmt: skip
    code(signs.learn_with_sign, **settings)


lesson("custom_function", page, wrong.BUGS, wrong.THEN)
