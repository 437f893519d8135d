"""The two questions about a classifier, which the run itself answers when it is over."""

import streamlit as st

from lib.datasets.fashion_mnist import CLASSES
from lib.lessons.training.classify import evaluation as looks
from lib.lessons.training.classify import questions
from lib.lessons.training.classify.config import Recipe
from pages.parts.chunk_player import Shown
from pages.parts.predict import Options, options, predict_later
from pages.parts.text import _


def predictions(recipe: Recipe, shown: Shown) -> None:
    """Ask the two questions; the run itself answers them when it is over."""
    about = {"recipe": recipe}
    pairs = {
        f"{first}/{second}": f"{_(CLASSES[first])} / {_(CLASSES[second])}"
        for first, second in questions.PAIRS
    }
    names = {name: _(words) for name, words in questions.ANSWERS.items()} | pairs

    def apart() -> Options | None:
        if not shown.over:
            return None
        return options(
            questions.apart(shown.result.epochs), questions.TOLD_APART, names, sort=False
        )

    def pair() -> Options | None:
        if not shown.over:
            return None
        found = looks.most_confused_of(shown.result.chances)
        stuck = looks.stuck(shown.result.chances)
        guesses = questions.pair(found, stuck)
        answer, feedback = options(guesses, questions.TOLD_PAIR, names, sort=False)
        if stuck:
            return answer, feedback
        count = _("In this run it is {first} and {second}: {count} images.").format(
            first=_(CLASSES[found[0]]), second=_(CLASSES[found[1]]), count=found[2]
        )
        return answer, {**feedback, answer: f"{count} {feedback[answer]}"}

    one, two = st.columns(2, gap="medium")
    with one:
        words = _("In which epoch are train and test accuracy five points apart for the first "
                  "time?")  # fmt: skip
        choices = [names.get(each, each) for each in questions.apart_choices(recipe.epochs)]
        predict_later("apart", words, choices, apart, about)
    with two:
        words = _("Which two classes will be taken for each other most often?")
        choices = [names.get(each, each) for each in questions.pair_choices()]
        predict_later("pair", words, choices, pair, about)
