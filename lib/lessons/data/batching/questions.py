"""Questions about two epochs: the right answers, and the wrong ones people give."""

from math import ceil

from lib.core.i18n import mark
from lib.core.questions import Guess, answers
from lib.lessons.data.batching.lesson import Loaded
from lib.lessons.data.batching.metrics import mix

# What to tell somebody who gave an answer, by its code.
TOLD = {
    "up": mark("A last batch that is not full counts as well, unless drop_last leaves it out."),
    "down": mark("Only full batches are counted that way, as drop_last does."),
    "more": mark("That is one too many: a rest of nothing makes no batch."),
    "size": mark("That is how many samples go into one batch."),
    "samples": mark("That is how many samples there are: batches of one."),
}
TOLD_LAST = {
    "rest": mark("What is left over makes a smaller last batch, unless drop_last leaves it out."),
    "full": mark("The last one is full if nothing is left over, or if drop_last left it out."),
    "none": mark("A batch is never empty; drop_last may leave no batch at all."),
    "all": mark("That is the whole dataset in one batch."),
}
TOLD_ORDER = {
    "same": mark("An order stays for the next epoch only if nobody draws a new one."),
    "new": mark("Shuffling and drawing begin anew in every epoch; the seed is set only once."),
}
ORDERS = {"same": mark("the same"), "new": mark("another one")}

CLASSES, BATCHES = 10, 4  # what the challenge asks for


def guesses(result: Loaded, batch_size: int) -> dict[str, tuple[Guess, ...]]:
    """Return three questions about one loader, each with its possible answers.

    - "batches": what ``len(train_dl)`` is.
    - "last": how many samples the last batch has, 0 if there is no batch.
    - "order": whether the second epoch has the order of the first.
    """
    samples = len(result.labels)
    whole, rest = divmod(samples, batch_size)
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
            [("rest", rest), ("full", batch_size), ("none", 0), ("all", samples)]
            if rest
            else [("full", batch_size), ("none", 0), ("all", samples)],
        ),
        "order": answers(
            "same" if result.first == result.second else "new",
            [("same", "same"), ("new", "new")],
        ),
    }


def incomplete(result: Loaded) -> int:
    """Return how many batches of both epochs lack a class."""
    held = (mix(result, epoch) for epoch in (result.first, result.second))
    return sum(int((batches == 0).any(axis=1).sum()) for batches in held)


def reaches(result: Loaded) -> bool:
    """Return whether there are four batches or more, and all ten classes in every one of them."""
    return result.batches >= BATCHES and incomplete(result) == 0
