"""Training, live: the five steps, and everything that can go wrong with them."""

from functools import partial

import streamlit as st

from lib.lessons.training.loop import lesson as loop
from lib.lessons.training.loop import questions as asked
from lib.lessons.training.loop.config import Recipe
from lib.lessons.training.loop.epochs import LOOPS
from lib.lessons.training.loop.frames import Frame
from lib.lessons.training.loop.network import FEATURES
from lib.lessons.training.loop.points import SHAPES, spiral
from pages import parts
from pages.parts import Goal, Hints, Question, Settings, _, control
from pages.parts.options import Options, plain
from pages.parts.run import explain
from pages.parts.training.loop_config import recipe_controls
from pages.parts.training.loop_player import training


def controls() -> Settings:
    """Show the controls; return the recipe, or why there is none, and how the map is drawn."""
    chosen = recipe_controls()
    seen = {
        "show_test": control.switch("test", _("show test points")),
        "discrete": control.switch("discrete", _("predicted class only")),
    }
    try:
        return {"recipe": Recipe(**chosen), "error": None, **seen}
    except ValueError as error:
        return {"recipe": Recipe(), "error": error, **seen}


def picture(settings: Settings) -> None:
    """Show the run and what belongs to it; all of it is drawn anew with every chunk."""
    if settings["error"]:
        explain(settings["error"])
        st.stop()
    st.fragment(live)(settings)


def live(settings: Settings) -> None:
    """Show the run, its numbers, its challenge and its program."""
    recipe: Recipe = settings["recipe"]
    alt = _("The decision map of a network trained on the points called {data}.", data=recipe.data)
    shown = training(recipe, alt, show_test=settings["show_test"], discrete=settings["discrete"])
    frame = shown.frame
    parts.goal(challenge(recipe, frame), hints(settings))
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
    parts.whole_program(
        loop.train,
        {
            "points": SHAPES.get(recipe.data, spiral),
            **recipe.settings,
            "epochs": shown.epoch,
            "one_epoch": LOOPS[recipe.loop].epoch,
            "measure": LOOPS[recipe.loop].evaluate,
        },
    )


def challenge(recipe: Recipe, frame: Frame | None) -> Goal:
    """Ask for a small network that learns the spiral."""
    count = asked.parameters(frame) if frame else 0
    return Goal(
        _("Bring the **spiral** under a test loss of 0.05, with as few weights and biases as you "
          "can. Pause at the epoch that does it."),
        frame is not None and asked.reaches(recipe, frame),
        parts.sentence(asked.progress(frame)),
        _("You did it with {count} weights and biases. Can fewer do it?", count=count),
    )  # fmt: skip


def questions(settings: Settings) -> list[Question]:
    """Ask what zero_grad and the learning rate do; both are answered by training for real."""
    recipe: Recipe = settings["recipe"]
    epochs = asked.epochs_asked(recipe)
    outcomes = [_(words) for name, words in asked.ANSWERS.items() if name != "none"]
    rates = [plain(rate) for rate in sorted((recipe.learning_rate, asked.other_rate(recipe)))]
    rates += [_(asked.ANSWERS[name]) for name in ("none", "same")]

    def answer(name: str) -> Options:
        answers, feedback = asked.QUESTIONS[name]
        made = parts.run(asked.compared, heavy=True, recipe=recipe)
        return parts.options(answers(made), feedback, asked.ANSWERS)

    about = {"epochs": epochs, "rate": f"{recipe.learning_rate:g}", "data": recipe.data}
    zero_grad = _(
        "Learning rate {rate}, the points {data}. Without zero_grad, what is the "
        "training loss after epoch {epochs}, beside the right loop's?",
        **about,
    )
    larger = _("The points {data}. Which learning rate has the lower training loss after epoch "
               "{epochs}?", **about)  # fmt: skip
    return [
        Question("zero_grad", zero_grad, outcomes, partial(answer, "zero_grad")),
        Question("learning_rate", larger, rates, partial(answer, "learning_rate")),
    ]


def hints(_settings: Settings) -> Hints:
    """Say what makes the spiral easy."""
    return Hints(
        _("From x1 and x2 alone, the network has to do all the bending itself. Give it features "
          "that bend, such as sin(x1)."),
        _("With all seven features, one hidden layer of four neurons is enough: try Adam, batches "
          "of 20 and 90% of the points, and let it train."),
        {"data": "spiral", "noise": 0, "train_share": 90, "batch_size": "20", "layers": 1,
            "layer1": 4, "optimizer": "Adam", "features": list(FEATURES), "seed": 1},
    )  # fmt: skip


parts.page("loop", controls=controls, questions=questions, picture=picture)
