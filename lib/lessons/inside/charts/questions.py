"""Questions about smoothing: the right answers, and the wrong ones people give."""

from collections.abc import Sequence

import numpy as np

from lib.core.i18n import mark
from lib.core.questions import Guess, answers
from lib.lessons.inside.charts.lesson import SPIKE, Spike

FEEDBACK = {
    "part": mark(
        "Each new number counts 1 − {smoothing:g} of itself, divided by the weights so far. All "
        "else is what was there before."
    ),
    "all": mark("That would be no smoothing at all."),
    "weight": mark("That is how much the past counts; the new number counts the rest."),
    "none": mark("Smoothing makes it small. Nothing takes it away."),
    "half": mark("That would be the mean of two numbers, whatever the slider says."),
}
HALF_FEEDBACK = {
    "truth": mark(
        "With every step, what is left of it is multiplied by {smoothing:g} or a little less."
    ),
    "gone": mark("A weight of 0 keeps nothing of what was there before."),
    "beyond": mark("It does fade, but more than half of it is left where the curve ends."),
    "next": mark("It is one number among many, but a moving average remembers it."),
    "window": mark("1 / (1 − weight) is how many numbers the average is made of, roughly."),
    "never": mark("It does fade: multiplied by less than 1 again and again."),
    "long": mark("That is longer than it takes."),
}
FIRST_FEEDBACK = {
    "raw": mark(
        "It is divided by 1 − {smoothing:g}, the weight it has had so far: out comes itself."
    ),
    "biased": mark("That would be a moving average that began with 0, before the division."),
    "zero": mark("The average begins with 0 inside, but that is divided out."),
    "mean": mark("That would need numbers that come later."),
}
NAMES = {"never": mark("after none of those there are")}


def guesses(found: Spike, smoothing: float) -> dict[str, tuple[Guess, ...]]:
    """Return the questions about a curve with a spike, each with its possible answers.

    - "height": how much of a spike of 1 is in the smoothed line at its place.
    - "half": after how many points half of that is left.
    - "first": what the smoothed line begins with.
    """
    values = found.raw.copy()
    values[found.place] -= SPIKE
    height = round(found.height, 3)
    first = round(float(found.plain[0]), 3)
    half = "never" if found.half is None else found.half
    reason = "beyond" if found.half is None else "truth" if smoothing else "gone"
    return {
        "height": answers(
            height,
            [("part", height), ("all", 1.0), ("weight", round(smoothing, 3)), ("half", 0.5),
             ("none", 0.0)],
        ),
        "half": answers(
            half,
            [(reason, half), ("next", 1),
             ("window", round(1 / (1 - smoothing))), ("long", 30), ("never", "never")],
        ),
        "first": answers(
            first,
            [("raw", first), ("biased", round((1 - smoothing) * first, 3)),
             ("mean", round(float(np.mean(values)), 3)), ("zero", 0.0)],
        ),
    }  # fmt: skip


def reaches(accuracy: Sequence[float], names: tuple[str, ...], chosen: str) -> bool:
    """Return whether no run has ended with a higher test accuracy than the one chosen."""
    return chosen in names and accuracy[names.index(chosen)] == max(accuracy)
