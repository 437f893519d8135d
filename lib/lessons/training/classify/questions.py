"""Questions about a run, answered by the run itself once it is over; and the challenge."""

from collections.abc import Sequence
from math import isnan

from lib.core.i18n import Sentence, mark
from lib.core.questions import Guess, answers
from lib.lessons.training.classify.runs import Epoch

GAP = 0.05  # between train and test accuracy
GOAL, SECONDS = 0.85, 30.0  # test accuracy, and seconds of one core

NEVER = "never"
# Pairs that people name; every other one is "another pair".
PAIRS = ((0, 6), (2, 4), (2, 6), (4, 6), (3, 4), (5, 7), (7, 9))
OTHER = "another pair"

ANSWERS = {
    NEVER: mark("not in this run"),
    OTHER: mark("none of these"),
}

# Feedback on an answer, by its code.
FEEDBACK_GAP = {
    "right early": mark("With few images, or with large steps, memorizing begins at once."),
    "right late": mark(
        "First it learns what all images have in common; only then does it begin to memorize "
        "single ones (overfitting)."
    ),
    "right never": mark(
        "It goes on learning what all images have in common: it is too small to memorize them, "
        "has too many of them, or has not had the time."
    ),
    "too early": mark("What it learns first helps with all images, new ones as well."),
    "too late": mark("The gap opens sooner: it knows the training images better and better."),
    "not never": mark("With enough epochs, this network does memorize single images."),
    "does not": mark("Both curves stay within five points of each other."),
}
FEEDBACK_PAIR = {
    "right": mark("At 28 by 28 gray pixels, little tells these two apart."),
    "wrong": mark("These two are confused less often."),
    "other": mark("The usual pair is the one after all."),
    "collapsed": mark(
        "This network predicts one class for most images, whatever they show. No pair stands out "
        "then."
    ),
    "collapsed wrong": mark("Not in this run."),
}


def spans(epochs: int) -> tuple[tuple[int, int], ...]:
    """Return up to three spans of epochs to choose from: the first two, some, and the rest."""
    middle = max(3, -(-epochs // 2))
    rows = ((1, 2), (3, middle), (middle + 1, epochs))
    return tuple((first, min(last, epochs)) for first, last in rows if first <= epochs)


def span_of(first: int, last: int) -> str:
    """Return a span of epochs as it stands on its button."""
    return str(first) if first == last else f"{first}–{last}"


def gap_choices(epochs: int) -> tuple[str, ...]:
    """Return what there is to answer to the question about the gap, before the run."""
    return (*(span_of(*span) for span in spans(epochs)), NEVER)


def first_gap(epochs: Sequence[Epoch]) -> int | None:
    """Return the first epoch after which train and test accuracy are five points apart."""
    for each in epochs:
        # Both are thousandths at best: less than half of one is rounding.
        if each.epoch and each.train_accuracy - each.test_accuracy > GAP - 0.0005:
            return each.epoch
    return None


def gap(epochs: Sequence[Epoch]) -> tuple[Guess, ...]:
    """Return the answers to "when does the gap open?", from the epochs of a whole run."""
    when, rows = first_gap(epochs), spans(len(epochs) - 1)
    inside = [when is not None and first <= when <= last for first, last in rows]
    truth = span_of(*rows[inside.index(True)]) if any(inside) else NEVER
    options = []
    for (first, last), holds in zip(rows, inside, strict=True):
        code = "right early" if first == 1 else "right late"
        if not holds:
            code = "does not" if when is None else "too early" if last < when else "too late"
        options.append((code, span_of(first, last)))
    return answers(truth, [*options, ("right never" if when is None else "not never", NEVER)])


def pair_choices() -> tuple[str, ...]:
    """Return what there is to answer to the question about the pair, before the run."""
    return (*(f"{first}/{second}" for first, second in PAIRS), OTHER)


def pair(found: tuple[int, int, int], collapsed: bool = False) -> tuple[Guess, ...]:
    """Return the answers to "which two are confused most?"; values are as in ``pair_choices``.

    Args:
        found: what ``lib.lessons.training.classify.metrics.most_confused`` returns.
        collapsed: whether one class is predicted for most images; no pair is the answer then.
    """
    if collapsed:
        return answers(
            OTHER,
            [*(("collapsed wrong", each) for each in pair_choices()[:-1]), ("collapsed", OTHER)],
        )
    first, second, _ = found
    usual = (first, second) in PAIRS
    truth = f"{first}/{second}" if usual else OTHER
    options = [("right" if each == truth else "wrong", each) for each in pair_choices()[:-1]]
    return answers(truth, [*options, ("right" if truth == OTHER else "other", OTHER)])


def arrived(epochs: Sequence[Epoch]) -> tuple[int, float] | None:
    """Return the first epoch with the accuracy of the challenge, and the seconds until its end."""
    seconds = 0.0
    for each in epochs:
        seconds += each.seconds
        if each.test_accuracy > GOAL - 0.0005:
            return each.epoch, seconds
    return None


def reaches(epochs: Sequence[Epoch]) -> bool:
    """Return whether a run had 85 % of the test images right within 30 seconds of one core."""
    found = arrived(epochs)
    return found is not None and found[1] <= SECONDS


def progress(epochs: Sequence[Epoch]) -> Sentence:
    """Return where a run stands that has not met the challenge."""
    if len(epochs) < 2:
        return mark("Press Play to train."), {}
    best = max(epochs, key=lambda each: each.test_accuracy)
    words = mark("Best so far: {best:.1%} after epoch {epoch}; {seconds:.1f} seconds of one core")
    seconds = sum(each.seconds for each in epochs)
    return words, {"best": best.test_accuracy, "epoch": best.epoch, "seconds": seconds}


def diverged(epochs: Sequence[Epoch]) -> bool:
    """Return whether the loss is NaN."""
    return any(isnan(each.train_loss) for each in epochs)
