"""A real image classifier: Fashion-MNIST, trained while you watch."""

from dataclasses import asdict
from functools import partial

import streamlit as st

from lib.core.rules import Between
from lib.datasets.fashion_mnist import TRAIN_SIZES
from lib.export import snippets
from lib.lessons.training.classify import config as rules
from lib.lessons.training.classify import figures
from lib.lessons.training.classify import lesson as classify
from lib.lessons.training.classify import questions as asked
from lib.lessons.training.classify.config import Recipe
from lib.lessons.training.classify.networks import NETWORKS, OPTIMIZERS
from lib.lessons.training.classify.runs import Run
from pages import parts
from pages.parts import Goal, Hints, Program, Question, Settings, _, control
from pages.parts.chunk_player import Shown, chunk_player
from pages.parts.data_source import data_source
from pages.parts.listing import listing
from pages.parts.training.classify_evaluation import views
from pages.parts.training.classify_questions import predictions

SHOWN = "classify.shown"  # how far the run is that this visitor saw last, and its recipe


def controls() -> Settings:
    """Show the controls, and below them the loop that runs."""
    network = control.menu("network", _("network"), NETWORKS)
    optimizer = control.menu("optimizer", _("optimizer"), OPTIMIZERS)
    learning_rate = control.scale("learning_rate", _("learning rate"), rules.LEARNING_RATES, 0.1)
    batch_size = int(control.scale("batch_size", _("batch size"), rules.BATCH_SIZES, 64))
    epochs = control.slider("epochs", _("epochs"), Between(1, 20), 10)
    source, size = data_source("source"), TRAIN_SIZES[rules.FULL]
    if source != rules.FULL:
        size = int(control.scale("size", _("images to learn from"), rules.SIZES, 4000))
    recipe = Recipe(
        network=network,
        optimizer=optimizer,
        learning_rate=learning_rate,
        batch_size=batch_size,
        epochs=epochs,
        source=source,
        size=size,
        augment=control.switch("augment", _("mirror and move them by chance")),
        dropout=control.slider("dropout", "dropout", rules.DROPOUT, 0.0, 0.1),
        batch_norm=control.switch("batch_norm", _("batch norm")),
        weight_decay=control.scale("weight_decay", _("weight decay"), rules.DECAYS, 0.0),
        seed=control.number("seed", _("seed"), rules.SEED, 0),
    )
    st.markdown(f"**{_('The loop that runs')}**")
    for name, part in {"learn": classify.fit, "measure": classify.evaluate}.items():
        listing(snippets.listing(part).text, f"classify.{name}", _("The loop that runs"))
    return {"recipe": recipe}


def picture(settings: Settings) -> None:
    """Show the run with its buttons, and what came of it so far."""
    recipe: Recipe = settings["recipe"]

    def caption(now: Shown) -> str:
        epoch = now.number // recipe.parts
        return _("epoch {epoch} of {end}", epoch=epoch, end=recipe.epochs)

    shown = chunk_player(Run(recipe), recipe.chunks, partial(progress, recipe), caption)
    st.session_state[SHOWN] = (recipe, shown)


def progress(recipe: Recipe, shown: Shown) -> None:
    """Show what came so far: curves, numbers, and one of the closer views."""
    epochs = shown.result.epochs
    latest = epochs[-1] if epochs else None
    alt = _("Loss and accuracy after each epoch.")
    if latest:
        alt = _("Loss and accuracy after each epoch; after epoch {epoch}, {percent} of the test "
                "images are right.",
                epoch=latest.epoch, percent=f"{latest.test_accuracy:.1%}")  # fmt: skip
    parts.chart(figures.curves, epochs=epochs, end=recipe.epochs, key="curves", alt=alt)
    if asked.diverged(epochs):
        st.warning(_("The loss is NaN: the steps were too long."))
    past = sum(each.seconds for each in epochs)
    parts.numbers(
        {
            _(
                "accuracy on the first {count} training images",
                count=min(recipe.images, classify.MEASURED),
            ): (_percent(latest and latest.train_accuracy)),
            _("accuracy on the test images"): _percent(latest and latest.test_accuracy),
            _("seconds for an epoch, measured on this machine"): (
                f"`{past / (len(epochs) - 1):.2f}`" if len(epochs) > 1 else "–"
            ),
            _("seconds of one core so far"): f"`{past:.1f}`",
            _("weights and biases"): shown.result.parameters,
            _("steps in an epoch"): recipe.steps,
        }
    )
    views(recipe, shown)


def _percent(part: float | None) -> str:
    return "–" if part is None else f"`{part:.1%}`"


def seen(recipe: Recipe) -> Shown | None:
    """Return how far the run of a recipe was when it was drawn last."""
    last, shown = st.session_state.get(SHOWN, (None, None))
    return shown if last == recipe else None


def questions(settings: Settings) -> list[Question]:
    """Ask when train and test accuracy part, and which classes are confused."""
    return predictions(settings["recipe"], seen(settings["recipe"]))


def program(settings: Settings) -> Program:
    """Return the program that does the same run."""
    recipe: Recipe = settings["recipe"]
    return Program(classify.train, {**asdict(recipe), "network": NETWORKS[recipe.network]})


def challenge(settings: Settings) -> Goal:
    """Ask for a good classifier in little time."""
    shown = seen(settings["recipe"])
    epochs = shown.result.epochs if shown else ()
    epoch, seconds = asked.arrived(epochs) or (0, 0.0)
    return Goal(
        _("Get **85%** of the test images right within **30 seconds of one core**."),
        asked.reaches(epochs),
        parts.sentence(asked.progress(epochs)),
        _("{seconds:.1f} seconds of one core, after epoch {epoch}. Mind that picking the best "
          "epoch by its test images flatters a network a little: such choices belong to a third "
          "part of the data, validation images. Does it work in less time, or with fewer weights?",
          seconds=seconds, epoch=epoch),
    )  # fmt: skip


def hints(_settings: Settings) -> Hints:
    """Say what learns a lot in little time."""
    return Hints(
        _("Watch the seconds of an epoch: a network that is small computes one sooner. Yet one "
          "that sees rows of pixels only gets stuck below 85%."),
        _("The small CNN can do it. If its accuracy jumps about, a smaller learning rate calms "
          "it."),
        {"network": "small CNN", "optimizer": "momentum", "learning_rate": "0.03", "epochs": 10,
            "batch_size": "64"},
    )  # fmt: skip


parts.page(
    "classify",
    controls=controls,
    questions=questions,
    challenge=challenge,
    hints=hints,
    program_of=program,
    picture=picture,
)
