"""A closer look at a trained network: what is frozen, its features, and a new head on them."""

from typing import Any

import streamlit as st

from lib.datasets.images import PICTURES
from lib.lessons.models.pretrained import features, figures, linear_probe
from lib.lessons.models.pretrained import lesson as pretrained
from pages import parts
from pages.parts import _, control

PARTS = ("freeze", "two ways", "plane", "new head")


def build_on(
    where: dict[str, Any], freezing: dict[str, Any], counted: pretrained.Frozen, revealed: bool
) -> None:
    """Show one of the parts.

    Args:
        where: which network and which picture.
        freezing: the settings of ``freeze``.
        counted: what it returns.
        revealed: whether the numbers that a question asks for may be seen.
    """
    st.subheader(_("Build on it"), anchor=False)
    part = control.buttons("part", _("look closer"), PARTS)
    if part == "freeze":
        _freeze(counted, freezing, revealed)
    elif part == "two ways":
        _two_ways({**where, "embed_size": freezing["embed_size"]})
    elif part == "plane":
        _plane(**where)
    else:
        _new_head(where["network"])


def _freeze(counted: pretrained.Frozen, freezing: dict[str, Any], revealed: bool) -> None:
    """Show what trains, in numbers."""
    features_row = _("features that go into the head")
    parts.numbers(
        {
            _("parameters with the new head"): f"`{counted.total:,}`",
            _("of them train"): f"`{counted.trains:,}`",
            features_row: counted.features,
            _("parameters of ImageNet's head, cut off"): f"`{counted.old_head:,}`",
        },
        revealed,
        always=[features_row],
    )
    st.markdown(
        _("The notes freeze everything: `for param in resnet.parameters(): "
          "param.requires_grad_(False)`. Hand the optimizer only what still trains.")
    )  # fmt: skip
    parts.program(pretrained.freeze, **freezing)


def _two_ways(settings: dict[str, Any]) -> None:
    """Take the head off in two ways."""
    result: features.Ways = parts.run(features.two_ways, heavy=True, **settings)
    parts.numbers(
        {
            "`children()`": f"`{' '.join(result.children)}`",
            "`children()[:-1]`": f"`{result.cut}`",
            "`create_feature_extractor`": f"`{result.extracted}`",
            _("the first, averaged over its positions"): f"`{result.pooled}`",
            _("largest difference between the two then"): result.largest_difference,
            "`embed`": f"`{result.embedded}`",
        }
    )
    st.markdown(
        _("`children()` lists the layers that `__init__` made, and cuts off the last one. What "
          "happens in `forward()` alone is lost: MobileNetV2 pools there, a ResNet in a layer. "
          "`create_feature_extractor` follows `forward()` up to the step you name, whatever the "
          "network.")
    )  # fmt: skip
    parts.program(features.two_ways, **settings)


def _plane(network: str, image: str | bytes) -> None:
    """Project the photos to a plane by their features."""
    result: features.Plane = parts.run(features.plane, heavy=True, network=network, image=image)
    photos = {name: name for name in PICTURES} | ({} if image in PICTURES else {"yours": image})
    fields = {"count": len(result.spots), "nearest": result.nearest}
    parts.chart(
        figures.plane,
        result=result,
        seen={
            name: parts.run(pretrained.seen, network=network, image=photo)
            for name, photo in photos.items()
        },
        key="plane",
        alt=_("{count} pieces of photos in a plane; for {nearest} of them, the nearest is a piece "
              "of the same photo.", **fields),
    )  # fmt: skip
    st.markdown(
        _("Each photo, its mirror image and two of its corners, as the network's features, "
          "projected by PCA (`torch.linalg.svd`) to the two directions of largest variance. For "
          "{nearest} of {count} pieces, the nearest by all features is a piece of the same "
          "photo. No head was trained.", **fields)
    )  # fmt: skip


def _new_head(network: str) -> None:
    """Compare a new head with training from scratch."""
    count = int(control.scale("count", _("images to learn from"), linear_probe.COUNTS, 100))
    result = parts.run(linear_probe.curve, heavy=True, network=network)
    now = next(each for each in result if each.images == count)
    fields = {"count": count, "head": f"{now.head_test:.1%}", "scratch": f"{now.scratch_test:.1%}"}
    parts.chart(
        figures.curves,
        result=result,
        chosen=count,
        key="curves",
        alt=_("Accuracy by images to learn from. With {count}: new head {head}, from scratch "
              "{scratch}.", **fields),
    )  # fmt: skip
    st.markdown(
        _("Fashion-MNIST, {tests} test images, both with the same steps. With {count} images: "
          "**{head}** for the new head, **{scratch}** from scratch. Each may be off by "
          "{margin:.0f} points by luck (the thin lines). The network learned from color photos, "
          "and these are small gray ones.",
          margin=100 * linear_probe.margin(now.head_test), tests=linear_probe.TESTS, **fields)
    )  # fmt: skip
    parts.numbers(
        {
            _("parameters that train: new head, from scratch"): (
                now.head_parameters, now.scratch_parameters
            ),
            _("training accuracy: new head, from scratch"): (
                f"`{now.head_train:.1%}` `{now.scratch_train:.1%}`"
            ),
        }
    )  # fmt: skip
    parts.program(linear_probe.probe, network=network, count=count)
