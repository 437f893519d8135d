"""Mistakes around a SummaryWriter, each with its repair, all of them real."""

import subprocess
import sys
import tempfile
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import torch
from torch.utils.tensorboard import SummaryWriter

from lib.core.bugs import fixes


class Chart(NamedTuple):
    """What TensorBoard reads under "training loss".

    Attributes:
        points: how many points there are.
        steps: how many different steps they have.
        back: how often the line runs back to an earlier step.
    """

    points: int
    steps: int
    back: int


def opened(log_dir: str) -> Any:
    """Open a folder as TensorBoard does, with every number in it."""
    from tensorboard.backend.event_processing.event_accumulator import (  # noqa: PLC0415
        EventAccumulator,
    )

    return EventAccumulator(log_dir, size_guidance={"scalars": 0}).Reload()


def read(log_dir: str, tag: str = "training loss") -> Chart:
    """Look at the steps of one tag in a folder."""
    run = opened(log_dir)
    if tag not in run.Tags()["scalars"]:
        return Chart(0, 0, 0)
    steps = [event.step for event in run.Scalars(tag)]
    back = sum(after <= before for before, after in pairwise(steps))
    return Chart(len(steps), len(set(steps)), back)


# --- two runs in one folder -----------------------------------------------------------------------


def two_runs_one_folder() -> Chart:
    """Start a program twice that always writes to the same folder."""
    with tempfile.TemporaryDirectory() as runs:
        for rate in (0.01, 0.1):
            writer = SummaryWriter(f"{runs}/fashion_mnist_experiment_1")
            for step in range(50):
                writer.add_scalar("training loss", 2 / (1 + rate * step), step)
            writer.close()
        return read(f"{runs}/fashion_mnist_experiment_1")


@fixes(
    two_runs_one_folder,
    "two runs, one folder",
    "No error. A folder is a run: TensorBoard draws all files in it as one line, which runs to "
    "the end, back to the start and to the end again: a zigzag. Without a name, `SummaryWriter()` "
    "makes a new folder each time.",
    heavy=True,
    silent=True,
)
def two_runs_one_folder_fixed() -> Chart:
    """Give every run a folder of its own, named after what is special about it."""
    with tempfile.TemporaryDirectory() as runs:
        for rate in (0.01, 0.1):
            writer = SummaryWriter(f"{runs}/rate_{rate}")
            for step in range(50):
                writer.add_scalar("training loss", 2 / (1 + rate * step), step)
            writer.close()
        return read(f"{runs}/rate_0.1")


# --- a step that does not increase ----------------------------------------------------------------


def step_starts_over() -> Chart:
    """Pass the number of the batch as the step."""
    with tempfile.TemporaryDirectory() as runs:
        writer = SummaryWriter(runs)
        trainloader = torch.rand(50, 2).split(1)
        for epoch in range(3):
            for i, _batch in enumerate(trainloader):
                writer.add_scalar("training loss", 1 / (1 + epoch + i / 50), i)
        writer.close()
        return read(runs)


@fixes(
    step_starts_over,
    "step starts over",
    "No error. `i` begins with 0 in every epoch, so three epochs lie on top of each other. `epoch "
    "* len(trainloader) + i` counts on.",
    heavy=True,
    silent=True,
)
def step_starts_over_fixed() -> Chart:
    """Count on through the epochs, as the notes do."""
    with tempfile.TemporaryDirectory() as runs:
        writer = SummaryWriter(runs)
        trainloader = torch.rand(50, 2).split(1)
        for epoch in range(3):
            for i, _batch in enumerate(trainloader):
                step = epoch * len(trainloader) + i
                writer.add_scalar("training loss", 1 / (1 + epoch + i / 50), step)
        writer.close()
        return read(runs)


# --- a writer that is never closed ----------------------------------------------------------------


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
    "never closed",
    "`add_scalar` only puts a point into a queue of `max_queue=10`; a thread takes it out and "
    "writes it. What is still in the queue when the program ends is lost: the last few points, "
    "another number each time. `close()`, `flush()` and `with` wait until the queue is empty. The "
    "program is really run and really killed.",
    heavy=True,
    silent=True,
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


# --- a misspelled tag -----------------------------------------------------------------------------


class Charts(NamedTuple):
    """Which charts TensorBoard draws, and how many runs are in each."""

    tags: tuple[str, ...]
    runs: tuple[int, ...]


def misspelled_tag() -> Charts:
    """Write the tag by hand in two programs."""
    with tempfile.TemporaryDirectory() as runs:
        with SummaryWriter(f"{runs}/cnn") as writer:
            writer.add_scalar("training loss", 0.4, 0)
        with SummaryWriter(f"{runs}/mlp") as writer:
            writer.add_scalar("trainig loss", 0.5, 0)
        return charts(runs, "cnn", "mlp")


@fixes(
    misspelled_tag,
    "misspelled tag",
    "No error. A tag is a chart: a tag with a typo is one more chart, with one run in it, and "
    "there is nothing left to compare.",
    heavy=True,
    silent=True,
)
def misspelled_tag_fixed() -> Charts:
    """Write it once."""
    tag = "training loss"
    with tempfile.TemporaryDirectory() as runs:
        with SummaryWriter(f"{runs}/cnn") as writer:
            writer.add_scalar(tag, 0.4, 0)
        with SummaryWriter(f"{runs}/mlp") as writer:
            writer.add_scalar(tag, 0.5, 0)
        return charts(runs, "cnn", "mlp")


def charts(runs: str, *names: str) -> Charts:
    """Read the tags of all runs, as TensorBoard does to decide which charts there are."""
    tags = [opened(f"{runs}/{name}").Tags()["scalars"] for name in names]
    every = sorted({tag for found in tags for tag in found})
    return Charts(tuple(every), tuple(sum(tag in found for found in tags) for tag in every))


# --- a picture with its channels last -------------------------------------------------------------


def channels_last() -> str:
    """Write a picture as OpenCV or NumPy hold it: height, width, channels."""
    picture = torch.zeros(28, 28, 3, dtype=torch.uint8)  # (H, W, C)
    with tempfile.TemporaryDirectory() as runs, SummaryWriter(runs) as writer:
        writer.add_image("first picture", picture)
    return "written"


@fixes(
    channels_last,
    "channels last",
    "`add_image` takes (channels, height, width), as PyTorch has it. This would be 28 channels of "
    "28 by 3 pixels, and a picture has at most 4. `dataformats` says what the axes are.",
    heavy=True,
)
def channels_last_fixed() -> str:
    """Say in which order the axes are."""
    picture = torch.zeros(28, 28, 3, dtype=torch.uint8)  # (H, W, C)
    with tempfile.TemporaryDirectory() as runs, SummaryWriter(runs) as writer:
        writer.add_image("first picture", picture, dataformats="HWC")
    return "written"


# --- labels that do not fit the points ------------------------------------------------------------


def labels_short() -> str:
    """Write the features of four pictures with three names."""
    features = torch.zeros(4, 32)
    with tempfile.TemporaryDirectory() as runs, SummaryWriter(runs) as writer:
        writer.add_embedding(features, metadata=["Dress", "Bag", "Coat"])
    return "written"


@fixes(
    labels_short,
    "a label too few",
    "Every row of the features is a point, and every point needs its label.",
    heavy=True,
)
def labels_short_fixed() -> str:
    """Write one name for each row."""
    features = torch.zeros(4, 32)
    with tempfile.TemporaryDirectory() as runs, SummaryWriter(runs) as writer:
        writer.add_embedding(features, metadata=["Dress", "Bag", "Coat", "Bag"])
    return "written"
