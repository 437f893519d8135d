"""Mistakes around several devices, each with its repair, all of them real."""

from copy import deepcopy

import torch
from torch import nn

from lib.core.bugs import fixes

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
    "Batch norm needs two samples or more on every device, to have something to compare.",
)
def one_sample_left_fixed() -> tuple[int, ...]:
    """Take batches that the devices can share evenly, as drop_last=True makes them."""
    x = torch.randn(12, 5)  # (12, 5)
    model = nn.Sequential(nn.Linear(5, 2), nn.BatchNorm1d(2))
    outputs = [deepcopy(model)(chunk) for chunk in x.chunk(4)]  # (3, 2) each
    return tuple(torch.cat(outputs).shape)  # (12, 2)
