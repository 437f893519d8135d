"""Timing a GPU without waiting for it; needs a CUDA GPU."""

from time import perf_counter

import torch


def not_synchronized() -> float:
    """Time a product on the GPU, in milliseconds."""
    a = torch.ones(4096, 4096, device="cuda")  # (4096, 4096)
    a @ a  # the first one also loads the library
    torch.cuda.synchronize()
    start = perf_counter()
    a @ a  # (4096, 4096)
    return (perf_counter() - start) * 1000


def not_synchronized_fixed() -> float:
    """Wait until the GPU is done."""
    a = torch.ones(4096, 4096, device="cuda")  # (4096, 4096)
    a @ a  # the first one also loads the library
    torch.cuda.synchronize()
    start = perf_counter()
    a @ a  # (4096, 4096)
    torch.cuda.synchronize()
    return (perf_counter() - start) * 1000
