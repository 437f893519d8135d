"""How long a step takes on several devices: in a simple model, and measured on processes."""

import os
import time
from math import ceil
from statistics import median
from typing import NamedTuple

import torch
import torch.distributed as dist
from torch import nn
from torch.nn.parallel import DistributedDataParallel

from lib.core.rules import Between, OneOf, checked
from lib.lessons.scale.data_parallel.lesson import BATCH
from lib.lessons.scale.data_parallel.processes import run_ranks

COMPUTE, COMMUNICATION = Between(20, 500), Between(500, 20_000)  # microseconds
MOST_DEVICES = 8  # devices that are compared
RACE = 4  # devices that are to beat one
SAMPLES, WIDTHS = OneOf(64, 256, 1024), OneOf(64, 256, 512)
PROCESSES = Between(1, 4)
STEPS = 7


# --- in a model: compute is divided, communication is added ---------------------------------------


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
        devices: how many devices there are.
        compute: microseconds that one sample takes.
        communication: microseconds that several devices need to average their gradients.
    """
    return Step(devices, ceil(batch / devices) * compute, communication if devices > 1 else 0)


@checked(batch=BATCH, compute=COMPUTE, communication=COMMUNICATION)
def modeled(batch: int = 30, compute: int = 100, communication: int = 3000) -> tuple[Step, ...]:
    """Return the time of one step on 1 to 8 devices, in the model."""
    return tuple(step_time(batch, n, compute, communication) for n in range(1, MOST_DEVICES + 1))


def beats(batch: int, compute: int, communication: int) -> bool:
    """Return whether four devices are faster than one, in the model."""
    one, four = (step_time(batch, n, compute, communication).total for n in (1, RACE))
    return four < one


def reaches(batch: int, compute: int, communication: int) -> bool:
    """Return whether this is the smallest batch at which four devices beat one."""
    return beats(batch, compute, communication) and not beats(batch - 1, compute, communication)


def smallest(compute: int, communication: int) -> int | None:
    """Return the smallest batch at which four devices beat one; None if none of the slider's is."""
    sizes = range(int(BATCH.low), int(BATCH.high) + 1)
    return next((batch for batch in sizes if reaches(batch, compute, communication)), None)


# --- measured -------------------------------------------------------------------------------------


class Timed(NamedTuple):
    """One step on some processes, in milliseconds.

    Attributes:
        processes: how many there are.
        step: forward pass, backward pass and communication.
        communication: the all-reduce of as many numbers as there are gradients, alone.
    """

    processes: int
    step: float
    communication: float


class Measured(NamedTuple):
    """The same batch on 1 to 4 processes, how many cores there are, and how many gradients."""

    timed: tuple[Timed, ...]
    cores: int
    gradients: int


def wide(width: int) -> nn.Sequential:
    """Make a network whose size is mostly width times width."""
    return nn.Sequential(nn.Linear(256, width), nn.ReLU(), nn.Linear(width, width))


def time_steps(rank: int, processes: int, samples: int, width: int) -> tuple[float, float]:
    """Do what each process does: take some steps on its part of the batch, and look at the clock.

    Returns:
        The milliseconds of a step and of an all-reduce alone.
    """
    torch.manual_seed(rank)
    x = torch.randn(len(range(rank, samples, processes)), 256)  # (samples / processes, 256)
    model = DistributedDataParallel(wide(width)) if processes > 1 else wide(width)
    numbers = torch.zeros(sum(each.numel() for each in model.parameters()))  # (gradients,)

    def step() -> None:
        model.zero_grad()
        model(x).square().mean().backward()

    def all_reduce() -> None:
        dist.all_reduce(numbers)

    spans: list[list[float]] = [[], []]
    for spent, do in zip(spans, (step, all_reduce), strict=True):
        for _ in range(1 + STEPS):
            dist.barrier()  # all begin together
            begin = time.perf_counter()
            do()
            spent.append((time.perf_counter() - begin) * 1000)
    return median(spans[0][1:]), median(spans[1][1:])  # the first one warms up


@checked(processes=PROCESSES, samples=SAMPLES, width=WIDTHS, measurement=Between(0, 1_000_000))
def measure_speed(
    processes: int = 4, samples: int = 1024, width: int = 256, measurement: int = 0
) -> Measured:
    """Measure one step on 1 process of this machine, then on 2, and so on.

    Args:
        processes: up to how many.
        samples: the batch, for all processes together.
        width: how wide the network is.
        measurement: which measurement it is: every one differs a little.

    Raises:
        ValueError: where no process can be started.
        TimeoutError: if the processes take too long.

    Source: https://docs.pytorch.org/docs/stable/notes/ddp.html
    """
    timed = []
    for count in range(1, processes + 1):
        ranks = run_ranks(time_steps, count, samples, width)
        # A step is over when the slowest is.
        step, communication = (max(each) for each in zip(*ranks, strict=True))
        timed.append(Timed(count, step, communication if count > 1 else 0.0))
    gradients = sum(each.numel() for each in wide(width).parameters())
    return Measured(tuple(timed), os.cpu_count() or 1, gradients)


def expected(result: Measured) -> tuple[float, ...]:
    """Return what the model expects: the time of one process divided, the all-reduce added."""
    alone = result.timed[0].step
    return tuple(alone / each.processes + each.communication for each in result.timed)
