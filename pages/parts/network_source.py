"""Which trained network a lesson uses: the shipped one, or one that torchvision has downloaded."""

import os

import streamlit as st

from lib.models import pretrained_download
from lib.models.pretrained_networks import SHIPPED, WEIGHTS, available
from pages.parts import control, outline
from pages.parts.outcome import literal
from pages.parts.text import _

DOWNLOADS = "PLAYGROUND_DOWNLOADS"  # the environment variable that lets visitors download
LOOK = 0.5  # seconds between two looks at a download


def network_source(name: str = "network") -> str:
    """Let the visitor choose; return the name of a network whose weights are there.

    Where they are not, the shipped network goes on. They can be downloaded if whoever runs the
    server allows it, but not where a lesson is embedded: who reads a teacher's page does not
    decide what the server stores.

    Args:
        name: which setting it is.
    """
    chosen = control.menu(name, _("network"), WEIGHTS)
    if available(chosen):
        return chosen
    words = _("The weights of {chosen} are not on this server. The page goes on with {shipped}, "
              "which comes with the playground.")  # fmt: skip
    st.info(words.format(chosen=chosen, shipped=SHIPPED), icon=":material/info:")
    if os.environ.get(DOWNLOADS) == "yes" and not st.context.is_embedded:
        _offer(chosen)
    return SHIPPED


@st.fragment(run_every=LOOK)
def _running() -> None:
    """Show how far the download is; draw the lesson anew when it has ended."""
    now = pretrained_download.progress()
    if not now.running:
        st.rerun(scope="app")
    words = _("Downloading {network}: {done} of {total} MB").format(
        network=now.running, done=f"{now.done:.1f}", total=f"{now.total:.1f}"
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        st.progress(now.done / now.total, words)
        st.button(_("Stop"), key=_key("stop"), on_click=pretrained_download.stop)


def _offer(chosen: str) -> None:
    """Show the button that starts the download or, once it was pressed, the progress."""
    now = pretrained_download.progress()
    if now.running:
        _running()
        return
    size = round(pretrained_download.size(chosen))
    st.button(
        _("Download the weights of {network}").format(network=chosen),
        key=_key("download"),
        help=_("{size} MB, once for all who use this server.").format(size=size),
        on_click=pretrained_download.start,
        args=(chosen,),
        icon=":material/cloud_download:",
    )
    if now.problem:
        template, fields = now.problem
        told = {each: literal(str(value)) for each, value in fields.items()}
        st.warning(_(template).format(**told), icon=":material/cloud_off:")


def _key(name: str) -> str:
    return f"{outline.current().slug}.{name}"
