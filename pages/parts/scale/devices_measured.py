"""What is measured in the lesson on devices: matrices on the CPU, and what a GPU costs."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from lib.lessons.scale.devices import gpu_costs, speed_figures
from lib.lessons.scale.devices import questions as asked
from lib.lessons.scale.devices import speed as speeds
from lib.lessons.scale.devices.speed_figures import duration
from lib.runtime import environment
from pages import parts
from pages.parts import Goal, _, control
from pages.parts.challenge import goal
from pages.parts.measurements import measure_again, measurement

MOST = 3  # dtypes at a time


def speed() -> None:
    """Show measured speed against size, of each dtype, and ask what the visitor reads from it."""
    left, right = st.columns([1, 2], gap="medium")
    with left:
        dtypes = control.several("dtypes", "dtype", speeds.DTYPES, ("float32",), MOST)
        largest = int(control.scale("largest", _("largest size"), speeds.SIZES, 1024))
        answer = control.menu("faster_from", _("two threads are faster from size"), asked.ANSWERS)
        measure_again()
        solved = st.container()
    settings = {"largest": largest, "measurement": measurement()}
    with right:
        measured = [
            parts.run(speeds.measure, heavy=True, dtype=dtype, **settings)
            for dtype in dtypes or ("float32",)
        ]
        parts.chart(
            speed_figures.speeds,
            measured=measured,
            key="speeds",
            alt=_("Speed of matrix products against their size for {dtypes}, one and two threads.",
                  dtypes=", ".join(each.dtype for each in measured)),
        )  # fmt: skip
        st.caption(
            _("Measured on this machine's CPU, and its GPUs if it has any, with "
              "torch.utils.benchmark; the fastest of several blocks. Others use the machine at "
              "the same time: two threads wait for each other in every product, so they suffer "
              "most if a core is busy.")
        )  # fmt: skip
    with solved:
        goal(_faster_from(measured[0], answer))
    _summaries(measured)
    size, threads = min(largest, 256), min(2, measured[0].cores)
    parts.program(speeds.multiply, size=size, dtype=measured[0].dtype, threads=threads)


def _faster_from(measured: speeds.Measured, answer: str) -> Goal:
    """Ask from which size on two threads are faster."""
    return Goal(
        _("From which size on are two threads faster? Choose it within a factor of two. They count "
          "as faster where they need less than nine tenths of one thread's time, there and at all "
          "larger sizes."),
        asked.reaches(measured, answer),
        parts.sentence(asked.progress(measured, answer)),
        _(asked.learned(measured)),
    )  # fmt: skip


def _summaries(measured: Sequence[speeds.Measured]) -> None:
    """Show each line's fastest point, and how the time grows."""
    cores = measured[0].cores
    if cores == 1:
        st.info(_("This machine has one core, so there is no second thread to measure."))
    rows = {_("measured on a machine with"): _("{cores} cores", cores=cores)}
    for each in measured:
        for device, threads in dict.fromkeys((x.device, x.threads) for x in each.timed):
            name = _("{dtype}, {device}, threads: {threads}",
                     dtype=each.dtype, device=device, threads=threads)  # fmt: skip
            rows[name] = _summary(speeds.of_device(each, device, threads))
    parts.numbers(rows)
    for each in measured:
        for device, error in each.refused:
            st.warning(f"`{each.dtype}`, `{device}`: {error}")


def _summary(timed: Sequence[speeds.Timed]) -> str:
    """Return where one device is fastest, and on one thread how the time grows."""
    top = max(timed, key=lambda x: x.per_second)
    words = _("{speed} GFLOP/s at n = {size}; largest, n = {last}: {time}",
              speed=f"{top.per_second / 1e9:.3g}", size=top.size, last=timed[-1].size,
              time=duration(timed[-1].best))  # fmt: skip
    if timed[0].threads == 1 and (grew := speeds.doublings(tuple(timed))):
        words += ". " + _("Last doubling of n: {times} times as long", times=f"{grew[-1]:.1f}")
    return words


def gpu() -> None:
    """Show what a GPU costs beside its speed, where there is one."""
    cost = control.buttons("cost", _("what is measured"), tuple(gpu_costs.COSTS))
    size: dict[str, int] = {}
    if cost == "waiting":
        sizes = (256, 512, 1024, 2048, 4096)
        size["size"] = int(control.scale("gpu_size", _("size of the matrices"), sizes, 4096))
    else:
        size["megabytes"] = control.slider("megabytes", "MiB", gpu_costs.MEGABYTES, 64)
    st.markdown(_(gpu_costs.WORDS[cost]))
    if any(x.device.startswith("cuda") for x in parts.run(environment.accelerators)):
        rows = {"copies": _copies, "waiting": _waiting, "memory": _memory}
        parts.numbers(rows[cost](size))
        measure_again()
    else:
        st.info(
            _("PyTorch finds no CUDA GPU on this machine, so nothing is measured here, and "
              "nothing is made up. The program below is what would run: download it for a "
              "machine with such a GPU.")
        )  # fmt: skip
    parts.program(gpu_costs.COSTS[cost], **size)


def _copies(size: dict[str, Any]) -> dict[str, str]:
    made: gpu_costs.Transfer = parts.run(
        gpu_costs.transfer, heavy=True, **size, measurement=measurement()
    )
    copies = {
        _("to the GPU, from ordinary memory"): made.pageable,
        _("to the GPU, from pinned memory"): made.pinned,
        _("back from the GPU"): made.back,
        _("pinning the memory, once"): made.pinning,
    }
    return {
        name: _("{time}, {speed} GiB/s, measured",
                time=duration(time), speed=f"{made.megabytes / 1024 / time:.3g}")
        for name, time in copies.items()
    }  # fmt: skip


def _waiting(size: dict[str, Any]) -> dict[str, str]:
    waited: gpu_costs.Waited = parts.run(
        gpu_costs.wait_for_it, heavy=True, **size, measurement=measurement()
    )
    return {
        _("until the line came back, measured"): duration(waited.asked),
        _("until the GPU was done, measured"): duration(waited.done),
    }


def _memory(size: dict[str, Any]) -> dict[str, str]:
    used: gpu_costs.Memory = parts.run(gpu_costs.memory, heavy=True, **size)
    moments = {
        _("before"): used.before,
        _("with the tensor"): used.full,
        _("after del"): used.deleted,
        _("after empty_cache()"): used.emptied,
    }
    return {
        name: _("allocated {first:.1f} MiB, reserved {second:.1f} MiB",
                first=allocated / 2**20, second=reserved / 2**20)
        for name, (allocated, reserved) in moments.items()
    }  # fmt: skip
