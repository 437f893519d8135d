"""What the filters of networks see: one trained here, its deeper layers, and MobileNetV2's."""

from typing import Any

import streamlit as st

from lib.core.rules import Between
from lib.datasets.images import FASHION
from lib.lessons.inside.filters import feature_map_figures as figures
from lib.lessons.inside.filters import networks
from pages import parts
from pages.parts import _, control

NETWORK, HOOKS, COLORS = "network", "hooks", "MobileNetV2"


def learned(image: str | bytes) -> None:
    """Show what networks see in a picture, one view at a time."""
    part = control.buttons("part", _("look at"), (NETWORK, HOOKS, COLORS))
    {NETWORK: _first_layer, HOOKS: _deeper, COLORS: _colors}[part](image)


def _trained(image: str | bytes) -> dict[str, Any]:
    """Show the controls of the network trained here; return its settings."""
    above = control.switch("above", _("use the picture at the top"))
    if not above:
        label = _("idx: test picture of Fashion-MNIST")
        image = f"fashion {control.number('idx', label, Between(0, FASHION - 1), 3)}"
    sizes = tuple(map(str, networks.KERNEL_SIZES))
    return {
        "image": image,
        "kernel_size": int(control.buttons("conv1", _("kernel size of conv1"), sizes, "5")),
        "epochs": control.slider("epochs", _("epochs of training"), networks.EPOCHS, 2),
    }


def _first_layer(image: str | bytes) -> None:
    """Show the filters before and after training, and the notes' grid."""
    left, right = st.columns([1, 2], gap="medium")
    with left:
        settings = _trained(image)
    with right:
        result: networks.Filters = parts.run(networks.first_layer, heavy=True, **settings)
        alt = _("Ten filters of {size} by {size}, before and after {epochs} epochs, and beside "
                "each its feature map.",
                size=settings["kernel_size"], epochs=settings["epochs"])  # fmt: skip
        parts.chart(figures.notes_grid, result=result, key="grid", alt=alt)
    before, after = result.accuracy
    parts.numbers(
        {
            "`net.conv1.weight.shape`": f"`{(10, 1, *result.after.shape[1:])}`",
            _("test accuracy, before and after"): f"`{before:.1%}` `{after:.1%}`",
            _("how far a weight moved, on average"): result.moved,
            _("`filter2D` plus bias − `conv1`, largest"): result.difference,
        }
    )
    st.markdown(
        _("A feature map is what one filter gives: blue where the sum of pixels times weights is "
          "above zero, orange where it is below, and the stronger the further. A bright pixel "
          "counts more than a dark one, so an even bright surface may give more than a good match. "
          "The layer itself adds its bias, and has no rim, since it does not pad.")
    )  # fmt: skip
    parts.program(networks.first_layer, **settings)


def _deeper(image: str | bytes) -> None:
    """Show what the layers give, caught by hooks."""
    left, right = st.columns([1, 2], gap="medium")
    with left:
        layer = control.menu("layer", _("layer"), networks.LAYERS, "conv2")
        settings = {"layer": layer, **_trained(image)}
    with right:
        result: networks.Hooked = parts.run(networks.hooked, heavy=True, **settings)
        alt = _("The {count} maps of layer {layer}.", count=len(result.maps), layer=layer)
        parts.chart(figures.channels, result=result, layer=layer, key="channels", alt=alt)
        st.markdown(
            _("A hook is a function that a layer calls with what it gives: "
              "`layer.register_forward_hook(keep)`. Deeper maps are smaller, and see more of the "
              "picture at once. {zeros:.0%} of these numbers are 0.", zeros=result.zeros)
        )  # fmt: skip
    parts.numbers({f"`{name}`": f"`{shape}`" for name, shape in result.shapes})
    parts.program(networks.hooked, **settings)


def _colors(image: str | bytes) -> None:
    """Show the color filters of MobileNetV2, and one of them at work."""
    left, right = st.columns([1, 2], gap="medium")
    with left:
        number = control.slider("number", _("filter"), networks.NUMBERS, 5)
        result: networks.Colored = parts.run(networks.color_filters, image=image, number=number)
        alt = _("The 32 color filters of MobileNetV2; number {number} is framed.", number=number)
        parts.chart(figures.color_grid, result=result, chosen=number, key="colors", alt=alt)
    with right:
        alt = _("A photo, filter {number} and its feature map.", number=number)
        parts.chart(figures.color_map, result=result, chosen=number, key="color_map", alt=alt)
        parts.numbers(
            {
                "`features[0][0].weight.shape`": f"`{result.filters.shape}`",
                _("how much of the filter is color"): f"`{result.colorful:.0%}`",
                _("layer − three `filter2D` added up, largest"): result.difference,
            }
        )
    st.markdown(
        _("A filter for color has three kernels, one each for red, green and blue; their responses "
          "are added up. They learned from ImageNet's 1.3 million photos. Gray filters look for "
          "edges, colored ones for color.")
    )  # fmt: skip
    parts.program(networks.color_filters, image=image, number=number)
