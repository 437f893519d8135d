"""How fast matrices are multiplied here, measured: by size, dtype, threads and device."""

from itertools import pairwise
from time import monotonic
from timeit import default_timer
from typing import NamedTuple

import torch
from torch.utils.benchmark import Timer

from lib.core.rules import Between, OneOf, checked
from lib.runtime.environment import accelerators, cores

SIZES = (16, 32, 64, 128, 256, 512, 1024)
DTYPES = ("float32", "float64", "bfloat16", "int64")
THREADS = (1, 2)
ENOUGH = 0.25  # seconds that one product may take; larger ones are not measured
ROUNDS = 2  # somebody else's work disturbs for a moment, so everything is measured again later
LATE = 2.0  # seconds after which no second round is begun
GAIN = 0.9  # two threads are faster where they need less than this part of the time


class Timed(NamedTuple):
    """One product of two size × size matrices, measured.

    Attributes:
        device: where it was computed.
        threads: on how many threads.
        size: rows and columns of both matrices.
        median: seconds a product takes, in the middle of all blocks that were measured.
        best: seconds in the fastest block, with the least done by others meanwhile.
        blocks: how many blocks were measured, each of one or more products.
    """

    device: str
    threads: int
    size: int
    median: float
    best: float
    blocks: int

    @property
    def per_second(self) -> float:
        """Floating-point operations a second: size³ products and about as many sums."""
        return 2 * self.size**3 / self.best


class Measured(NamedTuple):
    """Every size on every device.

    Attributes:
        dtype: what the matrices hold.
        timed: the measurements, device by device, threads by threads, by size.
        refused: the devices that cannot multiply this dtype, with PyTorch's words.
        cores: how many cores the process may use.
    """

    dtype: str
    timed: tuple[Timed, ...]
    refused: tuple[tuple[str, str], ...]
    cores: int


@checked(
    size=OneOf(*SIZES),
    dtype=OneOf(*DTYPES),
    threads=OneOf(*THREADS),
    seconds=Between(0.0, 1.0),
)
def multiply(
    size: int = 256,
    dtype: str = "float32",
    threads: int = 1,
    device: str = "cpu",
    seconds: float = 0.05,
) -> Timed:
    """Measure one product of two square matrices.

    Timer sets the number of threads, warms up, waits for a GPU to be done, and repeats.

    Args:
        size: rows and columns.
        dtype: what the matrices hold.
        threads: on how many threads of the CPU.
        device: where they are multiplied.
        seconds: how long to repeat it.

    Source: https://docs.pytorch.org/docs/stable/benchmark_utils.html
    """
    a = torch.ones(size, size, dtype=getattr(torch, dtype), device=device)  # (size, size)
    b = torch.ones(size, size, dtype=getattr(torch, dtype), device=device)  # (size, size)
    # Timer's own clock waits for the GPU. On the CPU there is nothing to wait for.
    clock = {"timer": default_timer} if device == "cpu" else {}
    timer = Timer("a @ b", globals={"a": a, "b": b}, num_threads=threads, **clock)  # type: ignore[arg-type]
    made = timer.blocked_autorange(min_run_time=seconds)  # a @ b: (size, size)
    return Timed(device, threads, size, made.median, min(made.times), len(made.times))


@checked(
    dtype=OneOf(*DTYPES),
    largest=OneOf(*SIZES),
    seconds=Between(0.0, 1.0),
    measurement=Between(0, 1_000_000),
)
def measure(
    dtype: str = "float32", largest: int = 1024, seconds: float = 0.03, measurement: int = 0
) -> Measured:
    """Measure every size up to ``largest``: the CPU with 1 and 2 threads, and every GPU.

    A size that would take too long for one product is left out, and so are all larger ones.

    Args:
        dtype: what the matrices hold.
        largest: the last size.
        seconds: how long each one is repeated.
        measurement: which measurement it is: every one differs a little.
    """
    here, start = cores(), monotonic()
    lanes = [("cpu", threads) for threads in THREADS if threads <= here]
    lanes += [(each.device, 1) for each in accelerators()]
    done: dict[tuple[str, int, int], Timed] = {}
    refused: dict[str, str] = {}
    for around in range(ROUNDS):
        for size in SIZES[: SIZES.index(largest) + 1]:
            for device, threads in lanes:  # in turn, so that all see the same machine
                half = done.get((device, 1, size // 2))  # a product of twice the size takes 8 times
                too_long = size > SIZES[0] and (half is None or half.best * 8 > ENOUGH)
                late = around > 0 and monotonic() - start > LATE
                if device in refused or too_long or late:
                    continue
                try:
                    made = multiply(size, dtype, threads, device, seconds)
                except (RuntimeError, TypeError) as error:  # such as whole numbers on a GPU
                    refused[device] = f"{type(error).__name__}: {error}"
                    continue
                name = (device, threads, size)
                done[name] = better(done[name], made) if name in done else made
    every = sorted(done.values(), key=lambda x: lanes.index((x.device, x.threads)))
    return Measured(dtype, tuple(every), tuple(refused.items()), here)


def better(one: Timed, other: Timed) -> Timed:
    """Return the faster of two measurements of the same, with the blocks of both."""
    return min(one, other, key=lambda x: x.best)._replace(blocks=one.blocks + other.blocks)


def of_device(measured: Measured, device: str, threads: int) -> tuple[Timed, ...]:
    """Return the measurements of one device with so many threads, by size."""
    return tuple(x for x in measured.timed if (x.device, x.threads) == (device, threads))


def faster_from(measured: Measured) -> int | None:
    """Return the size from which on two threads of the CPU are faster throughout; None for never.

    Faster means: they need less than nine tenths of the time that one thread needs.
    """
    one, two = (
        {x.size: x.best for x in of_device(measured, "cpu", threads)} for threads in THREADS
    )
    sizes = sorted(one.keys() & two.keys())
    faster = [two[size] < GAIN * one[size] for size in sizes]
    start = len(sizes)
    while start and faster[start - 1]:
        start -= 1
    return sizes[start] if start < len(sizes) else None


def doublings(timed: tuple[Timed, ...]) -> tuple[float, ...]:
    """Return by how much the time grew each time the size doubled."""
    return tuple(b.best / a.best for a, b in pairwise(timed))
