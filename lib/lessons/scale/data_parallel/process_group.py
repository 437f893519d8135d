"""Processes that train together: started and ended here, and by a visitor with torchrun."""

import json
import os
import socket
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from multiprocessing import current_process
from pathlib import Path
from typing import Any

import torch
import torch.distributed as dist
from torch.distributed import TCPStore  # type: ignore[attr-defined]
from torch.multiprocessing.spawn import ProcessException, start_processes

from lib.export.source import NOTE

LIMIT = 20  # seconds that the processes have
LOOPBACK = {"linux": "lo", "darwin": "lo0"}  # the network inside this machine


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
