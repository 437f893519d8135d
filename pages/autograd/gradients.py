"""Gradients: what backward() leaves in x.grad."""

from typing import Any, NamedTuple

import streamlit as st

from lib.lessons.autograd.gradients import figures, reference
from lib.lessons.autograd.gradients import lesson as gradients
from lib.lessons.autograd.gradients.questions import SLOPE_FEEDBACK, TWICE_FEEDBACK, guesses
from lib.lessons.autograd.gradients.steps import ENDS, NUMBER, OPERATIONS, WITH_NUMBER
from lib.plots import autograd_graph
from pages import parts
from pages.parts import _, control

CHAIN = (("+", 2), ("pow", 2), ("none", 1), ("none", 1))


class State(NamedTuple):
    """What the controls say, and what comes of it."""

    settings: dict[str, Any]
    forward: dict[str, Any]  # those settings that the value of out depends on
    result: gradients.Gradients
    exact: reference.Formula
    revealed: bool


def controls() -> State:
    """Show the controls."""
    expression = control.choice("expression", _("out is"), gradients.EXPRESSIONS)
    settings = {
        "expression": expression,
        "x": control.slider("x", _("every element of x"), gradients.X, 1.0, 0.25),
        "n": control.slider("n", _("x is n by n"), gradients.N, 2),
        "calls": control.slider("calls", _("times forward and backward"), gradients.CALLS, 1),
        "zero_between": control.switch("zero_between", _("zero x.grad before each backward")),
        "detach": control.buttons("detach", _("detach"), gradients.DETACH.options),
        "no_grad": control.switch("no_grad", _("forward under torch.no_grad()")),
        "steps": chain() if expression is gradients.chain else (),
    }
    revealed = parts.reveal(_("Show x.grad and the backward pass"))
    forward = {name: settings[name] for name in ("expression", "x", "n", "steps")}
    result = parts.run(gradients.what_backward_leaves, **settings)
    return State(settings, forward, result, parts.run(reference.formula, **forward), revealed)


def chain() -> tuple[str, ...]:
    """Show the controls of an expression you build; return its steps."""
    chosen = parts.steps([*OPERATIONS], WITH_NUMBER, NUMBER, CHAIN)
    return (*chosen, control.buttons("end", _("then"), tuple(ENDS)))


def picture(state: State) -> None:
    """Draw the graph that autograd recorded, and the curve with its tangent."""
    graph, curve = st.columns(2)
    with graph:
        recorded = {**state.forward, **{k: state.settings[k] for k in ("detach", "no_grad")}}
        parts.chart(
            autograd_graph.graph,
            record=parts.run(gradients.walk_backward, **recorded),
            key="graph",
            alt=_("The graph of out, from the leaves down, with value and gradient of each node."),
            revealed=state.revealed,
        )
    with curve:
        result = state.result
        alt = _(
            "out as x[0, 0] moves and the others stay. At x it is {out}.", out=f"{result.out:.4g}"
        )
        if state.revealed:
            grad = None if result.grad is None else float(result.grad[0, 0])
            alt += " " + _("The line through it has the slope {grad}.", grad=grad)
        parts.chart(
            figures.curve,
            points=parts.run(reference.curve, **state.forward),
            result=result,
            exact=state.exact,
            key="curve",
            alt=alt,
            revealed=state.revealed,
        )


def questions(state: State) -> None:
    """Ask for the slope, and for what a second backward makes of it."""
    answers = guesses(state.exact, state.settings["n"])
    slope = _("What is every element of x.grad after one backward()?")
    twice = _("And after a second forward and backward, if nobody zeroes it?")
    parts.ask(
        ("slope", slope, parts.options(answers["slope"], SLOPE_FEEDBACK), state.forward),
        ("twice", twice, parts.options(answers["twice"], TWICE_FEEDBACK), state.forward),
    )


def numbers(state: State) -> None:
    """Hold x.grad against the formula and the finite difference; say what PyTorch said."""
    result = state.result
    measured = parts.run(reference.numerical_gradient, **state.forward)
    distance = None if result.grad is None else float(abs(result.grad - measured).max())
    rows = {
        "`out`": result.out,
        "`x.grad`": result.grad,
        _("by formula, for one backward"): f"${state.exact.text}$",
        _("by a central finite difference"): measured,
        _("largest distance of x.grad from it"): distance,
        "`out.requires_grad`": result.requires_grad,
    }
    parts.numbers(rows, state.revealed, always=["`out`", "`out.requires_grad`"])
    if result.refused:
        st.warning(f"`out.backward()`: **RuntimeError:** {parts.literal(result.refused)}")
    if state.exact.special:
        st.info(_(reference.SPECIAL[state.exact.special]))


def program(state: State) -> None:
    """Show the program that went forward and backward."""
    parts.program(gradients.what_backward_leaves, **state.settings)


def challenge(state: State) -> None:
    """Ask for the notes' gradient at another n, and for the reason it shrinks."""
    settings, result = state.settings, state.result
    notes = settings["expression"] is gradients.mean_of_square and settings["calls"] == 1
    reached = notes and settings["n"] != 2 and reference.reaches(result)
    met = parts.challenge(
        _("Keep the notes' expression, mean(3(x+2)²), and one backward. Find an n other than 2 and "
          "an x for which every element of `x.grad` is 4.5. Then say why x.grad shrinks as n "
          "grows."),
        reached,
        f"n = {settings['n']}, x.grad: {parts.written(result.grad) if state.revealed else '?'}",
        _("Now say why x.grad shrinks as n grows."),
    )  # fmt: skip
    if met:
        right = _("out is a mean")
        feedback = {
            _("x is smaller"): _("Every element of x is what you set it to, for any n."),
            right: _("It has n² elements, so each one moves it by only 1/n² of its own slope."),
            _("backward() divides by n"): _("backward() knows no n. The mean in forward does."),
        }
        parts.predict("why", _("Why does x.grad shrink as n grows?"), right, feedback, {})


parts.lesson(
    "gradients",
    controls=controls,
    picture=picture,
    questions=questions,
    numbers=numbers,
    program=program,
    challenge=challenge,
)
