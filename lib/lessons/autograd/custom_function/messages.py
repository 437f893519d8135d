"""Sentences about a layer, its fit and its pictures, chosen by what came of them."""

from lib.core.i18n import Sentence, mark
from lib.lessons.autograd.custom_function.fit import Fit
from lib.lessons.autograd.custom_function.lesson import Checked
from lib.lessons.autograd.custom_function.questions import GOAL
from lib.lessons.autograd.custom_function.views import Jacobians

EXAMPLES = "https://docs.pytorch.org/tutorials/beginner"
INTRODUCTION: Sentence = (
    mark(
        "[PyTorch's tutorial]({one}) fits sin(x) by a + b · P(c + d x), where P is a Legendre "
        "polynomial: 2000 points, 2000 steps, learning rate 0.000005. The same training runs here. "
        "The weights a, b, c and d live in a [module]({other})."
    ),
    {
        "one": f"{EXAMPLES}/examples_autograd/two_layer_net_custom_function.html",
        "other": f"{EXAMPLES}/examples_nn/two_layer_net_module.html",
    },
)
CHALLENGE: Sentence = (
    mark(
        "Eight neurons that answer only −1 or 1 are to tell a disk from what is around it. sign is "
        "flat, so with its true slope they never learn. Find a slope for backward with which they "
        "get {goal:.0%} of 2000 new points right."
    ),
    {"goal": GOAL},
)


def slopes(result: Checked, shown: bool) -> Sentence:
    """Return what the picture of a layer shows; without its slopes if these are hidden."""
    fields = {"x": result.x[1], "y": result.y[1]}
    if not shown:
        return mark("The layer from -2 to 2; at x = {x} it is {y}."), fields
    words = mark(
        "The layer from -2 to 2; at x = {x} it is {y}. Below, backward gives {grad} there, the "
        "finite difference {difference:.4g}."
    )
    return words, {**fields, "grad": result.grad[1], "difference": result.difference[1]}


def jacobians(tables: Jacobians, shown: bool) -> Sentence:
    """Return what the picture of gradcheck's tables shows."""
    if not shown:
        return mark("Two tables of nine numbers, by finite differences and by backward."), {}
    words = mark(
        "Two tables of nine numbers, by finite differences and by backward. They differ in {count}."
    )
    return words, {"count": int((~tables.agrees).sum())}


def fit(record: Fit, shown: bool) -> Sentence:
    """Return what the picture of the fit shows; without its end if that is hidden."""
    fields = {"first": record.losses[0], "last": record.losses[-1]}
    if not shown:
        return mark("The fit of sin(x) as it learns. The loss begins at {first}."), fields
    words = mark(
        "The fit of sin(x) as it learns. The loss begins at {first}. After 2000 steps it is {last}."
    )
    return words, fields
