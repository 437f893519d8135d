"""The challenge of the lesson on building networks: trained for real, when the visitor asks."""

import streamlit as st

from lib.lessons.models.build import training
from lib.lessons.models.build.layers import NOTES, Layers, Shape
from lib.lessons.models.build.questions import reaches
from lib.lessons.models.build.work import weights
from pages.parts.challenge import challenge
from pages.parts.run import explain, run
from pages.parts.text import _

ASKED = "build.train"  # what the visitor last wanted trained


def trained(layers: Layers, shape: Shape, optimizer: str) -> None:
    """Set the challenge; train the network on the page, and the notes', once asked to."""
    goal = st.container()
    now = (layers, shape, optimizer)
    say = _("Training: {epochs} epochs of {images} pictures of Fashion-MNIST, in batches of "
            "{batch}. The notes' network is trained in the same way, with SGD.")  # fmt: skip
    st.markdown(say.format(epochs=training.EPOCHS, images=training.IMAGES, batch=training.BATCH))
    st.button(
        _("Train this network"),
        key="build.train_it",
        icon=":material/play_arrow:",
        on_click=_ask,
        args=(now,),
    )
    reached, told = False, _("This network is not trained yet.")
    if st.session_state.get(ASKED) == now:
        notes: training.Trained = run(training.train, heavy=True, layers=NOTES)
        try:
            training.check(layers, shape)
        except ValueError as error:
            explain(error)
        else:
            own: training.Trained = run(
                training.train, heavy=True, layers=layers, shape=shape, optimizer=optimizer
            )
            reached = reaches(
                own.parameters, own.accuracy[-1], notes.parameters, notes.accuracy[-1]
            )
            told = _("{accuracy:.1%} of the test pictures with {parameters:,} parameters; the "
                     "notes' network has {theirs:.1%} with {more:,}. Download are at least "
                     "{wanted:.1%} with at most {most:,}.").format(
                accuracy=own.accuracy[-1], parameters=own.parameters, theirs=notes.accuracy[-1],
                more=notes.parameters, wanted=0.9 * notes.accuracy[-1], most=notes.parameters // 2,
            )  # fmt: skip
    learned = _("One convolution of the notes' network has {largest:,} of its {total:,} "
                "parameters: in × out × kernel × kernel, so half the channels on both sides are "
                "a quarter of them.")  # fmt: skip
    with goal:
        challenge(
            _("Reach 90 % of the accuracy of the notes' network with half its parameters."),
            reached,
            told,
            f"{told} {learned.format(largest=weights(NOTES[3]), total=sum(map(weights, NOTES)))}",
        )


def _ask(what: tuple[Layers, Shape, str]) -> None:
    st.session_state[ASKED] = what
