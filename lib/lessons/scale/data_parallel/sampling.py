"""Which samples each process takes, with DistributedSampler and without."""

from math import ceil

import torch
from torch.utils.data import DataLoader, Dataset, DistributedSampler, TensorDataset

from lib.core.rules import Between, OneOf, checked
from lib.lessons.scale.data_parallel.network import BATCH

PROCESSES, SAMPLER = Between(1, 4), OneOf(True, False)


def loader_of(
    dataset: Dataset[tuple[torch.Tensor, ...]], samples: int, rank: int, processes: int, fair: bool
) -> DataLoader[tuple[torch.Tensor, ...]]:
    """Make the loader of one process; ``fair``: the processes share the samples among them."""
    size = ceil(samples / processes)
    if not fair:
        return DataLoader(dataset, batch_size=size)
    sampler = DistributedSampler(dataset, processes, rank, shuffle=False)  # type: ignore[var-annotated]
    return DataLoader(dataset, batch_size=size, sampler=sampler)


@checked(batch=BATCH, processes=PROCESSES, sampler=SAMPLER)
def first_batches(
    batch: int = 30, processes: int = 2, sampler: bool = True
) -> tuple[tuple[int, ...], ...]:
    """Return which samples the first batch of each process holds.

    Args:
        batch: how many samples there are, for all processes together.
        processes: how many there are.
        sampler: whether each has a DistributedSampler.

    Source: https://docs.pytorch.org/docs/stable/data.html
    """
    dataset = TensorDataset(torch.arange(batch))
    loaders = [loader_of(dataset, batch, rank, processes, sampler) for rank in range(processes)]
    return tuple(tuple(next(iter(loader))[0].tolist()) for loader in loaders)
