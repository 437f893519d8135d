"""A real image classifier: Fashion-MNIST, trained while you watch."""

from typing import Any

import streamlit as st

from lib.core.rules import Between
from lib.datasets.fashion_mnist import TRAIN_SIZES
from lib.export import snippets
from lib.lessons.training.classify import config as rules
from lib.lessons.training.classify import figures, questions
from lib.lessons.training.classify import lesson as classify
from lib.lessons.training.classify.config import Recipe
from lib.lessons.training.classify.networks import NETWORKS, OPTIMIZERS
from lib.lessons.training.classify.runs import Run
from pages.parts import control
from pages.parts.challenge import challenge
from pages.parts.chart import chart
from pages.parts.chunk_player import Shown, chunk_player
from pages.parts.data_source import data_source
from pages.parts.lesson import lesson
from pages.parts.listing import listing
from pages.parts.numbers import numbers
from pages.parts.program import program
from pages.parts.run import explain
from pages.parts.text import _, sentence, translated
from pages.parts.training.classify_evaluation import views
from pages.parts.training.classify_questions import predictions

PLAIN = tuple(name for name in vars(Recipe()) if name != "network")  # as the program takes it


def page() -> None:
    """Show the lesson."""
    asked = st.container()
    # On a phone the left column comes first: there it is the run.
    left, right = st.columns([2, 1], gap="medium")
    with right:
        chosen = controls()
        st.markdown(f"**{_('The loop that runs')}**")
        for name, part in {"learn": classify.fit, "measure": classify.evaluate}.items():
            text = snippets.listing(part).text
            listing(text, key=f"classify.{name}", name=_("The loop that runs"))
    with left:
        try:
            recipe = Recipe(**chosen)
        except ValueError as error:
            explain(error)
            st.stop()
        shown = chunk_player(
            Run(recipe), recipe.chunks, lambda now: picture(recipe, now), told(recipe)
        )
    with asked:
        predictions(recipe, shown)
    settings = {name: getattr(recipe, name) for name in PLAIN}
    program(classify.train, network=NETWORKS[recipe.network], **settings)
    goal(shown)


def controls() -> dict[str, Any]:
    """Show the controls; return the fields of the recipe."""
    chosen: dict[str, Any] = {"network": control.menu("network", _("network"), NETWORKS)}
    chosen["optimizer"] = control.menu("optimizer", _("optimizer"), OPTIMIZERS)
    chosen["rate"] = control.scale("rate", _("learning rate"), rules.RATES, 0.1)
    chosen["batch"] = int(control.scale("batch", _("batch size"), rules.BATCHES, 64))
    chosen["epochs"] = control.slider("epochs", _("epochs"), Between(1, 20), 10)
    chosen["source"] = data_source("source")
    chosen["size"] = TRAIN_SIZES[rules.FULL]
    if chosen["source"] != rules.FULL:
        label = _("images to learn from")
        chosen["size"] = int(control.scale("size", label, rules.SIZES, 4000))
    chosen["augment"] = control.switch("augment", _("mirror and move them by chance"))
    chosen["dropout"] = control.slider("dropout", "dropout", rules.DROPOUT, 0.0, 0.1)
    chosen["batch_norm"] = control.switch("batch_norm", _("batch norm"))
    chosen["weight_decay"] = control.scale("decay", _("weight decay"), rules.DECAYS, 0.0)
    chosen["seed"] = control.number("seed", _("seed"), rules.SEED, 0)
    return chosen


def told(recipe: Recipe) -> Any:
    """Return what tells how far a run of this recipe is."""
    words = _("epoch {epoch} of {end}")
    return lambda now: words.format(epoch=now.number // recipe.parts, end=recipe.epochs)


def picture(recipe: Recipe, shown: Shown) -> None:
    """Show what came so far: curves, numbers, and one of the closer views."""
    epochs = shown.result.epochs
    latest = epochs[-1] if epochs else None
    words = _("Loss and accuracy after each epoch.")
    if latest:
        words = _("Loss and accuracy after each epoch; after epoch {epoch}, {percent} of the test "
                  "images are right.").format(
            epoch=latest.epoch, percent=f"{latest.test_accuracy:.1%}")  # fmt: skip
    drawn = translated(figures.WORDS)
    chart(figures.curves, epochs, recipe.epochs, drawn, key="curves", alt=words)
    if questions.blown(epochs):
        st.warning(_("The loss is no number any more: the steps were too long."))
    past = sum(each.seconds for each in epochs)
    numbers(
        {
            _("training images that are right"): _percent(latest and latest.train_accuracy),
            _("test images that are right"): _percent(latest and latest.test_accuracy),
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


def goal(shown: Shown) -> None:
    """Set the challenge."""
    epochs = shown.result.epochs
    epoch, seconds = questions.arrived(epochs) or (0, 0.0)
    learned = _("{seconds:.1f} seconds of one core, after epoch {epoch}. Mind that picking the "
                "best epoch by its test images flatters a network a little. Does it work in less "
                "time, or with fewer weights?")  # fmt: skip
    challenge(
        _("Get **85%** of the test images right within **30 seconds of one core**."),
        questions.reaches(epochs),
        sentence(questions.progress(epochs)),
        learned.format(seconds=seconds, epoch=epoch),
    )


lesson("classify", page)
