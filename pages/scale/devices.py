"""Devices: what this machine has, where a tensor lives, and how fast it is."""

from lib.lessons.scale.devices import questions as asked
from pages import parts
from pages.parts import _
from pages.parts.scale.devices_machine import Machine
from pages.parts.scale.devices_measured import Gpu, Speed
from pages.parts.scale.devices_trace import Placement
from pages.parts.views import View, open_view


def controls() -> View:
    """Show the controls of one of the four views."""
    return open_view(
        {
            _("Where things live"): Placement.controls,
            _("This machine"): Machine.controls,
            _("Speed"): Speed.controls,
            _("GPU"): Gpu.controls,
        }
    )


def challenge(view: View) -> None:
    """Ask from which size on two threads are faster."""
    measured, answer = (view.first, view.answer) if isinstance(view, Speed) else (None, "?")
    parts.challenge(
        _("From which size on are two threads faster? Measure it, and choose the size within a "
          "factor of two. They count as faster where they need less than nine tenths of one "
          "thread's time, there and at all larger sizes."),
        measured is not None and asked.reaches(measured, answer),
        parts.sentence(asked.progress(measured, answer)),
        _(asked.learned(measured)),
    )  # fmt: skip


parts.lesson(
    "devices",
    controls=controls,
    picture=lambda view: view.picture(),
    questions=lambda view: view.questions(),
    numbers=lambda view: view.numbers(),
    program=lambda view: view.program(),
    challenge=challenge,
)
