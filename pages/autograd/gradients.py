"""Gradients: what backward() leaves in x.grad."""

from typing import Any

import streamlit as st

from lib.lessons.autograd.gradients import figures
from lib.lessons.autograd.gradients import lesson as gradients
from lib.lessons.autograd.gradients import reference as gradients_by_hand
from lib.lessons.autograd.gradients.questions import TOLD, TOLD_TWICE, Guesses, guesses
from lib.lessons.autograd.gradients.steps import ENDS, NUMBER, OPERATIONS, WITH_NUMBER
from lib.plots import autograd_graph as graphs
from pages.parts import control
from pages.parts.challenge import challenge
from pages.parts.chart import chart
from pages.parts.lesson import lesson
from pages.parts.numbers import numbers
from pages.parts.predict import ask, options, predict, reveal
from pages.parts.program import program
from pages.parts.run import run
from pages.parts.run_result import literal, written
from pages.parts.steps import steps
from pages.parts.text import _, translated

RULES = gradients.what_backward_leaves.rules


def page() -> None:
    """Show the lesson."""
    questions = st.container()
    left, right = st.columns([1, 2], gap="medium")
    with left:
        settings = controls()
        shown = reveal(_("Show x.grad and the way back"))
    static = {name: settings[name] for name in ("expression", "x", "n", "steps")}
    result = run(gradients.what_backward_leaves, **settings)
    with right:
        pictures(settings, shown)
    with questions:
        predictions(settings, run(guesses, **static))
    theory = run(gradients_by_hand.formula, **static)
    measured = run(gradients_by_hand.numerical_gradient, **static)
    distance = None if result.grad is None else float(abs(result.grad - measured).max())
    numbers(
        {
            "`out`": result.out,
            "`x.grad`": result.grad,
            _("by formula, for one backward"): f"${theory.text}$",
            _("by a central finite difference"): measured,
            _("largest distance of x.grad from it"): distance,
            "`out.requires_grad`": result.requires_grad,
        },
        shown,
        always=("`out`", "`out.requires_grad`"),
    )
    if result.refused:
        st.warning(f"`out.backward()`: **RuntimeError:** {literal(result.refused)}")
    if theory.odd:
        st.info(_(gradients_by_hand.ODD[theory.odd]))
    program(gradients.what_backward_leaves, **settings)
    goal(settings, result, shown)


def controls() -> dict[str, Any]:
    """Show the controls and return the settings."""
    names = gradients.EXPRESSIONS
    expression = control.choice("expression", _("out is"), names)
    return {
        "expression": expression,
        "x": control.slider("x", _("every element of x"), RULES["x"], 1.0, 0.25),
        "n": control.slider("n", _("x is n by n"), RULES["n"], 2),
        "calls": control.slider("calls", _("times forward and backward"), RULES["calls"], 1),
        "zero_between": control.switch("zero_between", _("zero x.grad before each backward")),
        "detach": control.buttons("detach", _("detach"), RULES["detach"].options),
        "no_grad": control.switch("no_grad", _("forward under torch.no_grad()")),
        "steps": built() if expression is gradients.chain else (),
    }


def built() -> tuple[str, ...]:
    """Show the controls of an expression you build; return its steps."""
    chosen = steps(
        [*OPERATIONS], WITH_NUMBER, NUMBER, [("+", 2), ("pow", 2), ("none", 1), ("none", 1)]
    )
    return (*chosen, control.buttons("end", _("then"), tuple(ENDS)))


def predictions(settings: dict[str, Any], answers: Guesses) -> None:
    """Ask the two questions."""
    about = {name: settings[name] for name in ("expression", "x", "n", "steps")}
    slope = _("What is every element of x.grad after one backward()?")
    twice = _("And after a second forward and backward, if nobody zeroes it?")
    ask(
        ("slope", slope, options(answers.slope, TOLD), about),
        ("twice", twice, options(answers.twice, TOLD_TWICE), about),
    )


def pictures(settings: dict[str, Any], shown: bool) -> None:
    """Draw the graph that autograd recorded, and the curve with its tangent."""
    recorded = {k: v for k, v in settings.items() if k not in ("calls", "zero_between")}
    graph, curve = st.columns(2)
    with graph:
        record = run(gradients.walk_backward, **recorded)
        alt = _("The graph of out, from the leaves down, with the value and gradient of each node.")
        words = translated(graphs.WORDS)
        chart(graphs.graph, record, words, key="graph", alt=alt, still=not shown)
    with curve:
        points = run(gradients_by_hand.curve, **settings)
        alt = _("out as x[0, 0] moves and the others stay. At x it is {out}.")
        if shown:
            alt += " " + _("The line through it has the slope {grad}.")
        else:
            points = points._replace(grad=None)
        alt = alt.format(out=f"{points.value:.4g}", grad=points.grad)
        chart(figures.curve, points, not shown, key="curve", alt=alt)


def goal(settings: dict[str, Any], result: gradients.Gradients, shown: bool) -> None:
    """Set the challenge."""
    notes = settings["expression"] is gradients.mean_of_square and settings["calls"] == 1
    reached = notes and settings["n"] != 2 and gradients_by_hand.reaches(result)
    met = challenge(
        _("Keep the notes' expression, mean(3(x+2)²), and one backward. Find an n other than 2 and "
          "an x for which every element of `x.grad` is 4.5. Then say why x.grad shrinks as n "
          "grows."),
        bool(reached),
        f"n = {settings['n']}, x.grad: {written(result.grad) if shown else '?'}",
        _("Now say why x.grad shrinks as n grows."),
    )  # fmt: skip
    if met:
        right = _("out is a mean")
        told = {
            _("x is smaller"): _("Every element of x is what you set it to, for any n."),
            right: _("It has n² elements, so each one moves it by only 1/n² of its own slope."),
            _("backward() divides by n"): _("backward() knows no n. The mean in forward does."),
        }
        predict("why", _("Why does x.grad shrink as n grows?"), right, told, {})


lesson("gradients", page)
