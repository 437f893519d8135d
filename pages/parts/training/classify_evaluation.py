"""A closer look at a classifier: what it confuses, its worst mistakes, how sure it is, yours."""

import streamlit as st

from lib.datasets.fashion_mnist import CLASSES
from lib.lessons.training.classify import evaluation, figures
from lib.lessons.training.classify.config import Recipe
from lib.lessons.training.classify.metrics import by_class, most_confused
from pages import parts
from pages.parts import _
from pages.parts.chunk_player import Shown
from pages.parts.picture_source import picture_source


def views(recipe: Recipe, shown: Shown) -> None:
    """Show one of the closer views; only the open one is drawn."""
    titles = [_("confusion"), _("worst mistakes"), _("calibration"), _("a picture of yours")]
    places = parts.tabs("view", titles)
    for place, draw in zip(places, (_confusion, _mistakes, _calibration, _own), strict=True):
        if place.open:
            with place:
                if len(shown.result.probabilities):
                    draw(recipe, shown)
                else:
                    st.caption(_("Press Play: there is nothing to see before the first images."))


def _confusion(_recipe: Recipe, shown: Shown) -> None:
    counts = evaluation.confused(shown.result.probabilities)
    first, second, count = most_confused(counts)
    alt = _("Test images by true and predicted class. Confused most: {first} and {second}, "
            "{count} times.",
            first=_(CLASSES[first]), second=_(CLASSES[second]), count=count)  # fmt: skip
    parts.chart(figures.matrix, counts=counts, names=_names(), key="confusion", alt=alt)
    recall, precision = (
        min((part, place) for place, part in enumerate(parts_of) if part is not None)
        for parts_of in zip(*by_class(counts), strict=True)
    )
    st.markdown(
        _("Recall, the part of a class's images that are found (along its row), is lowest for "
          "{class_found}: {recall}. Precision, the part of its predictions that are right (down "
          "its column), is lowest for {class_predicted}: {precision}.",
          class_found=_(CLASSES[recall[1]]), recall=f"`{recall[0]:.0%}`",
          class_predicted=_(CLASSES[precision[1]]), precision=f"`{precision[0]:.0%}`")
    )  # fmt: skip


def _mistakes(_recipe: Recipe, shown: Shown) -> None:
    found, images = evaluation.mistaken(shown.result.probabilities)
    st.caption(_("Wrong predictions the network was surest of, among 1000 test images."))
    alt = _("{count} test images with a wrong predicted class.", count=len(found))
    parts.chart(
        figures.mistakes, found=found, images=images, names=_names(), key="mistakes", alt=alt
    )


def _calibration(_recipe: Recipe, shown: Shown) -> None:
    result = evaluation.calibrated(shown.result.probabilities)
    alt = _("How often the network is right, by how sure it is; on average the two are {error:.1f} "
            "points apart.", error=100 * result.error)  # fmt: skip
    parts.chart(figures.reliability, result=result, key="calibration", alt=alt)
    st.markdown(
        _("Bars below the line: it is surer than it should be. On top, how many test images each "
          "bar stands for. Expected calibration error: {error}.",
          error=f"`{100 * result.error:.2f}` %")
    )  # fmt: skip


def _own(recipe: Recipe, shown: Shown) -> None:
    image = picture_source("image", _("picture"), "fashion 0", drawing=True)
    made = parts.run(evaluation.prepared, image=image)
    probabilities = evaluation.probabilities_of(recipe, shown.state, made.image)
    first = max(range(len(probabilities)), key=probabilities.__getitem__)
    alt = _("The picture as the network sees it, and the probability of each class: {name} first.",
            name=_(CLASSES[first]))  # fmt: skip
    parts.chart(
        figures.answer, image=made.image, probabilities=probabilities, names=_names(),
        key="answer", alt=alt,
    )  # fmt: skip
    if made.inverted:
        st.markdown(_("The background was bright, so light and dark were exchanged: the network "
                      "knows only bright things on black."))  # fmt: skip
    st.markdown(
        _("This network always predicts one of its ten classes, whatever you show it, and its "
          "probabilities add up to 100%. It cannot say that it has never seen such a thing.")
    )  # fmt: skip


def _names() -> tuple[str, ...]:
    return tuple(_(name) for name in CLASSES)
