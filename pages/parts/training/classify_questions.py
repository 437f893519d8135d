"""The two questions about a classifier, which the run itself answers when it is over."""

from collections.abc import Sequence

from lib.datasets.fashion_mnist import CLASSES
from lib.lessons.training.classify import evaluation, questions
from lib.lessons.training.classify.config import Recipe
from lib.lessons.training.classify.metrics import most_confused
from pages import parts
from pages.parts import Question, _
from pages.parts.chunk_player import Shown
from pages.parts.options import Options


def predictions(recipe: Recipe, shown: Shown | None) -> list[Question]:
    """Return the two questions; the run itself answers them when it is over."""
    pairs = {
        f"{first}/{second}": f"{_(CLASSES[first])} / {_(CLASSES[second])}"
        for first, second in questions.PAIRS
    }
    names = {name: _(words) for name, words in questions.ANSWERS.items()} | pairs

    def gap() -> Options | None:
        if shown is None or not shown.over:
            return None
        guesses = questions.gap(shown.result.epochs)
        return parts.options(guesses, questions.FEEDBACK_GAP, names, sort=False)

    def pair() -> Options | None:
        if shown is None or not shown.over:
            return None
        counts = evaluation.confused(shown.result.probabilities)
        collapsed = evaluation.collapsed(shown.result.probabilities)
        guesses = questions.pair(counts, collapsed)
        answer, feedback = parts.options(guesses, questions.FEEDBACK_PAIR, names, sort=False)
        if collapsed:
            return answer, feedback
        one, two, images = most_confused(counts)
        count = _("In this run it is {first} and {second}: {count} images.",
                  first=_(CLASSES[one]), second=_(CLASSES[two]), count=images)  # fmt: skip
        return answer, {**feedback, answer: f"{count} {feedback[answer]}"}

    run = {"network": recipe.network, "optimizer": recipe.optimizer}
    when = _(
        "{network}, {optimizer}: after which epoch is train accuracy five points above test "
        "accuracy for the first time?",
        **run,
    )
    which = _("{network}, {optimizer}: which two classes will be confused with each other most "
              "often?", **run)  # fmt: skip

    def shown_as(choices: Sequence[str]) -> list[str]:
        return [names.get(each, each) for each in choices]

    return [
        Question("gap", when, shown_as(questions.gap_choices(recipe.epochs)), gap),
        Question("pair", which, shown_as(questions.pair_choices()), pair),
    ]
