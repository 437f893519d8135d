"""Questions about two epochs: the right answers, and the wrong ones people give."""

from math import ceil

from lib.core.i18n import mark
from lib.core.questions import Guess, answers
from lib.lessons.data.batching.lesson import SAMPLERS, Loaded, in_order, shuffled

# What to say about an answer, by its code.
FEEDBACK = {
    "up": mark("A last batch that is not full counts as well, unless drop_last leaves it out."),
    "down": mark("Only full batches are counted that way, as drop_last does."),
    "more": mark("That is one too many: with no remainder there is no further batch."),
    "size": mark("That is how many samples go into one batch."),
    "samples": mark("That is how many samples there are: batches of one."),
}
FEEDBACK_LAST = {
    "remainder": mark(
        "What is left over makes a smaller last batch, unless drop_last leaves it out."
    ),
    "full": mark("The last one is full if nothing is left over, or if drop_last left it out."),
    "none": mark("A batch is never empty; drop_last may leave no batch at all."),
    "all": mark("That is the whole dataset in one batch."),
}
FEEDBACK_ORDER = {
    "same": mark("An order stays for the next epoch only if none is drawn anew."),
    "new": mark("Every epoch draws a new order; the seed is set only once."),
}
# What sets an order, as it stands in the third question.
NAMES = {
    in_order: "shuffle=False",
    shuffled: "shuffle=True",
    **{sampler: name for name, sampler in SAMPLERS.items()},
}
ORDERS = {"same": mark("the same"), "new": mark("another one")}


def guesses(result: Loaded, batch_size: int) -> dict[str, tuple[Guess, ...]]:
    """Return three questions about one loader, each with its possible answers.

    - "batches": what ``len(train_dl)`` is.
    - "last": how many samples the last batch has, 0 if there is no batch.
    - "order": whether the second epoch has the order of the first.
    """
    samples = len(result.labels)
    whole, remainder = divmod(samples, batch_size)
    return {
        "batches": answers(
            result.batches,
            [
                ("up", ceil(samples / batch_size)),
                ("down", whole),
                ("more", whole + 1),
                ("size", batch_size),
                ("samples", samples),
            ],
        ),
        "last": answers(
            len(result.first[-1]) if result.first else 0,
            [("remainder", remainder)] * bool(remainder)
            + [("full", batch_size), ("none", 0), ("all", samples)],
        ),
        "order": answers(
            "same" if result.first == result.second else "new",
            [("same", "same"), ("new", "new")],
        ),
    }
