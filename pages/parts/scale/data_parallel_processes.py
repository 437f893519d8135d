"""Several devices for real: processes of this machine, their speed, and how to start your own."""

from typing import Any

import streamlit as st

from lib.lessons.scale.data_parallel import process_figures as figures
from lib.lessons.scale.data_parallel import processes, step_time
from pages import parts
from pages.parts import _, control
from pages.parts.listing import listing
from pages.parts.measurements import measure_again, measurement
from pages.parts.prediction import revealed


def real_step(settings: dict[str, Any]) -> None:
    """Show one step on real processes, and what each of them found.

    Args:
        settings: those of ``train_on_processes`` but the sampler.
    """
    sampler = control.switch("sampler", "DistributedSampler", True)
    # Without a sampler the second question asks for it.
    may_see = sampler or "first" in revealed("data_parallel")
    st.markdown(
        _("**Real**: `DistributedDataParallel` over gloo. Every process has the whole model "
          "and its own samples.")
    )  # fmt: skip
    settings = {**settings, "sampler": sampler}
    place = st.container()
    parts.program(processes.train_on_processes, **settings)
    with place:  # last, since the processes take a while to start
        result = parts.run(processes.train_on_processes, heavy=True, **settings)
        _found(result, settings["batch"], sampler, may_see)


def _found(result: processes.Trained, batch: int, sampler: bool, may_see: bool) -> None:
    count = len(result.samples)
    parts.chart(
        figures.seen,
        batches=result.samples,
        batch=batch,
        key="seen",
        alt=_("A row for each of {processes} processes, a column for each of {batch} samples.",
              processes=count, batch=batch),
        revealed=may_see,
    )  # fmt: skip
    if may_see:
        parts.chart(
            figures.gradients,
            result=result,
            key="gradients",
            alt=_("The gradients of each process before and after they are averaged, and "
                  "those of one process; the largest difference at the end is "
                  "{difference:.2g}.", difference=result.difference),
        )  # fmt: skip
    shared = processes.shared_out(result.samples, batch)
    parts.numbers(
        {
            _("loss of each process"): result.losses,
            _("samples that no process saw in this step"): shared.missed,
            _("times that a sample was seen again"): shared.again,
            _("largest difference between the gradients of two processes, before"): (
                result.difference_before
            ),
            _("and after all-reduce"): result.difference_after,
            _("largest difference from one process with the whole batch"): result.difference,
        },
        may_see,
    )
    if may_see:
        st.markdown(_why(count, sampler, shared))


def _why(count: int, sampler: bool, shared: processes.Shared) -> str:
    """Return why the gradients are, or are not, those of one process."""
    if count == 1:
        return _("One process: nothing to divide, nothing to average.")
    if not sampler:
        same = _("All processes saw the same samples and found the same gradient. Averaging it "
                 "changes nothing.")  # fmt: skip
        others = _("The other samples count for nothing in this step.")
        return f"{same} {others}" if shared.missed else same
    if not shared.evenly:
        return _(
            "The samples cannot be divided evenly, so DistributedSampler hands some out again. "
            "They count more than the others: the gradients are not quite those of one process. "
            "Take a batch that the processes divide."
        )
    if shared.again:
        return _(
            "There are fewer samples than processes, so DistributedSampler hands them out again, "
            "here all equally often: the gradients are those of one process, up to rounding."
        )
    return _(
        "Equally many samples each, so the average of the means is the mean: the gradients are "
        "those of one process, up to rounding."
    )


def speed() -> None:
    """Measure steps on 1 to 4 processes, and show the times beside the model."""
    sizes, widths = step_time.SAMPLES.options, step_time.WIDTHS.options
    samples = control.scale("samples", _("samples in the measured batch"), sizes, 1024)
    width = control.scale("width", _("width of the measured network"), widths, 256)
    measure_again()
    settings = {"samples": samples, "width": width}
    place = st.container()
    parts.program(step_time.measure_speed, **settings)
    with place:  # last, since it takes a while
        found = parts.run(
            step_time.measure_speed, heavy=True, **settings, measurement=measurement()
        )
        _times(found)


def _times(result: step_time.Measured) -> None:
    one, *others = result.timed
    best = min(others, key=lambda each: each.step)
    parts.chart(
        figures.measured,
        result=result,
        key="speed",
        alt=_("Milliseconds for a step on 1, 2, 3 and 4 processes, measured: {times}.",
              times=", ".join(f"{each.step:.3g}" for each in result.timed)),
    )  # fmt: skip
    parts.numbers(
        {
            _("cores of this machine"): result.cores,
            _("gradients that are averaged"): result.gradients,
            _("one process"): f"`{one.step:.3g}` ms",
            _("the best of the others"): _(
                "{processes} processes, {ms:.3g} ms", processes=best.processes, ms=best.step
            ),
        }
    )
    st.markdown(
        _("The dotted line is the model: the measured time of one process, divided by n, and the "
          "measured all-reduce on top. It gives every process a core of its own. Where there are "
          "more processes than free cores, they wait for each other, and the bars are often higher "
          "than the line.")
    )  # fmt: skip


def torchrun(count: int) -> None:
    """Show how a training on ``count`` processes is started, and a script for it."""
    st.markdown(_("On one machine, with a process for each GPU (or some on the CPU):"))
    st.code(processes.on_one_machine(count), language="bash")
    st.markdown(
        _("On two machines: the same command on both. They meet at the first one, whose name "
          "you put in.")
    )  # fmt: skip
    st.code(processes.on_several_machines(2, count), language="bash")
    st.markdown(
        _("Each process takes a batch of its own: with `batch_size=8`, a step on {count} of them "
          "learns from {samples} samples, which often calls for a higher learning rate. Every "
          "process holds the whole model. One that is too large for that is shared out as well, "
          "with FSDP (`torch.distributed.fsdp.fully_shard`).",
          count=count, samples=8 * count)
    )  # fmt: skip
    text = processes.script()
    listing(text, key="data_parallel.script", name=_("The script that torchrun starts"))
    st.download_button(
        _("Download .py"),
        text,
        file_name=processes.NAME,
        mime="text/x-python",
        key="data_parallel.script.py",
        on_click="ignore",
        icon=":material/download:",
    )
