"""Mistakes around several devices, each with its repair, all of them real."""

from copy import deepcopy

import torch
from torch import nn

from lib.core.bugs import Bug, Then
from lib.core.i18n import mark
from lib.lessons.scale.data_parallel.bugs_silent import (
    no_sampler,
    no_sampler_fixed,
    statistics_per_replica,
    statistics_per_replica_fixed,
)
from lib.lessons.scale.data_parallel.bugs_then import as_the_notes, each_of_two

# --- the prefix module. ---------------------------------------------------------------------------


def prefix() -> str:
    """Save the wrapped model and load it into a plain one."""
    trained = nn.DataParallel(nn.Linear(5, 2))
    state = trained.state_dict()
    model = nn.Linear(5, 2)
    return str(model.load_state_dict(state))


def prefix_fixed() -> str:
    """Save the model that is inside the wrapper."""
    trained = nn.DataParallel(nn.Linear(5, 2))
    state = trained.module.state_dict()
    model = nn.Linear(5, 2)
    return str(model.load_state_dict(state))


# --- fewer samples than devices -------------------------------------------------------------------


def fewer_samples() -> tuple[int, ...]:
    """Give each of four devices a chunk of three samples."""
    x = torch.randn(3, 5)  # (3, 5)
    replicas = [deepcopy(nn.Linear(5, 2)) for _ in range(4)]
    chunks = x.chunk(len(replicas))  # (1, 5) each
    outputs = [replicas[device](chunks[device]) for device in range(4)]
    return tuple(torch.cat(outputs).shape)


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


def one_sample_left_fixed() -> tuple[int, ...]:
    """Take batches that the devices can share evenly, as drop_last=True makes them."""
    x = torch.randn(12, 5)  # (12, 5)
    model = nn.Sequential(nn.Linear(5, 2), nn.BatchNorm1d(2))
    outputs = [deepcopy(model)(chunk) for chunk in x.chunk(4)]  # (3, 2) each
    return tuple(torch.cat(outputs).shape)  # (12, 2)


# --- what the page shows --------------------------------------------------------------------------

BUGS = (
    Bug(
        mark("module. when loading"),
        prefix,
        prefix_fixed,
        mark(
            "`nn.DataParallel` and `DistributedDataParallel` keep your model as `.module`, and "
            "every key of their state begins with that. Save `model.module.state_dict()`."
        ),
    ),
    Bug(
        mark("no DistributedSampler (silent)"),
        no_sampler,
        no_sampler_fixed,
        mark(
            "No error: every process has the same data in the same order, so all of them find "
            "the same gradient, and its average is worth one process. Each also walks through "
            "the whole dataset by itself. Measured for four processes, without starting them."
        ),
    ),
    Bug(
        mark("fewer samples than devices"),
        fewer_samples,
        fewer_samples_fixed,
        mark(
            "`chunk(4)` makes up to four chunks, not always four: three samples are three "
            "chunks. The last batch of an epoch may be that small."
        ),
    ),
    Bug(
        mark("one sample on a device"),
        one_sample_left,
        one_sample_left_fixed,
        mark("Batch norm needs two samples or more on every device, to have something to compare."),
    ),
    Bug(
        mark("batch statistics (silent)"),
        statistics_per_replica,
        statistics_per_replica_fixed,
        mark(
            "No error: each replica takes mean and spread of its own chunk, so the outputs are "
            "not those of one device. `GroupNorm` looks at each sample alone. On GPUs with "
            "`DistributedDataParallel`, `nn.SyncBatchNorm.convert_sync_batchnorm(model)` "
            "takes the statistics over all processes."
        ),
    ),
)

THEN = Then(
    mark("The notes wrap the model in `nn.DataParallel` if there is more than one GPU."),
    as_the_notes,
    each_of_two,
    mark(
        "`nn.DataParallel` is still there. Without a second GPU the condition skips it, and even "
        "wrapped, the model is just called. It is one process with a thread for each GPU, "
        "and it copies the model anew for every batch. Use `DistributedDataParallel`: one "
        "process for each GPU, here two real ones on the CPU."
    ),
    heavy=True,
)
