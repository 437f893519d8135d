"""Who loads the samples: the controls of the measurement, and what was measured."""

from typing import Any, NamedTuple

import streamlit as st

from lib.lessons.data.batching import timeline_figures as figures
from lib.lessons.data.batching import workers as processes
from pages import parts
from pages.parts import _, control
from pages.parts.measurements import measure_again, measurement


class Measurement(NamedTuple):
    """The settings of a measurement, and what was measured with 0, 1 and 2 workers."""

    settings: dict[str, Any]
    result: processes.Measured


@st.fragment
def measured(samples: int, batch_size: int) -> None:
    """Show the measurement; its own controls redraw nothing but itself."""
    left, right = st.columns([1, 2], gap="medium")
    with left:
        settings = controls(samples, batch_size)
    common = {name: value for name, value in settings.items() if name != "num_workers"}
    with right:
        result = parts.run(processes.measure_all, heavy=True, **common, measurement=measurement())
        measured = Measurement(settings, result)
        picture(measured)
    numbers(measured)
    program(measured)


def controls(samples: int, batch_size: int) -> dict[str, Any]:
    """Show the controls of the measurement and return its settings."""
    rules = processes.RULES
    load, step = _("milliseconds to load one sample"), _("milliseconds of training per batch")
    prefetch = "prefetch_factor"
    return {
        "num_workers": int(control.buttons("num_workers", "num_workers", ("0", "1", "2"), "2")),
        "samples": min(samples, processes.MOST),
        "batch_size": batch_size,
        "load": control.slider("load", load, rules["load"], 10),
        "step": control.slider("step", step, rules["step"], 10),
        prefetch: control.slider(prefetch, prefetch, rules[prefetch], 2),
    }


def picture(measured: Measurement) -> None:
    """Draw the measured timelines."""
    st.markdown(
        _("Loading a sample is a pause here, like waiting for a disk: it needs no core, so two "
          "workers wait at the same time. A training step is a pause, too. Thin: loading a "
          "sample. Thick: training on a batch. Gray: the loop waits. One color for each batch. "
          "It is measured, so starting a process and whatever else this machine does show, too. "
          "`persistent_workers=True` keeps the processes for the next epoch, and "
          "`pin_memory=True` makes copies to a GPU faster.")
    )  # fmt: skip
    timelines = measured.result.timelines
    rates = ", ".join(f"{each.per_second:.0f}" for each in timelines)
    alt = _("Timelines for 0, 1 and 2 workers: {rates} samples per second.", rates=rates)
    parts.chart(figures.timeline, timelines=timelines, key="timeline", alt=alt)
    measure_again()


def numbers(measured: Measurement) -> None:
    """Show the rates, and who waited how long with the chosen number of workers."""
    timelines = measured.result.timelines
    chosen = timelines[measured.settings["num_workers"]]
    rows = {
        f"num_workers={each.num_workers}": _(
            "{rate:.0f} samples per second, {time:.0f} ms in all",
            rate=each.per_second,
            time=each.milliseconds,
        )
        for each in timelines
    }
    waited = sum(wait.end - wait.start for wait in chosen.waits)
    pids = " ".join(str(pid) for pid in figures.workers(chosen))
    rows |= {
        _("processes that loaded, num_workers={count}", count=chosen.num_workers): pids,
        _("the main process"): str(chosen.main),
        _("it waited for the first batch"): f"{chosen.waits[0].end:.0f} ms",
        _("it waited in all"): f"{waited:.0f} ms",
        _("measured on a machine with"): _("{cores} cores", cores=measured.result.cores),
    }
    parts.numbers(rows)


def program(measured: Measurement) -> None:
    """Show the program that measures."""
    parts.program(processes.measure, **measured.settings)
