"""Processes that train together: started and ended here, a step of DDP on them, torchrun."""

import json
import os
import socket
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import timedelta
from math import ceil
from multiprocessing import current_process
from pathlib import Path
from typing import Any, NamedTuple

import torch
import torch.distributed as dist
from torch import nn
from torch.distributed import TCPStore  # type: ignore[attr-defined]
from torch.multiprocessing.spawn import ProcessException, start_processes
from torch.nn.parallel import DistributedDataParallel
from torch.utils.data import DataLoader, DistributedSampler, TensorDataset

from lib.core.rules import Between, OneOf, checked
from lib.export.source import NOTE
from lib.lessons.scale.data_parallel.lesson import (
    BATCH,
    HIDDEN,
    SEED,
    gradients_of,
    network,
    samples,
)

LIMIT = 20  # seconds that the processes have
LOOPBACK = {"linux": "lo", "darwin": "lo0"}  # the network inside this machine
PROCESSES, SAMPLER = Between(1, 4), OneOf(True, False)
SHOWN = 5  # so many gradients are shown; all are compared


def start_method() -> str:
    """Return how a process is made: on Linux as a copy of this one, in milliseconds."""
    # A process that has used a GPU cannot be copied.
    return "fork" if sys.platform == "linux" and not torch.cuda.is_available() else "spawn"


def run_ranks(work: Callable[..., Any], processes: int, *settings: Any) -> list[Any]:
    """Call ``work(rank, processes, *settings)`` in every process and return what each returned.

    Args:
        work: a function at the top of a module, whose result can be written as JSON.
        processes: how many there are.
        settings: what else it is given.

    Raises:
        TimeoutError: if they take too long.
        RuntimeError: if one of them fails.
        ValueError: where no process may be started.
    """
    if current_process().daemon:
        raise ValueError("The computer that would run this may not start processes of its own.")
    # What DistributedDataParallel needs is imported by the first optimizer: once, not in each copy.
    torch.optim.SGD([torch.zeros(1)], lr=0.1)
    method = start_method()
    limit = LIMIT if method == "fork" else 3 * LIMIT  # each of them then imports torch anew
    end = time.monotonic() + limit
    # The processes find each other here. Only this machine can reach it; it goes away with us.
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    store = TCPStore(
        "127.0.0.1",
        port,
        is_master=True,
        wait_for_workers=False,
        master_listen_fd=listener.detach(),
    )
    started = start_processes(
        be_rank, (processes, port, work, settings), processes, join=False, start_method=method
    )
    try:
        while not started.join(timeout=0.5):
            if time.monotonic() > end:
                raise TimeoutError(f"The processes were not done after {limit} seconds.")
    except ProcessException as error:
        raise RuntimeError("One of the processes failed.") from error
    finally:
        for process in started.processes:
            process.kill()
            process.join()
    return [json.loads(store.get(f"result {rank}")) for rank in range(processes)]


def be_rank(
    rank: int, processes: int, port: int, work: Callable[..., Any], settings: tuple[Any, ...]
) -> None:
    """Be one of the processes: join the group, work, leave the result in the store."""
    torch.set_num_threads(1)
    if sys.platform in LOOPBACK:
        os.environ["GLOO_SOCKET_IFNAME"] = LOOPBACK[sys.platform]
    store = TCPStore("127.0.0.1", port, is_master=False)
    patience = timedelta(seconds=LIMIT)
    dist.init_process_group("gloo", store=store, rank=rank, world_size=processes, timeout=patience)
    result = work(rank, processes, *settings)
    store.set(f"result {rank}", json.dumps(result))
    dist.destroy_process_group()


# --- a step of DistributedDataParallel: its samples, its averaged gradients -----------------------


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


class Shared(NamedTuple):
    """How the samples of a batch were shared out.

    Attributes:
        missed: how many of them no process saw.
        again: how often one was seen that had been seen already, in all.
        evenly: whether each was seen, and all of them equally often.
    """

    missed: int
    again: int
    evenly: bool


def shared_out(taken: Sequence[Sequence[int]], batch: int) -> Shared:
    """Return how a batch was shared out, from the samples that each process took."""
    counts = Counter(place for places in taken for place in places)
    missed = batch - len(counts)
    return Shared(missed, counts.total() - len(counts), not missed and len({*counts.values()}) == 1)


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


# --- torchrun -------------------------------------------------------------------------------------

NAME = "train.py"


def script() -> str:
    """Return the script's text, without what stands in it for the type checker."""
    text = Path(__file__).with_name("torchrun.py").read_text("utf-8")
    return "\n".join(NOTE.sub("", line) for line in text.split("\n"))


def on_one_machine(processes: int) -> str:
    """Return the command that starts it on one machine."""
    return f"torchrun --standalone --nproc_per_node={processes} {NAME}"


def on_several_machines(machines: int, processes: int) -> str:
    """Return the command that starts it on several; each of them runs the same one."""
    return (
        f"torchrun --nnodes={machines} --nproc_per_node={processes} \\\n"
        "  --rdzv_backend=c10d --rdzv_id=lesson --rdzv_endpoint=first-machine:29500 \\\n"
        f"  {NAME}"
    )
