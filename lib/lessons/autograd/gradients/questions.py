"""Right and likely wrong answers to what ``x.grad`` holds, as numbers."""

import numpy as np

from lib.core.i18n import mark
from lib.core.questions import Guess
from lib.lessons.autograd.gradients.reference import Formula, multiply

# What is said about an answer, by its code.
SLOPE_FEEDBACK = {
    "right": mark("The slope of out as one element of x moves."),
    "count_missed": mark(
        "That leaves out the mean: each element moves out by only 1/n² of its own slope."
    ),
    "count_imagined": mark("A sum does not divide: each element counts in full."),
    "value": mark("That is out itself, not how fast it grows."),
    "left_out": mark("The chain rule multiplies every step's slope; one of them is missing here."),
    "not_differentiated": mark("That is what one element adds to out, not its slope."),
    "zero": mark("Zero would mean that out does not change with x here."),
    "one": mark("One would mean that out grows exactly as x does."),
    "blocked": mark(
        "No record leads from out back to x, so no gradient arrives and x.grad stays None."
    ),
    "not_blocked": mark("That would be so with a record that leads from out back to x."),
    "nothing": mark("Nothing was ever written to x.grad, not even a 0."),
    "cut": mark("backward() finds no way to x, so no number can be right."),
    "exact": mark(
        "That is the slope by formula. float32 keeps about seven digits and nothing above 3.4e38, "
        "which is too little for the numbers on the way, so x.grad differs."
    ),
}
TWICE_FEEDBACK = {
    "right": mark("backward() adds to x.grad, and nobody emptied it in between."),
    "same": mark("backward() adds to x.grad. It does not replace what is there."),
    "zero": mark("The two do not cancel: backward() adds the second to the first."),
    "squared": mark("The gradients add up; nothing multiplies them."),
    "one": mark("One would mean that out grows exactly as x does."),
    "count": mark("That is the number of elements."),
    "blocked": mark("The second backward() finds no way to x either: x.grad is None as before."),
    "not_blocked": mark("That would be so with a record that leads from out back to x."),
    "nothing": mark("Nothing was ever written to x.grad, not even a 0."),
    "cut": mark("backward() finds no way to x, so no number can be right."),
    "exact": mark("That is twice the slope by formula, for which float32 is too rough here."),
}


def guesses(exact: Formula, n: int, left: np.ndarray | None) -> dict[str, tuple[Guess, ...]]:
    """Return two questions, each with its possible answers, the right one first.

    Where the graph is cut, the right answer to both is "None", with the code "blocked"; what would
    be right without the cut then has the code "not_blocked", 0 has "nothing", all else "cut".
    Where float32 is too rough for the formula, the right answer is what is really left, and the
    formula's has the code "exact".

    - "slope": what is every element of x.grad after one backward? Codes: "right"; "count_missed"
      (a mean without its 1/n²); "count_imagined" (a sum with one); "value" (out instead of its
      slope); "left_out" (one step's slope is missing); "not_differentiated" (what the element
      adds to out); "zero"; "one".
    - "twice": and after a second backward, when nobody zeroed? Codes: "right"; "same" (the second
      replaced the first); "zero" (they cancel); "squared" (they multiply); "one"; "count" (n²).

    Args:
        exact: what ``reference.formula`` returns.
        n: x is n by n.
        left: ``x.grad`` after one real backward, (n, n); None if nothing arrived.
    """
    *inner, end = exact.factors
    right = _told(exact.slope, left)
    with np.errstate(over="ignore"):  # float32 may hold one of them, and not their sum
        both = _told(2 * exact.slope, None if left is None else left + left)
    without_end = multiply(inner)
    mean = end.step == "mean"
    left_out = [multiply([*inner[:i], *inner[i + 1 :], end]) for i in reversed(range(len(inner)))]
    slope = [
        ("right", right),
        ("exact", exact.slope),
        ("count_missed", without_end) if mean else ("count_imagined", right / n**2),
        ("value", exact.out),
        *(("left_out", value) for value in left_out),
        ("not_differentiated", end.enters * end.slope),
        ("zero", 0.0),
        ("one", 1.0),
    ]
    twice = [
        ("right", both),
        ("exact", 2 * exact.slope),
        ("same", right),
        ("zero", 0.0),
        ("squared", right * right),
        ("one", 1.0),
        ("count", float(n**2)),
    ]
    made = {"slope": _different(slope, most=5), "twice": _different(twice, most=4)}
    return {name: _cut(each) for name, each in made.items()} if left is None else made


def _told(exact: float, left: np.ndarray | None) -> float:
    """Return what is left, as exactly as the formula has it, unless float32 was too rough."""
    real = exact if left is None else float(left[0, 0])
    return exact if np.isclose(real, exact, rtol=1e-3, atol=0, equal_nan=True) else real


def _cut(answers: tuple[Guess, ...]) -> tuple[Guess, ...]:
    """Return the answers where no gradient arrives."""
    codes = {"right": "not_blocked", "zero": "nothing"}
    rest = [Guess(codes.get(code, "cut"), value, False) for code, value, _ in answers[:-1]]
    return (Guess("blocked", "None", True), *rest)


def _different(pairs: list[tuple[str, float]], most: int) -> tuple[Guess, ...]:
    """Return the first ``most`` guesses that differ when written with four digits.

    The numbers may be nan, which equals nothing, so it is the code that tells the right one.
    """
    unique: dict[str, Guess] = {}
    for code, value in pairs:
        unique.setdefault(f"{value + 0.0:.4g}", Guess(code, value, code == "right"))
    return tuple(unique.values())[:most]
