"""What a kernel did to a picture, in numbers: the ways compared, and their borders."""

from typing import Any

import streamlit as st

from lib.lessons.inside.filters import (
    borders as filters_borders,
)
from lib.lessons.inside.filters import (
    kernels as filters_kernels,
)
from lib.lessons.inside.filters import (
    lesson as filters,
)
from lib.lessons.inside.filters import questions as asked
from pages.parts import run_result as outcome
from pages.parts.numbers import numbers
from pages.parts.run import run
from pages.parts.text import _


def differences(result: filters.Compared, settings: dict[str, Any], shown: bool) -> None:
    """Show the differences in numbers, and say where they come from."""
    size, (height, width) = len(settings["kernel"]), result.picture.shape
    shape = next(g.value for g in asked.size_guesses(height, width, size) if g.right)
    none = _("PyTorch has no such border")
    rows = {
        _("picture"): f"`({height}, {width})`",
        "`filter2D`": f"`({height}, {width})`",
        f"`nn.Conv2d(1, 10, {size})`": f"`{shape}`",
        _("`filter2D` − `conv2d`, largest"): (
            none if result.layer_apart is None else result.layer_apart
        ),
        _("`filter2D` − true convolution, largest"): result.convolution_apart,
        _("smallest, largest"): (float(result.opencv.min()), float(result.opencv.max())),
        _("uint8: became 0, became 255"): f"`{result.cut_low:.1%}` `{result.cut_high:.1%}`",
    }
    always = [name for name in rows if not name.startswith("`nn.")]
    numbers(rows, shown, always)
    if filters_kernels.same_turned(settings["kernel"]):
        turned = _("This kernel is the same after half a turn, so convolution gives the same.")
    else:
        turned = _("`filter2D` and `conv2d` lay the kernel on the picture as it is. Mathematics "
                   "calls that cross-correlation; its convolution turns the kernel by half a "
                   "turn first. A network learns its kernel either way.")  # fmt: skip
    st.markdown(turned)


def border_table(settings: dict[str, Any]) -> None:
    """Show which border of OpenCV is which of PyTorch, measured on this picture and kernel."""
    found = run(filters_borders.borders, image=settings["image"], kernel=settings["kernel"])
    rows = {}
    for each in found:
        name = f"`{each.opencv}`{'*' if each.refused else ''}".replace("*", "\\*")
        goes_on = f"`{' '.join(map(str, each.row))}`"
        if each.apart is None:
            rows[name] = f"{_('none in PyTorch')} {goes_on}"
        else:
            off = _("off by {apart}").format(apart=f"{each.apart:.2g}")
            rows[name] = f'`"{each.padding_mode}"` {goes_on} {off}'
    head = ("OpenCV", _("`padding_mode`, and how 1 2 3 4 goes on"))
    st.markdown(outcome.table(rows, head))
    st.markdown(
        _("\\* `filter2D` refuses it: `copyMakeBorder` makes that border first. Without a word, "
          "OpenCV reflects and PyTorch does not pad at all.")
    )  # fmt: skip
