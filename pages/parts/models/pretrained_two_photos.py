"""The challenge of the lesson on trained networks: a head that tells two photos apart."""

import streamlit as st

from lib.datasets.images import PICTURES
from lib.lessons.models.pretrained import figures
from lib.lessons.models.pretrained import head as heads
from pages.parts import control
from pages.parts.challenge import challenge
from pages.parts.chart import chart
from pages.parts.numbers import numbers
from pages.parts.picture_source import picture_source
from pages.parts.program import program
from pages.parts.run import run
from pages.parts.text import _


def two_photos(network: str) -> None:
    """Set the challenge; the head stands on the network of this name."""
    goal = st.container()
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
    result: heads.Head = run(heads.two_photos, heavy=True, **settings)
    photos = {name: settings[name] for name in ("network", "first", "second", "area")}
    with right:
        told = _("The ten examples: five crops of the first photo, and below them five of the "
                 "second.")  # fmt: skip
        chart(figures.examples, run(heads.sheet, **photos), key="examples", alt=told)
        st.caption(told)
        numbers(
            {
                _("parameters that train"): result.parameters,
                _("right, of the ten examples"): f"`{result.learned:.1%}`",
                _("right, of other crops of the first photo"): f"`{result.first:.1%}`",
                _("right, of other crops of the second photo"): f"`{result.second:.1%}`",
                _("right, of all other crops"): f"`{result.right:.1%}`",
            }
        )
    program(heads.two_photos, **settings)
    with goal:
        challenge(
            _("Ten examples, five crops of each of two photos, and a head for two classes. Name "
              "at least {goal:.0%} of {tests} other crops right, whose colors are changed.").format(
                goal=heads.GOAL, tests=2 * heads.TESTS
            ),
            heads.reaches(result),
            _("Now it is {right:.1%}.").format(right=result.right),
            _("Ten examples are enough for a head, because the body has seen a million others. "
              "Choose the untrained body at the same settings, and see."),
        )  # fmt: skip
