"""A closer look at a trained network: what is frozen, its features, and a new head on them."""

from typing import Any

import streamlit as st

from lib.datasets.images import PICTURES
from lib.lessons.models.pretrained import features
from lib.lessons.models.pretrained import figures_features as figures
from lib.lessons.models.pretrained import lesson as pretrained
from lib.lessons.models.pretrained import probe as probes
from lib.lessons.models.pretrained import top as tops
from pages.parts import control
from pages.parts.chart import chart
from pages.parts.numbers import numbers
from pages.parts.program import program
from pages.parts.run import run
from pages.parts.text import _, translated

YOURS = "yours"


def freeze(counted: pretrained.Frozen, frozen: dict[str, Any], shown: bool) -> None:
    """Show what trains, in numbers."""
    numbers(
        {
            _("parameters with the new head"): f"`{counted.total:,}`",
            _("of them train"): f"`{counted.trains:,}`",
            _("features that go into the head"): counted.features,
            _("parameters of ImageNet's head, cut off"): f"`{counted.old_head:,}`",
        },
        shown,
        always=(_("features that go into the head"),),
    )
    st.markdown(
        _("The notes freeze everything: `for param in resnet.parameters(): "
          "param.requires_grad_(False)`. Hand the optimizer only what still trains.")
    )  # fmt: skip
    program(pretrained.freeze, **frozen)


def two_ways(settings: dict[str, Any]) -> None:
    """Take the head off in two ways."""
    result: features.Ways = run(features.two_ways, heavy=True, **settings)
    numbers(
        {
            "`children()`": f"`{' '.join(result.children)}`",
            "`children()[:-1]`": f"`{result.cut}`",
            "`create_feature_extractor`": f"`{result.extracted}`",
            _("the first, averaged over its positions"): f"`{result.pooled}`",
            _("largest difference between the two then"): result.apart,
            "`embed`": f"`{result.embedded}`",
        }
    )
    st.markdown(
        _("`children()` lists the layers that `__init__` made, and cuts off the last one. What "
          "happens in `forward()` alone is lost: MobileNetV2 pools there, a ResNet in a layer. "
          "`create_feature_extractor` follows `forward()` up to the step you name, whatever the "
          "network.")
    )  # fmt: skip
    program(features.two_ways, **settings)


def plane(network: str, image: str | bytes) -> None:
    """Lay the photos out by their features."""
    result: features.Plane = run(features.plane, heavy=True, network=network, image=image)
    seen = {name: run(tops.seen, network=network, image=name) for name in PICTURES}
    if image not in PICTURES:
        seen[YOURS] = run(tops.seen, network=network, image=image)
    alt = _("{count} pieces of photos in a plane; for {nearest} of them, the nearest is a piece of "
            "the same photo.")  # fmt: skip
    fields = {"count": len(result.spots), "nearest": result.nearest}
    words = translated(figures.WORDS)
    chart(figures.plane, result, seen, words, key="plane", alt=alt.format(**fields))
    say = _("Each photo, its mirror image and two of its corners, as the network's features, laid "
            "flat by `torch.linalg.svd` along the two directions of the widest spread. For "
            "{nearest} of {count} pieces, the nearest by all features is a piece of the same "
            "photo. No head was trained.")  # fmt: skip
    st.markdown(say.format(**fields))


def new_head(network: str) -> None:
    """Compare a new head with training from scratch."""
    count = int(control.scale("count", _("images to learn from"), probes.COUNTS, 100))
    result: tuple[probes.Probed, ...] = run(probes.curve, heavy=True, network=network)
    now = next(each for each in result if each.images == count)
    fields = {
        "count": count,
        "head": f"{now.head_test:.1%}",
        "scratch": f"{now.scratch_test:.1%}",
        "margin": f"{100 * probes.margin(now.head_test):.0f}",
        "tests": probes.TESTS,
    }
    alt = _("Accuracy by images to learn from. With {count}: new head {head}, from scratch "
            "{scratch}.")  # fmt: skip
    words = translated(figures.WORDS)
    chart(figures.curves, result, count, words, key="curves", alt=alt.format(**fields))
    say = _("Fashion-MNIST, {tests} test images, both with the same steps. With {count} images: "
            "**{head}** for the new head, **{scratch}** from scratch. Each may be off by "
            "{margin} points by luck (the thin lines). The network learned from color photos, and "
            "these are small gray ones.")  # fmt: skip
    st.markdown(say.format(**fields))
    numbers(
        {
            _("parameters that train: new head, from scratch"): (
                now.head_parameters, now.scratch_parameters
            ),
            _("right on the images learned from: new head, from scratch"): (
                f"`{now.head_train:.1%}` `{now.scratch_train:.1%}`"
            ),
        }
    )  # fmt: skip
    program(probes.probe, network=network, count=count)
