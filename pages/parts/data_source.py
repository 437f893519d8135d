"""How much of Fashion-MNIST a lesson uses: what comes with the playground, or all of it."""

import streamlit as st

from lib.datasets import fashion_mnist_full
from lib.datasets.fashion_mnist import TRAIN_SIZES
from pages.parts import control, lesson_context
from pages.parts.downloads import offer
from pages.parts.text import _

OPTIONS = {str(size): name for name, size in TRAIN_SIZES.items()}


def data_source(name: str = "data") -> str:
    """Let the visitor choose; return "shipped" or "full", as ``fashion_images`` takes it.

    There is a choice only where all of Fashion-MNIST is. Where it is not, visitors may be able to
    download it.

    Args:
        name: which setting it is.
    """
    if fashion_mnist_full.available():
        label = _("Pictures to learn from")
        return OPTIONS[control.buttons(name, label, [*OPTIONS])]
    if st.query_params.get(f"{lesson_context.current().slug}.{name}") == str(TRAIN_SIZES["full"]):
        words = _(
            "This link asks for all 60 000 pictures. This server has 4000 of them, and uses those."
        )
        st.info(words, icon=":material/info:")
    offer(
        fashion_mnist_full.downloader,
        fashion_mnist_full.start,
        label=_("Download all 60 000 pictures"),
        running=_("Downloading: {done} of {total} MB"),
        size=fashion_mnist_full.TOTAL,
    )
    return "shipped"
