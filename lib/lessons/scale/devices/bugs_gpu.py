"""Timing a GPU without waiting for it; needs a CUDA GPU."""

from time import perf_counter

import torch

from lib.core.bugs import fixes


def not_synchronized() -> float:
    """Time a product on the GPU, in milliseconds."""
    a = torch.ones(4096, 4096, device="cuda")  # (4096, 4096)
    a @ a  # the first one also loads the library
    torch.cuda.synchronize()
    start = perf_counter()
    a @ a  # (4096, 4096)
    return (perf_counter() - start) * 1000


@fixes(
    not_synchronized,
    "not synchronized (silent)",
    "No error. Python asks the GPU and goes on, so the first clock stops before the work is done. "
    "`torch.cuda.synchronize()` waits, and `torch.utils.benchmark` does it for you. Measured "
    "here, in milliseconds.",
    heavy=True,
    only_if=torch.cuda.is_available,
)
def not_synchronized_fixed() -> float:
    """Wait until the GPU is done."""
    a = torch.ones(4096, 4096, device="cuda")  # (4096, 4096)
    a @ a  # the first one also loads the library
    torch.cuda.synchronize()
    start = perf_counter()
    a @ a  # (4096, 4096)
    torch.cuda.synchronize()
    return (perf_counter() - start) * 1000
