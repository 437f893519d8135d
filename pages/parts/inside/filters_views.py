"""What the filters of networks see: one trained here, its deeper layers, and MobileNetV2's."""

from typing import Any

import streamlit as st

from lib.core.rules import Between
from lib.datasets.images import FASHION
from lib.lessons.inside.filters import color as filters_color
from lib.lessons.inside.filters import figures_grid as figures
from lib.lessons.inside.filters import network as filters_network
from pages.parts import control
from pages.parts.chart import chart
from pages.parts.numbers import numbers
from pages.parts.program import program
from pages.parts.run import run
from pages.parts.text import _, translated

NETWORK, HOOKS, COLORS = "network", "hooks", "MobileNetV2"


def look_closer(image: str | bytes) -> None:
    """Show what networks see in a picture, one thing at a time."""
    st.subheader(_("Filters that a network learned"), anchor=False)
    part = control.buttons("part", _("look at"), (NETWORK, HOOKS, COLORS))
    {NETWORK: _first_layer, HOOKS: _deeper, COLORS: _colors}[part](image)


def _network(image: str | bytes) -> dict[str, Any]:
    """Show the controls of the network trained here; return its settings."""
    above = control.switch("above", _("use the picture at the top"))
    if not above:
        label = _("idx: test picture of Fashion-MNIST")
        image = f"fashion {control.number('idx', label, Between(0, FASHION - 1), 3)}"
    sizes = tuple(map(str, filters_network.KERNEL_SIZES))
    return {
        "image": image,
        "kernel_size": int(control.buttons("conv1", _("kernel size of conv1"), sizes, "5")),
        "epochs": control.slider("epochs", _("epochs of training"), filters_network.EPOCHS, 2),
    }


def _first_layer(image: str | bytes) -> None:
    """Show the filters before and after training, and the notes' grid."""
    left, right = st.columns([1, 2], gap="medium")
    with left:
        settings = _network(image)
    with right:
        result: filters_network.Filters = run(filters_network.first_layer, heavy=True, **settings)
        alt = _("Ten filters of {size} by {size}, before and after {epochs} epochs, and beside "
                "each its feature map.")  # fmt: skip
        told = alt.format(size=settings["kernel_size"], epochs=settings["epochs"])
        chart(figures.notes_grid, result, translated(figures.WORDS), key="grid", alt=told)
    before, after = result.accuracy
    numbers(
        {
            "`net.conv1.weight.shape`": f"`{(10, 1, *result.after.shape[1:])}`",
            _("test pictures named right, before and after"): f"`{before:.1%}` `{after:.1%}`",
            _("how far a weight moved, on average"): result.moved,
            _("`filter2D` plus bias − `conv1`, largest"): result.apart,
        }
    )
    st.markdown(
        _("A feature map is what one filter gives: blue where the picture looks like the filter, "
          "orange where it looks like its negative. The layer itself adds its bias, and has no "
          "rim, since it does not pad.")
    )  # fmt: skip
    program(filters_network.first_layer, **settings)


def _deeper(image: str | bytes) -> None:
    """Show what the layers give, caught by hooks."""
    left, right = st.columns([1, 2], gap="medium")
    with left:
        layer = control.menu("layer", _("layer"), filters_network.LAYERS, "conv2")
        settings = {"layer": layer, **_network(image)}
    with right:
        result: filters_network.Hooked = run(filters_network.hooked, heavy=True, **settings)
        alt = _("The {count} maps of layer {layer}.").format(count=len(result.maps), layer=layer)
        words = translated(figures.WORDS)
        chart(figures.channels, result, layer, words, key="channels", alt=alt)
        st.markdown(
            _("A hook is a function that a layer calls with what it gives: "
              "`layer.register_forward_hook(keep)`. Deeper maps are smaller, and see more of the "
              "picture at once. {zeros:.0%} of these numbers are 0.").format(zeros=result.zeros)
        )  # fmt: skip
    numbers({f"`{name}`": f"`{shape}`" for name, shape in result.shapes})
    program(filters_network.hooked, **settings)


def _colors(image: str | bytes) -> None:
    """Show the color filters of MobileNetV2, and one of them at work."""
    left, right = st.columns([1, 2], gap="medium")
    with left:
        number = control.slider("number", _("filter"), filters_color.NUMBERS, 5)
        result: filters_color.Colored = run(filters_color.color_filters, image=image, number=number)
        words = translated(figures.WORDS)
        alt = _("The 32 color filters of MobileNetV2; number {number} is framed.")
        told = alt.format(number=number)
        chart(figures.color_grid, result, number, words, key="colors", alt=told)
    with right:
        alt = _("A photo, filter {number} and its feature map.").format(number=number)
        chart(figures.color_map, result, number, words, key="color_map", alt=alt)
        numbers(
            {
                "`features[0][0].weight.shape`": f"`{result.filters.shape}`",
                _("how much of the filter is color"): f"`{result.colorful:.0%}`",
                _("layer − three `filter2D` added up, largest"): result.apart,
            }
        )
    st.markdown(
        _("A filter for color has three kernels, one each for red, green and blue; their answers "
          "are added up. They learned from ImageNet's 1.3 million photos. Gray filters look for "
          "edges, colored ones for color.")
    )  # fmt: skip
    program(filters_color.color_filters, image=image, number=number)
