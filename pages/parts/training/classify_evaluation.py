"""A closer look at a classifier: what it confuses, its worst mistakes, how sure it is, yours."""

import streamlit as st

from lib.datasets.fashion_mnist import CLASSES
from lib.lessons.training.classify import evaluation as looks
from lib.lessons.training.classify import figures_images as images_of
from lib.lessons.training.classify import figures_views as figures
from lib.lessons.training.classify.config import Recipe
from lib.lessons.training.classify.picture import chances, prepared
from pages.parts.chart import chart
from pages.parts.chunk_player import Shown
from pages.parts.picture_source import picture_source
from pages.parts.run import run
from pages.parts.tabs import tabs
from pages.parts.text import _, translated


def views(recipe: Recipe, shown: Shown) -> None:
    """Show one of the closer views; only the open one is drawn."""
    titles = [_("confusion"), _("worst mistakes"), _("calibration"), _("a picture of yours")]
    places = tabs("view", titles)
    for place, draw in zip(places, (_confusion, _mistakes, _calibration, _own), strict=True):
        if place.open:
            with place:
                if len(shown.result.chances):
                    draw(recipe, shown)
                else:
                    st.caption(_("Press Play: there is nothing to see before the first images."))


def _confusion(_recipe: Recipe, shown: Shown) -> None:
    counts = looks.confused(shown.result.chances)
    first, second, count = looks.most_confused(counts)
    alt = _("Test images by class and answer. Taken for each other most: {first} and {second}, "
            "{count} times.").format(
        first=_(CLASSES[first]), second=_(CLASSES[second]), count=count)  # fmt: skip
    chart(figures.matrix, counts, _names(), translated(figures.WORDS), key="confusion", alt=alt)


def _mistakes(_recipe: Recipe, shown: Shown) -> None:
    found, images = looks.mistaken(shown.result.chances)
    st.caption(_("Wrong answers the network was surest of, among 1000 test images."))
    alt = _("{count} test images that were taken for something else.").format(count=len(found))
    words = translated(images_of.WORDS)
    chart(images_of.mistakes, found, images, _names(), words, key="mistakes", alt=alt)


def _calibration(_recipe: Recipe, shown: Shown) -> None:
    result = looks.calibrated(shown.result.chances)
    alt = _("How often the network is right, by how sure it is; on average the two are {error:.1f} "
            "points apart.").format(error=100 * result.error)  # fmt: skip
    chart(figures.reliability, result, translated(figures.WORDS), key="calibration", alt=alt)
    st.markdown(
        _("Bars below the line: it is surer than it should be. On top, how many test images each "
          "bar stands for. Expected calibration error: {error}.").format(
            error=f"`{100 * result.error:.2f}` %")
    )  # fmt: skip


def _own(recipe: Recipe, shown: Shown) -> None:
    image = picture_source("image", _("picture"), "fashion 0", drawing=True)
    made = run(prepared, image=image)
    said = chances(recipe, shown.state, made.image)
    first = max(range(len(said)), key=said.__getitem__)
    alt = _("The picture as the network sees it, and how likely it finds each class: {name} "
            "first.").format(name=_(CLASSES[first]))  # fmt: skip
    words = translated(images_of.WORDS)
    chart(images_of.answer, made.image, said, _names(), words, key="answer", alt=alt)
    if made.inverted:
        st.markdown(_("The background was bright, so light and dark were exchanged: the network "
                      "knows only bright things on black."))  # fmt: skip
    st.markdown(
        _("This network always answers with one of its ten classes, whatever you show it, and its "
          "chances add up to 100%. It cannot say that it has never seen such a thing.")
    )  # fmt: skip


def _names() -> tuple[str, ...]:
    return tuple(_(name) for name in CLASSES)
