"""Several devices as the notes use them, and as it is done today."""

from typing import Any, NamedTuple

import torch
from torch import nn
from torch.nn.parallel import DistributedDataParallel

from lib.core.bugs import replaces
from lib.lessons.scale.data_parallel.ranks import run_ranks


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
