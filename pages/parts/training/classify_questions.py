"""The two questions about a classifier, which the run itself answers when it is over."""

import streamlit as st

from lib.datasets.fashion_mnist import CLASSES
from lib.lessons.training.classify import evaluation, questions
from lib.lessons.training.classify.config import Recipe
from pages import parts
from pages.parts import _
from pages.parts.chunk_player import Shown
from pages.parts.predict import Options


def predictions(recipe: Recipe, shown: Shown) -> None:
    """Ask the two questions; the run itself answers them when it is over."""
    pairs = {
        f"{first}/{second}": f"{_(CLASSES[first])} / {_(CLASSES[second])}"
        for first, second in questions.PAIRS
    }
    names = {name: _(words) for name, words in questions.ANSWERS.items()} | pairs

    def gap() -> Options | None:
        if not shown.over:
            return None
        guesses = questions.gap(shown.result.epochs)
        return parts.options(guesses, questions.FEEDBACK_GAP, names, sort=False)

    def pair() -> Options | None:
        if not shown.over:
            return None
        found = evaluation.most_confused_of(shown.result.probabilities)
        collapsed = evaluation.collapsed(shown.result.probabilities)
        guesses = questions.pair(found, collapsed)
        answer, feedback = parts.options(guesses, questions.FEEDBACK_PAIR, names, sort=False)
        if collapsed:
            return answer, feedback
        first, second = (_(CLASSES[place]) for place in found[:2])
        count = _("In this run it is {first} and {second}: {count} images.",
                  first=first, second=second, count=found[2])  # fmt: skip
        return answer, {**feedback, answer: f"{count} {feedback[answer]}"}

    rows = (
        ("gap", questions.gap_choices(recipe.epochs), gap,
         _("In which epoch are train and test accuracy five points apart for the first time?")),
        ("pair", questions.pair_choices(), pair,
         _("Which two classes will be confused with each other most often?")),
    )  # fmt: skip
    for place, (name, choices, find, words) in zip(st.columns(2, gap="medium"), rows, strict=True):
        with place:
            shown_choices = [names.get(each, each) for each in choices]
            parts.predict_later(name, words, shown_choices, find, {"recipe": recipe})
