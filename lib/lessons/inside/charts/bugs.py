"""Mistakes around a SummaryWriter, each with its repair, all of them real."""

import tempfile
from typing import NamedTuple

import torch
from torch.utils.tensorboard import SummaryWriter

from lib.core.bugs import fixes
from lib.lessons.inside.charts.bugs_read import Chart, read

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
    "two runs, one folder (silent)",
    "No error. A folder is a run: TensorBoard draws all files in it as one line, which runs to "
    "the end, back to the start and to the end again: a zigzag. Without a name, `SummaryWriter()` "
    "makes a new folder each time.",
    heavy=True,
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
    "step starts over (silent)",
    "No error. `i` begins with 0 in every epoch, so three epochs lie on top of each other. `epoch "
    "* len(trainloader) + i` counts on.",
    heavy=True,
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
    "misspelled tag (silent)",
    "No error. A tag is a chart: a tag with a slip is one more chart, with one run in it, and "
    "there is nothing left to compare.",
    heavy=True,
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
    from tensorboard.backend.event_processing.event_accumulator import (  # noqa: PLC0415
        EventAccumulator,
    )

    tags = [EventAccumulator(f"{runs}/{name}").Reload().Tags()["scalars"] for name in names]
    every = sorted({tag for found in tags for tag in found})
    return Charts(tuple(every), tuple(sum(tag in found for found in tags) for tag in every))
