"""Several devices: one batch, divided among them; simulated, and for real on processes."""

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import streamlit as st

from lib.lessons.scale.data_parallel import ddp_step
from lib.lessons.scale.data_parallel import lesson as parallel
from lib.lessons.scale.data_parallel import questions as asked
from pages import parts
from pages.parts import _, control
from pages.parts.scale.data_parallel_model import race
from pages.parts.scale.data_parallel_processes import Processes, Speed, Torchrun
from pages.parts.scale.data_parallel_simulated import Simulated
from pages.parts.views import View, open_view


class State(NamedTuple):
    """What the controls say, and the view that is open."""

    batch: int
    devices: int
    processes: int
    result: parallel.Parallel
    view: View


def controls() -> State:
    """Show the controls that all views share, below those of the view that is open."""
    own = st.container()
    batch = control.slider("batch", _("samples in the batch"), parallel.BATCH, 30)
    devices = control.slider("devices", _("pretend devices (simulated)"), parallel.DEVICES, 4)
    processes = control.slider("processes", _("real processes"), ddp_step.PROCESSES, 2)
    hidden = control.slider("hidden", _("hidden units of the model"), parallel.HIDDEN, 4)
    seed = control.number("seed", _("seed"), parallel.SEED, 0)
    revealed = parts.reveal(_("Show who gets what"))
    common = {"batch": batch, "hidden": hidden, "seed": seed}
    settings = {**common, "devices": devices}
    result: parallel.Parallel = parts.run(parallel.scatter_and_gather, **settings)
    on_processes = {**common, "processes": processes}
    views: dict[str, Callable[[], View]] = {
        _("Simulated"): partial(Simulated, result, settings, revealed),
        _("Real processes"): partial(Processes.controls, on_processes, revealed),
        _("Speed"): Speed.controls,
        "torchrun": partial(Torchrun, processes),
    }
    with own:
        view = open_view(views)
    return State(batch, devices, processes, result, view)


def questions(state: State) -> None:
    """Ask how the batch is cut, and what a process gets without a DistributedSampler."""
    batch, devices, processes = state.batch, state.devices, state.processes
    settings: dict[str, Any] = {"batch": batch, "processes": processes}
    first = parts.run(ddp_step.first_batches, **settings, sampler=False)
    parts.ask(
        (
            "chunks",
            _("nn.DataParallel cuts {batch} samples for {devices} devices. How?",
              batch=batch, devices=devices),
            parts.options(
                asked.chunk_answers(batch, devices, state.result.chunks), asked.FEEDBACK
            ),
            {"batch": batch, "devices": devices},
        ),
        (
            "first",
            _("{processes} processes train on {batch} samples, each with a DataLoader with "
              "batch_size={batch_size} and no DistributedSampler. What does the last process get "
              "first?", processes=processes, batch=batch, batch_size=len(first[0])),
            parts.options(
                asked.first_answers(batch, processes, first),
                asked.FEEDBACK_FIRST,
                {asked.NOTHING: asked.NOTHING},
                sort=False,
            ),
            settings,
        ),
    )  # fmt: skip


def challenge(state: State) -> None:
    """Set the challenge in the model; then show what takes long."""
    race(state.batch)
    state.view.late()


parts.lesson(
    "data_parallel",
    controls=controls,
    picture=lambda state: state.view.picture(),
    questions=questions,
    numbers=lambda state: state.view.numbers(),
    program=lambda state: state.view.program(),
    challenge=challenge,
)
