"""Who loads the samples: the controls of the measurement, and what was measured."""

from typing import Any

import streamlit as st

from lib.lessons.data.batching import figures_timeline as timelines
from lib.lessons.data.batching import workers as processes
from pages.parts import control
from pages.parts.chart import chart
from pages.parts.numbers import numbers
from pages.parts.program import program
from pages.parts.run import run
from pages.parts.text import _, translated

AGAIN = "batching.measurements"  # how often the visitor asked for a new measurement


def loaders(settings: dict[str, Any]) -> dict[str, Any]:
    """Show the controls of the measurement and return its settings."""
    rules = processes.RULES
    load = _("milliseconds to load one sample")
    step = _("milliseconds of training per batch")
    chosen = control.buttons("num_workers", "num_workers", ("0", "1", "2"), "2")
    return {
        "num_workers": int(chosen),
        "samples": min(settings["samples"], processes.MOST),
        "batch_size": settings["batch_size"],
        "load": control.slider("load", load, rules["load"], 10),
        "step": control.slider("step", step, rules["step"], 10),
        "prefetch_factor": control.slider(
            "prefetch_factor", "prefetch_factor", rules["prefetch_factor"], 2
        ),
    }


def workers(settings: dict[str, Any], below: Any) -> None:
    """Show the measured timelines; ``below`` the columns, their program."""
    with below:
        program(processes.measure, **settings)
    st.markdown(
        _("Loading a sample is a pause here, like waiting for a disk: it needs no core, so two "
          "workers wait at the same time. A training step is a pause, too. Thin: loading a "
          "sample. Thick: training on a batch. Gray: the loop waits. One color for each batch. "
          "It is measured, so starting a process and whatever else this machine does show, too.")
    )  # fmt: skip
    common = {name: value for name, value in settings.items() if name != "num_workers"}
    count = st.session_state.setdefault(AGAIN, 0)
    result: processes.Measured = run(processes.measure_all, heavy=True, **common, measurement=count)
    rates = ", ".join(f"{each.per_second:.0f}" for each in result.timelines)
    alt = _("Timelines for 0, 1 and 2 workers: {rates} samples per second.").format(rates=rates)
    words = translated(timelines.WORDS)
    chart(timelines.timeline, result.timelines, words, key="timeline", alt=alt)
    st.button(_("Measure again"), key="batching.again", icon=":material/timer:", on_click=_again)
    chosen = result.timelines[settings["num_workers"]]
    rows = {
        f"num_workers={each.num_workers}": _("{rate} samples per second, {time} ms in all").format(
            rate=f"{each.per_second:.0f}", time=f"{each.milliseconds:.0f}"
        )
        for each in result.timelines
    }
    pids = " ".join(str(pid) for pid in timelines.workers(chosen))
    waited = sum(wait.end - wait.start for wait in chosen.waits)
    rows |= {
        _("processes that loaded, num_workers={count}").format(count=chosen.num_workers): pids,
        _("the main process"): str(chosen.main),
        _("it waited for the first batch"): f"{chosen.waits[0].end:.0f} ms",
        _("it waited in all"): f"{waited:.0f} ms",
        _("measured on a machine with"): _("{cores} cores").format(cores=result.cores),
    }
    numbers(rows)


def _again() -> None:
    st.session_state[AGAIN] += 1
