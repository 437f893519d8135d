"""Questions about the walks: the right answers, and the wrong ones people give."""

from collections.abc import Mapping

from lib.core.i18n import mark
from lib.core.questions import Guess, answers
from lib.lessons.autograd.descent.lesson import Surface, Walk, rosenbrock
from lib.lessons.autograd.descent.metrics import GOAL, Limit, end

LARGEST_RATE = 0.0015  # that the challenge allows

# The answers that are words, by what they are called in here; of the first three one is true.
ANSWERS = {
    "arrived": mark("below 0.001"),
    "on the way": mark("lower than at first, but not below 0.001"),
    "no lower": mark("neither lower than at first nor below 0.001"),
    "none": mark("none"),
    "tie": mark("a tie"),
}

# What is said about an answer, by its code.
WHERE_FEEDBACK = {
    "arrived": mark(
        "It comes that low if the steps are long enough for the distance, and yet not too long."
    ),
    "on the way": mark(
        "It comes no farther if the steps are too short, if it oscillates, or if it gets stuck "
        "where the slope is 0."
    ),
    "no lower": mark(
        "It ends no lower if the steps overshoot by more than they gain, or if the slope is 0 from "
        "the start."
    ),
    "below the limit": mark(
        "Its learning rate is below the limit, so in the long run the steps shrink."
    ),
    "over the limit": mark(
        "The learning rate has reached the limit, so each step overshoots by at least as much as "
        "it gains."
    ),
    "not over the limit": mark(
        "Its learning rate has reached the limit. From there on the steps no longer shrink."
    ),
}
FIRST_FEEDBACK = {
    "first": mark(
        "It is the first to come below 0.001 for good; of two at the same step, the lower one."
    ),
    "later": mark("It does come below 0.001 for good, but it is not the first."),
    "on the way": mark("At the last step it is lower than it began, but not below 0.001."),
    "no lower": mark(
        "At the last step it is no lower than it began: its steps overshoot, or the slope is 0."
    ),
    "none": mark("Nobody is below 0.001 at the last step."),
    "some": mark("Somebody is below 0.001 at the last step."),
    "tie": mark("They are equally low at the very step with which they come below 0.001."),
    "one of several": mark("It is among the first, but another is as low at the same step."),
}


def where(walk: Walk, lr: float, bound: Limit) -> tuple[Guess, ...]:
    """Return the answers to "where is it at the end?", the keys of ``ANSWERS`` as values.

    Args:
        walk: the walk that is asked about.
        lr: its learning rate at the start.
        bound: what ``lib.lessons.autograd.descent.metrics.limit`` returns for it.
    """
    outcome = end(walk).outcome
    # A schedule may bring a learning rate that is too large at first below the limit.
    over = bound.learning_rate is not None and walk.learning_rates.min() >= bound.learning_rate
    under = bound.learning_rate is not None and lr < bound.learning_rate
    wrong = "not over the limit" if over and outcome == "no lower" else ""
    no_lower = "no lower"
    if outcome == "no lower" and over:
        no_lower = "over the limit"
    elif outcome != "no lower" and under:
        no_lower = "below the limit"
    return answers(
        outcome,
        [(wrong or "arrived", "arrived"), (wrong or "on the way", "on the way"),
         (no_lower, "no lower")],
    )  # fmt: skip


def first(walks: Mapping[str, Walk]) -> tuple[Guess, ...]:
    """Return the answers to "who arrives first?": names, or keys of ``ANSWERS``, as values."""
    ends = {name: end(walk) for name, walk in walks.items()}
    ranks = {
        name: (each.arrived, float(walks[name].losses[each.arrived]))
        for name, each in ends.items()
        if each.arrived is not None
    }
    winners = [name for name, rank in ranks.items() if rank == min(ranks.values())]
    truth = winners[0] if len(winners) == 1 else "tie" if winners else "none"

    def code(name: str) -> str:
        if name in winners:
            return "first" if name == truth else "one of several"
        return "later" if name in ranks else ends[name].outcome

    options = [(code(name), name) for name in ends]
    if truth == "tie":  # all begin where it is lowest, or so; too rare to be asked else
        options.append(("tie", "tie"))
    options.append(("none" if truth == "none" else "some", "none"))
    return answers(truth, options)


def reaches(walk: Walk, surface: Surface) -> bool:
    """Return whether a walk with momentum meets the challenge.

    On Rosenbrock's valley, from (-1.5, 2), in 200 steps at most, to a loss below 0.001, with a
    small lr: at the edge of divergence, 0.002, luck alone gets there without any momentum.
    """
    begins_there = walk.path[0].tolist() == [-1.5, 2.0]
    in_time = len(walk.learning_rates) <= 200
    careful = float(walk.learning_rates[0]) <= LARGEST_RATE
    low = float(walk.losses[-1]) < GOAL
    return surface is rosenbrock and begins_there and in_time and careful and low
