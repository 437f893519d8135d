"""A simple model of how long one step takes: compute is shared out, communication is added."""

from math import ceil
from typing import NamedTuple

from lib.core.rules import Between, checked
from lib.lessons.scale.data_parallel.network import BATCH

COMPUTE, COMMUNICATION = Between(20, 500), Between(500, 20_000)  # microseconds
MOST = 8  # devices that are compared
RACE = 4  # devices that are to beat one


class Step(NamedTuple):
    """One step on some devices, in microseconds."""

    devices: int
    compute: int
    communication: int

    @property
    def total(self) -> int:
        """How long it takes."""
        return self.compute + self.communication


def step_time(batch: int, devices: int, compute: int, communication: int) -> Step:
    """Return the time of one step: all wait for the device with the largest chunk.

    Args:
        batch: how many samples there are.
        devices: how many devices share them.
        compute: microseconds that one sample takes.
        communication: microseconds that several devices need to average their gradients.
    """
    return Step(devices, ceil(batch / devices) * compute, communication if devices > 1 else 0)


@checked(batch=BATCH, compute=COMPUTE, communication=COMMUNICATION)
def modeled(batch: int = 30, compute: int = 100, communication: int = 3000) -> tuple[Step, ...]:
    """Return the time of one step on 1 to 8 devices, in the model."""
    return tuple(step_time(batch, n, compute, communication) for n in range(1, MOST + 1))


def beats(batch: int, compute: int, communication: int) -> bool:
    """Return whether four devices are faster than one, in the model."""
    one, four = (step_time(batch, n, compute, communication).total for n in (1, RACE))
    return four < one


def reaches(batch: int, compute: int, communication: int) -> bool:
    """Return whether this is the smallest batch at which four devices beat one."""
    return beats(batch, compute, communication) and not beats(batch - 1, compute, communication)
