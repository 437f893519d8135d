"""What is installed here, and what it can compute on."""

import platform
from importlib.metadata import PackageNotFoundError, version

import torch

PACKAGES = ("torch", "torchvision", "streamlit", "plotly", "numpy", "opencv-python-headless")


def versions() -> dict[str, str]:
    """Return Python's version and each package's, or "not installed"."""
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
    """
    found = {"cpu": f"{platform.machine()}, {torch.backends.cpu.get_cpu_capability()}"}
    for number in range(torch.cuda.device_count()):
        found[f"cuda:{number}"] = torch.cuda.get_device_name(number)
    if torch.backends.mps.is_available():
        found["mps"] = "Apple GPU"
    if torch.xpu.is_available():
        found["xpu"] = torch.xpu.get_device_name()
    return found
