"""Train small networks, write all that TensorBoard can show of them, and read it back."""

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
import torchvision
from torch import nn
from torch.utils.data import DataLoader
from torch.utils.tensorboard import SummaryWriter

from lib.core.rules import Between, OneOf, checked
from lib.datasets.fashion_mnist import CLASSES
from lib.lessons.inside.charts.lesson import BATCH_SIZES, SEEDS, get_data
from lib.lessons.inside.charts.projection import tsne
from lib.tensorboard.records import Run

LEARNING_RATES = (0.0003, 0.003, 0.01, 0.03, 0.1, 0.5)
NAMES = tuple(f"run_{number}" for number in range(1, len(LEARNING_RATES) + 1))
LAST = 3  # accuracies at the end that are averaged, since each of them jumps a little


class Logged(NamedTuple):
    """What a run has written.

    Attributes:
        steps: how many steps of training there were.
        losses: the running losses, in the order in which they were written.
        accuracies: on 1000 test pictures, each time it was measured.
    """

    steps: int
    losses: tuple[float, ...]
    accuracies: tuple[float, ...]


@checked(
    learning_rate=OneOf(*LEARNING_RATES),
    batch_size=OneOf(*BATCH_SIZES),
    epochs=Between(1, 5, costly=1),
    pictures=Between(320, 4000, costly=320),
    points=Between(10, 500, costly=10),
    every=Between(1, 20),
    seed=SEEDS,
)
def log_run(
    learning_rate: float = 0.03,
    batch_size: int = 16,
    epochs: int = 2,
    pictures: int = 4000,
    points: int = 500,
    every: int = 5,
    seed: int = 0,
    log_dir: str = "runs/fashion_mnist_experiment_1",
) -> Logged:
    """Train on Fashion-MNIST and write scalars, images, a graph, histograms and an embedding.

    Look at it with `tensorboard --logdir runs`. Each run needs a folder of its own.

    Args:
        learning_rate: of SGD.
        batch_size: pictures in a batch.
        epochs: how often all pictures are seen.
        pictures: how many there are to learn from.
        points: of how many test pictures the features are written, for the projector.
        every: over how many batches the running loss is averaged.
        seed: where the random numbers begin.
        log_dir: the folder to write to.

    Source: https://docs.pytorch.org/tutorials/intermediate/tensorboard_tutorial.html
    """
    torch.set_num_threads(1)  # with more, sums are rounded in another order
    torch.manual_seed(seed)
    trainloader = DataLoader(get_data(train=True, count=pictures), batch_size, shuffle=True)
    test_images, test_labels = get_data(train=False, count=1000).tensors  # (1000, 28, 28), (1000,)
    net = nn.Sequential(nn.Flatten(), nn.Linear(28 * 28, 32), nn.ReLU(), nn.Linear(32, 10))
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(net.parameters(), lr=learning_rate, momentum=0.9)
    first_layer = net.get_parameter("1.weight")  # (32, 784)

    writer = SummaryWriter(log_dir)
    images, labels = next(iter(trainloader))  # (batch, 28, 28), (batch,)
    img_grid = torchvision.utils.make_grid(images[:4].unsqueeze(1))  # (3, 32, 122)
    writer.add_image("four_fashion_mnist_images", img_grid)
    writer.add_graph(net, images)

    losses, accuracies, running_loss = [], [], 0.0
    look = len(trainloader) // 4  # four times an epoch
    for epoch in range(epochs):
        for i, (images, labels) in enumerate(trainloader):
            optimizer.zero_grad()
            loss = criterion(net(images), labels)
            loss.backward()
            optimizer.step()
            step = epoch * len(trainloader) + i

            running_loss += loss.item()
            if i % every == every - 1:
                losses.append(running_loss / every)
                writer.add_scalar("training loss", running_loss / every, step)
                running_loss = 0.0
            if i % look == look - 1:
                with torch.no_grad():
                    correct = torch.eq(net(test_images).argmax(dim=1), test_labels)  # (1000,)
                accuracies.append(correct.float().mean().item())
                writer.add_scalar("test accuracy", accuracies[-1], step)
                tiles = first_layer.detach().view(32, 1, 28, 28)  # (32, 784) -> (32, 1, 28, 28)
                grid = torchvision.utils.make_grid(tiles, nrow=8, normalize=True)  # (3, 122, 242)
                writer.add_image("first layer", grid, step)
                writer.add_histogram("first layer/weights", first_layer, step)
                writer.add_histogram("first layer/gradients", first_layer.grad, step)

    images, labels = test_images[:points], test_labels[:points]
    features = net[:-1](images)  # (points, 32)
    class_labels = [CLASSES[label] for label in labels]
    writer.add_embedding(features, metadata=class_labels, label_img=images.unsqueeze(1))
    settings = {"learning rate": learning_rate, "batch size": batch_size}
    writer.add_hparams(settings, {"last accuracy": accuracies[-1]}, run_name="hparams")
    writer.close()
    return Logged(epochs * len(trainloader), tuple(losses), tuple(accuracies))


# --- six runs -------------------------------------------------------------------------------------


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


def learning_rates(seed: int) -> tuple[float, ...]:
    """Return the learning rate of each run: their names are not to give it away."""
    return tuple(random.Random(seed).sample(LEARNING_RATES, len(LEARNING_RATES)))


@checked(batch_size=OneOf(*BATCH_SIZES), seed=SEEDS)
def six_runs(batch_size: int = 16, seed: int = 0) -> Runs:
    """Train and write six runs that differ in the learning rate only, and read them back."""
    from lib.tensorboard.reader import read_run  # noqa: PLC0415 - what reads is slow to import

    begin = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder, quiet():
        top = Path(folder)
        for name, rate in zip(NAMES, learning_rates(seed), strict=True):
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
        log_run(learning_rates(seed)[NAMES.index(name)], batch_size, seed=seed, log_dir=folder)
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
