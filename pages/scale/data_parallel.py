"""Several devices: one batch, divided among them; simulated, and for real on processes."""

from collections.abc import Callable
from functools import partial

import streamlit as st

from lib.lessons.scale.data_parallel import lesson as parallel
from lib.lessons.scale.data_parallel import processes as real
from lib.lessons.scale.data_parallel import questions as asked
from lib.lessons.scale.data_parallel import step_time
from pages import parts
from pages.parts import Goal, Hints, Program, Question, Settings, _
from pages.parts.scale.data_parallel_processes import real_step, speed, torchrun

SIMULATED = ("batch", "devices", "hidden", "seed")  # what the simulated step takes
REAL = ("batch", "processes", "hidden", "seed")
MODEL = ("batch", "compute", "communication")


def controls() -> Settings:
    """Show how much there is to divide, and among how many; then the network and the model."""
    values = parts.shown(
        {
            "batch": _("samples in the batch"),
            "devices": _("pretend devices (simulated)"),
            "processes": _("real processes"),
        }
    )
    with parts.more():
        values |= parts.shown({"hidden": _("hidden units of the model"), "seed": _("seed")})
        st.caption(
            _("The bars are a model, not a measurement: each device takes the same time for a "
              "sample, all wait for the largest chunk, and several devices need a while to "
              "average gradients. t(n) = compute / n + communication, with whole samples.")
        )  # fmt: skip
        values |= parts.shown(
            {
                "compute": _("compute for one sample, µs"),
                "communication": _("communication in a step, µs"),
            }
        )
    return values


def chosen(settings: Settings, names: tuple[str, ...]) -> Settings:
    """Return some of the settings."""
    return {name: settings[name] for name in names}


def questions(settings: Settings) -> list[Question]:
    """Ask how the batch is cut, and what a process gets without a DistributedSampler."""
    batch, devices, processes = (settings[name] for name in ("batch", "devices", "processes"))
    result: parallel.Parallel = parts.run(
        parallel.scatter_and_gather, **chosen(settings, SIMULATED)
    )
    first = parts.run(real.first_batches, batch=batch, processes=processes, sampler=False)
    return [
        parts.question(
            "chunks",
            _("nn.DataParallel cuts {batch} samples for {devices} devices. How?",
              batch=batch, devices=devices),
            parts.options(
                asked.chunk_answers(batch, devices, result.chunks), asked.FEEDBACK, asked.CUTS
            ),
        ),
        parts.question(
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
        ),
    ]  # fmt: skip


def challenge(settings: Settings) -> Goal:
    """Ask for the smallest batch that is worth dividing, in the model."""
    model = chosen(settings, MODEL)
    steps = parts.run(step_time.modeled, **model)
    one, four = (steps[n - 1].total / 1000 for n in (1, step_time.RACE))
    progress = _("{batch} samples: {one:g} ms on one device, {four:g} ms on four.",
                 batch=settings["batch"], one=one, four=four)  # fmt: skip
    if four < one:
        progress += " " + _("Four are faster. Would they be with one sample less?")
    times = {name: model[name] for name in ("compute", "communication")}
    if step_time.smallest(**times) is None:
        progress += " " + _("With these two times, four devices beat one at no batch up to {most}. "
                            "Change one of the times first.", most=parallel.BATCH.high)  # fmt: skip
    return Goal(
        _("In the model (the bars), find the smallest batch with which four devices beat one."),
        step_time.reaches(**model),
        progress,
        _("Below it, communication costs at least as much as dividing the work saves. A faster "
          "network or more work for each sample moves that point."),
    )  # fmt: skip


def program(settings: Settings) -> Program:
    """Return the program of the simulated step."""
    return Program(parallel.scatter_and_gather, chosen(settings, SIMULATED))


def below(settings: Settings) -> None:
    """Show the real processes, their speed, and how a visitor starts some."""
    named = "data_parallel.view" in st.query_params  # an address that names a view leads to it
    label = _("For real: processes of this machine, their speed, torchrun")
    with parts.folded("real", label, named) as is_open:
        if not is_open:
            return
        views: dict[str, Callable[[], None]] = {
            "torchrun": partial(torchrun, settings["processes"]),
            _("Real processes"): partial(real_step, chosen(settings, REAL)),
            _("Speed"): speed,
        }
        for tab, show in zip(parts.tabs("view", list(views)), views.values(), strict=True):
            if tab.open:
                with tab:
                    show()


def hints(_settings: Settings) -> Hints:
    """Say how to find where dividing pays."""
    return Hints(
        _("A larger batch gives four devices more to share, and their talk takes as long as "
          "before."),
        _("Double the batch until four devices are faster; then go down one sample at a time. It "
          "ends a little above 40."),
        {"batch": 42, "devices": 4, "compute": 100, "communication": 3000},
    )  # fmt: skip


parts.page(
    "data_parallel",
    controls=controls,
    questions=questions,
    challenge=challenge,
    hints=hints,
    program_of=program,
    below=below,
)
