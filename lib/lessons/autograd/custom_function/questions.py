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
        "That is the true gradient. PyTorch does not compute it: it believes your backward."
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
    "one": mark("One: a single place is off, as when the mistake shows at that place only."),
    "two": mark("Two: two places are off, and at the third the mistake does not show."),
    "diagonal": mark(
        "Three is the diagonal: every output depends on its own input only, so all else is 0."
    ),
    "beyond": mark(
        "More than three means numbers off the diagonal: outputs that claim inputs which are not "
        "theirs. That happens when grad_output, which says who is asked, is left out."
    ),
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
    - "count": in how many of the nine numbers the two Jacobians differ. Codes: "none", "one",
      "two", "diagonal" (three), "beyond" (more).

    The first code stays where two come to the same value. Exactly one answer is right.
    """
    grad = _short(result.grad[1])
    count = int((~tables.agrees).sum())
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
    counts = sorted({0, 1, 3, 6, 9, count})
    return {
        "grad": answers(grad, options)[:5],  # the right one is the first
        "count": answers(count, [(_code(number), number) for number in counts]),
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


def _code(count: int) -> str:
    """Return the code of a number of differences."""
    return ("none", "one", "two", "diagonal")[count] if count < 4 else "beyond"


def _short(value: float) -> float:
    """Return a number with four digits, as it stands on its button, and no minus before a zero."""
    return float(f"{value:.4g}") + 0.0
