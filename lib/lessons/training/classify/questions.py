"""Questions about a run, answered by the run itself once it is over; and the challenge."""

from collections.abc import Sequence
from math import isnan

from lib.core.i18n import Sentence, mark
from lib.core.questions import Guess, answers
from lib.lessons.training.classify.metrics import most_confused
from lib.lessons.training.classify.runs import Epoch

GAP = 0.05  # that train accuracy is above test accuracy
FEW = 0.5  # whoever gets less than this part of the training images right has learned little
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
    "right early": mark(
        "Here it begins to memorize single images (overfitting) at once. Few images, large steps "
        "and a large network make that quick."
    ),
    "right late": mark(
        "First it learns what all images have in common; only then does it begin to memorize "
        "single ones (overfitting)."
    ),
    "right never": mark(
        "What it learns helps with new images as well: it is too small to memorize single ones, "
        "has too many of them, is kept from it (by dropout, say), or has not had the time."
    ),
    "learned little": mark(
        "It gets less than half of the images right, even of those it trained on. Where little "
        "is learned, little is memorized."
    ),
    "a gap all the same": mark(
        "It gets less than half of the images right, but it is five points better on those it "
        "trained on."
    ),
    "too early": mark("Until then it is nearly as good on new images."),
    "too late": mark("The gap opens sooner than that."),
    "not never": mark("In this run it does open."),
    "does not": mark("In this run train accuracy is never five points above test accuracy."),
}
FEEDBACK_PAIR = {
    "right": mark("At 28 by 28 gray pixels, little tells these two apart."),
    "right other": mark("Mostly networks that have learned little confuse another pair first."),
    "wrong": mark("These two are confused less often."),
    "tied": mark("These two are confused just as often; of equals the first counts."),
    "other": mark("The pair is one of those above."),
    "collapsed": mark(
        "This network predicts one class for most images, whatever they show. No pair stands out "
        "then."
    ),
    "collapsed wrong": mark("This network predicts one class for most images, whatever they show."),
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
    """Return the first epoch after which train accuracy is five points above test accuracy."""
    for each in epochs:
        # Both are thousandths at best: less than half of one is rounding.
        if each.epoch and each.train_accuracy - each.test_accuracy > GAP - 0.0005:
            return each.epoch
    return None


def gap(epochs: Sequence[Epoch]) -> tuple[Guess, ...]:
    """Return the answers to "when does the gap open?", from the epochs of a whole run."""
    when, rows = first_gap(epochs), spans(len(epochs) - 1)
    learned = epochs[-1 if when is None else when].train_accuracy >= FEW
    inside = [when is not None and first <= when <= last for first, last in rows]
    truth = span_of(*rows[inside.index(True)]) if any(inside) else NEVER
    options = []
    for (first, last), holds in zip(rows, inside, strict=True):
        code = "right early" if first == 1 else "right late"
        code = code if learned else "a gap all the same"
        if not holds:
            code = "does not" if when is None else "too early" if last < when else "too late"
        options.append((code, span_of(first, last)))
    never = "right never" if learned else "learned little"
    return answers(truth, [*options, (never if when is None else "not never", NEVER)])


def pair_choices() -> tuple[str, ...]:
    """Return what there is to answer to the question about the pair, before the run."""
    return (*(f"{first}/{second}" for first, second in PAIRS), OTHER)


def pair(counts: tuple[tuple[int, ...], ...], collapsed: bool = False) -> tuple[Guess, ...]:
    """Return the answers to "which two are confused most?"; values are as in ``pair_choices``.

    Args:
        counts: what ``lib.lessons.training.classify.metrics.confusion`` returns.
        collapsed: whether one class is predicted for most images; no pair is the answer then.
    """
    if collapsed:
        return answers(
            OTHER,
            [*(("collapsed wrong", each) for each in pair_choices()[:-1]), ("collapsed", OTHER)],
        )
    first, second, most = most_confused(counts)
    usual = (first, second) in PAIRS
    truth = f"{first}/{second}" if usual else OTHER
    options = []
    for one, two in PAIRS:
        tied = counts[one][two] + counts[two][one] == most
        code = "right" if (one, two) == (first, second) else "tied" if tied else "wrong"
        options.append((code, f"{one}/{two}"))
    return answers(truth, [*options, ("other" if usual else "right other", OTHER)])


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
