"""What visitors may have fetched: the button for it, how far it is, and why it failed."""

import os
from collections.abc import Callable

import streamlit as st

from lib.runtime.downloads import Downloader
from pages.parts import lesson_context
from pages.parts.run_result import literal
from pages.parts.text import _

DOWNLOADS = "PLAYGROUND_DOWNLOADS"  # the environment variable that lets visitors download
LOOK = 0.5  # seconds between two looks at a download


def offer(
    downloader: Downloader,
    start: Callable[[], None],
    label: str,
    running: str,
    size: int,
    megabyte: int = 1_000_000,
) -> None:
    """Show the button that starts a download or, once it was pressed, the progress.

    Only if whoever runs the server allows it, and never where a lesson is embedded: who reads a
    teacher's page does not decide what the server stores.

    Args:
        downloader: what fetches it.
        start: lets it begin.
        label: what is on the button.
        running: the words on the progress, with {name}, {done} and {total}.
        size: how many bytes will come.
        megabyte: how many bytes these words call a megabyte.
    """
    if os.environ.get(DOWNLOADS) != "yes" or st.context.is_embedded:
        return
    now = downloader.progress()
    if now.running:
        _running(downloader, running, megabyte)
        return
    st.button(
        label,
        key=_key("download"),
        help=_("{size} MB, once for all who use this server.").format(size=round(size / megabyte)),
        on_click=start,
        icon=":material/cloud_download:",
    )
    if now.problem:
        template, fields = now.problem
        filled = {each: literal(str(value)) for each, value in fields.items()}
        st.warning(_(template).format(**filled), icon=":material/cloud_off:")


@st.fragment(run_every=LOOK)
def _running(downloader: Downloader, words: str, megabyte: int) -> None:
    """Show how far the download is; draw the lesson anew when it has ended."""
    now = downloader.progress()
    if not now.running:
        st.rerun(scope="app")
    done, total = (f"{count / megabyte:.1f}" for count in (now.done, now.total))
    with st.container(horizontal=True, vertical_alignment="center"):
        st.progress(now.done / now.total, words.format(name=now.running, done=done, total=total))
        st.button(_("Stop"), key=_key("stop"), on_click=downloader.stop)


def _key(name: str) -> str:
    return f"{lesson_context.current().slug}.{name}"
