"""The device beside the CPU that the mistakes are made with."""

import torch


def other_device() -> torch.device:
    """Return the accelerator that is here or, to practice on, "meta"."""
    device = torch.accelerator.current_accelerator(check_available=True)
    return device or torch.device("meta")
