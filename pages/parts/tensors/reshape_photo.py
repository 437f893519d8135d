"""A real photo turned from H W C to C H W, rightly and wrongly."""

import streamlit as st

from lib.lessons.tensors.reshape import figures
from lib.lessons.tensors.reshape import photo as photos
from pages import parts
from pages.parts import _, control


def photo(_state: object) -> None:
    """Show a real photo on its way from H W C to C H W."""
    st.subheader(_("A photo: H W C to C H W"), anchor=False)
    left, right = st.columns([1, 2], gap="medium")
    with left:
        st.markdown(
            _("NumPy and OpenCV hold a photo as height, width, channel; PyTorch's layers want the "
              "channel first. Each of these makes three planes. Which one are you looking for?")
        )  # fmt: skip
        way = control.choice("photo", _("y is the image after"), photos.WAYS)
        result: photos.Planes = parts.run(photos.channels_first, way=way)
        parts.numbers(
            {
                "`y.shape`": f"`{result.shape}`",
                "`y.stride()`": f"`{result.stride}`",
                _("y reads the photo's memory"): result.shares_memory,
                _("red of the photo's first pixels"): result.red,
                "`y[0, 0, :4]`": result.read,
            }
        )
    with right:
        alt = _(
            "A photo of a cat, and the three planes of a tensor with the strides {stride}.",
            stride=result.stride,
        )
        parts.chart(figures.channels, result=result, key="planes", alt=alt)
