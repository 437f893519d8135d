"""Training, live: the five steps, and everything that can go wrong with them."""

from functools import partial
from typing import NamedTuple

import streamlit as st

from lib.lessons.training.loop import lesson as loop
from lib.lessons.training.loop import questions as asked
from lib.lessons.training.loop.config import Recipe
from lib.lessons.training.loop.epochs import LOOPS
from lib.lessons.training.loop.frames import Frame
from lib.lessons.training.loop.points import SHAPES, spiral
from pages import parts
from pages.parts import _, control
from pages.parts.predict import Options, plain
from pages.parts.run import explain
from pages.parts.training.loop_config import recipe_controls
from pages.parts.training.loop_player import training


class State(NamedTuple):
    """What the controls say: the recipe, or why there is none, and how the map is drawn."""

    recipe: Recipe
    error: ValueError | None
    show_test: bool
    discrete: bool


def controls() -> State:
    """Show the controls."""
    chosen = recipe_controls()
    show_test = control.switch("test", _("show test points"))
    discrete = control.switch("discrete", _("predicted class only"))
    try:
        return State(Recipe(**chosen), None, show_test, discrete)
    except ValueError as error:
        return State(Recipe(), error, show_test, discrete)


def picture(state: State) -> None:
    """Show the run and what belongs to it; all of it is drawn anew with every chunk."""
    if state.error:
        explain(state.error)
        st.stop()
    st.fragment(live)(state)


def live(state: State) -> None:
    """Show the run, its numbers, its program and the challenge."""
    recipe = state.recipe
    alt = _("The decision map of a network trained on the points called {data}.", data=recipe.data)
    shown = training(recipe, alt, show_test=state.show_test, discrete=state.discrete)
    frame = shown.frame
    parts.numbers(
        {
            _("epoch"): shown.epoch,
            _("loss on the training points"): frame and frame.trained.train_loss,
            _("loss on the test points"): frame and frame.trained.test_loss,
            _("accuracy on the test points"): frame and frame.trained.test_accuracy,
            _("weights and biases"): frame and asked.parameters(frame),
            _("steps in an epoch"): recipe.steps,
        }
    )
    if shown.branch.parent:
        st.info(_("This run forked off another one. The program below begins anew, so its "
                  "numbers differ."))  # fmt: skip
    parts.program(
        loop.train,
        points=SHAPES.get(recipe.data, spiral),
        **recipe.settings,
        epochs=shown.epoch,
        one_epoch=LOOPS[recipe.loop].epoch,
        measure=LOOPS[recipe.loop].evaluate,
    )
    challenge(recipe, frame)


def challenge(recipe: Recipe, frame: Frame | None) -> None:
    """Ask for a small network that learns the spiral."""
    count = asked.parameters(frame) if frame else 0
    parts.challenge(
        _("Bring the **spiral** under a test loss of 0.05, with as few weights and biases as you "
          "can. Pause at the epoch that does it."),
        frame is not None and asked.reaches(recipe, frame),
        parts.sentence(asked.progress(frame)),
        _("You did it with {count} weights and biases. Can fewer do it?", count=count),
    )  # fmt: skip


def questions(state: State) -> None:
    """Ask what zero_grad and the learning rate do; both are answered by training for real."""
    recipe = state.recipe
    epochs = asked.epochs_asked(recipe)
    fates = [_(words) for name, words in asked.ANSWERS.items() if name != "none"]
    rates = [plain(rate) for rate in sorted((recipe.learning_rate, asked.other_rate(recipe)))]
    rates += [_(asked.ANSWERS[name]) for name in ("none", "same")]

    def answer(name: str) -> Options:
        answers, feedback = asked.QUESTIONS[name]
        made = parts.run(asked.compared, heavy=True, recipe=recipe)
        return parts.options(answers(made), feedback, asked.ANSWERS)

    rows = (
        ("zero_grad", fates,
         _("Without zero_grad, what is the training loss after epoch {epochs}, beside the right "
           "loop's?", epochs=epochs)),
        ("learning_rate", rates,
         _("Which learning rate has the lower training loss after epoch {epochs}?",
           epochs=epochs)),
    )  # fmt: skip
    for place, (name, choices, words) in zip(st.columns(2, gap="medium"), rows, strict=True):
        with place:
            parts.predict_later(name, words, choices, partial(answer, name), {"recipe": recipe})


# On a phone the left column comes first: there it is the run.
parts.lesson("loop", controls=controls, picture=picture, questions=questions, columns=(3, 1))
