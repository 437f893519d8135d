"""Mistakes around several devices that raise no error: the numbers are wrong."""

from copy import deepcopy
from typing import NamedTuple

import torch
from torch import nn
from torch.utils.data import DataLoader, DistributedSampler, TensorDataset

from lib.core.bugs import fixes

# --- no DistributedSampler (silent) ---------------------------------------------------------------


class Shared(NamedTuple):
    """What four processes did in their first step and would do in one epoch."""

    samples_in_step: int
    different_ones: int
    steps_per_epoch: int
    largest_gap_between_gradients: float


def no_sampler() -> Shared:
    """Give each of four processes a plain loader of the whole dataset."""
    torch.manual_seed(0)
    x = torch.randn(64, 5)  # (64, 5)
    dataset = TensorDataset(x, x.amax(dim=1, keepdim=True), torch.arange(64))
    model = nn.Linear(5, 1)
    places, gradients = [], []
    for _rank in range(4):
        loader = DataLoader(dataset, batch_size=8)
        xb, yb, where = next(iter(loader))  # (8, 5), (8, 1), (8,)
        loss = nn.functional.mse_loss(model(xb), yb)  # ()
        gradients.append(torch.autograd.grad(loss, model.weight)[0])  # (1, 5)
        places += where.tolist()
    gap = (gradients[0] - gradients[1]).abs().max().item()
    return Shared(len(places), len(set(places)), len(loader), gap)


@fixes(
    no_sampler,
    "no DistributedSampler (silent)",
    "No error: every process has the same data in the same order, so all of them find the same "
    "gradient, and its average is worth one process. Each also walks through the whole dataset by "
    "itself. Measured for four processes, without starting them.",
)
def no_sampler_fixed() -> Shared:
    """Let a DistributedSampler give each its own quarter."""
    torch.manual_seed(0)
    x = torch.randn(64, 5)  # (64, 5)
    dataset = TensorDataset(x, x.amax(dim=1, keepdim=True), torch.arange(64))
    model = nn.Linear(5, 1)
    places, gradients = [], []
    for rank in range(4):
        sampler = DistributedSampler(dataset, num_replicas=4, rank=rank)  # type: ignore[var-annotated]
        loader = DataLoader(dataset, batch_size=8, sampler=sampler)
        xb, yb, where = next(iter(loader))  # (8, 5), (8, 1), (8,)
        loss = nn.functional.mse_loss(model(xb), yb)  # ()
        gradients.append(torch.autograd.grad(loss, model.weight)[0])  # (1, 5)
        places += where.tolist()
    gap = (gradients[0] - gradients[1]).abs().max().item()
    return Shared(len(places), len(set(places)), len(loader), gap)


# --- batch statistics per replica (silent) --------------------------------------------------------


class Compared(NamedTuple):
    """Outputs of four devices beside those of one, and the mean that device 0 takes off."""

    largest_difference: float
    mean_on_one_device: float
    mean_on_device_0: float


def statistics_per_replica() -> Compared:
    """Cut a batch for four replicas of a network with batch norm."""
    torch.manual_seed(0)
    x = torch.randn(32, 5)  # (32, 5)
    model = nn.Sequential(nn.Linear(5, 4), nn.BatchNorm1d(4))
    chunks = x.chunk(4)  # (8, 5) each
    one = deepcopy(model)(x)  # (32, 4)
    four = torch.cat([deepcopy(model)(chunk) for chunk in chunks])  # (32, 4)
    means = [model[0](part)[:, 0].mean().item() for part in (x, chunks[0])]
    return Compared((one - four).abs().max().item(), *means)


@fixes(
    statistics_per_replica,
    "batch statistics (silent)",
    "No error: each replica takes mean and spread of its own chunk, so the outputs are not those "
    "of one device. `GroupNorm` looks at each sample alone. On GPUs with "
    "`DistributedDataParallel`, `nn.SyncBatchNorm.convert_sync_batchnorm(model)` takes the "
    "statistics over all processes.",
)
def statistics_per_replica_fixed() -> Compared:
    """Normalize each sample by itself, whatever chunk it is in."""
    torch.manual_seed(0)
    x = torch.randn(32, 5)  # (32, 5)
    model = nn.Sequential(nn.Linear(5, 4), nn.GroupNorm(1, 4))
    chunks = x.chunk(4)  # (8, 5) each
    one = deepcopy(model)(x)  # (32, 4)
    four = torch.cat([deepcopy(model)(chunk) for chunk in chunks])  # (32, 4)
    means = [model[0](part)[:, 0].mean().item() for part in (x, chunks[0])]
    return Compared((one - four).abs().max().item(), *means)
