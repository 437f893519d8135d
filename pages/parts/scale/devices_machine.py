"""What this machine has, and which device a program chooses, here and elsewhere."""

from dataclasses import dataclass
from typing import Self

import streamlit as st

from lib.lessons.scale.devices import device_choice
from lib.lessons.scale.devices import questions as asked
from lib.lessons.scale.devices.lesson import ACCELERATORS
from lib.runtime import environment
from pages import parts
from pages.parts import _, control
from pages.parts.views import View


@dataclass(frozen=True)
class Machine(View):
    """A machine, here or simulated, and the devices that lines of a program choose on it."""

    name: str
    chosen: device_choice.Chosen
    revealed: bool

    @classmethod
    def controls(cls) -> Self:
        """Show the controls."""
        st.markdown(f"**{_('Which device a program chooses')}**")
        machines = (device_choice.HERE, *device_choice.MACHINES)
        name = control.menu("machine", _("machine"), machines, device_choice.APPLE)
        st.caption(_(device_choice.words_of(name)))
        revealed = parts.reveal(_("Show the choices"))
        chosen = parts.run(device_choice.choose_on, heavy=True, machine=name)
        return cls(name, chosen, revealed)

    def picture(self) -> None:
        """Show what PyTorch finds here."""
        cpu, others = parts.run(environment.cpu), parts.run(environment.accelerators)
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

    def questions(self) -> None:
        """Ask what the notes' line and today's choose."""
        answers = asked.choice_answers(self.chosen)
        texts = {
            "notes": _("On the machine chosen below ({name}), what is the notes' `{line}`?",
                       name=self.name, line=device_choice.THEN),
            "today": _("And today's `{line}`, with the CPU where it gives None?",
                       line=device_choice.NOW),
        }  # fmt: skip
        parts.ask(
            *(
                (
                    which,
                    text,
                    parts.options(answers[which], asked.FEEDBACK_CHOICE, sort=False),
                    {"machine": self.name},
                )
                for which, text in texts.items()
            )
        )

    def numbers(self) -> None:
        """Show what the lines choose."""
        parts.numbers(
            {
                _("the notes' line chooses"): f"`{self.chosen.notes}`",
                _("the line of today chooses"): f"`{self.chosen.today}`",
                _("current_accelerator() without check_available"): f"`{self.chosen.unchecked}`",
            },
            self.revealed,
        )

    def program(self) -> None:
        """Show the program that chose."""
        parts.program(device_choice.choose)
