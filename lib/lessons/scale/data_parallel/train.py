"""One step of DistributedDataParallel on real processes, beside the same step in one process."""

from typing import NamedTuple

import torch
from torch import nn
from torch.nn.parallel import DistributedDataParallel
from torch.utils.data import TensorDataset

from lib.core.rules import checked
from lib.lessons.scale.data_parallel.network import BATCH, HIDDEN, SEED, network, samples
from lib.lessons.scale.data_parallel.ranks import run_ranks
from lib.lessons.scale.data_parallel.sampling import PROCESSES, SAMPLER, loader_of

SHOWN = 5  # so many gradients are shown; all are compared


class Trained(NamedTuple):
    """What the processes found.

    Attributes:
        samples: for each process, which samples it saw.
        losses: for each process, the loss of its own samples.
        before: for each process, the gradients of its own samples, the last few of them.
        after: for each process, the same after DistributedDataParallel averaged them.
        one_process: those of one process with the whole batch.
        apart: the largest difference between two processes, before they were averaged.
        agree: the same afterwards.
        difference: the largest one between the average and one process, over all parameters.
    """

    samples: tuple[tuple[int, ...], ...]
    losses: tuple[float, ...]
    before: tuple[tuple[float, ...], ...]
    after: tuple[tuple[float, ...], ...]
    one_process: tuple[float, ...]
    apart: float
    agree: float
    difference: float


def gradients_in(model: nn.Module) -> list[float]:
    """Return the gradients of all parameters in one list."""
    found = [each.grad.flatten() for each in model.parameters() if each.grad is not None]
    return [float(number) for number in torch.cat(found)]


def one_step(
    rank: int, processes: int, batch: int, hidden: int, sampler: bool, seed: int
) -> tuple[list[int], float, list[float], list[float]]:
    """Do what each process does: load its own samples, go forward, go backward."""
    x, y = samples(batch, seed)  # (batch, 5), (batch, 1)
    dataset = TensorDataset(x, y, torch.arange(batch))
    xb, yb, places = next(iter(loader_of(dataset, batch, rank, processes, sampler)))

    model = DistributedDataParallel(network(hidden, seed))
    criterion = nn.MSELoss()
    with model.no_sync():  # for once, keep the gradients apart, to look at them
        criterion(model(xb), yb).backward()
    before = gradients_in(model)

    model.zero_grad()
    loss = criterion(model(xb), yb)  # ()
    loss.backward()  # averages the gradients of all processes: the all-reduce
    return places.tolist(), loss.item(), before, gradients_in(model)


@checked(processes=PROCESSES, batch=BATCH, hidden=HIDDEN, sampler=SAMPLER, seed=SEED)
def train_on_processes(
    processes: int = 2, batch: int = 30, hidden: int = 4, sampler: bool = True, seed: int = 0
) -> Trained:
    """Run one step of DistributedDataParallel on processes of this machine, over gloo.

    Args:
        processes: how many there are.
        batch: how many samples there are, for all of them together.
        hidden: the width of the network's hidden layer.
        sampler: whether a DistributedSampler shares the samples out.
        seed: where PyTorch's random numbers begin.

    Raises:
        ValueError: for a setting that is not allowed, or where no process can be started.
        TimeoutError: if the processes take too long.

    Source: https://docs.pytorch.org/docs/stable/notes/ddp.html
    """
    ranks = run_ranks(one_step, processes, batch, hidden, sampler, seed)
    places, losses, before, after = zip(*ranks, strict=True)

    x, y = samples(batch, seed)  # (batch, 5), (batch, 1)
    model = network(hidden, seed)
    nn.MSELoss()(model(x), y).backward()
    alone = torch.tensor(gradients_in(model))  # (parameters,)

    own, shared = torch.tensor(before), torch.tensor(after)  # (processes, parameters) each
    return Trained(
        samples=tuple(map(tuple, places)),
        losses=losses,
        before=tuple(tuple(each[-SHOWN:]) for each in before),
        after=tuple(tuple(each[-SHOWN:]) for each in after),
        one_process=tuple(alone[-SHOWN:].tolist()),
        apart=(own.amax(dim=0) - own.amin(dim=0)).max().item(),
        agree=(shared.amax(dim=0) - shared.amin(dim=0)).max().item(),
        difference=(shared - alone).abs().max().item(),
    )
