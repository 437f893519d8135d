"""A writer that is never closed, in a program that is really killed."""

import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

from lib.core.bugs import fixes
from lib.lessons.inside.charts.bugs_read import read


class Found(NamedTuple):
    """How many points the programs wrote, and how many the files hold."""

    written: int
    found: int


def never_closed() -> Found:
    """Write short runs without closing, in a program that is then killed."""
    program = """
import os, sys
from torch.utils.tensorboard import SummaryWriter

for run in range(20):
    writer = SummaryWriter(f"{sys.argv[1]}/{run}")
    for step in range(8):
        writer.add_scalar("training loss", 1 / (1 + step), step)
os._exit(1)  # out of memory, time is up, the kernel is restarted
"""
    return killed(program)


@fixes(
    never_closed,
    "never closed (silent)",
    "`add_scalar` only puts a point into a queue of `max_queue=10`; a thread takes it out and "
    "writes it. What is still in the queue when the program ends is lost: the last few points, "
    "another number each time. `close()`, `flush()` and `with` wait until the queue is empty. The "
    "program is really run and really killed.",
    heavy=True,
)
def never_closed_fixed() -> Found:
    """Let `with` close each writer, which waits until everything is in the file."""
    program = """
import os, sys
from torch.utils.tensorboard import SummaryWriter

for run in range(20):
    with SummaryWriter(f"{sys.argv[1]}/{run}") as writer:
        for step in range(8):
            writer.add_scalar("training loss", 1 / (1 + step), step)
os._exit(1)  # out of memory, time is up, the kernel is restarted
"""
    return killed(program)


def killed(program: str) -> Found:
    """Run a program that writes 20 runs of 8 points, and count what it left behind."""
    with tempfile.TemporaryDirectory() as runs:
        file = Path(runs, "train.py")
        file.write_text(program, "utf-8")
        command = [sys.executable, str(file), runs]
        subprocess.run(command, capture_output=True, check=False, timeout=120)
        return Found(20 * 8, sum(read(f"{runs}/{run}").points for run in range(20)))
