"""Mistakes around several devices, each with its repair, and what the notes do."""

from copy import deepcopy
from typing import Any, NamedTuple

import torch
from torch import nn
from torch.nn.parallel import DistributedDataParallel
from torch.utils.data import DataLoader, DistributedSampler, TensorDataset

from lib.core.bugs import fixes, replaces
from lib.lessons.scale.data_parallel.processes import run_ranks

# --- the prefix module. ---------------------------------------------------------------------------


def prefix() -> str:
    """Save the wrapped model and load it into a plain one."""
    trained = nn.DataParallel(nn.Linear(5, 2))
    state = trained.state_dict()
    model = nn.Linear(5, 2)
    return str(model.load_state_dict(state))


@fixes(
    prefix,
    "module. when loading",
    "`nn.DataParallel` and `DistributedDataParallel` keep your model as `.module`, and every key "
    "of their state begins with that. Save `model.module.state_dict()`.",
)
def prefix_fixed() -> str:
    """Save the model that is inside the wrapper."""
    trained = nn.DataParallel(nn.Linear(5, 2))
    state = trained.module.state_dict()
    model = nn.Linear(5, 2)
    return str(model.load_state_dict(state))


# --- no DistributedSampler (silent) ---------------------------------------------------------------


class Epoch(NamedTuple):
    """What four processes did in their first step and would do in one epoch."""

    samples_in_step: int
    different_ones: int
    steps_per_epoch: int
    largest_gap_between_gradients: float


def numbered() -> TensorDataset:
    """Make 64 samples, each with its target and its number."""
    torch.manual_seed(0)
    x = torch.randn(64, 5)  # (64, 5)
    return TensorDataset(x, x.amax(dim=1, keepdim=True), torch.arange(64))


def first_step(loaders: list[DataLoader[tuple[torch.Tensor, ...]]]) -> Epoch:
    """Take the first batch of every process, and find its gradient with the same model."""
    model = nn.Linear(5, 1)
    places, gradients = [], []
    for loader in loaders:
        xb, yb, where = next(iter(loader))  # (8, 5), (8, 1), (8,)
        loss = nn.functional.mse_loss(model(xb), yb)  # ()
        gradients.append(torch.autograd.grad(loss, model.weight)[0])  # (1, 5)
        places += where.tolist()
    gap = (gradients[0] - gradients[1]).abs().max().item()
    return Epoch(len(places), len(set(places)), len(loaders[0]), gap)


def no_sampler() -> Epoch:
    """Give each of four processes a plain loader of the whole dataset."""
    dataset, loaders = numbered(), []
    for _rank in range(4):
        loaders.append(DataLoader(dataset, batch_size=8))
    return first_step(loaders)


@fixes(
    no_sampler,
    "no DistributedSampler",
    "No error: every process has the same data in the same order, so all of them find the same "
    "gradient, and its average is worth one process. Each also walks through the whole dataset by "
    "itself. Measured for four processes, without starting them.",
    silent=True,
)
def no_sampler_fixed() -> Epoch:
    """Let a DistributedSampler give each its own quarter."""
    dataset, loaders = numbered(), []
    for rank in range(4):
        sampler = DistributedSampler(dataset, num_replicas=4, rank=rank)
        loaders.append(DataLoader(dataset, batch_size=8, sampler=sampler))
    return first_step(loaders)


# --- fewer samples than devices -------------------------------------------------------------------


def fewer_samples() -> tuple[int, ...]:
    """Give each of four devices a chunk of three samples."""
    x = torch.randn(3, 5)  # (3, 5)
    replicas = [deepcopy(nn.Linear(5, 2)) for _ in range(4)]
    chunks = x.chunk(len(replicas))  # (1, 5) each
    outputs = [replicas[device](chunks[device]) for device in range(4)]
    return tuple(torch.cat(outputs).shape)


@fixes(
    fewer_samples,
    "fewer samples than devices",
    "`chunk(4)` makes up to four chunks, not always four: three samples are three chunks. The "
    "last batch of an epoch may be that small.",
)
def fewer_samples_fixed() -> tuple[int, ...]:
    """Use as many devices as there are chunks, as nn.DataParallel does; the others idle."""
    x = torch.randn(3, 5)  # (3, 5)
    replicas = [deepcopy(nn.Linear(5, 2)) for _ in range(4)]
    chunks = x.chunk(len(replicas))  # (1, 5) each
    outputs = [replica(chunk) for replica, chunk in zip(replicas, chunks)]  # noqa: B905
    return tuple(torch.cat(outputs).shape)  # (3, 2)


# --- one sample on a device -----------------------------------------------------------------------


def one_sample_left() -> tuple[int, ...]:
    """Cut 13 samples for four devices: 4, 4, 4 and a last one alone."""
    x = torch.randn(13, 5)  # (13, 5)
    model = nn.Sequential(nn.Linear(5, 2), nn.BatchNorm1d(2))
    outputs = [deepcopy(model)(chunk) for chunk in x.chunk(4)]
    return tuple(torch.cat(outputs).shape)


@fixes(
    one_sample_left,
    "one sample on a device",
    "To have something to compare, batch norm needs more than one value a channel on every device, "
    "and one row of numbers is one value a channel. (A single image has many: its pixels.)",
)
def one_sample_left_fixed() -> tuple[int, ...]:
    """Take batches that the devices can share evenly, as drop_last=True makes them."""
    x = torch.randn(12, 5)  # (12, 5)
    model = nn.Sequential(nn.Linear(5, 2), nn.BatchNorm1d(2))
    outputs = [deepcopy(model)(chunk) for chunk in x.chunk(4)]  # (3, 2) each
    return tuple(torch.cat(outputs).shape)  # (12, 2)


# --- batch statistics per replica (silent) --------------------------------------------------------


class Compared(NamedTuple):
    """Outputs of four devices beside those of one, and the mean that device 0 subtracts."""

    largest_difference: float
    mean_on_one_device: float
    mean_on_device_0: float


def on_four_devices(norm: nn.Module) -> Compared:
    """Cut a batch for four replicas of a network with this normalization."""
    torch.manual_seed(0)
    x = torch.randn(32, 5)  # (32, 5)
    model = nn.Sequential(nn.Linear(5, 4), norm)
    chunks = x.chunk(4)  # (8, 5) each
    one = deepcopy(model)(x)  # (32, 4)
    four = torch.cat([deepcopy(model)(chunk) for chunk in chunks])  # (32, 4)
    means = [model[0](part)[:, 0].mean().item() for part in (x, chunks[0])]
    return Compared((one - four).abs().max().item(), *means)


def statistics_per_replica() -> Compared:
    """Normalize by the batch, of which each replica has a chunk."""
    return on_four_devices(nn.BatchNorm1d(4))


@fixes(
    statistics_per_replica,
    "batch statistics",
    "No error: each replica takes mean and variance of its own chunk, so the outputs are not "
    "those of one device. `GroupNorm` looks at each sample alone. On GPUs with "
    "`DistributedDataParallel`, `nn.SyncBatchNorm.convert_sync_batchnorm(model)` takes the "
    "statistics over all processes.",
    silent=True,
)
def statistics_per_replica_fixed() -> Compared:
    """Normalize each sample by itself, whatever chunk it is in."""
    return on_four_devices(nn.GroupNorm(1, 4))


# --- then and now ---------------------------------------------------------------------------------


class Ran(NamedTuple):
    """How many GPUs there are, what the model is, and the size of the input in each forward."""

    gpus: int
    model: str
    input_sizes: str
    output_size: str


def as_the_notes() -> Ran:
    """Wrap the model where there are several GPUs; where there are none, wrap it all the same."""
    device = torch.device("cuda:0" if torch.cuda.is_available() else "cpu")
    model = nn.Linear(5, 2)
    seen: list[list[int]] = []
    model.register_forward_hook(lambda layer, inputs, output: seen.append([*inputs[0].shape]))
    if torch.cuda.device_count() > 1:
        print("Let's use", torch.cuda.device_count(), "GPUs!")
        # dim = 0 [30, xxx] -> [10, ...], [10, ...], [10, ...] on 3 GPUs
    # The notes do this only under the if.
    model = nn.DataParallel(model)  # type: ignore[assignment]

    model.to(device)
    output = model(torch.randn(30, 5).to(device))  # (30, 2)
    return Ran(torch.cuda.device_count(), type(model).__name__, str(seen), str([*output.shape]))


@replaces(
    as_the_notes,
    "The notes wrap the model in `nn.DataParallel` if there is more than one GPU.",
    "`nn.DataParallel` is still there. Without a second GPU the condition skips it, and even "
    "wrapped, the model is just called. It is one process with a thread for each GPU, and it "
    "copies the model anew for every batch. Use `DistributedDataParallel`: one process for each "
    "GPU, here two real ones on the CPU.",
    heavy=True,
)
def each_of_two(rank: int = -1, processes: int = 2) -> Any:
    """Be one of two processes, each with a model of its own; called plainly, start both."""
    if rank < 0:
        return run_ranks(each_of_two, processes)
    x = torch.randn(30, 5)[rank::processes]  # (15, 5)
    model = DistributedDataParallel(nn.Linear(5, 2))
    output = model(x)  # (15, 2)
    output.sum().backward()  # averages the gradients of both
    return [[*x.shape], [*output.shape]]
