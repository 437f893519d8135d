"""A closer look at a trained network: its features, and what a new head on them is worth."""

from typing import Any

import streamlit as st

from lib.datasets.images import PICTURES
from lib.lessons.models.pretrained import features, figures, linear_probe
from lib.lessons.models.pretrained import lesson as pretrained
from pages import parts
from pages.parts import _, control

AT_FIRST = {linear_probe.PHOTOS: 24, linear_probe.FASHION: 100}  # images to learn from
NAMES = {linear_probe.PHOTOS: "crops", linear_probe.FASHION: "count"}  # of their controls


def worth(network: str) -> None:
    """Compare a new head with training from scratch, where it helps much and where little."""
    data = control.buttons("data", _("images"), tuple(linear_probe.COUNTS))
    label, counts = _("images to learn from"), linear_probe.COUNTS[data]
    count = int(control.scale(NAMES[data], label, counts, AT_FIRST[data]))
    result = parts.run(linear_probe.curve, heavy=True, network=network, data=data)
    now = next(each for each in result if each.images == count)
    fields = {"count": count, "head": f"{now.head_test:.1%}", "scratch": f"{now.scratch_test:.1%}"}
    parts.chart(
        figures.curves,
        result=result,
        data=data,
        chosen=count,
        key="curves",
        alt=_("Accuracy by images to learn from. With {count}: new head {head}, from scratch "
              "{scratch}.", **fields),
    )  # fmt: skip
    told = {
        linear_probe.PHOTOS: _(
            "Crops of the six photos in changed colors: which photo is it? With {count} images to "
            "learn from: **{head}** for the new head, **{scratch}** from scratch, of {tests} other "
            "crops, each give or take {margin:.0f} points of luck (the thin lines). Such photos "
            "are what the network learned from. Crops of the same photos are easier than photos "
            "never seen, for both alike."
        ),
        linear_probe.FASHION: _(
            "Small gray pictures of clothes. With {count} images to learn from: **{head}** for the "
            "new head, **{scratch}** from scratch, of {tests} other pictures, each give or take "
            "{margin:.0f} points of luck (the thin lines). Nothing like them was among the photos "
            "that the network learned from, so what it sees helps little."
        ),
    }
    tests = linear_probe.TESTS[data]
    both = (now.head_test, now.scratch_test)
    margin = 100 * max(linear_probe.margin(each, tests) for each in both)
    st.markdown(told[data].format(tests=tests, margin=margin, **fields))
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
    parts.program(linear_probe.probe, network=network, data=data, count=count)


def two_ways(settings: dict[str, Any]) -> None:
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


def plane(network: str, image: str | bytes) -> None:
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


def frozen(freezing: dict[str, Any]) -> None:
    """Show the program that counted what trains."""
    st.markdown(
        _("The notes freeze everything: `for param in resnet.parameters(): "
          "param.requires_grad_(False)`. Hand the optimizer only what still trains.")
    )  # fmt: skip
    parts.program(pretrained.freeze, **freezing)
