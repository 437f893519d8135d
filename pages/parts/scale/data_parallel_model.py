"""The model of several devices: what a step takes on each number of them, and the challenge."""

import streamlit as st

from lib.lessons.scale.data_parallel import process_figures as figures
from lib.lessons.scale.data_parallel import step_time
from pages import parts
from pages.parts import _, control


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
        settings = {
            "batch": batch,
            "compute": control.slider(
                "compute", _("compute for one sample, µs"), step_time.COMPUTE, 100, 10
            ),
            "communication": control.slider(
                "communication", _("communication in a step, µs"), step_time.COMMUNICATION, 3000,
                500,
            ),
        }  # fmt: skip
    steps = parts.run(step_time.modeled, **settings)
    one, four = (steps[n - 1].total / 1000 for n in (1, step_time.RACE))
    with right:
        alt = _("Bars for 1 to 8 devices, in the model: {one} ms on one device, {four} ms on four.",
                one=one, four=four)  # fmt: skip
        parts.chart(figures.modeled, steps=steps, key="model", alt=alt)
    progress = _("{batch} samples: {one:g} ms on one device, {four:g} ms on four.",
                 batch=batch, one=one, four=four)  # fmt: skip
    if four < one:
        progress += " " + _("Four are faster. Would they be with one sample less?")
    parts.challenge(
        _("In the model, find the smallest batch with which four devices beat one. The slider "
          "*samples in the batch* at the top sets it."),
        step_time.reaches(**settings),
        progress,
        _("Below it, communication costs more than dividing the work saves. A faster network or "
          "more work for each sample moves that point."),
    )  # fmt: skip
