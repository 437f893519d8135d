"""Right and likely wrong answers to what ``x.grad`` holds, as numbers."""

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
        "The record is cut on the way from out to x, so no gradient arrives and x.grad stays None."
    ),
    "not_blocked": mark("That would be so without the cut: nothing flows through it."),
}
TWICE_FEEDBACK = {
    "right": mark("backward() adds to x.grad, and nobody emptied it in between."),
    "same": mark("backward() adds to x.grad. It does not replace what is there."),
    "zero": mark("The two do not cancel: backward() adds the second to the first."),
    "squared": mark("The gradients add up; nothing multiplies them."),
    "one": mark("One would mean that out grows exactly as x does."),
    "count": mark("That is the number of elements."),
    "blocked": mark("A second backward() finds the same cut: x.grad is None as before."),
    "not_blocked": mark("That would be so without the cut: nothing flows through it."),
}


def guesses(exact: Formula, n: int, blocked: bool = False) -> dict[str, tuple[Guess, ...]]:
    """Return two questions, each with its possible answers, the right one first.

    Where the graph is cut, the right answer to both is "None", with the code "blocked"; what would
    be right without the cut then has the code "not_blocked".

    - "slope": what is every element of x.grad after one backward? Codes: "right"; "count_missed"
      (a mean without its 1/n²); "count_imagined" (a sum with one); "value" (out instead of its
      slope); "left_out" (one step's slope is missing); "not_differentiated" (what the element
      adds to out); "zero"; "one".
    - "twice": and after a second backward, when nobody zeroed? Codes: "right"; "same" (the second
      replaced the first); "zero" (they cancel); "squared" (they multiply); "one"; "count" (n²).

    Args:
        exact: what ``reference.formula`` returns.
        n: x is n by n.
        blocked: whether ``detach`` or ``no_grad`` keeps every gradient from x.
    """
    *inner, end = exact.factors
    right = exact.slope
    without_end = multiply(inner)
    mean = end.step == "mean"
    left_out = [multiply([*inner[:i], *inner[i + 1 :], end]) for i in reversed(range(len(inner)))]
    slope = [
        ("right", right),
        ("count_missed", without_end) if mean else ("count_imagined", right / n**2),
        ("value", exact.out),
        *(("left_out", value) for value in left_out),
        ("not_differentiated", end.enters * end.slope),
        ("zero", 0.0),
        ("one", 1.0),
    ]
    twice = [
        ("right", 2 * right),
        ("same", right),
        ("zero", 0.0),
        ("squared", right * right),
        ("one", 1.0),
        ("count", float(n**2)),
    ]
    made = {"slope": _different(slope, most=5), "twice": _different(twice, most=4)}
    return {name: _cut(each) for name, each in made.items()} if blocked else made


def _cut(answers: tuple[Guess, ...]) -> tuple[Guess, ...]:
    """Return the answers where no gradient arrives."""
    rest = [Guess("not_blocked" if g.right else g.code, g.value, False) for g in answers[:-1]]
    return (Guess("blocked", "None", True), *rest)


def _different(pairs: list[tuple[str, float]], most: int) -> tuple[Guess, ...]:
    """Return the first ``most`` guesses that differ when written with four digits.

    The numbers may be nan, which equals nothing, so it is the code that tells the right one.
    """
    unique: dict[str, Guess] = {}
    for code, value in pairs:
        unique.setdefault(f"{value + 0.0:.4g}", Guess(code, value, code == "right"))
    return tuple(unique.values())[:most]
