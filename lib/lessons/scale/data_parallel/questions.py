"""Questions about several devices: the right answers, and the wrong ones people give."""

from collections.abc import Sequence
from math import ceil

from lib.core.i18n import mark
from lib.core.questions import Guess, answers

# Feedback on an answer, by its code.
FEEDBACK = {
    "chunk": mark(
        "torch.chunk rounds the length of a chunk up and cuts until nothing is left: the last "
        "chunk may be smaller, and the last devices may get none."
    ),
    "even": mark("That would be the fairest cut, the one of torch.tensor_split."),
    "down": mark("That rounds the length down and leaves the rest to the last device."),
    "whole": mark("Every device gets the whole model, but only a part of the batch."),
    "cuts": mark("With as many cuts as there are devices, there is one piece too many."),
    "refused": mark("No error: chunks need not be equally long, and not every device needs one."),
}
REFUSED = "refused"
CUTS = {REFUSED: mark("not at all: an error")}
FEEDBACK_FIRST = {
    "same": mark(
        "Its loader knows nothing of the other processes: it begins at sample 0, as all do."
    ),
    "slice": mark("That is the last part of the dataset; no plain loader begins there."),
    "turns": mark("That is what it gets with a DistributedSampler: the processes take turns."),
    "all": mark("A batch has the batch_size of its loader, not the whole dataset."),
    "none": mark("It has a loader and a dataset of its own, so it gets something."),
}
NOTHING = mark("nothing")
ORDER = ("turns", "slice", "same", "all", "none")  # in which the answers are offered


def chunk_answers(batch: int, devices: int, chunks: tuple[int, ...]) -> tuple[Guess, ...]:
    """Return the ways in which people think a batch is cut for some devices.

    Args:
        batch: how many samples there are.
        devices: how many devices.
        chunks: how torch cut them.
    """
    short, rest = divmod(batch, devices)
    # Of fewer samples than devices tensor_split makes the same pieces, and empty ones.
    even = _row([short + 1] * rest + [short] * (devices - rest if short else 0))
    return answers(
        _row(chunks),
        [
            ("chunk", _row(chunks)),
            ("even", even),
            ("down", _row([short] * (devices - 1) + [short + rest])),
            ("whole", _row([batch] * devices)),
            ("cuts", _row(_cut(batch, devices + 1))),
            ("refused", REFUSED),
        ],
    )


def first_answers(
    batch: int, processes: int, first: Sequence[tuple[int, ...]]
) -> tuple[Guess, ...]:
    """Return what people think the last process loads first, without a DistributedSampler.

    Args:
        batch: how many samples there are.
        processes: how many processes.
        first: what each process really loaded first.
    """
    size = ceil(batch / processes)
    every = list(range(batch))
    around = (every * processes)[: size * processes]  # goes on from the start to be even
    found = answers(
        listed(first[-1]),
        [
            ("same", listed(every[:size])),
            ("slice", listed(every[(processes - 1) * size :] or every[-size:])),
            ("turns", listed(around[processes - 1 :: processes])),
            ("all", listed(every)),
            ("none", NOTHING),
        ],
    )
    return tuple(sorted(found, key=lambda each: ORDER.index(each.code)))


def listed(places: Sequence[int], most: int = 4) -> str:
    """Return samples as text, long lists with the middle left out."""
    if len(places) > 2 and list(places) == list(range(places[0], places[0] + len(places))):
        return f"{places[0]}–{places[-1]}"
    if len(places) <= most + 1:
        return ", ".join(map(str, places))
    return f"{', '.join(map(str, places[: most - 1]))} … {places[-1]}"


def _cut(batch: int, pieces: int) -> list[int]:
    """Return what torch.chunk makes of a batch."""
    size = ceil(batch / pieces)
    return [min(size, batch - start) for start in range(0, batch, size)]


def _row(sizes: Sequence[int]) -> str:
    return ", ".join(map(str, sizes))
