"""The measured views of the lesson on devices: matrices on the CPU, and what a GPU costs."""

from collections.abc import Sequence

import streamlit as st

from lib.lessons.scale.devices import figures_speed as figures
from lib.lessons.scale.devices import gpu as costs
from lib.lessons.scale.devices import questions as asked
from lib.lessons.scale.devices import speed as speeds
from lib.runtime import environment
from pages.parts import control
from pages.parts.chart import chart
from pages.parts.numbers import numbers
from pages.parts.program import program
from pages.parts.run import run
from pages.parts.text import _, translated

AGAIN = "devices.measurements"  # how often the visitor asked for a new measurement
MOST = 3  # dtypes at a time


def speed() -> tuple[speeds.Measured, str]:
    """Show measured speed against size; return the first dtype's, and what the visitor said."""
    left, right = st.columns([1, 2], gap="medium")
    with left:
        dtypes = control.several("dtypes", "dtype", speeds.DTYPES, ("float32",), MOST)
        largest = int(control.scale("largest", _("largest size"), speeds.SIZES, 1024))
        said = control.menu("said", _("two threads pay from size"), asked.SAID)
        st.button(_("Measure again"), key="devices.again", icon=":material/timer:", on_click=_again)
    dtypes = dtypes or ("float32",)
    with right:
        measured = [_measured(dtype, largest) for dtype in dtypes]
        first = measured[0]
        alt = _("Speed of matrix products against their size for {dtypes}, one and two threads.")
        alt = alt.format(dtypes=", ".join(dtypes))
        chart(figures.speeds, measured, translated(figures.WORDS), key="speeds", alt=alt)
        st.caption(
            _("Measured on this machine's CPU, and its GPUs if it has any, with "
              "torch.utils.benchmark; the fastest of several blocks. Others use the machine at "
              "the same time: two threads wait for each other in every product, so they suffer "
              "most if a core is busy.")
        )  # fmt: skip
    if first.cores == 1:
        st.info(_("This machine has one core, so there is no second thread to measure."))
    _table(measured)
    for each in measured:
        for device, said_so in each.refused:
            st.warning(f"`{each.dtype}`, `{device}`: {said_so}")
    program(speeds.multiply, size=min(largest, 256), dtype=first.dtype, threads=min(2, first.cores))
    return first, said


def _measured(dtype: str, largest: int) -> speeds.Measured:
    count = st.session_state.setdefault(AGAIN, 0)
    result: speeds.Measured = run(
        speeds.measure, heavy=True, dtype=dtype, largest=largest, measurement=count
    )
    return result


def _again() -> None:
    st.session_state[AGAIN] += 1


def _table(measured: Sequence[speeds.Measured]) -> None:
    """Show each line's fastest point, and how the time grows."""
    rows = {_("measured on a machine with"): _("{cores} cores").format(cores=measured[0].cores)}
    for each in measured:
        for device, threads in dict.fromkeys((x.device, x.threads) for x in each.timed):
            timed = speeds.line(each, device, threads)
            top = max(timed, key=lambda x: x.per_second)
            name = _("{dtype}, {device}, threads: {threads}").format(
                dtype=each.dtype, device=device, threads=threads
            )
            words = _("{rate} GFLOP/s at n = {size}; largest, n = {last}: {time}")
            rows[name] = words.format(
                rate=f"{top.per_second / 1e9:.3g}",
                size=top.size,
                last=timed[-1].size,
                time=figures.duration(timed[-1].best),
            )
            if threads == 1 and (grew := speeds.doublings(timed)):
                rows[name] += ". " + _("Last doubling of n: {times} times as long").format(
                    times=f"{grew[-1]:.1f}"
                )
    numbers(rows)


# --- a GPU ----------------------------------------------------------------------------------------


def gpu() -> None:
    """Show what a GPU costs beside its speed, where there is one."""
    what = control.buttons("cost", _("what is measured"), tuple(costs.COSTS))
    st.markdown(_(costs.WORDS[what]))
    size = _size(what)
    if not any(each.device.startswith("cuda") for each in run(environment.accelerators)):
        st.info(_("PyTorch finds no CUDA GPU on this machine, so nothing is measured here, and "
                  "nothing is made up. The program below is what would run: download it for a "
                  "machine with such a GPU."))  # fmt: skip
    else:
        _cost(what, size)
    program(costs.COSTS[what], **size)


def _size(what: str) -> dict[str, int]:
    if what == "waiting":
        sizes = (256, 512, 1024, 2048, 4096)
        return {"size": int(control.scale("gpu_size", _("size of the matrices"), sizes, 4096))}
    return {"megabytes": control.slider("megabytes", "MiB", costs.MEGABYTES, 64)}


def _cost(what: str, size: dict[str, int]) -> None:
    """Show one of the three measurements in numbers."""
    count = st.session_state.setdefault(AGAIN, 0)
    written = figures.duration
    if what == "copies":
        made: costs.Transfer = run(costs.transfer, heavy=True, **size, measurement=count)
        copies = {
            _("to the GPU, from ordinary memory"): made.pageable,
            _("to the GPU, from pinned memory"): made.pinned,
            _("back from the GPU"): made.back,
            _("pinning the memory, once"): made.pinning,
        }
        rate = _("{time}, {rate} GiB/s, measured")
        numbers({
            name: rate.format(time=written(time), rate=f"{made.megabytes / 1024 / time:.3g}")
            for name, time in copies.items()
        })  # fmt: skip
    elif what == "waiting":
        waited: costs.Waited = run(costs.wait_for_it, heavy=True, **size, measurement=count)
        numbers({
            _("until the line came back, measured"): written(waited.asked),
            _("until the GPU was done, measured"): written(waited.done),
        })  # fmt: skip
    else:
        used: costs.Memory = run(costs.memory, heavy=True, **size)
        moments = {
            _("before"): used.before,
            _("with the tensor"): used.full,
            _("after del"): used.deleted,
            _("after empty_cache()"): used.emptied,
        }
        bytes_of = _("allocated {first:.1f} MiB, reserved {second:.1f} MiB")
        numbers({
            name: bytes_of.format(first=a / 2**20, second=b / 2**20)
            for name, (a, b) in moments.items()
        })  # fmt: skip
    st.button(_("Measure again"), key="devices.again", icon=":material/timer:", on_click=_again)
