"""Questions about smoothing: the right answers, and the wrong ones people give."""

from typing import NamedTuple

import numpy as np

from lib.core.i18n import mark
from lib.core.questions import Guess, answers
from lib.lessons.inside.charts.lesson import smooth
from lib.tensorboard.records import Curve

TOLD = {
    "part": mark(
        "Each new number counts 1 − {weight:g} of itself, divided by the weights so far. All else "
        "is what was there before."
    ),
    "all": mark("That would be no smoothing at all."),
    "weight": mark("That is how much the past counts; the new number counts the rest."),
    "none": mark("Smoothing makes it small. Nothing takes it away."),
    "half": mark("That would be the mean of two numbers, whatever the slider says."),
}
TOLD_LENGTH = {
    "truth": mark(
        "With every step, what is left of it is multiplied by {weight:g} or a little more."
    ),
    "next": mark("It is one number among many, but a moving average remembers it."),
    "window": mark("1 / (1 − weight) is how many numbers the average is made of, roughly."),
    "never": mark("It does fade: multiplied by less than 1 again and again."),
    "long": mark("That is longer than it takes."),
}
TOLD_FIRST = {
    "raw": mark("It is divided by 1 − {weight:g}, the weight it has had so far: out comes itself."),
    "biased": mark("That would be a moving average that began with 0, before the division."),
    "zero": mark("The average begins with 0 inside, but that is divided out."),
    "mean": mark("That would need numbers that come later."),
}
NAMES = {"never": mark("after none of those there are")}


class Spike(NamedTuple):
    """A curve with a spike of 1 in its middle, and what becomes of it.

    Attributes:
        steps: the curve's, (n,).
        raw: the curve with the spike, (n,).
        smooth: the same, smoothed, (n,).
        plain: the curve without the spike, smoothed, (n,).
        place: where the spike is.
        height: how much of it is in the smoothed line at its place.
        half: after how many more points half of that is left; None if there are too few.
    """

    steps: np.ndarray
    raw: np.ndarray
    smooth: np.ndarray
    plain: np.ndarray
    place: int
    height: float
    half: int | None


def spike(curve: Curve, weight: float) -> Spike:
    """Add 1 to the number in the middle of a curve, and smooth."""
    values = curve.values.astype(np.float64)
    place = len(values) // 2
    raised = values.copy()
    raised[place] += 1
    plain = np.array(smooth(values.tolist(), weight))
    smoothed = np.array(smooth(raised.tolist(), weight))
    left = smoothed - plain  # (n,)
    height = float(left[place])
    faded = np.flatnonzero(left[place:] <= height / 2)
    half = int(faded[0]) if faded.size else None
    return Spike(curve.steps, raised, smoothed, plain, place, height, half)


def guesses(curve: Curve, weight: float) -> dict[str, tuple[Guess, ...]]:
    """Return the questions about a curve, each with its possible answers.

    - "height": how much of a spike of 1 is in the smoothed line at its place.
    - "half": after how many points half of that is left.
    - "first": what the smoothed line begins with.
    """
    found = spike(curve, weight)
    height = round(found.height, 3)
    first = round(float(found.plain[0]), 3)
    half = "never" if found.half is None else found.half
    return {
        "height": answers(
            height,
            [("part", height), ("all", 1.0), ("weight", round(weight, 3)), ("half", 0.5),
             ("none", 0.0)],
        ),
        "half": answers(
            half,
            [("truth" if found.half is not None else "never", half), ("next", 1),
             ("window", round(1 / (1 - weight))), ("long", 500), ("never", "never")],
        ),
        "first": answers(
            first,
            [("raw", first), ("biased", round((1 - weight) * first, 3)),
             ("mean", round(float(np.mean(curve.values)), 3)), ("zero", 0.0)],
        ),
    }  # fmt: skip


def reaches(accuracy: tuple[float, ...], names: tuple[str, ...], chosen: str) -> bool:
    """Return whether no run has ended with more test pictures right than the one chosen."""
    return chosen in names and accuracy[names.index(chosen)] == max(accuracy)
