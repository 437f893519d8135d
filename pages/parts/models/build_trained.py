"""The challenge of the lesson on building networks: trained for real, when the visitor asks."""

import streamlit as st

from lib.lessons.models.build import training
from lib.lessons.models.build.cost import parameter_count
from lib.lessons.models.build.layer_kinds import CONVOLUTIONAL, Layers, Shape
from lib.lessons.models.build.questions import reaches
from lib.lessons.models.build.scene import TOTAL
from pages.parts.challenge import Goal
from pages.parts.prediction import revealed
from pages.parts.run import explain, run
from pages.parts.text import _

ASKED = "build.train"  # what the visitor last wanted trained


def train_button(layers: Layers, shape: Shape, optimizer: str) -> None:
    """Offer to train the network on the page, and the one to beat."""
    st.button(
        _("Train this network"),
        key="build.train_it",
        icon=":material/play_arrow:",
        on_click=_ask,
        args=((layers, shape, optimizer),),
        help=_("Training: {epochs} epochs of {images} images of Fashion-MNIST, in batches of "
               "{batch}. The convolutional network is trained in the same way, with SGD.",
               epochs=training.EPOCHS, images=training.IMAGES, batch=training.BATCH),
    )  # fmt: skip


def trained(layers: Layers, shape: Shape, optimizer: str) -> Goal:
    """Return the challenge; train the network on the page, and the one to beat, once asked to."""
    reached, progress = False, _("This network is not trained yet.")
    if st.session_state.get(ASKED) == (layers, shape, optimizer):
        theirs: training.Trained = run(training.train, heavy=True, layers=CONVOLUTIONAL)
        try:
            training.check(layers, shape)
        except ValueError as error:
            explain(error)
        else:
            own: training.Trained = run(
                training.train, heavy=True, layers=layers, shape=shape, optimizer=optimizer
            )
            reached = reaches(
                own.parameters, own.accuracy[-1], theirs.parameters, theirs.accuracy[-1]
            )
            progress = _standing(own, theirs)
    counts = [*map(parameter_count, CONVOLUTIONAL)]
    learned = _(
        "One convolution of that network has {largest:,} of its {total:,} "
        "parameters: in × out × kernel × kernel, so half the channels on both sides are a quarter "
        "of them.",
        largest=max(counts),
        total=sum(counts),
    )
    return Goal(
        _("Reach 90 % of the accuracy of the network `convolutional` with half its parameters."),
        reached,
        progress,
        f"{progress} {learned}",
    )


def _standing(own: training.Trained, theirs: training.Trained) -> str:
    """Say how far the network is; how many parameters it has only once that is answered."""
    accuracies = {"accuracy": own.accuracy[-1], "theirs": theirs.accuracy[-1],
                  "wanted": 0.9 * theirs.accuracy[-1]}  # fmt: skip
    if TOTAL not in revealed("build"):
        return _(
            "{accuracy:.1%} of the test images; the convolutional network has {theirs:.1%}. Wanted "
            "are at least {wanted:.1%}. The parameters come when you have answered question 2.",
            **accuracies,
        )
    return _(
        "{accuracy:.1%} of the test images with {parameters:,} parameters; the convolutional "
        "network has {theirs:.1%} with {more:,}. Wanted are at least {wanted:.1%} with at most "
        "{most:,}.",
        **accuracies,
        parameters=own.parameters,
        more=theirs.parameters,
        most=theirs.parameters // 2,
    )


def _ask(what: tuple[Layers, Shape, str]) -> None:
    st.session_state[ASKED] = what
