"""The loader's worker processes, measured: who loads which sample when, and who waits for whom."""

import multiprocessing
import os
import sys
import time
from typing import NamedTuple

from torch.utils.data import DataLoader, Dataset

from lib.core.rules import Between, OneOf, checked

WORKERS = (0, 1, 2)
MOST = 32  # samples that are measured, so that nobody waits long
LIMIT = 20  # seconds that a batch may take before PyTorch gives up

# On Linux a worker is a copy of this process, made in milliseconds. It may be one only as long as
# nobody computes in other threads here; each process of the playground has a single one.
CONTEXT = "fork" if sys.platform == "linux" else "spawn"


class Load(NamedTuple):
    """One sample being loaded, in milliseconds since the loop began, and by which process."""

    batch: int
    sample: int
    pid: int
    start: float
    end: float


class Span(NamedTuple):
    """A stretch of the main process's time, in milliseconds since the loop began."""

    start: float
    end: float


class Timeline(NamedTuple):
    """One epoch, measured.

    Attributes:
        num_workers: how many worker processes loaded; 0 is the main process itself.
        main: the number of the main process.
        loads: every sample, batch after batch.
        waits: for every batch, how long the loop waited for it.
        steps: for every batch, the step of training after it.
        milliseconds: how long it all took.
        per_second: samples per second.
    """

    num_workers: int
    main: int
    loads: tuple[Load, ...]
    waits: tuple[Span, ...]
    steps: tuple[Span, ...]
    milliseconds: float
    per_second: float


class SlowDataset(Dataset[tuple[int, int, float, float]]):
    """Samples that take a while, such as files on a slow disk. It waits and needs no core."""

    def __init__(self, samples: int, seconds: float) -> None:
        self.samples = samples
        self.seconds = seconds

    def __len__(self) -> int:
        """Return how many samples there are."""
        return self.samples

    def __getitem__(self, place: int) -> tuple[int, int, float, float]:
        """Return which sample it is, which process loaded it, from when to when."""
        start = time.monotonic()  # one clock for all processes
        time.sleep(self.seconds)
        return place, os.getpid(), start, time.monotonic()


RULES = {
    "samples": Between(1, MOST),
    "batch_size": Between(1, 48),
    "load": Between(0, 20),
    "step": Between(0, 20),
    "prefetch_factor": Between(1, 4),
    "measurement": Between(0, 1_000_000),
}


@checked(num_workers=OneOf(*WORKERS), **RULES)
def measure(
    num_workers: int = 2,
    samples: int = 32,
    batch_size: int = 4,
    load: int = 10,
    step: int = 10,
    prefetch_factor: int = 2,
    measurement: int = 0,
) -> Timeline:
    """Run one epoch with real worker processes and note the time of everything.

    Args:
        num_workers: how many processes load.
        samples: how many samples there are.
        batch_size: how many make a batch.
        load: milliseconds one sample takes.
        step: milliseconds one step of training takes.
        prefetch_factor: how many batches each worker is asked for ahead of time.
        measurement: which measurement it is: every one differs a little.

    Source: https://docs.pytorch.org/docs/stable/data.html#multi-process-data-loading
    """
    train_dl = DataLoader(
        SlowDataset(samples, load / 1000),
        batch_size=batch_size,
        num_workers=num_workers,
        prefetch_factor=prefetch_factor if num_workers else None,
        multiprocessing_context=CONTEXT if num_workers else None,
        timeout=LIMIT if num_workers else 0,
    )
    loads: list[Load] = []
    waits: list[Span] = []
    steps: list[Span] = []

    def since(moment: float) -> float:
        return round((moment - begin) * 1000, 3)

    begin = asked = time.monotonic()
    for batch, columns in enumerate(train_dl):  # four tensors: (batch_size,) each
        got = time.monotonic()
        waits.append(Span(since(asked), since(got)))
        for sample, pid, start, end in zip(*(each.tolist() for each in columns), strict=True):
            loads.append(Load(batch, sample, pid, since(start), since(end)))
        time.sleep(step / 1000)  # in the place of a step of training
        asked = time.monotonic()
        steps.append(Span(since(got), since(asked)))

    took = since(asked)
    rate = samples / took * 1000
    return Timeline(num_workers, os.getpid(), (*loads,), (*waits,), (*steps,), took, rate)


class Measured(NamedTuple):
    """The same epoch with 0, 1 and 2 workers, and how many cores the machine has."""

    timelines: tuple[Timeline, ...]
    cores: int


@checked(**RULES)
def measure_all(
    samples: int = 32,
    batch_size: int = 4,
    load: int = 10,
    step: int = 10,
    prefetch_factor: int = 2,
    measurement: int = 0,
) -> Measured:
    """Measure with 0, 1 and 2 workers, one after the other.

    Raises:
        ValueError: where no process can be started.
    """
    if multiprocessing.current_process().daemon:
        raise ValueError("The computer that would measure this may not start processes of its own.")
    timelines = tuple(
        measure(workers, samples, batch_size, load, step, prefetch_factor, measurement)
        for workers in WORKERS
    )
    return Measured(timelines, os.cpu_count() or 1)
