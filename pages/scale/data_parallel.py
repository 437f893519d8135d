"""Several devices: one batch, shared out; pretended, and for real on processes."""

from typing import Any

import streamlit as st

from lib.lessons.scale.data_parallel import figures, network
from lib.lessons.scale.data_parallel import lesson as pretended
from lib.lessons.scale.data_parallel import questions as asked
from lib.lessons.scale.data_parallel import sampling as shares
from pages.parts import control
from pages.parts.chart import chart
from pages.parts.lesson import lesson
from pages.parts.numbers import numbers
from pages.parts.predict import ask, options, reveal
from pages.parts.program import program
from pages.parts.run import run
from pages.parts.scale.data_parallel import on_processes, speed, torchrun
from pages.parts.scale.data_parallel_model import race
from pages.parts.tabs import tabs
from pages.parts.text import _, translated


def page() -> None:
    """Show the lesson."""
    questions = st.container()
    left, right = st.columns([1, 2], gap="medium")
    with right:
        titles = (_("Pretend devices"), _("Real processes"), _("Speed, measured"), "torchrun")
        pretend, real, fast, start = tabs("view", titles)
    with left:
        batch = control.slider("batch", _("samples in the batch"), network.BATCH, 30)
        devices = control.slider("devices", _("pretend devices (simulated)"), pretended.DEVICES, 4)
        processes = control.slider("processes", _("real processes"), shares.PROCESSES, 2)
        hidden = control.slider("hidden", _("hidden units of the model"), network.HIDDEN, 4)
        seed = control.number("seed", _("seed"), network.SEED, 0)
        shown = reveal(_("Show who gets what"))
    common = {"batch": batch, "hidden": hidden, "seed": seed}
    settings = {**common, "devices": devices}
    result: pretended.Parallel = run(pretended.scatter_and_gather, **settings)
    if pretend.open:
        with pretend:
            picture(result, devices, shown)
    with questions:
        predictions(result, batch, devices, processes)
    if pretend.open:
        table(result, shown)
        program(pretended.scatter_and_gather, **settings)
    if start.open:
        with start:
            torchrun(processes)
    below = st.container()
    race(batch)
    if real.open:  # last: it may take a while
        with real:
            on_processes({**common, "processes": processes}, shown, below)
    if fast.open:
        with fast:
            speed(below)


def predictions(result: pretended.Parallel, batch: int, devices: int, processes: int) -> None:
    """Ask how the batch is cut, and what a process gets without a DistributedSampler."""
    settings: dict[str, Any] = {"batch": batch, "processes": processes}
    first = run(shares.first_batches, **settings, sampler=False)
    cut = _("nn.DataParallel cuts {batch} samples for {devices} devices. How?")
    gets = _("{processes} processes train on {batch} samples, each with a DataLoader with "
             "batch_size={share} and no DistributedSampler. What does the last process get "
             "first?")  # fmt: skip
    gets = gets.format(processes=processes, batch=batch, share=len(first[0]))
    ask(
        (
            "chunks",
            cut.format(batch=batch, devices=devices),
            options(asked.chunk_guesses(batch, devices, result.chunks), asked.TOLD),
            {"batch": batch, "devices": devices},
        ),
        (
            "first",
            gets,
            options(
                asked.first_guesses(batch, processes, first),
                asked.TOLD_FIRST,
                {asked.NOTHING: asked.NOTHING},
                sort=False,
            ),
            settings,
        ),
    )


def picture(result: pretended.Parallel, devices: int, shown: bool) -> None:
    """Draw the batch on its way."""
    st.markdown(
        _("**Simulated**, on one CPU, with a real network: what `nn.DataParallel` does on GPUs. "
          "A cell is a sample; it is full once it went through the network.")
    )  # fmt: skip
    alt = _("A batch of {batch} samples above, a lane for each of {devices} devices below.")
    alt = alt.format(batch=sum(result.chunks), devices=devices)
    if shown:
        alt += " " + _("Samples on each device: {chunks}.").format(
            chunks=", ".join(map(str, result.chunks))
        )
    what = (result, devices, translated(figures.WORDS), not shown)
    chart(figures.parallel, *what, key="parallel", alt=alt)


def table(result: pretended.Parallel, shown: bool) -> None:
    """Show that several devices find what one finds, and where they would not."""
    rows = {
        _("samples on each device, by `x.chunk(devices)`"): _joined(result.chunks),
        _("loss of the gathered outputs"): result.loss,
        _("loss on one device"): result.one_device_loss,
        _("mean of each device's own loss"): result.mean_of_losses,
        _("gradient of the last bias, on each device"): result.gradients,
        _("their sum"): result.summed_gradient,
        _("the same gradient on one device"): result.one_device_gradient,
        _("largest difference of any gradient"): result.gradient_difference,
        _("the same, if each device's own mean were averaged"): result.averaged_difference,
    }
    hidden = {name for i, name in enumerate(rows) if i in (0, 4)}
    numbers(rows, shown, always=rows.keys() - hidden)
    if shown and len(set(result.chunks)) > 1:
        st.markdown(
            _("The chunks are not equal, so the mean of the means is not the mean: a small chunk "
              "would count as much as a large one. `nn.DataParallel` gathers first and takes the "
              "loss once, so it is right. `DistributedDataParallel` averages: give every process "
              "equally many samples.")
        )  # fmt: skip


def _joined(counts: tuple[int, ...]) -> str:
    return f"`{', '.join(map(str, counts))}`"


lesson("data_parallel", page)
