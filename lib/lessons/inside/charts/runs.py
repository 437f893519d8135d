"""Six runs with six rates, written by a SummaryWriter and read back; for a worker process."""

import io
import pickle
import random
import tempfile
import time
import warnings
import zipfile
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch

from lib.core.rules import Between, OneOf, checked
from lib.lessons.inside.charts.log import BATCH_SIZES, RATES, log_run
from lib.lessons.inside.charts.points import tsne
from lib.tensorboard.records import Run

NAMES = tuple(f"run_{number}" for number in range(1, len(RATES) + 1))
SEEDS = Between(0, 9)
LAST = 3  # accuracies at the end that are averaged, since each of them jumps a little


class Runs(NamedTuple):
    """What six runs have left behind.

    Attributes:
        packed: each run's ``lib.tensorboard.records.Run``, for ``opened``.
        archive: all that was written, as a ZIP file.
        files: how many files that are.
        size: how many bytes they have together.
        seconds: how long training and writing took, measured.
        accuracy: each run's test accuracy at the end, averaged over the last measurements.
    """

    packed: tuple[bytes, ...]
    archive: bytes
    files: int
    size: int
    seconds: float
    accuracy: tuple[float, ...]


def rates(seed: int) -> tuple[float, ...]:
    """Return the rate of each run: their names are not to give it away."""
    return tuple(random.Random(seed).sample(RATES, len(RATES)))


@checked(batch_size=OneOf(*BATCH_SIZES), seed=SEEDS)
def six_runs(batch_size: int = 16, seed: int = 0) -> Runs:
    """Train and write six runs, which differ in the rate only, and read back what was written."""
    from lib.tensorboard.reader import read_run  # noqa: PLC0415 - what reads is slow to import

    begin = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder, quiet():
        top = Path(folder)
        for name, rate in zip(NAMES, rates(seed), strict=True):
            log_run(rate, batch_size, seed=seed, log_dir=str(top / name))
        seconds = time.perf_counter() - begin
        runs = [read_run(top / name, name) for name in NAMES]
        archive, files, size = _zipped(top)
    accuracy = tuple(end(run) for run in runs)
    return Runs(tuple(map(pickle.dumps, runs)), archive, files, size, seconds, accuracy)


def opened(packed: bytes) -> Run:
    """Return a run out of ``Runs.packed``."""
    run: Run = pickle.loads(packed)
    return run


def end(run: Run) -> float:
    """Return the test accuracy at a run's end, averaged over the last measurements."""
    curve = run.curve("test accuracy")
    return float(curve.values[-LAST:].mean()) if curve else 0.0


@checked(name=OneOf(*NAMES), dimensions=OneOf(2, 3), batch_size=OneOf(*BATCH_SIZES), seed=SEEDS)
def placed_by_tsne(
    name: str = "run_1", dimensions: int = 2, batch_size: int = 16, seed: int = 0
) -> np.ndarray:
    """Return the points of one run's embedding as t-SNE places them, (n, dimensions).

    The run is made again: that is quicker than sending its features to and fro.
    """
    from lib.tensorboard.reader import read_run  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as folder, quiet():
        log_run(rates(seed)[NAMES.index(name)], batch_size, seed=seed, log_dir=folder)
        embedding = read_run(Path(folder), name).embedding
    return np.empty((0, dimensions)) if embedding is None else tsne(embedding.features, dimensions)


class quiet(warnings.catch_warnings):  # noqa: N801 - used like a function
    """Keep add_graph's warning, of something PyTorch calls itself, out of the server's log."""

    def __enter__(self) -> None:
        """Ignore warnings from now on."""
        super().__enter__()
        warnings.simplefilter("ignore", FutureWarning)
        torch.set_num_threads(1)


def _zipped(top: Path) -> tuple[bytes, int, int]:
    """Return a folder as a ZIP file, how many files are in it, and their bytes."""
    packed = io.BytesIO()
    files = sorted(file for file in top.rglob("*") if file.is_file())
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in files:
            archive.write(file, Path("runs") / file.relative_to(top))
    return packed.getvalue(), len(files), sum(file.stat().st_size for file in files)
