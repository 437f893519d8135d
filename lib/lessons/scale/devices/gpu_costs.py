"""What a GPU costs beside its speed, measured: copies, waiting for it, and its memory.

Everything here needs a CUDA GPU; without one it is refused in a sentence.
"""

from collections.abc import Callable
from time import perf_counter
from typing import Any, NamedTuple

import torch

from lib.core.i18n import mark
from lib.core.rules import Between, OneOf, checked

MEGABYTES = Between(1, 256)
REPEATS = 5


def need_gpu(device: str) -> None:
    """Raise ``ValueError`` unless there is a CUDA GPU."""
    if not torch.cuda.is_available():
        raise ValueError(f"device={device!r} cannot be measured here: PyTorch finds no CUDA GPU")


class Transfer(NamedTuple):
    """Copies of the same bytes, the fastest of a few each, in seconds.

    Attributes:
        megabytes: how much was copied, in units of 2**20 bytes.
        pageable: from ordinary memory to the GPU.
        pinned: from memory that stays in its place, so that the GPU fetches it by itself.
        back: from the GPU to ordinary memory.
        pinning: to pin the memory once.
    """

    megabytes: int
    pageable: float
    pinned: float
    back: float
    pinning: float


@checked(megabytes=MEGABYTES, device=OneOf("cuda"), measurement=Between(0, 1_000_000))
def transfer(megabytes: int = 64, device: str = "cuda", measurement: int = 0) -> Transfer:
    """Copy to the GPU and back, from ordinary memory and from pinned memory.

    Args:
        megabytes: how much to copy.
        device: where to.
        measurement: which measurement it is: every one differs a little.

    Raises:
        ValueError: without a GPU.

    Source: https://docs.pytorch.org/tutorials/intermediate/pinmem_nonblock.html
    """
    need_gpu(device)
    host = torch.ones(megabytes, 2**20, dtype=torch.uint8)  # (megabytes, 2**20)
    start = perf_counter()
    pinned = host.pin_memory()  # (megabytes, 2**20)
    pinning = perf_counter() - start
    there = host.to(device)  # (megabytes, 2**20)
    copies = {"pageable": (host, device), "pinned": (pinned, device), "back": (there, "cpu")}
    best = dict.fromkeys(copies, float("inf"))
    for _ in range(REPEATS):
        for name, (source, target) in copies.items():
            torch.cuda.synchronize()
            start = perf_counter()
            source.to(target, non_blocking=name == "pinned")
            torch.cuda.synchronize()
            best[name] = min(best[name], perf_counter() - start)
    return Transfer(megabytes, best["pageable"], best["pinned"], best["back"], pinning)


class Waited(NamedTuple):
    """One product on the GPU, timed twice, in seconds; the fastest of a few.

    Attributes:
        size: rows and columns of both matrices.
        asked: until ``a @ b`` came back: the GPU had only been asked.
        done: until the GPU was done.
    """

    size: int
    asked: float
    done: float


@checked(size=Between(256, 4096), device=OneOf("cuda"), measurement=Between(0, 1_000_000))
def wait_for_it(size: int = 4096, device: str = "cuda", measurement: int = 0) -> Waited:
    """Time a product on the GPU without waiting for it, and with.

    Args:
        size: rows and columns.
        device: where it is computed.
        measurement: which measurement it is: every one differs a little.

    Raises:
        ValueError: without a GPU.

    Source: https://docs.pytorch.org/docs/stable/notes/cuda.html#asynchronous-execution
    """
    need_gpu(device)
    a = torch.ones(size, size, device=device)  # (size, size)
    asked = done = float("inf")
    for _ in range(REPEATS):
        torch.cuda.synchronize()
        start = perf_counter()
        a @ a  # (size, size)
        asked = min(asked, perf_counter() - start)
        torch.cuda.synchronize()
        done = min(done, perf_counter() - start)
    return Waited(size, asked, done)


class Memory(NamedTuple):
    """Bytes of the GPU's memory: (allocated, reserved) at four moments.

    Allocated is what tensors hold. Reserved is what PyTorch has taken from the GPU for them, and
    keeps for the next ones.
    """

    before: tuple[int, int]
    full: tuple[int, int]
    deleted: tuple[int, int]
    emptied: tuple[int, int]


def used() -> tuple[int, int]:
    """Return how many bytes of the GPU are allocated and reserved right now."""
    return torch.cuda.memory_allocated(), torch.cuda.memory_reserved()


@checked(megabytes=MEGABYTES, device=OneOf("cuda"))
def memory(megabytes: int = 64, device: str = "cuda") -> Memory:
    """Make a tensor on the GPU, delete it, and empty PyTorch's cache.

    Args:
        megabytes: how large the tensor is.
        device: where it lives.

    Raises:
        ValueError: without a GPU.

    Source: https://docs.pytorch.org/docs/stable/notes/cuda.html#memory-management
    """
    need_gpu(device)
    torch.cuda.empty_cache()
    before = used()
    x = torch.ones(megabytes, 2**20, dtype=torch.uint8, device=device)  # (megabytes, 2**20)
    full = used()
    del x
    deleted = used()
    torch.cuda.empty_cache()
    return Memory(before, full, deleted, used())


COSTS: dict[str, Callable[..., Any]] = {
    "copies": transfer,
    "waiting": wait_for_it,
    "memory": memory,
}
WORDS = {
    "copies": mark(
        "A GPU has memory of its own, and what comes from the CPU's has to be copied there first. "
        "From pinned memory, which stays in its place, the GPU fetches it by itself."
    ),
    "waiting": mark(
        "Python asks the GPU for a product and goes on. A clock that does not wait for the GPU "
        "measures only the asking; `torch.cuda.synchronize()` waits. Errors come late, too: the "
        "number of a class that is not there is `device-side assert triggered`, perhaps at some "
        "later line. On the CPU the same program says what is wrong, and where."
    ),
    "memory": mark(
        "PyTorch asks the GPU for memory in large pieces and keeps them. Allocated is what your "
        "tensors hold; reserved is what nobody else can have. nvidia-smi shows more than that: "
        "what CUDA itself takes as well."
    ),
}
