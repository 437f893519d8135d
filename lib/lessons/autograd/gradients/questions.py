"""Right and likely wrong answers to what ``x.grad`` holds, as numbers."""

from typing import NamedTuple

from lib.core.i18n import mark
from lib.core.rules import checked
from lib.lessons.autograd.gradients.lesson import (
    EXPRESSION,
    STEPS,
    Expression,
    N,
    X,
    mean_of_square,
)
from lib.lessons.autograd.gradients.reference import formula, multiply
from lib.lessons.autograd.gradients.steps import Steps

# What to tell somebody who gave an answer, by its name.
TOLD = {
    "right": mark("The slope of out as one element of x moves."),
    "count_missed": mark("That leaves out the mean: each element has only 1/n² of a say in out."),
    "count_imagined": mark("A sum does not divide: each element counts in full."),
    "value": mark("That is out itself, not how fast it grows."),
    "left_out": mark("The chain rule multiplies every step's slope; one of them is missing here."),
    "not_differentiated": mark("That is one element's share of out, not its slope."),
    "zero": mark("Zero would mean that out does not care about x here."),
    "one": mark("One would mean that out grows exactly as x does."),
}
TOLD_TWICE = {
    "right": mark("backward() adds to x.grad, and nobody emptied it in between."),
    "same": mark("backward() adds to x.grad. It does not replace what is there."),
    "zero": mark("The two do not cancel: backward() adds the second to the first."),
    "squared": mark("The gradients add up; nothing multiplies them."),
    "one": mark("One would mean that out grows exactly as x does."),
    "count": mark("That is the number of elements."),
}


class Guess(NamedTuple):
    """One answer to a question.

    Attributes:
        name: "right", or what whoever gives it has missed.
        value: the answer.
        step: for "left_out": the step whose slope was left out.
    """

    name: str
    value: float
    step: str = ""

    @property
    def code(self) -> str:
        """What whoever gives it has missed."""
        return self.name

    @property
    def right(self) -> bool:
        """Whether it is the answer."""
        return self.name == "right"


class Guesses(NamedTuple):
    """The answers to both questions, the right one first, none of them twice.

    Attributes:
        slope: to "what is every element of x.grad after one backward?". Names: right;
            count_missed (a mean without its 1/n²); count_imagined (a sum with one); value (out
            instead of its slope); left_out (one step's slope is missing); not_differentiated
            (the element's own share of out); zero; one.
        twice: to "and after a second backward, when nobody zeroed?". Names: right; same (the
            second replaced the first); zero (they cancel); squared (they multiply); one; count
            (n²).
    """

    slope: tuple[Guess, ...]
    twice: tuple[Guess, ...]


@checked(expression=EXPRESSION, x=X, n=N, steps=STEPS)
def guesses(
    expression: Expression = mean_of_square, x: float = 1.0, n: int = 2, steps: Steps = ()
) -> Guesses:
    """Return the right answers and the likely wrong ones as numbers."""
    exact = formula(expression, x, n, steps)
    *inner, end = exact.factors
    right, without_end = exact.slope, multiply(inner)
    mean = end.step == "mean"
    slope = [
        Guess("right", right),
        Guess("count_missed", without_end) if mean else Guess("count_imagined", right / n**2),
        Guess("value", exact.out),
    ]
    for i in reversed(range(len(inner))):
        rest = [*inner[:i], *inner[i + 1 :], end]
        slope.append(Guess("left_out", multiply(rest), inner[i].step))
    slope.append(Guess("not_differentiated", end.enters * end.slope))
    twice = [
        Guess("right", 2 * right),
        Guess("same", right),
        Guess("zero", 0.0),
        Guess("squared", right * right),
    ]
    return Guesses(
        _different([*slope, Guess("zero", 0.0), Guess("one", 1.0)], most=5),
        _different([*twice, Guess("one", 1.0), Guess("count", float(n**2))], most=4),
    )


def _different(all_: list[Guess], most: int) -> tuple[Guess, ...]:
    """Return the first ``most`` guesses that differ when written with four digits."""
    kept: dict[str, Guess] = {}
    for guess in all_:
        kept.setdefault(f"{guess.value + 0.0:.4g}", guess)
    return tuple(kept.values())[:most]
