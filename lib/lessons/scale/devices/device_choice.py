"""Which device a program chooses: as the notes write it and as one writes it today."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import NamedTuple
from unittest.mock import patch

import torch

from lib.core.i18n import mark
from lib.core.rules import OneOf, checked


class Chosen(NamedTuple):
    """What three lines choose.

    Attributes:
        notes: the notes' line, which knows CUDA only.
        today: the line that asks for any accelerator that is there.
        unchecked: ``torch.accelerator.current_accelerator()`` alone, "None" if it names none.
    """

    notes: str
    today: str
    unchecked: str


def as_in_the_notes() -> torch.device:
    """Choose CUDA, or else the CPU."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def as_today() -> torch.device:
    """Choose the accelerator of this machine, whoever made it, or else the CPU."""
    device = torch.accelerator.current_accelerator(check_available=True)
    return device or torch.device("cpu")


def unchecked() -> torch.device | None:
    """Ask which accelerator this build of PyTorch was made for, present or not."""
    return torch.accelerator.current_accelerator()


@checked()
def choose() -> Chosen:
    """Choose a device in three ways, on the machine this runs on.

    Source: https://docs.pytorch.org/docs/stable/accelerator.html
    """
    return Chosen(str(as_in_the_notes()), str(as_today()), str(unchecked()))


# --- on machines that are not here ----------------------------------------------------------------


class Machine(NamedTuple):
    """What PyTorch would find on some machine: what it was built for, and whether that is there."""

    built: str
    there: bool
    words: str


THEN = 'torch.device("cuda" if torch.cuda.is_available() else "cpu")'
NOW = "torch.accelerator.current_accelerator(check_available=True)"
HERE, APPLE = "this machine", "Apple GPU"
REALLY = mark("Really asked here.")
MACHINES = {
    "NVIDIA GPU": Machine("cuda", True, mark("Simulated: PyTorch finds an NVIDIA GPU.")),
    APPLE: Machine("mps", True, mark("Simulated: PyTorch finds an Apple GPU (MPS).")),
    "Intel GPU": Machine("xpu", True, mark("Simulated: PyTorch finds an Intel GPU (XPU).")),
    "CUDA build, no GPU": Machine(
        "cuda",
        False,
        mark("Simulated: the build for NVIDIA's GPUs, as pip installs it on Linux, and no GPU."),
    ),
    "CPU build": Machine("", False, mark("Simulated: a build of PyTorch that knows the CPU only.")),
}


def words_of(machine: str) -> str:
    """Return what a machine is."""
    return REALLY if machine == HERE else MACHINES[machine].words


@contextmanager
def pretending(machine: Machine) -> Iterator[None]:
    """Let PyTorch find, in this process, what it would find on another machine."""
    device = torch.device(machine.built) if machine.built else None
    with ExitStack() as patches:
        patches.enter_context(patch("torch._C._accelerator_getAccelerator", lambda: device))
        for name in ("cuda", "mps", "xpu"):
            is_there = machine.there and name == machine.built
            patches.enter_context(patch(f"torch.{name}.is_available", lambda there=is_there: there))
        yield


@checked(machine=OneOf(HERE, *MACHINES))
def choose_on(machine: str = HERE) -> Chosen:
    """Run the very same lines as ``choose``, here or where PyTorch finds another machine.

    It patches PyTorch in the whole process for a moment: run it in a worker.
    """
    if machine == HERE:
        return choose()
    with pretending(MACHINES[machine]):
        return choose()
