"""Questions about two epochs: the right answers, and the wrong ones people give."""

from math import ceil

from lib.core.i18n import mark
from lib.core.questions import Guess, answers
from lib.lessons.data.batching.lesson import SAMPLERS, Loaded, Order, in_order, sequential, shuffled

# What to say about an answer, by its code.
FEEDBACK = {
    "up": mark("A last batch that is not full counts as well, unless drop_last leaves it out."),
    "down": mark("Only full batches are counted that way, as drop_last does."),
    "more": mark("That is one too many: with no remainder there is no further batch."),
    "size": mark("That is how many samples a full batch holds."),
    "samples": mark("That is how many samples there are: batches of one."),
}
FEEDBACK_LAST = {
    "remainder": mark(
        "What is left over makes a smaller last batch, unless drop_last leaves it out."
    ),
    "full": mark("The last one is full if nothing is left over, or if drop_last left it out."),
    "too_few": mark("There are too few samples for a full batch."),
    "none": mark("A batch is never empty; drop_last may leave no batch at all."),
    "all": mark("That is the whole dataset in one batch."),
}
FEEDBACK_ORDER = {
    "same": mark("An order stays for the next epoch only if none is drawn anew."),
    "new": mark("Every epoch draws a new order; the seed is set only once."),
    "not_drawn": mark("Nothing is drawn here: every epoch takes the dataset's own order."),
}
# What sets an order, as it stands in the third question.
NAMES = {
    in_order: "shuffle=False",
    shuffled: "shuffle=True",
    **{sampler: name for name, sampler in SAMPLERS.items()},
}
ORDERS = {"same": mark("the same"), "new": mark("another one")}


def drawn(order: Order) -> bool:
    """Tell whether every epoch draws its own order."""
    return order not in (in_order, sequential)


def shows_order(result: Loaded, order: Order) -> bool:
    """Tell whether two epochs can show if the order is the same.

    They cannot without batches, nor where two drawn orders happen to be equal.
    """
    return bool(result.first) and (result.first != result.second) == drawn(order)


def guesses(result: Loaded, batch_size: int, order: Order) -> dict[str, tuple[Guess, ...]]:
    """Return up to three questions about one loader, each with its possible answers.

    - "batches": what ``len(train_dl)`` is.
    - "last": how many samples the last batch has, 0 if there is no batch.
    - "order": whether the second epoch has the order of the first, if ``shows_order``.
    """
    samples = len(result.labels)
    whole, remainder = divmod(samples, batch_size)
    full = "full" if whole else "too_few"
    new = "new" if drawn(order) else "not_drawn"
    found = {
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
            + [(full, batch_size), ("none", 0), ("all", samples)],
        ),
    }
    if shows_order(result, order):
        found["order"] = answers(
            "same" if result.first == result.second else "new",
            [("same", "same"), (new, "new")],
        )
    return found
