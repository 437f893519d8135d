"""What other functions make of the same picture and kernel, and which borders agree."""

import streamlit as st

from lib.lessons.inside.filters import figures, kernels
from lib.lessons.inside.filters import lesson as filters
from pages import parts
from pages.parts import Settings, _


def functions(result: filters.Compared, settings: Settings) -> None:
    """Show what five functions make of the picture, and say where the differences come from."""
    alt = _("What filter2D, conv2d, uint8 and true convolution make of the picture; convolution is "
            "off by {difference:.2g}.", difference=result.convolution_difference)  # fmt: skip
    edges = kernels.finds_edges(settings["kernel"])
    parts.chart(figures.compared, result=result, edges=edges, key="compared", alt=alt)
    if kernels.same_rotated(settings["kernel"]):
        st.markdown(
            _("This kernel is the same after a rotation by 180°, so convolution gives the same.")
        )
    else:
        st.markdown(
            _("`filter2D` and `conv2d` lay the kernel on the picture as it is. Mathematics calls "
              "that cross-correlation; its convolution rotates the kernel by 180° first. A network "
              "learns its kernel either way.")
        )  # fmt: skip
    border_table(settings)


def border_table(settings: Settings) -> None:
    """Show which border of OpenCV is which of PyTorch, measured on this picture and kernel."""
    found = parts.run(filters.borders, image=settings["image"], kernel=settings["kernel"])
    rows = {}
    for each in found:
        name = f"`{each.opencv}`{'*' if each.refused else ''}".replace("*", "\\*")
        goes_on = f"`{' '.join(map(str, each.row))}`"
        if each.difference is None:
            rows[name] = f"{_('none in PyTorch')} {goes_on}"
        else:
            off = _("off by {difference}", difference=f"{each.difference:.2g}")
            rows[name] = f'`"{each.padding_mode}"` {goes_on} {off}'
    head = ("OpenCV", _("`padding_mode`, and how 1 2 3 4 goes on"))
    st.markdown(parts.table(rows, head))
    st.markdown(
        _("\\* `filter2D` refuses it: `copyMakeBorder` makes that border first. By default, "
          "OpenCV reflects and PyTorch does not pad at all.")
    )  # fmt: skip
