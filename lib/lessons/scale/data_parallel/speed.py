"""How long one step takes on 1 to 4 processes, measured."""

import os
import time
from statistics import median
from typing import NamedTuple

import torch
import torch.distributed as dist
from torch import nn
from torch.nn.parallel import DistributedDataParallel

from lib.core.rules import Between, OneOf, checked
from lib.lessons.scale.data_parallel.ranks import run_ranks

SAMPLES, WIDTHS = OneOf(64, 256, 1024), OneOf(64, 256, 512)
MOST = Between(1, 4)
STEPS = 7


class Timed(NamedTuple):
    """One step on some processes, in milliseconds.

    Attributes:
        processes: how many there are.
        step: forward, backward and what the processes tell each other.
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
    """Do what each process does: take some steps on its share of the batch, and look at the clock.

    Returns:
        The milliseconds of a step and of an all-reduce alone.
    """
    torch.manual_seed(rank)
    x = torch.randn(len(range(rank, samples, processes)), 256)  # (share, 256)
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


@checked(processes=MOST, samples=SAMPLES, width=WIDTHS, measurement=Between(0, 1_000_000))
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
        ValueError: for a setting that is not allowed, or where no process can be started.
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


def model_of(result: Measured) -> tuple[float, ...]:
    """Return what the model says: the time of one process shared out, and the all-reduce added."""
    alone = result.timed[0].step
    return tuple(alone / each.processes + each.communication for each in result.timed)
