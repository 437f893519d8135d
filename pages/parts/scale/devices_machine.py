"""What this machine has, and which device a program chooses, here and elsewhere."""

from functools import partial

import streamlit as st

from lib.lessons.scale.devices import device_choice
from lib.lessons.scale.devices import questions as asked
from lib.lessons.scale.devices.lesson import ACCELERATORS
from lib.runtime import environment
from pages import parts
from pages.parts import Question, _, control
from pages.parts.options import Options
from pages.parts.prediction import revealed

ASKED = device_choice.APPLE  # the machine of the questions
LINES = {"notes": device_choice.THEN, "today": device_choice.NOW}


def choice_questions() -> list[Question]:
    """Ask what the notes' line and today's choose; a worker finds the answers."""
    texts = {
        "notes": _("On a computer with an Apple GPU, what is the notes' `{line}`?",
                   line=LINES["notes"]),
        "today": _("On a computer with an Apple GPU, what is today's `{line}`, with the CPU where "
                   "it gives None?", line=LINES["today"]),
    }  # fmt: skip

    def find(which: str) -> Options:
        chosen = parts.run(device_choice.choose_on, heavy=True, machine=ASKED)
        return parts.options(asked.choice_answers(chosen)[which], asked.FEEDBACK_CHOICE, sort=False)

    return [
        Question(which, words, [*asked.FEEDBACK_CHOICE], partial(find, which))
        for which, words in texts.items()
    ]


def machine() -> None:
    """Show what PyTorch finds here, and what three lines choose on a machine of your choice."""
    _found_here()
    st.markdown(f"**{_('Which device a program chooses')}**")
    machines = (device_choice.HERE, *device_choice.MACHINES)
    name = control.menu("machine", _("machine"), machines, device_choice.APPLE)
    st.caption(_(device_choice.words_of(name)))
    chosen = parts.run(device_choice.choose_on, heavy=True, machine=name)
    may_be_seen = revealed("devices")
    parts.numbers(
        {
            _("the notes' line chooses"): f"`{chosen.notes}`",
            _("the line of today chooses"): f"`{chosen.today}`",
            _("current_accelerator() without check_available"): f"`{chosen.unchecked}`",
        },
        all(question in may_be_seen for question in LINES),
    )
    parts.program(device_choice.choose)


def _found_here() -> None:
    """Show the processor, and the accelerators that are here or not."""
    cpu, others = parts.run(environment.cpu), parts.run(environment.accelerators)
    st.markdown(f"**{_('What PyTorch finds here')}**")
    rows = {
        "`cpu`": f"{cpu.name}, {cpu.machine}",
        _("cores, and threads for one operation in this process"): f"`{cpu.cores}` `{cpu.threads}`",
        _("instruction set of PyTorch's own loops"): cpu.kernels,
        _("further instruction sets"): ", ".join(cpu.instructions) or _("none"),
    }
    for each in others:
        words = _("{name}, {memory:.1f} GiB", name=each.name, memory=each.memory / 2**30)
        if each.capability:
            words += ", " + _("compute capability {version}", version=each.capability)
        rows[f"`{each.device}`"] = words
    built = parts.run(environment.built_for)
    present = {each.device.partition(":")[0] for each in others}
    for name, what in ACCELERATORS.items():
        if name not in present:
            why = _("not here") if name in built else _("not here; this build does not know it")
            rows[f"`{name}`"] = f"{_(what)}: {why}"
    parts.numbers(rows)
    st.caption(
        _("The playground gives each process one thread, so that visitors do not slow each "
          "other down. A program of your own starts with as many as there are cores.")
    )  # fmt: skip
