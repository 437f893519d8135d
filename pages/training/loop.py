"""Training, live: the five steps, and everything that can go wrong with them."""

from functools import partial

import streamlit as st

from lib.lessons.training.loop import lesson as loop
from lib.lessons.training.loop import questions
from lib.lessons.training.loop.config import Recipe
from lib.lessons.training.loop.epochs import LOOPS
from lib.lessons.training.loop.frames import Frame
from lib.lessons.training.loop.points import SHAPES, spiral
from pages.parts import control
from pages.parts.challenge import challenge
from pages.parts.lesson import lesson
from pages.parts.numbers import numbers
from pages.parts.predict import Options, options, plain, predict_later
from pages.parts.program import program
from pages.parts.run import explain, run
from pages.parts.text import _, sentence
from pages.parts.training.loop_config import recipe_controls
from pages.parts.training.loop_player import training

# What the program takes as the recipe has it.
PLAIN = tuple(name for name in vars(Recipe()) if name not in ("data", "loop"))


def page() -> None:
    """Show the lesson."""
    asked = st.container()
    # On a phone the left column comes first: there it is the run.
    left, right = st.columns([3, 1], gap="medium")
    with right:
        chosen = recipe_controls()
        show_test = control.switch("test", _("show test points"))
        discrete = control.switch("discrete", _("show the winner only"))
    with left:
        try:
            recipe = Recipe(**chosen)
        except ValueError as error:
            explain(error)
            st.stop()
        st.fragment(live)(recipe, show_test, discrete)
    with asked:
        predictions(recipe)


def predictions(recipe: Recipe) -> None:
    """Ask the two questions; both are answered by training for real."""
    about = {"recipe": recipe}
    epochs = questions.epochs_asked(recipe)
    fates = [_(words) for name, words in questions.ANSWERS.items() if name != "none"]
    rates = [plain(rate) for rate in sorted((recipe.rate, questions.other_rate(recipe)))]
    rates += [_(questions.ANSWERS[name]) for name in ("none", "same")]

    def found(name: str) -> Options:
        answers, told = questions.QUESTIONS[name]
        made = run(questions.compared, heavy=True, recipe=recipe)
        return options(answers(made), told, questions.ANSWERS)

    first, second = st.columns(2, gap="medium")
    with first:
        words = _("Without zero_grad, what is the training loss after epoch {epochs}, beside the "
                  "right loop's?").format(epochs=epochs)  # fmt: skip
        predict_later("zero_grad", words, fates, partial(found, "zero_grad"), about)
    with second:
        words = _("Which learning rate has the lower training loss after epoch {epochs}?")
        predict_later("rate", words.format(epochs=epochs), rates, partial(found, "rate"), about)


def live(recipe: Recipe, show_test: bool, discrete: bool) -> None:
    """Show the run, its program and the challenge; all of it is drawn anew with every chunk."""
    alt = _("The decision map of a network trained on the points called {data}.")
    shown = training(recipe, alt.format(data=recipe.data), show_test=show_test, discrete=discrete)
    frame = shown.frame
    numbers(
        {
            _("epoch"): shown.epoch,
            _("loss on the training points"): frame and frame.trained.train_loss,
            _("loss on the test points"): frame and frame.trained.test_loss,
            _("test points that are right"): frame and frame.trained.test_accuracy,
            _("weights and biases"): questions.parameters(frame) if frame else None,
            _("steps in an epoch"): recipe.steps,
        }
    )
    if shown.branch.parent:
        st.info(_("This run forked off another one. The program below begins anew, so its "
                  "numbers differ."))  # fmt: skip
    program(recipe, shown.epoch)
    goal(recipe, frame)


def program(recipe: Recipe, epochs: int) -> None:
    """Show the program that trains as far as the visitor looks."""
    way = LOOPS[recipe.loop]
    settings = {name: getattr(recipe, name) for name in PLAIN}
    code(
        loop.train, points=SHAPES.get(recipe.data, spiral), **settings, epochs=epochs,
        one_epoch=way.epoch, measure=way.evaluate,
    )  # fmt: skip


def goal(recipe: Recipe, frame: Frame | None) -> None:
    """Set the challenge."""
    count = questions.parameters(frame) if frame else 0
    challenge(
        _("Bring the **spiral** under a test loss of 0.05, with as few weights and biases as you "
          "can. Pause at the epoch that does it."),
        frame is not None and questions.reaches(recipe, frame),
        sentence(questions.progress(frame)),
        _("You did it with {count} weights and biases. Can fewer do it?").format(count=count),
    )  # fmt: skip


lesson("loop", page)
