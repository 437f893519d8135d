"""What the lesson looks like: a function with its two slopes, and gradcheck's two tables."""

import re
from typing import Any

from lib.core.controls import Control, Menu, Slider
from lib.core.i18n import Translate, english, mark, translated
from lib.core.scene import ALL, Line, Picture, Revealed, Row, Scene
from lib.lessons.autograd.custom_function import figures
from lib.lessons.autograd.custom_function.functions import (
    FUNCTIONS,
    MISTAKES,
    AutogradFunction,
    LegendrePolynomial3,
    returned,
)
from lib.lessons.autograd.custom_function.gradcheck import (
    EXPLANATIONS,
    Curves,
    Jacobians,
    curves,
    explanation,
    jacobians,
)
from lib.lessons.autograd.custom_function.lesson import (
    GRAD_OUTPUT,
    SLOPE,
    Comparison,
    X,
    check_backward,
)
from lib.plots.numbers import digits

IDEA = mark(
    "For a function that PyTorch cannot differentiate, you write both ways. `forward` makes "
    ":violet[**y**] of :blue[**x**]. `backward` gets :orange[**grad_output**], how much the loss "
    "grows with :violet[**y**], and returns it times the slope of :violet[**y**]. PyTorch believes "
    "what you return. `gradcheck` does what you would do in NumPy: it moves each :blue[**x**] a "
    "little and compares."
)
SYMBOLS = {"x": "blue", "y": "violet", "grad_output": "orange"}
CONTROLS: dict[str, Control] = {
    "function": Menu({name: name for name in FUNCTIONS}),
    "mistake": Menu({name: name for name in MISTAKES}),
    "x": Slider(X, 1.0, 0.25),
    "grad_output": Slider(GRAD_OUTPUT, 1.0, 0.5),
    "negative_slope": Slider(SLOPE, 0.1, 0.05),
}
# Played once before the first question: another function, with a mistake on one side.
EXAMPLE = {"function": "clamp", "mistake": "term", "x": 0.5}

LEAKY = "leaky ReLU"
ABOUT = {
    "Legendre P3": mark(
        "P3, the third Legendre polynomial, is (5x³ − 3x) / 2. Such polynomials are building "
        "blocks for curves, as sines are."
    ),
    "ReLU": mark("ReLU makes negative numbers 0 and leaves the others as they are."),
    LEAKY: mark("A leaky ReLU multiplies negative numbers by a slope of your own."),
    "clamp": mark("clamp lets nothing below −1 and nothing above 1."),
    "round": mark(
        "round takes the nearest whole number. A backward that goes straight through acts as if y "
        "were x."
    ),
}
FORWARD, PASSED, CHECKED = 0, tuple(range(len(figures.PASSED))), len(figures.PASSED)


def settings(**values: Any) -> dict[str, Any]:
    """Join the function and the mistake in its backward to the one that is checked."""
    is_leaky = values["function"] == LEAKY
    slope = values.get("negative_slope", CONTROLS["negative_slope"].default)
    return {
        "autograd_function": FUNCTIONS[values["function"]][values["mistake"]],
        "x": values["x"],
        "grad_output": values["grad_output"],
        # The others would not move with it.
        "negative_slope": slope if is_leaky else CONTROLS["negative_slope"].default,
    }


def names_of(function: AutogradFunction) -> tuple[str, str]:
    """Return how the page calls a function and the mistake in its backward.

    >>> names_of(LegendrePolynomial3)
    ('Legendre P3', 'none')
    """
    return next(
        (name, mistake)
        for name, row in FUNCTIONS.items()
        for mistake, each in row.items()
        if each is function
    )


def scene(
    autograd_function: AutogradFunction = LegendrePolynomial3,
    x: float = 1.0,
    grad_output: float = 1.0,
    negative_slope: float = 0.1,
    *,
    revealed: Revealed = ALL,
    _: Translate = english,
) -> Scene:
    """Return what is seen at these settings; the questions are "grad" and "count".

    "grad" uncovers what backward returns, "count" which numbers of gradcheck's tables differ.
    Numbers from which either could be read are seen once both are answered.
    """
    function: dict[str, Any] = {
        "autograd_function": autograd_function, "negative_slope": negative_slope,
    }  # fmt: skip
    at = check_backward(x=x, grad_output=grad_output, **function)
    drawn = curves(grad_output=grad_output, **function)
    tables = jacobians(x=x, **function)
    name, _mistake = names_of(autograd_function)
    words = translated(figures.WORDS, _)
    grad, count = "grad" in revealed, "count" in revealed
    both = grad and count
    alt = _("The function from -2 to 2; at x = {x} it is {y}.", x=at.x[1], y=at.y[1])
    if both:
        more = _(
            "Below, backward gives {grad} there, the finite difference {difference:.4g}.",
            grad=at.grad[1],
            difference=at.difference[1],
        )
        alt = f"{alt} {more}"
    told = _("Two tables of nine numbers: how each of three outputs moves with each input.")
    if count:
        differing = _("They differ in {count}.", count=int((~tables.agrees).sum()))
        told = f"{told} {differing}"
    return Scene(
        pictures={
            "slopes": Picture(
                figures.slopes(drawn, at, tables, words, backward=grad, difference=both), alt
            ),
            "jacobians": Picture(
                figures.jacobians(tables, words, marked=count, numbers=both), told
            ),
        },
        code=code(autograd_function, x, grad_output, negative_slope),
        caption=f"{_(ABOUT[name])} {_('Drag the point.')}",
        numbers=rows(
            at, tables, why(autograd_function, grad_output, negative_slope, drawn, tables), grad, _
        ),
        pause=320,
        error="" if at.accepted else "GradcheckError",
    )


def why(
    function: AutogradFunction,
    grad_output: float,
    negative_slope: float,
    drawn: Curves,
    tables: Jacobians,
) -> str:
    """Return what to make of gradcheck's verdict; "" where it speaks for itself."""
    key = explanation(function, grad_output, negative_slope, drawn, tables)
    return EXPLANATIONS.get(key, "")


def rows(
    at: Comparison, tables: Jacobians, explained: str, has_grad: bool, _: Translate
) -> tuple[Row, ...]:
    """Return the function in numbers, and gradcheck's verdict in its own words."""

    def three(values: Any) -> str:
        return f"`{' '.join(digits(float(value), 6) for value in values)}`"

    both = "count" if has_grad else "grad"  # the one of the two that is still to be answered
    made = [
        Row("`y`", three(at.y)),
        Row("`y.grad_fn`", f"`{at.grad_fn}`"),
        Row("`x.grad`", three(at.grad), "grad"),
        Row(_("by central finite differences"), three(at.difference), both),
        Row(_("largest distance in gradcheck's tables (Jacobians)"),
            digits(tables.distance, 6), both),
        Row(_("gradcheck allows"), _("0.00001, and a thousandth of the finite difference")),
        Row("`gradcheck`", "`True`" if at.accepted else "`GradcheckError`", "count"),
    ]  # fmt: skip
    if not at.accepted:
        made.append(Row(_("in its own words"), at.message, both))
    if explained:
        made.append(Row(_("what to make of it"), _(explained), "count"))
    return tuple(made)


def code(
    function: AutogradFunction, x: float, grad_output: float, negative_slope: float
) -> tuple[Line, ...]:
    """Return the class, as its own source says it, and the lines that use and check it."""
    forward, backward = (
        _expression(each, negative_slope) for each in (function.forward, function.backward)
    )
    has_x = re.search(r"\bx\b", backward)
    places = ", ".join(f"{float(f'{x + shift:.6g}')!r}" for shift in (-0.7, 0, 0.7))
    name = function.__name__
    lines = [
        Line(f"class {name}(torch.autograd.Function):"),
        Line("    @staticmethod"),
        Line("    def forward(ctx, x):"),
        *([Line("        ctx.save_for_backward(x)")] if has_x else []),
        Line(f"        return {forward}", (FORWARD,)),
        Line("    @staticmethod"),
        Line("    def backward(ctx, grad_output):"),
        *([Line("        (x,) = ctx.saved_tensors")] if has_x else []),
        Line(f"        return {backward}", PASSED[1:]),
        Line(f"x = torch.tensor([{places}], dtype=torch.double, requires_grad=True)"),
        Line(f"{name}.apply(x).backward(torch.full_like(x, {float(grad_output)!r}))"),
        Line(f"torch.autograd.gradcheck({name}.apply, x)", (CHECKED,)),
    ]
    return tuple(lines)


def _expression(method: Any, negative_slope: float) -> str:
    """Return what a method returns for x, with the slope of a leaky ReLU as its number."""
    written = re.sub(r"(ctx\.)?negative_slope", f"{float(negative_slope)!r}", returned(method))
    return written.removesuffix(", None")
