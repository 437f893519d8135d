"""Which trained network a lesson uses: the shipped one, or one that torchvision has downloaded."""

from functools import partial

import streamlit as st

from lib.lessons.models.pretrained import download as pretrained_download
from lib.lessons.models.pretrained.networks import SHIPPED, WEIGHTS, available
from pages.parts import _, control
from pages.parts.downloads import offer


def network_source(name: str = "network") -> str:
    """Let the visitor choose; return the name of a network whose weights are there.

    Where they are not, the shipped network goes on, and visitors may be able to download them.

    Args:
        name: which setting it is.
    """
    chosen = control.menu(name, _("network"), WEIGHTS)
    if available(chosen):
        return chosen
    missing = _("The weights of {chosen} are not on this server. The page goes on with {shipped}, "
                "which comes with the playground.", chosen=chosen, shipped=SHIPPED)  # fmt: skip
    st.info(missing, icon=":material/info:")
    offer(
        pretrained_download.downloader,
        partial(pretrained_download.start, chosen),
        label=_("Download the weights of {network}", network=chosen),
        running=_("Downloading {name}: {done} of {total} MB"),
        size=pretrained_download.size(chosen),
        megabyte=pretrained_download.MEGABYTE,
    )
    return SHIPPED
