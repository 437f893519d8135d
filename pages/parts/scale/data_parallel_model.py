"""The model of several devices: what a step takes on each number of them, and the challenge."""

import streamlit as st

from lib.lessons.scale.data_parallel import figures_speed as times
from lib.lessons.scale.data_parallel import model
from pages.parts import control
from pages.parts.challenge import challenge
from pages.parts.chart import chart
from pages.parts.run import run
from pages.parts.text import _, translated


def race(batch: int) -> None:
    """Show the model, and set the challenge in it."""
    st.subheader(_("Is it worth it? A model"), anchor=False)
    left, right = st.columns([1, 2], gap="medium")
    with left:
        st.markdown(
            _("A model, not a measurement: each device takes the same time for a sample, all wait "
              "for the largest chunk, and several devices need a while to average gradients. "
              "t(n) = compute / n + communication, with whole samples.")
        )  # fmt: skip
        compute = control.slider("compute", _("compute for one sample, µs"), model.COMPUTE, 100, 10)
        communication = control.slider(
            "communication", _("communication in a step, µs"), model.COMMUNICATION, 3000, 500
        )
    settings = {"batch": batch, "compute": compute, "communication": communication}
    steps = run(model.modeled, **settings)
    one, four = (steps[n - 1].total / 1000 for n in (1, model.RACE))
    with right:
        alt = _("Bars for 1 to 8 devices, in the model: {one} ms on one device, {four} ms on four.")
        words = translated(times.WORDS)
        chart(times.modeled, steps, words, key="model", alt=alt.format(one=one, four=four))
    progress = _("{batch} samples: {one} ms on one device, {four} ms on four.")
    if four < one:
        progress += " " + _("Four are faster. Would they be with one sample less?")
    challenge(
        _("In the model, find the smallest batch with which four devices beat one. The slider "
          "*samples in the batch* at the top sets it."),
        model.reaches(**settings),
        progress.format(batch=batch, one=f"{one:g}", four=f"{four:g}"),
        _("Below it, talking costs more than sharing the work saves. A faster network or more "
          "work for each sample moves that point."),
    )  # fmt: skip
