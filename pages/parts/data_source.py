"""How much of Fashion-MNIST a lesson uses: what comes with the playground, or all of it."""

import os

import streamlit as st

from lib import fashion_mnist_download
from lib.fashion_data import SIZES
from lib.fashion_mnist_full import available
from pages.parts import control, outline
from pages.parts.outcome import literal
from pages.parts.text import _

DOWNLOADS = "PLAYGROUND_DOWNLOADS"  # the environment variable that lets visitors download
LOOK = 0.5  # seconds between two looks at a download
OPTIONS = {str(size): name for name, size in SIZES.items()}
MILLION = 1_000_000


def data_source(name: str = "data") -> str:
    """Let the visitor choose; return "shipped" or "full", as ``lib.fashion_data`` takes it.

    There is a choice only where all of Fashion-MNIST is. Where it is not, and whoever runs the
    server allows it, visitors can download it. Never where a lesson is embedded: who reads a
    teacher's page does not decide what the server stores.

    Args:
        name: which setting it is.
    """
    if available():
        label = _("Pictures to learn from")
        return OPTIONS[control.buttons(name, label, [*OPTIONS])]
    if st.query_params.get(_key(name)) == str(SIZES["full"]):
        words = _(
            "This link asks for all 60 000 pictures. This server has 4000 of them, and uses those."
        )
        st.info(words, icon=":material/info:")
    if os.environ.get(DOWNLOADS) == "yes" and not st.context.is_embedded:
        _offer()
    return "shipped"


@st.fragment(run_every=LOOK)
def _running() -> None:
    """Show how far the download is; draw the lesson anew when it has ended."""
    now = fashion_mnist_download.progress()
    if not now.running:
        st.rerun(scope="app")
    words = _("Downloading: {done} of {total} MB").format(
        done=f"{now.done / MILLION:.1f}", total=f"{now.total / MILLION:.1f}"
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        st.progress(now.done / now.total, words)
        st.button(_("Stop"), key=_key("stop"), on_click=fashion_mnist_download.stop)


def _offer() -> None:
    """Show the button that starts the download or, once it was pressed, the progress."""
    now = fashion_mnist_download.progress()
    if now.running:
        _running()
        return
    st.button(
        _("Download all 60 000 pictures"),
        key=_key("download"),
        help=_("{size} MB, once for all who use this server.").format(
            size=round(now.total / MILLION)
        ),
        on_click=fashion_mnist_download.start,
        icon=":material/cloud_download:",
    )
    if now.problem:
        template, fields = now.problem
        told = {each: literal(str(value)) for each, value in fields.items()}
        st.warning(_(template).format(**told), icon=":material/cloud_off:")


def _key(name: str) -> str:
    return f"{outline.current().slug}.{name}"
