"""What the lesson looks like: the graph walked backward, the curve with its tangent, the code."""

from typing import Any

import numpy as np

from lib.core.controls import Buttons, Field, Menu, Slider, Switch
from lib.core.i18n import Translate, english, mark, translated
from lib.core.scene import ALL, Line, Picture, Revealed, Row, Scene
from lib.lessons.autograd.gradients import figures
from lib.lessons.autograd.gradients.lesson import (
    CALLS,
    ENDS,
    EXPRESSIONS,
    NUMBER,
    OPERATIONS,
    STEP,
    WITH_NUMBER,
    Expression,
    Gradients,
    N,
    Steps,
    X,
    chain,
    mean_of_square,
    product,
    sigmoid,
    split,
    total,
    walk_backward,
    what_backward_leaves,
)
from lib.lessons.autograd.gradients.reference import (
    SPECIAL,
    Formula,
    curve,
    formula,
    numerical_gradient,
)
from lib.plots import autograd_graph
from lib.plots.numbers import digits

IDEA = mark(
    "A tensor made with `requires_grad=True` remembers what you do with it. "
    ":violet[**out**]`.backward()` walks that record from the end to the start, multiplies the "
    "slope of each step (the chain rule), and adds the result to :blue[**x**]`.grad`: how much "
    ":violet[**out**] would change if one element of :blue[**x**] moved a little. NumPy keeps no "
    "such record."
)
NONE = "none"
PLACES = (("+", 2.0), ("pow", 2.0), (NONE, 1.0), (NONE, 1.0))  # what a chain begins with
CONTROLS = {
    "x": Slider(X, 1.0, STEP),
    "n": Slider(N, 2),
    "calls": Slider(CALLS, 1),
    "expression": Menu(EXPRESSIONS),
    "zero_between": Switch(),
    "detach": Buttons({name: name for name in ("nowhere", "y", "z")}),
    "no_grad": Switch(),
    **{
        f"step{place}": Menu({name: name for name in (NONE, *OPERATIONS)}, operation)
        for place, (operation, _number) in enumerate(PLACES, start=1)
    },
    **{
        f"number{place}": Field(NUMBER, number, 0.5)
        for place, (_operation, number) in enumerate(PLACES, start=1)
    },
    "end": Buttons({name: name for name in ENDS}),
}
SYMBOLS = {"x": "blue", "y": "orange", "out": "violet"}
# Played once before the first question, at another x than the question's.
EXAMPLE = {"x": -1.0, "n": 1}

BACKWARD = tuple(range(1, 30))  # the frames in which the graph is walked backward

# How a student writes each expression, line by line.
WRITTEN: dict[Expression, tuple[str, ...]] = {
    mean_of_square: ("y = x + 2", "z = y * y * 3", "out = z.mean()"),
    total: ("y = x + 2", "z = y * y", "out = z.sum()"),
    sigmoid: ("y = 3 * x", "z = torch.sigmoid(y)", "out = z.mean()"),
    product: ("y = x * w", "z = y * w", "out = z.sum()"),
}


def settings(**values: Any) -> dict[str, Any]:
    """Join the controls of a chain to its steps."""
    steps: Steps = ()
    if values["expression"] is chain:
        chosen = [(values[f"step{i}"], values[f"number{i}"]) for i in range(1, len(PLACES) + 1)]
        steps = tuple(
            f"{name} {number:g}" if name in WITH_NUMBER else name
            for name, number in chosen
            if name != NONE
        )
        steps = (*steps, values["end"])
    names = ("expression", "x", "n", "calls", "zero_between", "detach", "no_grad")
    return {**{name: values[name] for name in names}, "steps": steps}


def scene(
    expression: Expression = mean_of_square,
    x: float = 1.0,
    n: int = 2,
    calls: int = 1,
    zero_between: bool = False,
    detach: str = "nowhere",
    no_grad: bool = False,
    steps: Steps = (),
    *,
    revealed: Revealed = ALL,
    _: Translate = english,
) -> Scene:
    """Return what is seen at these settings; the questions are "slope" and "twice"."""
    forward: dict[str, Any] = {"expression": expression, "x": x, "n": n, "steps": steps}
    cut: dict[str, Any] = {"detach": detach, "no_grad": no_grad}
    backward: dict[str, Any] = {"calls": calls, "zero_between": zero_between}
    result = what_backward_leaves(**forward, **cut, **backward)
    exact = formula(**forward)
    question = "slope" if calls == 1 else "twice"
    may_see = question in revealed
    graph = autograd_graph.graph(
        walk_backward(**forward, **cut),
        translated(autograd_graph.WORDS, _),
        {"x": result.grad, "w": result.w_grad},
    )
    slope = figures.curve(curve(**forward), result, exact, revealed=may_see)
    grad = "None" if result.grad is None else digits(float(result.grad[0, 0]))
    alt = _("out as x[0, 0] moves and the others stay. At x it is {out}.", out=digits(result.out))
    if may_see:
        alt = f"{alt} {_('The line through it has the slope {grad}.', grad=grad)}"
    return Scene(
        pictures={
            "graph": Picture(
                graph if may_see else graph.unplayed(),
                _("The graph of out, from the leaves down, with the value of each node."),
            ),
            "curve": Picture(slope, alt),
        },
        code=code(**forward, **cut, **backward),
        caption=_("Drag the point: out as one element of x moves, and the graph of out."),
        numbers=rows(result, exact, numerical_gradient(**forward), question, _),
        pause=1400,
        error="RuntimeError" if result.refused else "",
    )


def rows(
    result: Gradients, exact: Formula, measured: np.ndarray, question: str, _: Translate
) -> tuple[Row, ...]:
    """Return x.grad, held against the chain rule and a finite difference."""
    n = len(measured)
    grad, distance = "`None`", "`None`"
    both = tuple(name for name in result.leaves if name in result.recorded)
    if result.grad is not None:
        grad = f"`{digits(float(result.grad[0, 0]), 6)}` ({_('every one of')} {n} × {n})"
        distance = digits(float(abs(result.grad - measured).max()), 2)
    made = [
        Row("`out`", digits(result.out, 6)),
        Row(_("these require a gradient"), _names(result.recorded)),
        Row(_("these are leaf tensors"), _names(result.leaves)),
        Row(_("both, so these may get a `.grad`"), _names(both)),
        Row("`x.grad`", grad, question),
        Row(_("by the chain rule, for one backward"), exact.text, "slope"),
        Row(_("by a central finite difference"), digits(float(measured[0, 0]), 6), "slope"),
        Row(_("largest distance of x.grad from it"), distance, question),
    ]
    if result.refused:
        made.append(Row("`out.backward()`", f"RuntimeError: {result.refused}"))
    if exact.special:
        made.append(Row(_("special here"), _(SPECIAL[exact.special]), "slope"))
    return tuple(made)


def _names(names: tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def code(
    expression: Expression,
    x: float,
    n: int,
    detach: str,
    no_grad: bool,
    steps: Steps,
    calls: int,
    zero_between: bool,
) -> tuple[Line, ...]:
    """Return what a student would write for exactly these settings."""
    lines = [f"x = torch.full(({n}, {n}), {float(x)!r}, requires_grad=True)"]
    if expression is product:
        lines.append("w = torch.full_like(x, 3.0, requires_grad=True)")
    forward = [_detached(each, detach) for each in WRITTEN.get(expression) or written_chain(steps)]
    if no_grad:
        forward = ["with torch.no_grad():", *(f"    {each}" for each in forward)]
    zeroed = ["x.grad = None"] if zero_between and calls > 1 else []
    body = [*forward, *zeroed, "out.backward()"]
    if calls > 1:
        body = [f"for _ in range({calls}):", *(f"    {each}" for each in body)]
    return tuple(
        Line(each, BACKWARD if each.endswith("out.backward()") else ())
        for each in (*lines, *body, "print(x.grad)")
    )


def _detached(line: str, name: str) -> str:
    """Return a line whose result is cut off the graph, if it makes the tensor of that name."""
    target, _, value = line.partition(" = ")
    if target != name:
        return line
    return f"{target} = {value if value.startswith('(') else f'({value})'}.detach()"


def written_chain(steps: Steps) -> list[str]:
    """Return the lines of an expression that a visitor built: y after one step, z after all."""
    inner, end = split(steps)
    lines = [f"y = {_step(inner[0], 'x')}" if inner else "y = x"]
    z = "y"
    for step in inner[1:]:
        z = _step(step, z)
    return [*lines, f"z = {z}", f"out = z.{end}()"]


def _step(step: str, name: str) -> str:
    """Return a step as Python writes it, in brackets where another may follow."""
    operation, _, number = step.partition(" ")
    sign = {"pow": "**"}.get(operation, operation)
    return f"({name} {sign} {number})" if number else f"torch.{operation}({name})"
