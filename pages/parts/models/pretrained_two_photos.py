"""A second challenge of the lesson on trained networks: a head that classifies two photos."""

import streamlit as st

from lib.datasets.images import PICTURES
from lib.lessons.models.pretrained import figures
from lib.lessons.models.pretrained import two_photos as heads
from pages import parts
from pages.parts import Goal, _, control
from pages.parts.challenge import goal
from pages.parts.picture_source import picture_source


def two_photos(network: str) -> None:
    """Set the challenge; the head stands on the network of this name."""
    left, right = st.columns([1, 2], gap="medium")
    with left:
        settings = {
            "network": network,
            "first": picture_source("first", _("first photo"), "astronaut", fashion=False),
            "second": control.menu("second", _("second photo"), PICTURES, "coffee"),
            "body": control.menu("body", _("the head stands on"), heads.BODIES, heads.UNTRAINED),
            "area": control.scale("area", _("share of the photo in a crop"), heads.AREAS, 0.05),
            "steps": int(control.scale("steps", _("steps"), heads.STEPS, 20)),
        }
        solved = st.container()
    result: heads.Head = parts.run(heads.two_photos, heavy=True, **settings)
    photos = {name: settings[name] for name in ("network", "first", "second", "area")}
    with right:
        caption = _("The ten examples: five crops of the first photo, and below them five of the "
                    "second.")  # fmt: skip
        sheet = parts.run(heads.sheet, **photos)
        parts.chart(figures.examples, sheet=sheet, key="examples", alt=caption)
        st.caption(caption)
        parts.numbers(
            {
                _("parameters that train"): result.parameters,
                _("accuracy on the ten examples"): f"`{result.train_accuracy:.1%}`",
                _("accuracy on other crops of the first photo"): f"`{result.first_accuracy:.1%}`",
                _("accuracy on other crops of the second photo"): f"`{result.second_accuracy:.1%}`",
                _("accuracy on all other crops"): f"`{result.test_accuracy:.1%}`",
            }
        )
    with solved:
        goal(_ten_examples(result, settings["body"]))
    parts.program(heads.two_photos, **settings)


def _ten_examples(result: heads.Head, body: str) -> Goal:
    """Ask for a head that has learned from ten examples."""
    return Goal(
        _("Ten examples, five crops of each of two photos, and a head for two classes. Let the "
          "trained network name at least {goal:.0%} of {tests} other crops right, whose colors are "
          "changed.",
          goal=heads.GOAL, tests=2 * heads.TESTS),
        heads.reaches(result, body),
        _("{accuracy:.1%} on {body}.", accuracy=result.test_accuracy, body=f"`{body}`"),
        _("Ten examples are enough for a head, because the body has seen a million others. "
          "Choose the untrained body at the same settings, and compare how it does on the "
          "examples and on the others."),
    )  # fmt: skip
