"""A step of DistributedDataParallel on real processes: its samples, its averaged gradients."""

from math import ceil
from typing import NamedTuple

import torch
from torch import nn
from torch.nn.parallel import DistributedDataParallel
from torch.utils.data import DataLoader, DistributedSampler, TensorDataset

from lib.core.rules import Between, OneOf, checked
from lib.lessons.scale.data_parallel.lesson import (
    BATCH,
    HIDDEN,
    SEED,
    gradients_of,
    network,
    samples,
)
from lib.lessons.scale.data_parallel.process_group import run_ranks

PROCESSES, SAMPLER = Between(1, 4), OneOf(True, False)
SHOWN = 5  # so many gradients are shown; all are compared


def loader_of(
    dataset: TensorDataset, samples: int, rank: int, processes: int, sampler: bool
) -> DataLoader[tuple[torch.Tensor, ...]]:
    """Make the loader of one process; ``sampler``: whether it takes turns with the others."""
    size = ceil(samples / processes)
    if not sampler:
        return DataLoader(dataset, batch_size=size)
    turns = DistributedSampler(dataset, processes, rank, shuffle=False)  # type: ignore[var-annotated]
    return DataLoader(dataset, batch_size=size, sampler=turns)


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


class Trained(NamedTuple):
    """What the processes found.

    Attributes:
        samples: for each process, which samples it saw.
        losses: for each process, the loss of its own samples.
        before: for each process, the gradients of its own samples, the last few of them.
        after: for each process, the same after DistributedDataParallel averaged them.
        one_process: those of one process with the whole batch.
        difference_before: the largest one between two processes, before they were averaged.
        difference_after: the same afterwards.
        difference: the largest one between the average and one process, over all parameters.
    """

    samples: tuple[tuple[int, ...], ...]
    losses: tuple[float, ...]
    before: tuple[tuple[float, ...], ...]
    after: tuple[tuple[float, ...], ...]
    one_process: tuple[float, ...]
    difference_before: float
    difference_after: float
    difference: float


def one_step(
    rank: int, processes: int, batch: int, hidden: int, sampler: bool, seed: int
) -> tuple[list[int], float, list[float], list[float]]:
    """Do what each process does: load its own samples, go forward, go backward."""
    x, y = samples(batch, seed)  # (batch, 5), (batch, 1)
    dataset = TensorDataset(x, y, torch.arange(batch))
    xb, yb, places = next(iter(loader_of(dataset, batch, rank, processes, sampler)))

    model = DistributedDataParallel(network(hidden, seed))
    criterion = nn.MSELoss()
    with model.no_sync():  # for once, do not average the gradients, to look at them
        criterion(model(xb), yb).backward()
    before = gradients_of(model).tolist()

    model.zero_grad()
    loss = criterion(model(xb), yb)  # ()
    loss.backward()  # averages the gradients of all processes: the all-reduce
    return places.tolist(), loss.item(), before, gradients_of(model).tolist()


@checked(processes=PROCESSES, batch=BATCH, hidden=HIDDEN, sampler=SAMPLER, seed=SEED)
def train_on_processes(
    processes: int = 2, batch: int = 30, hidden: int = 4, sampler: bool = True, seed: int = 0
) -> Trained:
    """Run one step of DistributedDataParallel on processes of this machine, over gloo.

    Args:
        processes: how many there are.
        batch: how many samples there are, for all of them together.
        hidden: the width of the network's hidden layer.
        sampler: whether each has a DistributedSampler.
        seed: where PyTorch's random numbers begin.

    Raises:
        ValueError: where no process can be started.
        TimeoutError: if the processes take too long.

    Source: https://docs.pytorch.org/docs/stable/notes/ddp.html
    """
    ranks = run_ranks(one_step, processes, batch, hidden, sampler, seed)
    places, losses, before, after = zip(*ranks, strict=True)

    x, y = samples(batch, seed)  # (batch, 5), (batch, 1)
    model = network(hidden, seed)
    nn.MSELoss()(model(x), y).backward()
    alone = gradients_of(model)  # (parameters,)

    own, shared = torch.tensor(before), torch.tensor(after)  # (processes, parameters) each
    return Trained(
        samples=tuple(map(tuple, places)),
        losses=losses,
        before=tuple(tuple(each[-SHOWN:]) for each in before),
        after=tuple(tuple(each[-SHOWN:]) for each in after),
        one_process=tuple(alone[-SHOWN:].tolist()),
        difference_before=(own.amax(dim=0) - own.amin(dim=0)).max().item(),
        difference_after=(shared.amax(dim=0) - shared.amin(dim=0)).max().item(),
        difference=(shared - alone).abs().max().item(),
    )
