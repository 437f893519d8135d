"""What this machine has, and which device a program chooses, here and elsewhere."""

from typing import Any

import streamlit as st

from lib.lessons.scale.devices import choice
from lib.lessons.scale.devices import metrics as facts
from lib.lessons.scale.devices import questions as asked
from lib.runtime import environment
from pages.parts import control
from pages.parts.numbers import numbers
from pages.parts.predict import ask, options, reveal
from pages.parts.program import program
from pages.parts.run import run
from pages.parts.text import _


def machine(questions: Any) -> None:
    """Show what is here, and which device a program chooses, here and elsewhere."""
    cpu, others = run(environment.cpu), run(environment.accelerators)
    st.markdown(f"**{_('What PyTorch finds here')}**")
    rows = {
        "`cpu`": f"{cpu.name}, {cpu.machine}",
        _("cores, and threads for one operation in this process"): (
            f"`{cpu.cores}` `{cpu.threads}`"
        ),
        _("instruction set of PyTorch's own loops"): cpu.kernels,
        _("further instruction sets"): ", ".join(cpu.instructions) or _("none"),
    }
    for each in others:
        words = _("{name}, {memory:.1f} GiB").format(name=each.name, memory=each.memory / 2**30)
        more = _("compute capability {version}").format(version=each.capability)
        rows[f"`{each.device}`"] = f"{words}, {more}" if each.capability else words
    built = run(environment.built_for)
    present = {each.device.partition(":")[0] for each in others}
    for name, what in facts.ACCELERATORS.items():
        if name not in present:
            why = _("not here") if name in built else _("not here; this build does not know it")
            rows[f"`{name}`"] = f"{_(what)}: {why}"
    numbers(rows)
    st.caption(
        _(
            "The playground gives each process one thread, so that visitors do not slow each "
            "other down. A program of your own starts with as many as there are cores."
        )
    )
    st.markdown(f"**{_('Which device a program chooses')}**")
    name = control.menu("machine", _("machine"), (choice.HERE, *choice.MACHINES), choice.APPLE)
    st.caption(_(choice.WORDS[name]))
    shown = reveal(_("Show the choices"))
    chosen: choice.Chosen = run(choice.choose_on, heavy=True, machine=name)
    with questions:
        answers = asked.choice_guesses(chosen)
        about = {"machine": name}
        notes = _("On the machine chosen below ({name}), what is the notes' `{line}`?")
        notes = notes.format(name=name, line=choice.THEN)
        today = _("And today's `{line}`, with the CPU where it gives None?").format(line=choice.NOW)
        ask(
            ("notes", notes, options(answers["notes"], asked.TOLD_CHOICE, sort=False), about),
            ("today", today, options(answers["today"], asked.TOLD_CHOICE, sort=False), about),
        )
    rows = {
        _("the notes' line chooses"): f"`{chosen.notes}`",
        _("the line of today chooses"): f"`{chosen.today}`",
        _("current_accelerator() without check_available"): f"`{chosen.unchecked}`",
    }
    numbers(rows, shown)
    program(choice.choose)
