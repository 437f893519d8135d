"""Several devices for real: processes of this machine, their speed, and how to start your own."""

from typing import Any

import streamlit as st

from lib.lessons.scale.data_parallel import figures_ranks as figures
from lib.lessons.scale.data_parallel import figures_speed as times
from lib.lessons.scale.data_parallel import script as scripts
from lib.lessons.scale.data_parallel import speed as speeds
from lib.lessons.scale.data_parallel import train as real
from pages.parts import control
from pages.parts.chart import chart
from pages.parts.listing import listing
from pages.parts.numbers import numbers
from pages.parts.program import program
from pages.parts.run import run
from pages.parts.text import _, translated

AGAIN = "data_parallel.measurements"  # how often the visitor asked for a new measurement


def on_processes(settings: dict[str, Any], shown: bool, below: Any) -> None:
    """Run one step on real processes and show what each of them found.

    Args:
        settings: those of ``train_on_processes`` but the sampler.
        shown: whether the visitor may see what a question asks for.
        below: where the program stands.
    """
    st.markdown(
        _("**Real**: `DistributedDataParallel` over gloo. Every process has the whole model and "
          "its own samples.")
    )  # fmt: skip
    sampler = control.switch("sampler", "DistributedSampler", True)
    settings = {**settings, "sampler": sampler}
    with below:
        program(real.train_on_processes, **settings)
    result: real.Trained = run(real.train_on_processes, heavy=True, **settings)
    words = translated(figures.WORDS)
    secret = not sampler and not shown  # one of the questions
    alt = _("A row for each of {processes} processes, a column for each of {batch} samples.")
    alt = alt.format(processes=len(result.samples), batch=settings["batch"])
    chart(figures.seen, result.samples, settings["batch"], words, secret, key="seen", alt=alt)
    if not secret:
        alt = _("The gradients of each process before and after they are averaged, and those of "
                "one process; the largest difference at the end is {difference}.")  # fmt: skip
        told = alt.format(difference=f"{result.difference:.2g}")
        chart(figures.gradients, result, words, key="gradients", alt=told)
    taken = [place for places in result.samples for place in places]
    missed, twice = settings["batch"] - len(set(taken)), len(taken) - len(set(taken))
    rows = {
        _("loss of each process"): result.losses,
        _("samples that nobody saw in this step"): missed,
        _("samples that came once too often"): twice,
        _("gradients of two processes apart, before"): result.apart,
        _("and after all-reduce"): result.agree,
        _("largest difference from one process with the whole batch"): result.difference,
    }
    numbers(rows, not secret)
    if not secret:
        st.markdown(_why(len(result.samples), sampler, twice))


def _why(processes: int, sampler: bool, twice: int) -> str:
    """Return why the gradients are, or are not, those of one process."""
    if processes == 1:
        return _("One process: nothing to share, nothing to average.")
    if not sampler:
        return _(
            "All processes saw the same samples and found the same gradient. Averaging it changes "
            "nothing, and the other samples count for nothing in this step."
        )
    if twice:
        return _(
            "The samples cannot be shared evenly, so DistributedSampler hands some out a second "
            "time. They count twice: the gradients are close to those of one process, not equal. "
            "Take a batch that the processes divide."
        )
    return _(
        "Equal shares, so the average of the means is the mean: the gradients are those of one "
        "process, up to rounding."
    )


def speed(below: Any) -> None:
    """Show measured times beside the model; ``below`` the columns, the program."""
    sizes, widths = speeds.SAMPLES.options, speeds.WIDTHS.options
    samples = control.scale("samples", _("samples in the measured batch"), sizes, 1024)
    width = control.scale("width", _("width of the measured network"), widths, 256)
    count = st.session_state.setdefault(AGAIN, 0)
    settings = {"samples": samples, "width": width}
    with below:
        program(speeds.measure_speed, **settings)
    result: speeds.Measured = run(speeds.measure_speed, heavy=True, **settings, measurement=count)
    told = ", ".join(f"{each.step:.3g}" for each in result.timed)
    alt = _("Milliseconds for a step on 1, 2, 3 and 4 processes, measured: {told}.")
    words = translated(times.WORDS)
    chart(times.measured, result, words, key="speed", alt=alt.format(told=told))
    st.button(_("Measure again"), key="data_parallel.again", icon=":material/timer:",
              on_click=_again)  # fmt: skip
    one, *others = result.timed
    best = min(others, key=lambda each: each.step)
    numbers(
        {
            _("cores of this machine"): result.cores,
            _("gradients that are averaged"): result.gradients,
            _("one process"): f"`{one.step:.3g}` ms",
            _("the best of the others"): _("{processes} processes, {ms} ms").format(
                processes=best.processes, ms=f"{best.step:.3g}"
            ),
        }
    )
    st.markdown(
        _("The dotted line is the model: the measured time of one process, divided by n, and the "
          "measured all-reduce on top. It gives every process a core of its own. Where there are "
          "more processes than free cores, they wait for each other, and the bars stand above "
          "the line.")
    )  # fmt: skip


def _again() -> None:
    st.session_state[AGAIN] += 1


def torchrun(processes: int) -> None:
    """Show how a training on several processes is started, and a script for it."""
    st.markdown(_("On one machine, with a process for each GPU (or some on the CPU):"))
    st.code(scripts.on_one_machine(processes), language="bash")
    st.markdown(
        _("On two machines: the same command on both. They meet at the first one, whose name you "
          "put in.")
    )  # fmt: skip
    st.code(scripts.on_several_machines(2, processes), language="bash")
    text = scripts.script()
    listing(text, key="data_parallel.script", name=_("The script that torchrun starts"))
    st.download_button(
        _("Download .py"),
        text,
        file_name=scripts.NAME,
        mime="text/x-python",
        key="data_parallel.script.py",
        on_click="ignore",
        icon=":material/download:",
    )
