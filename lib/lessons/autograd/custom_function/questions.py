"""Questions about a function's backward, and whether the challenge is met."""

import numpy as np

from lib.core.i18n import mark
from lib.core.questions import Guess, answers
from lib.lessons.autograd.custom_function.gradcheck import Jacobians
from lib.lessons.autograd.custom_function.lesson import Comparison
from lib.lessons.autograd.custom_function.sign_network import Learned
from lib.lessons.autograd.custom_function.sine_fit import Fit

# What to say about an answer, by its code.
FEEDBACK = {
    "written": mark("PyTorch runs your backward and believes what it returns."),
    "slope": mark(
        "That is what a finite difference finds. PyTorch takes none: it believes your backward."
    ),
    "value": mark("That is y, what forward returns, not how fast it grows."),
    "local": mark("backward is handed grad_output and multiplies by it."),
    "negative": mark("That has the other sign. Put x and grad_output into what backward returns."),
    "zero": mark("Zero would mean that y does not care about x here."),
    "one": mark("One would mean that a little more x adds just as much to the loss."),
    "double": mark("That is twice what this backward returns."),
}
FEEDBACK_COUNT = {
    "none": mark("If no number differs, gradcheck returns True."),
    "diagonal": mark(
        "Each output depends on its own input only: off the diagonal all is 0, in both tables. On "
        "it, one number differs for each input where backward and finite difference disagree."
    ),
    "beyond": mark(
        "More than three means numbers off the diagonal: outputs that claim inputs which are not "
        "theirs. That happens only where grad_output, which says who is asked, is left out."
    ),
    "left out": mark(
        "grad_output, which says who is asked, is left out: for each input where backward does not "
        "return 0, two numbers off the diagonal differ. On it, one differs for each input where "
        "backward and finite difference disagree."
    ),
    "input by input": mark(
        "Ask at each of the three inputs: do backward and the finite difference disagree there?"
    ),
    "row by row": mark("Count row by row: a row says how the three outputs move with one input."),
}
FATES = {
    "smaller": mark("smaller than at first"),
    "larger": mark("larger than at first"),
    "nan": mark("NaN"),
}
FEEDBACK_FATE = {
    "learns": mark("This backward is right, so each step leads a little downhill."),
    "all the same": mark(
        "a and b stand outside the function: their gradients are right whatever backward returns, "
        "and they bring the loss down. Compare it with no mistake at all."
    ),
    "climbs": mark("The steps go where this backward points, and that is not downhill."),
    "overflows": mark(
        "Each step makes the next one larger, until a number overflows to inf and then becomes "
        "nan. PyTorch raises no error."
    ),
    # About an answer that did not come true.
    "no smaller": mark("It would be smaller if c and d had right gradients, too."),
    "no larger": mark("It would be larger if the steps led uphill, yet stayed small."),
    "no nan": mark("It would be nan if each step made the next one larger."),
}
GOAL = 0.88  # of the points that were not trained on


def guesses(result: Comparison, tables: Jacobians) -> dict[str, tuple[Guess, ...]]:
    """Return two questions about these settings, each with its possible answers.

    - "grad": what ``x.grad`` holds at the middle place. Codes: "written" (the answer), "slope",
      "value", "local" (without the gradient that arrives), "negative", "zero", "one",
      "double".
    - "count": in how many of the nine numbers the two Jacobians differ, from 0 to 9: of fewer
      options, those that are seldom right would give themselves away. Codes: "none" (0). Where
      numbers differ on the diagonal only, "diagonal" (the answer), "input by input" (another up
      to three), "beyond" (more); else "left out" (the answer), "row by row" (another).

    The first code stays where two come to the same value. Exactly one answer is right.
    """
    grad = _short(result.grad[1])
    count = int((~tables.agrees).sum())
    others = bool((~tables.agrees & ~np.eye(3, dtype=bool)).any())
    options = [
        ("written", grad),
        ("slope", _short(result.difference[1])),
        ("value", _short(result.y[1])),
        ("local", _short(tables.analytical[1, 1])),
        ("negative", _short(-result.grad[1])),
        ("zero", 0.0),
        ("one", 1.0),
        ("double", _short(2 * result.grad[1])),
    ]
    return {
        "grad": answers(grad, options)[:5],  # the right one is the first
        "count": answers(count, [(_code(each, count, others), each) for each in range(10)]),
    }


def fates(record: Fit, right: bool) -> tuple[Guess, ...]:
    """Return what may become of a fit's loss; the values are those of ``FATES``.

    Args:
        record: the fit.
        right: whether its function has a right backward.
    """
    first, last = record.losses[0], record.losses[-1]
    truth = "nan" if not np.isfinite(last) else "smaller" if last < first else "larger"
    codes = {"smaller": "learns" if right else "all the same", "larger": "climbs"}
    code = codes.get(truth, "overflows")
    return answers(truth, [(code if fate == truth else f"no {fate}", fate) for fate in FATES])


def reaches(result: Learned) -> bool:
    """Tell whether a network of sign neurons has learned the disk, through its first layer."""
    return result.moved > 0 and result.accuracy >= GOAL


def _code(number: int, count: int, others: bool) -> str:
    """Return the code of an answer; ``others`` if some differences are off the diagonal."""
    if number == 0:
        return "none"
    if others:
        return "left out" if number == count else "row by row"
    return "diagonal" if number == count else "input by input" if number <= 3 else "beyond"


def _short(value: float) -> float:
    """Return a number with four digits, as it stands on its button, and no minus before a zero."""
    return float(f"{value:.4g}") + 0.0
