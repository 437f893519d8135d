"""What is installed here, and what it can compute on."""

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import NamedTuple

import torch

PACKAGES = ("torch", "torchvision", "streamlit", "plotly", "numpy", "opencv-python-headless")

CGROUPS = Path("/sys/fs/cgroup")

# The instruction sets that decide how fast matrices are multiplied, of those PyTorch may report.
INSTRUCTIONS = ("avx2", "fma3", "avx512_f", "avx512_bf16", "avx512_vnni", "amx_bf16", "neon", "sve")


class Cpu(NamedTuple):
    """The processor.

    Attributes:
        name: such as "AMD EPYC", or its kind where PyTorch does not say.
        machine: such as "x86_64".
        cores: how many this process may use.
        threads: on how many PyTorch spreads one operation in this process.
        kernels: the instruction set PyTorch's own loops were chosen for, such as "AVX512".
        instructions: further sets it has, of those named in ``INSTRUCTIONS``.
    """

    name: str
    machine: str
    cores: int
    threads: int
    kernels: str
    instructions: tuple[str, ...]


class Accelerator(NamedTuple):
    """A GPU or the like; what PyTorch does not tell of it is empty or 0."""

    device: str
    name: str
    memory: int
    capability: str


def versions() -> dict[str, str]:
    """Return Python's version and each package's, or "not installed".

    >>> versions()["python"] == platform.python_version()
    True
    """
    found = {"python": platform.python_version()}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "not installed"
    return found


def devices() -> dict[str, str]:
    """Return the devices PyTorch can compute on here, each with its name.

    The CPU is always there; CUDA, MPS (Apple) and XPU (Intel) where PyTorch finds them.
    Source: https://docs.pytorch.org/docs/stable/accelerator.html

    >>> "cpu" in devices()
    True
    """
    found = {"cpu": f"{platform.machine()}, {torch.backends.cpu.get_cpu_capability()}"}
    return found | {each.device: each.name for each in accelerators()}


def accelerators() -> tuple[Accelerator, ...]:
    """Return the devices besides the CPU, each with what PyTorch tells of it.

    >>> all(each.device != "cpu" for each in accelerators())
    True
    """
    found = []
    for number in range(torch.cuda.device_count()):
        made = torch.cuda.get_device_properties(number)
        capability = f"{made.major}.{made.minor}"
        found.append(Accelerator(f"cuda:{number}", made.name, made.total_memory, capability))
    if torch.backends.mps.is_available():
        memory = torch.mps.recommended_max_memory()
        found.append(Accelerator("mps", "Apple GPU", memory, ""))
    for number in range(torch.xpu.device_count() if torch.xpu.is_available() else 0):
        intel = torch.xpu.get_device_properties(number)
        found.append(Accelerator(f"xpu:{number}", intel.name, intel.total_memory, ""))
    return tuple(found)


def cpu() -> Cpu:
    """Return what PyTorch tells of the processor.

    >>> cpu().machine == platform.machine()
    True
    """
    # Not in every version of PyTorch.
    capabilities: dict[str, object] = getattr(torch.cpu, "get_capabilities", dict)()
    return Cpu(
        name=str(capabilities.get("cpu_name") or platform.processor() or platform.machine()),
        machine=platform.machine(),
        cores=cores(),
        threads=torch.get_num_threads(),
        kernels=torch.backends.cpu.get_cpu_capability(),
        instructions=tuple(name for name in INSTRUCTIONS if capabilities.get(name)),
    )


def cores() -> int:
    """Return how many cores this process may use: a container may have fewer than the machine.

    >>> 1 <= cores() <= os.cpu_count()
    True
    """
    count = os.cpu_count() or 1
    if hasattr(os, "sched_getaffinity"):
        count = len(os.sched_getaffinity(0))
    quota = cpu_quota()
    return count if quota is None else max(1, min(count, int(quota)))


def cpu_quota(cgroups: Path = CGROUPS) -> float | None:
    """Return the cores' worth of time that a container's limit grants; None without a limit.

    Inside a container, its own control group is mounted at the root of the file system's tree.
    Version 2 says "50000 100000" (microseconds of computing in each period) or "max 100000";
    version 1 has a file for each, and -1 for no limit.
    Source: https://docs.kernel.org/admin-guide/cgroup-v2.html#cpu-interface-files

    >>> cpu_quota(Path("no/such/folder")) is None
    True

    Args:
        cgroups: where control groups are mounted.
    """
    try:
        if (limit := cgroups / "cpu.max").exists():
            quota, period = limit.read_text().split()
        else:
            quota, period = (
                (cgroups / "cpu" / f"cpu.cfs_{name}_us").read_text() for name in ("quota", "period")
            )
        return int(quota) / int(period) if int(quota) > 0 else None
    except (OSError, ValueError, ZeroDivisionError):  # no cgroups here, or "max"
        return None


def built_for() -> tuple[str, ...]:
    """Return the accelerators this build of PyTorch was made for, whether they are here or not.

    >>> set(built_for()) <= {"cuda", "mps", "xpu"}
    True
    """
    built = {
        "cuda": torch.backends.cuda.is_built(),
        "mps": torch.backends.mps.is_built(),
        "xpu": torch.xpu._is_compiled(),
    }
    return tuple(name for name, is_built in built.items() if is_built)
