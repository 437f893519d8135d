"""Questions about a recipe, answered by training it; and the challenge."""

from dataclasses import replace
from math import isfinite
from typing import NamedTuple

from lib.core.i18n import Sentence, mark
from lib.core.questions import Guess, answers
from lib.lessons.training.loop.config import Recipe
from lib.lessons.training.loop.frames import Frame
from lib.lessons.training.loop.state import Run

GOAL = 0.05  # test loss on the spiral
TENTH = 0.1  # losses that differ by less than this part of the larger count as the same
ROUND = (1, 2, 5, 10, 20, 50, 100)  # epochs a question may be about

# The answers that are words, by what they are called in here.
ANSWERS = {
    "lower": mark("lower"),
    "same": mark("about the same"),
    "higher": mark("higher"),
    "nan": mark("no telling: one of them, or both, is NaN or infinite"),
    "none": mark("neither: both NaN or infinite"),
}

# Feedback on an answer, by its code.
FEEDBACK_ZERO_GRAD = {
    "lower": mark(
        "The old gradients act as a momentum that never fades. Here the longer steps pay off, at "
        "least for now."
    ),
    "same": mark("Within a tenth: so far the old gradients make little difference."),
    "higher": mark(
        "Each step follows the sum of all gradients so far, so it goes too far, and goes on where "
        "the slope has long turned."
    ),
    "nan": mark(
        "Without zero_grad the steps grew until the numbers were beyond what a float32 can hold."
    ),
    "both nan": mark(
        "Both are: at this learning rate even the right loop's steps grow until the numbers are "
        "beyond what a float32 can hold."
    ),
    "right nan": mark(
        "Here it is the right loop whose numbers grew beyond what a float32 can hold: its rate is "
        "too large, too."
    ),
    "no number": mark("NaN and infinity are nothing to compare with: even NaN == NaN is False."),
    "not lower": mark("Old gradients can act as momentum and help for a while. Here they do not."),
    "not same": mark("Old gradients stay in the sum for good, and soon they outweigh the new one."),
    "not higher": mark("So it often ends, but not in these epochs with these steps."),
    "beyond higher": mark("Higher it was, and then beyond what a float32 can hold."),
    "not nan": mark("The steps may grow that far, but not in these epochs."),
}
FEEDBACK_LEARNING_RATE = {
    "larger": mark("Its longer steps get further in these epochs, and are not yet too long."),
    "smaller": mark("Its steps are short enough not to overshoot."),
    "same": mark("Within a tenth: both have arrived, both are stuck, or both have only begun."),
    "only one": mark("The other one's loss is NaN or infinite."),
    "none": mark("Both rates are so large that the loss is NaN or infinite."),
    "overshoots": mark(
        "Its steps are too long: they overshoot, so that the loss ends higher, or NaN or infinite."
    ),
    "too slow": mark("Its steps are too short to get as far in these epochs."),
    "no gain": mark("It is no better than the other by more than a tenth."),
    "gone": mark("Its loss is NaN or infinite."),
    "differ": mark("Ten times the rate makes steps of another length, and here that shows."),
    "a number": mark("At least one of them still has a finite loss."),
}


class Compared(NamedTuple):
    """What one recipe comes to with the right loop, without zero_grad and with another rate.

    Attributes:
        epochs: how many were trained, each time from the beginning.
        right: the loss on the training points then, with the right loop.
        no_zero_grad: the same without zero_grad.
        learning_rate: the recipe's.
        other_rate: ten times that or, where that would be too large, a tenth.
        other: the loss with the other rate, and with the right loop.
    """

    epochs: int
    right: float
    no_zero_grad: float
    learning_rate: float
    other_rate: float
    other: float


def compared(recipe: Recipe) -> Compared:
    """Train three times from the beginning; takes about as long as a chunk of training."""
    epochs = epochs_asked(recipe)
    rate = other_rate(recipe)
    right = replace(recipe, loop="right")
    return Compared(
        epochs=epochs,
        right=_loss(right, epochs),
        no_zero_grad=_loss(replace(recipe, loop="no zero_grad"), epochs),
        learning_rate=recipe.learning_rate,
        other_rate=rate,
        other=_loss(replace(right, learning_rate=rate), epochs),
    )


def other_rate(recipe: Recipe) -> float:
    """Return the rate to compare with: ten times the recipe's or, if too large, a tenth."""
    rate = recipe.learning_rate
    return float(f"{rate * 10 if rate <= 0.3 else rate / 10:.6g}")


def epochs_asked(recipe: Recipe) -> int:
    """Return how many epochs the questions are about: a round number, at most half a chunk."""
    return max(each for each in ROUND if each == 1 or each <= recipe.epochs_a_chunk / 2)


def without_zero_grad(result: Compared) -> tuple[Guess, ...]:
    """Return the answers to "without zero_grad, the training loss is ...": keys of ``ANSWERS``."""
    is_right_finite = isfinite(result.right)
    truth = _against(result.no_zero_grad, result.right) if is_right_finite else "nan"
    codes = {each: each if each == truth else f"not {each}" for each in _FATES}
    if truth == "nan" and is_right_finite:
        codes["higher"] = "beyond higher"
    elif truth == "nan":
        codes = dict.fromkeys(_FATES, "no number")
        codes["nan"] = "right nan" if isfinite(result.no_zero_grad) else "both nan"
    return answers(truth, [(codes[each], each) for each in _FATES])


def better_rate(result: Compared) -> tuple[Guess, ...]:
    """Return the answers to "which rate has the lower training loss?".

    The values are both rates, and two keys of ``ANSWERS``.
    """
    losses = {result.learning_rate: result.right, result.other_rate: result.other}
    smaller, larger = sorted(losses)
    fate = _against(losses[larger], losses[smaller])
    if not isfinite(losses[larger]):
        fate = "higher" if isfinite(losses[smaller]) else "none"
    truth = {"lower": larger, "higher": smaller, "same": "same", "none": "none"}[fate]
    wrong = {"same": ("no gain", "no gain"), "none": ("gone", "gone")}
    less, more = wrong.get(fate, ("too slow", "overshoots"))
    if not isfinite(losses[smaller]):
        less = "gone"
    return answers(
        truth,
        [
            ("smaller" if truth == smaller else less, smaller),
            (("larger" if less != "gone" else "only one") if truth == larger else more, larger),
            ("same" if truth == "same" else "differ", "same"),
            ("none" if truth == "none" else "a number", "none"),
        ],
    )


def reaches(recipe: Recipe, frame: Frame) -> bool:
    """Return whether a run has learned the spiral; the score to lower is ``parameters``."""
    return recipe.data == "spiral" and frame.trained.test_loss < GOAL


def parameters(frame: Frame) -> int:
    """Return how many weights and biases the network has."""
    return len(frame.weights)


def progress(frame: Frame | None) -> Sentence:
    """Return where a run stands that has not met the challenge; nothing before it has begun."""
    if frame is None:
        return "", {}
    words = mark("test loss {loss:.3g}, {count} weights and biases")
    return words, {"loss": frame.trained.test_loss, "count": parameters(frame)}


# How each question is answered, and the feedback on each answer.
QUESTIONS = {
    "zero_grad": (without_zero_grad, FEEDBACK_ZERO_GRAD),
    "learning_rate": (better_rate, FEEDBACK_LEARNING_RATE),
}

_FATES = ("lower", "same", "higher", "nan")


def _against(loss: float, base: float) -> str:
    """Return how a loss compares with another: one of ``_FATES``."""
    if not isfinite(loss):
        return "nan"
    if not isfinite(base):
        return "lower"
    if abs(loss - base) <= TENTH * max(loss, base):
        return "same"
    return "lower" if loss < base else "higher"


def _loss(recipe: Recipe, epochs: int) -> float:
    """Return the loss on the training points after some epochs, counted from the beginning."""
    run = Run(recipe)
    for _ in range(epochs):
        run.one_epoch()
    return run.loop.evaluate(run.model, run.criterion, run.training.x, run.training.y)[0]
